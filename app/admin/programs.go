package admin

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Programs are those people sign in to with their account of this house (OpenID Connect). Services are on a page of their
// own: their manifests speak for them.
//
// What tests hold on to: #program-new; sections [data-program]; #edit-, #secret-, #switch-{program}. In dialogs #program-name,
// #program-method, #program-redirects, #program-logouts, #program-role-{role}, #program-offline, #program-keys, #program-save;
// [data-secret], #given-done; #program-do; #cancel.
type Programs struct {
	app.Compo
	Env *frame.Env

	list    []api.Client
	known   bool
	fault   error // of reading
	failed  error // of what was pressed last
	reading reading
	dialog  *programDialog // nil: none
	done    string

	run   errand
	focus func(id string)
	stops []func()
}

// programDialog is a program as it is being written down, its secret as it is shown, or the question before another.
type programDialog struct {
	form
	what   string // "write", "given", "secret"
	base   api.Client
	from   string
	secret string
	copied bool

	name, method, redirects, logouts, keys string
	roles                                  []access.Role
	offline                                bool
}

// The ways a program proves itself, as the interface names them.
const (
	bySecret  = "client_secret_basic"
	byKeys    = "private_key_jwt"
	byNothing = "none"
)

// OnMount reads the programs.
func (p *Programs) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("service.programs") + " · " + words.T("app.name"))
	p.run, p.focus = errands(ctx), focusing(ctx, p.Env)
	p.Env.LoadMe(ctx, p.load)
	p.stops = append(p.stops, p.Env.Follow(ctx, func(app.Context, remote.View) {}))
}

// OnDismount ends what OnMount began.
func (p *Programs) OnDismount() {
	for _, stop := range p.stops {
		stop()
	}
	p.stops = nil
}

func (p *Programs) load(app.Context) {
	if !p.reading.begin() {
		return
	}
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := p.Env.API.ListClients(ctx)
		return func(ctx app.Context) {
			again := p.reading.end()
			if p.Env.SignedOut(err) {
				return
			}
			if p.fault = err; err == nil {
				p.list, p.known = got.Items, true
			}
			if again {
				p.load(ctx)
			}
		}
	})
}

// ask opens a dialog.
func (p *Programs) ask(what string, c api.Client, from string) func(app.Context) {
	return func(app.Context) {
		d := &programDialog{what: what, base: c, from: from, name: c.Name, method: c.Method, redirects: strings.Join(c.Redirects, "\n"),
			logouts: strings.Join(c.Logouts, "\n"), keys: string(c.Keys), roles: slices.Clone(c.Roles), offline: slices.Contains(c.Scopes, "offline_access")}
		if c.ID == "" {
			d.method = bySecret
		}
		p.dialog, p.done, p.failed = d, "", nil
	}
}

func (p *Programs) leave(app.Context) {
	if p.dialog == nil || p.dialog.busy {
		return
	}
	from := p.dialog.from
	p.dialog = nil
	p.focus(from)
}

func (d *programDialog) scopes() []string {
	scopes := slices.DeleteFunc(slices.Clone(d.base.Scopes), func(s string) bool { return s == "offline_access" })
	if len(scopes) == 0 {
		scopes = []string{"openid", "profile", "roles"}
	}
	if d.offline {
		scopes = append(scopes, "offline_access")
	}
	return scopes
}

// save makes the program known, or changes it.
func (p *Programs) save(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	redirects, logouts, scopes, roles, name := strings.Fields(d.redirects), strings.Fields(d.logouts), d.scopes(), d.roles, strings.TrimSpace(d.name)
	d.wrong("program-name", care.ValidateName(name))
	if len(d.faults) > 0 {
		p.focus(d.first())
		return
	}
	p.does(d, func(ctx context.Context) (api.ClientSecret, error) {
		if d.base.ID == "" {
			b := api.CreateClientBody{Name: name, Method: d.method, Redirects: redirects, Logouts: logouts, Scopes: scopes, Roles: roles}
			if d.method == byKeys {
				b.Keys = asJSON(d.keys)
			}
			return p.Env.API.CreateClient(ctx, b)
		}
		b := api.PatchClientBody{Version: d.base.Version, Name: &name, Redirects: &redirects, Logouts: &logouts, Scopes: &scopes, Roles: &roles}
		if d.method == byKeys {
			keys := asJSON(d.keys)
			b.Keys = &keys
		}
		c, err := p.Env.API.PatchClient(ctx, d.base.ID, b)
		return api.ClientSecret{Client: c}, err
	})
}

// asJSON is what somebody wrote as JSON, or a text the house will refuse.
func asJSON(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	b, _ := json.Marshal(text) // a text has no error
	return b
}

// renew gives a program another secret.
func (p *Programs) renew(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	p.does(d, func(ctx context.Context) (api.ClientSecret, error) {
		return p.Env.API.NewClientSecret(ctx, d.base.ID, api.NewClientSecretBody{Version: d.base.Version})
	})
}

func (p *Programs) does(d *programDialog, do func(context.Context) (api.ClientSecret, error)) {
	d.busy = true
	p.run(func(ctx context.Context) func(app.Context) {
		made, err := do(ctx)
		return func(ctx app.Context) {
			d.busy = false
			if p.Env.SignedOut(err) {
				return
			}
			p.load(ctx)
			if err != nil {
				d.wrong(programField(err), err)
				p.focus(d.first())
				return
			}
			p.done = words.T("admin.saved", "name", made.Client.Name)
			if made.Secret == "" {
				p.leave(ctx)
				return
			}
			p.dialog = &programDialog{what: "given", base: made.Client, from: d.from, secret: made.Secret}
		}
	})
}

// programField is the field a fault is about; "" is the whole.
func programField(err error) string {
	switch fault.Of(err).Code {
	case "client.keys":
		return "program-keys"
	case "client.redirect", "client.scope":
		return "program-redirects"
	case "name.empty", "name.invalid":
		return "program-name"
	}
	return ""
}

// toggle switches a program off, which ends all it was given, or on.
func (p *Programs) toggle(c api.Client) func(app.Context) {
	return func(app.Context) {
		off := !c.Disabled
		p.failed, p.done = nil, ""
		p.run(func(ctx context.Context) func(app.Context) {
			_, err := p.Env.API.PatchClient(ctx, c.ID, api.PatchClientBody{Version: c.Version, Disabled: &off})
			return func(ctx app.Context) {
				if p.Env.SignedOut(err) {
					return
				}
				if p.failed = err; err == nil {
					p.done = words.T("admin.saved", "name", c.Name)
				}
				p.load(ctx)
			}
		})
	}
}

func (p *Programs) copy(app.Context) {
	d := p.dialog
	p.run(func(ctx context.Context) func(app.Context) {
		err := p.Env.Page.Copy(ctx, d.secret)
		return func(app.Context) {
			d.fresh()
			d.copied = err == nil
			d.wrong("", copyFault(err))
		}
	})
}

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
