package store

import (
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"hearth/shared/access"
	"hearth/shared/care"
)

// holds is true in SQL while a person has a role at a site and is not disabled. It reads the roles as they are now, so
// a session or socket that still believes in a role it lost gets nothing.
const holds = `EXISTS (SELECT 1 FROM roles AS g JOIN people AS h ON h.id = g.person
	WHERE g.person = ? AND g.role = ? AND NOT h.disabled AND g.site = `

// visible is the list of patients by may do action to, as SQL that selects their ids. Each role opens as far as the
// table in shared/access says; a reader without a fitting role sees the empty list.
func visible(by care.Reader, action access.Action) schema.QueryWithArgs {
	var ways []string
	var args []any
	for _, role := range by.Roles {
		reach := access.Reach([]access.Role{role}, action)
		if reach == access.Nothing {
			continue
		}
		way := holds + "j.site)"
		args = append(args, by.Person, role)
		switch reach {
		case access.Self:
			way += " AND p.person = ?"
			args = append(args, by.Person)
		case access.OwnPatients:
			way += " AND EXISTS (SELECT 1 FROM care AS c WHERE c.patient = p.id AND c.therapist = ?)"
			args = append(args, by.Person)
		case access.Site: // holding the role at the project's site is all it takes
		default:
			way = "1 = 0 AND " + way // a reach this room does not know opens nothing
		}
		ways = append(ways, "("+way+")")
	}
	return bun.SafeQuery("SELECT p.id FROM patients AS p JOIN projects AS j ON j.id = p.project WHERE "+either(ways), args...)
}

// sites is the list of sites by may do action to all of, as SQL that selects their ids.
func sites(by care.Reader, action access.Action) schema.QueryWithArgs {
	var ways []string
	var args []any
	for _, role := range by.Roles {
		if access.Reach([]access.Role{role}, action) == access.Site {
			ways = append(ways, "("+holds+"x.id))")
			args = append(args, by.Person, role)
		}
	}
	return bun.SafeQuery("SELECT x.id FROM sites AS x WHERE "+either(ways), args...)
}

// either joins conditions by OR; none of them means nothing, never everything.
func either(ways []string) string {
	if len(ways) == 0 {
		return "1 = 0"
	}
	return strings.Join(ways, " OR ")
}
