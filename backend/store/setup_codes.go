package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type setUpCodeRow struct {
	bun.BaseModel `bun:"table:setup_codes,alias:k"`

	Hash    string `bun:",pk"`
	Expires int64
}

// PutSetUpCode stores a code for the first administrator.
func (s *Store) PutSetUpCode(ctx context.Context, hash identity.Hash, expires time.Time) error {
	_, err := s.db.NewInsert().Model(&setUpCodeRow{Hash: hashText(hash), Expires: micro(expires)}).Exec(ctx)
	return failed("store a set-up code", err)
}

// RedeemSetUpCode makes the first administrator and forgets every code, in one step. A wrong, used or expired code, and
// any code once there is an administrator, gets fault.NotFound "setup.wrong". When n is refused, the code stays.
func (s *Store) RedeemSetUpCode(ctx context.Context, hash identity.Hash, now time.Time, n care.NewPerson) (p care.Person, err error) {
	wrong := fault.New(fault.NotFound, "setup.wrong", nil)
	if !slices.Contains(n.Roles, access.Administrator) {
		return p, fault.New(fault.Invalid, "roles.invalid", nil)
	}
	err = s.within(ctx, "redeem a set-up code", func(ctx context.Context, tx bun.Tx) error {
		done, err := tx.NewDelete().Model((*setUpCodeRow)(nil)).Where("hash = ? AND expires > ?", hashText(hash), micro(now)).Exec(ctx)
		if err = changed(done, err); errors.Is(err, errChanged) {
			return wrong
		} else if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*setUpCodeRow)(nil)).Where("1 = 1").Exec(ctx); err != nil {
			return err
		}
		if admins, err := administrators(ctx, tx); err != nil {
			return err
		} else if admins > 0 {
			return wrong
		}
		site, _, err := home(ctx, tx)
		if err != nil {
			return err
		}
		n.At = &care.TheHouse
		p, err = s.add(ctx, tx, site, n, "")
		return err
	})
	return p, err
}
