package house

import (
	"context"
	"slices"
	"testing"
	"time"

	"hearth/backend/jobs"
	"hearth/backend/room"
	"hearth/backend/store"
	"hearth/backend/visit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Where a page stands follows from what is stored: staff at desks and doors and in their visits, a guest at the own door, then
// in the call, and, being its patient, in the patient's room. The room's own news moves guests on.
func TestWherePagesStand(t *testing.T) {
	ctx := t.Context()
	h, err := Open(ctx, Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	defer mustClose(t, h)
	admin, wren, mira := demoPeople(t, h)
	therapist := care.Reader{Person: mira, Site: admin.Site, Roles: []access.Role{access.Therapist}}
	rules := rules{store: h.store, relay: h.relay, passes: newPasses(), visits: func() *visit.Book { return h.visits }}
	own, id := care.NewID[care.GuestID](), care.NewID[care.VisitID]()
	guest := care.Reader{Person: care.PersonID(own), Roles: []access.Role{access.Guest}}
	stands := func(by care.Reader, portal live.Portal) (rooms []live.RoomID) {
		t.Helper()
		places, err := rules.Rooms(ctx, room.Who{Person: live.PersonView{ID: by.Person}, Site: by.Site, Roles: by.Roles}, portal)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range places {
			rooms = append(rooms, p.Room)
		}
		return rooms
	}
	desk, door, call, patient := live.DeskRoom(wren.Project), live.DoorRoom(own), live.VisitRoom(id), live.PatientRoom(wren.ID)
	check := func(what string, wantGuest []live.RoomID, wantStaff, notStaff []live.RoomID) {
		t.Helper()
		if got := stands(guest, live.Visitor); !slices.Equal(got, wantGuest) {
			t.Errorf("%s: the guest stands in %v, want %v", what, got, wantGuest)
		}
		got := stands(therapist, live.Therapist)
		for _, r := range wantStaff {
			if !slices.Contains(got, r) {
				t.Errorf("%s: the therapist is missing in %s", what, r)
			}
		}
		for _, r := range notStaff {
			if slices.Contains(got, r) {
				t.Errorf("%s: the therapist stands in %s", what, r)
			}
		}
	}
	v, err := h.visits.BookVisit(ctx, therapist, care.NewVisit{Visit: care.Visit{ID: id, Project: wren.Project, Patient: wren.ID, Kind: care.Therapy, Minutes: 30,
		Local: h.now().Add(2 * time.Hour).UTC().Format(care.LocalLayout), Zone: "UTC"}, Guests: []care.NewGuest{{ID: own, As: care.AsPatient}}})
	if err != nil {
		t.Fatal(err)
	}
	check("two hours before", nil, []live.RoomID{desk, patient}, []live.RoomID{door, call})
	if v, err = h.visits.BeginVisit(ctx, therapist, id); err != nil {
		t.Fatal(err)
	}
	check("begun", nil, []live.RoomID{desk, call}, []live.RoomID{door})
	step := func(by care.Reader, act care.GuestAct) {
		t.Helper()
		if _, err := h.visits.StepGuest(ctx, by, id, own, care.Step{Act: act}); err != nil {
			t.Fatal(err)
		}
	}
	attend := func(act care.GuestAct) {
		t.Helper()
		if err := rules.Attend(ctx, room.Attendance{Visit: id, Guest: own, Act: act}); err != nil {
			t.Fatal(err)
		}
	}
	step(guest, care.Arrive)
	check("arrived", []live.RoomID{door}, []live.RoomID{desk, door, call}, nil)
	if got := stands(admin, live.Admin); !slices.Contains(got, desk) || !slices.Contains(got, door) || slices.Contains(got, call) {
		t.Errorf("an administrator stands in %v", got)
	}
	if got := stands(guest, live.Therapist); len(got) != 0 {
		t.Errorf("a guest at another portal stands in %v", got)
	}
	attend(care.Join) // a page at the door is in no call
	check("still at the door", []live.RoomID{door}, nil, nil)
	step(therapist, care.Admit)
	check("let in", []live.RoomID{call, patient}, []live.RoomID{call}, []live.RoomID{door})
	over, cancel := context.WithCancel(ctx)
	cancel()
	if got, err := rules.around(over, store.Standing{Patient: wren.ID}); err == nil {
		t.Errorf("a patient who cannot be looked up stands in %v, and not where nobody knows", got)
	}
	if got, err := rules.around(ctx, store.Standing{Patient: care.NewID[care.PatientID]()}); err != nil || len(got) > 0 {
		t.Errorf("around a patient who is gone are %v, %v", got, err)
	}
	for _, act := range []care.GuestAct{care.Join, care.Lose, care.Join} {
		attend(act)
		check(string(act), []live.RoomID{call, patient}, []live.RoomID{call}, []live.RoomID{door})
	}
	attend(care.Leave)
	check("left", nil, []live.RoomID{call}, []live.RoomID{door})
	if _, err := h.visits.EndVisit(ctx, therapist, id, 0); err != nil {
		t.Fatal(err)
	}
	check("over", nil, []live.RoomID{desk}, []live.RoomID{door, call})
	if v, err = h.store.Visit(ctx, therapist, id); err != nil || v.Outcome != care.Held || v.State != care.Ended {
		t.Errorf("it was %s, %s, %v", v.State, v.Outcome, err)
	}
}

// What a program that ended left open is closed by the duty.
func TestVisitsAreClosedByDuty(t *testing.T) {
	ctx := t.Context()
	h, err := Open(ctx, Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	defer mustClose(t, h)
	admin, wren, mira := demoPeople(t, h)
	id := care.NewID[care.VisitID]()
	if _, err := h.visits.BookVisit(ctx, admin, care.NewVisit{Visit: care.Visit{ID: id, Project: wren.Project, Patient: wren.ID, Host: mira, Kind: care.Therapy, Minutes: 30}, Now: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.EndVisit(ctx, admin, id, 0); err != nil {
		t.Fatal(err)
	}
	due, err := h.closeVisits(ctx, jobs.Job{})
	if v, again := h.store.Visit(ctx, admin, id); err != nil || again != nil || v.State != care.Ended || !due.After(h.now()) {
		t.Errorf("%s, due again %s, %v %v", v.State, due, err, again)
	}
}
