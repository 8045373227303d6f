package store

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// byItself is who asks when nobody does.
var byItself = care.Reader{Operator: true}

// guest is somebody who came by their link.
func guest(id care.GuestID) care.Reader {
	return care.Reader{Person: care.PersonID(id), Roles: []access.Role{access.Guest}}
}

func newGuest(as care.Invited) care.NewGuest {
	g := care.NewGuest{ID: care.NewID[care.GuestID](), As: as}
	if as == care.AsRelative {
		g.Relative = care.NewID[care.RelativeID]()
	}
	return g
}

// soon is a visit of Wren's with Ana in twenty minutes.
func (c clinic) soon(guests ...care.NewGuest) care.NewVisit {
	return care.NewVisit{Visit: care.Visit{ID: care.NewID[care.VisitID](), Project: c.project, Patient: c.wrenID, Kind: care.Therapy,
		Local: c.clock.Now().Add(20 * time.Minute).Format(care.LocalLayout), Zone: "UTC", Minutes: 30}, Guests: guests}
}

func (c clinic) mustBook(t testing.TB, by care.Reader, n care.NewVisit) care.Planned {
	t.Helper()
	v, err := c.BookVisit(t.Context(), by, n)
	if err != nil {
		t.Fatalf("book: %v", err)
	}
	return v
}

func (c clinic) mustStep(t testing.TB, by care.Reader, visit care.VisitID, id care.GuestID, act care.GuestAct) care.Stepped {
	t.Helper()
	out, err := c.StepGuest(t.Context(), by, visit, id, care.Step{Act: act})
	if err != nil {
		t.Fatalf("%s: %v", act, err)
	}
	return out
}

func (c clinic) mustClerk(t testing.TB) care.Reader {
	t.Helper()
	return c.mustAt(t, "clerk", care.Place{Site: c.site}, access.Clerk)
}

// A visit is booked, its guests come, are let in and talk, it ends, and the house says what became of it.
func TestAVisit(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		patient, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
		mother.Relation, mother.Name = "mother", `Zoë "Ω" <b>&amp; 👩 שלום`
		n := c.soon(patient, mother)
		n.Kind = care.Family
		v := c.mustBook(t, c.ana, n)
		if v.Host != c.ana.Person || v.PatientName != "Wren-23" || len(v.Guests) != 2 || v.Guests[1].Name != mother.Name || v.Guests[0].Person != c.wren.Person {
			t.Errorf("booked %+v", v)
		}
		if again := c.mustBook(t, c.ana, n); again.Version != 1 || len(again.Guests) != 2 {
			t.Errorf("asked again: %+v", again)
		}
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		if _, err := c.StepGuest(ctx, guest(mother.ID), v.ID, patient.ID, care.Step{Act: care.Leave}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a guest took another's step: %v", err)
		}
		c.clock.Advance(time.Minute)
		c.mustStep(t, guest(mother.ID), v.ID, mother.ID, care.Arrive)
		if _, err := c.StepGuest(ctx, guest(mother.ID), v.ID, mother.ID, care.Step{Act: care.Check, Ready: &care.Readiness{Camera: care.Forbidden, Mic: care.WorksWell}}); err != nil {
			t.Error(err)
		}
		clerk := c.mustClerk(t)
		for who, by := range map[string]care.Reader{"the host": c.ana, "a clerk": clerk, "an administrator": c.admin} {
			list, err := c.Queue(ctx, by, "", false)
			if err != nil || len(list) != 2 || list[0].ID != patient.ID || list[1].Ready.Camera != care.Forbidden || list[1].Waiting.Sub(list[0].Waiting) != time.Minute || list[0].Mine != (who == "the host") {
				t.Errorf("%s sees %+v, %v", who, list, err)
			}
		}
		for _, by := range []care.Reader{c.ben, c.wren, guest(patient.ID), {}} {
			if list, err := c.Queue(ctx, by, "", false); err != nil || len(list) > 0 {
				t.Errorf("a stranger sees %+v, %v", list, err)
			}
		}
		next, err := c.AdmitNext(ctx, c.ana, "", true)
		if err != nil || next.Guest.ID != patient.ID || next.Guest.State != care.Admitted || next.Visit.State != care.Open {
			t.Errorf("next: %+v %v", next, err)
		}
		if got := c.mustStep(t, byItself, v.ID, patient.ID, care.Join); got.Visit.Met.IsZero() {
			t.Error("two are in the call, and have not met")
		}
		if _, err := c.EndVisit(ctx, c.ana, v.ID, 5*time.Second); err != nil {
			t.Error(err)
		}
		if v, err = c.GoOnVisit(ctx, c.ana, v.ID); err != nil || !v.Ends.IsZero() {
			t.Errorf("goes on: %+v, %v", v, err)
		}
		if v, err = c.EndVisit(ctx, c.ana, v.ID, 5*time.Second); err != nil {
			t.Error(err)
		}
		if _, closed, err := c.CloseVisit(ctx, v.ID); err != nil || closed {
			t.Errorf("closed before its end: %v %v", closed, err)
		}
		c.clock.Advance(5 * time.Second)
		if due, err := c.DueVisits(ctx); err != nil || !slices.Equal(due, []care.VisitID{v.ID}) {
			t.Errorf("due: %v %v", due, err)
		}
		v, closed, err := c.CloseVisit(ctx, v.ID)
		if err != nil || !closed || v.State != care.Ended || v.Outcome != care.Held || v.Guests[0].State != care.LeftVisit || v.Guests[1].State != care.LeftVisit || v.Guests[1].Reason != "over" {
			t.Errorf("closed: %+v %v %v", v, closed, err)
		}
		if _, err := c.GoOnVisit(ctx, c.ana, v.ID); !fault.Is(err, fault.Gone) {
			t.Errorf("goes on after its end: %v", err)
		}
		_, report, err := c.VisitReport(ctx, c.ana, v.ID)
		if err != nil || len(report.Events) != 15 {
			t.Errorf("%d events %v %+v", len(report.Events), err, report.Events)
		}
	})
}

