package aggregator

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/sensor"
	"hearth/shared/sensor/catalog"
	"hearth/shared/words"
	"hearth/wasm/ble"
	"hearth/wasm/rtc"
)

// who lists everybody who receives something, with the way to stop it.
func (p *Page) who() app.UI {
	body := []app.UI{}
	if len(p.view.Shares) == 0 {
		body = append(body, kit.Empty("people", words.T("aggregator.who.nobody"), words.T("aggregator.who.nobody.help")))
	} else {
		var rows []app.UI
		for _, sh := range p.view.Shares {
			rows = append(rows, p.shareRow(sh))
		}
		body = append(body, app.P().Class("small dim").Text(words.T("aggregator.who.help")), app.Ul().ID("who-list").Class("list").Body(rows...))
	}
	return &kit.Dialog{Title: words.T("aggregator.who"), Body: body, Cancel: p.hide("who"),
		Acts: []app.UI{kit.Button{ID: "who-close", Word: words.T("app.close"), Class: "line", Press: p.hide("who")}.Draw()}}
}

func (p *Page) shareRow(sh ShareView) app.UI {
	tone, icon := kit.Info, "link"
	switch sh.State {
	case rtc.StateConnected:
		tone, icon = kit.Live, "wave"
	case rtc.StateReconnecting, rtc.StateUnavailable:
		tone, icon = kit.Warn, "warning"
	}
	return app.Li().ID("share-"+string(sh.ID)).Class("wrap").DataSet("state", sh.State).DataSet("signals", strings.Join(texts(sh.Signals), " ")).Body(
		kit.Presence(sh.Name, sh.State == rtc.StateConnected),
		app.Div().Class("grow").Body(
			app.P().Class("strong").Text(sh.Name),
			app.P().Class("small dim").Text(words.T("aggregator.who.what", "signals", signals(sh.Signals), "time", sh.Since.Local().Format("15:04"))),
			kit.Badge(tone, icon, words.T("aggregator.share."+string(sh.State)))),
		kit.Button{ID: "stop-" + string(sh.ID), Icon: "stop", Word: words.T("aggregator.stop"), Class: "danger-line small",
			Label: words.T("aggregator.stop.label", "name", sh.Name),
			Press: func(app.Context) { p.station.StopShare(sh.ID) }}.Draw())
}

func texts(list []access.Signal) (all []string) {
	for _, s := range list {
		all = append(all, string(s))
	}
	return all
}

// signals names kinds of signal in words.
func signals(list []access.Signal) string {
	var all []string
	for _, s := range list {
		all = append(all, words.T("app.signal."+string(s)))
	}
	return strings.Join(all, ", ")
}

// chooser offers every sensor of the catalogue, and says what helps where this browser cannot do something.
func (p *Page) chooser() app.UI {
	var rows []app.UI
	for _, d := range Drivers(p.Env.Me().Demo) {
		rows = append(rows, p.driverRow(d))
	}
	body := []app.UI{app.Ul().Class("list").Body(rows...)}
	if p.lack != ble.Nothing {
		body = append(body, noBluetooth("lacks-bluetooth-add", p.lack))
	}
	if _, none := p.Env.Peers.(rtc.None); none || p.Env.Peers == nil {
		body = append(body, lacking("peers"))
	}
	if p.view.Running() && !p.Env.Wake.Held() {
		body = append(body, lacking("wake"))
	}
	return &kit.Dialog{Title: words.T("aggregator.add"), Body: body, Cancel: p.hide("add-sensor"),
		Acts: []app.UI{p.helpButton("add", ""), kit.Button{ID: "add-close", Word: words.T("app.close"), Class: "line", Press: p.hide("add-sensor")}.Draw()}}
}

func (p *Page) driverRow(d sensor.Driver) app.UI {
	about := d.Describe()
	name := words.T(about.Name)
	parts := []app.UI{
		app.Div().Class("grow").Body(app.P().Class("strong").Text(name), app.P().Class("small dim").Text(words.T("aggregator.kind."+about.Key)))}
	if about.Demo {
		parts = append(parts, kit.Badge(kit.Info, "info", words.T("app.demo")))
	}
	if p.lacks(about.Key) {
		return app.Li().Class("wrap").Body(append(parts, kit.Badge(kit.Plain, "minus", words.T("aggregator.lacks.here")))...)
	}
	parts = append(parts, kit.Button{ID: "add-" + about.Key, Icon: "plus", Word: words.T("aggregator.add.this"), Class: "line small",
		Label: words.T("aggregator.add.label", "name", name),
		Press: func(ctx app.Context) {
			p.station.Add(about.Key)
			p.hide("add-sensor")(ctx)
		}}.Draw())
	return app.Li().Class("wrap").Body(parts...)
}

// lacks reports whether a kind of sensor cannot be reached from this browser: it needs Bluetooth, and there is none.
func (p *Page) lacks(kind string) bool {
	d, known := catalog.Driver(kind)
	return p.lack != ble.Nothing && known && !d.Describe().Demo && p.Env.Own[kind] == nil
}

// noBluetooth says why there is none, what helps in this browser, and what works all the same.
func noBluetooth(id string, why ble.Lack) app.UI {
	return app.Div().ID(id).DataSet("why", why).Body(kit.Note(kit.Warn, "warning",
		app.P().Class("strong").Text(words.T("aggregator.lacks.bluetooth")),
		app.P().Class("small").Text(words.T("aggregator.lacks.bluetooth."+string(why))),
		app.P().Class("small").Text(words.T("aggregator.lacks.bluetooth.instead"))))
}

// wrong says what went wrong with a sensor. Where it is the browser that lacks something, it says what helps in this one.
func wrong(code string) string {
	if why := ble.Missing(); code == sensor.ErrUnavailable.Code && why != ble.Nothing {
		return words.T("aggregator.lacks.bluetooth") + " " + words.T("aggregator.lacks.bluetooth."+string(why))
	}
	return words.T("fault." + code)
}

// lacking says which ability this browser has not, and what helps.
func lacking(ability string) app.UI {
	return app.Div().ID("lacks-" + ability).Body(kit.Note(kit.Warn, "warning",
		app.P().Class("strong").Text(words.T("aggregator.lacks."+ability)),
		app.P().Class("small").Text(words.T("aggregator.lacks."+ability+".help"))))
}
