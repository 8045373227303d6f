package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// heard collects what heralds hear, while a test runs.
func heard(t testing.TB) *[]string {
	t.Helper()
	var list []string
	was := heralds
	heralds = append(slices.Clone(was), func(_ *Store, _ context.Context, _ bun.Tx, n care.VisitNews) error {
		list = append(list, n.What)
		return nil
	})
	t.Cleanup(func() { heralds = was })
	return &list
}

// Of two who edit one visit the second is told; every change invited people must hear of is heard once.
func TestTwoEditOneVisit(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, news := t.Context(), heard(t)
		patient := newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		moved, err := c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: 1, Local: new("2026-11-22T09:00"), Zone: new("Europe/Berlin")})
		if err != nil || moved.Version != 2 || moved.Told != 1 || !moved.Start.Equal(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)) {
			t.Errorf("moved: %+v %v", moved, err)
		}
		_, err = c.PatchVisit(ctx, c.mustClerk(t), v.ID, care.VisitPatch{Version: 1, Minutes: new(60)})
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		if got, err := c.PatchVisit(ctx, c.admin, v.ID, care.VisitPatch{Version: 2, Relay: new(true)}); err != nil || got.Version != 3 || got.Told != 1 {
			t.Errorf("through the relay: %+v %v", got, err)
		}
		if got, err := c.PatchVisit(ctx, c.admin, v.ID, care.VisitPatch{Version: 3}); err != nil || got.Version != 3 {
			t.Errorf("nothing changed: %+v %v", got, err)
		}
		if _, err := c.LateVisit(ctx, c.ana, v.ID, 10); err != nil {
			t.Error(err)
		}
		if _, err := c.LateVisit(ctx, c.ana, v.ID, 10); err != nil {
			t.Error(err)
		}
		for range 2 {
			if got, err := c.CancelVisit(ctx, c.ana, v.ID, 3); err != nil || got.State != care.Cancelled {
				t.Errorf("called off: %+v %v", got, err)
			}
		}
		_, err = c.StepGuest(ctx, guest(patient.ID), v.ID, patient.ID, care.Step{Act: care.Arrive})
		wantFault(t, err, fault.Gone, "visit.cancelled")
		_, err = c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: 4, Minutes: new(60)})
		wantFault(t, err, fault.Gone, "visit.cancelled")
		if want := []string{"booked", "changed", "late", "cancelled"}; !slices.Equal(*news, want) {
			t.Errorf("heard %v, want %v", *news, want)
		}
	})
}

// The wall clock of a visit stays when the rules of its zone change, and summer time begins and ends where the clinic is.
func TestPlannedAnew(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		n := c.soon()
		n.Local, n.Zone = "2027-03-28T02:30", "Europe/Berlin" // skipped: the clock goes from two to three
		spring := c.mustBook(t, c.ana, n)
		if want := time.Date(2027, 3, 28, 1, 30, 0, 0, time.UTC); !spring.Start.Equal(want) {
			t.Errorf("in spring at %s, want %s", spring.Start, want)
		}
		if moved, err := c.ReplanVisits(ctx); err != nil || len(moved) != 0 {
			t.Errorf("nothing changed, and %d moved: %v", len(moved), err)
		}
		news := heard(t)
		if _, err := c.db.NewRaw("UPDATE visits SET begins = begins - 3600000000, ends = ends - 3600000000").Exec(ctx); err != nil { // as older rules had it
			t.Fatal(err)
		}
		moved, err := c.ReplanVisits(ctx)
		if err != nil || len(moved) != 1 || !moved[0].Start.Equal(spring.Start) || !moved[0].End.Equal(spring.End) || moved[0].Local != n.Local || moved[0].Version != 1 || moved[0].Told != 0 {
			t.Errorf("moved %+v, %v", moved, err)
		}
		if !slices.Equal(*news, []string{"replanned"}) {
			t.Errorf("heard %v", *news)
		}
	})
}

