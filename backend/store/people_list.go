package store

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// peopleIndex is the order of ListPeople.
const peopleIndex = "CREATE INDEX people_name ON people (name, id)"

// ListPeople returns everyone with a role where by manages people, by name, and the cursor of the next part, "" at the end.
// Total counts all of them; it is 0 for every part but the first.
func (s *Store) ListPeople(ctx context.Context, by care.Reader, f care.PeopleFilter, page care.Page) (list []care.Person, next string, total int, err error) {
	limit := page.Limit
	if limit <= 0 || limit > 200 {
		limit = 200
	}
	name, id, err := readPeopleCursor(page.After)
	if err != nil {
		return nil, "", 0, err
	}
	if err := clean(f.Text, string(f.Role), string(f.Site), string(f.Project)); err != nil {
		return nil, "", 0, err
	}
	reach, args := colleague(by, access.ManagePeople)
	narrow := func(q *bun.SelectQuery) *bun.SelectQuery { return narrowPeople(q.Where(reach, args...), by, f) }
	all, err := accounts(ctx, s.db, func(q *bun.SelectQuery) *bun.SelectQuery {
		if page.After != "" {
			q.Where("(w.name, w.id) > (?, ?)", name, id)
		}
		return narrow(q).OrderExpr("w.name, w.id").Limit(int64(limit) + 1)
	})
	if err != nil {
		return nil, "", 0, failed("list people", err)
	}
	if len(all) > limit {
		all = all[:limit]
		last := all[limit-1].Person
		next = base64.RawURLEncoding.EncodeToString([]byte(last.Name + "\x01" + string(last.ID)))
	}
	for _, a := range all {
		list = append(list, a.Person)
	}
	switch {
	case page.After != "":
		return list, next, 0, nil
	case next == "":
		return list, next, len(list), nil
	}
	err = narrow(s.db.NewSelect().TableExpr("people AS w").ColumnExpr("COUNT(*)").Where("w.deleted = 0")).Scan(ctx, &total)
	return list, next, total, failed("count people", err)
}

func readPeopleCursor(text string) (name string, id care.PersonID, err error) {
	if text == "" {
		return "", "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	name, rest, ok := strings.Cut(string(b), "\x01")
	if id = care.PersonID(rest); err != nil || !ok || !care.ValidID(id) || clean(name) != nil {
		return "", "", fault.New(fault.Invalid, "page.cursor", err)
	}
	return name, id, nil
}

// narrowPeople leaves whom a filter asks for. It looks only at the roles and sites where by manages people: what the list
// does not show, a filter must not tell.
func narrowPeople(q *bun.SelectQuery, by care.Reader, f care.PeopleFilter) *bun.SelectQuery {
	covered, args := way(by, access.ManagePeople, atGrant, held)
	at := func(column string, value any) schema.QueryWithArgs {
		return bun.SafeQuery("EXISTS (SELECT 1 FROM grants AS o WHERE o.person = w.id AND o."+column+" = ? AND ("+either(covered)+"))", append([]any{value}, args...)...)
	}
	switch f.Kind {
	case care.OnlyStaff:
		q.Where("NOT EXISTS (SELECT 1 FROM patients AS n WHERE n.person = w.id)")
	case care.OnlyPatients:
		q.Where("EXISTS (SELECT 1 FROM patients AS n WHERE n.person = w.id)")
	}
	if f.Role != "" {
		q.Where("?", at("role", f.Role))
	}
	if f.Site != "" {
		q.Where("((w.site = ? AND w.site IN (?)) OR ?)", f.Site, sites(by, access.ManagePeople), at("site", f.Site))
	}
	if f.Project != "" {
		q.Where("?", at("project", f.Project))
	}
	if f.Disabled != nil {
		q.Where("w.disabled = ?", *f.Disabled)
	}
	if f.Text == "" {
		return q
	}
	text := part(strings.ToLower(f.Text))
	return q.Where("(LOWER(w.name) LIKE ? ESCAPE '!' OR (w.login LIKE ? ESCAPE '!' AND NOT w.link_only))", text, text)
}
