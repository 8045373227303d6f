package patient

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/shared/words"
)

// icons of the kinds of signal.
var icons = map[access.Signal]string{access.ECG: "heart", access.Movement: "movement", access.Eye: "eye", access.Camera: "camera"}

// Render draws who receives what.
func (p *Page) Render() app.UI {
	if p.Env.Me().ID == "" {
		return app.Main().ID("main").Class("phone share-main").Aria("busy", "true").Body(
			app.H1().Class("t-xl").Text(words.T("patient.title")), app.P().Class("dim").Text(words.T("app.loading")))
	}
	s := p.sharing()
	return app.Div().Class("phone patient-page").Body(
		frame.Skip(),
		app.Header().Class("q-head").Body(
			app.H1().Class("grow t-xl").Text(words.T("patient.title")),
			p.Env.Account()),
		app.Main().ID("main").Class("share-main").TabIndex(-1).Body(p.main(s)...),
		app.Footer().Class("share-foot").Body(p.foot(s)...),
	)
}

func (p *Page) main(s Sharing) []app.UI {
	parts := []app.UI{p.Env.Notices(), app.P().Class("sr").Aria("live", "polite").Text(p.sentence(s))}
	if p.fault != nil {
		parts = append(parts, kit.Alert(kit.Warn, "warning", frame.Say(p.fault)))
	}
	if p.stopped {
		parts = append(parts, p.done(s))
	}
	for _, r := range s.Receivers {
		if len(r.Flows) > 0 {
			parts = append(parts, p.receiver(r))
		}
	}
	parts = append(parts, p.nobody(s), p.permitted(s), p.devices(s))
	if p.Env.Page.CanInstall() {
		parts = append(parts, kit.Button{Word: words.T("app.install"), Icon: "download", Class: "line", Press: func(app.Context) { p.Env.Page.Install() }}.Draw())
	}
	return parts
}

// sentence says the whole page to somebody who cannot see it.
func (p *Page) sentence(s Sharing) string {
	if !s.Flowing() {
		return words.T("patient.nobody")
	}
	text := ""
	for _, r := range s.Receivers {
		for _, f := range r.Flows {
			text += words.T("patient.says", "name", r.Name, "signal", words.T("app.signal."+string(f.Signal))) + " "
		}
	}
	return text
}

// receiver is the card of somebody who receives now.
func (p *Page) receiver(r Receiver) app.UI {
	var rows []app.UI
	for _, f := range r.Flows {
		rows = append(rows, p.flow(r, f))
	}
	return app.Section().Class("card share-now").Aria("label", r.Name).DataSet("receiver", string(r.ID)).Body(
		app.Div().Class("row gap3").Body(
			kit.Presence(r.Name, r.Here),
			app.Div().Class("grow").Body(
				app.H2().Class("t-lg").Text(r.Name),
				app.P().Class("small dim").Text(words.T("patient.therapist"))),
			kit.Chip(kit.Live, "eye", words.T("patient.sees"))),
		app.Hr().Class("rule"),
		app.Ul().Class("share-list").Body(rows...))
}

func (p *Page) flow(r Receiver, f Flow) app.UI {
	word := words.T("app.signal." + string(f.Signal))
	return app.Li().DataSet("signal", string(f.Signal)).DataSet("share", string(f.Share)).Body(
		kit.Icon(icons[f.Signal], "t-live"),
		app.Div().Class("grow").Body(
			app.B().Text(word), app.Br(),
			app.Span().Class("small dim num").Text(p.since(f))),
		kit.Button{
			Word: words.T("patient.stop"), Class: "line small", Busy: p.stopping[f.Share],
			Label: words.T("patient.stop-label", "signal", word, "name", r.Name),
			Press: func(ctx app.Context) { p.stop(ctx, []live.ShareID{f.Share}, f.Signal) },
		}.Draw())
}

// since says from when on and how long a signal flows, by the wall clock of this phone.
func (p *Page) since(f Flow) string {
	now := p.houseNow()
	began := p.Env.Now().Add(f.Since.Sub(now))
	return words.N("patient.since", f.Minutes(now), "time", began.Local().Format("15:04"))
}

