package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// The faults of giving and taking roles.
var (
	errRoleOwn      = fault.New(fault.Conflict, "roles.own", nil)
	errRoleLast     = fault.New(fault.Conflict, "roles.last", nil)
	errRolePatient  = fault.New(fault.Invalid, "roles.patient", nil)
	errRolesInvalid = fault.New(fault.Invalid, "roles.invalid", nil)
)

// GiveGrant gives somebody a role at a place where by gives roles. Nobody gives one to themselves, patients are given
// none, and the role of a patient is never given. Giving what somebody has is harmless.
func (s *Store) GiveGrant(ctx context.Context, by care.Reader, person care.PersonID, g care.Grant) (care.Person, error) {
	return s.changeGrant(ctx, "give a role", by, person, g, func(ctx context.Context, tx bun.Tx) error {
		if person == by.Person {
			return errRoleOwn
		}
		// Whoever holds a code for the account could come in as what it becomes.
		if _, err := tx.NewRaw("DELETE FROM enrolments WHERE person = ? AND COALESCE(issuer, '') <> ?", person, by.Person).Exec(ctx); err != nil {
			return err
		}
		row := grantRow{Person: person, Role: g.Role, Site: g.Site, Project: g.Project, Since: micro(s.now()), Author: by.Person}
		_, err := tx.NewInsert().Model(&row).On("CONFLICT (person, role, site, project) DO UPDATE").
			Set("author = EXCLUDED.author").Exec(ctx) // what a hospital gave is from now on given by hand
		return err
	})
}

// TakeGrant takes a role from somebody, and with a therapist's the care of patients they have no role for any more, which
// it returns. Nobody takes their own last role as administrator, or the house's last administrator theirs. Taking what
// nobody has is harmless.
func (s *Store) TakeGrant(ctx context.Context, by care.Reader, person care.PersonID, g care.Grant) (p care.Person, ended []care.Care, err error) {
	p, err = s.changeGrant(ctx, "take a role", by, person, g, func(ctx context.Context, tx bun.Tx) error {
		ended = nil
		if _, err := tx.NewDelete().Model((*grantRow)(nil)).Where("person = ? AND role = ? AND site = ? AND project = ?", person, g.Role, g.Site, g.Project).Exec(ctx); err != nil {
			return err
		}
		if g.Role == access.Administrator {
			return stillAdministered(ctx, tx, by, person, g.Place)
		}
		if g.Role != access.Therapist {
			return nil
		}
		lost := "c.therapist = ? AND c.patient NOT IN (SELECT p.id FROM patients AS p JOIN projects AS j ON j.id = p.project WHERE " + holds + atProject + ")"
		var err error
		if ended, err = cares(ctx, tx, lost, person, person, access.Therapist); err != nil {
			return err
		}
		for _, c := range ended {
			if _, err := tx.NewDelete().Model((*careRow)(nil)).Where("patient = ? AND therapist = ?", c.Patient, c.Therapist).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return p, ended, err
}

// stillAdministered refuses to leave the house, or whoever asks, without a role as administrator.
func stillAdministered(ctx context.Context, tx bun.Tx, by care.Reader, person care.PersonID, at care.Place) error {
	if person == by.Person {
		var left int
		if err := tx.NewRaw("SELECT COUNT(*) FROM grants WHERE person = ? AND role = ?", person, access.Administrator).Scan(ctx, &left); err != nil {
			return err
		}
		if left == 0 {
			return errRoleLast
		}
	}
	if at != care.TheHouse {
		return nil
	}
	left, err := administrators(ctx, tx)
	if err == nil && left == 0 {
		err = errRoleLast
	}
	return err
}

// changeGrant checks that by gives and takes roles at the place and may see the person, whom it holds meanwhile together
// with by: two administrators who take each other's role end with one of them.
func (s *Store) changeGrant(ctx context.Context, doing string, by care.Reader, person care.PersonID, g care.Grant, do func(context.Context, bun.Tx) error) (p care.Person, err error) {
	if !care.ValidID(person) {
		return p, errNotFound
	}
	err = s.within(ctx, doing, func(ctx context.Context, tx bun.Tx) error {
		if err := clean(string(g.Role), string(g.Site), string(g.Project)); err != nil {
			return err
		}
		var both []care.PersonID
		lock := tx.NewSelect().Model((*personRow)(nil)).Column("id").Where("w.id IN (?)", bun.List([]care.PersonID{by.Person, person})).OrderExpr("w.id")
		if err := s.locked(lock).Scan(ctx, &both); err != nil {
			return err
		}
		if err := placed(ctx, tx, by, access.ManageRoles, g.Place); err != nil {
			return err
		}
		a, err := account(ctx, tx, "w.id = ? AND w.id IN (?)", person, colleagues(by, access.ManageRoles))
		if err != nil {
			return err
		}
		switch {
		case a.Patient != "":
			return errRolePatient
		case !slices.Contains(access.Staff(), g.Role):
			return errRolesInvalid
		}
		if err := do(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.NewRaw("UPDATE people SET version = version + 1 WHERE id = ?", person).Exec(ctx); err != nil {
			return err
		}
		a, err = account(ctx, tx, "w.id = ?", person)
		p = a.Person
		return err
	})
	return p, err
}
