package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// removal asks before a hospital's sign-in goes for good.
type removal struct {
	form
	hospital api.Hospital
}

func (s *Settings) askRemoval(h api.Hospital) func(app.Context) {
	return func(app.Context) { s.removal, s.done = &removal{hospital: h}, "" }
}

func (s *Settings) keep(app.Context) {
	if s.removal == nil || s.removal.busy {
		return
	}
	from := "remove-" + s.removal.hospital.ID
	s.removal = nil
	s.focus(from)
}

// remove does it. The house may want to know anew who asks.
func (s *Settings) remove(app.Context) {
	d := s.removal
	if d == nil || d.busy {
		return
	}
	d.fresh()
	d.busy = true
	s.run(func(ctx context.Context) func(app.Context) {
		err := s.Env.API.DeleteHospital(ctx, d.hospital.ID, d.hospital.Version)
		return func(ctx app.Context) {
			d.busy = false
			if s.Env.SignedOut(err) {
				return
			}
			if err != nil {
				d.wrong("", err)
				s.focus(d.first())
				return
			}
			s.done, s.removal = words.T("admin.deleted", "name", d.hospital.Name), nil
			s.focus("hospital-new")
			s.read(ctx)
		}
	})
}

func (s *Settings) removing(d *removal) app.UI {
	return &kit.Dialog{Title: words.T("admin.hospital.remove", "name", d.hospital.Name), Cancel: s.keep,
		Body: []app.UI{d.begin(), app.P().Text(words.T("admin.hospital.remove.help"))},
		Acts: []app.UI{cancel(d.busy, s.keep), kit.Button{ID: "hospital-remove", Word: words.T("admin.remove"), Class: "danger", Busy: d.busy, Press: s.remove}.Draw()}}
}
