package agenda

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/edits"
	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/wasm/zone"
)

// fields are those of a change, for when somebody else changed them too.
func (b *booking) fields() []edits.Field {
	b.values = valuesOf(api.Visit{Local: b.Local(), Zone: b.Zone, Minutes: b.Minutes, Kind: b.Kind, Relay: b.Relay})
	say := func(prefix string) func(string) string { return func(v string) string { return words.T(prefix + v) } }
	return []edits.Field{
		{ID: "date", Label: words.T("agenda.time"), Value: &b.values[0], Say: func(v string) string { w := WhenOf(v, ""); return shortDay(w.Date) + " " + w.Clock }},
		{ID: "zone", Label: words.T("agenda.zone.label"), Value: &b.values[1]},
		{ID: "minutes", Label: words.T("agenda.minutes"), Value: &b.values[2]},
		{ID: "kind", Label: words.T("agenda.kind"), Value: &b.values[3], Say: say("agenda.kind.")},
		{ID: "relay", Label: words.T("agenda.relay"), Value: &b.values[4], Say: say("agenda.")},
	}
}

// valuesOf are the values of fields, in their order.
func valuesOf(v api.Visit) []string {
	relay := "no"
	if v.Relay {
		relay = "yes"
	}
	return []string{v.Local, v.Zone, strconv.Itoa(v.Minutes), string(v.Kind), relay}
}

// settled takes what was decided between two versions.
func (b *booking) settled() {
	if b.clash == nil {
		return
	}
	b.When = WhenOf(b.values[0], b.values[1])
	b.Minutes, _ = strconv.Atoi(b.values[2])
	b.Kind, b.Relay = care.VisitKind(b.values[3]), b.values[4] == "yes"
}

// draw is the dialog that is open.
func (f *front) draw() app.UI {
	switch {
	case f.form != nil:
		return kit.Slot(f.drawForm(f.form))
	case f.ask != nil:
		return kit.Slot(f.drawAsk(f.ask))
	}
	return kit.Slot()
}

func (f *front) leave(ctx app.Context) {
	if f.form != nil && !f.form.busy {
		f.form = nil
	}
	if f.ask != nil && !f.ask.busy {
		f.ask = nil
	}
}

func (f *front) drawForm(b *booking) app.UI {
	no := kit.Button{ID: "cancel", Word: words.T("app.cancel"), Disabled: b.busy, Press: f.leave}.Draw()
	if b.was != nil {
		b.settled()
		return &kit.Dialog{Title: words.T("agenda.change.of", "name", title(*b.was)), Cancel: f.leave,
			Body: []app.UI{b.whole(), b.clash.Draw(), b.kinds(f), b.time(f), b.more(f)},
			Acts: []app.UI{no, kit.Button{ID: "change-do", Word: words.T("agenda.change.do"), Class: "primary", Busy: b.busy, Press: f.store}.Draw()}}
	}
	word, icon := words.N("agenda.book.do", len(b.Ticked())), ""
	switch {
	case b.Now:
		word = words.T("agenda.begin")
	case len(b.Ticked()) == 0:
		word = words.T("agenda.book")
	}
	return &kit.Dialog{Title: words.T("agenda.book"), Cancel: f.leave,
		Body: []app.UI{b.whole(), b.kinds(f), f.patient(b), b.people(f), b.time(f), b.more(f)},
		Acts: []app.UI{no, kit.Button{ID: "book-do", Word: word, Icon: icon, Class: "primary", Busy: b.busy, Press: f.store}.Draw()}}
}

func (b *booking) whole() app.UI {
	if err := b.faults[""]; err != nil {
		return kit.Slot(kit.Alert(kit.Warn, "warning", frame.Say(err)))
	}
	return kit.Slot()
}

