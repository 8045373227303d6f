package visit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Who waits learns who knows of it while it is so, and staff whose page is closed; both pages are told.
func TestADoor(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	g := care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}
	v, err := c.BookVisit(ctx, c.ana, c.soon(c.patients[0], g))
	if err != nil {
		t.Fatal(err)
	}
	who := care.Reader{Person: care.PersonID(g.ID), Roles: []access.Role{access.Guest}}
	if _, err := c.StepGuest(ctx, who, v.ID, g.ID, care.Step{Act: care.Arrive}); err != nil {
		t.Fatal(err)
	}
	knows := func(what string, want care.Told) {
		t.Helper()
		one, err := c.Attendance(ctx, who, v.ID)
		if err != nil || one.Told != want {
			t.Errorf("%s: %q knows, want %q; %v", what, one.Told, want, err)
		}
		list, err := c.Attendances(ctx, who)
		if err != nil || len(list) != 1 || list[0].Told != want {
			t.Errorf("%s, in the list: %+v; %v", what, list, err)
		}
	}
	at := func(came bool, away time.Duration, staff ...care.PersonID) {
		t.Helper()
		if err := c.AtDoor(ctx, g.ID, came, away, staff); err != nil {
			t.Fatal(err)
		}
	}
	heard := func(what, room string) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			if slices.ContainsFunc(c.rooms.take(), func(s string) bool { return strings.HasSuffix(s, room) }) {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s: %s was not told", what, room)
			}
		}
	}
	knows("at first", care.ToldNobody)
	c.rooms.take()
	at(false, 0, "noor")
	heard("somebody opens a page", "in door/"+string(g.ID))
	knows("a clerk", care.ToldClinic)
	at(true, 0, c.ana.Person, "noor")
	heard("the host opens a page", "in door/"+string(g.ID))
	knows("the host", care.ToldHost)
	at(true, 0)
	heard("they close them", "in door/"+string(g.ID))
	knows("nobody again", care.ToldNobody)
	c.Book.NoticeTaken(ctx, g.ID, []care.PersonID{"noor"})
	heard("a notice", "in door/"+string(g.ID))
	knows("a notice to a clerk", care.SentClinic)
	c.Book.NoticeTaken(ctx, g.ID, []care.PersonID{c.ana.Person})
	knows("a notice to the host", care.SentHost)
	at(false, 0, "noor")
	knows("a clerk, and a notice to the host", care.ToldClinic)
	at(false, 0)
	knows("nobody, after a notice to the host", care.SentHost)

	c.rooms.take()
	at(true, time.Minute, "noor")
	heard("the page is closed", "in desk/"+string(c.project))
	list, err := c.Queue(ctx, c.ana, "", false)
	if err != nil || len(list) != 1 || time.Since(list[0].Away) < time.Minute || time.Since(list[0].Away) > 10*time.Minute {
		t.Errorf("the queue says %+v; %v", list, err)
	}
	at(true, 0, "noor")
	heard("it comes back", "in desk/"+string(c.project))
	if _, err := c.StepGuest(ctx, c.ana, v.ID, g.ID, care.Step{Act: care.Admit}); err != nil {
		t.Fatal(err)
	}
	knows("who was let in", care.ToldNobody)
	if err := c.Miss(ctx); err != nil {
		t.Error(err)
	}
}
