package identity_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/passkey/passkeytest"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func patch(version int64, disabled *bool) care.PersonPatch {
	return care.PersonPatch{Version: version, Disabled: disabled}
}

// mustAdmin signs an administrator in with a browser of their own.
func (b *browser) mustAdmin(t testing.TB, h *house) identity.Who {
	t.Helper()
	if _, err := h.store.AccountByLogin(t.Context(), "ada"); fault.Is(err, fault.NotFound) {
		h.mustPerson(t, "ada", access.Administrator)
	}
	return new(browser).mustSignIn(t, h, "ada")
}

func (h *house) enrolment(t testing.TB, by identity.Who, person care.PersonID) (e identity.Enrolment, err error) {
	t.Helper()
	new(browser).do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
		e, err = h.Enrol(r, by, person)
		return by, nil
	})
	return e, err
}

func (h *house) mustEnrolment(t testing.TB, by identity.Who, person care.PersonID) identity.Enrolment {
	t.Helper()
	e, err := h.enrolment(t, by, person)
	if err != nil {
		t.Fatalf("issue a code: %v", err)
	}
	return e
}

func (b *browser) redeem(h *house, code string) (p care.Person, err error) {
	_, err = b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		p, err = h.Redeem(w, r, code)
		return identity.Who{}, err
	})
	return p, err
}

// enrolPasskey makes the passkey of a grant.
func (b *browser) enrolPasskey(t testing.TB, h *house, device *passkeytest.Device) (identity.Who, error) {
	t.Helper()
	var options []byte
	if _, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (_ identity.Who, err error) {
		options, err = h.BeginEnrolment(w, r)
		return identity.Who{}, err
	}); err != nil {
		return identity.Who{}, err
	}
	answer, err := device.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	return b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		return h.EnrolPasskey(w, r, "Tablet", answer)
	})
}

func TestEnrolWithPasskey(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		admin := new(browser).mustAdmin(t, h)
		wren := h.mustPerson(t, "wren", access.Patient)
		old := new(browser)
		old.mustSignIn(t, h, "wren")
		e := h.mustEnrolment(t, admin, wren.ID)
		if len(e.Code) != 11 || e.Person.ID != wren.ID || !e.Expires.Equal(h.now.Add(48*time.Hour)) {
			t.Errorf("issued %+v", e)
		}
		if _, err := old.resolve(h); err != nil {
			t.Errorf("issuing ended a session: %v", err)
		}
		b, device := new(browser), passkeytest.New(origin)
		p, err := b.redeem(h, " "+strings.ToLower(strings.ReplaceAll(e.Code, "-", " ")))
		if err != nil || p.ID != wren.ID {
			t.Fatalf("redeemed for %+v: %v", p, err)
		}
		if _, err := old.resolve(h); !fault.Is(err, fault.SignedOut) {
			t.Errorf("an old session goes on: %v", err)
		}
		_, err = new(browser).redeem(h, e.Code)
		wantFault(t, err, fault.Invalid, "enrol.wrong")
		who, err := b.enrolPasskey(t, h, device)
		if err != nil || who.Person.ID != wren.ID {
			t.Fatalf("enrolled %+v: %v", who.Person, err)
		}
		if got, err := b.resolve(h); err != nil || got.Person.ID != wren.ID {
			t.Errorf("the session is %+v's: %v", got.Person, err)
		}
		_, err = b.enrolPasskey(t, h, passkeytest.New(origin))
		wantFault(t, err, fault.Gone, "enrol.over")
		if _, err := new(browser).signInWithPasskey(t, h, device); err != nil {
			t.Errorf("the new passkey: %v", err)
		}
	})
}

func TestEnrolWithPassword(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		admin := new(browser).mustAdmin(t, h)
		wren := h.mustPerson(t, "wren", access.Patient)
		e := h.mustEnrolment(t, admin, wren.ID)
		b := new(browser)
		if _, err := b.redeem(h, e.Code); err != nil {
			t.Fatal(err)
		}
		choose := func(password string) error {
			_, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
				return h.EnrolPassword(w, r, password)
			})
			return err
		}
		wantFault(t, choose("short"), fault.Invalid, "password.short")
		if err := choose("four happy herons"); err != nil {
			t.Fatal(err)
		}
		if _, err := new(browser).signIn(h, "wren", "four happy herons"); err != nil {
			t.Error(err)
		}
		wantFault(t, choose("five happy herons"), fault.Gone, "enrol.over")
	})
}

