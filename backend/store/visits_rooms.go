package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Standing is a place in a visit: of the host, whose Guest is "", or of somebody invited.
type Standing struct {
	Visit   care.VisitID
	Guest   care.GuestID
	As      care.Invited
	Name    string // as others read it; "" for the host
	State   care.GuestState
	Patient care.PatientID
	Person  care.PersonID // of staff, and of a patient who signs in
	Relay   bool          // the visit goes through the relay only
}

// Desks are the projects in which by lets guests in.
func (s *Store) Desks(ctx context.Context, by care.Reader) (ids []care.ProjectID, err error) {
	ways, args := way(by, access.AdmitGuests, atProject, func(access.Scope) (string, []any, bool) { return "", nil, true })
	err = s.db.NewRaw("SELECT j.id FROM projects AS j WHERE j.deleted = 0 AND ("+either(ways)+") ORDER BY j.id", args...).Scan(ctx, &ids)
	return ids, failed("look for desks", err)
}

// StaffStandings are the visits somebody of staff stands in now: those they host or are invited to, from half an hour before
// they begin, or as soon as they are open, until they are closed.
func (s *Store) StaffStandings(ctx context.Context, by care.Reader) ([]Standing, error) {
	var rows []visitRow
	if err := s.current(selectVisits(s.db, visitsOf(by, access.AttendVisit), &rows)).Where("v.host = ? OR v.id IN ("+asStaff+")", by.Person, by.Person).Scan(ctx); err != nil {
		return nil, failed("look for visits", err)
	}
	all, err := s.withGuests(ctx, s.db, rows)
	if err != nil {
		return nil, failed("look for visits", err)
	}
	list := make([]Standing, len(all))
	for i, v := range all {
		own := ownPlace(by, v)
		list[i] = Standing{Visit: v.ID, Guest: own.ID, As: own.As, Name: own.Name, State: own.State, Patient: v.Patient, Person: by.Person, Relay: v.Relay}
	}
	return list, nil
}

// current narrows visits to those pages may stand in now.
func (s *Store) current(q *bun.SelectQuery) *bun.SelectQuery {
	now := s.now()
	return q.Where("v.state = ? OR (v.state = ? AND v.begins <= ? AND v.ends > ?)", care.Open, care.Booked, micro(now.Add(care.ComeBefore)), micro(now.Add(-care.LinkAfter))).
		Where("v.closing = 0 OR v.closing > ?", micro(now)).OrderExpr("v.begins, v.id").Limit(50)
}

// GuestStandings are the places of a guest who came by a link, or of a patient who signed in, who waits or is in a visit.
func (s *Store) GuestStandings(ctx context.Context, by care.Reader) ([]Standing, error) {
	var rows []visitRow
	if err := s.current(selectVisits(s.db, visitsOf(by, access.AttendVisit), &rows)).Scan(ctx); err != nil {
		return nil, failed("look for a guest's visits", err)
	}
	all, err := s.withGuests(ctx, s.db, rows)
	var list []Standing
	for _, v := range all {
		if own := ownPlace(by, v); own.As != care.AsStaff && (own.State.Queued() || own.State.Inside()) {
			list = append(list, Standing{Visit: v.ID, Guest: own.ID, As: own.As, Name: own.Name, State: own.State, Patient: v.Patient, Person: own.Person, Relay: v.Relay})
		}
	}
	return list, failed("look for a guest's visits", err)
}

// InRelayedVisit reports whether patient is in a visit now that goes through the relay only.
func (s *Store) InRelayedVisit(ctx context.Context, patient care.PatientID) (bool, error) {
	n, err := s.db.NewSelect().TableExpr("visits AS v").Join("JOIN guests AS i ON i.visit = v.id").
		Where("v.patient = ? AND v.relay AND (v.relay_said OR ?) AND i.invited_as = ?", patient, !s.noRelay, care.AsPatient).
		Where("v.state IN (?)", bun.In([]care.VisitState{care.Booked, care.Open})).
		Where("i.state IN (?)", bun.In([]care.GuestState{care.Admitted, care.InCall, care.Away})).Count(ctx)
	return n > 0, failed("look for a visit through the relay", err)
}
