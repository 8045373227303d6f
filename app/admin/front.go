package admin

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/words"
)

// Front is where everybody of the portal comes in. It shows the first page of the side that is the reader's: clerks their
// patients, auditors the trail. It sends nobody on, so that the way back leads out.
type Front struct {
	app.Compo
	Env *frame.Env

	known bool
}

// OnMount asks who comes in.
func (f *Front) OnMount(ctx app.Context) {
	f.Env.Page.SetTitle(words.T("app.name"))
	f.Env.LoadMe(ctx, func(app.Context) { f.known = true })
}

// Render draws the page that is the reader's.
func (f *Front) Render() app.UI {
	if f.known && f.Env.Me().ID != "" {
		for _, p := range pages() {
			if f.Env.May(p.needs) {
				return app.Div().Body(p.open(f.Env))
			}
		}
	}
	return app.Div().Body(f.Env.Staff(words.T("app.name"), places(""), loading()))
}

// loading says that it takes a moment.
func loading() app.UI {
	return app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading"))
}
