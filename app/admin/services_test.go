package admin

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

var lab = api.Service{ID: "v", Agreed: "d1", Version: 1, Manifest: care.Manifest{Name: "Gait lab", Description: map[string]string{"de": "Gang", "en": "Looks at how people walk."},
	Scopes: []access.ServiceScope{access.PatientsRead}, Events: []access.Event{access.PatientCreated}, Webhook: "https://gait.example/hook",
	Pages: []care.ServicePage{{Portal: care.TherapistPortal, Title: map[string]string{"en": "Gait"}, Address: "https://gait.example/page"}}}}

func servicesOf(e *frame.Env) *Services { return &Services{Env: e} }

func TestAServiceIsRegisteredAfterALook(t *testing.T) {
	h := clinic()
	list := []api.Service{}
	h.Answer(api.ListServices, func(remotetest.Asked) (any, error) { return api.List[api.Service]{Items: list}, nil })
	portal(t, h, servicesOf, func(t *testing.T, v *remotetest.Visit, s *Services) {
		v.Shows("No service yet", `id="service-new"`)
		v.Spoken()
		v.Act(s.ask(serviceManifest, api.Service{}, "service-new"))
		v.Shows(`id="manifest"`, "Nothing is granted before")
		v.Spoken()
		h.Answer(api.PreviewService, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Invalid, "service.scope", nil).With("where", "patients.write")
		})
		v.Act(s.look)
		v.Shows(`id="manifest-fault"`, "patients.write")
		v.Spoken()
		h.Answer(api.PreviewService, func(remotetest.Asked) (any, error) {
			return api.ServicePreview{Manifest: lab.Manifest, Digest: "d1"}, nil
		})
		v.Act(func(ctx app.Context) {
			s.dialog.text, s.dialog.at = "{}", string(site)+"/"+string(southern)
			s.look(ctx)
		})
		v.Shows("Gait lab asks", "Patients under their pseudonyms", "A patient was entered", "https://gait.example/hook", "Gait · https://gait.example/page", "contract")
		v.Hides(`id="manifest"`)
		v.Spoken()
		h.Answer(api.CreateService, func(a remotetest.Asked) (any, error) {
			var b api.ManifestBody
			if a.Read(t, &b); b.Agreed != "d1" || b.Site != site || b.Project != southern || b.Manifest != "{}" {
				t.Errorf("asked for %+v", b)
			}
			list = []api.Service{lab}
			return api.ServiceMade{Service: lab, ClientSecret: "c0-secret", WebhookSecret: "whsec_secret"}, nil
		})
		v.Act(s.agree)
		v.Shows("c0-secret", "whsec_secret", "shown once", `data-service="v"`)
		v.Spoken()
		v.Act(s.leave)
		v.Hides("c0-secret", "<dialog")
		v.Shows("Looks at how people walk.", `data-state="active"`, `id="remove-v"`)
		v.Spoken()
	})
}