// A visit nobody ended, or nobody came to, is closed by the house; what somebody said of it stays.
func TestNobodyCame(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		waits, never, told := newGuest(care.AsPatient), newGuest(care.AsPatient), newGuest(care.AsPatient)
		unserved, missed, said := c.mustBook(t, c.ana, c.soon(waits)), c.mustBook(t, c.ana, c.soon(never)), c.mustBook(t, c.ana, c.soon(told))
		c.mustStep(t, guest(waits.ID), unserved.ID, waits.ID, care.Arrive)
		if _, err := c.PutOutcome(ctx, c.ana, said.ID, care.Failed); !fault.Is(err, fault.Conflict) {
			t.Errorf("said before it was to begin: %v", err)
		}
		c.clock.Advance(time.Hour)
		if _, err := c.PutOutcome(ctx, c.ana, said.ID, care.Failed); err != nil {
			t.Error(err)
		}
		c.clock.Advance(2 * time.Hour)
		due, err := c.DueVisits(ctx)
		if err != nil || len(due) != 3 {
			t.Fatalf("due: %v %v", due, err)
		}
		for _, id := range due {
			if _, closed, err := c.CloseVisit(ctx, id); err != nil || !closed {
				t.Errorf("closed %v %v", closed, err)
			}
		}
		for id, want := range map[care.VisitID]care.Outcome{unserved.ID: care.Unserved, missed.ID: care.NoShow, said.ID: care.Failed} {
			if v, err := c.Visit(ctx, c.ana, id); err != nil || v.Outcome != want || v.State != care.Ended {
				t.Errorf("%s: %s %s, want %s, %v", id, v.State, v.Outcome, want, err)
			}
		}
		if v, err := c.PutOutcome(ctx, c.ana, said.ID, ""); err != nil || v.Outcome != care.NoShow || v.SaidBy != "" {
			t.Errorf("taken back: %s %v", v.Outcome, err)
		}
	})
}

// A visit in the making is handed over: who was host stays as a guest of staff, who takes over is none any more.
func TestHandedOver(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		colleague := newGuest(care.AsStaff)
		colleague.Person = c.ben.Person
		n := c.soon(newGuest(care.AsPatient), colleague)
		n.Now = true
		v := c.mustBook(t, c.ana, n)
		if v.State != care.Open || v.Start.After(c.clock.Now()) {
			t.Errorf("begun at once: %+v", v)
		}
		v, err := c.HandVisit(ctx, c.ana, v.ID, v.Version, c.ben.Person)
		if err != nil || v.Host != c.ben.Person || v.Guests[1].State != care.Uninvited || len(v.Guests) != 3 || v.Guests[2].Person != c.ana.Person {
			t.Fatalf("handed over: %+v %v", v, err)
		}
		if v, err = c.HandVisit(ctx, c.ben, v.ID, v.Version, c.ana.Person); err != nil || v.Host != c.ana.Person || len(v.Guests) != 3 || v.Guests[1].State != care.NotCome || v.Guests[2].State != care.Uninvited {
			t.Errorf("and back: %+v %v", v, err)
		}
		if _, err := c.HandVisit(ctx, c.ana, v.ID, v.Version, c.lark.Person); !fault.Is(err, fault.Invalid) {
			t.Errorf("to a patient: %v", err)
		}
		in, err := c.AttendGuest(ctx, v.Guests[1].ID, care.Join)
		if err != nil || in.Guest.State != care.InCall || !in.Changed {
			t.Errorf("a colleague walks in: %+v %v", in.Guest, err)
		}
	})
}

