package store

import (
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Who is held is forgotten by nobody; who was let go is, when their time is over.
func TestHolds(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		lead := c.mustAt(t, "lead", care.Place{Site: c.site, Project: c.project}, access.Administrator)
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		_, err := c.HoldPatient(ctx, clerk, c.wrenID, true)
		wantFault(t, err, fault.NotFound, "not-found")
		e, err := c.HoldPatient(ctx, lead, c.wrenID, true)
		if err != nil || e.Held.IsZero() || !e.Kept.IsZero() {
			t.Fatalf("held: %+v, %v", e, err)
		}
		since := e.Held
		c.clock.Advance(time.Hour)
		if e, err = c.HoldPatient(ctx, lead, c.wrenID, true); err != nil || !e.Held.Equal(since) {
			t.Errorf("held again: %+v, %v", e, err)
		}
		_, err = c.AskErasure(ctx, lead, c.wrenID, "request", true)
		wantFault(t, err, fault.Conflict, "erasure.held")
		r, err := c.Record(ctx, lead, c.wrenID)
		if err != nil || r.Held.IsZero() || !r.Deleted.IsZero() {
			t.Fatalf("the record is %+v, %v", r, err)
		}
		if _, err := c.DeleteRecord(ctx, lead, c.wrenID, r.Version); err != nil {
			t.Fatal(err)
		}
		e, err = c.PlanErasure(ctx, lead, c.wrenID)
		if want := c.clock.Now().Add(90 * 24 * time.Hour); err != nil || !e.Kept.Equal(want) {
			t.Errorf("it would be forgotten %v, want %v; %v", e.Kept, want, err)
		}
		c.clock.Advance(91 * 24 * time.Hour)
		if n, err := c.EraseExpired(ctx); err != nil || n != 0 {
			t.Errorf("%d who are held are forgotten, %v", n, err)
		}
		if _, err := c.HoldPatient(ctx, lead, c.wrenID, false); err != nil {
			t.Fatal(err)
		}
		if n, err := c.EraseExpired(ctx); err != nil || n != 1 {
			t.Errorf("%d are forgotten, %v", n, err)
		}
		_, err = c.HoldPatient(ctx, lead, c.wrenID, true)
		wantFault(t, err, fault.Conflict, "erasure.waits")
	})
}

// A game is kept with the record and changed with its version.
func TestGames(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		made, err := c.CreateRecords(ctx, clerk, []care.NewRecord{{ID: care.NewID[care.PatientID](), Project: c.project, Game: care.Game{On: true, Name: " Pip "}}})
		if err != nil || made[0].Game != (care.Game{On: true, Name: "Pip", World: "hills"}) {
			t.Fatalf("made %+v, %v", made, err)
		}
		_, err = c.CreateRecords(ctx, clerk, []care.NewRecord{{ID: care.NewID[care.PatientID](), Project: c.project, Game: care.Game{On: true, World: "moon"}}})
		wantFault(t, err, fault.Invalid, "game.world")
		was := made[0]
		now, err := c.PatchRecord(ctx, clerk, was.ID, care.RecordPatch{Version: was.Version, Game: &care.Game{On: true, World: "snow"}})
		if err != nil || now.Game.World != "snow" || now.Game.Name != "" || now.Version == was.Version {
			t.Errorf("changed: %+v, %v", now, err)
		}
		_, err = c.PatchRecord(ctx, clerk, was.ID, care.RecordPatch{Version: was.Version, Game: &care.Game{}})
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		language := "de"
		if now, err = c.PatchRecord(ctx, clerk, was.ID, care.RecordPatch{Version: now.Version, Language: &language}); err != nil || now.Game.World != "snow" {
			t.Errorf("a change of the language changes the game: %+v, %v", now, err)
		}
	})
}
