package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// enrolmentRow is a code that waits, or, once somebody has entered it, the grant of their browser. A person has one.
type enrolmentRow struct {
	bun.BaseModel `bun:"table:enrolments,alias:e"`

	Person  care.PersonID `bun:",pk"`
	Issuer  care.PersonID `bun:",nullzero"`
	Hash    string        // of the code; "" once it is used
	Pass    string        // of the grant; "" until then
	Expires int64
}

// enrolled narrows people to those by may give a code to: those they manage; where they only enrol, the patients they
// reach, and of these nobody who is something else besides, or a clerk could become an administrator.
func enrolled(by care.Reader) (string, []any) {
	return `(w.id IN (?) OR (w.id IN (SELECT q.person FROM patients AS q WHERE q.id IN (?))
		AND NOT EXISTS (SELECT 1 FROM grants AS z WHERE z.person = w.id AND z.role <> ?)))`,
		[]any{staff(by, access.ManagePeople), visible(by, access.EnrolPeople), access.Patient}
}

// PutEnrolment keeps a code for somebody by may enrol, in the place of any before. A disabled person gets Conflict
// "enrol.disabled", one who comes by link "enrol.link-only".
func (s *Store) PutEnrolment(ctx context.Context, by care.Reader, person care.PersonID, hash identity.Hash, expires time.Time) (p care.Person, err error) {
	if !care.ValidID(person) {
		return p, errNotFound
	}
	reach, args := enrolled(by)
	return s.putEnrolment(ctx, by.Person, hash, expires, func(ctx context.Context, tx bun.Tx) (identity.Account, error) {
		return account(ctx, tx, "w.id = ? AND "+reach, append([]any{person}, args...)...)
	})
}

// PutEnrolmentFor keeps a code for whoever signs in as login, on nobody's behalf; only the program's own command asks.
func (s *Store) PutEnrolmentFor(ctx context.Context, login string, hash identity.Hash, expires time.Time) (care.Person, error) {
	if clean(login) != nil {
		return care.Person{}, errNotFound
	}
	return s.putEnrolment(ctx, "", hash, expires, func(ctx context.Context, tx bun.Tx) (identity.Account, error) {
		return account(ctx, tx, "w.login = ?", strings.ToLower(strings.TrimSpace(login)))
	})
}

func (s *Store) putEnrolment(ctx context.Context, issuer care.PersonID, hash identity.Hash, expires time.Time,
	find func(context.Context, bun.Tx) (identity.Account, error)) (p care.Person, err error) {
	err = s.within(ctx, "issue a code", func(ctx context.Context, tx bun.Tx) error {
		a, err := find(ctx, tx)
		if err != nil {
			return err
		}
		if p = a.Person; p.Disabled {
			return fault.New(fault.Conflict, "enrol.disabled", nil)
		}
		if p.LinkOnly {
			return fault.New(fault.Conflict, "enrol.link-only", nil)
		}
		row := enrolmentRow{Person: p.ID, Issuer: issuer, Hash: hashText(hash), Expires: micro(expires)}
		_, err = tx.NewInsert().Model(&row).On("CONFLICT (person) DO UPDATE").Set("issuer = EXCLUDED.issuer").Set("hash = EXCLUDED.hash").
			Set("pass = EXCLUDED.pass").Set("expires = EXCLUDED.expires").Exec(ctx)
		return err
	})
	return p, err
}

// IssuedEnrolment finds the code of a person that by issued, may still give them, and nobody has used, and until when it
// works.
func (s *Store) IssuedEnrolment(ctx context.Context, by care.Reader, person care.PersonID, now time.Time) (p care.Person, hash identity.Hash, expires time.Time, err error) {
	var row enrolmentRow
	err = s.db.NewSelect().Model(&row).Where("e.person = ? AND e.issuer = ? AND e.hash <> '' AND e.expires > ?",
		person, by.Person, micro(now)).Scan(ctx)
	if err != nil {
		return p, hash, expires, failed("find a code", err)
	}
	if hash, err = parseHash(row.Hash); err != nil {
		return p, hash, expires, err
	}
	p, err = s.Enrollable(ctx, by, person)
	return p, hash, instant(row.Expires), err
}

// Enrollable finds a person by may give a code to.
func (s *Store) Enrollable(ctx context.Context, by care.Reader, person care.PersonID) (care.Person, error) {
	if !care.ValidID(person) {
		return care.Person{}, errNotFound
	}
	reach, args := enrolled(by)
	a, err := account(ctx, s.db, "w.id = ? AND "+reach, append([]any{person}, args...)...)
	return a.Person, failed("find a person", err)
}

