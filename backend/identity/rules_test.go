package identity_test

import (
	"net/http"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/passkey/passkeytest"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// mustSay says something about a place, whatever was said before.
func (h *house) mustSay(t testing.TB, s care.SiteSettings) {
	t.Helper()
	by := care.Reader{Roles: []access.Role{access.Administrator}, Operator: true}
	was, _, err := h.store.SiteSettings(t.Context(), by, s.Site)
	if err != nil {
		t.Fatal(err)
	}
	s.Version = was.Version
	if _, err := h.store.PutSiteSettings(t.Context(), by, s); err != nil {
		t.Fatal(err)
	}
}

func (h *house) mustHome(t testing.TB) care.SiteID {
	t.Helper()
	site, _, err := h.store.Home(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// Somebody who lost their passkey or their codes, and chooses a password with a code of the staff, comes in: they set up
// anew what the rule asks for. It used to end at the door: what they lost was asked for.
func TestEnrolWithPasswordUnderTheRule(t *testing.T) {
	for what, prepare := range map[string]func(t *testing.T, h *house, p care.Person){
		"had nothing": func(*testing.T, *house, care.Person) {},
		"lost the passkey": func(t *testing.T, h *house, _ care.Person) {
			b := new(browser)
			who := b.mustSignIn(t, h, "ana")
			b.mustAddPasskey(t, h, who, passkeytest.New(origin))
		},
		"lost the codes": func(t *testing.T, h *house, _ care.Person) { new(browser).mustSetUp(t, h, "ana") },
	} {
		t.Run(what, func(t *testing.T) {
			inSecond(t, func(t *testing.T, h *house) {
				ana := h.mustPerson(t, "ana", access.Therapist)
				prepare(t, h, ana)
				e := h.mustEnrolment(t, new(browser).mustAdmin(t, h), ana.ID)
				b := new(browser)
				if _, err := b.redeem(h, e.Code); err != nil {
					t.Fatal(err)
				}
				who, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
					return h.EnrolPassword(w, r, "four happy herons")
				})
				if err != nil || !who.MustSetUp || who.Proof != identity.ByEnrolment {
					t.Fatalf("%+v, %v", who, err)
				}
				if got, err := b.resolve(h); err != nil || !got.MustSetUp {
					t.Fatalf("%+v, %v", got, err)
				}
				secret := b.mustBegin(t, h, who)
				if who, _, err = b.confirm(h, who, h.appCode(t, secret, 0)); err != nil || who.MustSetUp || who.Proof != identity.ByCode {
					t.Errorf("%+v, %v", who, err)
				}
			})
		})
	}
}

// Where a site asks for passkeys, a password opens only the way to make one; who has one uses it, and codes open nothing.
func TestPasskeysOnly(t *testing.T) {
	inSecond(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		h.mustPerson(t, "ben", access.Therapist)
		h.mustPerson(t, "wren", access.Patient)
		benHad := new(browser)
		ben, secret, _ := benHad.mustSetUp(t, h, "ben")
		wren := new(browser)
		wren.mustSignIn(t, h, "wren")
		h.mustSay(t, care.SiteSettings{Site: h.mustHome(t), SignIn: map[access.Role]care.Level{access.Therapist: care.PasskeyLevel}})

		got, err := benHad.resolve(h)
		if err != nil || !got.MustSetUp || got.Level != care.PasskeyLevel {
			t.Fatalf("codes are not enough: %+v, %v", got, err)
		}
		wantNil(t, h.Still(t.Context(), ben))
		if _, err := wren.resolve(h); err != nil {
			t.Errorf("the rule is for therapists: %v", err)
		}

		b, device := new(browser), passkeytest.New(origin)
		who := b.mustSignIn(t, h, "ana")
		if !who.MustSetUp {
			t.Fatal("a password opens")
		}
		b.mustAddPasskey(t, h, who, device)
		if got, err := b.resolve(h); err != nil || got.MustSetUp || got.Proof != identity.ByPasskey {
			t.Errorf("with a passkey: %+v, %v", got, err)
		}
		again := new(browser)
		if _, err := again.signIn(h, "ana", good); fault.Of(err).Code != "sign-in.second" {
			t.Errorf("the password alone: %v", err)
		}
		_, err = again.second(h, h.appCode(t, secret, 0))
		wantFault(t, err, fault.Conflict, "sign-in.passkey-only")
		again.mustPending(t, h, func(p identity.Pending) bool { return !p.Means.Code && p.Means.Passkeys == 1 })

		h.mustSay(t, care.SiteSettings{SignIn: map[access.Role]care.Level{access.Patient: care.PasskeyLevel}})
		if got, err := wren.resolve(h); err != nil || !got.MustSetUp {
			t.Errorf("the house asks patients too: %+v, %v", got, err)
		}
	})
}

