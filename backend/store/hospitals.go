package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/hospital"
	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// hospitalsTables hold how hospitals' sign-ins are reached, and who came by them: an account is issuer and subject.
const hospitalsTables = `
CREATE TABLE hospitals (
	id TEXT PRIMARY KEY, site TEXT NOT NULL REFERENCES sites (id), name TEXT NOT NULL, issuer TEXT NOT NULL,
	client TEXT NOT NULL, secret TEXT NOT NULL, scopes TEXT NOT NULL, claim TEXT NOT NULL, rules TEXT NOT NULL, disabled BOOLEAN NOT NULL,
	version BIGINT NOT NULL, created BIGINT NOT NULL);
CREATE INDEX hospitals_site ON hospitals (site, name);
CREATE TABLE hospital_accounts (
	issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	since BIGINT NOT NULL, seen BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (issuer, subject));
CREATE INDEX hospital_accounts_person ON hospital_accounts (person)
`

type hospitalRow struct {
	bun.BaseModel `bun:"table:hospitals,alias:y"`

	ID       hospital.ID `bun:",pk"`
	Site     care.SiteID
	Name     string
	Issuer   string
	Client   string
	Secret   string // sealed, base64
	Scopes   string // separated by spaces
	Claim    string
	Rules    string // JSON
	Disabled bool
	Version  int64
	Created  int64
}

func (row hospitalRow) hospital() (hospital.Hospital, error) {
	h := hospital.Hospital{ID: row.ID, Site: row.Site, Name: row.Name, Issuer: row.Issuer, Client: row.Client, Scopes: strings.Fields(row.Scopes), Claim: row.Claim,
		Disabled: row.Disabled, Version: row.Version, Created: instant(row.Created)}
	var err error
	h.Secret, err = base64.StdEncoding.DecodeString(row.Secret)
	return h, errors.Join(err, json.Unmarshal([]byte(row.Rules), &h.Rules))
}