func (b *booking) kinds(f *front) app.UI {
	var choices []kit.Choice
	for _, k := range care.VisitKinds() {
		if b.was != nil && (k == care.Meeting) != (b.was.Kind == care.Meeting) {
			continue // a meeting of staff has no patient, all others have
		}
		choices = append(choices, kit.Choice{Value: string(k), Word: invited.Kind(k)})
	}
	return kit.Select("kind", words.T("agenda.kind"), choices, string(b.Kind), func(_ app.Context, v string) {
		if b.was != nil {
			b.Kind, b.clash = care.VisitKind(v), nil
			return
		}
		b.SetKind(care.VisitKind(v))
		if b.staff != nil {
			b.hosts(b.staff, f.env.Me().ID, f.portal.Mine)
		}
	})
}

// patient chooses one: a search first, then the name, with a way to another.
func (f *front) patient(b *booking) app.UI {
	switch {
	case b.Kind == care.Meeting:
		return kit.Slot()
	case b.Patient != "":
		return kit.Slot(app.Div().ID("patient-chosen").Class("row gap2").DataSet("patient", string(b.Patient)).Body(kit.Presence(b.Name, false),
			app.Div().Class("grow").Body(app.Span().Class("label").Text(words.T("agenda.patient")), app.Div().Class("strong").Text(b.Name)),
			kit.Button{ID: "patient-other", Word: words.T("agenda.patient.other"), Class: "small", Press: f.drop}.Draw()))
	}
	var rows []app.UI
	for _, r := range b.found {
		rows = append(rows, app.Li().Body(kit.Button{ID: "patient-" + string(r.ID), Word: r.Name, Class: "line small", Press: func(ctx app.Context) { f.choose(ctx, r) }}.Draw()))
	}
	if b.none {
		rows = append(rows, app.Li().Class("dim small").Role("status").Text(words.T("agenda.patient.none")))
	}
	return kit.Slot(app.Div().Class("stack gap2").Body(
		kit.Field{ID: "patient-search", Label: words.T("agenda.patient"), Type: "search", Value: b.text, MaxLength: 80, Fault: frame.Say(b.faults["patient-search"]),
			Change: func(ctx app.Context, v string) {
				b.text = v
				delete(b.faults, "patient-search")
				f.search(typing)
			}}.Draw(),
		app.Ul().Class("row wrap gap2").Aria("label", words.T("agenda.patient.found")).Body(rows...)))
}

// time is when: at once, or on a day. It says what the clocks of others show then, and warns where the clocks change.
func (b *booking) time(f *front) app.UI {
	var parts []app.UI
	if b.was == nil {
		parts = append(parts, kit.Segments(words.T("agenda.time"), []kit.Choice{{Value: "now", Word: words.T("agenda.now")}, {Value: "later", Word: words.T("agenda.later")}},
			map[bool]string{true: "now", false: "later"}[b.Now], func(_ app.Context, v string) { b.Now = v == "now" }))
	}
	if !b.Now {
		set := func(value *string) func(app.Context, string) {
			return func(_ app.Context, v string) {
				*value, b.clash = v, nil
				delete(b.faults, "date")
			}
		}
		parts = append(parts, app.Div().Class("agenda-time").Body(
			kit.Field{ID: "date", Label: words.T("agenda.date"), Type: "date", Value: b.Date, Fault: frame.Say(b.faults["date"]), Change: set(&b.Date)}.Draw(),
			kit.Field{ID: "clock", Label: words.T("agenda.clock"), Type: "time", Value: b.Clock, Change: set(&b.Clock)}.Draw(),
			zoneField("zone", words.T("agenda.zone.label"), b.Zone, "", set(&b.Zone))))
	}
	minutes := app.Div().Class("adm-two").Body(kit.Field{ID: "minutes", Label: words.T("agenda.minutes"), Type: "number", Value: strconv.Itoa(b.Minutes), Fault: frame.Say(b.faults["minutes"]),
		Change: func(_ app.Context, v string) {
			b.Minutes, _ = strconv.Atoi(v)
			b.clash = nil
			delete(b.faults, "minutes")
		}}.Draw())
	return app.Div().Class("stack gap2").Body(append(parts, b.said(), minutes)...)
}

