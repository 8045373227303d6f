package store

import (
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// A meeting of staff and a caller nobody knew are forgotten, with all that hangs on them, when their place forgets what was deleted
// so long ago; a patient's visit goes with the patient, and what is not over stays.
func TestVisitsOfNobodyAreForgotten(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		if _, err := c.PutRetention(ctx, c.admin, care.Retention{Place: care.Place{Site: c.site, Project: c.project}, DeletedDays: 30}); err != nil {
			t.Fatal(err)
		}
		set := care.DefaultVisiting(c.project)
		set.DropIn, set.Zone, set.Hours = true, "UTC", []care.Opening{{Day: c.clock.Now().Weekday(), From: "00:00", Until: "24:00"}}
		if _, err := c.PutVisiting(ctx, c.admin, set); err != nil {
			t.Fatal(err)
		}
		call := func() care.VisitID {
			id, caller, err := c.Call(ctx, c.project, care.Caller{Name: "Kim", Language: "de"})
			if err != nil {
				t.Fatal(err)
			}
			c.mustStep(t, guest(caller), id, caller, care.Arrive)
			return id
		}
		colleague := newGuest(care.AsStaff)
		colleague.Person = c.ben.Person
		meeting := c.soon(colleague)
		therapy := c.soon(newGuest(care.AsPatient))
		meeting.Patient, meeting.Kind, meeting.Now, therapy.Now = "", care.Meeting, true, true
		met, wrens, caller := c.mustBook(t, c.ana, meeting).ID, c.mustBook(t, c.ana, therapy).ID, call()
		for _, id := range []care.VisitID{met, wrens, caller} {
			if _, err := c.BeginVisit(ctx, c.ana, id); err != nil {
				t.Fatal(err)
			}
			if _, err := c.EndVisit(ctx, c.ana, id, 0); err != nil {
				t.Fatal(err)
			}
			if _, closed, err := c.CloseVisit(ctx, id); err != nil || !closed {
				t.Fatal(err)
			}
		}
		open := call()
		left := func(id care.VisitID) bool {
			_, err := c.Visit(ctx, byItself, id)
			if err != nil && !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
			return err == nil
		}
		for _, when := range []struct {
			after      time.Duration
			gone       int
			met, wrens bool
		}{{0, 0, true, true}, {30*24*time.Hour - time.Minute, 0, true, true}, {2 * time.Minute, 2, false, true}, {time.Hour, 0, false, true}} {
			c.clock.Advance(when.after)
			if gone, err := c.ForgetVisits(ctx); err != nil || gone != when.gone {
				t.Errorf("%v later %d are forgotten, want %d: %v", when.after, gone, when.gone, err)
			}
			if left(met) != when.met || left(caller) != when.met || left(wrens) != when.wrens || !left(open) {
				t.Errorf("%v later: meeting %v, caller %v, patient's %v, open %v", when.after, left(met), left(caller), left(wrens), left(open))
			}
		}
		var n int
		if err := c.db.NewRaw("SELECT COUNT(*) FROM guests WHERE visit IN (?, ?)", met, caller).Scan(ctx, &n); err != nil || n != 0 {
			t.Errorf("%d guests of forgotten visits are left: %v", n, err)
		}
	})
}
