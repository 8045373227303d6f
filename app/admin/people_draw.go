package admin

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Render draws the list.
func (p *People) Render() app.UI {
	about := ""
	if p.list.known {
		about = countOf("admin.people.count", p.list.total)
	}
	main := []app.UI{
		head(words.T("admin.people"), about,
			kit.Button{ID: "create", Word: words.T("admin.create"), Icon: "plus", Class: "primary", Press: p.about(creating, api.Person{}, "create")}.Draw()),
		app.P().Class("sr").Role("status").Text(p.done),
		app.Div().Body(app.A().ID("matrix-open").Href(rolesPage).Text(words.T("admin.matrix"))),
		p.filters(),
	}
	if p.list.fault != nil {
		main = append(main, trouble(p.list.fault, p.read))
	}
	switch {
	case p.list.known && len(p.list.items) == 0:
		main = append(main, kit.Empty("search", words.T("admin.people.none"), words.T("admin.people.none.help"),
			kit.Button{ID: "clear", Word: words.T("admin.clear"), Class: "line", Press: p.clear}.Draw()))
	case p.list.known:
		main = append(main, p.table(p.list.items), p.list.foot(p.Env, p.run))
	case p.list.fault == nil:
		main = append(main, loading())
	}
	page := p.Env.Staff(words.T("admin.people"), places(peoplePage), main...)
	if p.dialog == nil {
		return app.Div().Body(page)
	}
	return app.Div().Body(page, p.inFront(p.dialog))
}

func (p *People) filters() app.UI {
	roles := []kit.Choice{{Value: "", Word: words.T("admin.role.every")}}
	for _, r := range access.Staff() {
		roles = append(roles, kit.Choice{Value: string(r), Word: roleWord(r)})
	}
	return app.Div().Class("filters wrap").Body(
		kit.Search(words.T("admin.search"), p.query.Text, func(_ app.Context, s string) {
			p.narrow(typing, func(q *api.PeopleQuery) { q.Text = strings.TrimSpace(s) })
		}),
		filter("role", words.T("admin.role"), roles, string(p.query.Role), func(v string) { p.narrow(0, func(q *api.PeopleQuery) { q.Role = access.Role(v) }) }))
}

func (p *People) clear(app.Context) {
	p.query.Text, p.query.Role = "", ""
	p.ask(0, true)
	kit.Clear("search")
	p.focus("search")
}

func (p *People) table(shown []api.Person) app.UI {
	var body []app.UI
	for _, person := range shown {
		body = append(body, p.row(person))
		if person.ID == p.open {
			body = append(body, p.acts(person))
		}
	}
	heads := []app.UI{}
	for _, key := range []string{"admin.name", "admin.login", "admin.roles", "admin.state"} {
		heads = append(heads, app.Th().Scope("col").Text(words.T(key)))
	}
	heads = append(heads, app.Th().Scope("col").Body(app.Span().Class("sr").Text(words.T("app.more"))))
	return app.Section().Class("card flush").Aria("label", words.T("admin.people")).Body(
		app.Table().ID("people").Class("table adm-people").DataSet("shown", len(shown)).Body(
			app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(body...)))
}

func (p *People) row(person api.Person) app.UI {
	state, badge := "active", kit.Badge(kit.Live, "check", words.T("admin.state.active"))
	if person.Disabled {
		state, badge = "disabled", kit.Badge(kit.Plain, "pause", words.T("admin.state.disabled"))
	}
	name := []app.UI{app.Span().Class("strong").Text(person.Name)}
	if person.ID == p.Env.Me().ID {
		name = append(name, app.Span().Class("dim").Text(" "+words.T("admin.you")))
	}
	open, icon, label := person.ID == p.open, "chevron-down", "admin.open"
	if open {
		icon, label = "chevron-up", "admin.close"
	}
	row := app.Tr().DataSet("person", string(person.ID)).DataSet("login", person.Login).DataSet("state", state)
	if open {
		row = row.Class("adm-open")
	}
	return row.Body(
		app.Td().Body(append(name, app.P().Class("small dim adm-under").Text(person.Login+" · "+p.tree.grantWords(person)))...),
		app.Td().Class("mono").Text(person.Login), app.Td().Text(p.tree.grantWords(person)), app.Td().Body(badge),
		app.Td().Class("tight").Body(kit.Button{
			ID: "more-" + string(person.ID), Icon: icon, Label: words.T(label, "name", person.Name), Expanded: &open,
			Press: func(app.Context) { p.toggle(person) },
		}.Draw()))
}

func (p *People) toggle(person api.Person) {
	if p.open == person.ID {
		p.open = ""
	} else {
		p.open = person.ID
	}
}

// acts is what may be done with somebody, below their row. Nobody disables themselves or resets their own password.
func (p *People) acts(person api.Person) app.UI {
	id := string(person.ID)
	act := func(kind dialogKind, icon, class string) app.UI {
		from := string(kind) + "-" + id
		return kit.Button{ID: from, Word: words.T("admin." + string(kind)), Icon: icon, Class: class, Label: words.T("admin.act.label", "act", words.T("admin."+string(kind)), "name", person.Name),
			Press: p.about(kind, person, from)}.Draw()
	}
	parts := []app.UI{act(renaming, "edit", "line small"), act(granting, "shield", "line small")}
	switch {
	case person.ID == p.Env.Me().ID:
		parts = append(parts, app.Span().Class("small dim").Text(words.T("admin.own")))
	case person.Disabled:
		parts = append(parts, act(resetting, "key", "line small"), act(enabling, "check", "line small"))
	default:
		parts = append(parts, act(enrolling, "lock", "line small"), act(resetting, "key", "line small"), act(parting, "x", "line small"), act(disabling, "pause", "danger-line small"))
	}
	if !person.Created.IsZero() {
		parts = append(parts, app.Span().Class("small dim num push").Text(words.T("admin.since", "day", day(person.Created))))
	}
	return app.Tr().Class("rights").Body(app.Td().ColSpan(5).Body(
		app.Div().Class("rights-in row wrap gap2").Role("group").Aria("label", person.Name).Body(parts...)))
}

func roleWord(r access.Role) string { return words.T("app.role." + string(r)) }
