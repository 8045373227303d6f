package queue

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Bar is who waits or asks, above whatever page somebody is on, until nobody does. Narrow is for a head that must keep its height.
func (d *Desk) Bar(narrow bool) app.UI {
	list, said := d.knocks(), d.saying()
	if len(list) == 0 && said == "" && d.wrong == nil || !d.env.May(access.AdmitGuests) {
		return kit.Slot()
	}
	e := app.Div().ID("knock").Class("knock").DataSet("waiting", len(list)).Role("region").Aria("label", words.T("queue.label"))
	if narrow {
		e = e.Class("narrow")
	}
	if len(list) == 0 {
		return kit.Slot(e.Class("still").Body(kit.Icon("info"), d.news(said, narrow), d.shut()))
	}
	first := list[0]
	if first.guest != nil {
		e = e.Class(d.wait(*first.guest).Class())
		if first.guest.Mine && !d.env.Busy() && !narrow {
			e = e.Class("prompt")
		}
	}
	return kit.Slot(e.Body(kit.Icon(first.icon()), d.who(list, narrow), d.news(said, narrow), d.calm(list, narrow)))
}

// guests reports whether all who call are guests who wait.
func guests(list []knock) bool {
	return !slices.ContainsFunc(list, func(k knock) bool { return k.guest == nil })
}

// who says who waits, and for how long. Only the names are said aloud; a clock that counts would never be silent.
func (d *Desk) who(list []knock, narrow bool) app.UI {
	first := list[0]
	text, under := first.text(), ""
	switch {
	case len(list) > 1 && guests(list):
		text = words.N("queue.wait", len(list))
	case narrow && first.device != nil: // it has to fit beside the buttons
		text = words.T("queue.device.short", "name", first.name())
	case len(list) > 1:
		under = words.N("queue.more", len(list)-1)
	case first.guest == nil:
		under = first.help(d.now())
	}
	clock := app.UI(kit.Slot())
	if first.guest != nil || first.device != nil && !narrow {
		w := invited.Wait(d.now().Sub(first.since()))
		if first.guest != nil && w.Word() != "" {
			under = strings.TrimPrefix(under+" · "+w.Word(), " · ")
		}
		if first.guest != nil && len(list) == 1 && invited.Gone(first.guest.Guest) != "" {
			under = invited.Gone(first.guest.Guest)
		}
		clock = kit.Slot(app.Span().Class("knock-time num").Role("timer").Aria("label", words.T("queue.since")).Text(w.Clock()))
	}
	return app.Div().Class("knock-who").Body(
		app.Strong().Class("cut").Role("status").Text(text), clock, app.Span().Class("small").Text(under))
}

// news is what came of the last act.
func (d *Desk) news(said string, narrow bool) app.UI {
	if d.wrong != nil {
		return app.Span().ID("knock-said").Class("small knock-news").Role("alert").Text(frame.Say(d.wrong))
	}
	e := app.Span().ID("knock-said").Class("small knock-news").Role("status").Text(said)
	if narrow && (said == "" || len(d.knocks()) > 0) { // who waits has the place
		return e.Class("sr")
	}
	return e
}

// calm are the buttons. Each has a place of its own: one that turned into another under a finger would do what nobody meant.
func (d *Desk) calm(list []knock, narrow bool) app.UI {
	first, many := list[0], len(list) > 1
	var in, next, allow, called []app.UI
	switch {
	case many && guests(list):
		next = []app.UI{kit.Button{ID: "knock-next", Word: words.T("queue.next"), Class: "primary small", Busy: d.nexting, Press: d.next}.Draw()}
	case first.guest != nil:
		in = []app.UI{d.act(first, "knock-in", "primary small")}
	case first.device != nil:
		allow = []app.UI{d.act(first, "knock-allow", "primary small")}
	default:
		called = []app.UI{d.numberButton(first, "knock-number", narrow), d.act(first, "knock-called", "line small")}
	}
	var read, open, all []app.UI
	who, news := wrote(d, list)
	if news {
		b := kit.Button{ID: "knock-read", Icon: "message", Word: words.T("queue.wrote.by", "name", invited.Name(who.Guest, who.PatientName)), Class: "line small",
			Press: d.opens(telling, who)}
		if narrow {
			b.Word, b.Label = "", b.Word
		}
		read = []app.UI{b.Draw()}
	}
	everyone := words.T("queue.all", "n", strconv.Itoa(len(list)))
	if narrow {
		everyone = words.T("queue.all.short", "n", strconv.Itoa(len(list)))
	}
	switch {
	case many && !guests(list):
		all = []app.UI{kit.Button{ID: "knock-all", Word: everyone, Class: "line small", Press: func(app.Context) { d.ask = &ask{what: everybody} }}.Draw()}
	case !news && d.o.Room(first.visit()) != app.Window().URL().Path:
		open = []app.UI{app.A().ID("knock-open").Class("btn line small").Href(d.o.Room(first.visit())).Text(words.T("queue.open"))}
	}
	return app.Div().Class("row gap2 knock-acts").Body(kit.Slot(in...), kit.Slot(next...), kit.Slot(allow...), kit.Slot(called...), kit.Slot(read...), kit.Slot(open...), kit.Slot(all...))
}

