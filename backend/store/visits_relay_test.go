package store

import (
	"testing"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// A visit to which anybody beside patient and staff is invited goes through the relay, at booking and in the middle of it,
// unless staff or the project say otherwise.
func TestVisitsOfManyGoThroughTheRelay(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		wants := func(what string, v care.Planned, err error, want bool) {
			t.Helper()
			if err != nil || v.Relay != want {
				t.Errorf("%s: through the relay is %v, want %v (%v)", what, v.Relay, want, err)
			}
		}
		book := func(change func(*care.NewVisit), guests ...care.NewGuest) (care.Planned, error) {
			n := c.soon(guests...)
			change(&n)
			return c.BookVisit(ctx, c.ana, n)
		}
		nothing, direct := func(*care.NewVisit) {}, func(n *care.NewVisit) { n.RelaySaid = true }
		alone, err := book(nothing, newGuest(care.AsPatient))
		wants("a patient alone", alone, err, false)
		family, err := book(nothing, newGuest(care.AsPatient), newGuest(care.AsRelative))
		wants("with a relative", family, err, true)
		open, err := book(direct, newGuest(care.AsPatient), newGuest(care.AsRelative))
		wants("staff said no", open, err, false)
		open, err = c.AddGuest(ctx, c.ana, open.ID, newGuest(care.AsInterpreter))
		wants("and an interpreter after", open, err, false)
		closed, err := book(func(n *care.NewVisit) { n.Relay, n.RelaySaid = true, true }, newGuest(care.AsPatient))
		wants("staff said yes", closed, err, true)

		patient := alone.Guests[0].ID
		for _, act := range []care.GuestAct{care.Arrive, care.Admit, care.Join} {
			by := map[care.GuestAct]care.Reader{care.Arrive: guest(patient), care.Admit: c.ana, care.Join: byItself}[act]
			c.mustStep(t, by, alone.ID, patient, act)
		}
		own := func(who care.Reader, id care.GuestID) Standing {
			t.Helper()
			list, err := c.GuestStandings(ctx, who)
			if err != nil || len(list) != 1 || list[0].Guest != id {
				t.Fatalf("%s stands in %+v, %v", id, list, err)
			}
			return list[0]
		}
		if own(guest(patient), patient).Relay {
			t.Error("the patient came directly, and others are told to meet them by the relay")
		}
		mother := newGuest(care.AsRelative)
		alone, err = c.AddGuest(ctx, c.ana, alone.ID, mother)
		wants("a mother in the middle of it", alone, err, true)
		c.mustStep(t, guest(mother.ID), alone.ID, mother.ID, care.Arrive)
		if !own(guest(mother.ID), mother.ID).Relay {
			t.Error("nobody is told that the mother is met by the relay")
		}

		again, err := book(nothing, newGuest(care.AsPatient), newGuest(care.AsRelative))
		wants("another", again, err, true)
		again, err = c.PatchVisit(ctx, c.ana, again.ID, care.VisitPatch{Version: again.Version, Relay: new(false)})
		wants("staff took it out", again, err, false)
		again, err = c.AddGuest(ctx, c.ana, again.ID, newGuest(care.AsInterpreter))
		wants("and an interpreter after that", again, err, false)

		old := c.mustBook(t, c.ana, c.soon(newGuest(care.AsPatient), newGuest(care.AsRelative)))
		if _, err := c.db.NewRaw("UPDATE visits SET relay = FALSE WHERE id = ?", old.ID).Exec(ctx); err != nil { // from before there was a rule
			t.Fatal(err)
		}
		is, err := c.Visit(ctx, c.ana, old.ID)
		wants("booked before there was a rule", is, err, false)
		relative := old.Guests[1].ID
		c.mustStep(t, c.ana, old.ID, relative, care.Uninvite)
		c.mustStep(t, c.ana, old.ID, relative, care.Invite)
		is, err = c.Visit(ctx, c.ana, old.ID)
		wants("and somebody invited again", is, err, true)

		set := care.DefaultVisiting(c.project)
		set.Relaying = care.RelayNever
		if set, err = c.PutVisiting(ctx, c.admin, set); err != nil {
			t.Fatal(err)
		}
		v, err := book(nothing, newGuest(care.AsPatient), newGuest(care.AsRelative))
		wants("the project says never", v, err, false)
		set.Relaying = care.RelayAlways
		if set, err = c.PutVisiting(ctx, c.admin, set); err != nil || set.Relaying != care.RelayAlways {
			t.Fatal(set, err)
		}
		v, err = book(nothing, newGuest(care.AsPatient))
		wants("the project says always", v, err, true)
		set.Relaying = "sometimes"
		_, err = c.PutVisiting(ctx, c.admin, set)
		wantFault(t, err, fault.Invalid, "visiting.relaying")
	})
}

