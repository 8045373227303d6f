// Package practice is the table of pages of whoever practises: the tablet with the sensors and the patient's phone. A new page
// of theirs is a row here. It never opens onto pages of staff.
package practice

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/aggregator"
	"hearth/app/check"
	"hearth/app/frame"
	"hearth/app/patient"
	"hearth/app/shell"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/sensor/phone"
	"hearth/wasm/ble"
	"hearth/wasm/motion"
	"hearth/wasm/sound"
	"hearth/wasm/wake"
)

// Routes is the table. The house serves the same document for every page of a portal.
func Routes() []shell.Route {
	return []shell.Route{
		{Path: api.AggregatorPage, Portal: live.Aggregator, Open: func(e *frame.Env) app.Composer { return &aggregator.Page{Env: e} }},
		{Path: api.PatientPage, Portal: live.Patient, Open: func(e *frame.Env) app.Composer { return &patient.Page{Env: e} }},
		{Path: api.PatientPage + api.CheckPart, Portal: live.Patient, Open: func(e *frame.Env) app.Composer { return &check.Page{Env: e, Back: api.PatientPage} }},
	}
}

// Run starts these pages, see shell.Run.
func Run() { shell.Run(Routes(), sense) }

// sense opens what only these pages need: sensors, a screen that stays on, and sound.
func sense(e *frame.Env) {
	e.Wake = wake.Open()
	e.Sound = sound.Open()
	e.Radio = ble.Open(e.Now)
	e.Own = map[string]sensor.Adapter{phone.Key: phone.NewAdapter(motion.Open(), e.Now)}
}
