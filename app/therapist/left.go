package therapist

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

// left is the person and the acts: who is there with what, and what the therapist writes down.
func (l *Live) left() []app.UI { return []app.UI{l.person(), l.labelCard()} }

// person says whether the patient is there, since when, and what their tablet has.
func (l *Live) person() app.UI {
	r := rowOf(l.about, l.sight.Room, l.Env.Me().ID)
	return app.Section().Class("card stack gap3 watch-person").Aria("label", words.T("therapist.person")).Body(
		app.Div().Class("row gap3").Body(
			kit.Presence(l.title(), r.Online),
			app.Div().Class("grow stack gap0").Body(
				app.Strong().Class("cut").Text(l.title()),
				app.Span().ID("presence").DataSet("online", strconv.FormatBool(r.Online)).Class("small dim").Text(presenceWord(r, l.Env.Now())))),
		sensorList(r.Sensors))
}

// sensorList is what an aggregator announces: kind, state and battery, each in icon and word.
func sensorList(list []live.Sensor) app.UI {
	if len(list) == 0 {
		return app.P().Class("small dim").Text(words.T("therapist.sensors.none"))
	}
	var items []app.UI
	for _, s := range list {
		items = append(items, app.Li().DataSet("sensor", s.Key).Class("row gap2 wrap small").Body(
			kit.Icon(signalIcon(string(s.Signal)), "sm"),
			app.Span().Class("grow").Text(sensorName(s)),
			app.Span().Class(string(stateTone(s.State))).Class("badge").Text(words.T("therapist.sensor."+s.State)),
			batteryChip(s.Battery)))
	}
	return app.Ul().Class("stack gap2").Body(items...)
}

// sensorName is the kind of signal and, where the device has one, its own name.
func sensorName(s live.Sensor) string {
	kind := words.T("app.signal." + string(s.Signal))
	if s.Name == "" {
		return kind
	}
	return kind + " · " + s.Name
}

func signalIcon(signal string) string {
	switch signal {
	case "ecg":
		return "heart"
	case "movement":
		return "movement"
	case "eye":
		return "eye"
	}
	return "camera"
}

func stateTone(state string) kit.Tone {
	switch state {
	case "streaming":
		return kit.Live
	case "connecting", "reconnecting":
		return kit.Warn
	case "failed":
		return kit.Bad
	}
	return kit.Plain
}

// batteryChip shows a level; nothing where none is known.
func batteryChip(percent int) app.UI {
	if percent < 0 {
		return app.Span()
	}
	tone := kit.Plain
	if percent < 15 {
		tone = kit.Warn
	}
	return app.Span().Aria("label", words.T("therapist.battery", "n", strconv.Itoa(percent))).Role("img").Body(
		kit.Badge(tone, batteryIcon(percent), strconv.Itoa(percent)+" %"))
}

// labelCard is what names the moment: the project's words, who was there, the distress, a note.
func (l *Live) labelCard() app.UI {
	return app.Section().Class("card stack gap3 labels watch-labels").Aria("label", words.T("therapist.label")).Body(
		app.Div().Class("card-head").Body(kit.Icon("tag", "sm"), app.H2().Class("grow").Text(words.T("therapist.label")),
			app.Span().Class("faint small nowrap").Body(app.Span().Class("sr").Text(words.T("therapist.keys")+" "), app.Elem("kbd").Text("1"), app.Text("–"), app.Elem("kbd").Text("8"))),
		app.Div().Class("phases watch-phases").Body(l.phases()...),
		kit.Segments(words.T("therapist.company"), companyChoices(), string(l.ui.company), func(_ app.Context, v string) { l.ui.company = care.Company(v) }),
		app.Div().Body(
			app.Div().Class("row between").Body(
				app.Label().Class("label nowrap").For("suds").Text(words.T("therapist.distress")),
				app.Span().Class("row gap3").Body(
					app.Output().Class("suds num").Text(strconv.Itoa(l.ui.suds)),
					kit.Button{ID: "suds-save", Word: words.T("therapist.distress.save"), Class: "soft small", Disabled: l.desk == nil, Press: l.rate}.Draw())),
			kit.Slider("suds", words.T("therapist.distress"), 0, 100, 5, l.ui.suds, func(_ app.Context, v int) { l.ui.suds = v }),
			app.Div().Class("ticks").Aria("hidden", "true").Body(
				app.Span().Text("0 "+words.T("therapist.calm")), app.Span().Text("50"), app.Span().Text("100 "+words.T("therapist.worst")))),
		app.Div().Class("row gap2 watch-note").Body(
			app.Div().Class("grow").Body(kit.Field{ID: "note", Label: words.T("therapist.note"), HideLabel: true, Placeholder: words.T("therapist.note"),
				Value: l.ui.note, MaxLength: care.MaxNote, Change: func(_ app.Context, v string) { l.ui.note = v }, Enter: l.jot}.Draw()),
			kit.Button{ID: "note-add", Word: words.T("therapist.note.add"), Class: "line", Disabled: l.desk == nil, Press: l.jot}.Draw()))
}

// phases are the vocabulary's buttons; the one pressed last stays marked.
func (l *Live) phases() (list []app.UI) {
	last := shown(l.sight.Page.Labels)
	for i, w := range l.vocabulary {
		on := w.Key == last
		list = append(list, kit.Button{ID: "label-" + strconv.Itoa(i), Word: wordOf(w), Class: "line small", Pressed: &on, Disabled: l.desk == nil,
			Press: func(ctx app.Context) { l.phase(ctx, i) }}.Draw())
	}
	return list
}

func companyChoices() (all []kit.Choice) {
	for _, c := range companies() {
		all = append(all, kit.Choice{Value: string(c), Word: companyWord(c)})
	}
	return all
}