// Where the house has no relay, visits are booked as ever and go directly; only who asks for it is told that there is none.
func TestWithoutARelayVisitsAreBooked(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		c.noRelay = true
		v, err := c.BookVisit(ctx, c.ana, c.soon(newGuest(care.AsPatient), newGuest(care.AsRelative)))
		if err != nil || v.Relay {
			t.Fatalf("%v %v", v.Relay, err)
		}
		if v, err = c.AddGuest(ctx, c.ana, v.ID, newGuest(care.AsInterpreter)); err != nil || v.Relay {
			t.Errorf("one more: %v %v", v.Relay, err)
		}
		n := c.soon(newGuest(care.AsPatient))
		n.Relay, n.RelaySaid = true, true
		_, err = c.BookVisit(ctx, c.ana, n)
		wantFault(t, err, fault.Conflict, "visit.no-relay")
		_, err = c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: v.Version, Relay: new(true)})
		wantFault(t, err, fault.Conflict, "visit.no-relay")
	})
}

// Where the relay is taken away, visits that were sent through it by themselves go directly, until it is back; what staff chose
// stays, and what was changed in between too.
func TestARelayThatIsTakenAway(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		v := c.mustBook(t, c.ana, c.soon(newGuest(care.AsPatient), newGuest(care.AsRelative)))
		n := c.soon(newGuest(care.AsPatient))
		n.Relay, n.RelaySaid = true, true
		chosen := c.mustBook(t, c.ana, n)
		patient := v.Guests[0].ID
		for _, act := range []care.GuestAct{care.Arrive, care.Admit, care.Join} {
			by := map[care.GuestAct]care.Reader{care.Arrive: guest(patient), care.Admit: c.ana, care.Join: byItself}[act]
			c.mustStep(t, by, v.ID, patient, act)
		}
		wants := func(what string, want bool) {
			t.Helper()
			is, err := c.Visit(ctx, c.ana, v.ID)
			if err != nil || is.Relay != want {
				t.Errorf("%s: through the relay is %v (%v)", what, is.Relay, err)
			}
			at, err := c.Attendance(ctx, guest(patient), v.ID)
			if err != nil || at.Visit.Relay != want {
				t.Errorf("%s: the guest is told %v (%v)", what, at.Visit.Relay, err)
			}
			list, err := c.GuestStandings(ctx, guest(patient))
			if err != nil || len(list) != 1 || list[0].Relay != want {
				t.Errorf("%s: they stand in %+v (%v)", what, list, err)
			}
			if in, err := c.InRelayedVisit(ctx, v.Patient); err != nil || in != want {
				t.Errorf("%s: the patient's sensors go through it: %v (%v)", what, in, err)
			}
			if is, err = c.Visit(ctx, c.ana, chosen.ID); err != nil || !is.Relay {
				t.Errorf("%s: what staff chose is %v (%v)", what, is.Relay, err)
			}
		}
		wants("booked", true)
		c.noRelay = true
		wants("without a relay", false)
		is, err := c.Visit(ctx, c.ana, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: is.Version, Relay: new(true)})
		wantFault(t, err, fault.Conflict, "visit.no-relay")
		if is, err = c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: is.Version, Minutes: new(is.Minutes + 5)}); err != nil || is.Relay {
			t.Errorf("changed without a relay: %v %v", is.Relay, err)
		}
		c.noRelay = false
		wants("with a relay again", true)
	})
}
