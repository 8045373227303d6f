package admin

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/words"
)

// inFront draws the dialog.
func (p *People) inFront(d *personDialog) app.UI {
	switch d.kind {
	case creating:
		return p.creation(d)
	case renaming:
		return p.renaming(d)
	case handed:
		return p.handOver(d)
	case granting:
		return p.roles(d)
	case enrolled:
		return codeShown(p.Env, d.enrolment, peoplePage, p.leave)
	}
	return p.question(d)
}

func (p *People) creation(d *personDialog) app.UI {
	var roles []app.UI
	for _, r := range access.Staff() {
		roles = append(roles, kit.Check("role-"+string(r), roleWord(r), slices.Contains(d.draft.Roles, r),
			func(_ app.Context, on bool) { d.draft.SetRole(r, on) }))
	}
	group := app.FieldSet().Class("field").Body(app.Legend().Class("label").Text(words.T("admin.roles")), app.Div().Class("perm").Body(roles...),
		below(d.draft.Fault("roles"), words.T("admin.roles.help")))
	return &kit.Dialog{Title: words.T("admin.create.title"), Cancel: p.leave,
		Body: []app.UI{
			said(d.draft.Fault("")),
			kit.Field{ID: "name", Label: words.T("admin.name"), Help: words.T("admin.name.help"), Fault: frame.Say(d.draft.Fault("name")), Value: d.draft.Name,
				MaxLength: 80, Enter: p.create, Change: func(_ app.Context, v string) { d.setName(v) }}.Draw(),
			kit.Field{ID: "login", Label: words.T("admin.login"), Help: words.T("porch.login.help"), Fault: frame.Say(d.draft.Fault("login")), Value: d.draft.Login,
				MaxLength: 64, Enter: p.create, Change: func(_ app.Context, v string) { d.draft.SetLogin(v) }}.Draw(),
			group,
			p.placeChoice("create-at", d.draft.At, false, func(v string) { d.draft.At = v }),
			app.P().Class("small dim").Text(words.T("admin.create.help")),
		},
		Acts: []app.UI{cancel(d.busy, p.leave),
			kit.Button{ID: "create-do", Word: words.T("admin.create.do"), Class: "primary", Busy: d.busy, Press: p.create}.Draw()}}
}

// setName suggests a sign-in name, and empties the field when there is none to suggest.
func (d *personDialog) setName(name string) {
	if d.draft.SetName(name); d.draft.Login == "" {
		kit.Clear("login")
	}
}

func (p *People) renaming(d *personDialog) app.UI {
	save := func(ctx app.Context) {
		name := d.name // as it is when pressed: a key may have come after the last drawing
		p.change(api.PatchPersonBody{Name: &name}, "admin.renamed")(ctx)
	}
	return &kit.Dialog{Title: words.T("admin.rename.title", "name", d.person.Name), Cancel: p.leave,
		Body: []app.UI{
			kit.Field{ID: "rename-name", Label: words.T("admin.name"), Help: words.T("admin.rename.help"), Fault: frame.Say(d.fault), Value: d.name, MaxLength: 80, Enter: save,
				Change: func(_ app.Context, v string) { d.name, d.fault = v, nil }}.Draw(),
		},
		Acts: []app.UI{cancel(d.busy, p.leave), kit.Button{ID: "rename-do", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Press: save}.Draw()}}
}

// question asks before something that is felt at once, and says what will happen.
func (p *People) question(d *personDialog) app.UI {
	kind, class, do := string(d.kind), "danger", p.reset
	switch d.kind {
	case enrolling:
		class, do = "primary", p.enrol
	case parting:
		do = p.part
	case disabling:
		do = p.change(api.PatchPersonBody{Disabled: &yes}, "admin.disabled")
	case enabling:
		class, do = "primary", p.change(api.PatchPersonBody{Disabled: &no}, "admin.enabled")
	}
	body := []app.UI{said(d.fault), app.P().Text(words.T("admin." + kind + ".what"))}
	if d.kind == parting && p.wires.known {
		body = append(body, p.wires.body()...)
	}
	return &kit.Dialog{Title: words.T("admin."+kind+".title", "name", d.person.Name), Cancel: p.leave, Body: body,
		Acts: []app.UI{cancel(d.busy, p.leave), kit.Button{ID: kind + "-do", Word: words.T("admin." + kind), Class: class, Busy: d.busy, Press: do}.Draw()}}
}

var yes, no = true, false

// handOver shows the password the house made up. Escape does not close it, so that it is not lost by accident.
func (p *People) handOver(d *personDialog) app.UI {
	word := words.T("admin.copy")
	if d.copied {
		word = words.T("admin.copied")
	}
	return &kit.Dialog{Title: words.T("admin.handed.title", "name", d.person.Name),
		Body: []app.UI{
			app.Dl().Class("adm-handed").Body(
				app.Dt().Class("label").Text(words.T("admin.login")), app.Dd().Class("mono").Text(d.person.Login),
				app.Dt().Class("label").Text(words.T("admin.password")), app.Dd().Class("row wrap gap2").Body(
					app.Code().ID("handed-password").Class("adm-password grow").TabIndex(0).Text(d.password),
					kit.Button{ID: "copy", Word: word, Icon: copyIcon(d.copied), Class: "line", Press: p.copy}.Draw())),
			said(d.fault),
			kit.Note(kit.Warn, "key", app.P().Text(words.T("admin.handed.once")), app.P().Text(words.T("admin.handed.change"))),
		},
		Acts: []app.UI{kit.Button{ID: "handed-done", Word: words.T("admin.handed.done"), Class: "primary", Press: p.leave}.Draw()}}
}

func copyIcon(copied bool) string {
	if copied {
		return "check"
	}
	return "document"
}

// said says what went wrong in a dialog.
func said(err error) app.UI {
	if err == nil {
		return app.Text("")
	}
	return kit.Alert(kit.Bad, "warning", frame.Say(err))
}

// below says what is wrong with a group of fields, or what helps.
func below(err error, help string) app.UI {
	if err == nil {
		return app.P().Class("help").Text(help)
	}
	return app.P().ID("roles-fault").Class("help bad").Role("alert").Body(kit.Icon("warning", "xs"), app.Text(frame.Say(err)))
}
