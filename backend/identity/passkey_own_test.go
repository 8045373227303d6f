package identity_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/passkey/passkeytest"
	"hearth/shared/access"
	"hearth/shared/fault"
)

func TestRenameAndRemove(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "mira", access.Therapist)
		h.mustPerson(t, "noor", access.Therapist)
		b, device := new(browser), passkeytest.New(origin)
		mira := b.mustSignIn(t, h, "mira")
		noor := new(browser).mustSignIn(t, h, "noor")
		p, mira := b.mustAddPasskey(t, h, mira, device)
		act := func(do func(r *http.Request) error) error {
			_, err := b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) { return mira, do(r) })
			return err
		}
		for _, name := range []string{"", "  ", strings.Repeat("a", 61), "a\u202eb", "a\nb"} {
			wantFault(t, act(func(r *http.Request) error { return h.RenamePasskey(r, mira, p.ID, name) }), fault.Invalid, "passkey.name")
		}
		if err := act(func(r *http.Request) error { return h.RenamePasskey(r, mira, p.ID, `<b>"Ü" 🗝️`) }); err != nil {
			t.Error(err)
		}
		wantFault(t, act(func(r *http.Request) error { return h.RenamePasskey(r, noor, p.ID, "mine") }), fault.NotFound, "not-found")
		wantFault(t, act(func(r *http.Request) error { return h.RemovePasskey(r, noor, p.ID) }), fault.NotFound, "not-found")
		if list, err := h.Passkeys(t.Context(), mira); err != nil || len(list) != 1 || list[0].Name != `<b>"Ü" 🗝️` {
			t.Errorf("%+v %v", list, err)
		}
		if err := act(func(r *http.Request) error { return h.RemovePasskey(r, mira, p.ID) }); err != nil {
			t.Error(err)
		}
		_, err := new(browser).signInWithPasskey(t, h, device)
		wantFault(t, err, fault.Invalid, "passkey.wrong")
	})
}

func TestProvePasskey(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.mustPerson(t, "mira", access.Therapist)
		h.mustPerson(t, "noor", access.Therapist)
		b, device, others := new(browser), passkeytest.New(origin), passkeytest.New(origin)
		mira, noor := b.mustSignIn(t, h, "mira"), new(browser).mustSignIn(t, h, "noor")
		prove := func(who identity.Who, device *passkeytest.Device) error {
			var options []byte
			_, err := b.do(h, func(w http.ResponseWriter, r *http.Request) (_ identity.Who, err error) {
				options, err = h.BeginProof(w, r, who)
				return who, err
			})
			if err != nil {
				return err
			}
			answer, err := device.Get(options)
			if err != nil {
				return err
			}
			_, err = b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) {
				return who, h.ProvePasskey(r, who, answer)
			})
			return err
		}
		wantFault(t, prove(mira, device), fault.Conflict, "passkey.none")
		_, mira = b.mustAddPasskey(t, h, mira, device)
		b.mustAddPasskey(t, h, noor, others)
		h.now = h.now.Add(time.Hour)
		if _, err := b.addPasskey(h, mira, passkeytest.New(origin)); err == nil || fault.Of(err).Code != "step-up.needed" {
			t.Errorf("another passkey after an hour: %v", err)
		}
		if err := prove(mira, device); err != nil {
			t.Error(err)
		}
		b.as = string(mira.Slot) // this browser holds noor's session too
		if now, err := b.resolve(h); err != nil || h.Fresh(t.Context(), now) != nil {
			t.Errorf("a proof is not fresh: %v", err)
		}
		if err := prove(mira, others); err != passkeytest.ErrNothing {
			t.Errorf("another's device: %v", err)
		}
	})
}

func TestNoPasskeysWithoutAName(t *testing.T) {
	h := mustHouse(t, func(c *identity.Config) { c.Passkeys.ID = "" })
	h.mustPerson(t, "mira", access.Therapist)
	b := new(browser)
	_, err := b.addPasskey(h, b.mustSignIn(t, h, "mira"), passkeytest.New(origin))
	wantFault(t, err, fault.Conflict, "passkey.off")
	_, err = b.enter(h, []byte(`{}`))
	wantFault(t, err, fault.Conflict, "passkey.off")
}
