package patient

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/shared/words"
)

// devices lists where signals are measured.
func (p *Page) devices(s Sharing) app.UI {
	var rows []app.UI
	for _, d := range s.Devices {
		for _, sensor := range d.Sensors {
			rows = append(rows, device(d, sensor))
		}
	}
	if len(rows) == 0 {
		rows = append(rows, app.Li().Class("small dim").Text(words.T("patient.sensors.none")))
	}
	return app.Section().Class("card stack gap3").Aria("label", words.T("patient.sensors")).Body(
		app.H2().Text(words.T("patient.sensors")), app.Ul().Class("share-list").Body(rows...))
}

func device(d Device, s live.Sensor) app.UI {
	detail := words.T("patient.device-away")
	if d.Here {
		detail = state(s.State)
	}
	if s.Battery >= 0 && d.Here {
		detail += " · " + words.T("patient.battery", "percent", strconv.Itoa(s.Battery))
	}
	parts := []app.UI{
		kit.Icon(icons[s.Signal]),
		app.Div().Class("grow").Body(
			app.P().Class("strong").Text(signalWord(s.Signal)),
			app.P().Class("small dim").Text(detail)),
	}
	if s.Demo {
		parts = append(parts, kit.Badge(kit.Info, "info", words.T("app.demo")))
	}
	here := "false"
	if d.Here {
		here = "true"
	}
	return app.Li().DataSet("device", string(d.Member)).DataSet("state", s.State).DataSet("here", here).Body(parts...)
}

// state says how a sensor is. A newer sensor page may know states we have no word for.
func state(s string) string {
	if key := "aggregator.state." + s; words.Current().Has(key) {
		return words.T(key)
	}
	return words.T("patient.sensor.unknown")
}

// waysOut leads to the sensors, and onto the phone's own screen. The sensors are another portal with a live connection
// of its own, so that page is loaded anew.
func (p *Page) waysOut() app.UI {
	parts := []app.UI{kit.Button{ID: "open-sensors", Word: words.T("patient.open-sensors"), Icon: "chest", Class: "line",
		Press: func(app.Context) { p.Env.Page.Go(api.AggregatorPage) }}.Draw()}
	if p.Env.Page.CanInstall() {
		parts = append(parts, kit.Button{ID: "install", Word: words.T("app.install"), Icon: "download", Class: "line",
			Press: func(app.Context) { p.Env.Page.Install() }}.Draw())
	}
	return app.Div().Class("stack gap2").Body(parts...)
}