// Callers come while a project is open to them, each to a visit of their own, and belong to who takes them.
func TestCallers(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		if _, _, err := c.Call(ctx, c.project, care.Caller{Name: "Kim", Language: "de", Relay: true}); !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody said callers may come: %v", err)
		}
		set := care.DefaultVisiting(c.project)
		set.DropIn, set.Zone, set.Hours = true, "Europe/Berlin", []care.Opening{{Day: time.Saturday, From: "13:30", Until: "14:00"}} // noon UTC is 13:00 there
		if _, err := c.PutVisiting(ctx, c.admin, set); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.Call(ctx, c.project, care.Caller{Name: "Kim", Language: "de", Relay: true})
		wantFault(t, err, fault.Conflict, "drop-in.closed")
		c.clock.Advance(45 * time.Minute)
		id, caller, err := c.Call(ctx, c.project, care.Caller{Name: "Kim", Language: "de", Relay: true})
		if err != nil {
			t.Fatal(err)
		}
		c.mustStep(t, guest(caller), id, caller, care.Arrive)
		if v, err := c.Visit(ctx, c.ana, id); err != nil || !v.Relay {
			t.Errorf("a caller nobody knows learns an address: %+v %v", v.Relay, err)
		}
		for _, by := range []care.Reader{c.ana, c.ben, c.admin} {
			if list, err := c.Queue(ctx, by, "", false); err != nil || len(list) != 1 {
				t.Errorf("the queue: %+v %v", list, err)
			}
		}
		next, err := c.AdmitNext(ctx, c.ben, c.project, false)
		if err != nil || next.Visit.Host != c.ben.Person || next.Guest.State != care.Admitted {
			t.Errorf("taken: %+v %v", next, err)
		}
		if _, err := c.Visit(ctx, c.ana, id); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's caller is seen: %v", err)
		}
		if v, err := c.PatchVisit(ctx, c.ben, id, care.VisitPatch{Version: 1, Patient: new(c.larkID)}); err != nil || v.PatientName != "Lark-7" {
			t.Errorf("known to be Lark: %+v %v", v, err)
		}
		if _, err := c.PatchVisit(ctx, c.ben, id, care.VisitPatch{Version: 2, Patient: new(c.wrenID)}); err == nil {
			t.Error("a caller was matched twice")
		}
		if v, err := c.PatchVisit(ctx, c.ben, id, care.VisitPatch{Version: 2, Patient: new(care.PatientID(""))}); err != nil || v.Patient != "" {
			t.Errorf("known not to be Lark: %+v %v", v, err)
		}
		if v, err := c.PatchVisit(ctx, c.ben, id, care.VisitPatch{Version: 3, Patient: new(c.larkID)}); err != nil || v.Patient != c.larkID {
			t.Errorf("Lark after all: %+v %v", v, err)
		}
	})
}

// A door is full of callers who are there, not of those who went away; and who went away is given up.
func TestCallersWhoWentAway(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		set := care.DefaultVisiting(c.project)
		set.DropIn, set.Hours = true, []care.Opening{{Day: time.Saturday, From: "12:00", Until: "24:00"}}
		if _, err := c.PutVisiting(ctx, c.admin, set); err != nil {
			t.Fatal(err)
		}
		call := func(i int) (care.GuestID, error) {
			id, caller, err := c.Call(ctx, c.project, care.Caller{})
			if err == nil {
				now := c.clock.Now()
				err = c.CreateSession(ctx, identity.Session{Hash: identity.Hash{byte(i), byte(i >> 8), 1}, Slot: "0123abcd", Guest: caller, Created: now, Seen: now, Expires: now.Add(3 * time.Hour)})
				c.mustStep(t, guest(caller), id, caller, care.Arrive)
			}
			return caller, err
		}
		var first care.GuestID
		for i := range 30 {
			caller, err := call(i)
			if err != nil {
				t.Fatalf("caller %d: %v", i, err)
			}
			if i == 0 {
				first = caller
			}
		}
		_, err := call(30)
		wantFault(t, err, fault.Conflict, "drop-in.full")
		if gone, err := c.GoneCallers(ctx); err != nil || len(gone) != 0 {
			t.Errorf("gone already: %d %v", len(gone), err)
		}
		c.clock.Advance(3 * time.Minute)
		if _, err := call(31); err != nil {
			t.Errorf("the door is full of callers who went away: %v", err)
		}
		c.clock.Advance(3 * time.Minute)
		now := c.clock.Now()
		if err := c.TouchSession(ctx, identity.Hash{0, 0, 1}, now, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		gone, err := c.GoneCallers(ctx)
		if err != nil || len(gone) != 29 || slices.Contains(gone, first) {
			t.Errorf("%d are gone, who is heard of among them: %v; %v", len(gone), slices.Contains(gone, first), err)
		}
		for _, one := range gone {
			if out, err := c.LetGoCaller(ctx, one); err != nil || !out.Moved || out.Guest.State != care.LeftVisit {
				t.Errorf("given up: %+v %v", out.Guest, err)
			}
		}
		if list, err := c.Queue(ctx, c.ana, "", false); err != nil || len(list) != 2 {
			t.Errorf("%d wait still; %v", len(list), err)
		}
	})
}

