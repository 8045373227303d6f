package store

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestSessions(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		session := func(n byte, expires time.Duration) identity.Session {
			return identity.Session{Hash: identity.Hash{n, 0xff}, Slot: "00c0ffee", Person: c.wren.Person, Created: noon, Seen: noon, Expires: noon.Add(expires)}
		}
		for n := byte(1); n <= 4; n++ {
			if err := c.CreateSession(ctx, session(n, time.Duration(n)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		got, a, err := c.SessionByHash(ctx, session(1, 0).Hash)
		if err != nil || got != session(1, time.Hour) || a.ID != c.wren.Person || a.Patient != c.wrenID {
			t.Errorf("got %+v of %+v, %v", got, a, err)
		}
		if err := c.TouchSession(ctx, got.Hash, noon.Add(time.Minute), noon.Add(5*time.Hour)); err != nil {
			t.Error(err)
		}
		if err := c.SweepSessions(ctx, noon.Add(2*time.Hour)); err != nil {
			t.Error(err)
		}
		_, _, err = c.SessionByHash(ctx, session(2, 0).Hash)
		wantFault(t, err, fault.NotFound, "not-found")
		for range 2 {
			if err := c.EndSession(ctx, session(3, 0).Hash); err != nil {
				t.Error(err)
			}
		}
		wantFault(t, c.TouchSession(ctx, session(3, 0).Hash, noon, noon), fault.NotFound, "not-found")
		if err := c.EndSessions(ctx, c.wren.Person, session(4, 0).Hash); err != nil {
			t.Error(err)
		}
		_, _, err = c.SessionByHash(ctx, session(1, 0).Hash)
		wantFault(t, err, fault.NotFound, "not-found")
		if _, _, err := c.SessionByHash(ctx, session(4, 0).Hash); err != nil {
			t.Error("the spared session: ", err)
		}
	})
}

// A renewed session is found under its new hash and in its slot, and no longer under the old hash.
func TestRenewedSessions(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		one := identity.Session{Hash: identity.Hash{1}, Slot: "00c0ffee", Person: c.wren.Person, Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}
		if err := c.CreateSession(ctx, one); err != nil {
			t.Fatal(err)
		}
		later := noon.Add(time.Minute)
		two := identity.Session{Hash: identity.Hash{2}, Slot: one.Slot, Person: one.Person, Created: later, Seen: later, Expires: later.Add(time.Hour)}
		stranger, elsewhere := two, two
		stranger.Person, elsewhere.Slot = c.ana.Person, "00000bad"
		for _, n := range []identity.Session{stranger, elsewhere} {
			wantFault(t, c.RenewSession(ctx, n), fault.NotFound, "not-found")
		}
		if err := c.RenewSession(ctx, two); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.SessionByHash(ctx, one.Hash)
		wantFault(t, err, fault.NotFound, "not-found")
		got, a, err := c.SessionIn(ctx, one.Person, one.Slot)
		if err != nil || got != two || a.ID != one.Person {
			t.Errorf("got %+v of %s, %v; want %+v", got, a.ID, err, two)
		}
		_, _, err = c.SessionIn(ctx, c.ana.Person, one.Slot)
		wantFault(t, err, fault.NotFound, "not-found")
		if err := c.EndSession(ctx, two.Hash); err != nil {
			t.Fatal(err)
		}
		wantFault(t, c.RenewSession(ctx, two), fault.NotFound, "not-found")
	})
}

func TestAttempts(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		rule := identity.Rule{Free: 3, First: 30 * time.Second, Most: 2 * time.Minute, Forget: time.Hour}
		now := noon
		take := func(want time.Duration) {
			t.Helper()
			if wait, err := c.TakeAttempt(t.Context(), now, identity.Try{Key: "key", Rule: rule}); err != nil || wait != want {
				t.Errorf("got %v, %v; want %v", wait, err, want)
			}
		}
		take(0)
		take(0)
		take(0)
		for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 2 * time.Minute} {
			take(wait)
			now = now.Add(10 * time.Second)
			take(wait - 10*time.Second) // trying does not prolong it
			now = now.Add(wait - 10*time.Second)
			take(0)
		}
		now = noon.Add(-time.Hour) // the clock is set back
		take(2 * time.Minute)
		now = noon.Add(3 * time.Hour)
		take(0)
		take(0)
		take(0)
		take(30 * time.Second)
		if err := c.ForgetAttempts(t.Context(), "key"); err != nil {
			t.Fatal(err)
		}
		take(0)
		for range 10 { // right ones cost nothing
			if err := c.ReturnAttempt(t.Context(), "key"); err != nil {
				t.Fatal(err)
			}
			take(0)
		}
		now = now.Add(59 * time.Minute)
		take(0)
		take(0)
		now = now.Add(2 * time.Minute) // an hour after the first, not after the last
		take(0)
		take(0)
		take(0)
		take(30 * time.Second)
		if err := c.SweepAttempts(t.Context(), now.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		take(0)
	})
}

