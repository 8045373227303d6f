package identity_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/fault"
)

const bad = "wrong horse battery"

// guess tries n wrong passwords, each from another browser, and returns how many reached the password.
func (h *house) guess(n int, login, from string) (reached int) {
	was := h.from
	defer func() { h.from = was }()
	for i := range n {
		h.from = from
		if strings.Contains(from, "%d") {
			h.from = fmt.Sprintf(from, i%250)
		}
		if _, err := new(browser).signIn(h, login, bad); fault.Of(err).Code == "sign-in.wrong" {
			reached++
		}
	}
	return reached
}

// Strangers who guess, from wherever, keep nobody out of a browser they use.
func TestKnownBrowserIsNotLockedOut(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	var b browser
	b.mustSignIn(t, h, "ana")
	sign := b.last[1]
	if !strings.HasPrefix(sign.Name, "hearth-known-") || !sign.HttpOnly || sign.SameSite != http.SameSiteStrictMode || sign.Path != "/" || strings.Contains(sign.Value, "ana") {
		t.Errorf("got cookie %+v", sign)
	}
	h.guess(60, "ana", h.from)        // in her own network
	h.guess(60, "ana", "198.51.%d.7") // and everywhere
	_, err := new(browser).signIn(h, "ana", good)
	wantFault(t, err, fault.TooMany, "sign-in.locked")
	h.reopen(t, nil)
	b.mustSignIn(t, h, "ana")

	// Her browser is bounded too, by a count of its own, which a stranger's do not know.
	for range 5 {
		_, err = b.signIn(h, "ana", bad)
		wantFault(t, err, fault.Invalid, "sign-in.wrong")
	}
	_, err = b.signIn(h, "ana", good)
	wantFault(t, err, fault.TooMany, "sign-in.locked")
	h.now = h.now.Add(31 * time.Second)
	b.mustSignIn(t, h, "ana")

	// A sign is good for one login, for half a year, and as it was made.
	h.mustPerson(t, "ben", access.Therapist)
	renamed := *sign
	other := browser{}
	other.mustSignIn(t, h, "ben")
	renamed.Name = other.last[1].Name
	forged := *sign
	forged.Value = strings.Repeat("A", len(sign.Value))
	h.guess(6, "ben", h.from)
	h.now = h.now.Add(time.Second)
	for what, cookie := range map[string]*http.Cookie{"another login's": &renamed, "a guess": &forged} {
		_, err := (&browser{cookies: []*http.Cookie{cookie}}).signIn(h, "ben", good)
		if wantFault(t, err, fault.TooMany, "sign-in.locked"); err == nil {
			t.Error(what)
		}
	}
	h.now = h.now.Add(181 * 24 * time.Hour)
	h.guess(6, "ana", h.from)
	_, err = (&browser{cookies: []*http.Cookie{sign}}).signIn(h, "ana", good)
	wantFault(t, err, fault.TooMany, "sign-in.locked")
}

// A new browser elsewhere waits a minute at the most, however many machines guess; and a /64 is one guesser.
func TestLockOutElsewhere(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	if got := h.guess(20, "ana", "2001:db8:1:2::%d"); got != 5 {
		t.Errorf("%d guesses from one /64 reached the password, want 5", got)
	}
	h.from = "2001:db8:1:3::1" // the neighbour
	new(browser).mustSignIn(t, h, "ana")
	if got := h.guess(300, "ana", "198.%d.1.7"); got > 20 {
		t.Errorf("%d guesses from the world reached the password at once, want 20 at most", got)
	}
	reached := 0
	for range 60 { // minutes
		reached += h.guess(10, "ana", "203.%d.1.7")
		h.now = h.now.Add(time.Minute)
	}
	if reached > 100 {
		t.Errorf("%d guesses from the world in an hour, want one a minute and few more", reached)
	}
	h.from = "192.0.2.1"
	new(browser).mustSignIn(t, h, "ana")
}

