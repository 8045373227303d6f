package identity_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

const better = "four patient otters"

func (b *browser) change(h *house, who identity.Who, old, fresh string) error {
	_, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		return h.ChangePassword(w, r, who, old, fresh)
	})
	return err
}

func TestChangePassword(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	var here, there browser
	who, other := here.mustSignIn(t, h, "ana"), there.mustSignIn(t, h, "ana")
	for fresh, code := range map[string]string{
		"short": "password.short", good: "password.unchanged", "Name of ana": "password.short", strings.Repeat("ab", 30): "password.common",
		"Password1234": "password.common", strings.Repeat("long ", 100): "password.long", "with a \x00 inside": "password.long",
	} {
		wantFault(t, here.change(h, who, good, fresh), fault.Invalid, code)
	}
	wantFault(t, here.change(h, who, better, better), fault.Invalid, "password.wrong")
	if err := here.change(h, who, good, better); err != nil {
		t.Fatal(err)
	}
	if err := h.Still(t.Context(), who); err != nil {
		t.Error("the own session: ", err)
	}
	wantFault(t, h.Still(t.Context(), other), fault.SignedOut, "sign-in.needed")
	_, err := there.signIn(h, "ana", good)
	wantFault(t, err, fault.Invalid, "sign-in.wrong")
	if _, err := there.signIn(h, "ana", better); err != nil {
		t.Error(err)
	}
	for range 6 {
		err = here.change(h, who, "not the old one", better+"!")
	}
	wantFault(t, err, fault.TooMany, "sign-in.locked") // a found tablet is no place to guess
}

func TestHandedOutPassword(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "admin", access.Administrator)
	var b browser
	admin := b.mustSignIn(t, h, "admin")
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	p, password, err := h.CreatePerson(r, admin, care.NewPerson{Name: "Wren-23", Login: "wren", Roles: []access.Role{access.Patient}}, "")
	if err != nil || len(password) != 17 || p.Patient == "" {
		t.Fatalf("got %+v, %q, %v", p, password, err)
	}
	var tablet browser
	who, err := tablet.signIn(h, "wren", password)
	if err != nil || !who.MustChange {
		t.Fatalf("got %+v, %v; want a password to be changed", who, err)
	}
	if err := tablet.change(h, who, password, better); err != nil {
		t.Fatal(err)
	}
	if who, err = tablet.resolve(h); err != nil || who.MustChange {
		t.Errorf("got %+v, %v; want it changed", who, err)
	}
	if _, password, err = h.ResetPassword(r, admin, p.ID); err != nil {
		t.Fatal(err)
	}
	_, err = tablet.resolve(h)
	wantFault(t, err, fault.SignedOut, "sign-in.needed")
	if who, err := tablet.signIn(h, "wren", password); err != nil || !who.MustChange {
		t.Errorf("got %+v, %v", who, err)
	}
	_, _, err = h.ResetPassword(r, who, admin.Person.ID)
	wantFault(t, err, fault.NotFound, "not-found")
	if _, handed, err := h.CreatePerson(r, admin, care.NewPerson{Name: "B", Login: "ben", Roles: []access.Role{access.Therapist}}, better); err != nil || handed != "" {
		t.Errorf("a password that was given came back: %q, %v", handed, err)
	}
}

func TestSignOutEverywhere(t *testing.T) {
	h := mustHouse(t, nil)
	h.mustPerson(t, "ana", access.Therapist)
	var here, there browser
	who, other := here.mustSignIn(t, h, "ana"), there.mustSignIn(t, h, "ana")
	_, err := here.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		return who, h.SignOutEverywhere(w, r, who)
	})
	if err != nil || len(here.sessions()) != 0 {
		t.Errorf("got %v, cookies %v", err, here.sessions())
	}
	for _, who := range []identity.Who{who, other} {
		wantFault(t, h.Still(t.Context(), who), fault.SignedOut, "sign-in.needed")
	}
}

