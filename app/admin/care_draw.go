package admin

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws a card per patient.
func (c *Care) Render() app.UI {
	groups := c.circle.Groups()
	main := []app.UI{
		head(words.T("admin.care"), words.T("admin.care.about"), nil),
		app.P().Class("sr").Role("status").Text(c.done),
		kit.Note(kit.Info, "info", app.Text(words.T("admin.care.note"))),
	}
	if c.fault != nil {
		main = append(main, trouble(c.fault, c.read))
	}
	if c.refused != nil {
		main = append(main, kit.Alert(kit.Bad, "warning", words.T("admin.unchanged")+" "+frame.Say(c.refused)))
	}
	if c.known {
		main = append(main, app.Div().Class("filters").Body(search(words.T("admin.care.search"), c.circle.Search, func(_ app.Context, s string) { c.circle.Search = s })))
	}
	main = append(main, c.cards(groups)...)
	page := c.Env.Staff(words.T("admin.care"), places(carePage), main...)
	if c.dialog == nil {
		return app.Div().Body(page)
	}
	return app.Div().Body(page, c.inFront(c.dialog))
}

func (c *Care) cards(groups []Group) (cards []app.UI) {
	switch {
	case !c.known && c.fault == nil:
		return []app.UI{app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading"))}
	case c.known && len(groups) == 0 && strings.TrimSpace(c.circle.Search) != "":
		return []app.UI{kit.Empty("search", words.T("admin.care.not-found"), words.T("admin.people.none.help"))}
	case c.known && len(groups) == 0:
		return []app.UI{kit.Empty("people", words.T("admin.care.none"), words.T("admin.care.none.help"),
			kit.Link(words.T("admin.people"), "people", peoplePage, "line"))}
	}
	for _, g := range groups {
		cards = append(cards, c.card(g))
	}
	return cards
}

func (c *Care) card(g Group) app.UI {
	top := []app.UI{app.H2().Class("grow").Text(g.Name)}
	if g.Disabled {
		top = append(top, kit.Badge(kit.Plain, "pause", words.T("admin.state.disabled")))
	}
	id := "assign-" + string(g.Patient)
	if len(c.circle.Free(g.Patient)) > 0 {
		top = append(top, kit.Button{ID: id, Word: words.T("admin.assign"), Icon: "plus", Class: "line small",
			Label: words.T("admin.act.label", "act", words.T("admin.assign"), "name", g.Name), Press: c.ask(g, Row{}, id)}.Draw())
	}
	var list []app.UI
	for _, r := range g.Rows {
		list = append(list, c.row(g, r))
	}
	if len(list) == 0 {
		help := words.T("admin.care.nobody")
		if !c.circle.Therapists() {
			help = words.T("admin.care.no-therapist")
		}
		list = append(list, app.Li().Class("small dim").Text(help))
	}
	return app.Section().Class("card flush adm-patient").Aria("label", g.Name).DataSet("patient", string(g.Patient)).Body(
		app.Div().Class("card-head pad-x").Body(top...), app.Ul().Class("list").Body(list...))
}

// row is a therapist with a switch per kind of signal.
func (c *Care) row(g Group, r Row) app.UI {
	var switches []app.UI
	for _, s := range access.Signals() {
		switches = append(switches, kit.Switch("permit-"+string(g.Patient)+"-"+string(r.Therapist)+"-"+string(s), signalWord(s), slices.Contains(r.Signals, s), false, c.flip(r, s)))
	}
	name := []app.UI{app.P().Class("strong").Text(r.Name)}
	if r.Disabled {
		name = append(name, kit.Badge(kit.Plain, "pause", words.T("admin.state.disabled")))
	}
	id := "end-" + string(g.Patient) + "-" + string(r.Therapist)
	busy := "false"
	if r.Busy {
		busy = "true"
	}
	return app.Li().Class("adm-care").DataSet("patient", string(g.Patient)).DataSet("therapist", string(r.Therapist)).DataSet("busy", busy).Body(
		kit.Presence(r.Name, false),
		app.Div().Class("adm-who").Body(name...),
		app.Div().Class("adm-permits").Role("group").Aria("label", words.T("admin.permit.label", "therapist", r.Name, "patient", g.Name)).Body(switches...),
		kit.Button{ID: id, Word: words.T("admin.end"), Class: "line small", Label: words.T("admin.end.label", "therapist", r.Name, "patient", g.Name),
			Press: c.ask(g, r, id)}.Draw())
}

// inFront draws the dialog.
func (c *Care) inFront(d *careDialog) app.UI {
	if d.ending.Therapist != "" {
		return &kit.Dialog{Title: words.T("admin.end.title", "therapist", d.ending.Name, "patient", d.patient.Name), Cancel: c.leave,
			Body: []app.UI{said(d.fault), app.P().Text(words.T("admin.end.what"))},
			Acts: []app.UI{cancel(d.busy, c.leave), kit.Button{ID: "end-do", Word: words.T("admin.end"), Class: "danger", Busy: d.busy, Press: c.end}.Draw()}}
	}
	var therapists []kit.Choice
	for _, p := range c.circle.Free(d.patient.Patient) {
		therapists = append(therapists, kit.Choice{Value: string(p.ID), Word: p.Name})
	}
	return &kit.Dialog{Title: words.T("admin.assign.title", "patient", d.patient.Name), Cancel: c.leave,
		Body: []app.UI{
			said(d.fault),
			kit.Select("assign-therapist", words.T("app.role.therapist"), therapists, string(d.therapist),
				func(_ app.Context, v string) { d.therapist = care.PersonID(v) }),
			signalChecks(d.signals, func(s []access.Signal) { d.signals = s }),
		},
		Acts: []app.UI{cancel(d.busy, c.leave), kit.Button{ID: "assign-do", Word: words.T("admin.assign.do"), Class: "primary", Busy: d.busy, Press: c.assign}.Draw()}}
}

func signalWord(s access.Signal) string { return words.T("app.signal." + string(s)) }

func signalWords(list []access.Signal) string {
	var all []string
	for _, s := range list {
		all = append(all, signalWord(s))
	}
	return strings.Join(all, ", ")
}
