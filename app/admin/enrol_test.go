package admin

import (
	"errors"
	"testing"

	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// A code is asked for, shown once with where it is entered, and gone with its dialog.
func TestACodeIsShownOnce(t *testing.T) {
	h := clinic()
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		v.Act(p.about(enrolling, person("n"), "enrol-n"))
		v.Shows("Give noor Haddad a code?", "works once, for two days", `id="enrol-do"`)
		v.Spoken()
		h.Answer(api.IssueEnrolment, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Conflict, "enrol.disabled", errors.New("x"))
		})
		v.Act(p.enrol)
		v.Shows("This person is disabled. Enable them first.", "<dialog")
		h.Answer(api.IssueEnrolment, func(remotetest.Asked) (any, error) {
			return api.Enrolment{Person: person("n"), Code: "ABCDE-FGHJK", Address: "https://hearth.example/enrol"}, nil
		})
		v.Act(p.enrol)
		v.Shows("A code for noor Haddad", "ABCDE-FGHJK", "https://hearth.example/enrol", `id="card"`)
		v.Spoken()
		if a := h.Asked(api.IssueEnrolment); len(a) != 2 || a[1].Names["person"] != "n" {
			t.Errorf("asked %+v", a)
		}
		v.Act(p.leave)
		if d := p.dialog; d != nil {
			t.Errorf("the dialog is still there: %+v", d)
		}
	})
}
