package store

import (
	"slices"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/jobs"
	"hearth/backend/post"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// signIn opens a session for somebody.
func (c clinic) signIn(t *testing.T, person care.PersonID, n byte, slot identity.Slot, lasts time.Duration) identity.Session {
	t.Helper()
	s := identity.Session{Hash: identity.Hash{n, 0xaa}, Slot: slot, Person: person, Created: c.now(), Seen: c.now(), Expires: c.now().Add(lasts)}
	if err := c.CreateSession(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// takes subscribes a browser.
func (c clinic) takes(t *testing.T, person care.PersonID, slot identity.Slot, id string) {
	t.Helper()
	if err := c.PutSubscription(t.Context(), post.Subscription{ID: id, Person: person, Slot: string(slot), Language: "de", Sealed: []byte(id)}); err != nil {
		t.Fatal(err)
	}
}

// wantTaking holds which browsers of somebody take notices.
func (c clinic) wantTaking(t *testing.T, what string, person care.PersonID, want ...string) {
	t.Helper()
	list, err := c.Subscriptions(t.Context(), person)
	got := []string{}
	for _, s := range list {
		got = append(got, s.ID)
	}
	slices.Sort(got)
	if slices.Sort(want); err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: %v take notices, want %v; %v", what, got, want, err)
	}
}

// Notices end with the session they were switched on in, however it ends; one that runs out unused leaves them for a weekend.
func TestSubscriptionsOfSessions(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, ana, wren := t.Context(), c.ana.Person, c.wren.Person
		c.takes(t, ana, "00c0ffee", "none")
		c.wantTaking(t, "of no session", ana)

		here, there := c.signIn(t, ana, 1, "00c0ffee", time.Hour), c.signIn(t, ana, 2, "00000001", time.Hour)
		c.takes(t, ana, here.Slot, "here")
		c.takes(t, ana, there.Slot, "there")
		c.wantTaking(t, "switched on", ana, "here", "there")
		c.takes(t, ana, here.Slot, "here again")
		c.wantTaking(t, "known by another address", ana, "there", "here again")

		c.signIn(t, wren, 3, "00000002", time.Hour)
		c.takes(t, wren, "00000002", "there")
		c.wantTaking(t, "taken by somebody else", ana, "here again")
		c.wantTaking(t, "taken", wren, "there")
		if err := c.DropSubscriptionsIn(ctx, wren, []identity.Slot{"00c0ffee"}); err != nil {
			t.Fatal(err)
		}
		c.wantTaking(t, "somebody else's session in another browser", ana, "here again")
		if err := c.DropSubscriptionsIn(ctx, wren, []identity.Slot{"00000002"}); err != nil {
			t.Fatal(err)
		}
		c.wantTaking(t, "signed out in their browser", wren)

		if err := c.EndSession(ctx, here.Hash); err != nil {
			t.Fatal(err)
		}
		c.wantTaking(t, "signed out", ana)
		if n, err := c.db.NewSelect().Table("subscriptions").Count(ctx); err != nil || n != 0 {
			t.Errorf("%d are remembered all the same, %v", n, err)
		}
		c.takes(t, ana, there.Slot, "there")
		if err := c.EndSessionIn(ctx, ana, there.Slot); err != nil {
			t.Fatal(err)
		}
		c.wantTaking(t, "signed out from elsewhere", ana)

		c.signIn(t, ana, 4, "00000003", time.Hour)
		c.takes(t, ana, "00000003", "idle")
		later := func(d time.Duration) {
			t.Helper()
			c.clock.Advance(d)
			if err := c.SweepSessions(ctx, c.now()); err != nil {
				t.Fatal(err)
			}
		}
		later(2 * time.Hour)
		c.wantTaking(t, "ran out", ana, "idle")
		later(keptAfter - time.Hour)
		c.wantTaking(t, "over the weekend", ana, "idle")
		again := c.signIn(t, ana, 5, "00000004", 90*24*time.Hour)
		c.takes(t, ana, again.Slot, "idle")
		later(2 * keptAfter)
		c.wantTaking(t, "signed in again", ana, "idle")

		c.signIn(t, ana, 6, "00000005", time.Hour)
		c.takes(t, ana, "00000005", "lost")
		later(2 * time.Hour)
		if err := c.EndSessions(ctx, ana, again.Hash); err != nil {
			t.Fatal(err)
		}
		c.wantTaking(t, "another password: what ran out ends too", ana, "idle")
		c.signIn(t, ana, 7, "00000006", time.Hour)
		c.takes(t, ana, "00000006", "gone")
		later(2 * time.Hour)
		later(keptAfter)
		c.wantTaking(t, "not seen for long", ana, "idle")
	})
}

