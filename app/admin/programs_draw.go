package admin

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Render draws the programs.
func (p *Programs) Render() app.UI {
	main := []app.UI{crumbs(words.T("service.title"), servicesPage), head(words.T("service.programs"), words.T("service.programs.about"),
		kit.Button{ID: "program-new", Word: words.T("service.program.new"), Icon: "plus", Class: "primary", Press: p.ask("write", api.Client{}, "program-new")}.Draw()),
		app.P().Class("sr").Role("status").Text(p.done), kit.Slot(said(p.failed))}
	if p.fault != nil {
		main = append(main, trouble(p.fault, p.load))
	}
	switch {
	case p.known && len(p.list) == 0:
		main = append(main, kit.Empty("link", words.T("service.program.none"), words.T("service.program.none.help")))
	case !p.known && p.fault == nil:
		main = append(main, loading())
	}
	for _, c := range p.list {
		main = append(main, p.card(c))
	}
	parts := []app.UI{p.Env.Staff(words.T("service.programs"), places(servicesPage), main...)}
	if p.dialog != nil {
		parts = append(parts, p.inFront(p.dialog))
	}
	return app.Div().Body(parts...)
}

func (p *Programs) card(c api.Client) app.UI {
	state, word, icon := kit.Badge(kit.Live, "check", words.T("service.is.on")), "service.off", "pause"
	if c.Disabled {
		state, word, icon = kit.Badge(kit.Plain, "pause", words.T("service.is.off")), "service.on", "play"
	}
	button := func(what, word, icon string, press func(app.Context)) app.UI {
		return kit.Button{ID: what + "-" + c.ID, Word: words.T(word), Icon: icon, Class: "line small", Label: words.T(word) + ": " + c.Name, Press: press}.Draw()
	}
	acts := []app.UI{button("edit", "admin.edit", "edit", p.ask("write", c, "edit-"+c.ID)), button("switch", word, icon, p.toggle(c))}
	if c.Method == bySecret {
		acts = append(acts, button("secret", "service.secret", "key", p.ask("secret", c, "secret-"+c.ID)))
	}
	return app.Div().DataSet("program", c.ID).Body(kit.Card("link", c.Name, state,
		pairs(words.T("service.id"), c.ID, words.T("service.proves"), words.T("service.method."+c.Method), words.T("service.signs-in"), sentences("app.role.", c.Roles),
			words.T("service.redirects"), strings.Join(c.Redirects, "\n"), words.T("service.may-know"), strings.Join(c.Scopes, " · ")),
		app.Div().Class("row wrap gap2").Body(acts...)))
}

func (p *Programs) inFront(d *programDialog) app.UI {
	switch d.what {
	case "given":
		word := words.T("admin.copy")
		if d.copied {
			word = words.T("admin.copied")
		}
		return &kit.Dialog{Title: words.T("service.given.title", "name", d.base.Name), Body: []app.UI{said(d.faults[""]),
			pairs(words.T("service.id"), d.base.ID),
			app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("service.given.client")), app.Div().Class("row wrap gap2").Body(
				app.Code().DataSet("secret", "client").Class("adm-password grow").TabIndex(0).Text(d.secret),
				kit.Button{ID: "copy-client", Word: word, Icon: copyIcon(d.copied), Class: "line", Press: p.copy}.Draw())),
			kit.Note(kit.Warn, "key", app.Text(words.T("service.given.once")))},
			Acts: []app.UI{kit.Button{ID: "given-done", Word: words.T("service.given.done"), Class: "primary", Press: p.leave}.Draw()}}
	case "secret":
		return &kit.Dialog{Title: words.T("service.secret.title", "name", d.base.Name), Cancel: p.leave, Body: []app.UI{said(d.faults[""]), app.P().Text(words.T("service.secret.what"))},
			Acts: []app.UI{cancel(d.busy, p.leave), kit.Button{ID: "program-do", Word: words.T("service.secret.do"), Class: "danger", Busy: d.busy, Press: p.renew}.Draw()}}
	}
	title := words.T("service.program.new")
	if d.base.ID != "" {
		title = words.T("admin.edit.title", "name", d.base.Name)
	}
	return &kit.Dialog{Title: title, Cancel: p.leave, Body: d.fields(),
		Acts: []app.UI{cancel(d.busy, p.leave), kit.Button{ID: "program-save", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Press: p.save}.Draw()}}
}

func (d *programDialog) fields() []app.UI {
	body := []app.UI{d.begin(), d.text(input{id: "program-name", label: words.T("admin.name"), help: words.T("service.program.name.help"), most: 80}, &d.name)}
	if d.base.ID == "" {
		var ways []kit.Choice
		for _, m := range []string{bySecret, byKeys, byNothing} {
			ways = append(ways, kit.Choice{Value: m, Word: words.T("service.method." + m)})
		}
		body = append(body, d.choice("program-method", words.T("service.proves"), ways, d.method, set(&d.method)))
	}
	if d.method == byKeys {
		body = append(body, d.lines("program-keys", words.T("service.keys"), "", &d.keys))
	}
	body = append(body, d.lines("program-redirects", words.T("service.redirects"), words.T("service.redirects.help"), &d.redirects),
		d.lines("program-logouts", words.T("service.logouts"), words.T("service.logouts.help"), &d.logouts))
	checks := []app.UI{app.Legend().Class("label").Text(words.T("service.signs-in"))}
	for _, r := range access.Roles() {
		checks = append(checks, kit.Check("program-role-"+string(r), roleWord(r), slices.Contains(d.roles, r), func(_ app.Context, on bool) {
			d.roles = slices.DeleteFunc(d.roles, func(o access.Role) bool { return o == r })
			if on {
				d.roles = append(d.roles, r)
			}
		}))
	}
	return append(body, app.FieldSet().Class("adm-relative").Body(checks...),
		kit.Check("program-offline", words.T("service.offline"), d.offline, func(_ app.Context, on bool) { d.offline = on }))
}

// lines draws a field of several lines.
func (f *form) lines(id, label, help string, value *string) app.UI {
	f.order = append(f.order, id)
	area := app.Textarea().ID(id).Class("input mono").Rows(3).Spellcheck(false).Text(*value).
		OnInput(func(ctx app.Context, _ app.Event) {
			if *value = ctx.JSSrc().Get("value").String(); f.faults[id] == nil {
				ctx.PreventUpdate()
			}
			delete(f.faults, id)
		}, kit.Fresh())
	below := app.UI(app.P().ID(id + "-help").Class("help").Text(help))
	switch err := f.faults[id]; {
	case err != nil:
		area = area.Aria("invalid", "true").Aria("describedby", id+"-fault")
		below = app.P().ID(id+"-fault").Class("help bad").Role("alert").Body(kit.Icon("warning", "xs"), app.Text(frame.Say(err)))
	case help != "":
		area = area.Aria("describedby", id+"-help")
	}
	return app.Div().Class("field").Body(app.Label().Class("label").For(id).Text(label), area, below)
}
