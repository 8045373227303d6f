package aggregator

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/sensor"
	"hearth/shared/words"
)

// tiles draws a tile per signal of every sensor that is wanted, one for the sensor itself where it is not or has
// something to choose, then what is offered: one card for everything worn, the demo, and the one that adds another.
func (p *Page) tiles() []app.UI {
	var all, demos []app.UI
	for _, s := range p.view.Sensors {
		if shown(s) {
			for _, st := range s.Streams {
				all = append(all, p.signalTile(s, st))
			}
		}
		switch {
		case s.Demo:
			demos = append(demos, p.demoTile(s))
		case !shown(s) && !offered(s):
			all = append(all, p.deviceTile(s))
		}
	}
	all = append(append(all, p.offers()...), demos...)
	if p.view.Whole { // before, it would stand where a moment later something else is, maybe under a finger
		all = append(all, p.addTile())
	}
	return all
}

// stuck reports whether it is this page's Bluetooth that says nothing, whatever the sensor does.
func stuck(s SensorView) bool { return s.State != sensor.Streaming && s.Fault == sensor.ErrStuck.Code }

// shown reports whether a sensor's signals have tiles: while it is wanted, and if they had been seen also after it failed or
// while Bluetooth is off or stuck.
func shown(s SensorView) bool {
	if s.State == sensor.Failed || s.State == sensor.Reconnecting && s.Fault == sensor.ErrOff.Code || stuck(s) {
		return len(s.Streams) > 0 && s.Streams[0].Seen
	}
	return s.State != sensor.Idle
}

// stateOf is a signal's state as a key of words: a sensor's state, or "paused".
func stateOf(s SensorView, st StreamView) string {
	if st.Paused && s.State == sensor.Streaming {
		return "paused"
	}
	return string(s.State)
}

// sign is how a state looks: colour third, after icon and word.
func sign(state string) (tone kit.Tone, icon string) {
	switch state {
	case string(sensor.Streaming):
		return kit.Live, "wave"
	case string(sensor.Connecting):
		return kit.Info, "link"
	case string(sensor.Reconnecting):
		return kit.Warn, "warning"
	case string(sensor.Failed):
		return kit.Bad, "warning"
	case "paused":
		return kit.Warn, "pause"
	}
	return kit.Plain, "minus"
}

func badge(state string) app.UI {
	tone, icon := sign(state)
	return kit.Badge(tone, icon, words.T("aggregator.state."+state))
}

// head is the top of every tile.
func head(tone kit.Tone, icon, name, line string, badges ...app.UI) app.UI {
	return app.Div().Class("row gap3 agg-head").Body(
		app.Span().Class("agg-ic").Class(string(tone)).Body(kit.Icon(icon)),
		app.Div().Class("grow").Body(app.H2().Class("cut").Text(name), app.P().Class("small dim").Text(line)),
		app.Div().Class("stack gap1 agg-badges").Body(badges...))
}

// nameOf is the device's own name, or its kind's.
func nameOf(s SensorView) string {
	if s.Device != "" {
		return s.Device
	}
	if n, another := strings.CutPrefix(s.Key, s.Kind+"-"); another {
		return words.T(s.Word) + " " + n
	}
	return words.T(s.Word)
}

func (p *Page) signalTile(s SensorView, st StreamView) app.UI {
	state := stateOf(s, st)
	tone, _ := sign(state)
	badges := []app.UI{badge(state)}
	if s.Demo {
		badges = append(badges, kit.Badge(kit.Info, "info", words.T("app.demo")))
	}
	name := words.T("aggregator.signal." + string(st.Signal))
	line := nameOf(s)
	if st.Rate > 0 {
		line = words.T("aggregator.rate", "name", line, "n", strconv.Itoa(st.Rate))
	}
	label := words.T("aggregator.picture." + string(st.Signal))
	if !st.curve() {
		line, label = words.T("aggregator.no-curve", "name", line), words.T("aggregator.picture.beats")
	}
	icon := map[access.Signal]string{access.ECG: "heart", access.Movement: "movement", access.Eye: "eye", access.Camera: "camera"}[st.Signal]
	body := []app.UI{head(tone, icon, name, line, badges...),
		&picture{ID: "picture-" + st.Key, Label: label, Strip: p.album.picture(st.Key, st.Signal, st.curve()), Album: p.album}}
	switch s.State {
	case sensor.Streaming:
		body = append(body, p.numbers(s, st))
		if st.Quality == Invalid {
			body = append(body, app.P().Class("small dim").Text(words.T("aggregator.invalid.help")))
		}
		if st.Weak {
			body = append(body, app.P().Class("small dim").Text(words.T("aggregator.weak.help")))
		}
	case sensor.Connecting:
		body = append(body, message(words.T("aggregator.connecting"), words.T("aggregator.connecting.help"), stripes()))
	case sensor.Reconnecting:
		body = append(body, p.searching(s))
	case sensor.Failed:
		body = append(body, message(words.T("aggregator.failed"), wrong(s.Fault)))
	}
	if offersHelp(s, st) {
		body = append(body, app.Div().Class("row").Body(p.helpButton(st.Key, s.Key)))
	}
	if st.Key == s.Streams[0].Key && (s.About.Firmware != "" || len(s.About.Notes) > 0) {
		body = append(body, told(s))
	}
	return app.Section().ID("tile-"+st.Key).Class("card agg-tile stack gap2").Aria("label", name+", "+nameOf(s)).
		DataSet("sensor", s.Key).DataSet("signal", st.Signal).DataSet("state", state).DataSet("fault", s.Fault).DataSet("quality", st.Quality).
		Body(append(body, p.acts(s, st))...)
}

