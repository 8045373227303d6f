package store

import (
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Whoever is invited again must still belong to the visit: nobody is in it twice, and not where they are talked about.
func TestInvitedAgainFits(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient, mother := t.Context(), newGuest(care.AsPatient), newGuest(care.AsRelative)
		mother.Relation = "mother"
		n := c.soon(patient, mother)
		n.Kind = care.Family
		v := c.mustBook(t, c.ana, n)
		invite := func(id care.GuestID, code string) {
			t.Helper()
			_, err := c.StepGuest(ctx, c.ana, v.ID, id, care.Step{Act: care.Invite})
			if code == "" && err != nil || code != "" && fault.Of(err).Code != code {
				t.Errorf("invited again: %v, want %q", err, code)
			}
		}
		c.mustStep(t, c.ana, v.ID, mother.ID, care.Uninvite)
		anew := mother
		anew.ID = care.NewID[care.GuestID]()
		if _, err := c.AddGuest(ctx, c.ana, v.ID, anew); err != nil {
			t.Fatal(err)
		}
		invite(mother.ID, "visit.guest-twice")
		c.mustStep(t, c.ana, v.ID, patient.ID, care.Uninvite)
		if _, err := c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: 1, Kind: new(care.Information)}); err != nil {
			t.Fatal(err)
		}
		invite(patient.ID, "guest.as")
		c.mustStep(t, c.ana, v.ID, anew.ID, care.Uninvite)
		invite(mother.ID, "")
	})
}

// Minutes of who only waits do not make a visit one that was held; those of who is in it do.
func TestWhoWaitsHasNotMet(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient := t.Context(), newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		met := func(by care.Reader) bool {
			t.Helper()
			if err := c.ReportMinutes(ctx, by, v.ID, []care.Minute{{At: c.clock.Now().Unix() / 60, Sound: 60}}); err != nil {
				t.Fatal(err)
			}
			v, err := c.Visit(ctx, c.ana, v.ID)
			if err != nil {
				t.Fatal(err)
			}
			return !v.Met.IsZero()
		}
		if met(guest(patient.ID)) {
			t.Error("a guest who waits met somebody")
		}
		c.mustStep(t, c.mustClerk(t), v.ID, patient.ID, care.Admit)
		if !met(guest(patient.ID)) {
			t.Error("who hears somebody met nobody")
		}
	})
}

// Whoever was in a visit says how it was afterwards, however long it lasted.
func TestAfterALongVisit(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient := t.Context(), newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		c.mustStep(t, c.ana, v.ID, patient.ID, care.Admit)
		c.mustStep(t, byItself, v.ID, patient.ID, care.Join)
		c.clock.Advance(5 * time.Hour)
		if _, err := c.EndVisit(ctx, c.ana, v.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, closed, err := c.CloseVisit(ctx, v.ID); err != nil || !closed {
			t.Fatal(closed, err)
		}
		if a, err := c.GuestAccount(ctx, patient.ID); err != nil || !a.Until.Equal(c.clock.Now().Add(afterwards)) {
			t.Errorf("until %s, and it is %s: %v", a.Until, c.clock.Now(), err)
		}
	})
}

// Each project forgets its callers when it says so; one that keeps them long holds up no other, and a patient's visits stay.
func TestVisitsAreForgotten(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		other, err := c.CreateProject(ctx, c.admin, c.site, "Sleep")
		if err != nil {
			t.Fatal(err)
		}
		lea := c.mustAt(t, "lea", care.Place{Site: c.site}, access.Therapist, access.Clerk)
		ends := func(n care.NewVisit) care.VisitID {
			t.Helper()
			v := c.mustBook(t, lea, n)
			if _, err := c.CancelVisit(ctx, lea, v.ID, v.Version); err != nil {
				t.Fatal(err)
			}
			return v.ID
		}
		meeting := func(project care.ProjectID) care.NewVisit {
			n := c.soon()
			n.Kind, n.Patient, n.Project = care.Meeting, "", project
			return n
		}
		if _, err := c.PutRetention(ctx, c.admin, care.Retention{Place: care.Place{Site: c.site, Project: other.ID}, DeletedDays: 30}); err != nil {
			t.Fatal(err)
		}
		long, short, kept := ends(meeting(c.project)), ends(meeting(other.ID)), ends(c.soon(newGuest(care.AsPatient)))
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{29 * 24 * time.Hour, 0}, {2 * 24 * time.Hour, 1}, {0, 0}} {
			c.clock.Advance(step.after)
			if gone, err := c.ForgetVisits(ctx); err != nil || gone != step.want {
				t.Errorf("%d were forgotten, want %d: %v", gone, step.want, err)
			}
		}
		for id, there := range map[care.VisitID]bool{long: true, short: false, kept: true} {
			if _, err := c.Visit(ctx, byItself, id); fault.Is(err, fault.NotFound) == there {
				t.Errorf("%s is there: %v, want %v", id, err == nil, there)
			}
		}
	})
}

// A visit that staff begin long before its time has a report of how it went all the same, of no minute before anybody could be in
// it.
func TestMinutesOfAVisitBegunEarly(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		patient := newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.ahead(2*time.Hour, patient))
		minute := func(at time.Time) []care.Minute { return []care.Minute{{At: at.Unix() / 60, Quality: 4, Sound: 60}} }
		if err := c.ReportMinutes(t.Context(), c.ana, v.ID, minute(c.clock.Now())); !fault.Is(err, fault.Invalid) {
			t.Errorf("nobody began it: %v", err)
		}
		if _, err := c.BeginVisit(t.Context(), c.ana, v.ID); err != nil {
			t.Fatal(err)
		}
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		c.mustStep(t, c.ana, v.ID, patient.ID, care.Admit)
		for _, by := range []care.Reader{c.ana, guest(patient.ID)} {
			if err := c.ReportMinutes(t.Context(), by, v.ID, minute(c.clock.Now())); err != nil {
				t.Error(err)
			}
		}
		if err := c.ReportMinutes(t.Context(), c.ana, v.ID, minute(v.Start.Add(-25*time.Hour))); !fault.Is(err, fault.Invalid) {
			t.Errorf("a minute a day before: %v", err)
		}
		if _, report, err := c.VisitReport(t.Context(), c.ana, v.ID); err != nil || len(report.Minutes) != 2 {
			t.Errorf("%d minutes, %v", len(report.Minutes), err)
		}
	})
}
