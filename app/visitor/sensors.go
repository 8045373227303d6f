package visitor

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/aggregator"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/words"
	"hearth/wasm/ble"
	"hearth/wasm/rtc"
)

// # Hooks for tests
//
//	#sensors                     opens the sheet; data-running, data-shares
//	#sensor-{sensor}[data-state][data-fault]; #connect-{sensor}, #disconnect-{sensor}; #hr-{stream}[data-hr]
//	#share-{share}[data-signals], #stop-{share}; #sensor-help

// sensing is the station of whoever the visit is about: the same that a tablet's page has, in this page. It measures as soon as
// somebody connects something, and streams to whom the house permits once they are let in; nothing is sent before.
type sensing struct {
	station *aggregator.Station
	view    aggregator.View
	kept    string
	help    bool
}

func (s *sensing) close() {
	if s.station != nil {
		go s.station.Close() // says goodbye for a moment; nothing here is left to wait for it
	}
	s.station, s.view = nil, aggregator.View{}
}

// giveWay pauses pictures while sensors find no room on the line.
func (p *Page) giveWay(to []live.MemberID, all bool) {
	if p.call != nil {
		p.call.Call().Full(to, all)
	}
}

// senses reports whether this guest may wear sensors in this visit: it is about them, and with their therapist.
func (p *Page) senses() bool {
	return p.known && p.att.As == care.AsPatient && (p.att.Kind == care.Therapy || p.att.Kind == care.Consultation)
}

// sensorsKey is under what a browser remembers which sensors were there, so that they come back after a reload.
func (p *Page) sensorsKey() string { return "visit.sensors." + string(p.guest) }

// station opens it when it is first needed; nil: everything was let go.
func (p *Page) station(ctx app.Context) *aggregator.Station {
	s := &p.sense
	if s.station != nil || p.ended || p.gone {
		return s.station
	}
	s.station = aggregator.Open(aggregator.Options{
		House:   p.Env.Live,
		Connect: func(c context.Context, o rtc.Options) aggregator.Peer { return rtc.Start(c, o) },
		Maker:   &p.ways, Radio: p.Env.Radio, Own: p.Env.Own, Now: p.Env.Now,
		Seed: aggregator.Seed(string(p.guest)),
		Show: func(v aggregator.View) { p.page.Dispatch(func(ctx app.Context) { p.sensed(ctx, v) }) },
		Full: func(to []live.MemberID, all bool) {
			p.page.Dispatch(func(app.Context) { p.giveWay(to, all) })
		},
	})
	p.stops = append(p.stops, p.Env.Page.OnNetwork(s.station.NetworkChanged), p.Env.Page.OnVisible(func(visible bool) {
		if visible && s.station != nil {
			s.station.Awake()
		}
	}))
	s.kept = p.Env.Page.Kept(p.sensorsKey())
	kept := aggregator.Recall(s.kept)
	if s.kept == "" {
		for _, d := range aggregator.Drivers(false) {
			kept = append(kept, aggregator.Kept{Kind: d.Describe().Key})
		}
	}
	s.station.Restore(kept)
	return s.station
}

// resume opens the station of a page that was loaded anew while sensors ran.
func (p *Page) resume(ctx app.Context) {
	if p.sense.station == nil && p.senses() && !p.ended && slices.ContainsFunc(aggregator.Recall(p.Env.Page.Kept(p.sensorsKey())), func(k aggregator.Kept) bool { return k.Running }) {
		p.station(ctx)
	}
}

// sensed takes in a new view.
func (p *Page) sensed(_ app.Context, v aggregator.View) {
	if p.gone || p.ended {
		return
	}
	s := &p.sense
	s.view = v
	if text := aggregator.Keep(v); text != s.kept && v.Whole {
		s.kept = text
		p.Env.Page.Keep(p.sensorsKey(), text)
	}
	r := &p.check.Ready
	r.Sensor, r.Battery = care.Untried, 0
	for _, one := range v.Sensors {
		switch {
		case one.State == sensor.Streaming:
			r.Sensor, r.Battery = care.WorksWell, max(one.Battery, 0)
			return
		case one.State == sensor.Reconnecting:
			r.Sensor = care.WorksNot
		}
	}
}

