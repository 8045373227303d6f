package store

import (
	"context"
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

// TakeAttempt asks to try key now. It answers 0 and counts the attempt, or, counting nothing, how long to wait: a wait
// is never made longer by trying during it. Counting comes before the password is looked at, so many attempts at once
// are as slow as one after the other.
func (s *Store) TakeAttempt(ctx context.Context, key string, now time.Time, rule identity.Rule) (wait time.Duration, err error) {
	if err := clean(key); err != nil {
		return 0, err
	}
	err = s.within(ctx, "count an attempt", func(ctx context.Context, tx bun.Tx) error {
		row := attemptRow{Name: key}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		if err := s.locked(tx.NewSelect().Model(&row).WherePK()).Scan(ctx); err != nil {
			return err
		}
		if now.Sub(time.UnixMicro(row.Began)) > rule.Forget {
			row.Tries, row.Began = 0, micro(now)
		}
		since := now.Sub(time.UnixMicro(row.Latest))
		if wait = rule.Wait(row.Tries) - since; row.Tries > 0 && wait > 0 {
			// A clock set back must not lock anybody out for longer than the rule says.
			wait = min(wait, rule.Wait(row.Tries))
			return nil
		}
		wait, row.Tries, row.Latest = 0, row.Tries+1, micro(now)
		_, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		return err
	})
	return wait, err
}

// ReturnAttempt takes one attempt off key's count: it was a right one.
func (s *Store) ReturnAttempt(ctx context.Context, key string) error {
	_, err := s.db.NewUpdate().Model((*attemptRow)(nil)).Set("tries = tries - 1").Where("name = ? AND tries > 0", key).Exec(ctx)
	return failed("return an attempt", err)
}

// ForgetAttempts starts key anew, after a right password.
func (s *Store) ForgetAttempts(ctx context.Context, key string) error {
	_, err := s.db.NewDelete().Model((*attemptRow)(nil)).Where("name = ?", key).Exec(ctx)
	return failed("forget attempts", err)
}

// SweepAttempts forgets what was tried last before a moment.
func (s *Store) SweepAttempts(ctx context.Context, before time.Time) error {
	_, err := s.db.NewDelete().Model((*attemptRow)(nil)).Where("latest < ?", micro(before)).Exec(ctx)
	return failed("sweep attempts", err)
}