// Between the house's look at who went away and their being let go, somebody lets one in, and another's page comes back.
func TestCallersWhoCameBack(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		set := care.DefaultVisiting(c.project)
		set.DropIn, set.Hours = true, []care.Opening{{Day: time.Saturday, From: "12:00", Until: "24:00"}}
		if _, err := c.PutVisiting(ctx, c.admin, set); err != nil {
			t.Fatal(err)
		}
		want := map[care.GuestID]care.GuestState{}
		for i, state := range []care.GuestState{care.Admitted, care.Arrived, care.LeftVisit} {
			visit, caller, err := c.Call(ctx, c.project, care.Caller{Name: "Kim"})
			if err != nil {
				t.Fatal(err)
			}
			now := c.clock.Now()
			if err := c.CreateSession(ctx, identity.Session{Hash: identity.Hash{byte(i + 1)}, Slot: "slot", Person: identity.GuestPerson(caller), Guest: caller, Created: now, Seen: now,
				Expires: now.Add(time.Hour), Proof: identity.ByLink}); err != nil {
				t.Fatal(err)
			}
			c.mustStep(t, guest(caller), visit, caller, care.Arrive)
			want[caller] = state
		}
		c.clock.Advance(6 * time.Minute)
		gone, err := c.GoneCallers(ctx)
		if err != nil || len(gone) != 3 || want[gone[0]] == "" {
			t.Fatalf("%d are gone; %v", len(gone), err)
		}
		for id, state := range want {
			if v, _, err := c.GuestAt(ctx, id); err != nil {
				t.Fatal(err)
			} else if state == care.Admitted {
				c.mustStep(t, c.ana, v.ID, id, care.Admit)
			}
		}
		now := c.clock.Now()
		if err := c.TouchSession(ctx, identity.Hash{2}, now, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for _, id := range gone {
			if out, err := c.LetGoCaller(ctx, id); err != nil || out.Guest.State != want[id] || out.Changed != (want[id] == care.LeftVisit) {
				t.Errorf("%s, want %s: changed %v, %v", out.Guest.State, want[id], out.Changed, err)
			}
		}
	})
}

// Next week's visit is not begun by a slip.
func TestNoVisitBeginsLongBefore(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		v := c.mustBook(t, c.ana, c.ahead(48*time.Hour))
		c.clock.now = v.Start.Add(-25 * time.Hour)
		_, err := c.BeginVisit(t.Context(), c.ana, v.ID)
		wantFault(t, err, fault.Conflict, "visit.begin-early")
		c.clock.now = v.Start.Add(-23 * time.Hour)
		if v, err := c.BeginVisit(t.Context(), c.ana, v.ID); err != nil || v.State != care.Open {
			t.Errorf("a day before: %v %v", v.State, err)
		}
	})
}

