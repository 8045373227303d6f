package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Settings are the hospitals whose accounts open the house. A hospital's secret goes in and never comes out.
type Settings struct {
	app.Compo
	desk
	Env *frame.Env

	tree      tree
	hospitals []api.Hospital
	tested    map[string]api.Tested // by hospital
	testing   string                // the one being asked
	dialog    *hospitalDialog       // nil: none
	removal   *removal              // nil: none
	done      string
}

// hospitalDialog is a hospital's sign-in, as it is being written down.
type hospitalDialog struct {
	form
	base                                      api.Hospital // without an id: a new one
	from                                      string
	site, name, issuer, client, secret, claim string
	closed                                    bool
	rules                                     []*hospitalRule
}

type hospitalRule struct{ value, role, at string }

// OnMount reads the places and the hospitals.
func (s *Settings) OnMount(ctx app.Context) {
	s.tested = map[string]api.Tested{}
	s.open(ctx, s.Env, words.T("admin.settings"), func(ctx app.Context) {
		s.tree.load(s.Env, s.run, nil)
		s.read(ctx)
	})
}

func (s *Settings) read(app.Context) {
	reads(&s.desk, s.Env, s.Env.API.ListHospitals, func(got api.List[api.Hospital]) { s.hospitals, s.known = got.Items, true }, s.read)
}

// test asks a hospital's provider whether it is there.
func (s *Settings) test(id string) func(app.Context) {
	return func(app.Context) {
		if s.testing != "" {
			return
		}
		s.testing = id
		s.run(func(ctx context.Context) func(app.Context) {
			got, err := s.Env.API.TestHospital(ctx, id)
			return func(app.Context) {
				if s.testing = ""; s.Env.SignedOut(err) {
					return
				}
				if s.fault = err; err == nil {
					s.tested[id] = got
				}
			}
		})
	}
}

func (s *Settings) copy(text string) func(app.Context) {
	return func(app.Context) {
		s.run(func(ctx context.Context) func(app.Context) {
			err := s.Env.Page.Copy(ctx, text)
			return func(app.Context) {
				if s.fault = copyFault(err); err == nil {
					s.done = words.T("admin.copied")
				}
			}
		})
	}
}

func (s *Settings) ask(h api.Hospital, from string) func(app.Context) {
	return func(app.Context) {
		d := &hospitalDialog{base: h, from: from, site: string(h.Site), name: h.Name, issuer: h.Issuer, client: h.Client, claim: h.Claim, closed: h.Disabled}
		if sites := s.sites(); h.ID == "" && len(sites) > 0 {
			d.site, d.claim = sites[0].Value, "groups"
		}
		for _, r := range h.Rules {
			at := wholeHouse
			if r.Site != "" {
				if at = string(r.Site); r.Project != "" {
					at += "/" + string(r.Project)
				}
			}
			d.rules = append(d.rules, &hospitalRule{r.Value, string(r.Role), at})
		}
		s.dialog, s.done = d, ""
	}
}

func (s *Settings) leave(app.Context) {
	if s.dialog == nil || s.dialog.busy {
		return
	}
	from := s.dialog.from
	s.dialog = nil
	s.focus(from)
}

func (d *hospitalDialog) body() api.PutHospitalBody {
	b := api.PutHospitalBody{Site: care.SiteID(d.site), Name: strings.TrimSpace(d.name), Issuer: strings.TrimSpace(d.issuer), Client: strings.TrimSpace(d.client),
		Claim: strings.TrimSpace(d.claim), Rules: []api.HospitalRule{}, Disabled: d.closed, Version: d.base.Version}
	if d.secret != "" {
		b.Secret = &d.secret
	}
	for _, r := range d.rules {
		at := spotOf(r.at)
		b.Rules = append(b.Rules, api.HospitalRule{Value: strings.TrimSpace(r.value), Grant: api.Grant{Role: access.Role(r.role), Site: at.Site, Project: at.Project}})
	}
	return b
}

// save keeps it. The house may want to know anew who asks.
func (s *Settings) save(app.Context) {
	d := s.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	d.busy = true
	body := d.body()
	s.run(func(ctx context.Context) func(app.Context) {
		var err error
		if d.base.ID == "" {
			_, err = s.Env.API.CreateHospital(ctx, body)
		} else {
			_, err = s.Env.API.PutHospital(ctx, d.base.ID, body)
		}
		return func(ctx app.Context) {
			d.busy = false
			if s.Env.SignedOut(err) {
				return
			}
			if err != nil {
				d.wrong(d.field(err), err)
				s.focus(d.first())
				return
			}
			s.done = words.T("admin.saved", "name", d.name)
			s.leave(ctx)
			s.read(ctx)
		}
	})
}

// field is the one a fault is about; "" is the whole.
func (d *hospitalDialog) field(err error) string {
	switch code := fault.Of(err).Code; code {
	case "hospital.issuer", "hospital.client", "hospital.claim":
		return strings.Replace(code, ".", "-", 1)
	case "name.empty", "name.invalid":
		return "hospital-name"
	case "hospital.rule-value":
		for i, r := range d.rules {
			if strings.TrimSpace(r.value) == "" {
				return "rule-" + count(i) + "-value"
			}
		}
	}
	return ""
}