// Whoever signs in in a browser ends what others switched on there, also in sessions that ran out, and takes over what was theirs.
func TestSubscriptionsOfBrowsers(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, ana, wren := t.Context(), c.ana.Person, c.wren.Person
		settle := func(person care.PersonID, slot identity.Slot, others ...identity.Slot) {
			t.Helper()
			if err := c.SettleSubscriptions(ctx, person, slot, others); err != nil {
				t.Fatal(err)
			}
		}
		settle(ana, "00000000")
		c.signIn(t, ana, 1, "0000000a", time.Hour)
		c.takes(t, ana, "0000000a", "shared")
		c.signIn(t, ana, 2, "0000000b", time.Hour)
		c.takes(t, ana, "0000000b", "own")
		c.clock.Advance(2 * time.Hour)
		if err := c.SweepSessions(ctx, c.now()); err != nil {
			t.Fatal(err)
		}
		c.wantTaking(t, "overnight", ana, "shared", "own")

		c.signIn(t, ana, 3, "0000000c", time.Hour)
		c.signIn(t, wren, 4, "0000000d", time.Hour)
		c.takes(t, wren, "0000000d", "wren's")
		settle(ana, "0000000c", "0000000a")
		c.wantTaking(t, "signed in again in one browser", ana, "shared", "own")
		c.wantTaking(t, "in another browser", wren, "wren's")
		list, err := c.Subscriptions(ctx, ana)
		if err != nil || !slices.ContainsFunc(list, func(s post.Subscription) bool { return s.ID == "shared" && s.Slot == "0000000c" }) {
			t.Errorf("a tap would open a session that is no more: %+v, %v", list, err)
		}
		if err := c.EndSession(ctx, identity.Hash{3, 0xaa}); err != nil {
			t.Fatal(err)
		}
		c.wantTaking(t, "and out", ana, "own")

		settle(wren, "0000000d", "0000000b")
		c.wantTaking(t, "somebody else signed in after hers had run out", ana)
		c.wantTaking(t, "who goes on", wren, "wren's")
	})
}

// Staff are called who should come and whose browsers take notices, nobody else, and only while somebody waits.
func TestSummons(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		jobsOf := func(kind jobs.Kind) (n int64) {
			t.Helper()
			n, err := c.db.NewSelect().Table("jobs").Where("kind = ?", kind).Count(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		v := c.mustBook(t, c.ana, c.soon(care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}))
		guest := v.Guests[0].ID
		step := func(act care.GuestAct) {
			t.Helper()
			if _, err := c.AttendGuest(ctx, guest, act); err != nil {
				t.Fatal(err)
			}
		}
		step(care.Arrive)
		if n := jobsOf(post.SummonJob); n != 0 {
			t.Errorf("%d calls where no browser takes notices", n)
		}
		step(care.Leave)
		for i, p := range []care.Reader{c.ana, c.ben, c.wren} {
			slot := identity.Slot([]string{"0000000a", "0000000b", "0000000c"}[i])
			c.signIn(t, p.Person, byte(10+i), slot, 24*time.Hour)
			c.takes(t, p.Person, slot, string(slot))
		}
		_, err := c.Summons(ctx, post.SummonJob, guest)
		wantFault(t, err, fault.NotFound, "not-found")
		step(care.Arrive)
		step(care.Check)
		step(care.Wait)
		if n := jobsOf(post.SummonJob); n != 1 {
			t.Errorf("%d calls for one who waits", n)
		}
		got, err := c.Summons(ctx, post.SummonJob, guest)
		if err != nil || len(got.Staff) != 1 || got.Staff[0].Person != v.Host || got.Staff[0].Office || !got.Since.Equal(c.now()) {
			t.Errorf("called %+v, %v; want the host %s", got, err, v.Host)
		}
		_, err = c.Turn(ctx, guest)
		wantFault(t, err, fault.NotFound, "not-found")
		if _, err := c.StepGuest(ctx, c.ana, v.ID, guest, care.Step{Act: care.Admit}); err != nil {
			t.Fatal(err)
		}
		_, err = c.Summons(ctx, post.SummonJob, guest)
		wantFault(t, err, fault.NotFound, "not-found")
		if a, err := c.Turn(ctx, guest); err != nil || a.Person != c.wren.Person || jobsOf(post.TurnJob) != 1 {
			t.Errorf("it is the turn of %+v, %v", a, err)
		}
		step(care.Join)
		_, err = c.Turn(ctx, guest)
		wantFault(t, err, fault.NotFound, "not-found")
	})
}

