package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/care"
)

type halfRow struct {
	bun.BaseModel `bun:"table:halves,alias:h"`

	Hash    string `bun:",pk"`
	Person  care.PersonID
	Created int64
	Expires int64
}

// CreateHalf stores a half-session.
func (s *Store) CreateHalf(ctx context.Context, h identity.Half) error {
	_, err := s.db.NewInsert().Model(&halfRow{Hash: hashText(h.Hash), Person: h.Person, Created: micro(h.Created), Expires: micro(h.Expires)}).Exec(ctx)
	return failed("create a half-session", err)
}

// HalfByHash returns a half-session, expired or not, with the account it is for.
func (s *Store) HalfByHash(ctx context.Context, hash identity.Hash) (identity.Half, identity.Account, error) {
	var row halfRow
	if err := s.db.NewSelect().Model(&row).Where("h.hash = ?", hashText(hash)).Scan(ctx); err != nil {
		return identity.Half{}, identity.Account{}, failed("find a half-session", err)
	}
	a, err := s.Account(ctx, row.Person)
	return identity.Half{Hash: hash, Person: row.Person, Created: instant(row.Created), Expires: instant(row.Expires)}, a, err
}

// EndHalf takes a half-session away; fault.NotFound when it is not there, so of two at once one gets it.
func (s *Store) EndHalf(ctx context.Context, hash identity.Hash) error {
	done, err := s.db.NewDelete().Model((*halfRow)(nil)).Where("hash = ?", hashText(hash)).Exec(ctx)
	return failed("end a half-session", present(done, err))
}

// SweepHalves forgets half-sessions that have expired.
func (s *Store) SweepHalves(ctx context.Context, now time.Time) error {
	_, err := s.db.NewDelete().Model((*halfRow)(nil)).Where("expires <= ?", micro(now)).Exec(ctx)
	return failed("sweep half-sessions", err)
}