func hospitals(ctx context.Context, q *bun.SelectQuery) ([]hospital.Hospital, error) {
	var rows []hospitalRow
	if err := q.Model(&rows).OrderExpr("y.name, y.id").Scan(ctx); err != nil {
		return nil, err
	}
	list := make([]hospital.Hospital, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.hospital(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Hospital returns a sign-in that is open. Nobody asks who reads it: its button stands on the page for strangers.
func (s *Store) Hospital(ctx context.Context, id hospital.ID) (hospital.Hospital, error) {
	if !care.ValidID(id) {
		return hospital.Hospital{}, errNotFound
	}
	h, err := one(hospitals(ctx, s.db.NewSelect().Where("y.id = ? AND NOT y.disabled AND "+openSite, id)))
	return h, failed("find a hospital", err)
}

const openSite = "EXISTS (SELECT 1 FROM sites AS x WHERE x.id = y.site AND x.deleted = 0)"

// OpenHospitals lists the sign-ins with a button.
func (s *Store) OpenHospitals(ctx context.Context) ([]hospital.Hospital, error) {
	list, err := hospitals(ctx, s.db.NewSelect().Where("NOT y.disabled AND "+openSite))
	return list, failed("list hospitals", err)
}

// ListHospitals lists the sign-ins of the sites by manages.
func (s *Store) ListHospitals(ctx context.Context, by care.Reader) ([]hospital.Hospital, error) {
	list, err := hospitals(ctx, s.db.NewSelect().Where("y.site IN (?)", sites(by, access.ManageSite)))
	return list, failed("list hospitals", err)
}

// PutHospital makes (version 0, with a fresh id) or changes the sign-in of a site by manages. No rule gives a role by could
// not give by hand. Where issuer or client change, the old secret is not kept.
func (s *Store) PutHospital(ctx context.Context, by care.Reader, h hospital.Hospital) (hospital.Hospital, error) {
	rules, err := json.Marshal(h.Rules)
	if err != nil {
		return h, err
	}
	row := hospitalRow{ID: h.ID, Site: h.Site, Name: h.Name, Issuer: h.Issuer, Client: h.Client, Scopes: strings.Join(h.Scopes, " "), Claim: h.Claim, Rules: string(rules),
		Disabled: h.Disabled, Version: h.Version + 1, Created: micro(s.now()), Secret: base64.StdEncoding.EncodeToString(h.Secret)}
	err = s.within(ctx, "put a hospital", func(ctx context.Context, tx bun.Tx) error {
		if err := clean(h.Name, h.Issuer, h.Client, row.Scopes, h.Claim, string(rules)); err != nil {
			return err
		}
		if err := s.mayRule(ctx, tx, by, h); err != nil {
			return err
		}
		if h.Version == 0 {
			_, err := tx.NewInsert().Model(&row).Exec(ctx)
			return err
		}
		var was hospitalRow
		if err := s.locked(tx.NewSelect().Model(&was).Where("y.id = ? AND y.site = ?", h.ID, h.Site)).Scan(ctx); err != nil {
			return err
		}
		if was.Version != h.Version {
			return errChanged
		}
		row.Created = was.Created
		if row.Secret == "" && was.Issuer == row.Issuer && was.Client == row.Client {
			row.Secret = was.Secret
		}
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.takeBack(ctx, tx, h)
	})
	if err != nil {
		return h, err
	}
	return row.hospital()
}

// DeleteHospital removes the sign-in of a site by manages, with its secret and what its word gave. Accounts stay with their
// people, who come back as the same ones should the issuer be let in again.
func (s *Store) DeleteHospital(ctx context.Context, by care.Reader, id hospital.ID, version int64) error {
	if !care.ValidID(id) {
		return errNotFound
	}
	return s.within(ctx, "delete a hospital", func(ctx context.Context, tx bun.Tx) error {
		var row hospitalRow
		if err := s.locked(tx.NewSelect().Model(&row).Where("y.id = ? AND y.site IN (?)", id, sites(by, access.ManageSite))).Scan(ctx); err != nil {
			return err
		}
		if row.Version != version {
			return errChanged
		}
		if err := s.takeBack(ctx, tx, hospital.Hospital{ID: id}); err != nil {
			return err
		}
		_, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx)
		return err
	})
}

func (s *Store) mayRule(ctx context.Context, tx bun.Tx, by care.Reader, h hospital.Hospital) error {
	if h.Site == "" {
		return errNotFound
	}
	if err := placed(ctx, tx, by, access.ManageSite, care.Place{Site: h.Site}); err != nil {
		return err
	}
	for _, r := range h.Rules {
		if err := placed(ctx, tx, by, access.ManageRoles, r.Place); err != nil {
			return fault.New(fault.Invalid, "hospital.rule-place", err)
		}
	}
	return nil
}

// Arrive finds the person somebody the hospital vouches for is, or makes them, and gives and takes the roles the
// hospital's word is worth today: roles somebody gave by hand stay. Who has no role at all gets fault "hospital.no-role",
// whoever is disabled or deleted "hospital.closed".
func (s *Store) Arrive(ctx context.Context, a hospital.Arrival) (person care.PersonID, changed bool, err error) {
	if err := clean(a.Subject, a.Name); err != nil {
		return "", false, err
	}
	person, changed, err = s.arrive(ctx, a)
	if fault.Is(err, fault.Conflict) && fault.Of(err).Code == errChanged.Code { // two tabs came at once, and one made the person
		person, changed, err = s.arrive(ctx, a)
	}
	if err != nil {
		return "", false, err
	}
	who, err := s.Account(ctx, person)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && who.Disabled:
		err = fault.New(fault.Conflict, "hospital.closed", nil)
	case err == nil && len(who.Grants) == 0:
		err = errNoRole
	}
	return person, changed, err
}

var errNoRole = fault.New(fault.Conflict, "hospital.no-role", nil)

func (s *Store) arrive(ctx context.Context, a hospital.Arrival) (person care.PersonID, changed bool, err error) {
	err = s.within(ctx, "let somebody arrive", func(ctx context.Context, tx bun.Tx) error {
		err := tx.NewRaw("SELECT person FROM hospital_accounts WHERE issuer = ? AND subject = ?", a.Hospital.Issuer, a.Subject).Scan(ctx, &person)
		switch {
		case fault.Is(failed("", err), fault.NotFound) && len(a.Grants) == 0:
			return errNoRole
		case fault.Is(failed("", err), fault.NotFound):
			person, err = s.newcomer(ctx, tx, a)
		}
		if err == nil {
			_, err = tx.NewRaw("UPDATE hospital_accounts SET seen = ? WHERE issuer = ? AND subject = ?", micro(s.now()), a.Hospital.Issuer, a.Subject).Exec(ctx)
		}
		if err != nil {
			return err
		}
		changed, err = s.settleGrants(ctx, tx, person, a)
		return err
	})
	return person, changed, err
}

// newcomer makes a person for somebody who came for the first time. Nobody can sign in with their login: there is no
// password. A login that is taken gets a tail.
func (s *Store) newcomer(ctx context.Context, tx bun.Tx, a hospital.Arrival) (care.PersonID, error) {
	id := care.NewID[care.PersonID]()
	login := a.Login
	var taken int
	if err := tx.NewRaw("SELECT COUNT(*) FROM people WHERE login = ?", login).Scan(ctx, &taken); err != nil {
		return "", err
	}
	if taken > 0 || care.ValidateLogin(login) != nil {
		login += "-" + string(id[:8])
		if len(login) < 12 {
			login = "staff" + login
		}
	}
	name := a.Name
	if care.ValidateName(name) != nil {
		name = login
	}
	row := personRow{ID: id, Site: a.Hospital.Site, Name: name, Login: login, Version: 1, Created: micro(s.now())}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return "", err
	}
	_, err := tx.NewRaw("INSERT INTO hospital_accounts (issuer, subject, person, since) VALUES (?, ?, ?, ?)",
		a.Hospital.Issuer, a.Subject, id, micro(s.now())).Exec(ctx)
	return id, err
}