// Staff are called to a device that asks until it may come in, and to who wants to be called until they were.
func TestSummonsOfWhoAsks(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		v := c.mustBook(t, c.ana, c.soon(care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}))
		guest := v.Guests[0].ID
		for i, p := range []care.Reader{c.ana, c.ben} {
			slot := identity.Slot([]string{"0000000a", "0000000b"}[i])
			c.signIn(t, p.Person, byte(10+i), slot, 24*time.Hour)
			c.takes(t, p.Person, slot, string(slot))
		}
		called := func(kind jobs.Kind) {
			t.Helper()
			list, err := c.TakeJobs(ctx, []jobs.Kind{kind}, c.now(), time.Minute, 5)
			if err != nil || len(list) != 1 || list[0].Body != string(guest) {
				t.Errorf("%s: took %+v, %v", kind, list, err)
			}
			got, err := c.Summons(ctx, kind, guest)
			if err != nil || len(got.Staff) != 1 || got.Staff[0].Person != v.Host || !got.Since.Equal(c.now()) {
				t.Errorf("%s: called %+v, %v; want the host %s", kind, got, err, v.Host)
			}
		}
		gone := func(kind jobs.Kind) {
			t.Helper()
			_, err := c.Summons(ctx, kind, guest)
			wantFault(t, err, fault.NotFound, "not-found")
		}
		for _, kind := range []jobs.Kind{post.SummonJob, post.DeviceJob, post.CallJob} {
			gone(kind)
		}
		if err := c.AskGuestDevice(ctx, guest, identity.Hash{7}, identity.Agent{}); err != nil {
			t.Fatal(err)
		}
		called(post.DeviceJob)
		gone(post.CallJob)
		list, err := c.ListGuestDevices(ctx, c.ana)
		if err != nil || len(list) != 1 || !list[0].Mine || list[0].DropIn {
			t.Fatalf("the host sees %+v, %v", list, err)
		}
		if others, err := c.ListGuestDevices(ctx, c.mustClerk(t)); err != nil || len(others) != 1 || others[0].Mine {
			t.Errorf("a clerk sees %+v, %v", others, err)
		}
		if _, err := c.AllowGuestDevice(ctx, c.ana, list[0].ID); err != nil {
			t.Fatal(err)
		}
		gone(post.DeviceJob)

		if news, err := c.WishCallBack(ctx, guest); err != nil || !news {
			t.Fatal(news, err)
		}
		called(post.CallJob)
		if news, err := c.WishCallBack(ctx, guest); err != nil || news {
			t.Errorf("wished twice: %v, %v", news, err)
		}
		calls, _, err := c.ListCallBacks(ctx, c.ana)
		if err != nil || len(calls) != 1 || !calls[0].Mine {
			t.Fatalf("the host sees %+v, %v", calls, err)
		}
		if _, err := c.DoneCallBack(ctx, c.ana, calls[0].ID); err != nil {
			t.Fatal(err)
		}
		gone(post.CallJob)
		if err := c.AskGuestDevice(ctx, guest, identity.Hash{8}, identity.Agent{}); err != nil {
			t.Fatal(err)
		}
		called(post.DeviceJob)
		c.clock.Advance(2 * time.Hour)
		gone(post.DeviceJob)
	})
}