// What one count refuses costs the others nothing, and forgetting a key forgets what belongs to it and nothing else.
func TestAttemptsOfSeveralCounts(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		narrow := identity.Rule{Free: 1, First: time.Minute, Most: time.Hour, Forget: time.Hour}
		wide := identity.Rule{Free: 3, First: 10 * time.Minute, Most: time.Hour, Forget: time.Hour}
		take := func(want time.Duration, names ...string) {
			t.Helper()
			tries := []identity.Try{{Key: "house", Rule: wide}}
			for _, n := range names {
				tries = append(tries, identity.Try{Key: n, Rule: narrow})
			}
			if wait, err := c.TakeAttempt(t.Context(), noon, tries...); err != nil || wait != want {
				t.Errorf("%v: got %v, %v; want %v", names, wait, err, want)
			}
		}
		forget := func(key string) {
			t.Helper()
			if err := c.ForgetAttempts(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
		take(0, "house.a")
		for range 5 {
			take(time.Minute, "house.a") // costs the house nothing
		}
		take(0, "house.b")
		take(0, "houses")
		take(10*time.Minute, "house.c")
		take(10*time.Minute, "house.a") // the longer wait is told
		forget("house.a")
		take(10*time.Minute, "house.a")
		forget("house")
		take(0, "house.b")
		take(time.Minute, "houses")
	})
}

func TestAttemptsAtOnce(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		rule := identity.Rule{Free: 3, First: time.Minute, Most: time.Hour, Forget: time.Hour}
		var wait sync.WaitGroup
		var free atomic.Int32
		for range 20 {
			wait.Go(func() {
				switch wait, err := c.TakeAttempt(t.Context(), noon, identity.Try{Key: "key", Rule: rule}); {
				case err != nil:
					t.Error(err)
				case wait == 0:
					free.Add(1)
				}
			})
		}
		wait.Wait()
		if free.Load() != 3 {
			t.Errorf("%d attempts at once were free, want 3", free.Load())
		}
	})
}

func TestAudit(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		known := audit.Entry{At: noon, Person: c.ana.Person, Action: "read-patients", Patient: c.wrenID, Object: "x", From: "192.0.2.0/24", Count: 3}
		unknown := audit.Entry{Person: care.NewID[care.PersonID](), Action: "sign-in.wrong", Patient: care.NewID[care.PatientID]()}
		for i, e := range []audit.Entry{known, unknown} {
			c.clock.Advance(time.Duration(i) * time.Second)
			if err := c.AppendAudit(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		list, err := c.ListAudit(t.Context(), 10)
		known.Place = care.Place{Site: c.site, Project: c.project}
		unknown.At = noon.Add(time.Second) // who is not known, or not any more, stays in the trail as they were named
		if err != nil || len(list) != 2 || list[1] != known || list[0] != unknown {
			t.Errorf("got %+v, %v", list, err)
		}
		wantFault(t, c.AppendAudit(t.Context(), audit.Entry{Object: "\x00"}), fault.Invalid, "text.invalid")
	})
}

func TestSettingsAndDemoLinks(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		_, err := c.Setting(ctx, "turn")
		wantFault(t, err, fault.NotFound, "not-found")
		var wait sync.WaitGroup
		kept := make([]string, 6)
		for i := range kept {
			wait.Go(func() {
				var err error
				if kept[i], err = c.KeepSetting(ctx, "turn", string(rune('a'+i))); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for _, got := range kept {
			if got != kept[0] || got == "" {
				t.Errorf("nodes keep %q, want one value", kept)
			}
		}
		if err := c.PutSetting(ctx, "turn", "new"); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Setting(ctx, "turn"); err != nil || got != "new" {
			t.Errorf("got %q, %v; want new", got, err)
		}
		if err := c.PutDemoLink(ctx, identity.Hash{7}, c.wren.Person); err != nil {
			t.Fatal(err)
		}
		if got, err := c.DemoLink(ctx, identity.Hash{7}); err != nil || got != c.wren.Person {
			t.Errorf("got %q, %v", got, err)
		}
		_, err = c.DemoLink(ctx, identity.Hash{8})
		wantFault(t, err, fault.NotFound, "not-found")
	})
}
