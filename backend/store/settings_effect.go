package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
)

// standing is what the rules about signing in ask of somebody's row.
type standing struct {
	ID       care.PersonID
	Code     bool
	Passkeys int
	Enters   bool // has a password
}

// SignInEffect counts what new settings of a place by manages would do to those who work or are treated there: they are
// held against what holds now. Base is what the house asks of all its staff.
func (s *Store) SignInEffect(ctx context.Context, by care.Reader, n care.SiteSettings, was, base care.Level) (e care.SignInEffect, err error) {
	if err := n.Validate(); err != nil {
		return e, err
	}
	if err := placed(ctx, s.db, by, settingsRight(n.Site), care.Place{Site: n.Site}); err != nil {
		return e, failed("count whom settings concern", err)
	}
	var rows []siteSettingsRow
	if err := s.db.NewSelect().Model(&rows).Where(ofThere).Scan(ctx); err != nil {
		return e, failed("count whom settings concern", err)
	}
	now, err := settingsOf(rows)
	if err != nil {
		return e, failed("count whom settings concern", err)
	}
	then := append(slices.DeleteFunc(slices.Clone(now), func(o care.SiteSettings) bool { return o.Site == n.Site }), n)
	people, grants, sessions, err := s.standings(ctx, n.Site)
	if err != nil {
		return e, failed("count whom settings concern", err)
	}
	at := s.now()
	for _, p := range people {
		old, fresh := care.RuleOf(grants[p.ID], now, was), care.RuleOf(grants[p.ID], then, base)
		e.People++
		m := identity.Means{Code: p.Code, Passkeys: p.Passkeys}
		if fresh.Level.Over(old.Level) && !m.Meets(fresh.Level) && p.Enters {
			e.SetUp++
		}
		if slices.ContainsFunc(sessions[p.ID], func(one identity.Session) bool {
			good := func(r care.SignInRule) bool { return one.Proof.Reaches(r.Level) && !r.Over(one.Created, one.Seen, at) }
			return good(old) && !good(fresh)
		}) {
			e.Again++
		}
	}
	return e, nil
}

// standings reads everybody of a site, "" for the house, who can sign in, with their roles and sessions.
func (s *Store) standings(ctx context.Context, site care.SiteID) (people []standing, grants map[care.PersonID][]care.Grant, sessions map[care.PersonID][]identity.Session, err error) {
	where := "NOT w.disabled AND w.deleted = 0 AND NOT w.link_only AND w.id IN (SELECT g.person FROM grants AS g WHERE ? = '' OR g.site = ?)"
	args := []any{site, site}
	if err := s.db.NewRaw(`SELECT w.id, w.hash <> '' AS enters, EXISTS (SELECT 1 FROM codes AS c WHERE c.person = w.id AND c.sealed <> '') AS code,
		(SELECT COUNT(*) FROM passkeys AS k WHERE k.person = w.id) AS passkeys FROM people AS w WHERE `+where, args...).Scan(ctx, &people); err != nil {
		return nil, nil, nil, err
	}
	sessions = map[care.PersonID][]identity.Session{}
	var rows []sessionRow
	if err := s.db.NewSelect().Model(&rows).Where("s.expires > ?", micro(s.now())).Where("s.person IN (SELECT w.id FROM people AS w WHERE ?)", bun.SafeQuery(where, args...)).Scan(ctx); err != nil {
		return nil, nil, nil, err
	}
	for _, row := range rows {
		sessions[row.Person] = append(sessions[row.Person], identity.Session{Proof: row.Proof, Created: instant(row.Created), Seen: instant(row.Seen)})
	}
	var held []struct {
		Person  care.PersonID
		Role    access.Role
		Site    care.SiteID
		Project care.ProjectID
	}
	if err := s.db.NewRaw("SELECT g.person, g.role, g.site, g.project FROM grants AS g WHERE g.person IN (SELECT w.id FROM people AS w WHERE ?)", bun.SafeQuery(where, args...)).Scan(ctx, &held); err != nil {
		return nil, nil, nil, err
	}
	grants = map[care.PersonID][]care.Grant{}
	for _, g := range held {
		grants[g.Person] = append(grants[g.Person], care.Grant{Role: g.Role, Place: care.Place{Site: g.Site, Project: g.Project}})
	}
	return people, grants, sessions, nil
}