// told is what the device says of itself, once per sensor.
func told(s SensorView) app.UI {
	var parts []app.UI
	if s.About.Firmware != "" {
		parts = append(parts, app.P().Class("small dim").Text(words.T("aggregator.firmware", "version", s.About.Firmware)))
	}
	for _, note := range s.About.Notes {
		parts = append(parts, kit.Note(kit.Warn, "info", app.P().Class("small").Text(words.T("sensor.note."+note))))
	}
	return app.Div().ID("about-"+s.Key).Class("stack gap1").DataSet("firmware", s.About.Firmware).DataSet("notes", strings.Join(s.About.Notes, " ")).Body(parts...)
}

// numbers is the row under a picture: what is measured, how well, and how long the battery lasts.
func (p *Page) numbers(s SensorView, st StreamView) app.UI {
	chips := app.Div().Class("row wrap gap1 agg-chips").Body(chips(s, st)...)
	if st.Signal == access.Movement {
		return app.Div().Class("row between wrap").Body(axes(), chips)
	}
	shownHR, hr := "–", ""
	if st.HR > 0 {
		shownHR, hr = number(st.HR), strconv.Itoa(st.HR)
	}
	return app.Div().Class("row between wrap").Body(
		app.Span().ID("hr-"+st.Key).Class("agg-num num").DataSet("hr", hr).Body(
			app.Text(shownHR), app.Elem("small").Text(words.T("aggregator.bpm"))),
		chips)
}

// axes is the legend of the movement picture, with the same lines.
func axes() app.UI {
	part := func(line, axis string) app.UI {
		return app.Span().Body(kit.Swatch(line), app.Text(words.T("aggregator.axis."+axis)))
	}
	return app.Div().Class("legend").Body(part("c1", "x"), part("c2", "y"), part("c3", "z"))
}

func chips(s SensorView, st StreamView) []app.UI {
	var all []app.UI
	switch st.Quality {
	case Good:
		all = append(all, kit.Chip(kit.Live, "check", words.T("aggregator.quality.good")))
	case Fair:
		all = append(all, kit.Chip(kit.Plain, "wave", words.T("aggregator.quality.fair")))
	case Poor, NoContact, Invalid:
		all = append(all, kit.Chip(kit.Warn, "warning", words.T("aggregator.quality."+string(st.Quality))))
	}
	switch st.Stirred {
	case Still:
		all = append(all, kit.Chip(kit.Live, "check", words.T("aggregator.stir.still")))
	case Stirs, Moving:
		all = append(all, kit.Chip(kit.Plain, "movement", words.T("aggregator.stir."+string(st.Stirred))))
	}
	switch n := strconv.Itoa(s.Battery); {
	case s.Battery < 0:
	case s.Battery <= 20:
		all = append(all, kit.Chip(kit.Warn, "battery-1", words.T("aggregator.battery.low", "n", n)))
	case s.Battery <= 60:
		all = append(all, kit.Chip(kit.Plain, "battery-2", words.T("aggregator.battery", "n", n)))
	default:
		all = append(all, kit.Chip(kit.Plain, "battery-3", words.T("aggregator.battery", "n", n)))
	}
	return all
}

// message says what happened, then what helps.
func message(what, help string, more ...app.UI) app.UI {
	parts := []app.UI{app.P().Class("strong").Text(what), app.P().Class("small dim").Text(help)}
	return app.Div().Class("agg-msg").Body(append(parts, more...)...)
}

// stripes say that something goes on whose length nobody knows.
func stripes() app.UI {
	return app.Elem("progress").Class("progress").Aria("label", words.T("app.loading"))
}