// readiness is what the queue of the staff is told. How long the line takes is told in steps, because it changes all the time.
func (p *Page) readiness() care.Readiness {
	r := p.check.Ready
	r.RTT = r.RTT / 100 * 100
	return r
}

func (p *Page) openSensors(ctx app.Context) {
	if p.station(ctx) != nil {
		p.front = "sensors"
	}
}

// at does something at the station, where there is one: what is pressed may be a moment older than the end of everything.
func (p *Page) at(do func(*aggregator.Station)) {
	if s := p.sense.station; s != nil {
		do(s)
	}
}

// streams reports whether anything measures.
func (p *Page) streams() bool {
	return slices.ContainsFunc(p.sense.view.Sensors, func(s aggregator.SensorView) bool { return s.State == sensor.Streaming })
}

// sensorRow is the line of the check.
func (p *Page) sensorRow() app.UI {
	state := kit.Button{ID: "sensors", Word: say("sensors.connect"), Class: "line", Press: p.openSensors}.Draw()
	if p.check.Ready.Sensor != care.Untried {
		state = p.works(p.check.Ready.Sensor)
	}
	return p.row("sensor", "chest", say("sensors.strap"), say("sensors.strap.how"), state)
}

// sensorChip says whether sensors are on, and opens the sheet.
func (p *Page) sensorChip() app.UI {
	word := say("sensors.chip.off")
	chip := app.Button().ID("sensors").Type("button").Class("chip visitor-own").Aria("haspopup", "dialog").
		DataSet("running", strconv.FormatBool(p.streams())).DataSet("shares", len(p.sense.view.Shares)).
		OnClick(func(ctx app.Context, _ app.Event) { p.openSensors(ctx) }, kit.Fresh())
	if p.streams() {
		word, chip = say("sensors.chip.on"), chip.Class("is-live")
	}
	if n := len(p.sense.view.Shares); n > 0 {
		word = p.count("sensors.chip.seen", n)
	}
	return chip.Body(kit.Icon("chest"), app.Text(word))
}

// sensorBody is the sheet: who receives what first, with the way to stop it, then the sensors.
func (p *Page) sensorBody() []app.UI {
	var shares, rows []app.UI
	for _, sh := range p.sense.view.Shares {
		shares = append(shares, p.shareRow(sh))
	}
	if len(shares) == 0 {
		shares = append(shares, app.Li().Class("small dim").Text(say("sensors.nobody")))
	}
	for _, s := range p.sense.view.Sensors {
		if row := p.sensorLine(s); row != nil {
			rows = append(rows, row)
		}
	}
	body := []app.UI{app.P().Class("dim").Text(say("sensors.lead")), app.Ul().ID("sensors-sheet").Class("visitor-sensors").Body(rows...)}
	if lack := ble.Missing(); lack != ble.Nothing {
		body = append(body, kit.Note(kit.Warn, "bluetooth", app.P().Class("strong").Text(words.T("aggregator.lacks.bluetooth")), app.P().Class("small").Text(words.T("aggregator.lacks.bluetooth."+string(lack)))))
	}
	body = append(body, p.strapHelp(), app.H3().Text(say("sensors.who")), app.Ul().ID("who-list").Class("visitor-sensors").Body(shares...))
	return body
}

// shareRow is somebody who receives something.
func (p *Page) shareRow(sh aggregator.ShareView) app.UI {
	var list []string
	said := ""
	for _, s := range sh.Signals {
		list = append(list, string(s))
		if said != "" {
			said += ", "
		}
		said += words.T("app.signal." + string(s))
	}
	return app.Li().ID("share-"+string(sh.ID)).Class("wrap").DataSet("signals", strings.Join(list, " ")).DataSet("state", string(sh.State)).Body(
		kit.Icon("eye", "t-live"),
		app.Div().Class("grow").Body(app.P().Class("strong").Text(sh.Name), app.P().Class("small dim").Text(said)),
		kit.Button{ID: "stop-" + string(sh.ID), Icon: "stop", Word: words.T("aggregator.stop"), Class: "danger-line small",
			Label: words.T("aggregator.stop.label", "name", sh.Name), Press: func(app.Context) { p.at(func(s *aggregator.Station) { s.StopShare(sh.ID) }) }}.Draw())
}

