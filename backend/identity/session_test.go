package identity_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
)

func TestSeveralAccountsInOneBrowser(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	h.mustPerson(t, "wren", access.Patient)
	var b browser
	ana := b.mustSignIn(t, h, "ana")
	h.now = h.now.Add(time.Minute)
	wren := b.mustSignIn(t, h, "wren")
	if got, err := b.resolve(h); err != nil || got.Slot != wren.Slot {
		t.Errorf("unnamed: got %v, %v; want the one used last", got.Person.Login, err)
	}
	b.as = string(ana.Slot)
	if got, err := b.resolve(h); err != nil || got.Person.Login != "ana" {
		t.Errorf("named: got %v, %v", got.Person.Login, err)
	}
	for _, junk := range []string{"00000000", "junk", "../../..", string(ana.Slot) + " "} {
		b.as = junk
		_, err := b.resolve(h)
		wantFault(t, err, fault.SignedOut, "sign-in.needed") // never another account than the one asked for
	}
	b.as = ""
	h.now = h.now.Add(time.Minute)
	if b.mustSignIn(t, h, "ana"); len(b.sessions()) != 2 {
		t.Errorf("got %d cookies, want 2", len(b.sessions()))
	}
	if err := h.Still(t.Context(), wren); err != nil {
		t.Error("the other account: ", err)
	}
}

// Signing in again keeps the slot, so that a tab opened before and its live socket go on, and renews the token, so that
// whoever held the old one holds nothing.
func TestSignInAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		wren := h.mustPerson(t, "wren", access.Patient)
		var b browser
		first := b.mustSignIn(t, h, "ana")
		old := browser{cookies: b.cookies, as: string(first.Slot)}
		h.now = h.now.Add(11 * time.Hour)
		again := b.mustSignIn(t, h, "ana")
		if again.Slot != first.Slot || len(b.sessions()) != 1 {
			t.Errorf("got slot %s and %d cookies, want %s and 1", again.Slot, len(b.sessions()), first.Slot)
		}
		_, err := old.resolve(h)
		wantFault(t, err, fault.SignedOut, "sign-in.needed") // the old token is dead
		b.as = string(first.Slot)
		if got, err := b.resolve(h); err != nil || got.Person.Login != "ana" {
			t.Errorf("the first tab is %q, %v", got.Person.Login, err)
		}
		h.now = h.now.Add(11 * time.Hour) // past the end of the first, which the renewing moved on
		if err := h.Still(t.Context(), first); err != nil {
			t.Error("the first tab's socket: ", err)
		}

		// The answer may get lost on its way: the next one makes up for it.
		if again := old.mustSignIn(t, h, "ana"); again.Slot != first.Slot {
			t.Errorf("after a lost answer: slot %s, want %s", again.Slot, first.Slot)
		}
		b.cookies = old.cookies

		// Elsewhere it is another slot, and so it is for another person here.
		var other browser
		if who := other.mustSignIn(t, h, "ana"); who.Slot == first.Slot {
			t.Error("another browser got the slot")
		}
		if who := b.mustSignIn(t, h, "wren"); who.Slot == first.Slot {
			t.Error("another person got the slot")
		}
		wantFault(t, h.Still(t.Context(), identity.Who{Person: wren, Slot: first.Slot}), fault.SignedOut, "sign-in.needed")

		// What ended never comes back.
		if _, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
			who, err := h.Resolve(r)
			return who, errors.Join(err, h.SignOut(w, r, who))
		}); err != nil {
			t.Fatal(err)
		}
		wantFault(t, h.Still(t.Context(), first), fault.SignedOut, "sign-in.needed")
		if who := b.mustSignIn(t, h, "ana"); who.Slot == first.Slot {
			t.Error("a slot that ended came back")
		}
		wantFault(t, h.Still(t.Context(), first), fault.SignedOut, "sign-in.needed")
	})
}

// Somebody else's cookie renews nothing of theirs, and one planted before signing in is of no use after it.
func TestNobodyInheritsASession(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	h.mustPerson(t, "mal", access.Therapist)
	var mal, ana browser
	planted := mal.mustSignIn(t, h, "mal")
	ana.cookies = mal.cookies
	who := ana.mustSignIn(t, h, "ana")
	if who.Slot == planted.Slot {
		t.Error("ana came into a slot of mal's")
	}
	for _, as := range []string{"", string(planted.Slot)} {
		mal.as = as
		if got, err := mal.resolve(h); err != nil || got.Person.Login != "mal" {
			t.Errorf("as %q: mal is %q, %v", as, got.Person.Login, err)
		}
	}
	mal.as = string(who.Slot)
	_, err := mal.resolve(h)
	wantFault(t, err, fault.SignedOut, "sign-in.needed")
}

func TestSlotOfASocket(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	h.mustPerson(t, "wren", access.Patient)
	var b browser
	ana, wren := b.mustSignIn(t, h, "ana"), b.mustSignIn(t, h, "wren")
	for path, want := range map[string]string{
		api.LiveSocket + "?as=" + string(ana.Slot):  "ana",
		api.LiveSocket + "?as=" + string(wren.Slot): "wren",
		"/api/v1/me?as=" + string(ana.Slot):         "", // only the socket may: addresses end up in logs
	} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for _, c := range b.cookies {
			r.AddCookie(c)
		}
		who, err := h.Resolve(r)
		if err != nil || (want != "" && who.Person.Login != want) {
			t.Errorf("%s: got %q, %v; want %q", path, who.Person.Login, err, want)
		}
	}
}

