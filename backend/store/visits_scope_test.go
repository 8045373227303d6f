package store

import (
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Who sees a visit, its queue, its notes and its chat: nobody but those the table names, and what one may not see looks like
// what is not there.
func TestWhoReachesVisits(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		here := care.Place{Site: c.site}
		patient, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
		n := c.soon(patient)
		therapy := c.mustBook(t, c.ana, n)
		talk := c.soon(mother)
		talk.Kind = care.Information
		information := c.mustBook(t, c.ana, talk)
		colleague := newGuest(care.AsStaff)
		colleague.Person = c.ben.Person
		n = c.soon(colleague)
		n.Kind, n.Patient = care.Meeting, ""
		meeting := c.mustBook(t, c.ana, n)
		readers := map[string]care.Reader{"the host": c.ana, "another therapist": c.ben, "a clerk": c.mustClerk(t), "an administrator": c.admin, "the patient": c.wren,
			"another patient": c.lark, "the patient by link": guest(patient.ID), "the mother": guest(mother.ID), "an auditor": c.mustAt(t, "auditor", here, access.Auditor),
			"a researcher": c.mustAt(t, "researcher", here, access.Researcher), "far staff": far.admin, "nobody": {}}
		type sees struct{ read, attend, notes bool }
		for visit, want := range map[*care.Planned]map[string]sees{
			&therapy:     {"the host": {true, true, true}, "a clerk": {read: true}, "an administrator": {read: true}, "the patient": {attend: true}, "the patient by link": {attend: true}},
			&information: {"the host": {true, true, true}, "a clerk": {read: true}, "an administrator": {read: true}, "the mother": {attend: true}},
			&meeting:     {"the host": {true, true, true}, "another therapist": {true, true, true}, "a clerk": {read: true}, "an administrator": {read: true}},
		} {
			for name, by := range readers {
				_, err1 := c.Visit(ctx, by, visit.ID)
				_, err2 := c.Attendance(ctx, by, visit.ID)
				_, err3 := c.VisitNotes(ctx, by, visit.ID)
				_, err4 := c.Chat(ctx, by, visit.ID)
				if got := (sees{err1 == nil, err2 == nil, err3 == nil}); got != want[name] || (err4 == nil) != (err3 == nil) {
					t.Errorf("%s, %s: %+v, want %+v", name, visit.Kind, got, want[name])
				}
				for _, err := range []error{err1, err2, err3, err4} {
					if err != nil && !fault.Is(err, fault.NotFound) {
						t.Error(err)
					}
				}
				list, _, err := c.ListVisits(ctx, by, care.VisitFilter{}, care.Page{})
				listed := false
				for _, v := range list {
					listed = listed || v.ID == visit.ID
				}
				if err != nil || listed != want[name].read {
					t.Errorf("%s lists %s: %v %v", name, visit.Kind, listed, err)
				}
			}
		}
		for what, err := range map[string]error{
			"a guest books":                second(c.BookVisit(ctx, guest(patient.ID), c.soon())),
			"a patient books":              second(c.BookVisit(ctx, c.wren, c.soon())),
			"another therapist books":      second(c.BookVisit(ctx, c.ben, c.soon())),
			"far staff book":               second(c.BookVisit(ctx, far.admin, c.soon())),
			"a guest lets itself in":       second(c.StepGuest(ctx, guest(patient.ID), therapy.ID, patient.ID, care.Step{Act: care.Admit})),
			"a guest joins by itself":      invalidAsNotFound(second(c.StepGuest(ctx, guest(patient.ID), therapy.ID, patient.ID, care.Step{Act: care.Join}))),
			"another lets in":              second(c.StepGuest(ctx, c.ben, therapy.ID, patient.ID, care.Step{Act: care.Admit})),
			"a guest of another visit":     second(c.StepGuest(ctx, c.ana, information.ID, patient.ID, care.Step{Act: care.Admit})),
			"a clerk writes notes":         second(c.PutVisitNotes(ctx, readers["a clerk"], care.VisitNotes{Visit: therapy.ID})),
			"a clerk writes into a visit":  second(c.AddLine(ctx, readers["a clerk"], care.Line{ID: care.NewID[care.LineID](), Visit: therapy.ID, Text: "x"})),
			"a therapist says how they go": second(c.PutVisiting(ctx, c.ana, care.DefaultVisiting(c.project))),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := c.DeleteGrants(t, c.ana.Person); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Visit(ctx, c.ana, therapy.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("who lost the role still sees: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// invalidAsNotFound takes what is nobody's to ask for what is not theirs.
func invalidAsNotFound(err error) error {
	if fault.Is(err, fault.Invalid) {
		return errNotFound
	}
	return err
}

// DeleteGrants takes every role of somebody.
func (c clinic) DeleteGrants(t testing.TB, person care.PersonID) error {
	t.Helper()
	_, err := c.db.NewRaw("DELETE FROM grants WHERE person = ?", person).Exec(t.Context())
	return err
}

// What is written reaches whom it is for: who waits reads only what was written to them, who came later nothing from before.
func TestLines(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		patient, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
		n := c.soon(patient, mother)
		n.Kind = care.Family
		v := c.mustBook(t, c.ana, n)
		write := func(by care.Reader, text string) care.Line {
			t.Helper()
			c.clock.Advance(time.Second)
			l, err := c.AddLine(ctx, by, care.Line{ID: care.NewID[care.LineID](), Visit: v.ID, Text: text})
			if err != nil {
				t.Fatalf("write %q: %v", text, err)
			}
			return l
		}
		reads := func(by care.Reader, want ...string) {
			t.Helper()
			list, err := c.Lines(ctx, by, v.ID)
			got := each(list, func(l care.Line) string { return l.Text })
			if err != nil || len(got) != len(want) {
				t.Fatalf("reads %q, want %q, %v", got, want, err)
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("reads %q, want %q", got, want)
				}
			}
		}
		if _, err := c.AddLine(ctx, guest(patient.ID), care.Line{ID: care.NewID[care.LineID](), Visit: v.ID, Text: "early"}); !fault.Is(err, fault.Gone) {
			t.Errorf("who never came writes: %v", err)
		}
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		if _, err := c.TellGuest(ctx, c.ana, patient.ID, care.Line{ID: care.NewID[care.LineID](), Visit: v.ID, Text: "soon"}); err != nil {
			t.Fatal(err)
		}
		write(guest(patient.ID), "thanks")
		reads(guest(patient.ID), "soon", "thanks")
		reads(guest(mother.ID))
		c.mustStep(t, c.ana, v.ID, patient.ID, care.Admit)
		said := write(c.ana, "between us")
		again, err := c.AddLine(ctx, c.ana, care.Line{ID: said.ID, Visit: v.ID, Text: "something else"})
		if err != nil || again.Text != said.Text || again.Name != "Ana Therapist" {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		if _, err := c.AddLine(ctx, guest(patient.ID), care.Line{ID: said.ID, Visit: v.ID, Text: "forged"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's id: %v", err)
		}
		c.clock.Advance(time.Second)
		c.mustStep(t, guest(mother.ID), v.ID, mother.ID, care.Arrive)
		reads(guest(mother.ID))
		write(c.ana, "still between us")
		c.clock.Advance(time.Second)
		c.mustStep(t, c.ana, v.ID, mother.ID, care.Admit)
		reads(guest(mother.ID))
		write(c.wren, "hello mother")
		reads(guest(mother.ID), "hello mother")
		reads(guest(patient.ID), "soon", "thanks", "between us", "still between us", "hello mother")
		reads(c.ana, "soon", "thanks", "between us", "still between us", "hello mother")
		c.clock.Advance(time.Second)
		c.mustStep(t, guest(mother.ID), v.ID, mother.ID, care.Leave)
		reads(guest(mother.ID))
		write(c.ana, "she is out")
		c.clock.Advance(time.Second)
		c.mustStep(t, guest(mother.ID), v.ID, mother.ID, care.Arrive)
		write(c.ana, "and at the door")
		c.clock.Advance(time.Second)
		c.mustStep(t, c.ana, v.ID, mother.ID, care.Admit)
		reads(guest(mother.ID), "hello mother")
		for _, act := range []care.GuestAct{care.Join, care.Lose} { // a page that is read anew loses nothing
			c.mustStep(t, byItself, v.ID, mother.ID, act)
			write(c.ana, string(act))
		}
		c.mustStep(t, byItself, v.ID, mother.ID, care.Join)
		reads(guest(mother.ID), "hello mother", "join", "lose")
	})
}

// Signals of a patient go through the relay from when they are let into a visit that does until they have left it.
func TestInRelayedVisit(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		g, other := newGuest(care.AsPatient), newGuest(care.AsRelative)
		v := c.mustBook(t, c.ana, c.soon(g, other))
		wants := func(when string, want bool) {
			t.Helper()
			if got, err := c.InRelayedVisit(t.Context(), v.Patient); err != nil || got != want {
				t.Errorf("%s: %v %v, want %v", when, got, err, want)
			}
		}
		step := func(id care.GuestID, acts ...care.GuestAct) {
			t.Helper()
			for _, act := range acts {
				by := guest(id)
				switch act {
				case care.Admit:
					by = c.ana
				case care.Join, care.Lose:
					by = byItself
				}
				c.mustStep(t, by, v.ID, id, act)
			}
		}
		on := true
		now, err := c.PatchVisit(t.Context(), c.ana, v.ID, care.VisitPatch{Version: v.Version, Relay: &on})
		if err != nil || !now.Relay {
			t.Fatal(now, err)
		}
		wants("booked", false)
		step(other.ID, care.Arrive, care.Check, care.Wait, care.Admit)
		wants("a relative inside", false)
		step(g.ID, care.Arrive, care.Check, care.Wait)
		wants("waiting", false)
		for _, act := range []care.GuestAct{care.Admit, care.Join, care.Lose} {
			step(g.ID, act)
			wants(string(act), true)
		}
		if got, err := c.InRelayedVisit(t.Context(), care.NewID[care.PatientID]()); err != nil || got {
			t.Errorf("of somebody else: %v %v", got, err)
		}
		step(g.ID, care.Leave)
		wants("gone", false)
	})
}
