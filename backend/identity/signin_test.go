package identity_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestSignInAndOut(t *testing.T) {
	h := mustHouse(t, nil)
	ana := h.mustPerson(t, "ana", access.Therapist)
	var b browser
	who, err := b.signIn(h, "  ANA ", good)
	if err != nil || who.Person.ID != ana.ID || len(who.Slot) != 8 || who.MustChange {
		t.Fatalf("got %+v, %v", who, err)
	}
	c := b.last[0]
	if c.Name != "hearth-"+string(who.Slot) || c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 {
		t.Errorf("got cookie %+v", c)
	}
	if got, err := b.resolve(h); err != nil || got.Person.ID != ana.ID || got.Slot != who.Slot || got.Reader().Site != ana.Site {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := h.Still(t.Context(), who); err != nil {
		t.Error("still: ", err)
	}
	stolen := browser{cookies: b.cookies}
	_, err = b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) { return who, h.SignOut(w, r, who) })
	if err != nil || len(b.sessions()) != 0 {
		t.Errorf("sign out: %v, cookies %v", err, b.sessions())
	}
	_, err = stolen.resolve(h)
	wantFault(t, err, fault.SignedOut, "sign-in.needed")
	wantFault(t, h.Still(t.Context(), who), fault.SignedOut, "sign-in.needed")
	if got := h.actions(t); !strings.Contains(got, "sign-out") || !strings.Contains(got, "sign-in") {
		t.Errorf("the trail says %q", got)
	}
}

func TestSecureCookie(t *testing.T) {
	h := mustHouse(t, func(c *identity.Config) { c.Secure = true })
	h.mustPerson(t, "ana", access.Therapist)
	var b browser
	who := b.mustSignIn(t, h, "ana")
	if c := b.last[0]; c.Name != "__Host-hearth-"+string(who.Slot) || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
		t.Errorf("got cookie %+v", c)
	}
	plain := browser{cookies: []*http.Cookie{{Name: "hearth-" + string(who.Slot), Value: b.cookies[0].Value}}}
	_, err := plain.resolve(h)
	wantFault(t, err, fault.SignedOut, "sign-in.needed") // a neighbour's page without TLS could have set it
}

func TestSignInRefuses(t *testing.T) {
	h := mustHouse(t, nil)
	gone, yes := h.mustPerson(t, "gone", access.Therapist), true
	admin := h.mustPerson(t, "admin", access.Administrator)
	by := care.Reader{Person: admin.ID, Site: admin.Site, Roles: admin.Roles}
	if _, err := h.store.PatchPerson(t.Context(), by, gone.ID, care.PersonPatch{Version: 1, Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.AddPerson(t.Context(), care.NewPerson{Name: "No Password", Login: "none", Roles: admin.Roles}); err != nil {
		t.Fatal(err)
	}
	for _, row := range [][2]string{{"admin", "wrong horse battery"}, {"nobody", good}, {"gone", good}, {"none", ""}, {"none", good}, {"", ""},
		{"a\x00b", good}, {strings.Repeat("a", 1<<16), good}, {"admin", strings.Repeat("a", 1<<16)}, {"\xff", "\xff"}} {
		var b browser
		_, err := b.signIn(h, row[0], row[1])
		if wantFault(t, err, fault.Invalid, "sign-in.wrong"); len(b.cookies) != 0 {
			t.Errorf("%.20q got cookies", row[0])
		}
	}
}

func TestLockOut(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	var b browser
	for range 5 {
		_, err := b.signIn(h, "ana", "wrong horse battery")
		wantFault(t, err, fault.Invalid, "sign-in.wrong")
	}
	_, err := b.signIn(h, "ana", good)
	wantFault(t, err, fault.TooMany, "sign-in.locked")
	if fault.Of(err).Args["minutes"] != "1" {
		t.Errorf("got %v, want 1 minute", fault.Of(err).Args)
	}
	h.from = "127.0.0.9" // so is the rest of the network
	h.reopen(t, nil)     // and a restart forgets nothing
	_, err = b.signIn(h, "ana", good)
	wantFault(t, err, fault.TooMany, "sign-in.locked")
	h.now = h.now.Add(31 * time.Second)
	b.mustSignIn(t, h, "ana")
	b.mustSignIn(t, h, "ana") // and all is forgotten
	for range 200 {           // however long somebody tries, the wait stays bearable
		b.signIn(h, "ana", "wrong horse battery")
		h.now = h.now.Add(time.Minute)
	}
	h.now = h.now.Add(15 * time.Minute)
	b.mustSignIn(t, h, "ana")
}

func TestLockOutOfAnAddress(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	h.from = "203.0.113.9"
	for range 100 { // a busy clinic behind one address
		new(browser).mustSignIn(t, h, "ana")
	}
	var locked error
	for i := range 40 {
		h.from = fmt.Sprintf("203.0.113.%d", i)
		if _, err := new(browser).signIn(h, fmt.Sprintf("guess%d", i), good); fault.Is(err, fault.TooMany) {
			locked = err
		}
	}
	wantFault(t, locked, fault.TooMany, "sign-in.locked")
	h.from = "192.0.2.1"
	new(browser).mustSignIn(t, h, "ana")
}

// A guesser who hangs up once the password has been looked at is in the trail nevertheless.
func TestHangingUpLeavesATrail(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	ctx, hangUp := context.WithCancel(t.Context())
	asked := 0
	h.reopen(t, func(c *identity.Config) {
		c.Address = func(*http.Request) netip.Addr {
			if asked++; asked == 2 { // first for the counts, then for the trail
				hangUp()
			}
			return netip.MustParseAddr(h.from)
		}
	})
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/sign-in", nil)
	_, err := h.SignIn(httptest.NewRecorder(), r, "ana", "wrong horse battery")
	wantFault(t, err, fault.Invalid, "sign-in.wrong")
	if ctx.Err() == nil {
		t.Fatal("nobody hung up")
	}
	if got := h.actions(t); !strings.Contains(got, "sign-in.wrong") {
		t.Errorf("the trail says %q", got)
	}
}

// When hashing has become dearer, a right password is hashed anew, once, and stays the same password.
func TestOldHashesAreMadeAnew(t *testing.T) {
	h := mustHouse(t, nil)
	ana := h.mustPerson(t, "ana", access.Therapist)
	h.reopen(t, func(c *identity.Config) { c.Passwords.Memory *= 2 })
	var b browser
	for range 2 {
		if who := b.mustSignIn(t, h, "ana"); who.MustChange {
			t.Error("a password made dearer must be changed")
		}
		if a, err := h.store.Account(t.Context(), ana.ID); err != nil || !strings.Contains(a.Hash, "m=128,") {
			t.Errorf("got %q, %v; want it made with twice the memory", a.Hash, err)
		}
	}
}

func TestGuessingAtOnce(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	var wait sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for range 30 {
		wait.Go(func() {
			_, err := new(browser).signIn(h, "ana", "wrong horse battery")
			mu.Lock()
			defer mu.Unlock()
			if fault.Of(err).Code == "sign-in.wrong" {
				tried++
			} else if fault.Of(err).Code != "sign-in.locked" {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if tried != 5 {
		t.Errorf("%d guesses at once reached the password, want 5", tried)
	}
}
