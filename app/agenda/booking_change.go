package agenda

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/edits"
	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// patch is what was changed, and nothing else.
func (b *booking) patch() api.PatchVisitBody {
	was, body := draftOf(*b.was), api.PatchVisitBody{Version: b.was.Version}
	if local := b.Local(); local != was.Local() {
		body.Local = &local
	}
	if b.Zone != was.Zone {
		body.Zone = &b.Zone
	}
	if b.Minutes != was.Minutes {
		body.Minutes = &b.Minutes
	}
	if b.Kind != was.Kind {
		body.Kind = &b.Kind
	}
	if b.Relay != was.Relay {
		body.Relay = &b.Relay
	}
	return body
}

// patch changes a visit. Who comes too late sees what the other wrote beside what stands here, and decides.
func (f *front) patch(form *booking, was api.Visit, body api.PatchVisitBody) {
	f.desk.run(func(ctx context.Context) func(app.Context) {
		v, err := f.env.API.ChangeVisit(ctx, api.PatchVisit, was.ID, body)
		var now api.Visit
		var gone error
		if fault.Is(err, fault.Conflict) {
			now, gone = f.env.API.GetVisit(ctx, was.ID)
		}
		return func(ctx app.Context) {
			form.busy = false
			switch {
			case f.env.SignedOut(err):
			case err == nil:
				f.form = nil
				f.done(ctx, v, words.T("agenda.changed", "name", title(v)), f.back(was, v, body.Relay != nil))
			case fault.Is(err, fault.Conflict) && gone == nil && now.Version != was.Version:
				form.clash = edits.Between(form.fields(), valuesOf(*form.was), valuesOf(now))
				if form.was = &now; form.clash == nil {
					form.fault("", err)
				}
				f.desk.focus("theirs-all")
			default:
				form.fault(fieldOf(err), err)
				f.desk.focus(First(form.faults))
			}
		}
	})
}

// back changes a visit back to what it was. Who did not choose the way did not choose it by taking something else back.
func (f *front) back(was, now api.Visit, way bool) func(app.Context) {
	return func(ctx app.Context) {
		form := &booking{Draft: draftOf(was), was: &now}
		if !way {
			form.Relay = now.Relay
		}
		f.desk.run(func(ctx context.Context) func(app.Context) {
			v, err := f.env.API.ChangeVisit(ctx, api.PatchVisit, was.ID, form.patch())
			return func(ctx app.Context) {
				if f.env.SignedOut(err) {
					return
				}
				if err != nil {
					f.done(ctx, now, frame.Say(err), nil)
					return
				}
				f.done(ctx, v, words.T("agenda.changed", "name", title(v)), nil)
			}
		})
	}
}

// follow takes a newer version of the visit that is being changed, as long as nothing was written here.
func (f *front) follow(list []api.Visit) {
	form := f.form
	if form == nil || form.was == nil || form.busy {
		return
	}
	for _, v := range list {
		if v.ID == form.was.ID && v.Version != form.was.Version && form.patch() == (api.PatchVisitBody{Version: form.was.Version}) {
			before := form.Draft
			form.Draft, form.was = draftOf(v), &v
			form.Rule, form.NoRelay, form.Failing = before.Rule, before.NoRelay, before.Failing
		}
	}
}
