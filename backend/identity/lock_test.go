package identity_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func (b *browser) request() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	return r
}

func (b *browser) unlock(h *house, slot identity.Slot, pin string) (identity.Who, error) {
	return b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) { return h.Unlock(w, r, slot, pin) })
}

// as resolves the account of a slot.
func (b *browser) at(h *house, slot identity.Slot) (identity.Who, error) {
	b.as = string(slot)
	defer func() { b.as = "" }()
	return b.resolve(h)
}

func (b *browser) mustPin(t testing.TB, h *house, slot identity.Slot, pin string) {
	t.Helper()
	who, err := b.at(h, slot)
	if err == nil {
		err = h.SetPin(b.request(), who, "", pin, 5*time.Minute)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const pin = "8305"

// mustLocked is a patient whose session in a browser is locked.
func mustLocked(t testing.TB, h *house, login string) (*browser, identity.Who) {
	t.Helper()
	h.mustPerson(t, login, access.Patient)
	b := &browser{}
	who := b.mustSignIn(t, h, login)
	b.mustPin(t, h, who.Slot, pin)
	who, err := b.at(h, who.Slot)
	if err == nil {
		err = h.Lock(b.request(), who)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b, who
}

func TestALockedSessionIsNobodys(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		withSecond(t, h)
		b, who := mustLocked(t, h, "wren")
		_, err := b.at(h, who.Slot)
		wantFault(t, err, fault.SignedOut, "sign-in.pin")
		_, err = b.resolve(h)
		wantFault(t, err, fault.SignedOut, "sign-in.pin")
		wantFault(t, h.Still(t.Context(), who), fault.SignedOut, "sign-in.pin")
		_, err = h.Anew(t.Context(), who)
		wantFault(t, err, fault.SignedOut, "sign-in.pin")
		if here, err := h.Here(b.request()); err != nil || len(here) != 0 {
			t.Errorf("here are %v, %v; want nobody", here, err)
		}
		if shuts, err := h.Shuts(b.request()); err != nil || len(shuts) != 1 || shuts[0].Slot != who.Slot || shuts[0].Left != 5 {
			t.Errorf("locked are %v, %v", shuts, err)
		}
		_, err = b.unlock(h, who.Slot, "8306")
		wantFault(t, err, fault.Invalid, "pin.wrong")
		_, err = new(browser).unlock(h, who.Slot, pin)
		wantFault(t, err, fault.SignedOut, "sign-in.needed")
		old := b.request()
		if _, err := b.unlock(h, who.Slot, " 83 05 "); err != nil {
			t.Fatalf("the right PIN: %v", err)
		}
		if again, err := b.at(h, who.Slot); err != nil || again.Slot != who.Slot || !again.Verified.Equal(who.Verified) {
			t.Errorf("unlocked: %v, %v; a PIN is no proof", again, err)
		}
		if _, err := h.Resolve(old); !fault.Is(err, fault.SignedOut) {
			t.Errorf("the token from before opens still: %v", err)
		}
	})
}

// Guesses that come at once are counted one by one, and the right one among too many opens nothing.
func TestFewGuesses(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		withSecond(t, h)
		b, who := mustLocked(t, h, "wren")
		codes := make(chan string, 12)
		var all sync.WaitGroup
		for i := range cap(codes) {
			all.Go(func() {
				_, err := h.Unlock(httptest.NewRecorder(), b.request(), who.Slot, fmt.Sprintf("19%02d", i))
				codes <- fault.Of(err).Code
			})
		}
		all.Wait()
		close(codes)
		seen := map[string]int{}
		for c := range codes {
			seen[c]++
		}
		if seen["pin.wrong"] != identity.MostGuesses-1 || seen["pin.spent"] != cap(codes)-identity.MostGuesses+1 {
			t.Errorf("twelve guesses at once: %v", seen)
		}
		_, err := b.unlock(h, who.Slot, pin)
		wantFault(t, err, fault.Invalid, "pin.spent")
		if again := b.mustSignIn(t, h, "wren"); again.Slot != who.Slot {
			t.Errorf("signing in opens slot %s, want %s as before", again.Slot, who.Slot)
		}
		if now, err := b.at(h, who.Slot); err != nil || !now.Pin {
			t.Errorf("after signing in: %v, %v; the PIN stays", now, err)
		}
	})
}

