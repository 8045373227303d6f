// Package visit is the table of pages of whoever was invited to a visit: by a link, or from the patient's own page. It is a
// program of its own, because a guest on a bad line must not wait for charts and desks they never see; the porch shows what
// matters before it is there. Whoever the visit is about may wear sensors in it. It never opens onto pages of staff.
package visit

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/shell"
	"hearth/app/visitor"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/sensor/phone"
	"hearth/wasm/ble"
	"hearth/wasm/file"
	"hearth/wasm/media"
	"hearth/wasm/motion"
	"hearth/wasm/sound"
	"hearth/wasm/wake"
)

// Routes is the table. The last part of the address is the guest's id.
func Routes() []shell.Route {
	return []shell.Route{
		{Path: api.VisitPage, Portal: live.Visitor, Open: func(e *frame.Env) app.Composer {
			return &visitor.Page{Env: e, Capture: media.Open, Player: media.OpenPlayer(), Make: media.Agent(), Link: visitor.PorchLink()}
		}},
	}
}

// Run starts this page, see shell.Run.
func Run() { shell.Run(Routes(), attend) }

// attend opens what only this page needs: a screen that stays on, sound, and the sensors of whoever the visit is about.
func attend(e *frame.Env) {
	e.Wake = wake.Open()
	e.Sound = sound.Open()
	e.Files = file.Open()
	e.Radio = ble.Open(e.Now)
	e.Own = map[string]sensor.Adapter{phone.Key: phone.NewAdapter(motion.Open(), e.Now)}
}
