package admin

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/fault"
)

func TestHospitalsSignInIsWrittenDownAndTested(t *testing.T) {
	h := clinic()
	list := []api.Hospital{}
	h.Answer(api.ListHospitals, func(remotetest.Asked) (any, error) { return api.List[api.Hospital]{Items: list}, nil })
	portal(t, h, func(e *frame.Env) *Settings { return &Settings{Env: e} }, func(t *testing.T, v *remotetest.Visit, s *Settings) {
		v.Shows("Everybody signs in with an account of Hearth")
		v.Spoken()
		v.Act(s.ask(api.Hospital{}, "hospital-new"))
		h.Answer(api.CreateHospital, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Invalid, "hospital.issuer", nil) })
		v.Act(s.save)
		v.Shows(`id="hospital-issuer-fault"`)
		v.Spoken()
		h.Answer(api.CreateHospital, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Invalid, "hospital.rule-value", nil) })
		v.Act(func(ctx app.Context) {
			s.dialog.rules = []*hospitalRule{{"staff", string(access.Therapist), string(site)}, {" ", string(access.Clerk), string(site)}}
			s.save(ctx)
		})
		v.Shows(`id="rule-1-value-fault"`)
		h.Answer(api.CreateHospital, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Invalid, "hospital.rule-place", nil) })
		v.Act(s.save)
		v.Shows(`id="form-fault"`)
		if at := s.dialog.first(); at != whole {
			t.Errorf("the keyboard goes to %q for what is wrong with the whole", at)
		}
		h.Answer(api.CreateHospital, func(a remotetest.Asked) (any, error) {
			var b api.PutHospitalBody
			a.Read(t, &b)
			if b.Site != site || b.Claim != "groups" || b.Secret == nil || *b.Secret != "s3cret" || len(b.Rules) != 1 || b.Rules[0].Site != site || b.Rules[0].Project != southern {
				t.Errorf("asked for %+v", b)
			}
			one := api.Hospital{ID: "h", Site: b.Site, Name: b.Name, Issuer: b.Issuer, Client: b.Client, Claim: b.Claim, Rules: b.Rules, Secret: true, Version: 1, Callback: "https://hearth.example/sign-in/hospital/h/callback"}
			list = append(list, one)
			return one, nil
		})
		v.Act(func(ctx app.Context) {
			d := s.dialog
			d.name, d.issuer, d.client, d.secret = "North", "https://id.example", "hearth", "s3cret"
			d.rules = []*hospitalRule{{"staff", string(access.Therapist), string(site) + "/" + string(southern)}}
			s.save(ctx)
		})
		v.Hides("<dialog", "s3cret")
		v.Shows("https://hearth.example/sign-in/hospital/h/callback", `id="test-h"`)
		v.Spoken()
		v.Act(s.ask(list[0], "edit-h"))
		v.Shows("Leave this empty to keep it", `id="rule-0-value"`)
		v.Spoken()
		if b := s.dialog.body(); b.Secret != nil || b.Version != 1 || b.Rules[0].Project != southern {
			t.Errorf("would ask for %+v", b)
		}
		v.Act(s.leave)
		h.Answer(api.TestHospital, func(remotetest.Asked) (any, error) {
			return api.Tested{Code: "hospital.away", Words: "It does not answer."}, nil
		})
		v.Act(s.test("h"))
		v.Shows("It does not answer.")
		v.Act(s.askRemoval(list[0]))
		v.Shows("Remove North?", "Their accounts here stay")
		v.Spoken()
		h.Answer(api.DeleteHospital, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Conflict, "changed-elsewhere", nil) })
		v.Act(s.remove)
		v.Shows("<dialog", `id="form-fault"`)
		h.Answer(api.DeleteHospital, func(a remotetest.Asked) (any, error) {
			var b api.VersionBody
			if a.Read(t, &b); b.Version != 1 {
				t.Errorf("removed at version %d", b.Version)
			}
			list = nil
			return nil, nil
		})
		v.Act(s.remove)
		v.Hides("<dialog", `data-hospital="h"`)
		v.Shows("Deleted: North", "Everybody signs in with an account of Hearth")
	})
}
