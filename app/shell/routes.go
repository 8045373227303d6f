// Package shell is where the pages' program begins: the table of routes, the abilities handed to pages, and the words. A
// new page is a row here.
package shell

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/admin"
	"hearth/app/aggregator"
	"hearth/app/check"
	"hearth/app/frame"
	"hearth/app/patient"
	"hearth/app/therapist"
	"hearth/shared/api"
	"hearth/shared/live"
)

// Route is one page: where it is, which portal it belongs to, and how it is made.
type Route struct {
	Path   string // exact, or up to the last part when it ends in "/"
	Portal live.Portal
	Open   func(*frame.Env) app.Composer
}

// Routes is the table. The house serves the same document for every page of a portal.
func Routes() []Route {
	return []Route{
		{api.AggregatorPage, live.Aggregator, func(e *frame.Env) app.Composer { return &aggregator.Page{Env: e} }},
		{api.PatientPage, live.Patient, func(e *frame.Env) app.Composer { return &patient.Page{Env: e} }},
		{api.TherapistPage, live.Therapist, func(e *frame.Env) app.Composer { return &therapist.Home{Env: e} }},
		{api.TherapistPage + "/words", live.Therapist, func(e *frame.Env) app.Composer { return &therapist.Words{Env: e} }},
		{api.LivePage, live.Therapist, func(e *frame.Env) app.Composer { return &therapist.Live{Env: e} }},
		{api.AdminPage, live.Admin, func(e *frame.Env) app.Composer { return &admin.Front{Env: e} }},
		{api.AdminPage + "/patients", live.Admin, func(e *frame.Env) app.Composer { return &admin.Patients{Env: e} }},
		{api.AdminPage + "/patients/new", live.Admin, func(e *frame.Env) app.Composer { return &admin.Admission{Env: e} }},
		{api.AdminPage + "/people", live.Admin, func(e *frame.Env) app.Composer { return &admin.People{Env: e} }},
		{api.AdminPage + "/trail", live.Admin, func(e *frame.Env) app.Composer { return &admin.Trail{Env: e} }},
		{api.AdminPage + "/patients/", live.Admin, func(e *frame.Env) app.Composer { return &admin.Record{Env: e} }},
		{api.AdminPage + "/people/roles", live.Admin, func(e *frame.Env) app.Composer { return &admin.Roles{Env: e} }},
		{api.AdminPage + "/places", live.Admin, func(e *frame.Env) app.Composer { return &admin.Places{Env: e} }},
		{api.AdminPage + "/settings", live.Admin, func(e *frame.Env) app.Composer { return &admin.Settings{Env: e} }},
		{api.AdminPage + "/house", live.Admin, func(e *frame.Env) app.Composer { return &admin.House{Env: e} }},
		{api.PatientPage + api.CheckPart, live.Patient, func(e *frame.Env) app.Composer { return &check.Page{Env: e, Back: api.PatientPage} }},
		{api.TherapistPage + api.CheckPart, live.Therapist, func(e *frame.Env) app.Composer { return &check.Page{Env: e, Back: api.TherapistPage} }},
		{api.AdminPage + api.CheckPart, live.Admin, func(e *frame.Env) app.Composer { return &check.Page{Env: e, Back: api.AdminPage + "/house"} }},
	}
}

// Register gives every route to the framework, and a page of ours to all others. assets/build has a lighter router in the
// framework's place, which knows the patterns that are used here and no others.
func Register(env *frame.Env) {
	for _, r := range Routes() {
		open := func() app.Composer { return r.Open(env) }
		if last := len(r.Path) - 1; r.Path[last] == '/' {
			app.RouteWithRegexp("^"+r.Path+"[^/]+/?$", open)
		} else {
			app.Route(r.Path, open)
		}
	}
	app.RouteWithRegexp(".*", func() app.Composer { return &frame.Lost{Env: env} })
}

// PortalOf finds the portal a path belongs to.
func PortalOf(path string) live.Portal {
	var found Route
	for _, r := range Routes() {
		base := r.Path
		if len(base) > len(found.Path) && (path == base || (len(path) > len(base) && path[:len(base)] == base)) {
			found = r
		}
	}
	return found.Portal
}
