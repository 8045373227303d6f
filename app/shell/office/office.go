// Package office is the table of pages of whoever runs the house: administrators, clerks, auditors, and therapists who plan
// their visits. A new page of theirs is a row here. It never opens onto the pages of those who practise, nor onto sensors and signals.
package office

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/admin"
	"hearth/app/agenda"
	"hearth/app/check"
	"hearth/app/frame"
	"hearth/app/guest"
	"hearth/app/queue"
	"hearth/app/shell"
	"hearth/app/side"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/wasm/file"
	"hearth/wasm/sound"
)

// Routes is the table. The house serves the same document for every page of the portal.
func Routes() []shell.Route {
	return []shell.Route{
		row("", func(e *frame.Env) app.Composer { return &admin.Front{Env: e} }),
		row("/patients", func(e *frame.Env) app.Composer { return &admin.Patients{Env: e} }),
		row("/patients/new", func(e *frame.Env) app.Composer { return &admin.Admission{Env: e} }),
		row("/patients/kept", func(e *frame.Env) app.Composer { return &admin.Kept{Env: e} }),
		row("/patients/import", func(e *frame.Env) app.Composer { return &admin.Import{Env: e} }),
		row("/people", func(e *frame.Env) app.Composer { return &admin.People{Env: e} }),
		row("/trail", func(e *frame.Env) app.Composer { return &admin.Trail{Env: e} }),
		row("/patients/", func(e *frame.Env) app.Composer { return &admin.Record{Env: e} }),
		row("/people/roles", func(e *frame.Env) app.Composer { return &admin.Roles{Env: e} }),
		row("/places", func(e *frame.Env) app.Composer { return &admin.Places{Env: e} }),
		row("/settings", func(e *frame.Env) app.Composer { return &admin.Settings{Env: e} }),
		row("/settings/", func(e *frame.Env) app.Composer { return &admin.Rules{Env: e} }),
		row("/words/", func(e *frame.Env) app.Composer { return &admin.Words{Env: e} }),
		row("/about/", func(e *frame.Env) app.Composer { return &admin.About{Env: e} }),
		row("/services", func(e *frame.Env) app.Composer { return &admin.Services{Env: e} }),
		row("/services/programs", func(e *frame.Env) app.Composer { return &admin.Programs{Env: e} }),
		row(frame.GuestPart, func(e *frame.Env) app.Composer { return &guest.Page{Env: e, Side: admin.Side} }),
		row("/visits", func(e *frame.Env) app.Composer { return &agenda.List{Env: e, Portal: admin.Visits()} }),
		row("/visits/settings", func(e *frame.Env) app.Composer { return &admin.Visiting{Env: e} }),
		row("/visits/", func(e *frame.Env) app.Composer { return &agenda.Details{Env: e, Portal: admin.Visits()} }),
		visits("", func(e *frame.Env) app.Composer { return &agenda.List{Env: e, Portal: therapists()} }),
		visits("/", func(e *frame.Env) app.Composer { return &agenda.Details{Env: e, Portal: therapists()} }),
		row("/devices", func(e *frame.Env) app.Composer { return &admin.Devices{Env: e} }),
		row("/devices/types", func(e *frame.Env) app.Composer { return &admin.DeviceTypes{Env: e} }),
		row("/house", func(e *frame.Env) app.Composer { return &admin.House{Env: e} }),
		row(api.CheckPart, func(e *frame.Env) app.Composer { return &check.Page{Env: e, Back: api.AdminPage + "/house"} }),
	}
}

// row is a page of this portal: its path below the portal's first page, and how it is made.
func row(path string, open func(*frame.Env) app.Composer) shell.Route {
	return shell.Route{Path: api.AdminPage + path, Portal: live.Admin, Open: open}
}

// visits is a page of the therapists' visits.
func visits(path string, open func(*frame.Env) app.Composer) shell.Route {
	return shell.Route{Path: api.AgendaPage + path, Portal: live.Therapist, Open: open}
}

func therapists() *agenda.Portal {
	return &agenda.Portal{Base: api.AgendaPage, Side: side.Therapist, Room: side.Room, Mine: true}
}

// Run starts these pages, see shell.Run.
func Run() {
	shell.Run(Routes(), func(e *frame.Env) {
		e.Files, e.Sound = file.Open(), sound.Open()
		if e.Door = queue.New(e, queue.Options{Room: admin.Visits().At}); strings.HasPrefix(app.Window().URL().Path, api.AgendaPage) {
			e.Door = queue.New(e, queue.Options{Mine: true, Enter: true, Room: side.Room})
		}
	})
}
