package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

// asStaff finds the visits a person of staff is invited to.
const asStaff = "SELECT i.visit FROM guests AS i WHERE i.person = ? AND i.invited_as = 'staff' AND i.state NOT IN ('uninvited', 'denied')"

// sight is a condition on visits v in SQL: which ones somebody sees. The house, acting by itself, sees every one.
type sight struct {
	sql  string
	args []any
}

var every = sight{sql: "1 = 1"}

func visitsOf(by care.Reader, action access.Action) sight {
	sql, args := visited(by, action)
	return sight{sql, args}
}

// visited is true in SQL for every visit v by may do action to. Each role opens as far as the table in shared/access says:
// held ones everything in their projects, therapists the visits of their patients and those they host or are invited to,
// Self only what one is in oneself. Visits of hidden patients and in hidden projects are on no list.
func visited(by care.Reader, action access.Action) (string, []any) {
	if by.Operator {
		return "1 = 1", nil
	}
	var ways []string
	var values []any
	for _, one := range apart(by) {
		if one.Service != "" {
			continue // no scope of a service opens visits
		}
		role := one.Roles[0]
		reach := access.Reach(one.Roles, action)
		if role == access.Guest && reach == access.Self {
			ways = append(ways, "v.id IN (SELECT i.visit FROM guests AS i WHERE i.id = ?)")
			values = append(values, by.Person)
			continue
		}
		narrower, args := "", []any{}
		holding, held := way(one, action, atProject, func(reach access.Scope) (string, []any, bool) {
			switch {
			case reach == access.Held, reach == access.House:
			case reach == access.OwnPatients:
				narrower = " AND (v.host = ? OR (v.host = '' AND v.drop_in) OR v.id IN (" + asStaff + ") OR v.patient IN (SELECT c.patient FROM care AS c WHERE c.therapist = ?))"
				args = []any{by.Person, by.Person, by.Person}
			case reach == access.Self && role == access.Patient:
				narrower = " AND v.id IN (SELECT i.visit FROM guests AS i WHERE i.person = ? AND i.invited_as = 'patient' AND i.state <> 'uninvited')"
				args = []any{by.Person}
			case reach == access.Self:
				narrower = " AND (v.host = ? OR v.id IN (" + asStaff + "))"
				args = []any{by.Person, by.Person}
			default:
				return "", nil, false
			}
			return "", nil, true
		})
		if len(holding) == 0 {
			continue
		}
		ways = append(ways, "(v.project IN (SELECT j.id FROM projects AS j WHERE j.deleted = 0 AND ("+either(holding)+"))"+narrower+")")
		values = append(append(values, held...), args...)
	}
	return "(" + either(ways) + ") AND (v.patient IS NULL OR v.patient IN (SELECT p.id FROM patients AS p WHERE p.deleted = 0))", values
}

// hosting lists the roles of staff who may host a visit or be invited to it; the first sits in it with patients.
var hosting = []access.Role{access.Therapist, access.Clerk, access.Administrator}

// hostsOf are those who may be responsible for a visit of a kind: a patient must not wait for somebody whose pages do not lead in.
func hostsOf(kind care.VisitKind) []access.Role {
	if kind == care.Meeting {
		return hosting
	}
	return hosting[:1]
}

// staffAt answers fault.NotFound unless the person is active and of the staff that hosts visits at the project, in one of
// these roles when any are named.
func staffAt(ctx context.Context, db bun.IDB, project care.ProjectID, person care.PersonID, roles ...access.Role) (name string, err error) {
	if len(roles) == 0 {
		roles = hosting
	}
	if !care.ValidID(person) {
		return "", errNotFound
	}
	err = db.NewRaw(`SELECT w.name FROM people AS w JOIN projects AS j ON j.id = ? WHERE w.id = ? AND NOT w.disabled AND w.deleted = 0
		AND EXISTS (SELECT 1 FROM grants AS g WHERE g.person = w.id AND g.role IN (?) AND `+atProject, project, person, bun.List(roles)).Scan(ctx, &name)
	return name, err
}

// VisitStaff returns, by name, who may be invited to visits of a project by writes visits in, and who of them may host which.
func (s *Store) VisitStaff(ctx context.Context, by care.Reader, project care.ProjectID) ([]care.Staff, error) {
	if err := visitingAt(ctx, s.db, by, access.WriteVisits, project); err != nil {
		return nil, failed("list who hosts visits", err)
	}
	const holdsOne = "EXISTS (SELECT 1 FROM grants AS g JOIN projects AS j ON j.id = ? WHERE g.person = w.id AND g.role IN (?) AND " + atProject
	var list []care.Staff
	err := s.db.NewRaw("SELECT w.id, w.name, "+holdsOne+" AS hosts FROM people AS w WHERE w.deleted = 0 AND NOT w.disabled AND "+holdsOne+" ORDER BY w.name, w.id",
		project, bun.List(hostsOf(care.Therapy)), project, bun.List(hosting)).Scan(ctx, &list)
	return list, failed("list who hosts visits", err)
}

// visitingAt answers fault.NotFound unless by may do action in a project at all.
func visitingAt(ctx context.Context, db bun.IDB, by care.Reader, action access.Action, project care.ProjectID) error {
	if !care.ValidID(project) {
		return errNotFound
	}
	ways, args := way(by, action, atProject, func(access.Scope) (string, []any, bool) { return "", nil, true })
	var yes int
	return db.NewRaw("SELECT 1 FROM projects AS j WHERE j.id = ? AND j.deleted = 0 AND ("+either(ways)+")", append([]any{project}, args...)...).Scan(ctx, &yes)
}
