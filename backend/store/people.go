package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type personRow struct {
	bun.BaseModel `bun:"table:people,alias:w"`

	ID         care.PersonID `bun:",pk"`
	Site       care.SiteID
	Name       string
	Login      string
	Hash       string
	MustChange bool
	HandedBy   care.PersonID // who made the password that must be changed
	Disabled   bool
	Language   string
	Theme      string
	Version    int64
	Created    int64
	Deleted    int64
	LinkOnly   bool

	Patient care.PatientID `bun:",scanonly"` // joined from patients
}

func (row personRow) account(grants []care.Grant) identity.Account {
	return identity.Account{
		Person: care.Person{
			ID: row.ID, Site: row.Site, Name: row.Name, Login: row.Login, Grants: grants, Roles: care.Kinds(grants), Language: row.Language,
			Theme: row.Theme, Disabled: row.Disabled, Version: row.Version, Created: instant(row.Created), Patient: row.Patient,
			LinkOnly: row.LinkOnly,
		},
		Hash: row.Hash, MustChange: row.MustChange,
	}
}

// accounts reads people with their roles and patient ids; narrow says which and in what order.
func accounts(ctx context.Context, db bun.IDB, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]identity.Account, error) {
	var rows []personRow
	q := db.NewSelect().Model(&rows).ColumnExpr("w.*").ColumnExpr("COALESCE(p.id, '') AS patient").
		Join("LEFT JOIN patients AS p ON p.person = w.id").Where("w.deleted = 0")
	if err := narrow(q).Scan(ctx); err != nil {
		return nil, err
	}
	ids := make([]care.PersonID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	grants, err := grantsOf(ctx, db, ids)
	if err != nil {
		return nil, err
	}
	list := make([]identity.Account, len(rows))
	for i, row := range rows {
		list[i] = row.account(grants[row.ID])
	}
	return list, nil
}

// account is accounts for exactly one person.
func account(ctx context.Context, db bun.IDB, where string, args ...any) (identity.Account, error) {
	list, err := accounts(ctx, db, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where(where, args...).Limit(1) })
	if err != nil {
		return identity.Account{}, err
	}
	if len(list) == 0 {
		return identity.Account{}, errNotFound
	}
	return list[0], nil
}

// AccountByLogin finds whoever signs in as login, disabled people too, and nobody who comes by link only. Only identity
// asks.
func (s *Store) AccountByLogin(ctx context.Context, login string) (identity.Account, error) {
	if err := clean(login); err != nil {
		return identity.Account{}, errNotFound
	}
	a, err := account(ctx, s.db, "w.login = ? AND NOT w.link_only", strings.ToLower(login))
	if errors.Is(err, errNotFound) { // nobody costs what somebody does
		_, nobodys := grantsOf(ctx, s.db, []care.PersonID{""})
		err = errors.Join(err, nobodys)
	}
	return a, failed("find the account of a login", err)
}

// Account finds a person with what signing in needs, disabled people too. Only identity and the house ask.
func (s *Store) Account(ctx context.Context, person care.PersonID) (identity.Account, error) {
	if !care.ValidID(person) {
		return identity.Account{}, errNotFound
	}
	a, err := account(ctx, s.db, "w.id = ?", person)
	return a, failed("find an account", err)
}

// CreatePerson makes a person with roles at n.At, nil for by's own site, and a patient's record when the roles hold
// Patient. Nobody gives a role where they could not manage it.
func (s *Store) CreatePerson(ctx context.Context, by care.Reader, n care.NewPerson) (p care.Person, err error) {
	err = s.within(ctx, "create a person", func(ctx context.Context, tx bun.Tx) error {
		if n.At == nil {
			n.At = &care.Place{Site: by.Site}
		}
		if err := placed(ctx, tx, by, access.ManagePeople, *n.At); err != nil {
			return err
		}
		site := n.At.Site
		if site == "" {
			site = by.Site
		}
		p, err = s.add(ctx, tx, site, n, by.Person)
		return err
	})
	return p, err
}

// AddPerson makes a person, at the built-in site when n says no other, on nobody's behalf; the house does so for its demo.
func (s *Store) AddPerson(ctx context.Context, n care.NewPerson) (p care.Person, err error) {
	err = s.within(ctx, "add a person", func(ctx context.Context, tx bun.Tx) error {
		site, _, err := home(ctx, tx)
		if err != nil {
			return err
		}
		if n.At != nil && n.At.Site != "" {
			site = n.At.Site
		}
		p, err = s.add(ctx, tx, site, n, "")
		return err
	})
	return p, err
}

// add makes a person whose home is site and whose roles are held at n.At, nil for the site. A patient's are held at the
// project the patient belongs to.
func (s *Store) add(ctx context.Context, tx bun.Tx, site care.SiteID, n care.NewPerson, author care.PersonID) (care.Person, error) {
	n.Name, n.Login = strings.TrimSpace(n.Name), strings.ToLower(strings.TrimSpace(n.Login))
	if err := errors.Join(clean(n.Name, n.Login, n.Language, n.Hash), care.ValidateName(n.Name), care.ValidateLogin(n.Login), validRoles(n.Roles)); err != nil {
		return care.Person{}, err
	}
	row := personRow{
		ID: care.NewID[care.PersonID](), Site: site, Name: n.Name, Login: n.Login, Hash: n.Hash, MustChange: n.MustChange, HandedBy: author,
		Language: n.Language, Version: 1, Created: micro(s.now()),
	}
	done, err := tx.NewInsert().Model(&row).On("CONFLICT (login) DO NOTHING").Exec(ctx)
	if err = changed(done, err); errors.Is(err, errChanged) {
		return care.Person{}, fault.New(fault.Conflict, "login.taken", nil)
	} else if err != nil {
		return care.Person{}, err
	}
	at := care.Place{Site: site}
	if n.At != nil {
		at = *n.At
	}
	if slices.Contains(n.Roles, access.Patient) {
		project, err := s.addPatient(ctx, tx, row, at.Project)
		if err != nil {
			return care.Person{}, err
		}
		at = care.Place{Site: site, Project: project}
	}
	if err := s.addGrants(ctx, tx, row.ID, at, n.Roles, author); err != nil {
		return care.Person{}, err
	}
	a, err := account(ctx, tx, "w.id = ?", row.ID)
	return a.Person, err
}
