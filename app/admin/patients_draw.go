package admin

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws the list.
func (p *Patients) Render() app.UI {
	about := ""
	if p.list.known {
		about = countOf("admin.patients.count", p.list.total)
	}
	var create app.UI
	if p.mayWrite() {
		create = app.Div().Class("row wrap gap2").Body(
			app.A().ID("import").Class("btn line").Href(importPage).Body(kit.Icon("upload", "sm"), app.Text(words.T("import.open"))),
			kit.Button{ID: "export", Word: words.T("import.save"), Icon: "download", Class: "line", Busy: p.saving, Press: p.save}.Draw(),
			app.A().ID("create").Class("btn primary").Href(newPatient).Body(kit.Icon("plus", "sm"), app.Text(words.T("admin.patient.new"))))
	}
	main := []app.UI{p.Env.WaitingRoom(false), head(words.T("admin.patients"), about, create), p.filters()}
	if p.list.fault != nil {
		main = append(main, trouble(p.list.fault, func(app.Context) { p.ask(0, false) }))
	}
	switch {
	case !p.list.known && p.list.fault == nil:
		main = append(main, loading())
	case p.list.known && len(p.list.items) == 0 && p.narrowed():
		main = append(main, kit.Empty("search", words.T("admin.people.none"), words.T("admin.people.none.help"),
			kit.Button{ID: "clear", Word: words.T("admin.clear"), Class: "line", Press: p.clear}.Draw()))
	case p.list.known && len(p.list.items) == 0:
		main = append(main, kit.Empty("people", words.T("admin.patients.none"), words.T("admin.patients.none.help")))
	case p.list.known:
		main = append(main, p.table(), p.list.foot(p.Env, p.run))
	}
	if p.Env.May(access.ErasePatient) || p.Env.May(access.ManageProject) {
		main = append(main, app.Div().Body(app.A().ID("kept-open").Href(keptPage).Text(words.T("kept.title"))))
	}
	return app.Div().Body(p.Env.Staff(words.T("admin.patients"), places(patientsPage), main...))
}

func (p *Patients) filters() app.UI {
	line := []app.UI{kit.Search(words.T("admin.patients.search"), p.query.Text,
		func(_ app.Context, s string) {
			p.narrow(typing, func(q *api.RecordQuery) { q.Text = strings.TrimSpace(s) })
		})}
	if len(p.tree.projects()) > 1 {
		line = append(line, filter("project", words.T("admin.project"), append([]kit.Choice{{Word: words.T("admin.project.every")}}, p.tree.choices()...), string(p.query.Project),
			func(v string) { p.narrow(0, func(q *api.RecordQuery) { q.Project, q.Group = care.ProjectID(v), "" }) }))
	}
	if groups := p.tree.groups(p.project()); len(groups) > 0 {
		choices := append([]kit.Choice{{Word: words.T("admin.group.every")}, {Value: string(care.NoGroup), Word: words.T("admin.group.none")}}, groups...)
		line = append(line, filter("group", words.T("admin.group"), choices, string(p.query.Group),
			func(v string) { p.narrow(0, func(q *api.RecordQuery) { q.Group = care.GroupID(v) }) }))
	}
	states := []kit.Choice{{Word: words.T("admin.state.there")}}
	for _, s := range p.states() {
		states = append(states, kit.Choice{Value: string(s), Word: words.T("admin.state." + string(s))})
	}
	line = append(line, filter("state", words.T("admin.state"), states, string(p.query.State),
		func(v string) { p.narrow(0, func(q *api.RecordQuery) { q.State = care.RecordState(v) }) }))
	return app.Div().Class("filters wrap").Body(line...)
}

// project is the one whose groups can be chosen: the chosen one, or the only one.
func (p *Patients) project() care.ProjectID {
	if all := p.tree.projects(); p.query.Project == "" && len(all) == 1 {
		return all[0].ID
	}
	return p.query.Project
}

// states are those a list can be narrowed to; deleted patients are shown to who may bring them back.
func (p *Patients) states() []care.RecordState {
	if p.mayWrite() {
		return []care.RecordState{care.RecordActive, care.RecordDisabled, care.RecordDeleted}
	}
	return []care.RecordState{care.RecordActive, care.RecordDisabled}
}

// filter is a choice in the line of a search, whose label only a screen reader says.
func filter(id, label string, choices []kit.Choice, chosen string, choose func(string)) app.UI {
	return app.Div().Class("fl adm-role").Body(kit.Select(id, label, choices, chosen, func(_ app.Context, v string) { choose(v) }))
}

func (p *Patients) table() app.UI {
	keys := []string{"admin.patient", "admin.project", "admin.group", "app.role.therapist", "admin.comes", "admin.state"}
	if len(p.tree.projects()) < 2 {
		keys = append(keys[:1], keys[2:]...)
	}
	var heads, body []app.UI
	for _, key := range keys {
		heads = append(heads, app.Th().Scope("col").Text(words.T(key)))
	}
	for _, r := range p.list.items {
		body = append(body, p.row(r, len(keys) == 6))
	}
	busy := "false"
	if p.list.busy {
		busy = "true"
	}
	return app.Section().Class("card flush").Aria("label", words.T("admin.patients")).Body(
		app.Table().ID("patients").Class("table adm-patients").Aria("busy", busy).DataSet("shown", len(p.list.items)).DataSet("total", p.list.total).Body(
			app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(body...)))
}

func (p *Patients) row(r api.Record, project bool) app.UI {
	group, who := p.tree.group(r.Group), names(r.Care)
	under := []string{p.tree.project(r.Project), group, who}
	if !project {
		under = under[1:]
	}
	cells := []app.UI{app.Td().Body(
		app.A().Class("celllink strong").Href(recordPage+string(r.ID)).Text(r.Name),
		app.P().Class("small dim adm-under").Text(strings.Join(spoken(under), " · ")))}
	if project {
		cells = append(cells, app.Td().Text(p.tree.project(r.Project)))
	}
	cells = append(cells, app.Td().Text(orDash(group)), app.Td().Text(orDash(who)), app.Td().Text(comes(r.LinkOnly)), app.Td().Body(recordBadge(r)))
	return app.Tr().DataSet("patient", string(r.ID)).DataSet("name", r.Name).DataSet("state", recordState(r)).Body(cells...)
}

// spoken are the texts that say something.
func spoken(texts []string) (some []string) {
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return some
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func names(list []api.RecordCare) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Name)
	}
	return strings.Join(all, ", ")
}

func comes(linkOnly bool) string {
	if linkOnly {
		return words.T("admin.comes.link")
	}
	return words.T("admin.comes.account")
}

func recordState(r api.Record) string {
	switch {
	case r.Deleted != nil:
		return string(care.RecordDeleted)
	case r.Disabled:
		return string(care.RecordDisabled)
	}
	return string(care.RecordActive)
}

func recordBadge(r api.Record) app.UI {
	switch state := recordState(r); state {
	case string(care.RecordDeleted):
		return kit.Badge(kit.Bad, "trash", words.T("admin.state.deleted"))
	case string(care.RecordDisabled):
		return kit.Badge(kit.Plain, "pause", words.T("admin.state.disabled"))
	}
	return kit.Badge(kit.Live, "check", words.T("admin.state.active"))
}

// countOf says how many, with thousands apart.
func countOf(key string, n int) string { return words.N(key, n, "count", grouped(n)) }