func TestSetUp(t *testing.T) {
	h := mustHouse(t, nil)
	old, err := h.SetUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	setUp := func(code, login, password string) (identity.Who, error) {
		return new(browser).do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
			return h.SetUp(w, r, code, "Ada", login, password)
		})
	}
	h.now = h.now.Add(24 * time.Hour)
	_, err = setUp(old, "ada", good)
	wantFault(t, err, fault.NotFound, "setup.wrong")
	code, err := h.SetUpCode(t.Context())
	if err != nil || code == old || code == "" {
		t.Fatalf("got %q, %v", code, err)
	}
	_, err = setUp("abcde-fghjk-mnpqr", "ada", good)
	wantFault(t, err, fault.NotFound, "setup.wrong")
	_, err = setUp(code, "ada", "short")
	wantFault(t, err, fault.Invalid, "password.short")
	_, err = setUp(code, "A!", good)
	wantFault(t, err, fault.Invalid, "login.length")
	who, err := setUp(" "+strings.ToUpper(code)+" ", "ada", good)
	if err != nil || who.Person.Roles[0] != access.Administrator || who.MustChange {
		t.Fatalf("got %+v, %v", who, err)
	}
	_, err = setUp(code, "eve", good)
	wantFault(t, err, fault.NotFound, "setup.wrong")
	if none, err := h.SetUpCode(t.Context()); err != nil || none != "" {
		t.Errorf("got another code %q, %v", none, err)
	}
	for range 20 {
		_, err = setUp("abcde-fghjk-mnpqr", "eve", good)
	}
	wantFault(t, err, fault.TooMany, "sign-in.locked")
}

func TestDemoLinks(t *testing.T) {
	h := mustHouse(t, func(c *identity.Config) { c.Demo = true })
	wren := h.mustPerson(t, "wren", access.Patient)
	token, err := h.DemoToken(t.Context(), wren.ID)
	if err != nil {
		t.Fatal(err)
	}
	follow := func(token string) (identity.Who, error) {
		return new(browser).do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
			if p, err := h.DemoPerson(r, token); err == nil && (p.ID != wren.ID || len(w.Header()) != 0) {
				t.Errorf("looking at the link gave %+v and %v", p, w.Header())
			}
			return h.DemoSignIn(w, r, token)
		})
	}
	for range 2 {
		if who, err := follow(token); err != nil || who.Person.ID != wren.ID {
			t.Errorf("got %+v, %v", who, err)
		}
	}
	for _, from := range []string{"192.168.1.5", "203.0.113.1", "fe80::1"} {
		h.from = from
		_, err = follow(token)
		wantFault(t, err, fault.NotFound, "not-found")
	}
	h.reopen(t, func(c *identity.Config) { c.Demo, c.DemoLAN = true, true })
	for from, want := range map[string]bool{"192.168.1.5": true, "10.1.2.3": true, "fd00::1": true, "203.0.113.1": false, "2001:db8::1": false} {
		if h.from = from; want != func() bool { _, err := follow(token); return err == nil }() {
			t.Errorf("from %s on the local network: want allowed %v", from, want)
		}
	}
	h.from = "::1"
	for _, junk := range []string{"", "x", token + "x", strings.Repeat("a", 1<<16), "\x00"} {
		_, err = follow(junk)
		wantFault(t, err, fault.NotFound, "not-found")
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"} { // a tunnel that ends on this machine
		_, err = new(browser).do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
			r.Header.Set(name, "127.0.0.1")
			return h.DemoSignIn(w, r, token)
		})
		wantFault(t, err, fault.NotFound, "not-found")
	}
	h.reopen(t, nil) // no demo any more
	_, err = follow(token)
	wantFault(t, err, fault.NotFound, "not-found")
	_, err = h.DemoToken(t.Context(), wren.ID)
	wantFault(t, err, fault.NotFound, "not-found")
}