func TestAServiceIsToldAndRemoved(t *testing.T) {
	h := clinic()
	now := lab
	h.Answer(api.ListServices, func(remotetest.Asked) (any, error) { return api.List[api.Service]{Items: []api.Service{now}}, nil })
	at := time.Now()
	told := []api.Delivery{{ID: "d1", Event: access.PatientCreated, State: care.DeliveryGivenUp, Attempts: 12, Made: at, Status: 503, Failure: "status"},
		{ID: "d2", Event: access.SittingEnded, State: care.DeliveryWaiting, Attempts: 1, Made: at, Due: &at, Failure: "unreachable"},
		{ID: "d3", Event: access.ServiceTested, State: care.DeliveryDelivered, Attempts: 1, Made: at, Status: 204}}
	h.Answer(api.ListDeliveries, func(remotetest.Asked) (any, error) { return api.List[api.Delivery]{Items: told}, nil })
	h.Answer(api.SendAgain, func(remotetest.Asked) (any, error) { return told[0], nil })
	portal(t, h, servicesOf, func(t *testing.T, v *remotetest.Visit, s *Services) {
		v.Act(s.ask(serviceTold, now, "deliveries-v"))
		v.Shows("12 attempts", "it answered 503", "not reachable", `data-delivery="d3"`, `id="again-d1"`, "given up")
		v.Spoken()
		v.Act(s.send("d1"))
		v.Shows("It is on its way.")
		if len(h.Asked(api.SendAgain)) != 1 || len(h.Asked(api.ListDeliveries)) != 2 {
			t.Error("not sent, or not read anew")
		}
		v.Act(s.leave)
		v.Act(s.ask(serviceRemove, now, "remove-v"))
		v.Shows("You can bring it back", `id="service-do"`)
		v.Spoken()
		h.Answer(api.DeleteService, func(remotetest.Asked) (any, error) {
			now.Deleted, now.Disabled, now.Version = &at, true, 2
			return now, nil
		})
		v.Act(s.act)
		v.Shows(`id="undo"`, "Removed: Gait lab", `data-state="deleted"`)
		v.Hides(`id="remove-v"`)
		v.Spoken()
		h.Answer(api.RestoreService, func(remotetest.Asked) (any, error) {
			now.Deleted, now.Version = nil, 3
			return now, nil
		})
		v.Act(s.change(api.RestoreService, now, api.VersionBody{Version: 2}, "service.restored"))
		v.Shows("Back again, switched off", `data-state="disabled"`)
		h.Answer(api.PatchService, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Conflict, "changed-elsewhere", nil) })
		v.Act(s.change(api.PatchService, now, api.PatchServiceBody{Version: 3}, "service.was-on"))
		v.Shows(`role="alert"`, "in the meantime")
		v.Spoken()
	})
}

func TestProgramsAreMadeAndChanged(t *testing.T) {
	h := clinic()
	list := []api.Client{}
	h.Answer(api.ListClients, func(remotetest.Asked) (any, error) { return api.List[api.Client]{Items: list}, nil })
	portal(t, h, func(e *frame.Env) *Programs { return &Programs{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *Programs) {
		v.Shows("No program yet")
		v.Spoken()
		v.Act(p.ask("write", api.Client{}, "program-new"))
		v.Act(p.save)
		v.Shows(`id="program-name-fault"`)
		v.Spoken()
		h.Answer(api.CreateClient, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Invalid, "client.redirect", nil) })
		v.Act(func(ctx app.Context) { p.dialog.name = "Cloud"; p.save(ctx) })
		v.Shows(`id="program-redirects-fault"`)
		v.Spoken()
		h.Answer(api.CreateClient, func(a remotetest.Asked) (any, error) {
			var b api.CreateClientBody
			if a.Read(t, &b); len(b.Redirects) != 2 || b.Method != bySecret || len(b.Scopes) != 4 || len(b.Roles) != 1 {
				t.Errorf("asked for %+v", b)
			}
			list = []api.Client{{ID: "k", Name: b.Name, Method: b.Method, Redirects: b.Redirects, Scopes: b.Scopes, Roles: b.Roles, Version: 1}}
			return api.ClientSecret{Client: list[0], Secret: "c0-secret"}, nil
		})
		v.Act(func(ctx app.Context) {
			d := p.dialog
			d.redirects, d.roles, d.offline = "https://a.example/cb\nhttps://b.example/cb\n", []access.Role{access.Therapist}, true
			p.save(ctx)
		})
		v.Shows("c0-secret", "shown once")
		v.Spoken()
		v.Act(p.leave)
		v.Hides("c0-secret")
		v.Shows(`data-program="k"`, `id="secret-k"`)
		v.Act(p.ask("secret", list[0], "secret-k"))
		v.Shows("worth nothing at once")
		h.Answer(api.NewClientSecret, func(remotetest.Asked) (any, error) {
			return api.ClientSecret{Client: list[0], Secret: "c1-secret"}, nil
		})
		v.Act(p.renew)
		v.Shows("c1-secret")
		v.Act(p.leave)
		h.Answer(api.PatchClient, func(a remotetest.Asked) (any, error) {
			var b api.PatchClientBody
			if a.Read(t, &b); b.Disabled == nil || !*b.Disabled {
				t.Errorf("asked for %+v", b)
			}
			list[0].Disabled = true
			return list[0], nil
		})
		v.Act(p.toggle(list[0]))
		v.Shows("switched off")
	})
}
