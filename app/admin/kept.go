package admin

import (
	"context"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

// keptPage is about how long things are kept, and who was forgotten.
const keptPage = patientsPage + "/kept"

// Kept is how long things are kept at each place, and the erasures with their proofs.
type Kept struct {
	app.Compo
	desk
	Env *frame.Env

	tree     tree
	said     []api.Retention
	erasures []api.Erasure
	dialog   *keptDialog // nil: none
	done     string
}

// keptDialog says how long things are kept at a place.
type keptDialog struct {
	form
	at                   string // as a spot
	version              int64
	deleted, wait, trail string
	from                 string
	told                 api.Retention // what was asked for when the reader was told whom it forgets
	due                  int           // how many patients that is
}

// OnMount reads both and follows changes.
func (k *Kept) OnMount(ctx app.Context) {
	k.open(ctx, k.Env, words.T("kept.title"), func(ctx app.Context) {
		k.tree.load(k.Env, k.run, nil)
		k.read(ctx)
	})
	k.stops = append(k.stops, k.Env.Live.Listen(func(e live.Event) {
		if stirs(e) {
			ctx.Dispatch(k.read)
		}
	}))
}

func (k *Kept) read(app.Context) {
	may, house := k.Env.May(access.ErasePatient), k.Env.API
	ask := func(ctx context.Context) (both keptBoth, err error) {
		if both.said, err = house.ListRetention(ctx); err == nil && may {
			both.gone, err = house.ListErasures(ctx)
		}
		return both, err
	}
	reads(&k.desk, k.Env, ask, func(both keptBoth) { k.said, k.erasures, k.known = both.said.Items, both.gone.Items, true }, k.read)
}

// keptBoth is what the house keeps how long, and what it has erased.
type keptBoth struct {
	said api.List[api.Retention]
	gone api.List[api.Erasure]
}

// of is what was said at a place; nothing with version 0.
func (k *Kept) of(at care.Place) api.Retention {
	for _, r := range k.said {
		if r.Site == at.Site && r.Project == at.Project {
			return r
		}
	}
	return api.Retention{Site: at.Site, Project: at.Project}
}

// ask opens the dialog about a place.
func (k *Kept) ask(at string, from string) func(app.Context) {
	return func(app.Context) {
		d := &keptDialog{from: from}
		d.about(k, at)
		k.dialog, k.done = d, ""
	}
}

// about fills in what was said at a place.
func (d *keptDialog) about(k *Kept, at string) {
	r := k.of(spotOf(at))
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	d.at, d.version, d.deleted, d.wait, d.trail = at, r.Version, number(r.DeletedDays), number(r.WaitDays), number(r.TrailYears)
}

func (k *Kept) leave(app.Context) {
	if k.dialog == nil || k.dialog.busy {
		return
	}
	from := k.dialog.from
	k.dialog = nil
	k.focus(from)
}

// body reads the numbers; an empty field is "as in the place around".
func (d *keptDialog) body() (api.Retention, bool) {
	at := spotOf(d.at)
	r := api.Retention{Site: at.Site, Project: at.Project, Version: d.version}
	for id, field := range map[string]struct {
		text string
		to   *int
	}{"kept-deleted": {d.deleted, &r.DeletedDays}, "kept-wait": {d.wait, &r.WaitDays}, "kept-trail": {d.trail, &r.TrailYears}} {
		if field.text == "" {
			continue
		}
		n, err := strconv.Atoi(field.text)
		if err != nil {
			d.wrong(id, fault.New(fault.Invalid, "retention.invalid", err))
		}
		*field.to = n
	}
	if len(d.faults) == 0 {
		d.wrong("kept-deleted", care.Retention{TrailYears: r.TrailYears, DeletedDays: r.DeletedDays, WaitDays: r.WaitDays}.Validate())
	}
	return r, len(d.faults) == 0
}

// save tells the house, which wants to know anew who asks.
func (k *Kept) save(app.Context) {
	d := k.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	body, ok := d.body()
	if !ok {
		k.focus(d.first())
		return
	}
	d.busy = true
	k.run(func(ctx context.Context) func(app.Context) {
		if body != d.told { // first who would be forgotten by it
			got, err := k.Env.API.PreviewRetention(ctx, body)
			if err != nil || got.Patients > 0 {
				return func(app.Context) { d.tell(k, body, got.Patients, err) }
			}
		}
		_, err := k.Env.API.PutRetention(ctx, body)
		return func(ctx app.Context) {
			d.busy = false
			switch {
			case k.Env.SignedOut(err):
			case err != nil:
				d.wrong("", err)
				k.read(ctx)
			default:
				k.done = words.T("kept.saved")
				k.leave(ctx)
				k.read(ctx)
			}
		}
	})
}

// tell says whom the times that are asked for would forget at once; asking for the same once more does it.
func (d *keptDialog) tell(k *Kept, body api.Retention, due int, err error) {
	d.busy = false
	if k.Env.SignedOut(err) {
		return
	}
	if err != nil {
		d.wrong("", err)
		return
	}
	d.told, d.due = body, due
	k.focus("kept-due")
}

// spots are the places the reader may say it for.
func (k *Kept) spots() []kit.Choice { return k.tree.spots(k.Env, access.ManageProject, true) }
