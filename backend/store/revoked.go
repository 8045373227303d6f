package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// revokedTable names tickets that were taken back, for as long as they could live.
const revokedTable = `
CREATE TABLE revoked (
	name TEXT PRIMARY KEY, before BIGINT NOT NULL, expires BIGINT NOT NULL);
CREATE INDEX revoked_expires ON revoked (expires)
`

type revokedRow struct {
	bun.BaseModel `bun:"table:revoked,alias:r"`

	Name    string `bun:",pk"`
	Before  int64
	Expires int64
}

// Revoke remembers until expires that what is named is worth nothing when it was issued at before or earlier. An earlier
// moment never takes the place of a later one.
func (s *Store) Revoke(ctx context.Context, name string, before, expires time.Time) error {
	if err := clean(name); err != nil {
		return err
	}
	return failed("take a ticket back", revoke(ctx, s.db, name, before, expires))
}

func revoke(ctx context.Context, db bun.IDB, name string, before, expires time.Time) error {
	_, err := db.NewInsert().Model(&revokedRow{Name: name, Before: micro(before), Expires: micro(expires)}).
		On("CONFLICT (name) DO UPDATE").Set("before = EXCLUDED.before").Set("expires = EXCLUDED.expires").
		Where("r.before < EXCLUDED.before").Exec(ctx)
	return err
}

// Revoked is the latest moment remembered of any of the names, zero when there is none.
func (s *Store) Revoked(ctx context.Context, names ...string) (time.Time, error) {
	if err := clean(names...); err != nil {
		return time.Time{}, err
	}
	var latest int64
	err := s.db.NewSelect().Model((*revokedRow)(nil)).ColumnExpr("COALESCE(MAX(r.before), 0)").
		Where("r.name IN (?)", bun.List(names)).Scan(ctx, &latest)
	return instant(latest), failed("look for tickets taken back", err)
}

// SweepRevoked forgets what expired.
func (s *Store) SweepRevoked(ctx context.Context, now time.Time) error {
	_, err := s.db.NewDelete().Model((*revokedRow)(nil)).Where("expires <= ?", micro(now)).Exec(ctx)
	return failed("sweep tickets taken back", err)
}

// Once takes a name that was not taken before, until expires; Conflict when it was.
func (s *Store) Once(ctx context.Context, name string, expires time.Time) error {
	if err := clean(name); err != nil {
		return err
	}
	_, err := s.db.NewInsert().Model(&revokedRow{Name: name, Expires: micro(expires)}).Exec(ctx)
	return failed("take a name", err)
}
