package admin

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Render draws a card per site.
func (p *Places) Render() app.UI {
	var create app.UI
	if p.Env.May(access.ManageSites) {
		create = kit.Button{ID: "site-new", Word: words.T("admin.site.new"), Icon: "plus", Class: "primary", Press: p.ask("new", spot{kind: "site"}, "site-new")}.Draw()
	}
	main := []app.UI{head(words.T("admin.places"), words.T("admin.places.about"), create), p.told()}
	switch {
	case p.tree.fault != nil:
		main = append(main, trouble(p.tree.fault, p.read))
	case !p.tree.known:
		main = append(main, loading())
	}
	for _, s := range p.tree.Sites {
		if s.Deleted == nil {
			main = append(main, p.site(s))
		}
	}
	parts := []app.UI{p.Env.Staff(words.T("admin.places"), places(placesPage), append(main, p.gone())...)}
	if p.dialog != nil {
		parts = append(parts, p.inFront(p.dialog))
	}
	return app.Div().Body(parts...)
}

// told says what was done last, and offers to undo a deletion.
func (p *Places) told() app.UI {
	if p.undo == nil {
		return app.P().Class("sr").Role("status").Text(p.done)
	}
	return app.Div().Class("toast").Role("status").Body(app.Span().Class("grow").Text(p.done),
		kit.Button{ID: "undo", Word: words.T("app.undo"), Icon: "undo", Class: "accent small", Press: p.restore(*p.undo)}.Draw())
}

// acts are the buttons behind a place's name.
func (p *Places) acts(s spot) (acts []app.UI) {
	button := func(what, icon, word string) app.UI {
		id := what + "-" + s.id
		return kit.Button{ID: id, Icon: icon, Class: "small", Label: words.T("admin.act.label", "act", words.T(word), "name", s.name), Press: p.ask(what, s, id)}.Draw()
	}
	if p.mayRename(s) {
		acts = append(acts, button("rename", "edit", "admin.rename"))
	}
	if p.mayDelete(s) {
		acts = append(acts, button("delete", "trash", "admin.delete"))
	}
	return acts
}

// more is the button that makes a place inside another.
func (p *Places) more(kind string, in spot) app.UI {
	id := kind + "-new-" + in.id
	return kit.Button{ID: id, Word: words.T("admin." + kind + ".new"), Icon: "plus", Class: "line small", Label: words.T("admin.act.label", "act", words.T("admin."+kind+".new"), "name", in.name),
		Press: p.ask("new", spot{kind: kind, at: in.at}, id)}.Draw()
}

func (p *Places) site(s api.Site) app.UI {
	at := siteSpot(s)
	top := append([]app.UI{kit.Icon("home", "sm"), app.H2().Class("grow").Text(s.Name)}, p.acts(at)...)
	if p.Env.MayAt(access.ManageSite, at.at) {
		top = append(top, p.more("project", at))
	}
	var list []app.UI
	for _, j := range p.tree.projects() {
		if j.Site == s.ID {
			list = append(list, p.project(j))
		}
	}
	if len(list) == 0 {
		list = append(list, app.Li().Class("small dim").Text(words.T("admin.site.empty")))
	}
	return app.Section().Class("card flush adm-site").Aria("label", s.Name).DataSet("site", string(s.ID)).DataSet("name", s.Name).Body(
		app.Div().Class("card-head pad-x wrap").Body(top...), app.Ul().Class("list").Body(list...))
}

