package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// The faults of changing visits.
var (
	errOver       = fault.New(fault.Gone, "visit.over", nil)
	errBegun      = fault.New(fault.Conflict, "visit.begun", nil)
	errBeginEarly = fault.New(fault.Conflict, "visit.begin-early", nil)
	errNotYet     = fault.New(fault.Conflict, "visit.not-open", nil)
)

// running refuses a visit that is over.
func (s *Store) running(row visitRow) error {
	switch {
	case row.State == care.Cancelled:
		return fault.New(fault.Gone, "visit.cancelled", nil)
	case row.visit().Closed(s.now()):
		return errOver
	}
	return nil
}

// PatchVisit changes a visit by writes. Its time changes only before it begins; its length later too.
func (s *Store) PatchVisit(ctx context.Context, by care.Reader, id care.VisitID, p care.VisitPatch) (care.Planned, error) {
	return s.changeVisit(ctx, "change a visit", visitsOf(by, access.WriteVisits), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		if row.Version != p.Version {
			return errChanged
		}
		if err := s.running(*row); err != nil {
			return err
		}
		was := row.visit()
		v, err := s.patched(ctx, tx, by, was, p)
		if err != nil {
			return err
		}
		if v == was {
			return nil
		}
		moved := !v.Start.Equal(was.Start) || !v.End.Equal(was.End) || v.Zone != was.Zone
		if v.Version++; moved {
			v.Told++
		}
		row.set(v)
		if err := s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitChanged, By: by.Person}); err != nil || !moved {
			return err
		}
		if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.tellNews(ctx, tx, care.NewsChanged, was, *row, "", by.Person)
	})
}

func (s *Store) patched(ctx context.Context, tx bun.Tx, by care.Reader, v care.Visit, p care.VisitPatch) (care.Visit, error) {
	was := v
	if p.Relay != nil {
		var err error
		if v, err = s.chosen(ctx, tx, v, *p.Relay); err != nil {
			return v, err
		}
	}
	if p.Patient != nil && *p.Patient != v.Patient {
		if !v.DropIn || v.Patient != "" && *p.Patient != "" { // a slip is taken back before another is named
			return v, errPatient
		}
		if _, err := visitPatient(ctx, tx, by, v.Project, *p.Patient); err != nil {
			return v, err
		}
		v.Patient = *p.Patient
		if err := fitting(ctx, tx, v); err != nil {
			return v, err
		}
	}
	if p.Kind != nil && *p.Kind != v.Kind {
		v.Kind = *p.Kind
		if err := fitting(ctx, tx, v); err != nil {
			return v, err
		}
	}
	if p.Local != nil {
		v.Local = *p.Local
	}
	if p.Zone != nil {
		v.Zone = *p.Zone
	}
	if p.Minutes != nil {
		v.Minutes = *p.Minutes
	}
	timed := v.Local != was.Local || v.Zone != was.Zone
	if timed && v.State == care.Open {
		return v, errBegun
	}
	if !timed { // the same time, though it may be past and was begun on the spot
		_, err := care.Visit{Kind: v.Kind, Patient: v.Patient, DropIn: v.DropIn, Minutes: v.Minutes, Local: s.now().UTC().Format(care.LocalLayout), Zone: "UTC"}.Plan(s.now())
		v.End = v.Start.Add(time.Duration(v.Minutes) * time.Minute)
		return v, err
	}
	return v.Plan(s.now())
}

// fitting refuses a kind of visit that somebody who is invited does not belong to.
func fitting(ctx context.Context, tx bun.Tx, v care.Visit) error {
	rows, err := guestsOf(ctx, tx, v.ID)
	if err != nil {
		return err
	}
	n := care.NewVisit{Visit: v}
	for _, row := range rows {
		if row.State != care.Uninvited && row.InvitedAs != care.AsCaller {
			n.Guests = append(n.Guests, care.NewGuest{ID: row.ID, As: row.InvitedAs, Relative: row.Relative, Person: row.Person})
		}
	}
	if n.Validate() != nil {
		return fault.New(fault.Conflict, "visit.kind-guests", nil)
	}
	return nil
}