// The guesses of all browsers together are bounded too.
func TestGuessesEverywhere(t *testing.T) {
	h := withSecond(t, mustHouse(t, nil))
	h.mustPerson(t, "wren", access.Patient)
	wrong := 0
	for range 6 {
		b := &browser{}
		who := b.mustSignIn(t, h, "wren")
		b.mustPin(t, h, who.Slot, pin)
		who, _ = b.at(h, who.Slot)
		if err := h.Lock(b.request(), who); err != nil {
			t.Fatal(err)
		}
		for range identity.MostGuesses {
			_, err := b.unlock(h, who.Slot, "1902")
			if code := fault.Of(err).Code; code == "pin.wrong" || code == "pin.spent" {
				wrong++
			} else if code != "sign-in.locked" {
				t.Fatal(err)
			}
		}
	}
	if wrong != 15 {
		t.Errorf("%d guesses were looked at, want 15", wrong)
	}
}

func TestPins(t *testing.T) {
	h := withSecond(t, mustHouse(t, nil))
	h.mustPerson(t, "wren", access.Patient)
	b := &browser{}
	who := b.mustSignIn(t, h, "wren")
	for typed, code := range map[string]string{"": "pin.form", "123": "pin.form", "123456789": "pin.form", "12a4": "pin.form", "１２３９": "pin.form",
		"1111": "pin.simple", "1234": "pin.simple", "8901": "pin.simple", "4321": "pin.simple", "98765432": "pin.simple"} {
		wantFault(t, h.SetPin(b.request(), who, "", typed, 5*time.Minute), fault.Invalid, code)
	}
	wantFault(t, h.SetPin(b.request(), who, "", pin, time.Hour), fault.Invalid, "pin.idle")
	b.mustPin(t, h, who.Slot, pin)
	h.now = h.now.Add(2 * time.Minute)
	who, _ = b.at(h, who.Slot)
	if err := h.SetPin(b.request(), who, "", "2468", 5*time.Minute); err != nil {
		t.Errorf("another PIN right after signing in: %v", err)
	}
	for range 10 { // somebody has a hand on it
		h.now = h.now.Add(2 * time.Minute)
		who, _ = b.at(h, who.Slot)
		if _, err := h.KeepOpen(t.Context(), who, false); err != nil {
			t.Fatal(err)
		}
	}
	wantFault(t, h.SetPin(b.request(), who, pin, "1357", 5*time.Minute), fault.Invalid, "pin.old")
	wantFault(t, h.RemovePin(b.request(), who, "1357"), fault.Invalid, "pin.old")
	if err := h.SetPin(b.request(), who, "2468", "1357", 5*time.Minute); err != nil {
		t.Errorf("another PIN with the old one: %v", err)
	}
	if err := h.RemovePin(b.request(), who, "1357"); !fault.Is(err, fault.Invalid) {
		t.Errorf("removing with what was known before: %v", err)
	}
	who, _ = b.at(h, who.Slot)
	if err := h.RemovePin(b.request(), who, "1357"); err != nil {
		t.Error(err)
	}
	h.now = h.now.Add(time.Hour)
	if who, err := b.at(h, who.Slot); err != nil || who.Pin {
		t.Errorf("without a PIN nothing locks: %v, %v", who, err)
	}
	h.mustPerson(t, "mira", access.Therapist)
	staff := &browser{}
	wantFault(t, h.SetPin(staff.request(), staff.mustSignIn(t, h, "mira"), "", pin, 5*time.Minute), fault.Conflict, "pin.staff")
}

// A copy of the database holds nothing a PIN could be found by: the secret that is hashed with it is sealed.
func TestPinsNeedTheSealedSecret(t *testing.T) {
	h := withSecond(t, mustHouse(t, nil))
	b, who := mustLocked(t, h, "wren")
	if kept, err := h.store.Setting(t.Context(), "identity.pin"); err != nil || len(kept) < 60 {
		t.Errorf("the secret is kept as %q, %v", kept, err)
	}
	h.reopen(t, nil) // nothing to unseal with
	_, err := b.unlock(h, who.Slot, pin)
	wantFault(t, err, fault.Unavailable, "pin.unavailable")
}

