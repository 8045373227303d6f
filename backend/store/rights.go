package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Rights says what a person may do to a patient whose rights by may read, and why. A person whom by does not see and who
// may do nothing to the patient is fault.NotFound.
func (s *Store) Rights(ctx context.Context, by care.Reader, patient care.PatientID, person care.PersonID) (care.Rights, error) {
	if !care.ValidID(person) {
		return care.Rights{}, errNotFound
	}
	r, err := one(s.rights(ctx, by, patient, "w.id = ? AND (w.id IN (?) OR w.id IN (?))", person, colleagues(by, access.ReadRights), surrounding(patient)))
	return r, failed("explain rights", err)
}

// WhoMay says who may do anything to a patient whose rights by may read, and why, by name.
func (s *Store) WhoMay(ctx context.Context, by care.Reader, patient care.PatientID) ([]care.Rights, error) {
	all, err := s.rights(ctx, by, patient, "NOT w.disabled AND w.id IN (?)", surrounding(patient))
	var list []care.Rights
	for _, r := range all {
		if len(r.Rights) > 0 {
			list = append(list, r)
		}
	}
	return list, failed("explain rights", err)
}

// surrounding is the list of people with a role at a place that holds a patient.
func surrounding(patient care.PatientID) any {
	return bun.SafeQuery(`SELECT g.person FROM grants AS g JOIN patients AS p ON p.id = ? JOIN projects AS j ON j.id = p.project
		WHERE (g.role <> ? OR g.person = p.person) AND (g.site = '' OR (g.site = j.site AND (g.project = '' OR g.project = j.id)))`, patient, access.Patient)
}

func (s *Store) rights(ctx context.Context, by care.Reader, patient care.PatientID, where string, args ...any) ([]care.Rights, error) {
	if err := allowed(ctx, s.db, patient, visible(by, access.ReadRights)); err != nil {
		return nil, err
	}
	var at struct {
		Site    care.SiteID
		Project care.ProjectID
	}
	if err := s.db.NewRaw("SELECT j.site AS site, j.id AS project FROM patients AS p JOIN projects AS j ON j.id = p.project WHERE p.id = ?", patient).Scan(ctx, &at); err != nil {
		return nil, err
	}
	people, err := accounts(ctx, s.db, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where(where, args...).OrderExpr("w.name, w.id") })
	if err != nil {
		return nil, err
	}
	all, err := cares(ctx, s.db, "c.patient = ?", patient)
	if err != nil {
		return nil, err
	}
	list := make([]care.Rights, len(people))
	for i, p := range people {
		r := care.Rights{Person: p.ID, Name: p.Name, Disabled: p.Disabled, Patient: patient}
		for _, c := range all {
			if c.Therapist == p.ID {
				r.Assigned, r.Signals = true, c.Signals
			}
		}
		if !p.Disabled {
			r.Rights = care.Explain(p.Grants, care.Place{Site: at.Site, Project: at.Project}, r.Assigned, p.Patient == patient)
		}
		if !receives(r.Rights) {
			r.Signals = nil
		}
		list[i] = r
	}
	return list, nil
}

func receives(rights []care.Right) bool {
	for _, r := range rights {
		if r.Action == access.ReceiveSignals {
			return true
		}
	}
	return false
}
