package store

import (
	"context"

	"github.com/uptrace/bun"
)

type settingRow struct {
	bun.BaseModel `bun:"table:settings,alias:s"`

	Name  string `bun:",pk"`
	Value string
}

// Setting returns what the house remembers under a name; fault.NotFound when nothing.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var row settingRow
	err := s.db.NewSelect().Model(&row).Where("s.name = ?", name).Scan(ctx)
	return row.Value, failed("read a setting", err)
}

// PutSetting remembers value under a name.
func (s *Store) PutSetting(ctx context.Context, name, value string) error {
	if err := clean(name, value); err != nil {
		return err
	}
	_, err := s.db.NewInsert().Model(&settingRow{Name: name, Value: value}).
		On("CONFLICT (name) DO UPDATE").Set("value = EXCLUDED.value").Exec(ctx)
	return failed("write a setting", err)
}

// KeepSetting remembers fresh under a name that has nothing yet, and returns what is remembered: two nodes that start at
// once agree on one secret.
func (s *Store) KeepSetting(ctx context.Context, name, fresh string) (string, error) {
	if err := clean(name, fresh); err != nil {
		return "", err
	}
	_, err := s.db.NewInsert().Model(&settingRow{Name: name, Value: fresh}).On("CONFLICT (name) DO NOTHING").Exec(ctx)
	if err != nil {
		return "", failed("write a setting", err)
	}
	return s.Setting(ctx, name)
}
