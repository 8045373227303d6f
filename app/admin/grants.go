package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// wholeHouse names the house among the places of a choice; a site is its id, a project "site/project".
const wholeHouse = "house"

// spotOf reads a place of a choice.
func spotOf(v string) care.Place {
	if v == wholeHouse {
		return care.TheHouse
	}
	site, project, _ := strings.Cut(v, "/")
	return care.Place{Site: care.SiteID(site), Project: care.ProjectID(project)}
}

// spots are the places where the reader may do action, sites before their projects, the house last if it is asked for.
func (t *tree) spots(env *frame.Env, action access.Action, house bool) (all []kit.Choice) {
	for _, s := range t.Sites {
		if s.Deleted == nil && env.MayAt(action, care.Place{Site: s.ID}) {
			all = append(all, kit.Choice{Value: string(s.ID), Word: words.T("admin.at.site", "name", s.Name)})
		}
	}
	for _, j := range t.writable(env, action) {
		all = append(all, kit.Choice{Value: string(j.Site) + "/" + string(j.ID), Word: words.T("admin.at.project", "name", t.name(j))})
	}
	if house && env.MayAt(action, care.TheHouse) {
		all = append(all, kit.Choice{Value: wholeHouse, Word: words.T("admin.at.house")})
	}
	return all
}

// at says where a role is held.
func (t *tree) at(g api.Grant) string {
	switch {
	case g.Site == "":
		return words.T("admin.at.house")
	case g.Project != "":
		return orDash(t.project(g.Project))
	}
	for _, s := range t.Sites {
		if s.ID == g.Site {
			return s.Name
		}
	}
	return "–"
}

// grantWords are somebody's roles, with their places where there are several.
func (t *tree) grantWords(p api.Person) string {
	var all []string
	for _, r := range access.Roles() {
		var at []string
		for _, g := range p.Grants {
			if g.Role == r {
				at = append(at, t.at(g))
			}
		}
		switch {
		case len(at) == 0:
		case len(t.projects()) < 2 && len(t.Sites) < 2:
			all = append(all, roleWord(r))
		default:
			all = append(all, roleWord(r)+" ("+strings.Join(at, ", ")+")")
		}
	}
	if p.Elsewhere {
		all = append(all, words.T("admin.roles.elsewhere"))
	}
	return strings.Join(all, ", ")
}

// placeChoice is a choice of the places where the reader gives roles.
func (p *People) placeChoice(id, chosen string, house bool, choose func(string)) app.UI {
	return kit.Select(id, words.T("admin.at"), p.tree.spots(p.Env, access.ManageRoles, house), chosen, func(_ app.Context, v string) { choose(v) })
}

// roles draws the dialog in which roles are given and taken.
func (p *People) roles(d *personDialog) app.UI {
	var list []app.UI
	for i, g := range d.person.Grants {
		row := []app.UI{app.Span().Class("grow").Body(app.Span().Class("strong").Text(roleWord(g.Role)), app.Text(" · "+p.tree.at(g)))}
		if d.person.ID != p.Env.Me().ID && p.Env.MayAt(access.ManageRoles, care.Place{Site: g.Site, Project: g.Project}) {
			row = append(row, kit.Button{ID: "take-" + count(i), Word: words.T("admin.remove"), Icon: "trash", Class: "small", Disabled: d.busy,
				Label: words.T("admin.act.label", "act", words.T("admin.remove"), "name", roleWord(g.Role)+" · "+p.tree.at(g)), Press: p.take(g)}.Draw())
		}
		list = append(list, app.Li().DataSet("role", string(g.Role)).DataSet("site", string(g.Site)).DataSet("project", string(g.Project)).Body(row...))
	}
	switch {
	case d.person.Elsewhere:
		list = append(list, app.Li().Class("dim").Text(words.T("admin.roles.elsewhere")))
	case len(list) == 0:
		list = append(list, app.Li().Class("dim").Text(words.T("admin.roles.none")))
	}
	var roles []kit.Choice
	for _, r := range access.Staff() {
		roles = append(roles, kit.Choice{Value: string(r), Word: roleWord(r)})
	}
	ended := app.UI(app.Text(""))
	if d.ended != "" {
		ended = kit.Alert(kit.Info, "info", words.T("admin.roles.ended", "names", d.ended))
	}
	return &kit.Dialog{Title: words.T("admin.roles.title", "name", d.person.Name), Cancel: p.leave,
		Body: []app.UI{said(d.fault), ended, app.Ul().ID("grants").Class("list tight").Body(list...),
			app.Div().Class("adm-two").Body(
				kit.Select("give-role", words.T("admin.role"), roles, d.role, func(_ app.Context, v string) { d.role = v }),
				p.placeChoice("give-at", d.at, true, func(v string) { d.at = v })),
			app.P().Class("small dim").Text(words.T("admin.role." + d.role))},
		Acts: []app.UI{kit.Button{ID: "cancel", Word: words.T("app.close"), Disabled: d.busy, Press: p.leave}.Draw(),
			kit.Button{ID: "give-do", Word: words.T("admin.roles.give"), Class: "primary", Busy: d.busy, Disabled: d.at == "", Press: p.give}.Draw()}}
}

// give gives the chosen role at the chosen place. The house may want to know anew who asks.
func (p *People) give(app.Context) {
	d := p.dialog
	if d == nil || d.busy || d.at == "" {
		return
	}
	at := spotOf(d.at)
	g := api.Grant{Role: access.Role(d.role), Site: at.Site, Project: at.Project}
	p.regrant(d, func(ctx context.Context) (api.RoleTaken, error) {
		now, err := p.Env.API.GiveRole(ctx, d.person.ID, g)
		return api.RoleTaken{Person: now}, err
	})
}

// take takes a role; care that stood on it ends.
func (p *People) take(g api.Grant) func(app.Context) {
	return func(app.Context) {
		if d := p.dialog; d != nil && !d.busy {
			p.regrant(d, func(ctx context.Context) (api.RoleTaken, error) { return p.Env.API.TakeRole(ctx, d.person.ID, g) })
		}
	}
}

func (p *People) regrant(d *personDialog, do func(context.Context) (api.RoleTaken, error)) {
	d.busy, d.fault, d.ended = true, nil, ""
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := do(ctx)
		return func(ctx app.Context) {
			d.busy = false
			if p.Env.SignedOut(err) {
				return
			}
			if d.fault = err; err == nil {
				var ended []string
				for _, c := range got.Ended {
					ended = append(ended, c.PatientName)
				}
				d.person, d.ended = got.Person, strings.Join(ended, ", ")
				p.put(got.Person)
			}
			p.read(ctx)
		}
	})
}
