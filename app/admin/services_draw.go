package admin

import (
	"encoding/json"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws the services.
func (s *Services) Render() app.UI {
	main := []app.UI{head(words.T("service.title"), words.T("service.about"), app.Div().Class("row wrap gap2").Body(
		kit.Link(words.T("service.programs"), "link", programsPage, "line"),
		kit.Button{ID: "service-new", Word: words.T("service.new"), Icon: "plus", Class: "primary", Press: s.ask(serviceManifest, api.Service{}, "service-new")}.Draw())),
		kit.Slot(s.told()...), kit.Slot(said(s.failed))}
	if s.fault != nil {
		main = append(main, trouble(s.fault, s.load))
	}
	switch {
	case s.known && len(s.list) == 0:
		main = append(main, kit.Empty("link", words.T("service.none"), words.T("service.none.help")))
	case !s.known && s.fault == nil:
		main = append(main, loading())
	}
	for _, hidden := range []bool{false, true} {
		for _, v := range s.list {
			if (v.Deleted != nil) == hidden {
				main = append(main, s.card(v))
			}
		}
	}
	parts := []app.UI{s.Env.Staff(words.T("service.title"), places(servicesPage), main...)}
	if s.dialog != nil {
		parts = append(parts, s.inFront(s.dialog))
	}
	return app.Div().Body(parts...)
}

// told says what was done last, and offers to undo a removal.
func (s *Services) told() []app.UI {
	if s.undo == nil {
		return []app.UI{app.P().Class("sr").Role("status").Text(s.done)}
	}
	v := *s.undo
	return []app.UI{app.Div().Class("note").Role("status").Body(kit.Icon("trash"), app.Span().Class("grow").Text(words.T("service.removed", "name", v.Manifest.Name)),
		kit.Button{ID: "undo", Word: words.T("app.undo"), Icon: "undo", Class: "accent small",
			Press: s.change(api.RestoreService, v, api.VersionBody{Version: v.Version}, "service.restored")}.Draw())}
}

// standing is the state of a service in a word, as code and as sign.
func standing(v api.Service) (code string, sign app.UI) {
	switch {
	case v.Deleted != nil:
		return "deleted", kit.Badge(kit.Plain, "trash", words.T("service.is.removed"))
	case v.Disabled:
		return "disabled", kit.Badge(kit.Plain, "pause", words.T("service.is.off"))
	case v.Quiet:
		return "quiet", kit.Badge(kit.Warn, "bell", words.T("service.is.quiet"))
	}
	return "active", kit.Badge(kit.Live, "check", words.T("service.is.on"))
}

func (s *Services) card(v api.Service) app.UI {
	code, sign := standing(v)
	id := string(v.ID)
	body := []app.UI{}
	if text := words.Spoken(v.Manifest.Description); text != "" {
		body = append(body, app.P().Class("dim").Text(text))
	}
	body = append(body, s.facts(v.Manifest, words.T("admin.at"), s.tree.at(api.Grant{Site: v.Site, Project: v.Project}), words.T("service.id"), id))
	if code == "quiet" {
		body = append(body, kit.Note(kit.Warn, "bell", app.Text(words.T("service.quiet.help"))))
	}
	return app.Div().DataSet("service", id).DataSet("state", code).Body(kit.Card("server", v.Manifest.Name, sign, append(body, app.Div().Class("row wrap gap2").Body(s.acts(v)...))...))
}

// acts are what can be done with a service.
func (s *Services) acts(v api.Service) []app.UI {
	id := string(v.ID)
	if v.Deleted != nil {
		return []app.UI{kit.Button{ID: "restore-" + id, Word: words.T("admin.restore"), Icon: "undo", Class: "line small",
			Press: s.change(api.RestoreService, v, api.VersionBody{Version: v.Version}, "service.restored")}.Draw()}
	}
	button := func(what, word, icon string, press func(app.Context)) app.UI {
		return kit.Button{ID: what + "-" + id, Word: words.T(word), Icon: icon, Class: "line small", Label: words.T(word) + ": " + v.Manifest.Name, Press: press}.Draw()
	}
	opens := func(what, word, icon string) app.UI { return button(what, word, icon, s.ask(what, v, what+"-"+id)) }
	var acts []app.UI
	if v.Manifest.Webhook != "" {
		acts = append(acts, opens(serviceTold, "service.told", "bell"))
	}
	acts = append(acts, opens(serviceManifest, "service.replace", "edit"))
	if v.Disabled || v.Quiet {
		acts = append(acts, button("switch", "service.on", "play", s.change(api.PatchService, v, api.PatchServiceBody{Version: v.Version}, "service.was-on")))
	}
	if !v.Disabled {
		acts = append(acts, button("off", "service.off", "pause", s.change(api.PatchService, v, api.PatchServiceBody{Version: v.Version, Disabled: true}, "service.was-off")))
	}
	if len(v.Manifest.Keys) == 0 {
		acts = append(acts, opens(serviceSecret, "service.secret", "key"))
	}
	if v.Manifest.Webhook != "" {
		acts = append(acts, opens(serviceHook, "service.hook", "key"))
	}
	return append(acts, opens(serviceRemove, "admin.remove", "trash"))
}

// facts say what a manifest asks for.
func (s *Services) facts(m care.Manifest, more ...string) app.UI {
	list := append(more, words.T("service.reads"), sentences("service.scope.", m.Scopes), words.T("service.hears"), sentences("service.event.", m.Events),
		words.T("service.webhook"), m.Webhook, words.T("service.signs-in"), sentences("app.role.", m.Roles), words.T("service.redirects"), strings.Join(m.Redirects, "\n"))
	for _, p := range m.Pages {
		list = append(list, words.T("service.page."+string(p.Portal)), words.Spoken(p.Title)+" · "+p.Address)
	}
	proof := words.T("service.by-secret")
	if len(m.Keys) > 0 {
		proof = words.T("service.by-keys")
	}
	return pairs(append(list, words.T("service.proves"), proof)...)
}

// sentences are what the words of a list say, one after the other.
func sentences[T ~string](prefix string, list []T) string {
	said := make([]string, len(list))
	for i, v := range list {
		if said[i] = string(v); words.Current().Has(prefix + said[i]) {
			said[i] = words.T(prefix + said[i])
		}
	}
	return strings.Join(said, " · ")
}

// written is a manifest as somebody may edit it.
func written(m care.Manifest) string {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}

func (s *Services) inFront(d *serviceDialog) app.UI {
	switch d.what {
	case serviceManifest:
		return s.writing(d)
	case serviceGiven:
		return s.handing(d)
	case serviceTold:
		return s.telling(d)
	}
	kind := "service." + d.what
	return &kit.Dialog{Title: words.T(kind+".title", "name", d.service.Manifest.Name), Cancel: s.leave, Body: []app.UI{said(d.faults[""]), app.P().Text(words.T(kind + ".what"))},
		Acts: []app.UI{cancel(d.busy, s.leave), kit.Button{ID: "service-do", Word: words.T(kind + ".do"), Class: "danger", Busy: d.busy, Press: s.act}.Draw()}}
}

// writing takes a manifest, shows what it asks for, and then asks whether to agree.
func (s *Services) writing(d *serviceDialog) app.UI {
	title := words.T("service.new")
	if d.service.ID != "" {
		title = words.T("service.replace.title", "name", d.service.Manifest.Name)
	}
	if d.preview != nil {
		return &kit.Dialog{Title: words.T("service.asks", "name", d.preview.Manifest.Name), Cancel: s.leave, Body: s.asks(d),
			Acts: []app.UI{kit.Button{ID: "manifest-back", Word: words.T("service.back"), Disabled: d.busy, Press: func(app.Context) { d.preview = nil; s.focus("manifest") }}.Draw(),
				kit.Button{ID: "manifest-agree", Word: words.T("service.agree"), Class: "primary", Busy: d.busy, Press: s.agree}.Draw()}}
	}
	body := []app.UI{d.begin(), app.P().Class("dim").Text(words.T("service.manifest.help"))}
	if d.service.ID == "" {
		body = append(body, d.choice("manifest-at", words.T("admin.at"), s.tree.spots(s.Env, mayServices, true), d.at, set(&d.at)))
	}
	field := app.Textarea().ID("manifest").Class("input mono").Rows(10).Spellcheck(false).Text(d.text).
		OnInput(func(ctx app.Context, _ app.Event) {
			if d.text = ctx.JSSrc().Get("value").String(); d.faults == nil {
				ctx.PreventUpdate()
			}
			d.fresh()
		}, kit.Fresh())
	below := app.UI(app.Text(""))
	if err := d.faults["manifest"]; err != nil {
		field = field.Aria("invalid", "true").Aria("describedby", "manifest-fault")
		below = app.Div().ID("manifest-fault").Body(said(err))
	}
	return &kit.Dialog{Title: title, Cancel: s.leave, Body: append(body,
		app.Div().Class("field").Body(app.Label().Class("label").For("manifest").Text(words.T("service.manifest")), field, below),
		app.Div().Class("field").Body(app.Label().Class("label").For("manifest-file").Text(words.T("service.file")),
			app.Input().ID("manifest-file").Class("input").Type("file").Accept(".json,application/json").
				OnChange(func(ctx app.Context, _ app.Event) { s.chosen(ctx) }, kit.Fresh()))),
		Acts: []app.UI{cancel(d.busy, s.leave), kit.Button{ID: "manifest-look", Word: words.T("service.look"), Class: "primary", Busy: d.busy, Press: s.look}.Draw()}}
}

// asks say what somebody is about to agree to.
func (s *Services) asks(d *serviceDialog) []app.UI {
	at := spotOf(d.at)
	body := []app.UI{d.begin(), app.P().ID("asks").TabIndex(-1).Text(words.T("service.asks.lead")),
		s.facts(d.preview.Manifest, words.T("admin.at"), s.tree.at(api.Grant{Site: at.Site, Project: at.Project}))}
	switch {
	case d.service.ID != "" && d.service.Agreed == d.preview.Digest:
		return append(body, kit.Note(kit.Info, "info", app.Text(words.T("service.same"))))
	case len(d.preview.Manifest.Scopes) > 0:
		return append(body, kit.Note(kit.Warn, "warning", app.Text(words.T("service.trust"))))
	}
	return body
}

// handing shows what a service was given. Escape does not close it, so that it is not lost by accident.
func (s *Services) handing(d *serviceDialog) app.UI {
	body := []app.UI{said(d.faults[""])}
	for _, one := range []struct{ which, text string }{{"client", d.given.ClientSecret}, {"webhook", d.given.WebhookSecret}} {
		if one.text == "" {
			continue
		}
		word := words.T("admin.copy")
		if d.copied == one.which {
			word = words.T("admin.copied")
		}
		body = append(body, app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("service.given."+one.which)), app.Div().Class("row wrap gap2").Body(
			app.Code().DataSet("secret", one.which).Class("adm-password grow").TabIndex(0).Text(one.text),
			kit.Button{ID: "copy-" + one.which, Word: word, Icon: copyIcon(d.copied == one.which), Class: "line", Press: s.copy(one.which, one.text)}.Draw())))
	}
	return &kit.Dialog{Title: words.T("service.given.title", "name", d.service.Manifest.Name),
		Body: append(body, pairs(words.T("service.id"), string(d.service.ID)), kit.Note(kit.Warn, "key", app.Text(words.T("service.given.once")))),
		Acts: []app.UI{kit.Button{ID: "given-done", Word: words.T("service.given.done"), Class: "primary", Press: s.leave}.Draw()}}
}