// Two of staff who let somebody in at once let them in once, and both hear that they are in.
func TestAdmittedTwiceAtOnce(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		patient := newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		clerk := c.mustClerk(t)
		var wait sync.WaitGroup
		got := make([]care.Stepped, 8)
		for i := range got {
			wait.Go(func() {
				by := []care.Reader{c.ana, clerk, c.admin}[i%3]
				var err error
				if got[i], err = c.StepGuest(t.Context(), by, v.ID, patient.ID, care.Step{Act: care.Admit}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		moved := 0
		for _, g := range got {
			if g.Changed {
				moved++
			}
			if g.Guest.State != care.Admitted {
				t.Errorf("somebody hears %s", g.Guest.State)
			}
		}
		_, report, err := c.VisitReport(t.Context(), c.ana, v.ID)
		if admits := strings.Count(strings.Join(acts(report.Events), " "), "admit"); moved != 1 || admits != 1 || err != nil {
			t.Errorf("let in %d times, %d events, %v", moved, admits, err)
		}
	})
}

// A booking that is sent again while the first is being written books once, and every asking gets the visit.
func TestBookedTwiceAtOnce(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		for range 4 {
			n := c.soon(newGuest(care.AsPatient))
			var wait sync.WaitGroup
			for range 8 {
				wait.Go(func() {
					if v, err := c.BookVisit(t.Context(), c.ana, n); err != nil || v.ID != n.ID || len(v.Guests) != 1 {
						t.Errorf("booked %s with %d guests: %v", v.ID, len(v.Guests), err)
					}
				})
			}
			wait.Wait()
			v, report, err := c.VisitReport(t.Context(), c.ana, n.ID)
			if got := acts(report.Events); err != nil || len(v.Guests) != 1 || len(got) != 2 {
				t.Errorf("%d guests, %v, %v", len(v.Guests), got, err)
			}
		}
	})
}

func acts(events []care.VisitEvent) []string {
	return each(events, func(e care.VisitEvent) string { return e.Act })
}

// TestGuestsAreNoPeople: who books makes the ids of guests, and a session of a guest's is known by that id; so it is nobody's.
func TestGuestsAreNoPeople(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		clerk := c.mustClerk(t)
		posing := newGuest(care.AsInterpreter)
		posing.ID = care.GuestID(c.ana.Person)
		own := func(g care.NewGuest) care.NewVisit {
			n := c.soon(g)
			n.Host = c.ana.Person
			return n
		}
		if _, err := c.BookVisit(t.Context(), clerk, own(posing)); fault.Of(err).Code != "guest.id" {
			t.Errorf("a guest was booked who is a therapist: %v", err)
		}
		v := c.mustBook(t, clerk, own(newGuest(care.AsPatient)))
		if _, err := c.AddGuest(t.Context(), clerk, v.ID, posing); fault.Of(err).Code != "guest.id" {
			t.Errorf("a guest was added who is a therapist: %v", err)
		}
	})
}
