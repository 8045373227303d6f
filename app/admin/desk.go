package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/words"
)

// desk is what a page of the office stands on: how it asks the house and follows it, and what came of reading.
type desk struct {
	known   bool  // something was read
	fault   error // of reading
	reading reading

	run   errand
	focus func(id string)
	stops []func()
}

// open begins a page: it has a title, knows who is asking, and then reads.
func (d *desk) open(ctx app.Context, env *frame.Env, title string, read func(app.Context)) {
	env.Page.SetTitle(title + " · " + words.T("app.name"))
	d.run, d.focus = errands(ctx), focusing(ctx, env)
	env.LoadMe(ctx, read)
	d.stops = append(d.stops, env.Follow(ctx, func(app.Context, remote.View) {}))
}

// OnDismount ends what open began.
func (d *desk) OnDismount() {
	for _, stop := range d.stops {
		stop()
	}
	d.stops = nil
}

// reads asks the house, one question at a time, and takes what it answers. What was asked for meanwhile is read again.
func reads[T any](d *desk, env *frame.Env, ask func(context.Context) (T, error), take func(T), again func(app.Context)) {
	if !d.reading.begin() {
		return
	}
	d.run(func(ctx context.Context) func(app.Context) {
		got, err := ask(ctx)
		return func(ctx app.Context) {
			old := d.reading.end()
			if env.SignedOut(err) {
				return
			}
			if d.fault = err; err == nil {
				take(got)
			}
			if old {
				again(ctx)
			}
		}
	})
}