// sensorLine is one sensor: its name, how it is, and the one button.
func (p *Page) sensorLine(s aggregator.SensorView) app.UI {
	name := s.Device
	if name == "" {
		name = words.T(s.Word)
	}
	own := p.Env.Own[s.Kind] != nil
	if ble.Missing() != ble.Nothing && !s.Demo && !own {
		return nil
	}
	icon := "chest"
	if own {
		icon = "device"
	}
	line, tone := words.T("aggregator.state."+string(s.State)), ""
	on := s.State != sensor.Idle && s.State != sensor.Failed
	switch {
	case s.State == sensor.Streaming:
		tone = "t-live"
		line = pulse(s)
	case s.Fault != "":
		tone, line = "t-warn", words.T("fault."+s.Fault)
	}
	button := kit.Button{ID: "connect-" + s.Key, Word: say("sensors.connect"), Class: "line small", Label: say("sensors.connect.label", "name", name),
		Press: func(app.Context) { p.Env.Sound.Unlock(); p.at(func(at *aggregator.Station) { at.Connect(s.Key) }) }}
	if on {
		button = kit.Button{ID: "disconnect-" + s.Key, Word: say("sensors.off"), Class: "small", Label: say("sensors.off.label", "name", name),
			Press: func(app.Context) { p.at(func(at *aggregator.Station) { at.Disconnect(s.Key) }) }}
	}
	parts := []app.UI{kit.Icon(icon), app.Div().Class("grow").Body(app.P().Class("strong").Text(name), app.P().Class("small").Class(tone).Text(line), p.beat(s))}
	if s.Demo {
		parts = append(parts, kit.Badge(kit.Info, "info", words.T("app.demo")))
	}
	return app.Li().ID("sensor-"+s.Key).Class("wrap").DataSet("state", string(s.State)).DataSet("fault", s.Fault).Body(append(parts, button.Draw())...)
}

// pulse says how a running sensor is.
func pulse(s aggregator.SensorView) string {
	for _, st := range s.Streams {
		if st.Signal == access.ECG && st.Quality != aggregator.Unknown {
			return words.T("aggregator.quality." + string(st.Quality))
		}
	}
	return words.T("aggregator.state." + string(s.State))
}

// beat is the heart rate, where there is one.
func (p *Page) beat(s aggregator.SensorView) app.UI {
	for _, st := range s.Streams {
		if st.Signal == access.ECG && s.State == sensor.Streaming {
			shown, hr := "–", ""
			if st.HR > 0 {
				hr = strconv.Itoa(st.HR)
				shown = hr
			}
			return app.Span().ID("hr-"+st.Key).Class("num strong").DataSet("hr", hr).Body(app.Text(shown), app.Elem("small").Text(" "+words.T("aggregator.bpm")))
		}
	}
	return kit.Slot()
}

// strapHelp are the steps that mend a strap nearly always, folded away.
func (p *Page) strapHelp() app.UI {
	var steps []app.UI
	for _, step := range []string{"wet", "place", "wake", "near"} {
		key := "aggregator.help." + step
		steps = append(steps, app.Li().Class("help-step").Body(kit.Drawing("strap-"+step, words.T(key+".picture")), app.Div().Body(app.H3().Text(words.T(key)), app.P().Class("small").Text(words.T(key+".how")))))
	}
	return app.Details().ID("sensor-help").Body(app.Summary().Class("tapline").Body(kit.Icon("help", "sm"), app.Text(say("sensors.help"))), app.Ol().Class("help-steps stack gap3").Body(steps...))
}
