package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// second is the switch of the house's rule about the second step.
func (h *House) second() app.UI {
	return kit.Switch("second-step", words.T("admin.second.staff"), h.is.SecondStep, h.ruling, h.rule)
}

// rule changes it. What the house says afterwards is shown, be it the old rule.
func (h *House) rule(_ app.Context, on bool) {
	if h.ruling {
		return
	}
	h.ruling, h.is.SecondStep = true, on
	h.run(func(ctx context.Context) func(app.Context) {
		now, err := h.Env.API.PutSignIn(ctx, api.SignInRule{SecondStep: on})
		return func(ctx app.Context) {
			h.ruling = false
			if h.Env.SignedOut(err) {
				return
			}
			if h.fault = err; err != nil {
				now.SecondStep = !on
			}
			h.is.SecondStep = now.SecondStep
		}
	})
}
