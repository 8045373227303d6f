package store

import (
	"crypto/sha256"
	"testing"
	"time"

	"hearth/backend/audit"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Whoever only keeps the book reads no chat, whatever they make of themselves in a visit; in a meeting of staff they do.
func TestClerksReadNoChat(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, clerk := t.Context(), c.mustClerk(t)
		write := func(by care.Reader, visit care.VisitID, text string) {
			t.Helper()
			if _, err := c.AddLine(ctx, by, care.Line{ID: care.NewID[care.LineID](), Visit: visit, Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		wants := func(what string, by care.Reader, visit care.VisitID, want int) {
			t.Helper()
			if list, err := c.Lines(ctx, by, visit); err != nil || len(list) != want {
				t.Errorf("%s reads %+v %v, want %d lines", what, list, err, want)
			}
		}
		patient, self := newGuest(care.AsPatient), newGuest(care.AsStaff)
		self.Person = clerk.Person
		v := c.mustBook(t, c.ana, c.soon(patient))
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		wrote := func(want time.Time) { // that, and when, is for who lets in
			t.Helper()
			if list, err := c.Queue(ctx, clerk, "", false); err != nil || len(list) != 1 || !list[0].Wrote.Equal(want) {
				t.Errorf("a clerk's queue: %+v, %v; want something written at %v", list, err, want)
			}
		}
		wrote(time.Time{})
		write(guest(patient.ID), v.ID, "for the staff")
		at := c.now()
		wrote(at)
		c.clock.Advance(time.Second)
		if _, err := c.TellGuest(ctx, c.ana, patient.ID, care.Line{ID: care.NewID[care.LineID](), Visit: v.ID, Text: "to the guest"}); err != nil {
			t.Fatal(err)
		}
		wrote(at)
		c.mustStep(t, c.ana, v.ID, patient.ID, care.Admit)
		c.mustStep(t, byItself, v.ID, patient.ID, care.Join)
		write(guest(patient.ID), v.ID, "in the call")
		v, err := c.AddGuest(ctx, clerk, v.ID, self)
		if err != nil {
			t.Fatal(err)
		}
		wants("a clerk who invites themselves", clerk, v.ID, 0)
		write(clerk, v.ID, "the room is free")
		wants("a clerk who wrote", clerk, v.ID, 1)
		wants("the host", c.ana, v.ID, 4)
		_, err = c.HandVisit(ctx, clerk, v.ID, v.Version, clerk.Person)
		wantFault(t, err, fault.Invalid, "visit.host")
		meeting := c.soon(self)
		meeting.Kind, meeting.Patient, meeting.Guests[0].ID = care.Meeting, "", care.NewID[care.GuestID]()
		v = c.mustBook(t, c.ana, meeting)
		write(c.ana, v.ID, "among us")
		wants("a clerk in a meeting", clerk, v.ID, 1)
	})
}

// A visit with a patient is hosted by somebody whose pages lead into it, and the list of staff says who that is. Staff alone meet
// with whomever they like.
func TestWhoHostsWhat(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, clerk := t.Context(), c.mustClerk(t)
		list, err := c.VisitStaff(ctx, clerk, c.project)
		if err != nil || len(list) < 4 {
			t.Fatal(list, err)
		}
		meets := map[care.PersonID]bool{}
		for _, one := range list {
			meets[one.ID] = one.Hosts
			n := c.soon(newGuest(care.AsPatient))
			n.Host = one.ID
			if _, err := c.BookVisit(ctx, clerk, n); (err == nil) != one.Hosts || err != nil && fault.Of(err).Code != "visit.host" {
				t.Errorf("%s hosts visits with patients: %v; %v", one.Name, one.Hosts, err)
			}
			if n.Kind, n.Patient, n.Guests = care.Meeting, "", nil; one.ID != c.ana.Person {
				ana := newGuest(care.AsStaff)
				ana.Person = c.ana.Person
				n.Guests = []care.NewGuest{ana}
			}
			n.ID = care.NewID[care.VisitID]()
			if v, err := c.BookVisit(ctx, clerk, n); err != nil || v.Host != one.ID {
				t.Errorf("%s hosts a meeting: %v", one.Name, err)
			}
		}
		if !meets[c.ana.Person] || !meets[c.ben.Person] || meets[clerk.Person] || meets[c.admin.Person] {
			t.Errorf("with patients meet %v", meets)
		}
		_, err = c.BookVisit(ctx, clerk, c.soon(newGuest(care.AsPatient))) // by themselves, who is no therapist
		wantFault(t, err, fault.Invalid, "visit.host")
	})
}

// A booked visit whose patient moves to another therapist says so, until it is handed to who treats them; one of a patient nobody
// treats says nothing.
func TestVisitsWhosePatientMoved(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		booked, open := c.mustBook(t, c.ana, c.soon(newGuest(care.AsPatient))), c.soon(newGuest(care.AsPatient))
		open.Now = true
		c.mustBook(t, c.ana, open)
		says := func(when string, want bool) {
			t.Helper()
			list, _, err := c.ListVisits(ctx, c.admin, care.VisitFilter{Patient: c.wrenID}, care.Page{})
			if err != nil || len(list) != 2 {
				t.Fatal(list, err)
			}
			for _, v := range list {
				if v.Orphaned != (want && v.ID == booked.ID) {
					t.Errorf("%s: a visit that is %s is without its therapist: %v", when, v.State, v.Orphaned)
				}
			}
		}
		says("as it was", false)
		if err := c.DeleteCare(ctx, c.admin, c.wrenID, c.ana.Person); err != nil {
			t.Fatal(err)
		}
		says("treated by nobody", false)
		c.mustCare(t, c.wrenID, c.ben.Person)
		says("treated by another", true)
		if _, err := c.HandVisit(ctx, c.admin, booked.ID, booked.Version, c.ben.Person); err != nil {
			t.Fatal(err)
		}
		says("handed over", false)
	})
}

