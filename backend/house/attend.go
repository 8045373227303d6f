package house

import (
	"context"

	"hearth/backend/room"
	"hearth/backend/store"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// Attend follows who is in a visit.
func (h rules) Attend(ctx context.Context, a room.Attendance) error {
	_, err := h.visits().AttendGuest(ctx, a.Guest, a.Act)
	return err
}

// AtDoor follows who stands at a door.
func (h rules) AtDoor(ctx context.Context, d room.AtDoor) error {
	return h.visits().AtDoor(ctx, d.Guest, d.Came, d.Away, d.Staff)
}

// visiting lists where a page of staff stands because of visits: at the desks of the places they let guests in, at the doors
// of those who wait there for them, and in the visits they host or are invited to.
func (h rules) visiting(ctx context.Context, by care.Reader) (places []room.Place, err error) {
	desks, err := h.store.Desks(ctx, by)
	if err != nil || len(by.Roles) == 0 {
		return nil, err
	}
	for _, id := range desks {
		places = append(places, room.Place{Room: live.DeskRoom(id)})
	}
	queue, err := h.store.Queue(ctx, by, "", false)
	if err != nil {
		return nil, err
	}
	for _, w := range queue {
		places = append(places, room.Place{Room: live.DoorRoom(w.ID), Visit: w.Visit})
	}
	standings, err := h.store.StaffStandings(ctx, by)
	for _, s := range standings {
		places = append(places, room.Place{Room: live.VisitRoom(s.Visit), Visit: s.Visit, Guest: s.Guest, Shown: s.Name, Relay: s.Relay})
	}
	return places, err
}

// visitor lists where a page of somebody invited stands: at the own door while they wait, in the visit once they were let
// in, and then, when they are its patient, in the patient's room too, where their sensors are.
func (h rules) visitor(ctx context.Context, who room.Who) ([]room.Place, error) {
	by := care.Reader{Person: who.Person.ID, Site: who.Site, Roles: only(who.Roles, access.Guest)}
	if by.Roles == nil {
		by.Roles = only(who.Roles, access.Patient)
	}
	standings, err := h.store.GuestStandings(ctx, by)
	var places []room.Place
	for _, s := range standings {
		at := room.Place{Room: live.VisitRoom(s.Visit), Visit: s.Visit, Guest: s.Guest, Shown: s.Name, Relay: s.Relay}
		if s.State.Queued() {
			at.Room = live.DoorRoom(s.Guest)
		}
		places = append(places, at)
		if s.State.Inside() && s.As == care.AsPatient && s.Patient != "" {
			around, err := h.around(ctx, s)
			if err != nil {
				return nil, err
			}
			places = append(places, around...)
		}
	}
	return places, err
}

// around is the room of a visit's patient, whom its therapist's pages know by the pseudonym. Only of a patient who is hidden
// meanwhile there is none: one that cannot be looked up right now is looked up again.
func (h rules) around(ctx context.Context, s store.Standing) ([]room.Place, error) {
	p, err := h.store.Patient(ctx, byItself(""), s.Patient)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []room.Place{{Room: live.PatientRoom(p.ID), Patient: p.ID, Name: p.Name}}, nil
}

// but leaves one role out.
func but(roles []access.Role, role access.Role) (list []access.Role) {
	for _, r := range roles {
		if r != role {
			list = append(list, r)
		}
	}
	return list
}
