package aggregator

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/sensor"
	"hearth/shared/words"
	"hearth/wasm/ble"
)

// offered reports whether a sensor is merely offered: it is nobody's yet, so it has a row among its like and no tile.
func offered(s SensorView) bool {
	return !s.Demo && s.Device == "" && !s.Waits && (s.State == sensor.Idle || s.State == sensor.Failed)
}

// offers is one card for all sensors that are merely offered, or nothing.
func (p *Page) offers() []app.UI {
	var rows []app.UI
	for _, s := range p.view.Sensors {
		if offered(s) {
			rows = append(rows, p.offerRow(s))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	title, list := app.H2().ID("offers-title").Text(words.T("aggregator.offers")), app.Ul().Class("list").Body(rows...)
	var body []app.UI
	if p.lack == ble.Nothing {
		body = []app.UI{app.Div().Class("row gap3 agg-head").Body(
			app.Div().Class("grow").Body(title, app.P().Class("small dim").Text(words.T("aggregator.idle.help"))),
			p.helpButton("offers", "")), list}
	} else {
		body = []app.UI{title, noBluetooth("lacks-bluetooth", p.lack), list}
	}
	return []app.UI{app.Section().ID("offers").Class("card agg-tile agg-offers stack gap2").Aria("labelledby", "offers-title").Body(body...)}
}

// offerRow is a kind of sensor with the one button that looks for it; what went wrong with that stands where its
// description was.
func (p *Page) offerRow(s SensorView) app.UI {
	line, tone, icon := words.T("aggregator.kind."+s.Kind), kit.Plain, "bluetooth"
	if p.Env.Own[s.Kind] != nil {
		icon = "movement"
	}
	if s.Fault != "" {
		line, tone, icon = wrong(s.Fault), kit.Warn, "warning"
	}
	said := []app.UI{app.P().Class("strong").Text(nameOf(s)), app.P().Class("small dim").Text(line)}
	if p.lacks(s.Kind) {
		said = append(said, kit.Badge(kit.Plain, "minus", words.T("aggregator.lacks.here")))
	}
	row := []app.UI{app.Span().Class("agg-ic").Class(string(tone)).Body(kit.Icon(icon)), app.Div().Class("grow").Body(said...)}
	switch {
	case p.lacks(s.Kind):
	case stuck(s):
		row = append(row, p.again("connect-"+s.Key, "", "", s))
	default:
		row = append(row, kit.Button{ID: "connect-" + s.Key, Icon: "link", Word: words.T("aggregator.connect"), Class: "primary small",
			Label: words.T("aggregator.connect.label", "name", nameOf(s)), Press: p.connect(s.Key)}.Draw())
	}
	return app.Li().ID("device-"+s.Key).DataSet("state", s.State).DataSet("fault", s.Fault).DataSet("waits", s.Waits).Body(row...)
}