// A new password handed out begins anew, whatever was tried with the old.
func TestResetForgetsAttempts(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "admin", access.Administrator)
	ana := h.mustPerson(t, "ana", access.Therapist)
	admin := new(browser).mustSignIn(t, h, "admin")
	h.guess(10, "ana", h.from)
	var fresh string
	_, err := new(browser).do(h, func(_ http.ResponseWriter, r *http.Request) (who identity.Who, err error) {
		_, fresh, err = h.ResetPassword(r, admin, ana.ID)
		return who, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := new(browser).signIn(h, "ana", fresh); err != nil {
		t.Error(err)
	}
}

// A browser many people use carries a bounded number of signs, and nobody's is lost to the same person's.
func TestSignsAreBounded(t *testing.T) {
	h := mustHouse(t, nil)
	var b browser
	for i := range 20 {
		login := fmt.Sprint("person", i)
		h.mustPerson(t, login, access.Therapist)
		b.mustSignIn(t, h, login)
		b.mustSignIn(t, h, login)
		h.now = h.now.Add(time.Minute)
	}
	n := 0
	for _, c := range b.cookies {
		if strings.Contains(c.Name, "known-") {
			n++
		}
	}
	if n != 16 {
		t.Errorf("%d signs, want 16", n)
	}
	h.guess(6, "person19", h.from)
	b.mustSignIn(t, h, "person19")
}

// Whatever happens in whatever order: a known browser is asked to wait only for what was tried in it, no wait is longer
// than promised, and nobody gets more guesses than promised.
func TestLockOutProperties(t *testing.T) {
	h := mustHouse(t, nil)
	hash := h.mustHash(t)
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		login := fmt.Sprint("ana", round)
		h.mustPersonWith(t, login, hash)
		h.now = h.now.Add(25 * time.Hour) // the last round's attempts are of another day
		h.from = "192.0.2.1"
		known := new(browser)
		if _, err := known.signIn(h, login, good); err != nil {
			t.Fatal(err)
		}
		ownWrong, lastOwn := 0, h.now // in the known browser, since its last right password
		reached := map[string]int{}   // wrong guesses of strangers since the beginning, by network
		began, all := h.now, 0
		t.Repeat(map[string]func(*rapid.T){
			"time": func(t *rapid.T) {
				h.now = h.now.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "seconds")) * time.Second)
			},
			"strangers": func(t *rapid.T) {
				net := rapid.SampledFrom([]string{"192.0.2", "198.51.100", "203.0.113", "100.0.1", "100.0.2", "100.0.3"}).Draw(t, "net")
				for range rapid.IntRange(1, 8).Draw(t, "n") {
					h.from = fmt.Sprint(net, ".", rapid.IntRange(1, 250).Draw(t, "host"))
					_, err := new(browser).signIn(h, login, bad)
					switch fault.Of(err).Code {
					case "sign-in.wrong":
						reached[net]++
						all++
					case "sign-in.locked":
						if m := fault.Of(err).Args["minutes"]; len(m) > 2 || len(m) == 2 && m > "15" {
							t.Fatalf("a stranger waits %s minutes", m)
						}
					default:
						t.Fatal(err)
					}
				}
			},
			"the owner mistypes": func(t *rapid.T) {
				h.from = "192.0.2.1"
				_, err := known.signIn(h, login, bad)
				if ownWrong < 5 && fault.Of(err).Code != "sign-in.wrong" {
					t.Fatalf("after %d own mistakes: %v", ownWrong, err)
				}
				if fault.Of(err).Code == "sign-in.wrong" {
					ownWrong++
					lastOwn = h.now
				}
			},
			"the owner signs in": func(t *rapid.T) {
				h.from = rapid.SampledFrom([]string{"192.0.2.1", "203.0.113.9"}).Draw(t, "from")
				_, err := known.signIn(h, login, good)
				if err != nil && (ownWrong < 5 || h.now.Sub(lastOwn) >= 15*time.Minute) {
					t.Fatalf("the owner is kept out after %d own mistakes: %v", ownWrong, err)
				}
				if err == nil {
					ownWrong = 0
				}
			},
			"": func(t *rapid.T) {
				hours := int(h.now.Sub(began)/time.Hour) + 1
				minutes := int(h.now.Sub(began)/time.Minute) + 1
				if most := 24*hours + minutes; all > most {
					t.Fatalf("strangers had %d guesses in %d minutes, want %d at most", all, minutes, most)
				}
				for net, n := range reached {
					if most := hours * 14; n > most {
						t.Fatalf("%s had %d guesses in %d hours, want %d at most", net, n, hours, most)
					}
				}
			},
		})
	})
}
