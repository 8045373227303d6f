package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// handedColumn remembers who handed out the password that a person still has to change; "" where nobody did.
const handedColumn = `ALTER TABLE people ADD COLUMN handed_by TEXT NOT NULL DEFAULT ''`

// HandedOut answers fault.NotFound when the password a person has to change was handed out by somebody who could not do so any
// more: one who was disabled, lost the role, or could not reach what the person has become since. They still know it.
func (s *Store) HandedOut(ctx context.Context, person care.PersonID) error {
	return s.within(ctx, "ask who handed out a password", func(ctx context.Context, tx bun.Tx) error {
		var issuer care.PersonID
		err := tx.NewRaw("SELECT handed_by FROM people WHERE id = ? AND must_change", person).Scan(ctx, &issuer)
		if errors.Is(err, sql.ErrNoRows) {
			return errNotFound
		}
		if err != nil {
			return err
		}
		return stillEnrols(ctx, tx, issuer, person)
	})
}
