package room

import (
	"context"
	"testing"

	"hearth/shared/fault"
	"hearth/shared/live"
)

// A guest's page hears that another device took its place, whenever the house finds out; everybody else that they are signed
// out.
func TestAPageHearsWhyItIsTurnedAway(t *testing.T) {
	for code, want := range map[string]string{live.CodeMoved: live.CodeMoved, "sign-in.needed": live.CodeSignedOut} {
		h := MustOpen(t, newClinic(), nil)
		h.clinic.assign("p1", "therapist1")
		out := make(chan struct{})
		who := h.clinic.therapist(1)
		who.Still = func(context.Context) error {
			select {
			case <-out:
				return fault.New(fault.SignedOut, code, nil)
			default:
				return nil
			}
		}
		looked, ended := h.MustVisit(t, who, live.Therapist), h.MustVisit(t, who, live.Therapist)
		late := h.connect(t, who)
		close(out)
		h.SignedOut(t.Context(), who.Session)
		refused, _ := ended.ended()
		wants(t, "ended", refused, live.Refused{Code: want, Final: true})
		refused, _ = looked.ended()
		wants(t, "the other page", refused, live.Refused{Code: want, Final: true})
		late.say(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Member: late.member, Portal: live.Therapist, Visits: true}})
		refused, _ = late.ended()
		wants(t, "who comes", refused, live.Refused{Code: want, Final: true})
	}
}