// said is what other clocks show, and what is odd about the time.
func (b *booking) said() app.UI {
	var lines []app.UI
	if !b.Now {
		if warn := b.Warning(); warn != "" {
			lines = append(lines, app.Div().ID("edge").Body(kit.Alert(kit.Warn, "warning", warn)))
		}
		var said []string
		for _, name := range b.zones() {
			if there := b.Elsewhere(name); there != "" {
				said = append(said, words.T("agenda.elsewhere", "time", there, "city", City(name)))
			}
		}
		for _, s := range said {
			lines = append(lines, app.P().Class("help").Text(s))
		}
	}
	return app.Div().ID("clocks").Role("status").Body(lines...)
}

// zones are those of others, the reader's first.
func (b *booking) zones() []string {
	list := []string{here()}
	for _, c := range b.Ticked() {
		list = append(list, c.Zone)
	}
	if b.was != nil {
		for _, g := range b.was.Guests {
			list = append(list, g.Zone)
		}
	}
	slices.Sort(list[1:])
	return slices.Compact(list)
}

// zoneField is a line for a time zone, which offers those the browser knows.
func zoneField(id, label, value, help string, change func(app.Context, string)) app.UI {
	bad := ""
	if _, err := zone.Named(value); value != "" && err != nil {
		bad = words.T("fault.visit.zone")
	}
	in := app.Input().ID(id).Class("input").Type("text").Value(value).MaxLength(64).AutoComplete(false).Attr("list", "zones").
		OnChange(func(ctx app.Context, _ app.Event) { change(ctx, ctx.JSSrc().Get("value").String()) }, kit.Fresh())
	below := app.UI(app.Text(""))
	if bad != "" {
		in = in.Aria("invalid", "true").Aria("describedby", id+"-fault")
		below = app.P().ID(id + "-fault").Class("help bad").Role("alert").Text(bad)
	} else if help != "" {
		below = app.P().Class("help").Text(help)
	}
	return app.Div().Class("field").Body(app.Label().Class("label").For(id).Text(label), in, below)
}

// zoneList is what the browser knows, once for every field.
func zoneList() app.UI {
	var options []app.UI
	for _, name := range zone.Names() {
		options = append(options, app.Option().Value(name))
	}
	return app.DataList().ID("zones").Body(options...)
}

// more is what is rarely chosen.
func (b *booking) more(f *front) app.UI { return app.Div().Body(zoneList(), kit.Slot(b.way(f)...)) }

// way is how those who meet are connected, and what that means for them: nothing before the project's rule is known, and where
// the house has no relay there is nothing to choose, unless it is to be chosen no more.
func (b *booking) way(f *front) []app.UI {
	switch {
	case !b.Known && b.Unread != nil:
		return []app.UI{app.Div().ID("relay-unread").Class("row wrap gap2").Body(app.P().Class("help grow").Role("status").Text(words.T("agenda.relay.unknown")),
			kit.Button{ID: "relay-read", Word: words.T("app.retry"), Icon: "refresh", Class: "line small", Press: func(app.Context) { f.house(b.Project) }}.Draw())}
	case !b.Known:
		return nil
	case b.NoRelay && !b.Relays():
		return []app.UI{app.P().ID("no-relay").Class("help").Text(words.T("agenda.relay.none"))}
	}
	return []app.UI{kit.Check("relay", words.T("agenda.relay"), b.Relays(), func(_ app.Context, on bool) { b.Relay, b.Said, b.clash = on, true, nil }),
		app.Div().ID("relay-help").Body(b.wayHelp())}
}

// wayHelp says what the tick means. Where nothing comes through the relay, it warns of what may come of it.
func (b *booking) wayHelp() app.UI {
	help := "agenda.relay.help"
	switch {
	case b.Failing && b.Relays():
		return kit.Slot(kit.Alert(kit.Warn, "warning", words.T("agenda.relay.chosen")))
	case b.Relays() && !b.Said:
		help = "agenda.relay.itself"
	case !b.Relays() && b.was == nil && b.ByItself():
		help = "agenda.relay.off"
	}
	return kit.Slot(app.P().Class("help").Role("status").Text(words.T(help)))
}
