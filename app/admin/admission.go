package admin

import (
	"context"
	"math/rand/v2"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Admission makes a patient, with everything, in one form.
type Admission struct {
	app.Compo
	Env *frame.Env

	draft      intake
	tree       tree
	therapists []api.Colleague // of the draft's project
	made       *api.Record     // the patient just made
	code       handing

	run   errand
	focus func(id string)
	stops []func()
}

// OnMount reads the places.
func (a *Admission) OnMount(ctx app.Context) {
	a.Env.Page.SetTitle(words.T("admin.patient.new") + " · " + words.T("app.name"))
	a.run, a.focus = errands(ctx), focusing(ctx, a.Env)
	a.draft = begun(intake{}, rand.IntN)
	a.Env.LoadMe(ctx, a.load)
	a.stops = append(a.stops, a.Env.Follow(ctx, func(app.Context, remote.View) {}))
}

// OnDismount ends what OnMount began.
func (a *Admission) OnDismount() {
	for _, stop := range a.stops {
		stop()
	}
	a.stops = nil
}

func (a *Admission) load(app.Context) {
	a.tree.load(a.Env, a.run, func(app.Context) {
		if all := a.projects(); a.draft.project == "" && len(all) > 0 {
			a.choose(all[0].ID)
		}
	})
}

// projects are those the reader makes patients in.
func (a *Admission) projects() []api.Project { return a.tree.writable(a.Env, access.WritePatients) }

// choose takes a project: its groups, and its therapists.
func (a *Admission) choose(project care.ProjectID) {
	if a.draft.project == string(project) && a.therapists != nil {
		return
	}
	a.draft.project, a.draft.group, a.draft.therapist, a.therapists = string(project), "", "", nil
	a.run(func(ctx context.Context) func(app.Context) {
		got, err := a.Env.API.ListTherapists(ctx, project)
		return func(app.Context) {
			if a.Env.SignedOut(err) || a.draft.project != string(project) {
				return
			}
			a.draft.wrong("therapist", err)
			a.therapists = got.Items
		}
	})
}

func (a *Admission) create(app.Context) {
	d := &a.draft
	if d.busy {
		return
	}
	if !d.check(a.Env.Now()) {
		a.focus(d.first())
		return
	}
	d.busy = true
	body := d.body()
	a.run(func(ctx context.Context) func(app.Context) {
		made, err := a.Env.API.CreateRecord(ctx, body)
		return func(app.Context) { a.answered(made, err) }
	})
}

func (a *Admission) answered(made api.Record, err error) {
	a.draft.busy = false
	switch {
	case a.Env.SignedOut(err):
	case err != nil:
		a.draft.refused(err)
		if first := a.draft.first(); first != "" {
			a.focus(first)
		}
	default:
		a.made = &made
		a.focus("made")
	}
}

// another begins the next patient of a series.
func (a *Admission) another(app.Context) {
	a.draft, a.made = begun(a.draft, rand.IntN), nil
	a.focus("name")
}
