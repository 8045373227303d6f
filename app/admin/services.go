package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Services are other programs that act as themselves: what each was granted, what it is told, and its coming and going. What
// a manifest asks for is shown before anybody agrees, and a secret once.
//
// What tests hold on to: #service-new; sections [data-service][data-state]; #deliveries-, #replace-, #switch-, #secret-,
// #hook-, #remove-, #restore-{service}; #undo. In dialogs #manifest, #manifest-file, #manifest-at, #manifest-look, then
// #asks, #manifest-agree; [data-secret], #given-done; #deliveries, [data-delivery][data-state], #again-{delivery},
// #webhook-test, #deliveries-more; #service-do; #cancel.
type Services struct {
	app.Compo
	desk
	Env *frame.Env

	tree   tree
	list   []api.Service
	failed error          // of what was pressed last
	dialog *serviceDialog // nil: none
	done   string         // what was done last
	undo   *api.Service   // what was removed last
}

// What a dialog about a service is for.
const (
	serviceManifest = "manifest"   // a manifest is written or replaced, then agreed to
	serviceGiven    = "given"      // what a service was given is shown
	serviceTold     = "deliveries" // what it was told
	serviceRemove   = "remove"
	serviceSecret   = "secret" // it gets another to prove itself with
	serviceHook     = "hook"   // it gets another for its webhooks
)

// serviceDialog is what stands in front of the page.
type serviceDialog struct {
	form
	what    string
	service api.Service // without an id: a new one
	from    string

	at, text string              // of a manifest
	preview  *api.ServicePreview // nil: nobody has looked yet

	given  api.ServiceMade
	copied string // which secret was copied last

	told []api.Delivery
	next string
	read bool
	said string
}

// OnMount reads the places and the services.
func (s *Services) OnMount(ctx app.Context) {
	s.open(ctx, s.Env, words.T("service.title"), func(ctx app.Context) {
		s.tree.load(s.Env, s.run, nil)
		s.load(ctx)
	})
}

func (s *Services) load(app.Context) {
	reads(&s.desk, s.Env, s.Env.API.ListServices, func(got api.List[api.Service]) { s.list, s.known = got.Items, true }, s.load)
}

// ask opens a dialog.
func (s *Services) ask(what string, v api.Service, from string) func(app.Context) {
	return func(ctx app.Context) {
		d := &serviceDialog{what: what, service: v, from: from, at: wholeHouse}
		if v.Site != "" {
			d.at = strings.TrimSuffix(string(v.Site)+"/"+string(v.Project), "/")
		}
		if what == serviceManifest && v.ID != "" {
			d.text = written(v.Manifest)
		}
		s.dialog, s.done, s.undo, s.failed = d, "", nil, nil
		if what == serviceTold {
			s.more(ctx)
		}
	}
}

func (s *Services) leave(app.Context) {
	if s.dialog == nil || s.dialog.busy {
		return
	}
	from := s.dialog.from
	s.dialog = nil
	s.focus(from)
}

func (d *serviceDialog) body() api.ManifestBody {
	at := spotOf(d.at)
	b := api.ManifestBody{Site: at.Site, Project: at.Project, Manifest: strings.TrimSpace(d.text), Version: d.service.Version}
	if d.preview != nil {
		b.Agreed = d.preview.Digest
	}
	return b
}

// chosen takes a manifest from a file.
func (s *Services) chosen(app.Context) {
	d := s.dialog
	if s.Env.Files == nil || d == nil || d.busy {
		return
	}
	s.run(func(ctx context.Context) func(app.Context) {
		got, err := s.Env.Files.Chosen(ctx, "manifest-file", 32<<10)
		return func(ctx app.Context) {
			d.fresh()
			if err != nil {
				d.wrong("manifest", err)
				return
			}
			d.text = string(got.Bytes)
			kit.Write("manifest", d.text)
			s.look(ctx)
		}
	})
}

// look asks the house what the manifest asks for.
func (s *Services) look(app.Context) {
	d := s.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	d.busy, d.preview = true, nil
	body := d.body()
	s.run(func(ctx context.Context) func(app.Context) {
		got, err := s.Env.API.PreviewService(ctx, body)
		return func(app.Context) {
			d.busy = false
			switch {
			case s.Env.SignedOut(err):
			case err != nil:
				d.wrong("manifest", err)
				s.focus("manifest")
			default:
				d.preview = &got
				s.focus("asks")
			}
		}
	})
}

// agree grants what was looked at, and shows what the service is given.
func (s *Services) agree(app.Context) {
	d := s.dialog
	if d == nil || d.busy || d.preview == nil {
		return
	}
	body := d.body()
	s.does(d, func(ctx context.Context) (api.ServiceMade, error) {
		if d.service.ID == "" {
			return s.Env.API.CreateService(ctx, body)
		}
		return s.Env.API.PutService(ctx, d.service.ID, body)
	})
}

// does does what a dialog is about; what a service was given by it is shown next.
func (s *Services) does(d *serviceDialog, do func(context.Context) (api.ServiceMade, error)) {
	d.fresh()
	d.busy = true
	s.run(func(ctx context.Context) func(app.Context) {
		made, err := do(ctx)
		return func(ctx app.Context) {
			d.busy = false
			if s.Env.SignedOut(err) {
				return
			}
			s.load(ctx)
			if err != nil {
				if d.wrong("", err); fault.Of(err).Code == "service.agree" {
					d.preview = nil
				}
				return
			}
			s.done = words.T("admin.saved", "name", made.Service.Manifest.Name)
			if made.ClientSecret+made.WebhookSecret == "" {
				s.leave(ctx)
				return
			}
			s.dialog = &serviceDialog{what: serviceGiven, service: made.Service, given: made, from: d.from}
		}
	})
}

// act does what a question asked.
func (s *Services) act(app.Context) {
	d := s.dialog
	if d == nil || d.busy {
		return
	}
	s.does(d, func(ctx context.Context) (api.ServiceMade, error) {
		switch v := d.service; d.what {
		case serviceSecret:
			return s.Env.API.RenewService(ctx, api.NewServiceProof, v.ID, v.Version)
		case serviceHook:
			return s.Env.API.RenewService(ctx, api.NewWebhookSecret, v.ID, v.Version)
		default:
			now, err := s.Env.API.ChangeService(ctx, api.DeleteService, v.ID, api.VersionBody{Version: v.Version})
			if err == nil {
				s.undo, d.from = &now, "undo"
			}
			return api.ServiceMade{Service: now}, err
		}
	})
}

// change switches a service or brings it back.
func (s *Services) change(op api.Operation, v api.Service, body any, done string) func(app.Context) {
	return func(app.Context) {
		s.done, s.undo, s.failed = "", nil, nil
		s.run(func(ctx context.Context) func(app.Context) {
			_, err := s.Env.API.ChangeService(ctx, op, v.ID, body)
			return func(ctx app.Context) {
				if s.Env.SignedOut(err) {
					return
				}
				if s.failed = err; err == nil {
					s.done = words.T(done, "name", v.Manifest.Name)
				}
				s.load(ctx)
			}
		})
	}
}

// copy copies one of the secrets.
func (s *Services) copy(which, text string) func(app.Context) {
	return func(app.Context) {
		d := s.dialog
		s.run(func(ctx context.Context) func(app.Context) {
			err := s.Env.Page.Copy(ctx, text)
			return func(app.Context) {
				if d.fresh(); err == nil {
					d.copied = which
				}
				d.wrong("", copyFault(err))
			}
		})
	}
}

// mayServices is the right the page is about.
const mayServices = access.ManageServices