func TestAtMostEightAccounts(t *testing.T) {
	var ended []identity.Who
	h := mustHouse(t, func(c *identity.Config) {
		c.Ended = func(_ context.Context, w identity.Who) { ended = append(ended, w) }
	})
	var b browser
	var first identity.Who
	for i := range 9 {
		login := fmt.Sprintf("person%d", i)
		h.mustPerson(t, login, access.Patient)
		h.now = h.now.Add(time.Second)
		if who := b.mustSignIn(t, h, login); i == 0 {
			first = who
		}
	}
	if len(b.sessions()) != identity.MostSlots {
		t.Errorf("got %d cookies, want %d", len(b.sessions()), identity.MostSlots)
	}
	wantFault(t, h.Still(t.Context(), first), fault.SignedOut, "sign-in.needed")
	if len(ended) != 1 || ended[0].Slot != first.Slot || ended[0].Person.ID != first.Person.ID {
		t.Errorf("told that %+v ended, want the first", ended)
	}
	if b.mustSignIn(t, h, "person5"); len(ended) != 1 {
		t.Error("somebody who was here already took another's place")
	}
}

func TestSessionsEnd(t *testing.T) {
	for role, row := range map[access.Role]struct{ idle, most time.Duration }{
		access.Therapist: {12 * time.Hour, 30 * 24 * time.Hour},
		access.Patient:   {30 * 24 * time.Hour, 90 * 24 * time.Hour},
	} {
		t.Run(string(role), func(t *testing.T) {
			h := mustHouse(t, nil)
			h.mustPerson(t, "somebody", role)
			var b browser
			b.mustSignIn(t, h, "somebody")
			h.now = h.now.Add(row.idle)
			_, err := b.resolve(h)
			wantFault(t, err, fault.SignedOut, "sign-in.needed")

			b = browser{}
			who := b.mustSignIn(t, h, "somebody")
			began := h.now
			for h.now.Sub(began) < row.most-row.idle/2 { // used all the time
				h.now = h.now.Add(row.idle / 2)
				if _, err := b.resolve(h); err != nil && h.now.Sub(began) < row.most {
					t.Fatalf("ended after %v: %v", h.now.Sub(began), err)
				}
			}
			h.now = began.Add(row.most)
			_, err = b.resolve(h)
			wantFault(t, err, fault.SignedOut, "sign-in.needed")
			wantFault(t, h.Still(t.Context(), who), fault.SignedOut, "sign-in.needed")
		})
	}
}

func TestJunkCookies(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	var b browser
	who := b.mustSignIn(t, h, "ana")
	value := b.cookies[0].Value
	for name, cookies := range map[string][]*http.Cookie{
		"none":          nil,
		"short":         {{Name: "hearth-" + string(who.Slot), Value: value[1:]}},
		"other token":   {{Name: "hearth-" + string(who.Slot), Value: "A" + value[1:41] + "AA"}},
		"other slot":    {{Name: "hearth-00000000", Value: value}},
		"no slot":       {{Name: "hearth-", Value: value}},
		"upper case":    {{Name: "hearth-ABCDEF01", Value: value}},
		"other program": {{Name: "session", Value: value}},
	} {
		_, err := (&browser{cookies: cookies}).resolve(h)
		if !fault.Is(err, fault.SignedOut) {
			t.Errorf("%s: got %v, want signed out", name, err)
		}
	}
	var many []*http.Cookie
	for i := range 5000 {
		many = append(many, &http.Cookie{Name: fmt.Sprintf("hearth-%08x", i), Value: value})
	}
	if _, err := (&browser{cookies: many}).resolve(h); !fault.Is(err, fault.SignedOut) {
		t.Errorf("many: got %v, want signed out", err)
	}
	h.store.Close()
	_, err := b.resolve(h)
	wantFault(t, err, fault.Unavailable, "store.unavailable") // nobody is signed out because the database is away
}

// A house that runs for months forgets what is over without being opened anew.
func TestWhatIsOverIsForgotten(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	h.mustPerson(t, "ben", access.Therapist)
	var old browser
	old.mustSignIn(t, h, "ana")
	hash := identity.Hash(sha256.Sum256([]byte(old.cookies[0].Value)))
	if _, _, err := h.store.SessionByHash(t.Context(), hash); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(60 * 24 * time.Hour)
	new(browser).mustSignIn(t, h, "ben")
	_, _, err := h.store.SessionByHash(t.Context(), hash)
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("a session of two months ago is still there: %v", err)
	}
}

// TestTheSealIsAPersonsOwn: the same at every opening of the house, and nobody else's.
func TestTheSealIsAPersonsOwn(t *testing.T) {
	h := mustHouse(t, nil)
	ana, wren := h.mustPerson(t, "ana", access.Therapist), h.mustPerson(t, "wren", access.Patient)
	before := h.Seal(ana.ID)
	if len(before) != 32 || bytes.Equal(before, h.Seal(wren.ID)) {
		t.Error("two people have one seal")
	}
	h.reopen(t, nil)
	if !bytes.Equal(before, h.Seal(ana.ID)) {
		t.Error("another seal after a restart: what waits in browsers is lost")
	}
	if other := mustHouse(t, nil); bytes.Equal(before, other.Seal(ana.ID)) {
		t.Error("two houses have one seal")
	}
}
