package identity_test

import (
	"strings"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/fault"
)

func TestCodesAreGuessedSlowly(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		admin := new(browser).mustAdmin(t, h)
		wren := h.mustPerson(t, "wren", access.Patient)
		e := h.mustEnrolment(t, admin, wren.ID)
		b := new(browser)
		var err error
		for range 11 {
			_, err = b.redeem(h, "00000-00000")
		}
		wantFault(t, err, fault.TooMany, "sign-in.locked")
		_, err = b.redeem(h, e.Code) // not even the right one
		wantFault(t, err, fault.TooMany, "sign-in.locked")
		h.now = h.now.Add(time.Minute)
		if _, err = b.redeem(h, e.Code); err != nil {
			t.Error(err)
		}
	})
}

func TestEnrolByCommand(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		ada := h.mustPerson(t, "ada", access.Administrator)
		e, err := h.EnrolLogin(t.Context(), " Ada ")
		if err != nil || e.Person.ID != ada.ID {
			t.Fatal(e, err)
		}
		if p, err := new(browser).redeem(h, e.Code); err != nil || p.ID != ada.ID {
			t.Error(p, err)
		}
		_, err = h.EnrolLogin(t.Context(), "nobody")
		wantFault(t, err, fault.NotFound, "not-found")
		if !strings.Contains(h.actions(t), "enrol.command") {
			t.Error("the command left no trace")
		}
	})
}

func TestReadCode(t *testing.T) {
	for typed, want := range map[string]string{
		"ABCDE-FGHJK": "ABCDEFGHJK", "abcde fghjk": "ABCDEFGHJK", " ab-cd-ef-gh-jk ": "ABCDEFGHJK", "OOOOO-IIILl": "0000011111",
		"": "", "ABCDE-FGHJ": "", "ABCDE-FGHJKM": "", "ABCDE-FGHJU": "", "ABCDE-FGHJ!": "", strings.Repeat("A", 1000): "", "ABCDEFGHJÄ": "",
	} {
		if got, ok := identity.ReadCode(typed); ok != (want != "") || ok && got != want {
			t.Errorf("%q reads as %q %v, want %q", typed, got, ok, want)
		}
	}
}

// Whatever is typed reads as a code of ten letters or as none, and what is shown reads back.
func FuzzReadCode(f *testing.F) {
	f.Add("ABCDE-FGHJK")
	f.Add("o-l-i u")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := identity.ReadCode(typed)
		if !ok {
			return
		}
		if back, ok := identity.ReadCode(identity.ShowCode(code)); !ok || back != code || len(code) != 10 {
			t.Errorf("%q reads as %q and back as %q", typed, code, back)
		}
	})
}