// Whoever leaves and comes back is called for at once, whatever became of the job of their first time: put off, given up, or just being
// done by somebody who saw that they had left. When staff were called last is known all the while.
func TestSummonsAgain(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		v := c.mustBook(t, c.ana, c.soon(care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}))
		guest := v.Guests[0].ID
		c.signIn(t, c.ana.Person, 10, "0000000a", 24*time.Hour)
		c.takes(t, c.ana.Person, "0000000a", "desk")
		step := func(acts ...care.GuestAct) {
			t.Helper()
			for _, act := range acts {
				if _, err := c.AttendGuest(ctx, guest, act); err != nil {
					t.Fatalf("%s: %v", act, err)
				}
			}
		}
		take := func(what string) jobs.Job {
			t.Helper()
			list, err := c.TakeJobs(ctx, []jobs.Kind{post.SummonJob}, c.now(), time.Minute, 5)
			if err != nil || len(list) != 1 || list[0].Attempts != 1 || list[0].Body != string(guest) || list[0].Failure != "" {
				t.Fatalf("%s: took %+v, %v", what, list, err)
			}
			return list[0]
		}
		putOff := func(j jobs.Job, due time.Duration) {
			t.Helper()
			if err := c.PutOffJob(ctx, j, c.now().Add(due)); err != nil {
				t.Fatal(err)
			}
		}
		step(care.Arrive)
		first := take("they come")
		putOff(first, 3*time.Minute)
		step(care.Check, care.Wait)
		if list, err := c.TakeJobs(ctx, []jobs.Kind{post.SummonJob}, c.now(), time.Minute, 5); err != nil || len(list) != 0 {
			t.Errorf("whoever waits on is called for again at once: %+v, %v", list, err)
		}
		c.clock.Advance(time.Second)
		step(care.Leave, care.Arrive)
		second := take("back a second later")
		second.Failure, second.GivenUp, second.Attempts = "network", true, 12
		putOff(second, 0)
		c.clock.Advance(time.Second)
		step(care.Leave, care.Arrive)
		third := take("back when it had been given up")
		step(care.Leave, care.Arrive)
		fourth := take("back while somebody is at it")
		wantFault(t, c.FinishJob(ctx, third), fault.NotFound, "not-found")
		if err := c.FinishJob(ctx, fourth); err != nil {
			t.Fatal(err)
		}

		rung := func(want time.Time) {
			t.Helper()
			if got, err := c.Summons(ctx, post.SummonJob, guest); err != nil || !got.Rung.Equal(want) || !got.Since.Equal(c.now()) {
				t.Errorf("called at %v, waiting since %v, %v; want %v", got.Rung, got.Since, err, want)
			}
		}
		rung(time.Time{})
		for i, want := range []bool{true, false} { // two who look at once
			if mine, err := c.Rang(ctx, guest, time.Time{}); err != nil || mine != want {
				t.Errorf("call %d: %v, %v", i, mine, err)
			}
		}
		at := c.now()
		rung(at)
		c.clock.Advance(time.Minute)
		step(care.Leave, care.Arrive)
		rung(at)
		take("back a minute later")
		if mine, err := c.Rang(ctx, guest, at); err != nil || !mine {
			t.Errorf("called again: %v, %v", mine, err)
		}
		rung(c.now())
	})
}

// A caller nobody knows yet is everybody's who lets callers in there; once somebody took the visit over, theirs.
func TestSummonsOfCallers(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		set, err := c.Visiting(ctx, c.admin, c.project)
		if err != nil {
			t.Fatal(err)
		}
		set.DropIn, set.Hours = true, []care.Opening{{Day: c.now().Weekday(), From: "00:00", Until: "24:00"}}
		if _, err := c.PutVisiting(ctx, c.admin, set); err != nil {
			t.Fatal(err)
		}
		clerk, far := c.mustClerk(t), c.mustFarSite(t)
		for i, p := range []care.Reader{c.ana, c.ben, c.wren, clerk, far.therapist} {
			slot := identity.Slot("0000000" + string(rune('a'+i)))
			c.signIn(t, p.Person, byte(10+i), slot, 24*time.Hour)
			c.takes(t, p.Person, slot, string(slot))
		}
		_, caller, err := c.Call(ctx, c.project, care.Caller{Name: "Kim", Language: "de"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.AttendGuest(ctx, caller, care.Arrive); err != nil {
			t.Fatal(err)
		}
		want := map[care.PersonID]bool{c.ana.Person: false, c.ben.Person: false, clerk.Person: true}
		got, err := c.Summons(ctx, post.SummonJob, caller)
		if err != nil || len(got.Staff) != len(want) {
			t.Fatalf("called %+v, %v", got.Staff, err)
		}
		for _, a := range got.Staff {
			if office, is := want[a.Person]; !is || office != a.Office {
				t.Errorf("called %+v", a)
			}
		}
	})
}
