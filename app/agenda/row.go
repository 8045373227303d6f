package agenda

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/wasm/zone"
)

// here is the reader's zone.
func here() string { return zone.Here() }

func (l *List) days(days []day) app.UI {
	var cards []app.UI
	n := 0
	for _, d := range days {
		var rows []app.UI
		for _, v := range d.Visits {
			rows = append(rows, l.row(v))
			n++
		}
		word := dayWord(d.Date, l.Env.Now().Local())
		cards = append(cards, app.Section().Class("card flush").DataSet("day", d.Date).Aria("label", word).Body(
			app.Div().Class("card-head pad-x").Body(app.H2().Class("grow").Text(word), app.Span().Class("small dim num").Text(words.N("agenda.visits", len(d.Visits)))),
			app.Ul().Class("list agenda").Body(rows...)))
	}
	return app.Div().ID("visits").Class("stack gap3").DataSet("shown", n).Body(cards...)
}

// row is a visit: when, with whom, how far each is, and the one thing to do.
func (l *List) row(v api.Visit) app.UI {
	return app.Li().DataSet("visit", string(v.ID)).DataSet("state", string(v.State)).DataSet("version", v.Version).Body(
		app.Div().Class("agenda-when").Body(app.Strong().Class("num").Text(times(v)), app.Span().Class("small dim num").Text(there(v)), sign(invited.VisitState(v))),
		app.Div().Class("agenda-who").Body(
			app.A().Class("celllink strong").Href(l.Portal.At(v.ID)).Text(title(v)),
			app.Div().Class("small dim").Text(under(v)), orphaned(v),
			guests(v)),
		l.act(v))
}

// title is what a visit is called: its patient, or what it is.
func title(v api.Visit) string {
	switch {
	case v.PatientName != "":
		return words.Isolate(v.PatientName)
	case v.DropIn:
		return words.T("agenda.caller")
	}
	return invited.Kind(v.Kind)
}

// under says what a visit is, and who is responsible.
func under(v api.Visit) string {
	text := ""
	if v.PatientName != "" || v.DropIn {
		text = invited.Kind(v.Kind) + " · "
	}
	return text + words.T("agenda.host", "name", v.HostName)
}

// orphaned says of a visit that its patient is treated by others than its host.
func orphaned(v api.Visit) app.UI {
	if !v.Orphaned {
		return kit.Slot()
	}
	return kit.Slot(kit.Badge(kit.Warn, "people", words.T("agenda.orphaned")))
}

// guests are those invited, each with how far they are.
func guests(v api.Visit) app.UI {
	var list []app.UI
	for _, g := range v.Guests {
		if g.State == care.Uninvited {
			continue
		}
		s := invited.State(g.State)
		list = append(list, app.Li().DataSet("guest", string(g.ID)).DataSet("as", string(g.As)).DataSet("state", string(g.State)).Body(
			app.Span().Text(invited.Name(g, v.PatientName)), kit.Badge(s.Tone, s.Icon, s.Word)))
	}
	return app.Ul().Class("agenda-guests").Aria("label", words.T("agenda.invited")).Body(list...)
}

func sign(s invited.Sign) app.UI { return kit.Badge(s.Tone, s.Icon, s.Word) }

func (l *List) act(v api.Visit) app.UI {
	id, name := string(v.ID), title(v)
	switch next(v, l.Env.Now(), l.Portal.Room != nil && attends(l.Env, v), l.Env.May(access.WriteVisits)) {
	case goIn:
		class := "line small"
		if waiting(v) > 0 {
			class = "primary small"
		}
		return app.A().ID("room-"+id).Class("btn").Class(class).Href(l.Portal.Room(v.ID)).Aria("label", words.T("agenda.room.of", "name", name)).Text(words.T("agenda.room"))
	case begin:
		return kit.Button{ID: "begin-" + id, Word: words.T("agenda.begin"), Class: "line small", Label: words.T("agenda.begin.of", "name", name), Busy: l.begun[v.ID],
			Press: func(ctx app.Context) { l.start(ctx, v) }}.Draw()
	case change:
		return kit.Button{ID: "change-" + id, Word: words.T("agenda.change"), Class: "small", Label: words.T("agenda.change.of", "name", name),
			Press: func(ctx app.Context) { l.front.change(ctx, v) }}.Draw()
	}
	return app.A().ID("details-"+id).Class("btn small").Href(l.Portal.At(v.ID)).Aria("label", words.T("agenda.details.of", "name", name)).Text(words.T("agenda.details"))
}

// attends reports whether the reader is in a visit: its host, or invited.
func attends(env *frame.Env, v api.Visit) bool {
	me := env.Me().ID
	if v.Host == me {
		return true
	}
	for _, g := range v.Guests {
		if g.Person == me && g.State != care.Uninvited {
			return true
		}
	}
	return false
}