// CancelVisit calls a visit off that has not begun. Calling off again changes nothing.
func (s *Store) CancelVisit(ctx context.Context, by care.Reader, id care.VisitID, version int64) (care.Planned, error) {
	return s.changeVisit(ctx, "call off a visit", visitsOf(by, access.WriteVisits), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		switch {
		case row.State == care.Cancelled:
			return nil
		case row.Version != version:
			return errChanged
		case row.State == care.Open:
			return errBegun
		case row.State == care.Ended:
			return errOver
		}
		was := row.visit()
		row.State, row.Over, row.Version = care.Cancelled, micro(s.now()), row.Version+1
		if err := s.sendHome(ctx, tx, *row, by.Person, "cancelled"); err != nil {
			return err
		}
		if err := s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitCancel, From: string(was.State), To: string(row.State), By: by.Person}); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.tellNews(ctx, tx, care.NewsCancelled, was, *row, "", by.Person)
	})
}

// BeginVisit opens a visit, a day before its time at the earliest. Beginning again changes nothing.
func (s *Store) BeginVisit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error) {
	return s.changeVisit(ctx, "begin a visit", visitsOf(by, access.AdmitGuests), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		if err := s.running(*row); err != nil {
			return err
		}
		if row.State == care.Booked && s.now().Before(instant(row.Begins).Add(-care.LinkBefore)) {
			return errBeginEarly // there is no way back: it would be a slip on next week's row
		}
		return s.begun(ctx, tx, row, by.Person)
	})
}

// errHandOver is the fault of letting in a caller whom one may not treat oneself.
var errHandOver = fault.New(fault.Conflict, "visit.hand-over", nil)

// begun opens a visit that is held, unless it is open. Whoever opens a caller's, which is nobody's yet, hosts it, and so must
// be able to sit in it.
func (s *Store) begun(ctx context.Context, tx bun.Tx, row *visitRow, by care.PersonID) error {
	if row.State != care.Booked {
		return nil
	}
	if row.Host == "" {
		if _, err := staffAt(ctx, tx, row.Project, by, access.Therapist); fault.Is(failed("", err), fault.NotFound) {
			return errHandOver
		} else if err != nil {
			return err
		}
		row.Host = by
	}
	row.State = care.Open
	if by == row.Host {
		row.HostIn = micro(s.now())
	}
	return s.visitEvent(ctx, tx, row.ID, care.VisitEvent{Act: care.VisitBegun, From: string(care.Booked), To: string(care.Open), By: by})
}

// EndVisit has a visit close after a while that everybody is told of; GoOnVisit takes it back until then. Of two who end it
// the earlier end counts.
func (s *Store) EndVisit(ctx context.Context, by care.Reader, id care.VisitID, notice time.Duration) (care.Planned, error) {
	return s.changeVisit(ctx, "end a visit", visitsOf(by, access.AdmitGuests), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		at := s.now().Add(notice)
		switch {
		case row.State == care.Ended, row.Closing != 0 && row.Closing <= micro(at):
			return nil
		case row.State == care.Cancelled:
			return s.running(*row)
		case row.State != care.Open:
			return errNotYet
		}
		row.Closing = micro(at)
		return s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitEnding, By: by.Person})
	})
}

// GoOnVisit takes back the end of a visit that has not come yet.
func (s *Store) GoOnVisit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error) {
	return s.changeVisit(ctx, "go on with a visit", visitsOf(by, access.AdmitGuests), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		if err := s.running(*row); err != nil || row.Closing == 0 {
			return err
		}
		row.Closing = 0
		return s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitGoesOn, By: by.Person})
	})
}

