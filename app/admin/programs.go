package admin

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
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
	desk
	Env *frame.Env

	list   []api.Client
	failed error          // of what was pressed last
	dialog *programDialog // nil: none
	done   string
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
	p.open(ctx, p.Env, words.T("service.programs"), p.load)
}

func (p *Programs) load(app.Context) {
	reads(&p.desk, p.Env, p.Env.API.ListClients, func(got api.List[api.Client]) { p.list, p.known = got.Items, true }, p.load)
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
