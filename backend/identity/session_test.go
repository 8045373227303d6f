package identity_test

import (
	"bytes"
	"crypto/sha256"
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
	again := b.mustSignIn(t, h, "ana")
	if len(b.sessions()) != 2 || again.Slot == ana.Slot {
		t.Errorf("got %d cookies, slot %s; want 2 and a new slot", len(b.sessions()), again.Slot)
	}
	wantFault(t, h.Still(t.Context(), ana), fault.SignedOut, "sign-in.needed")
	if err := h.Still(t.Context(), wren); err != nil {
		t.Error("the other account: ", err)
	}
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
	h := mustHouse(t, nil)
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
