package store

import (
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A service writes captions only where all of this is so: its scope, its place, a project that lets services do so, a visit
// under way, and nobody of staff who stopped it there. Everything else looks like no visit at all.
func TestWhoWritesCaptions(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, root, far := t.Context(), c.mustAt(t, "root", care.TheHouse, access.Administrator), c.mustFarSite(t)
		ears := asService(c.mustService(t, root, "Ears", care.Place{Site: c.site, Project: c.project}))
		deaf := ears
		deaf.Scopes = []access.ServiceScope{access.PatientsRead}
		foreign := asService(c.mustService(t, root, "Far ears", care.Place{Site: far.admin.Site, Project: far.project}))
		liar := c.ana
		liar.Service = "nobody"
		patient, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
		n := c.soon(patient, mother)
		n.Kind = care.Family
		v := c.mustBook(t, c.ana, n)
		other := c.mustBook(t, c.ana, c.soon(newGuest(care.AsPatient)))
		writes := func(what string, by care.Reader, guest care.GuestID, want string) {
			t.Helper()
			got := ""
			if _, _, err := c.Captioning(ctx, by, v.ID, care.Speaker{Guest: guest}); err != nil {
				got = fault.Of(err).Code
			}
			if got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		open := func(by care.Reader) int {
			t.Helper()
			list, err := c.OpenVisits(ctx, by)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		nowhere := errNotFound.Code
		if _, err := c.BeginVisit(ctx, c.ana, v.ID); err != nil {
			t.Fatal(err)
		}
		writes("where the project said nothing", ears, "", nowhere)
		set := care.DefaultVisiting(c.project)
		set.Captions = true
		if set, err := c.PutVisiting(ctx, c.admin, set); err != nil || !set.Captions {
			t.Fatal(set, err)
		}
		if got, err := c.Visiting(ctx, c.admin, c.project); err != nil || !got.Captions {
			t.Errorf("kept %+v, %v", got, err)
		}
		for name, by := range map[string]care.Reader{"without its scope": deaf, "of elsewhere": foreign, "a therapist": c.ana, "an administrator": root, "who says it is one": liar, "nobody": {}} {
			writes(name, by, "", nowhere)
			if open(by) != 0 {
				t.Errorf("%s sees visits under way", name)
			}
		}
		writes("somebody not let in speaks", ears, mother.ID, "captions.speaker")
		writes("somebody of another visit speaks", ears, other.Guests[0].ID, "captions.speaker")
		if got, err := c.Visit(ctx, c.ana, v.ID); err != nil || len(got.Captioners) != 0 {
			t.Errorf("refused ones left %+v, %v", got.Captioners, err)
		}
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		c.mustStep(t, c.ana, v.ID, patient.ID, care.Admit)
		for i := range 3 {
			if _, first, err := c.Captioning(ctx, ears, v.ID, care.Speaker{Guest: patient.ID}); err != nil || first != (i == 0) {
				t.Errorf("caption %d: first %v, %v", i, first, err)
			}
		}
		if list, err := c.OpenVisits(ctx, ears); err != nil || len(list) != 1 || list[0].Visit != v.ID || len(list[0].Guests) != 1 || list[0].Guests[0] != (care.OpenGuest{ID: patient.ID, As: care.AsPatient}) {
			t.Errorf("visits under way: %+v, %v", list, err)
		}
		got, err := c.Visit(ctx, c.ana, v.ID)
		if err != nil || len(got.Captioners) != 1 || got.Captioners[0].Name != "Ears" || !got.Captioners[0].Stopped.IsZero() || got.Captioners[0].Since.IsZero() {
			t.Fatalf("staff see %+v, %v", got.Captioners, err)
		}
		for name, by := range map[string]care.Reader{"another therapist": c.ben, "a guest": guest(patient.ID), "the patient": c.wren, "the service": ears, "far staff": far.admin} {
			if _, err := c.StopCaptions(ctx, by, v.ID, ears.Service, true); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s stops it: %v", name, err)
			}
		}
		if _, err := c.StopCaptions(ctx, c.ana, v.ID, foreign.Service, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that never wrote is stopped: %v", err)
		}
		for range 2 {
			if got, err = c.StopCaptions(ctx, c.ana, v.ID, ears.Service, true); err != nil || got.Captioners[0].Stopped.IsZero() {
				t.Fatalf("stopped: %+v, %v", got.Captioners, err)
			}
		}
		writes("after staff stopped it", ears, "", "captions.stopped")
		if got, err = c.StopCaptions(ctx, c.ana, v.ID, ears.Service, false); err != nil || !got.Captioners[0].Stopped.IsZero() {
			t.Fatalf("let go on: %+v, %v", got.Captioners, err)
		}
		writes("let go on", ears, "", "")
		if _, err := c.EndVisit(ctx, c.ana, v.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.CloseVisit(ctx, v.ID); err != nil {
			t.Fatal(err)
		}
		writes("in a visit that is over", ears, "", nowhere)
	})
}