// A caller is let in by somebody who can sit with them; whoever cannot hands them over.
func TestWhoLetsCallersIn(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, clerk := t.Context(), c.mustClerk(t)
		set := care.DefaultVisiting(c.project)
		set.DropIn, set.Hours = true, []care.Opening{{Day: c.clock.Now().Weekday(), From: "00:00", Until: "24:00"}}
		if _, err := c.PutVisiting(ctx, c.admin, set); err != nil {
			t.Fatal(err)
		}
		id, caller, err := c.Call(ctx, c.project, care.Caller{Name: "Kim", Language: "de"})
		if err != nil {
			t.Fatal(err)
		}
		c.mustStep(t, guest(caller), id, caller, care.Arrive)
		_, err = c.StepGuest(ctx, clerk, id, caller, care.Step{Act: care.Admit})
		wantFault(t, err, fault.Conflict, "visit.hand-over")
		_, err = c.BeginVisit(ctx, clerk, id)
		wantFault(t, err, fault.Conflict, "visit.hand-over")
		if next, err := c.AdmitNext(ctx, clerk, c.project, false); err != nil || next.Guest.ID != "" {
			t.Errorf("a clerk took %+v, %v", next.Guest, err)
		}
		list, err := c.Queue(ctx, c.ana, c.project, false)
		if err != nil || len(list) != 1 {
			t.Fatalf("the therapists' queue: %+v %v", list, err)
		}
		_, err = c.HandVisit(ctx, clerk, id, 1, clerk.Person)
		wantFault(t, err, fault.Invalid, "visit.host")
		if _, err := c.HandVisit(ctx, clerk, id, 1, c.ana.Person); err != nil {
			t.Fatal(err)
		}
		if got := c.mustStep(t, clerk, id, caller, care.Admit); got.Visit.Host != c.ana.Person || got.Guest.State != care.Admitted {
			t.Errorf("handed over and let in: %+v", got)
		}
	})
}

// What is done to a visit, a guest or a wish for a call is in the trail with the patient it is about.
func TestTrailKnowsWhomAVisitIsAbout(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient := t.Context(), newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		if _, err := c.WishCallBack(ctx, patient.ID); err != nil {
			t.Fatal(err)
		}
		calls, _, err := c.ListCallBacks(ctx, c.ana)
		if err != nil || len(calls) != 1 {
			t.Fatal(calls, err)
		}
		meeting := c.soon()
		meeting.Kind, meeting.Patient = care.Meeting, ""
		for object, want := range map[string]care.PatientID{string(v.ID): c.wrenID, string(patient.ID): c.wrenID, calls[0].ID: c.wrenID,
			string(c.mustBook(t, c.ana, meeting).ID): "", string(c.ana.Person): "", care.NewID[string](): ""} {
			if err := c.AppendAudit(ctx, audit.Entry{Person: c.ana.Person, Action: "get-visit-notes", Object: object}); err != nil {
				t.Fatal(err)
			}
			if list, err := c.ListAudit(ctx, 1); err != nil || list[0].Patient != want || list[0].Object != object {
				t.Errorf("%+v, want it to be about %q (%v)", list, want, err)
			}
		}
	})
}

// A patient who is disabled is sent nothing and comes in by no link, until they are brought back; nobody comes to the visits
// of one who is deleted.
func TestLinksOfADisabledPatient(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		ctx, g, mother := t.Context(), newGuest(care.AsPatient), newGuest(care.AsRelative)
		mother.Relation = "mother"
		n := w.ahead(30*time.Minute, g, mother)
		n.Kind = care.Family
		v := w.mustBook(t, w.ana, n)
		w.look()
		links := map[care.GuestID]sha256Sum{g.ID: w.mustEnter(t, g.ID), mother.ID: w.mustEnter(t, mother.ID)}
		wants := func(when string, own, kin bool, want string) {
			t.Helper()
			for id, opens := range map[care.GuestID]bool{g.ID: own, mother.ID: kin} {
				a, err := w.GuestAccount(ctx, id)
				if _, revoked, wrong := w.GuestOfLink(ctx, links[id]); err != nil || wrong != nil || a.Disabled == opens || revoked == opens {
					t.Errorf("%s: disabled %v, revoked %v, want it to open: %v (%v, %v)", when, a.Disabled, revoked, opens, err, wrong)
				}
			}
			w.look()
			if got := told(w.mustMessages(t, v.ID)); got != want {
				t.Errorf("%s: told %s, want %s", when, got, want)
			}
		}
		record, err := w.Record(ctx, w.admin, w.wrenID)
		if err != nil {
			t.Fatal(err)
		}
		if record, err = w.PatchRecord(ctx, w.admin, w.wrenID, care.RecordPatch{Version: record.Version, Disabled: new(true)}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(20 * time.Minute)
		wants("disabled", false, true, "invitation sent, invitation sent, soon queued, soon sent")
		if record, err = w.PatchRecord(ctx, w.admin, w.wrenID, care.RecordPatch{Version: record.Version, Disabled: new(false)}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(11 * time.Minute)
		wants("brought back", true, true, "invitation sent, invitation sent, soon sent, soon sent")
		if _, err := w.DeleteRecord(ctx, w.admin, w.wrenID, record.Version); err != nil {
			t.Fatal(err)
		}
		wants("deleted", false, false, "invitation sent, invitation sent, soon sent, soon sent")
	})
}

type sha256Sum = [sha256.Size]byte