// shut takes away what was said.
func (d *Desk) shut() app.UI {
	return kit.Button{ID: "knock-shut", Icon: "x", Label: words.T("app.close"), Press: func(app.Context) { d.said, d.wrong = "", nil }}.Draw()
}

// Card is the waiting room: everybody who waits, how ready they are, and what to do. Unless it is there always, it is there
// while somebody waits.
func (d *Desk) Card(always bool) app.UI {
	if !d.env.May(access.AdmitGuests) || !always && len(d.list)+len(d.devices)+len(d.calls) == 0 {
		return kit.Slot()
	}
	var rows []app.UI
	for i, q := range d.list {
		rows = append(rows, d.row(q, i == 0 && len(d.knocks()) == 0)) // else the bar has the primary
	}
	body := []app.UI{app.Div().Class("card-head pad-x").Body(d.head()...)}
	switch {
	case d.fault != nil && d.env.Beside(d.fault) != "":
		body = append(body, app.Div().Class("pad").Body(kit.Note(kit.Warn, "warning", app.Div().Class("row wrap gap2 between").Role("alert").Body(
			app.Span().Text(d.env.Beside(d.fault)), kit.Button{Word: words.T("app.retry"), Icon: "refresh", Class: "line small", Press: d.read}.Draw()))))
	case !d.known:
		body = append(body, app.P().Class("dim small pad").Aria("busy", "true").Text(words.T("app.loading")))
	case len(rows) == 0 && len(d.devices)+len(d.calls) == 0:
		body = append(body, app.P().Class("dim small queue-none").Text(words.T("queue.none")))
	}
	return kit.Slot(app.Section().ID("waiting-room").Class("card flush").DataSet("waiting", len(d.list)).Aria("label", words.T("queue.title")).
		Body(append(body, app.Ol().Class("list-queue").Body(rows...), d.extra())...))
}

func (d *Desk) head() []app.UI {
	on, word, icon := !d.Muted(), words.T("queue.sound.on"), "bell"
	if !on {
		word = words.T("queue.sound.off")
	}
	parts := []app.UI{app.H2().Class("grow").Text(words.T("queue.title")),
		kit.Button{ID: "knock-sound", Word: word, Icon: icon, Class: "small", Pressed: &on, Press: d.mute}.Draw()}
	if len(d.callers()) > 1 {
		parts = append(parts, kit.Button{ID: "let-in-next", Word: words.T("queue.next"), Class: "small", Busy: d.nexting, Press: d.next}.Draw())
	}
	return parts
}

func (d *Desk) row(q api.Queued, first bool) app.UI {
	name, class := invited.Name(q.Guest, q.PatientName), "line"
	if first {
		class = "primary"
	}
	id := string(q.ID)
	acts := app.Div().Class("row gap2").Body(
		kit.Button{ID: "where-" + id, Icon: "home", Label: words.T("queue.where.of", "name", name), Press: func(ctx app.Context) { d.Whereabouts(ctx, q.Visit, q.PatientName, q.Guest) }}.Draw(),
		kit.Button{ID: "tell-" + id, Icon: "message", Label: words.T("queue.tell.of", "name", name), Press: d.opens(telling, q)}.Draw(),
		kit.Button{ID: "else-" + id, Icon: "more", Label: words.T("queue.else.of", "name", name), Press: d.opens(other, q)}.Draw(),
		kit.Button{ID: "let-in-" + id, Word: words.T("queue.let-in"), Class: class, Label: words.T("queue.let-in.of", "name", name), Busy: d.busy[q.ID],
			Press: func(ctx app.Context) { d.Admit(ctx, q) }}.Draw())
	news := kit.Slot()
	if d.unread(q) {
		news = kit.Slot(app.Div().DataSet("wrote", id).Body(kit.Badge(kit.Accent, "message", words.T("queue.wrote", "time", q.Wrote.Local().Format("15:04")))))
	}
	w := d.wait(q)
	since := invited.WaitsSince(q.Guest).Local().Format("15:04")
	under := words.T("queue.since.at", "time", since)
	if word := w.Word(); word != "" {
		under = word
	}
	return app.Li().Class("queue").Class(w.Class()).DataSet("guest", id).DataSet("state", string(q.State)).DataSet("page", page(q)).DataSet("wait", strconv.Itoa(int(time.Duration(w).Seconds()))).Body(
		presence(q),
		app.Div().Body(app.A().Class("strong celllink").Href(d.o.Room(q.Visit)).Text(name), app.Div().Class("small dim").Text(d.about(q)), kit.Slot(closed(q)...), news),
		invited.Ready(q.Ready),
		app.Div().Class("end").Body(app.Div().Class("wait").Role("timer").Text(w.Clock()), app.Div().Class("tiny dim").Text(under)),
		acts)
}

// about says which visit it is, and whose.
func (d *Desk) about(q api.Queued) string {
	text := q.Start.Local().Format("15:04") + " " + invited.Kind(q.Kind)
	if q.DropIn {
		text = words.T("queue.drop-in")
	}
	if q.Host != d.env.Me().ID && q.HostName != "" { // who handed it over is invited still
		text += " · " + words.T("queue.with", "name", q.HostName)
	}
	return text
}
