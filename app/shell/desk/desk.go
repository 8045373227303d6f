// Package desk is the table of pages of the therapist's desk: who is there, the signals beside the call, the words on the
// labels. It is a program of its own, because a tablet on a bad line must not wait for a call it never holds, nor the desk for
// the drivers of sensors that nobody wears there. A new page of the therapist's is a row here; planning visits is the office's.
package desk

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/check"
	"hearth/app/frame"
	"hearth/app/guest"
	"hearth/app/queue"
	"hearth/app/shell"
	"hearth/app/side"
	"hearth/app/therapist"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/wasm/file"
	"hearth/wasm/media"
	"hearth/wasm/sound"
	"hearth/wasm/wake"
)

// Routes is the table. The house serves the same document for every page of the portal.
func Routes() []shell.Route {
	return []shell.Route{
		row(api.TherapistPage, func(e *frame.Env) app.Composer { return &therapist.Home{Env: e} }),
		row(side.Words, func(e *frame.Env) app.Composer { return therapist.Words(e) }),
		row(api.TherapistPage+frame.GuestPart, func(e *frame.Env) app.Composer { return &guest.Page{Env: e, Side: therapist.Side} }),
		row(api.LivePage, func(e *frame.Env) app.Composer { return &therapist.Live{Env: e} }),
		row(side.Room(""), func(e *frame.Env) app.Composer {
			return &therapist.Visit{Env: e, Capture: media.Open, Player: media.OpenPlayer}
		}),
		row(api.TherapistPage+api.CheckPart, func(e *frame.Env) app.Composer { return &check.Page{Env: e, Back: api.TherapistPage} }),
	}
}

// row is a page of this portal: where it is, and how it is made.
func row(path string, open func(*frame.Env) app.Composer) shell.Route {
	return shell.Route{Path: path, Portal: live.Therapist, Open: open}
}

// Run starts these pages, see shell.Run.
func Run() { shell.Run(Routes(), sit) }

// sit opens what only these pages need: a screen that stays on, sound, files, and who waits at the door.
func sit(e *frame.Env) {
	e.Wake = wake.Open()
	e.Sound = sound.Open()
	e.Files = file.Open()
	e.Door = queue.New(e, queue.Options{Mine: true, Enter: true, Room: side.Room})
}