// HandVisit makes somebody else of staff responsible. Who was it stays in an open visit, as one of its guests.
func (s *Store) HandVisit(ctx context.Context, by care.Reader, id care.VisitID, version int64, to care.PersonID) (care.Planned, error) {
	return s.changeVisit(ctx, "hand over a visit", visitsOf(by, access.WriteVisits), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		if row.Host == to {
			return nil
		}
		if row.Version != version {
			return errChanged
		}
		if err := s.running(*row); err != nil {
			return err
		}
		if err := hostAt(ctx, tx, row.Project, to, hostsOf(row.Kind)...); err != nil {
			return err
		}
		was := row.Host
		row.Host, row.HostIn, row.Version = to, 0, row.Version+1
		rows, err := guestsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, g := range rows { // the host is no guest
			if g.InvitedAs == care.AsStaff && g.Person == to {
				if _, err := s.stepped(ctx, tx, row, &g, care.Step{Act: care.Uninvite, Reason: "host"}, by.Person); err != nil {
					return err
				}
			}
		}
		if err := s.stays(ctx, tx, *row, rows, was, by.Person); err != nil {
			return err
		}
		if err := s.callsAnew(ctx, tx, id); err != nil {
			return err
		}
		return s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitHanded, By: by.Person})
	})
}

// stays invites who was host to an open visit, or again.
func (s *Store) stays(ctx context.Context, tx bun.Tx, row visitRow, rows []guestRow, was, by care.PersonID) error {
	if row.State != care.Open {
		return nil
	}
	if i := slices.IndexFunc(rows, func(g guestRow) bool { return g.InvitedAs == care.AsStaff && g.Person == was }); i >= 0 {
		_, err := s.stepped(ctx, tx, &row, &rows[i], care.Step{Act: care.Invite}, by)
		return err
	}
	if _, err := staffAt(ctx, tx, row.Project, was); fault.Is(failed("", err), fault.NotFound) || len(rows) >= care.MostGuests {
		return nil
	} else if err != nil {
		return err
	}
	return s.insertGuest(ctx, tx, row, care.Visiting{}, bookedPatient{}, care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsStaff, Person: was}, nextPlace(rows))
}

func nextPlace(rows []guestRow) int {
	if len(rows) == 0 {
		return 0
	}
	return rows[len(rows)-1].Place + 1
}

// LateVisit says how many minutes the host of a visit runs late.
func (s *Store) LateVisit(ctx context.Context, by care.Reader, id care.VisitID, minutes int) (care.Planned, error) {
	return s.changeVisit(ctx, "run late", visitsOf(by, access.AdmitGuests), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		if minutes < 0 || minutes > 180 {
			return fault.New(fault.Invalid, "visit.minutes", nil)
		}
		if err := s.running(*row); err != nil || row.Late == minutes {
			return err
		}
		was := row.visit()
		row.Late = minutes
		if err := s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitLate, By: by.Person}); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.tellNews(ctx, tx, care.NewsLate, was, *row, "", by.Person)
	})
}

// PutOutcome says what became of a visit that was to have begun; "" lets the house conclude again.
func (s *Store) PutOutcome(ctx context.Context, by care.Reader, id care.VisitID, o care.Outcome) (care.Planned, error) {
	return s.changeVisit(ctx, "say what became of a visit", visitsOf(by, access.WriteVisits), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		switch {
		case o != "" && !slices.Contains(care.Outcomes(), o):
			return fault.New(fault.Invalid, "visit.outcome", nil)
		case row.State == care.Cancelled:
			return s.running(*row)
		case row.State == care.Booked && s.now().Before(instant(row.Begins)):
			return errNotYet
		}
		was := row.Outcome
		row.Outcome, row.SaidBy = o, by.Person
		if o == "" {
			row.SaidBy = ""
			if row.State == care.Ended {
				v, err := s.withGuests(ctx, tx, []visitRow{*row})
				if err != nil {
					return err
				}
				row.Outcome = care.Conclude(v[0].Met, v[0].Guests)
			}
		}
		return s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitOutcome, From: string(was), To: string(row.Outcome), By: by.Person})
	})
}