// searching says since when a sensor is looked for, and what helps where it is known.
func (p *Page) searching(s SensorView) app.UI {
	help := words.T("aggregator.searching.help")
	if s.Fault == sensor.ErrOff.Code || s.Fault == sensor.ErrBusy.Code || stuck(s) {
		help = wrong(s.Fault)
	}
	return message(words.T("aggregator.searching"), help, stripes(),
		app.Div().Class("row wrap gap1").Body(kit.Chip(kit.Plain, "clock", words.T("aggregator.lost.since", "time", clockTime(s.Since)))))
}

// acts is the foot of a signal's tile: two buttons at most, by what the sensor can do.
func (p *Page) acts(s SensorView, st StreamView) app.UI {
	var acts []app.UI
	stop := kit.Button{ID: "disconnect-" + st.Key, Word: words.T("aggregator.disconnect"), Class: "small",
		Press: func(app.Context) { p.station.Disconnect(s.Key) }}
	switch s.State {
	case sensor.Streaming:
		if s.Can.Has(sensor.CanStream) {
			b := kit.Button{ID: "pause-" + st.Key, Icon: "pause", Word: words.T("aggregator.pause"), Class: "line small",
				Press: func(app.Context) { p.station.Pause(s.Key, st.Key, !st.Paused) }}
			if st.Paused {
				b.Icon, b.Word, b.Class = "play", words.T("aggregator.resume"), "primary small"
			}
			acts = append(acts, b.Draw())
		}
	case sensor.Reconnecting:
		acts = append(acts, p.again("again-"+st.Key, "refresh", words.T("aggregator.again"), s))
	case sensor.Failed:
		acts = append(acts, p.again("again-"+st.Key, "refresh", words.T("aggregator.again"), s))
		stop.Word = words.T("aggregator.put-away")
	case sensor.Connecting:
		stop.Word = words.T("app.cancel")
	}
	return app.Div().Class("row gap2 agg-acts").Body(append(acts, stop.Draw())...)
}

// again is the button that connects a sensor; where only loading the page anew can help, it does that.
func (p *Page) again(id, icon, word string, s SensorView) app.UI {
	b := kit.Button{ID: id, Icon: icon, Word: word, Class: "primary small", Press: p.connect(s.Key)}
	if stuck(s) {
		b.Icon, b.Word, b.Press = "refresh", words.T("aggregator.anew"), func(app.Context) { p.Env.Page.Reload() }
	}
	return b.Draw()
}

// deviceTile is a sensor that is not connected.
func (p *Page) deviceTile(s SensorView) app.UI {
	verb, icon, help := "aggregator.connect", "link", words.T("aggregator.idle.help")
	if s.Waits {
		verb, icon, help = "aggregator.rejoin", "refresh", words.T("aggregator.rejoin.help")
	}
	if s.Fault != "" {
		help = wrong(s.Fault)
	}
	return app.Section().ID("device-"+s.Key).Class("card agg-tile stack gap2").Aria("label", nameOf(s)).
		DataSet("state", s.State).DataSet("fault", s.Fault).DataSet("waits", s.Waits).Body(
		head(kit.Plain, "bluetooth", nameOf(s), words.T("aggregator.kind."+s.Kind), badge(string(s.State))),
		app.Div().Class("agg-msg").Body(app.P().Class("small dim").Text(help)),
		app.If(onStrap(s), func() app.UI { return app.Div().Class("row").Body(p.helpButton(s.Key, s.Key)) }),
		app.Div().Class("row gap2 agg-acts").Body(
			p.again("connect-"+s.Key, icon, words.T(verb), s),
			p.removeButton(s)))
}

func (p *Page) removeButton(s SensorView) app.UI {
	return kit.Button{ID: "remove-" + s.Key, Word: words.T("aggregator.remove"), Class: "small",
		Press: func(app.Context) { p.station.Remove(s.Key) }}.Draw()
}

func (p *Page) addTile() app.UI {
	return app.Button().ID("add-sensor").Type("button").Class("agg-add").Aria("haspopup", "dialog").
		OnClick(func(ctx app.Context, _ app.Event) { p.panel = "add" }, kit.Fresh()).
		Body(kit.Icon("plus", "lg"), app.Elem("b").Text(words.T("aggregator.add")), app.Span().Class("small dim").Text(words.T("aggregator.add.help")))
}

// number is a whole number; the languages of the house write them alike.
func number(n int) string { return strconv.Itoa(n) }

// clockTime is an instant of today, 24 hours, as all our languages write it.
func clockTime(t time.Time) string { return t.Local().Format("15:04:05") }