func (p *Places) project(j api.Project) app.UI {
	at := projectSpot(j)
	top := append([]app.UI{kit.Icon("document", "sm"), app.Span().Class("grow strong").Text(j.Name)}, p.acts(at)...)
	if p.Env.MayAt(access.WriteVocabulary, at.at) {
		top = append(top, app.A().Class("btn line small").ID("words-"+string(j.ID)).Href(wordsPage+string(j.ID)).Aria("label", words.T("wordbook.labels")+": "+j.Name).Text(words.T("wordbook.labels")))
	}
	if p.Env.MayAt(access.ManageProject, at.at) {
		top = append(top, p.more("group", at))
	}
	var groups []app.UI
	for _, g := range p.tree.Groups {
		if g.Project == j.ID && g.Deleted == nil {
			of := p.groupSpot(g)
			groups = append(groups, app.Li().DataSet("group", string(g.ID)).DataSet("name", g.Name).Class("row gap2").Body(
				append([]app.UI{kit.Icon("people", "sm"), app.Span().Class("grow").Text(g.Name)}, p.acts(of)...)...))
		}
	}
	parts := []app.UI{app.Div().Class("row gap2 wrap").Body(top...)}
	if len(groups) > 0 {
		parts = append(parts, app.Ul().Class("adm-groups").Aria("label", words.T("admin.group")).Body(groups...))
	}
	return app.Li().Class("adm-project").DataSet("project", string(j.ID)).DataSet("name", j.Name).Body(parts...)
}

// gone are deleted places that the reader may bring back.
func (p *Places) gone() app.UI {
	var list []app.UI
	add := func(s spot, deleted bool) {
		if deleted && p.mayDelete(s) {
			list = append(list, app.Li().Body(app.Span().Class("grow").Text(s.name), app.Span().Class("small dim").Text(words.T("admin."+s.kind)),
				kit.Button{ID: "restore-" + s.id, Word: words.T("admin.restore"), Icon: "undo", Class: "line small",
					Label: words.T("admin.act.label", "act", words.T("admin.restore"), "name", s.name), Press: p.restore(s)}.Draw()))
		}
	}
	for _, s := range p.tree.Sites {
		add(siteSpot(s), s.Deleted != nil)
	}
	for _, j := range p.tree.Projects {
		add(projectSpot(j), j.Deleted != nil)
	}
	for _, g := range p.tree.Groups {
		add(p.groupSpot(g), g.Deleted != nil)
	}
	if len(list) == 0 {
		return app.Text("")
	}
	return app.Section().Class("card flush").Aria("label", words.T("admin.places.deleted")).Body(
		app.Div().Class("card-head pad-x").Body(app.H2().Class("grow").Text(words.T("admin.places.deleted"))), app.Ul().Class("list").Body(list...))
}

func (p *Places) inFront(d *placeDialog) app.UI {
	key := "admin." + d.spot.kind + "." + d.what
	whole, class := d.begin(), "primary"
	body := []app.UI{whole}
	if d.what == "delete" {
		class = "danger"
		body = append(body, app.P().ID("goes").Text(d.goes()))
	} else {
		body = append(body, d.text(input{id: "place-name", label: words.T("admin.name"), most: 80, enter: p.do}, &d.name))
		if d.what == "new" && d.spot.kind == "site" {
			body = append(body, d.text(input{id: "place-project", label: words.T("admin.site.first"), help: words.T("admin.site.first.help"), most: 80, enter: p.do}, &d.project))
		}
	}
	title, word := words.T(key), "app.save"
	switch d.what {
	case "delete":
		title, word = words.T("admin.delete.title", "name", d.spot.name), "admin.delete"
	case "rename":
		title = words.T("admin.rename.title", "name", d.spot.name)
	default:
		word = "admin.create.do"
	}
	waits := d.what == "delete" && d.spot.kind != "group" && d.contents == nil
	return &kit.Dialog{Title: title, Cancel: p.leave, Body: body,
		Acts: []app.UI{cancel(d.busy, p.leave), kit.Button{ID: "place-do", Word: words.T(word), Class: class, Busy: d.busy, Disabled: waits, Press: p.do}.Draw()}}
}

// goes says what goes with a place.
func (d *placeDialog) goes() string {
	switch {
	case d.spot.kind == "group":
		return words.T("admin.group.goes")
	case d.contents == nil:
		return words.T("app.loading")
	}
	parts := []string{countOf("admin.patients.count", d.contents.Patients), countOf("admin.sittings", d.contents.Sittings)}
	if d.spot.kind == "site" {
		parts = append([]string{countOf("admin.projects", d.contents.Projects)}, parts...)
	}
	return words.T("admin.goes", "what", strings.Join(parts, ", "))
}