// Whoever comes and goes all the time is asked to wait; a few minutes later they come in as ever, and nobody else is kept waiting.
func TestNobodyComesAllTheTime(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		patient, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
		n := c.soon(patient, mother)
		n.Kind, n.Minutes = care.Family, 180
		v := c.mustBook(t, c.ana, n)
		step := func(g care.GuestID, act care.GuestAct) error {
			_, err := c.StepGuest(t.Context(), guest(g), v.ID, g, care.Step{Act: act})
			return err
		}
		for hour := range 4 { // again and again: who came often before is not kept out longer
			for range mostArrivals {
				c.clock.Advance(time.Second)
				for _, act := range []care.GuestAct{care.Arrive, care.Arrive, care.Leave} { // the page was loaded again meanwhile
					if err := step(patient.ID, act); err != nil {
						t.Fatalf("time %d, %s: %v", hour, act, err)
					}
				}
			}
			if err := step(patient.ID, care.Arrive); fault.Of(err).Code != "guest.too-often" || !fault.Is(err, fault.TooMany) {
				t.Errorf("once more: %v", err)
			}
			if err := step(mother.ID, care.Arrive); err != nil {
				t.Errorf("somebody else: %v", err)
			}
			c.clock.Advance(arrivalsWithin)
		}
		if err := step(patient.ID, care.Arrive); err != nil {
			t.Errorf("a few minutes later: %v", err)
		}
		for range 3 * mostArrivals { // a page that is loaded in the waiting room is asked to wait by nobody
			if err := step(patient.ID, care.Arrive); err != nil {
				t.Fatalf("in the waiting room: %v", err)
			}
		}
	})
}

// Whom a bad line puts out of the call again and again comes back each time, for as long as the visit is.
func TestABadLineKeepsNobodyOut(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient := t.Context(), newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		for n := range 50 {
			c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
			c.mustStep(t, c.ana, v.ID, patient.ID, care.Admit)
			for _, act := range []care.GuestAct{care.Join, care.Lose, care.Leave} {
				if act == care.Leave {
					c.clock.Advance(31 * time.Second) // they are waited for until then
				}
				if _, err := c.AttendGuest(ctx, patient.ID, act); err != nil {
					t.Fatalf("time %d, %s: %v", n, act, err)
				}
			}
		}
	})
}

// Through the relay or not is decided while nobody is inside: every connection would have to be made anew, in the middle of a word.
// Whoever waits keeps nobody from it, and what else is changed in the same breath is not changed either.
func TestTheRelayWaitsUntilNobodyIsInside(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient := t.Context(), newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.soon(patient))
		relay := func(on bool) (care.Planned, error) {
			is, err := c.Visit(ctx, c.ana, v.ID)
			if err != nil {
				t.Fatal(err)
			}
			minutes := is.Minutes + 5
			return c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: is.Version, Relay: &on, Minutes: &minutes})
		}
		c.mustStep(t, guest(patient.ID), v.ID, patient.ID, care.Arrive)
		if got, err := relay(true); err != nil || !got.Relay {
			t.Fatalf("while somebody waits: %v %v", got.Relay, err)
		}
		for _, act := range []care.GuestAct{care.Admit, care.Join, care.Lose} {
			by := byItself
			if act == care.Admit {
				by = c.ana
			}
			c.mustStep(t, by, v.ID, patient.ID, act)
			before, err := c.Visit(ctx, c.ana, v.ID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = relay(false)
			wantFault(t, err, fault.Conflict, fault.Of(errBegun).Code)
			if after, err := c.Visit(ctx, c.ana, v.ID); err != nil || !after.Relay || after.Minutes != before.Minutes || after.Version != before.Version {
				t.Errorf("%s: the visit is %+v, %v", act, after.Visit, err)
			}
		}
		c.mustStep(t, byItself, v.ID, patient.ID, care.Leave)
		if got, err := relay(false); err != nil || got.Relay {
			t.Errorf("when they left: %v %v", got.Relay, err)
		}
	})
}
