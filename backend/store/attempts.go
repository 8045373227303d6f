package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
)

type attemptRow struct {
	bun.BaseModel `bun:"table:attempts,alias:t"`

	Name   string `bun:",pk"` // a keyed hash of the account or address
	Tries  int
	Latest int64
	Began  int64 // the first of Tries
}

// TakeAttempt asks to try now. It answers 0 and counts the attempt under every key, or, counting nothing, how long to
// wait: a wait is never made longer by trying during it, and what one count refuses costs the others nothing. Counting
// comes before the password is looked at, so many attempts at once are as slow as one after the other.
func (s *Store) TakeAttempt(ctx context.Context, now time.Time, tries ...identity.Try) (wait time.Duration, err error) {
	// Always in the same order, so two who wait for each other's rows cannot be.
	tries = slices.SortedFunc(slices.Values(tries), func(a, b identity.Try) int { return strings.Compare(a.Key, b.Key) })
	for _, t := range tries {
		if err := clean(t.Key); err != nil {
			return 0, err
		}
	}
	err = s.within(ctx, "count an attempt", func(ctx context.Context, tx bun.Tx) error {
		wait = 0
		rows := make([]attemptRow, len(tries))
		for i, t := range tries {
			rows[i].Name = t.Key
			w, err := s.attempt(ctx, tx, &rows[i], now, t.Rule)
			if err != nil {
				return err
			}
			wait = max(wait, w)
		}
		if wait > 0 {
			return nil
		}
		for i := range rows {
			rows[i].Tries, rows[i].Latest = rows[i].Tries+1, micro(now)
			if _, err := tx.NewUpdate().Model(&rows[i]).WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return wait, err
}

// attempt reads and locks one count as it stands now, and says how long it has to wait.
func (s *Store) attempt(ctx context.Context, tx bun.Tx, row *attemptRow, now time.Time, rule identity.Rule) (time.Duration, error) {
	if _, err := tx.NewInsert().Model(row).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
		return 0, err
	}
	if err := s.locked(tx.NewSelect().Model(row).WherePK()).Scan(ctx); err != nil {
		return 0, err
	}
	if now.Sub(time.UnixMicro(row.Began)) > rule.Forget {
		row.Tries, row.Began = 0, micro(now)
	}
	if row.Tries == 0 {
		return 0, nil
	}
	// A clock set back must not lock anybody out for longer than the rule says.
	return min(rule.Wait(row.Tries)-now.Sub(time.UnixMicro(row.Latest)), rule.Wait(row.Tries)), nil
}

// ReturnAttempt takes one attempt off key's count: it was a right one.
func (s *Store) ReturnAttempt(ctx context.Context, key string) error {
	_, err := s.db.NewUpdate().Model((*attemptRow)(nil)).Set("tries = tries - 1").Where("name = ? AND tries > 0", key).Exec(ctx)
	return failed("return an attempt", err)
}

// ForgetAttempts starts key anew, after a right password, and with it every key that begins with it and a dot. Keys hold
// no wildcards.
func (s *Store) ForgetAttempts(ctx context.Context, key string) error {
	_, err := s.db.NewDelete().Model((*attemptRow)(nil)).Where("name = ? OR name LIKE ?", key, key+".%").Exec(ctx)
	return failed("forget attempts", err)
}

// SweepAttempts forgets what was tried last before a moment.
func (s *Store) SweepAttempts(ctx context.Context, before time.Time) error {
	_, err := s.db.NewDelete().Model((*attemptRow)(nil)).Where("latest < ?", micro(before)).Exec(ctx)
	return failed("sweep attempts", err)
}