// sharer is one of those who share a tablet, and what a model of the rules says of them.
type sharer struct {
	login   string
	slot    identity.Slot
	in      bool
	pin     string
	idle    time.Duration
	due     time.Time
	locked  bool
	guesses int
	proved  time.Time
}

func (p *sharer) shut(now time.Time) bool {
	if p.in && p.pin != "" && !now.Before(p.due) {
		p.locked = true
	}
	return p.in && p.locked
}

// TestASharedTablet walks at random through what happens to a tablet two patients and a therapist share, and holds the
// house to a model: nobody's session opens anything while it is locked, and nothing opens it but the PIN, within five
// guesses, or signing in.
func TestASharedTablet(t *testing.T) {
	h := withSecond(t, mustHouse(t, func(c *identity.Config) {}))
	hash := h.mustHash(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		b := &browser{}
		var people []*sharer
		for _, name := range []string{"ann", "ben"} {
			login := fmt.Sprintf("%s%d", name, n)
			if _, err := h.store.AddPerson(t.Context(), care.NewPerson{Name: login, Login: login, Roles: []access.Role{access.Patient}, Hash: hash}); err != nil {
				t.Fatal(err)
			}
			people = append(people, &sharer{login: login})
		}
		one := func(t *rapid.T) *sharer { return rapid.SampledFrom(people).Draw(t, "who") }
		others := func(p *sharer) {
			for _, o := range people {
				if o != p && o.in && o.pin != "" && !o.shut(h.now) && o.due.Sub(h.now) <= o.idle {
					o.locked = true
				}
			}
		}
		open := func(t *rapid.T) (*sharer, identity.Who) {
			p := one(t)
			if !p.in || p.shut(h.now) {
				t.Skip("not open")
			}
			who, err := b.at(h, p.slot)
			if err != nil {
				t.Fatal(err)
			}
			return p, who
		}
		t.Repeat(map[string]func(*rapid.T){
			"sign in": func(t *rapid.T) {
				p := one(t)
				who, err := b.signIn(h, p.login, good)
				if err != nil || p.in && who.Slot != p.slot {
					t.Fatalf("signing in: %v, slot %s, was %s", err, who.Slot, p.slot)
				}
				p.in, p.slot, p.locked, p.guesses, p.proved, p.due = true, who.Slot, false, 0, h.now, h.now.Add(p.idle)
				others(p)
			},
			"set a PIN": func(t *rapid.T) {
				p, who := open(t)
				fresh, idle, old := rapid.SampledFrom([]string{"8305", "2790"}).Draw(t, "PIN"), rapid.SampledFrom(identity.PinIdles).Draw(t, "idle"), ""
				if p.pin != "" && h.now.Sub(p.proved) > 5*time.Minute {
					old = p.pin
				}
				if err := h.SetPin(b.request(), who, old, fresh, idle); err != nil {
					t.Fatal(err)
				}
				p.pin, p.idle, p.due = fresh, idle, h.now.Add(idle)
			},
			"remove the PIN": func(t *rapid.T) {
				p, who := open(t)
				if p.pin == "" {
					t.Skip("none")
				}
				if err := h.RemovePin(b.request(), who, p.pin); err != nil {
					t.Fatal(err)
				}
				p.pin, p.guesses = "", 0
			},
			"lock": func(t *rapid.T) {
				p, who := open(t)
				err := h.Lock(b.request(), who)
				if (p.pin == "") != (fault.Of(err).Code == "pin.none") || p.pin != "" && err != nil {
					t.Fatal(err)
				}
				if p.pin != "" {
					p.locked = true
					others(p)
				}
			},
			"touch": func(t *rapid.T) {
				p, who := open(t)
				measuring := rapid.Bool().Draw(t, "measuring")
				left, err := h.KeepOpen(t.Context(), who, measuring)
				want := p.idle
				if measuring {
					want += identity.MeasuringHold
				}
				if p.pin == "" {
					want = 0
				}
				if err != nil || left > want || left < want-5*time.Second {
					t.Fatalf("open for %v, want %v: %v", left, want, err)
				}
				if p.pin != "" {
					p.due = h.now.Add(left)
				}
			},
			"right PIN": func(t *rapid.T) {
				p := one(t)
				if !p.shut(h.now) {
					t.Skip("not locked")
				}
				_, err := b.unlock(h, p.slot, p.pin)
				if spent := p.guesses >= identity.MostGuesses; spent != (fault.Of(err).Code == "pin.spent") || !spent && err != nil {
					t.Fatalf("after %d guesses: %v", p.guesses, err)
				}
				if err == nil {
					p.locked, p.guesses, p.due = false, 0, h.now.Add(p.idle)
					others(p)
				}
			},
			"wrong PIN": func(t *rapid.T) {
				p := one(t)
				if !p.shut(h.now) {
					t.Skip("not locked")
				}
				if err := h.store.SweepAttempts(t.Context(), h.now.Add(time.Hour)); err != nil { // the count of all browsers is another test's
					t.Fatal(err)
				}
				_, err := b.unlock(h, p.slot, "7291")
				want := "pin.wrong"
				if p.guesses++; p.guesses >= identity.MostGuesses {
					want = "pin.spent"
				}
				if fault.Of(err).Code != want {
					t.Fatalf("guess %d: %v, want %s", p.guesses, err, want)
				}
			},
			"no PIN at all": func(t *rapid.T) {
				p := one(t)
				if !p.shut(h.now) {
					t.Skip("not locked")
				}
				if _, err := b.unlock(h, p.slot, "12"); fault.Of(err).Code != "pin.form" {
					t.Fatal(err)
				}
			},
			"sign out": func(t *rapid.T) {
				p := one(t)
				all, err := h.Leaving(b.request())
				if err != nil {
					t.Fatal(err)
				}
				for _, who := range all {
					if who.Slot == p.slot {
						_, err = b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) { return who, h.SignOut(w, r, who) })
					}
				}
				if err != nil {
					t.Fatal(err)
				}
				*p = sharer{login: p.login}
			},
			"time passes": func(t *rapid.T) {
				h.now = h.now.Add(rapid.SampledFrom([]time.Duration{3 * time.Second, time.Minute, 4 * time.Minute, 20 * time.Minute, 2 * time.Hour}).Draw(t, "so long"))
			},
			"": func(t *rapid.T) {
				for _, p := range people {
					_, err := b.at(h, p.slot)
					want := ""
					switch {
					case !p.in:
						want = "sign-in.needed"
					case p.shut(h.now):
						want = "sign-in.pin"
					}
					if p.slot == "" { // asking without a slot is another question
						continue
					}
					if err == nil != (want == "") || err != nil && fault.Of(err).Code != want {
						t.Fatalf("%s: %v, want %q", p.login, err, want)
					}
				}
				shuts, err := h.Shuts(b.request())
				if err != nil {
					t.Fatal(err)
				}
				left := map[identity.Slot]int{}
				for _, s := range shuts {
					left[s.Slot] = s.Left
				}
				for _, p := range people {
					if n, there := left[p.slot]; p.in && there != p.locked || there && n != identity.MostGuesses-p.guesses {
						t.Fatalf("%s is locked: %v with %d left, want %v with %d", p.login, there, n, p.locked, identity.MostGuesses-p.guesses)
					}
				}
			},
		})
	})
}

// What is locked stays so, whatever becomes of the clock.
func TestALockOutlastsTheClock(t *testing.T) {
	h := withSecond(t, mustHouse(t, nil))
	h.mustPerson(t, "wren", access.Patient)
	b := &browser{}
	who := b.mustSignIn(t, h, "wren")
	b.mustPin(t, h, who.Slot, pin)
	h.now = h.now.Add(6 * time.Minute)
	if _, err := b.at(h, who.Slot); fault.Of(err).Code != "sign-in.pin" {
		t.Errorf("after six minutes: %v", err)
	}
	h.now = h.now.Add(-4 * time.Minute)
	if _, err := b.at(h, who.Slot); fault.Of(err).Code != "sign-in.pin" {
		t.Errorf("with the clock set back: %v", err)
	}
	if _, err := b.unlock(h, who.Slot, pin); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(-3 * time.Hour)
	if _, err := b.at(h, who.Slot); fault.Of(err).Code != "sign-in.pin" {
		t.Errorf("with the clock set back by hours: %v", err)
	}
}
