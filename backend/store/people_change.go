package store

import (
	"context"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// PatchPerson changes somebody by may manage. Of two who change the same version the second gets fault.Conflict
// "changed-elsewhere". Disabling ends the person's sessions; nobody disables themselves, so one administrator stays.
func (s *Store) PatchPerson(ctx context.Context, by care.Reader, id care.PersonID, patch care.PersonPatch) (care.Person, error) {
	if patch.Disabled != nil && *patch.Disabled && id == by.Person {
		return care.Person{}, fault.New(fault.Conflict, "people.own", nil)
	}
	return s.change(ctx, by, id, func(ctx context.Context, tx bun.Tx, row *personRow) error {
		if row.Version != patch.Version {
			return errChanged
		}
		return apply(ctx, tx, patch, row)
	})
}

// PatchOwn changes by's own name, language or theme. Version 0 means whatever it is now.
func (s *Store) PatchOwn(ctx context.Context, by care.Reader, patch care.PersonPatch) (p care.Person, err error) {
	if patch.Disabled != nil {
		return p, fault.New(fault.Conflict, "people.own", nil)
	}
	err = s.within(ctx, "change the own account", func(ctx context.Context, tx bun.Tx) error {
		var row personRow
		if err := s.locked(tx.NewSelect().Model(&row).Where("w.id = ? AND NOT w.disabled AND w.deleted = 0", by.Person)).Scan(ctx); err != nil {
			return err
		}
		if patch.Version != 0 && patch.Version != row.Version {
			return errChanged
		}
		if err := apply(ctx, tx, patch, &row); err != nil {
			return err
		}
		p, err = save(ctx, tx, row)
		return err
	})
	return p, err
}

// ResetPassword gives somebody by may manage a password that must be changed at first use, and ends their sessions.
func (s *Store) ResetPassword(ctx context.Context, by care.Reader, id care.PersonID, hash string) (care.Person, error) {
	return s.change(ctx, by, id, func(ctx context.Context, tx bun.Tx, row *personRow) error {
		row.Hash, row.MustChange, row.HandedBy = hash, true, by.Person
		return endSessions(ctx, tx, id, identity.Hash{})
	})
}

// ChangePassword sets the password somebody has chosen and ends their sessions but one, without asking who wants it;
// only identity asks, after checking the old one.
func (s *Store) ChangePassword(ctx context.Context, person care.PersonID, hash string, but identity.Hash) error {
	return s.within(ctx, "change a password", func(ctx context.Context, tx bun.Tx) error {
		done, err := tx.NewUpdate().Model((*personRow)(nil)).Set("hash = ?", hash).Set("must_change = ?", false).
			Set("version = version + 1").Where("id = ?", person).Exec(ctx)
		if err := present(done, err); err != nil {
			return err
		}
		return endSessions(ctx, tx, person, but)
	})
}

// Rehash replaces the hash of a password by a dearer one of the same password. It changes nothing when the password was
// changed meanwhile.
func (s *Store) Rehash(ctx context.Context, person care.PersonID, was, is string) error {
	_, err := s.db.NewUpdate().Model((*personRow)(nil)).Set("hash = ?", is).Where("id = ? AND hash = ?", person, was).Exec(ctx)
	return failed("keep a dearer hash", err)
}

// change locks by and the person in one order, so two administrators who disable each other end with one of them, reads
// the person if by may manage them, lets edit work on the row and saves it as the next version.
func (s *Store) change(ctx context.Context, by care.Reader, id care.PersonID,
	edit func(ctx context.Context, tx bun.Tx, row *personRow) error) (p care.Person, err error) {
	if !care.ValidID(id) {
		return p, errNotFound
	}
	err = s.within(ctx, "change a person", func(ctx context.Context, tx bun.Tx) error {
		var both []care.PersonID
		lock := tx.NewSelect().Model((*personRow)(nil)).Column("id").
			Where("w.id IN (?)", bun.List([]care.PersonID{by.Person, id})).OrderExpr("w.id")
		if err := s.locked(lock).Scan(ctx, &both); err != nil {
			return err
		}
		var row personRow
		if err := tx.NewSelect().Model(&row).Where("w.id = ? AND w.id IN (?)", id, staff(by, access.ManagePeople)).Scan(ctx); err != nil {
			return err
		}
		if err := edit(ctx, tx, &row); err != nil {
			return err
		}
		p, err = save(ctx, tx, row)
		return err
	})
	return p, err
}

// apply checks patch and writes it into row.
func apply(ctx context.Context, tx bun.Tx, patch care.PersonPatch, row *personRow) error {
	if patch.Name != nil {
		row.Name = strings.TrimSpace(*patch.Name)
		if err := errors.Join(care.ValidateName(row.Name), clean(row.Name)); err != nil {
			return err
		}
		if err := remark(ctx, tx, row.ID, row.Name); err != nil {
			return err
		}
	}
	if patch.Language != nil {
		row.Language = *patch.Language
	}
	if patch.Theme != nil {
		row.Theme = *patch.Theme
	}
	if err := clean(row.Name, row.Language, row.Theme); err != nil {
		return err
	}
	if patch.Disabled == nil {
		return nil
	}
	row.Disabled = *patch.Disabled
	if !row.Disabled {
		return nil
	}
	return endSessions(ctx, tx, row.ID, identity.Hash{})
}

func save(ctx context.Context, tx bun.Tx, row personRow) (care.Person, error) {
	was := row.Version
	row.Version++
	done, err := tx.NewUpdate().Model(&row).Column("name", "language", "theme", "disabled", "hash", "must_change", "handed_by", "version").
		Where("id = ? AND version = ?", row.ID, was).Exec(ctx)
	if err := changed(done, err); err != nil {
		return care.Person{}, err
	}
	a, err := account(ctx, tx, "w.id = ?", row.ID)
	return a.Person, err
}