// done says that stopping worked, or honestly that it has not arrived yet.
func (p *Page) done(s Sharing) app.UI {
	if len(p.stopping) > 0 && s.Away {
		return app.Div().ID("stopped").Body(kit.Alert(kit.Warn, "warning", words.T("patient.stop-waits")))
	}
	if s.Flowing() {
		return app.Div().ID("stopping").Body(kit.Note(kit.Info, "info", app.Text(words.T("patient.stopping"))))
	}
	return app.Div().ID("stopped").Role("status").Body(kit.Note(kit.Live, "check", app.Text(words.T("patient.stopped"))))
}

// nobody names what nobody receives.
func (p *Page) nobody(s Sharing) app.UI {
	title, list := words.T("patient.nobody-sees"), ""
	if !s.Flowing() {
		title, list = words.T("patient.nobody"), words.T("patient.nobody-help")
	} else {
		for i, signal := range s.Unseen {
			if i > 0 {
				list += ", "
			}
			list += words.T("app.signal." + string(signal))
		}
	}
	return app.Section().Class("card").ID("unseen").Body(app.Div().Class("row gap3").Body(
		kit.Icon("eye-off"),
		app.Div().Class("grow").Body(app.H2().Text(title), app.P().Class("small dim").Text(list))))
}

// permitted names who may ask for signals at all.
func (p *Page) permitted(s Sharing) app.UI {
	var rows []app.UI
	for _, r := range s.Receivers {
		rows = append(rows, app.Li().Class("row gap3").Body(
			kit.Presence(r.Name, r.Here),
			app.Div().Class("grow").Body(app.B().Text(r.Name), app.Br(), app.Span().Class("small dim").Text(allowedText(r)))))
	}
	if len(rows) == 0 {
		text := words.T("patient.none-allowed")
		if !p.loaded {
			text = words.T("app.loading")
		}
		rows = append(rows, app.Li().Class("small dim").Text(text))
	}
	return app.Section().Class("card stack gap3").Aria("label", words.T("patient.allowed")).Body(
		app.H2().Text(words.T("patient.allowed")), app.Ul().Class("share-list").Body(rows...),
		app.P().Class("row gap2 small dim").Body(kit.Icon("shield", "sm"), app.Span().Text(words.T("patient.straight"))))
}

func allowedText(r Receiver) string {
	text := ""
	for i, signal := range r.Allowed {
		if i > 0 {
			text += ", "
		}
		text += words.T("app.signal." + string(signal))
	}
	if text == "" {
		return words.T("patient.allowed-none")
	}
	return text
}

// devices lists where signals are measured, and the way there.
func (p *Page) devices(s Sharing) app.UI {
	var rows []app.UI
	for _, d := range s.Devices {
		for _, sensor := range d.Sensors {
			rows = append(rows, device(d, sensor))
		}
	}
	if len(rows) == 0 {
		rows = append(rows, app.Li().Class("small dim").Text(words.T("patient.no-sensors")))
	}
	return app.Section().Class("card stack gap3").Aria("label", words.T("patient.sensors")).Body(
		app.H2().Text(words.T("patient.sensors")), app.Ul().Class("share-list").Body(rows...),
		kit.Link(words.T("patient.open-sensors"), "chest", api.AggregatorPage, "line"))
}

func device(d Device, s live.Sensor) app.UI {
	name := s.Name
	if s.Demo {
		name = words.T("patient.demo-sensor")
	}
	detail := words.T("sensor.state." + s.State)
	if !d.Here {
		detail = words.T("patient.device-away")
	}
	if s.Battery >= 0 {
		detail += " · " + words.T("patient.battery", "percent", strconv.Itoa(s.Battery))
	}
	return app.Li().DataSet("device", string(d.Member)).Body(
		kit.Icon(icons[s.Signal]),
		app.Div().Class("grow").Body(app.B().Text(words.T("app.signal."+string(s.Signal))), app.Br(),
			app.Span().Class("small dim").Text(name+" · "+detail)))
}

// foot is the one big button, always at the thumb.
func (p *Page) foot(s Sharing) []app.UI {
	return []app.UI{
		kit.Button{
			ID: "stop-all", Word: words.T("patient.stop-all"), Icon: "hand", Class: "danger big wide",
			Disabled: !s.Flowing() && len(p.stopping) == 0, Press: p.stopAll,
		}.Draw(),
		app.P().Class("small dim center").Text(words.T("patient.stop-help")),
	}
}