// settleGrants makes the roles this hospital gave those of a, and says whether that changed any: then the person's sessions
// end, which began with others. The hospital's id is their author.
func (s *Store) settleGrants(ctx context.Context, tx bun.Tx, person care.PersonID, a hospital.Arrival) (changed bool, err error) {
	if _, err := s.holdPerson(ctx, tx, person); err != nil {
		return false, err
	}
	before, err := grantsOf(ctx, tx, []care.PersonID{person})
	if err != nil {
		return false, err
	}
	author := care.PersonID(a.Hospital.ID)
	if _, err := tx.NewDelete().Model((*grantRow)(nil)).Where("person = ? AND author = ?", person, author).Exec(ctx); err != nil {
		return false, err
	}
	for _, g := range a.Grants {
		row := grantRow{Person: person, Role: g.Role, Site: g.Site, Project: g.Project, Since: micro(s.now()), Author: author}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return false, err
		}
	}
	after, err := grantsOf(ctx, tx, []care.PersonID{person})
	if err != nil || slices.Equal(before[person], after[person]) {
		return false, err
	}
	return true, endSessions(ctx, tx, person, identity.Hash{})
}

// takeBack ends what a hospital's word gave and its rules give no more, with the sessions of those it concerns.
func (s *Store) takeBack(ctx context.Context, tx bun.Tx, h hospital.Hospital) error {
	var rows []grantRow
	if err := tx.NewSelect().Model(&rows).Where("g.author = ?", h.ID).Scan(ctx); err != nil {
		return err
	}
	for _, row := range rows {
		grant := care.Grant{Role: row.Role, Place: care.Place{Site: row.Site, Project: row.Project}}
		if !h.Disabled && slices.ContainsFunc(h.Rules, func(r hospital.Rule) bool { return r.Grant == grant }) {
			continue
		}
		if _, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, row.Person, identity.Hash{}); err != nil {
			return err
		}
	}
	return nil
}

// arrivalLasts is how long a hospital's word is believed of somebody who came another way since, by a passkey: who has left
// the hospital comes by it no more.
const arrivalLasts = 14 * 24 * time.Hour

// ForgetArrivals ends the roles hospitals gave to people who have not come by them for two weeks, and returns whose.
func (s *Store) ForgetArrivals(ctx context.Context) (people []care.PersonID, err error) {
	err = s.within(ctx, "forget arrivals", func(ctx context.Context, tx bun.Tx) error {
		people = nil
		const late = `author IN (SELECT y.id FROM hospitals AS y WHERE NOT EXISTS (SELECT 1 FROM hospital_accounts AS z
			WHERE z.person = grants.person AND z.issuer = y.issuer AND z.seen > ?))`
		if err := tx.NewRaw("SELECT DISTINCT person FROM grants WHERE "+late, micro(s.now().Add(-arrivalLasts))).Scan(ctx, &people); err != nil {
			return err
		}
		if _, err := tx.NewRaw("DELETE FROM grants WHERE "+late, micro(s.now().Add(-arrivalLasts))).Exec(ctx); err != nil {
			return err
		}
		for _, p := range people {
			if err := endSessions(ctx, tx, p, identity.Hash{}); err != nil {
				return err
			}
		}
		return nil
	})
	return people, err
}