// What was handed out before ends: a code in the place of another, a password that must be changed.
func TestEnrolmentReplaces(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		b := new(browser)
		admin := b.mustAdmin(t, h)
		var p care.Person
		var handed string
		if _, err := b.do(h, func(_ http.ResponseWriter, r *http.Request) (_ identity.Who, err error) {
			p, handed, err = h.CreatePerson(r, admin, care.NewPerson{Name: "Wren-23", Login: "wren-23", Roles: []access.Role{access.Patient}}, "")
			return admin, err
		}); err != nil {
			t.Fatal(err)
		}
		first, second := h.mustEnrolment(t, admin, p.ID), h.mustEnrolment(t, admin, p.ID)
		_, err := new(browser).redeem(h, first.Code)
		wantFault(t, err, fault.Invalid, "enrol.wrong")
		phone := new(browser)
		if _, err := phone.redeem(h, second.Code); err != nil {
			t.Fatal(err)
		}
		third := h.mustEnrolment(t, admin, p.ID) // ends the grant too
		_, err = phone.enrolPasskey(t, h, passkeytest.New(origin))
		wantFault(t, err, fault.Gone, "enrol.over")
		if _, err := phone.redeem(h, third.Code); err != nil {
			t.Fatal(err)
		}
		who, err := phone.enrolPasskey(t, h, passkeytest.New(origin))
		if err != nil || who.MustChange {
			t.Fatalf("enrolled, and must change a password: %v %v", who.MustChange, err)
		}
		_, err = new(browser).signIn(h, "wren-23", handed)
		wantFault(t, err, fault.Invalid, "sign-in.wrong")

		list, err := h.Passkeys(t.Context(), who)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		_, err = phone.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
			return who, h.RemovePasskey(r, who, list[0].ID)
		})
		wantFault(t, err, fault.Conflict, "passkey.last")
	})
}

func TestEnrolmentsEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		admin := new(browser).mustAdmin(t, h)
		wren := h.mustPerson(t, "wren", access.Patient)
		e := h.mustEnrolment(t, admin, wren.ID)
		h.now = h.now.Add(48 * time.Hour)
		_, err := new(browser).redeem(h, e.Code)
		wantFault(t, err, fault.Invalid, "enrol.wrong")

		e = h.mustEnrolment(t, admin, wren.ID)
		b := new(browser)
		if _, err := b.redeem(h, e.Code); err != nil {
			t.Fatal(err)
		}
		h.now = h.now.Add(15 * time.Minute)
		_, err = b.enrolPasskey(t, h, passkeytest.New(origin))
		wantFault(t, err, fault.Gone, "enrol.over")

		e = h.mustEnrolment(t, admin, wren.ID)
		if _, err := b.redeem(h, e.Code); err != nil {
			t.Fatal(err)
		}
		if _, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
			return identity.Who{}, h.LeaveEnrolment(w, r)
		}); err != nil {
			t.Fatal(err)
		}
		_, err = b.enrolPasskey(t, h, passkeytest.New(origin))
		wantFault(t, err, fault.Gone, "enrol.over")
	})
}

// Codes are handed out to others only, by who may, and not to the disabled.
func TestWhoMayEnrol(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		admin := new(browser).mustAdmin(t, h)
		mira, wren := h.mustPerson(t, "mira", access.Therapist), h.mustPerson(t, "wren", access.Patient)
		_, err := h.enrolment(t, admin, admin.Person.ID)
		wantFault(t, err, fault.Conflict, "enrol.own")
		_, err = h.enrolment(t, new(browser).mustSignIn(t, h, "mira"), wren.ID)
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = h.enrolment(t, new(browser).mustSignIn(t, h, "wren"), mira.ID)
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = h.enrolment(t, admin, care.NewID[care.PersonID]())
		wantFault(t, err, fault.NotFound, "not-found")
		e := h.mustEnrolment(t, admin, wren.ID)
		off := true
		if _, err := h.store.PatchPerson(t.Context(), admin.Reader(), wren.ID, patch(wren.Version, &off)); err != nil {
			t.Fatal(err)
		}
		_, err = h.enrolment(t, admin, wren.ID)
		wantFault(t, err, fault.Conflict, "enrol.disabled")
		_, err = new(browser).redeem(h, e.Code)
		wantFault(t, err, fault.Invalid, "enrol.wrong")
	})
}

// Only who issued a code gets its card, and only until somebody has entered it.
func TestCardsAreTheIssuers(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		admin := new(browser).mustAdmin(t, h)
		h.mustPerson(t, "bea", access.Administrator)
		bea := new(browser).mustSignIn(t, h, "bea")
		wren := h.mustPerson(t, "wren", access.Patient)
		e := h.mustEnrolment(t, admin, wren.ID)
		card := func(by identity.Who, code string) (p care.Person, err error) {
			new(browser).do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
				p, _, err = h.Issued(r, by, wren.ID, code)
				return by, nil
			})
			return p, err
		}
		if p, err := card(admin, e.Code); err != nil || p.ID != wren.ID {
			t.Errorf("%+v %v", p, err)
		}
		_, err := card(bea, e.Code)
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = card(admin, "00000-00000")
		wantFault(t, err, fault.NotFound, "not-found")
		if _, err := new(browser).redeem(h, e.Code); err != nil {
			t.Fatal(err)
		}
		_, err = card(admin, e.Code)
		wantFault(t, err, fault.NotFound, "not-found")
	})
}
