package patient

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/words"
)

// icons of the kinds of signal.
var icons = map[access.Signal]string{access.ECG: "heart", access.Movement: "movement", access.Eye: "eye", access.Camera: "camera"}

// Render draws who receives what.
func (p *Page) Render() app.UI {
	s := p.sharing()
	head := []app.UI{app.H1().Class("grow t-xl").Text(words.T("patient.title"))}
	if p.Env.Me().ID != "" {
		head = append(head, p.Env.Account())
	}
	return app.Div().Class("phone patient-page").Body(
		frame.Skip(),
		app.Header().Class("q-head").Body(head...),
		app.Main().ID("main").Class("share-main").TabIndex(-1).Body(p.main(s)...),
		app.Footer().Class("share-foot").Body(p.foot(s)...),
	)
}

// main keeps every part in a place of its own, there or empty: the framework matches parts by their place, and what moves
// would lose the keyboard's focus, just when somebody begins to watch.
func (p *Page) main(s Sharing) []app.UI {
	var known, receivers, rest []app.UI
	switch {
	case !s.Known:
		known = append(known, app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading")))
	case s.Away:
		known = append(known, app.P().ID("last-known").Class("small dim").Text(words.T("patient.last-known")))
	}
	for _, r := range s.Receivers {
		if s.Known && len(r.Flows) > 0 {
			receivers = append(receivers, p.receiver(r))
		}
	}
	if s.Known {
		rest = append(rest, unseen(s), p.permitted(s), p.devices(s))
	}
	return []app.UI{
		p.Env.Notices(), kit.Slot(p.visitCard()...),
		app.P().Class("sr").Aria("live", "polite").Text(sentence(s)),
		kit.Slot(p.trouble(s)), kit.Slot(p.outcome(s)), kit.Slot(known...), kit.Slot(receivers...), kit.Slot(rest...), p.calls.Draw(), p.waysOut(),
	}
}

// sentence says the whole page to somebody who cannot see it. It has no minutes, so that it changes only with what
// flows.
func sentence(s Sharing) string {
	switch {
	case !s.Known:
		return ""
	case !s.Flowing():
		return words.T("patient.nobody")
	}
	var all []string
	for _, r := range s.Receivers {
		for _, f := range r.Flows {
			all = append(all, words.T("patient.says", "name", r.Name, "signal", signalWord(f.Signal)))
		}
	}
	return strings.Join(all, " ")
}

// trouble says what did not work, and what helps.
func (p *Page) trouble(s Sharing) app.UI {
	switch {
	case p.refused != nil:
		return kit.Note(kit.Bad, "warning", app.Div().Role("alert").Body(
			app.P().Class("strong").Text(words.T("patient.not-stopped")), app.P().Text(frame.Say(p.refused)),
			app.P().Text(words.T("patient.sure"))))
	case p.fault != nil && !s.Away:
		return kit.Note(kit.Warn, "warning", app.Div().Class("row wrap gap2 between").Body(
			app.Span().Text(frame.Say(p.fault)),
			kit.Button{ID: "again", Word: words.T("app.retry"), Class: "line small", Press: p.load}.Draw()))
	}
	return app.Text("")
}

// outcome says that stopping worked, or honestly that it has not arrived yet.
func (p *Page) outcome(s Sharing) app.UI {
	switch {
	case s.Away && p.wishes.Any():
		return app.Div().ID("stop-waits").Role("alert").Body(kit.Note(kit.Warn, "clock",
			app.P().Class("strong").Text(words.T("patient.stop-waits")),
			app.P().Text(words.T("patient.stop-waits.help")), app.P().Text(words.T("patient.sure"))))
	case p.stopped && s.Flowing():
		return app.Div().ID("stopping").Role("status").Body(kit.Note(kit.Info, "clock", app.Text(words.T("patient.stopping"))))
	case p.stopped:
		return app.Div().ID("stopped").Role("status").Body(kit.Note(kit.Live, "check",
			app.P().Class("strong").Text(words.T("patient.stopped")), app.P().Text(words.T("patient.stopped.help"))))
	}
	return app.Text("")
}

// receiver is the card of somebody who receives now.
func (p *Page) receiver(r Receiver) app.UI {
	var rows []app.UI
	for _, f := range r.Flows {
		rows = append(rows, p.flow(r, f))
	}
	return app.Section().Class("card share-now").Aria("label", r.Name).DataSet("receiver", string(r.ID)).Body(
		app.Div().Class("row gap3 wrap").Body(
			kit.Presence(r.Name, r.Here),
			app.Div().Class("grow").Body(
				app.H2().Text(r.Name),
				app.P().Class("small dim").Text(words.T("patient.therapist"))),
			kit.Chip(kit.Live, "eye", words.T("patient.sees"))),
		app.Hr().Class("rule"),
		app.Ul().Class("share-list").Body(rows...))
}

func (p *Page) flow(r Receiver, f Flow) app.UI {
	var shares []string
	for _, id := range f.Shares {
		shares = append(shares, string(id))
	}
	busy, word := p.wishes.Open(r.ID, f.Signal), words.T("patient.stop")
	if busy {
		word = words.T("patient.stop.busy")
	}
	return app.Li().DataSet("signal", string(f.Signal)).DataSet("share", strings.Join(shares, " ")).Body(
		kit.Icon(icons[f.Signal], "t-live"),
		app.Div().Class("grow").Body(
			app.P().Class("strong").Text(signalWord(f.Signal)),
			app.P().Class("small dim num").Text(p.since(f))),
		kit.Button{
			ID:   "stop-" + string(r.ID) + "-" + string(f.Signal),
			Word: word, Class: "line", Busy: busy,
			Label: words.T("patient.stop.label", "stop", word, "signal", signalWord(f.Signal), "name", r.Name),
			Press: func(ctx app.Context) { p.stop(ctx, r.ID, f.Signal) },
		}.Draw())
}

// since says from when on and how long a signal flows, by the wall clock of this phone.
func (p *Page) since(f Flow) string {
	now := p.houseNow()
	began := p.Env.Now().Add(f.Since.Sub(now))
	clock := began.Local().Format("15:04")
	if f.Minutes(now) == 0 {
		return words.T("patient.since.new", "time", clock)
	}
	return words.N("patient.since", f.Minutes(now), "time", clock)
}

// unseen names what nobody receives.
func unseen(s Sharing) app.UI {
	title, text := words.T("patient.nobody-sees"), signalWords(s.Unseen)
	switch {
	case !s.Flowing():
		title, text = words.T("patient.nobody"), words.T("patient.nobody.help")
	case len(s.Unseen) == 0:
		return app.Text("")
	}
	return app.Section().ID("unseen").Class("card").Aria("label", title).DataSet("signals", joined(s.Unseen)).Body(
		app.Div().Class("row gap3").Body(
			kit.Icon("eye-off"),
			app.Div().Class("grow").Body(app.H2().Text(title), app.P().Class("small dim").Text(text))))
}

// permitted names who may ask for signals at all.
func (p *Page) permitted(s Sharing) app.UI {
	var rows []app.UI
	for _, r := range s.Receivers {
		text, here := words.T("patient.allowed.none"), words.T("patient.is-away")
		if len(r.Allowed) > 0 {
			text = signalWords(r.Allowed)
		}
		if r.Here {
			here = words.T("patient.is-here")
		}
		rows = append(rows, app.Li().DataSet("therapist", string(r.ID)).DataSet("signals", joined(r.Allowed)).Body(
			kit.Presence(r.Name, r.Here),
			app.Div().Class("grow").Body(
				app.P().Body(app.B().Text(r.Name), app.Span().Class("small dim").Text(" · "+here)),
				app.P().Class("small dim").Text(text))))
	}
	if len(rows) == 0 {
		text := words.T("patient.allowed.nobody")
		if !p.loaded {
			text = words.T("app.loading")
		}
		rows = append(rows, app.Li().Class("small dim").Text(text))
	}
	return app.Section().ID("allowed").Class("card stack gap3").Aria("label", words.T("patient.allowed")).Body(
		app.H2().Text(words.T("patient.allowed")), app.Ul().Class("share-list").Body(rows...),
		app.P().Class("row gap2 small dim").Body(kit.Icon("shield", "sm"), app.Span().Text(words.T("patient.straight"))))
}

func signalWord(s access.Signal) string { return words.T("app.signal." + string(s)) }

func signalWords(list []access.Signal) string {
	var all []string
	for _, s := range list {
		all = append(all, signalWord(s))
	}
	return strings.Join(all, ", ")
}

func joined(list []access.Signal) string {
	var all []string
	for _, s := range list {
		all = append(all, string(s))
	}
	return strings.Join(all, " ")
}

// foot is the one big button, always at the thumb.
func (p *Page) foot(s Sharing) []app.UI {
	return []app.UI{
		kit.Button{
			ID: "stop-all", Word: words.T("patient.stop-all"), Icon: "hand", Class: "danger big wide",
			Disabled: !s.Flowing(), Press: p.stopAll,
		}.Draw(),
		app.P().Class("small dim center").Text(words.T("patient.stop-all.help")),
	}
}
