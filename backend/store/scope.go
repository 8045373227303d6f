package store

import (
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"hearth/shared/access"
	"hearth/shared/care"
)

// holds is true in SQL while a person, who is there and not disabled, has a role at a place; what follows says which
// place. It reads the grants as they are now, so a session or socket that still believes in a role it lost gets nothing.
const holds = `EXISTS (SELECT 1 FROM grants AS g JOIN people AS h ON h.id = g.person
	WHERE g.person = ? AND g.role = ? AND NOT h.disabled AND h.deleted = 0 AND `

// The ends of holds: the role counts for what stands in the row it is asked about, at every place around it.
const (
	atProject = `(g.site = '' OR (g.site = j.site AND (g.project = '' OR g.project = j.id))))` // of project j
	atSite    = `(g.site = '' OR (g.site = x.id AND g.project = '')))`                         // of all of site x
	inSite    = `(g.site = '' OR g.site = x.id))`                                              // of anything in site x
	atGrant   = `(g.site = '' OR (g.site = o.site AND (g.project = '' OR g.project = o.project))))`
	atHouse   = `g.site = '')`
)

// serves is true in SQL while a service, which is there and not disabled, was granted a scope; what follows says where it
// belongs. It reads the grants as they are now, like holds, and ends with the same ends.
const serves = `EXISTS (SELECT 1 FROM services AS g JOIN service_scopes AS h ON h.service = g.id
	WHERE g.id = ? AND h.scope IN (?) AND NOT g.disabled AND g.deleted = 0 AND `

// way is one role's way to something: the condition with its arguments, none when the table does not let the role do it.
func way(by care.Reader, action access.Action, end string, more func(reach access.Scope) (string, []any, bool)) (ways []string, args []any) {
	if by.Operator {
		if access.May([]access.Role{access.Administrator}, action) {
			ways = []string{"(1 = 1)"}
		}
		return ways, nil
	}
	if by.Service != "" {
		if scopes := access.Opening(by.Scopes, action); len(scopes) > 0 {
			ways, args = []string{"(" + serves + end + ")"}, []any{by.Service, bun.List(scopes)}
		}
		return ways, args
	}
	for _, role := range by.Roles {
		reach := access.Reach([]access.Role{role}, action)
		if reach == access.Nothing {
			continue
		}
		with := end
		if reach == access.House {
			with = atHouse
		}
		narrower, values, known := more(reach)
		if !known {
			continue // a reach this room does not know opens nothing
		}
		ways = append(ways, "("+holds+with+narrower+")")
		args = append(append(args, by.Person, role), values...)
	}
	return ways, args
}

// held takes only what is open to whoever holds the role there.
func held(reach access.Scope) (string, []any, bool) {
	return "", nil, reach == access.Held || reach == access.House
}

// visible is the list of patients by may do action to, as SQL that selects their ids. Each role opens as far as the
// table in shared/access says; a reader without a fitting role sees the empty list. Deleted patients are on no list.
func visible(by care.Reader, action access.Action) schema.QueryWithArgs {
	reach, args := reached(by, action)
	return bun.SafeQuery("SELECT p.id FROM patients AS p WHERE p.deleted = 0 AND ("+reach+")", args...)
}

// reached is true in SQL for every patient p by may do action to, deleted ones too. The lists in it do not depend on p, so
// a database makes each of them once.
func reached(by care.Reader, action access.Action) (string, []any) {
	var ways []string
	var values []any
	for _, one := range apart(by) {
		narrower, args := "", []any{}
		holding, held := way(one, action, atProject, func(reach access.Scope) (string, []any, bool) {
			switch reach {
			case access.Self:
				narrower, args = " AND p.person = ?", []any{by.Person}
			case access.OwnPatients:
				narrower, args = " AND p.id IN (SELECT c.patient FROM care AS c WHERE c.therapist = ?)", []any{by.Person}
			case access.Held, access.House:
			default:
				return "", nil, false
			}
			return "", nil, true
		})
		if len(holding) == 0 {
			continue
		}
		ways = append(ways, "(p.project IN (SELECT j.id FROM projects AS j WHERE "+either(holding)+")"+narrower+")")
		values = append(append(values, held...), args...)
	}
	return either(ways), values
}

// apart is a reader once for each role, since roles narrow differently; a service has none and is one.
func apart(by care.Reader) (list []care.Reader) {
	if by.Service != "" {
		return []care.Reader{by}
	}
	for _, role := range by.Roles {
		one := by
		one.Roles = []access.Role{role}
		list = append(list, one)
	}
	return list
}

// sites is the list of sites by may do action to all of, as SQL that selects their ids.
func sites(by care.Reader, action access.Action) schema.QueryWithArgs {
	ways, args := way(by, action, atSite, held)
	return bun.SafeQuery("SELECT x.id FROM sites AS x WHERE "+either(ways), args...)
}

// around is the list of sites by may do action to some part of: what a tree of places shows as the way to a project.
func around(by care.Reader, action access.Action) schema.QueryWithArgs {
	ways, args := way(by, action, inSite, held)
	return bun.SafeQuery("SELECT x.id FROM sites AS x WHERE "+either(ways), args...)
}

// projects is the list of projects by may do action to, as SQL that selects their ids.
func projects(by care.Reader, action access.Action) schema.QueryWithArgs {
	ways, args := way(by, action, atProject, held)
	return bun.SafeQuery("SELECT j.id FROM projects AS j WHERE "+either(ways), args...)
}

// staff is the list of people by may do action to, as SQL that selects their ids. Who has a role outside the places by
// holds is not on it: an administrator of one clinic must not hand out a password of somebody who works in two. People
// without any role belong to their site.
func staff(by care.Reader, action access.Action) schema.QueryWithArgs {
	covered, args := way(by, action, atGrant, held)
	home, more := way(by, action, atSite, held)
	return bun.SafeQuery(`SELECT w.id FROM people AS w JOIN sites AS x ON x.id = w.site WHERE w.deleted = 0
		AND NOT EXISTS (SELECT 1 FROM grants AS o WHERE o.person = w.id AND NOT (`+either(covered)+`))
		AND (EXISTS (SELECT 1 FROM grants AS o WHERE o.person = w.id) OR (`+either(home)+`))`, append(args, more...)...)
}

// colleagues is the list of people with at least one role where by may do action, and of those of the site without any.
func colleagues(by care.Reader, action access.Action) schema.QueryWithArgs {
	reach, args := colleague(by, action)
	return bun.SafeQuery("SELECT w.id FROM people AS w WHERE w.deleted = 0 AND "+reach, args...)
}

// colleague is true in SQL for every person w of that list.
func colleague(by care.Reader, action access.Action) (string, []any) {
	covered, args := way(by, action, atGrant, held)
	return `(EXISTS (SELECT 1 FROM grants AS o WHERE o.person = w.id AND (` + either(covered) + `))
		OR (NOT EXISTS (SELECT 1 FROM grants AS o WHERE o.person = w.id) AND w.site IN (?)))`, append(args, sites(by, action))
}

// either joins conditions by OR; none of them means nothing, never everything.
func either(ways []string) string {
	if len(ways) == 0 {
		return "1 = 0"
	}
	return strings.Join(ways, " OR ")
}
