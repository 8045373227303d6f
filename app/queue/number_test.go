package queue_test

import (
	"testing"

	"hearth/app/queue"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
)

// TestTheNumberIsReadOnDemand: not before somebody wants to call, for the trail says who looked it up; where none is known, or it cannot be
// read, the dialog says so.
func TestTheNumberIsReadOnDemand(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		is, fails := api.CallNumber{Mobile: "+447700900123", Mail: "rowan@ashdown.example"}, error(nil)
		h.Answer(api.GetCallNumber, func(a remotetest.Asked) (any, error) { return is, fails })
		h.calls = []api.CallBack{wish("heron")}
		h.stir(v)
		v.Shows(`id="number-b-heron"`, `id="knock-number"`)
		v.Hides("+44")
		if n := len(h.Asked(api.GetCallNumber)); n != 0 {
			t.Errorf("read %d times before anybody looked", n)
		}
		look := func(wants ...string) {
			t.Helper()
			v.Press("knock-number")
			v.Settle()
			v.Shows(wants...)
			v.Press("knock-cancel")
			v.Hides(wants...)
		}
		look(`href="tel:+447700900123"`, `href="mailto:rowan@ashdown.example"`)
		is = api.CallNumber{}
		look(`id="number-none"`)
		fails = fault.New(fault.NotFound, "not-found", nil)
		look(`class="note is-warn"`)
		if asked := h.Asked(api.GetCallNumber); len(asked) != 3 || asked[0].Names["callback"] != "b-heron" {
			t.Errorf("asked %+v", asked)
		}
	})
}