func wantNil(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func (b *browser) mustPending(t testing.TB, h *house, good func(identity.Pending) bool) {
	t.Helper()
	var p identity.Pending
	if _, err := b.do(h, func(_ http.ResponseWriter, r *http.Request) (_ identity.Who, err error) {
		p, err = h.Pending(r)
		return identity.Who{}, err
	}); err != nil || !good(p) {
		t.Errorf("pending %+v, %v", p, err)
	}
}

// Staff work from the networks of their house and site alone; patients from everywhere. The list is read at every request.
func TestNetworksOfStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		h.mustPerson(t, "wren", access.Patient)
		var ana, wren browser
		was := ana.mustSignIn(t, h, "ana")
		wren.mustSignIn(t, h, "wren")
		list, err := care.ParseNetworks("10.0.0.0/8 2001:db8::/32")
		if err != nil {
			t.Fatal(err)
		}
		h.mustSay(t, care.SiteSettings{Site: h.mustHome(t), Addresses: list})
		for from, away := range map[string]bool{"10.9.9.9": false, "::ffff:10.9.9.9": false, "2001:db8:1::1": false, "192.0.2.1": true, "::1": true} {
			h.from = from
			if who, err := ana.resolve(h); err != nil || who.Away != away {
				t.Errorf("ana from %s: %+v, %v", from, who, err)
			}
			if who, err := wren.resolve(h); err != nil || who.Away {
				t.Errorf("wren from %s: %+v, %v", from, who, err)
			}
		}
		wantFault(t, h.Still(t.Context(), was), fault.SignedOut, "sign-in.needed") // opened at 127.0.0.1
		other, err := care.ParseNetworks("10.9.0.0/16")
		if err != nil {
			t.Fatal(err)
		}
		h.mustSay(t, care.SiteSettings{Addresses: other})
		for from, away := range map[string]bool{"10.9.9.9": false, "10.8.9.9": true} { // on both lists, or on one
			h.from = from
			if who, err := ana.resolve(h); err != nil || who.Away != away {
				t.Errorf("ana from %s: %+v, %v", from, who, err)
			}
		}
	})
}

// A shorter session ends those that are older than it at once, and moves on no further.
func TestShorterSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "ana", access.Therapist)
		h.mustPerson(t, "wren", access.Patient)
		var ana, wren browser
		who := ana.mustSignIn(t, h, "ana")
		wren.mustSignIn(t, h, "wren")
		h.mustSay(t, care.SiteSettings{Site: h.mustHome(t), IdleMinutes: 15, MostHours: 1})
		for range 5 { // used every ten minutes
			h.now = h.now.Add(10 * time.Minute)
			if _, err := ana.resolve(h); err != nil {
				t.Fatalf("at %v: %v", h.now, err)
			}
		}
		h.now = h.now.Add(10 * time.Minute)
		_, err := ana.resolve(h)
		wantFault(t, err, fault.SignedOut, "sign-in.needed") // an hour is over
		wantFault(t, h.Still(t.Context(), who), fault.SignedOut, "sign-in.needed")
		if _, err := wren.resolve(h); err != nil {
			t.Errorf("patients' sessions are not shortened: %v", err)
		}
		ana.mustSignIn(t, h, "ana")
		h.now = h.now.Add(15 * time.Minute)
		_, err = ana.resolve(h)
		wantFault(t, err, fault.SignedOut, "sign-in.needed") // nobody used it
		ana.mustSignIn(t, h, "ana")
		h.now = h.now.Add(14 * time.Minute)
		if _, err := ana.resolve(h); err != nil {
			t.Error(err)
		}
	})
}

// Nobody asks for passkeys where there can be none.
func TestNoPasskeysNoRule(t *testing.T) {
	h := mustHouse(t, func(c *identity.Config) { c.Passkeys.ID = "" })
	wantFault(t, h.CheckLevels(map[access.Role]care.Level{access.Clerk: care.PasskeyLevel}), fault.Invalid, "settings.no-passkeys")
	wantNil(t, h.CheckLevels(map[access.Role]care.Level{access.Clerk: care.SecondLevel}))
}
