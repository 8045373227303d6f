package admin

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws the hospitals.
func (s *Settings) Render() app.UI {
	main := []app.UI{head(words.T("admin.settings"), words.T("admin.settings.about"),
		kit.Button{ID: "hospital-new", Word: words.T("admin.hospital.new"), Icon: "plus", Class: "primary", Press: s.ask(api.Hospital{}, "hospital-new")}.Draw()),
		app.P().Class("sr").Role("status").Text(s.done)}
	if s.fault != nil {
		main = append(main, trouble(s.fault, s.read))
	}
	switch {
	case s.known && len(s.hospitals) == 0:
		main = append(main, kit.Empty("key", words.T("admin.hospital.none"), words.T("admin.hospital.none.help")))
	case !s.known && s.fault == nil:
		main = append(main, loading())
	}
	for _, h := range s.hospitals {
		main = append(main, s.hospital(h))
	}
	main = append(main, ruled(s.Env, &s.tree))
	parts := []app.UI{s.Env.Staff(words.T("admin.settings"), places(settingsPage), main...)}
	if s.dialog != nil {
		parts = append(parts, s.inFront(s.dialog))
	}
	if s.removal != nil {
		parts = append(parts, s.removing(s.removal))
	}
	return app.Div().Body(parts...)
}

func (s *Settings) sites() (all []kit.Choice) {
	for _, one := range s.tree.Sites {
		if one.Deleted == nil && s.Env.MayAt(access.ManageSite, care.Place{Site: one.ID}) {
			all = append(all, kit.Choice{Value: string(one.ID), Word: one.Name})
		}
	}
	return all
}

func (s *Settings) hospital(h api.Hospital) app.UI {
	state := kit.Badge(kit.Live, "check", words.T("admin.state.active"))
	if h.Disabled {
		state = kit.Badge(kit.Plain, "pause", words.T("admin.state.disabled"))
	}
	result := app.UI(app.Text(""))
	if t, ok := s.tested[h.ID]; ok && t.Good {
		result = kit.Chip(kit.Live, "check", words.T("admin.hospital.good"))
	} else if ok {
		result = kit.Alert(kit.Warn, "warning", t.Words)
	}
	return app.Div().DataSet("hospital", h.ID).Body(kit.Card("key", h.Name, state,
		pairs(words.T("admin.site"), s.tree.at(api.Grant{Site: h.Site}), words.T("admin.hospital.issuer"), h.Issuer, words.T("admin.hospital.client"), h.Client,
			words.T("admin.hospital.rules"), count(len(h.Rules))),
		app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("admin.hospital.callback")), app.Div().Class("row wrap gap2").Body(
			app.Code().Class("mono adm-callback").Text(h.Callback),
			kit.Button{ID: "copy-" + h.ID, Word: words.T("admin.copy"), Icon: "document", Class: "line small", Press: s.copy(h.Callback)}.Draw())),
		result,
		app.Div().Class("row wrap gap2").Body(
			kit.Button{ID: "edit-" + h.ID, Word: words.T("admin.edit"), Icon: "edit", Class: "line small", Press: s.ask(h, "edit-"+h.ID)}.Draw(),
			kit.Button{ID: "test-" + h.ID, Word: words.T("admin.hospital.test"), Icon: "refresh", Class: "line small", Busy: s.testing == h.ID, Press: s.test(h.ID)}.Draw(),
			kit.Button{ID: "remove-" + h.ID, Word: words.T("admin.remove"), Icon: "trash", Class: "danger-line small", Label: words.T("admin.act.label", "act", words.T("admin.remove"), "name", h.Name),
				Press: s.askRemoval(h)}.Draw())))
}

func (s *Settings) inFront(d *hospitalDialog) app.UI {
	title, secret := words.T("admin.hospital.new"), ""
	if d.base.ID != "" {
		title = words.T("admin.edit.title", "name", d.base.Name)
	}
	if d.base.Secret {
		secret = words.T("admin.hospital.secret.help")
	}
	body := []app.UI{d.begin()}
	if d.base.ID == "" { // it stays at its site
		body = append(body, d.choice("hospital-site", words.T("admin.site"), s.sites(), d.site, set(&d.site)))
	}
	body = append(body,
		d.text(input{id: "hospital-name", label: words.T("admin.name"), help: words.T("admin.hospital.name.help"), most: 80}, &d.name),
		d.text(input{id: "hospital-issuer", label: words.T("admin.hospital.issuer"), hint: "https://login.example.org", most: 300}, &d.issuer),
		d.text(input{id: "hospital-client", label: words.T("admin.hospital.client"), most: 200}, &d.client),
		d.text(input{id: "hospital-secret", label: words.T("admin.hospital.secret"), help: secret, kind: "password", most: 500}, &d.secret),
		d.text(input{id: "hospital-claim", label: words.T("admin.hospital.claim"), help: words.T("admin.hospital.claim.help"), most: 100}, &d.claim),
		kit.Switch("hospital-on", words.T("admin.hospital.on"), !d.closed, false, func(_ app.Context, on bool) { d.closed = !on }))
	var roles []kit.Choice
	for _, r := range access.Staff() {
		roles = append(roles, kit.Choice{Value: string(r), Word: roleWord(r)})
	}
	spots := s.tree.spots(s.Env, access.ManageRoles, true)
	for i, r := range d.rules {
		at := "rule-" + count(i) + "-"
		body = append(body, app.FieldSet().Class("adm-relative").Body(app.Legend().Class("label").Text(words.T("admin.hospital.rule", "n", count(i+1))),
			d.text(input{id: at + "value", label: words.T("admin.hospital.group"), most: 200}, &r.value),
			d.choice(at+"role", words.T("admin.role"), roles, r.role, set(&r.role)),
			d.choice(at+"at", words.T("admin.at"), spots, r.at, set(&r.at)),
			app.Div().Class("adm-end").Body(kit.Button{ID: at + "remove", Word: words.T("admin.remove"), Icon: "trash", Class: "small", Press: func(app.Context) {
				d.rules = slices.Delete(d.rules, i, i+1)
				s.focus("rule-add")
			}}.Draw())))
	}
	body = append(body, app.Div().Body(kit.Button{ID: "rule-add", Word: words.T("admin.hospital.rule.add"), Icon: "plus", Class: "line small", Press: func(app.Context) {
		d.rules = append(d.rules, &hospitalRule{role: string(access.Therapist), at: d.site})
		s.focus("rule-" + count(len(d.rules)-1) + "-value")
	}}.Draw()))
	return &kit.Dialog{Title: title, Cancel: s.leave, Body: body,
		Acts: []app.UI{cancel(d.busy, s.leave), kit.Button{ID: "hospital-save", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Press: s.save}.Draw()}}
}
