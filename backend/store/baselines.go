package store

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type baselineRow struct {
	bun.BaseModel `bun:"table:baselines,alias:b"`

	Sitting  care.SittingID `bun:",pk"`
	Begins   care.Stamp
	Ends     care.Stamp
	Measures string // JSON of map[string]care.Measure
	Author   care.PersonID
	Version  int64
}

func (row baselineRow) baseline() (care.Baseline, error) {
	b := care.Baseline{Sitting: row.Sitting, Start: row.Begins, End: row.Ends, By: row.Author, Version: row.Version}
	return b, json.Unmarshal([]byte(row.Measures), &b.Measures)
}

// Baseline returns the resting state of a sitting; fault.NotFound when none was measured.
func (s *Store) Baseline(ctx context.Context, by care.Reader, id care.SittingID) (care.Baseline, error) {
	b, err := func() (care.Baseline, error) {
		if _, err := sitting(ctx, s.db, by, access.ReadSittings, id); err != nil {
			return care.Baseline{}, err
		}
		return baseline(ctx, s.db.NewSelect(), id)
	}()
	return b, failed("read a baseline", err)
}

func baseline(ctx context.Context, q *bun.SelectQuery, id care.SittingID) (care.Baseline, error) {
	var row baselineRow
	if err := q.Model(&row).Where("b.sitting = ?", id).Scan(ctx); err != nil {
		return care.Baseline{}, err
	}
	return row.baseline()
}

// PutBaseline stores the resting state of a sitting or replaces the one there. Version is the one last read, 0 when
// there was none. The same one sent twice is stored once.
func (s *Store) PutBaseline(ctx context.Context, by care.Reader, b care.Baseline) (stored care.Baseline, err error) {
	if err := b.Validate(); err != nil {
		return stored, err
	}
	measures, err := json.Marshal(b.Measures)
	if err != nil {
		return stored, failed("write a baseline", err)
	}
	row := baselineRow{Sitting: b.Sitting, Begins: b.Start, Ends: b.End, Measures: string(measures), Author: by.Person, Version: 1}
	err = s.within(ctx, "put a baseline", func(ctx context.Context, tx bun.Tx) error {
		if _, err := sitting(ctx, tx, by, access.WriteSittings, b.Sitting); err != nil {
			return err
		}
		if b.Version == 0 {
			if _, err := tx.NewInsert().Model(&row).On("CONFLICT (sitting) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
		}
		stored, err = baseline(ctx, s.locked(tx.NewSelect()), b.Sitting)
		switch {
		case fault.Is(failed("", err), fault.NotFound):
			return errChanged // the one last read is gone
		case err != nil, stored.Start == b.Start && stored.End == b.End && maps.Equal(stored.Measures, b.Measures):
			return err
		case stored.Version != b.Version:
			return errChanged
		}
		row.Version = stored.Version + 1
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		stored, err = row.baseline()
		return err
	})
	return stored, err
}

// DeleteBaseline forgets the resting state of a sitting; forgetting none is harmless.
func (s *Store) DeleteBaseline(ctx context.Context, by care.Reader, id care.SittingID) error {
	return s.within(ctx, "delete a baseline", func(ctx context.Context, tx bun.Tx) error {
		if _, err := sitting(ctx, tx, by, access.WriteSittings, id); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model((*baselineRow)(nil)).Where("sitting = ?", id).Exec(ctx)
		return err
	})
}