// RedeemEnrolment turns a code into a grant in one step, so that it works once, and ends the person's sessions. A code is
// worth what its issuer may do now: one who was disabled, lost the role, or could not reach what the person has become
// since, opens nothing any more.
func (s *Store) RedeemEnrolment(ctx context.Context, hash, grant identity.Hash, now, expires time.Time) (a identity.Account, err error) {
	err = s.within(ctx, "redeem a code", func(ctx context.Context, tx bun.Tx) error {
		var person, issuer care.PersonID
		err := tx.NewRaw("UPDATE enrolments SET hash = '', pass = ?, expires = ? WHERE hash = ? AND expires > ? RETURNING person, COALESCE(issuer, '')",
			hashText(grant), micro(expires), hashText(hash), micro(now)).Scan(ctx, &person, &issuer)
		if err != nil {
			return err
		}
		if err := stillEnrols(ctx, tx, issuer, person); err != nil {
			return err
		}
		if a, err = account(ctx, tx, "w.id = ? AND NOT w.disabled AND NOT w.link_only", person); err != nil {
			return err
		}
		return endSessions(ctx, tx, person, identity.Hash{})
	})
	return a, err
}

// stillEnrols answers fault.NotFound unless an issuer may give the person a code now. The operator's own command, which is
// nobody, always may.
func stillEnrols(ctx context.Context, tx bun.Tx, issuer, person care.PersonID) error {
	if issuer == "" {
		return nil
	}
	by, err := account(ctx, tx, "w.id = ? AND NOT w.disabled", issuer)
	if err != nil {
		return err
	}
	reach, args := enrolled(care.Reader{Person: by.ID, Site: by.Site, Roles: by.Roles})
	_, err = account(ctx, tx, "w.id = ? AND "+reach, append([]any{person}, args...)...)
	return err
}

// Enrolling finds the person of a grant.
func (s *Store) Enrolling(ctx context.Context, grant identity.Hash, now time.Time) (identity.Account, error) {
	a, err := account(ctx, s.db, "NOT w.disabled AND NOT w.link_only AND w.id IN (SELECT e.person FROM enrolments AS e WHERE e.pass = ? AND e.expires > ?)",
		hashText(grant), micro(now))
	return a, failed("find a grant", err)
}

// EnrolPasskey uses a grant up for a passkey.
func (s *Store) EnrolPasskey(ctx context.Context, grant identity.Hash, now time.Time, p identity.Passkey, most int) (identity.Account, error) {
	return s.enrol(ctx, grant, now, func(ctx context.Context, tx bun.Tx, row personRow) error {
		if row.ID != p.Person {
			return errNotFound
		}
		hash := row.Hash
		if row.MustChange { // a password that was handed out is not needed any more
			hash = ""
		}
		if err := setHash(ctx, tx, row.ID, hash); err != nil {
			return err
		}
		return addPasskey(ctx, tx, p, most)
	})
}

// EnrolPassword uses a grant up for a password.
func (s *Store) EnrolPassword(ctx context.Context, grant identity.Hash, now time.Time, hash string) (identity.Account, error) {
	return s.enrol(ctx, grant, now, func(ctx context.Context, tx bun.Tx, row personRow) error {
		return setHash(ctx, tx, row.ID, hash)
	})
}

func setHash(ctx context.Context, tx bun.Tx, person care.PersonID, hash string) error {
	_, err := tx.NewUpdate().Model((*personRow)(nil)).Set("hash = ?", hash).Set("must_change = ?", false).
		Set("version = version + 1").Where("id = ?", person).Exec(ctx)
	return err
}

func (s *Store) enrol(ctx context.Context, grant identity.Hash, now time.Time, do func(context.Context, bun.Tx, personRow) error) (a identity.Account, err error) {
	err = s.within(ctx, "enrol", func(ctx context.Context, tx bun.Tx) error {
		var person care.PersonID
		if err := tx.NewRaw("DELETE FROM enrolments WHERE pass = ? AND expires > ? RETURNING person", hashText(grant), micro(now)).Scan(ctx, &person); err != nil {
			return err
		}
		row, err := s.holdPerson(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, row); err != nil {
			return err
		}
		a, err = account(ctx, tx, "w.id = ? AND NOT w.disabled AND NOT w.link_only", person)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Gone, "enrol.over", err)
	}
	return a, err
}

// EndEnrolment forgets a grant.
func (s *Store) EndEnrolment(ctx context.Context, grant identity.Hash) error {
	_, err := s.db.NewDelete().Model((*enrolmentRow)(nil)).Where("pass = ?", hashText(grant)).Exec(ctx)
	return failed("end a grant", err)
}

// SweepEnrolments forgets codes and grants that have run out.
func (s *Store) SweepEnrolments(ctx context.Context, now time.Time) error {
	_, err := s.db.NewDelete().Model((*enrolmentRow)(nil)).Where("expires <= ?", micro(now)).Exec(ctx)
	return failed("sweep codes", err)
}
