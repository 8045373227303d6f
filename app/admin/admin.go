// Package admin is the administrator's portal: people, who cares for whom and may receive what, and how the house is. It
// never shows a signal or what was said in a sitting.
//
//	list     one part of a list that may be long: asked for, taken, gone forward and back in; no page

//	Draft    a person about to be made, with what is wrong beside its field
//	Circle   who cares for whom, with the switches that are on their way to the house
//	ward     who cares for one patient, with the switches; a part of the record's page
//	Front, Patients, Admission, Record, People, Places, House   the pages
//
// # Hooks for tests
//
// People: #search, #role, #create; #people with data-shown; rows tr[data-person][data-login][data-state="active"|"disabled"];
// #more-{person} opens #rename-, #reset-, #disable-, #enable-{person}. In dialogs: #name, #login, #role-{role}, #create-do;
// #rename-name, #rename-do; #disable-do, #enable-do, #reset-do; #handed-password, #copy, #handed-done; #cancel.
//
// Patients: #search, #project, #group, #state, #create; #patients with data-shown and data-total; rows tr[data-patient][data-name]
// [data-state]; #span, #before, #after. The form: #name, #name-other, #login, #project, #group, #patient-language, #patient-theme,
// #therapist, #assign-{signal}, #contact-{name,birth,mobile,mail,note}, #relative-add, #relative-{i}-{name,relation,mobile,mail,language,remove},
// #create-do; then [data-made] with #made-login, #made-code, #made-open, #made-another.
//
// Record: #record with data-patient, data-state and data-version; #edit, #move, #code, #disable, #enable, #delete, #restore; the rows
// [data-patient][data-therapist] with the switches #permit-{patient}-{therapist}-{signal} (data-busy while the house is told) and
// #end-{patient}-{therapist}; #assign-{patient}; #contact-show, #contact-edit. In dialogs the fields of the form; #save, #move-do,
// #disable-do, #enable-do, #delete-do; #assign-therapist, #assign-{signal}, #assign-do; #end-do; #cancel. Where somebody else was
// first, #clash with #theirs-all, #mine-all and rows [data-clash].
//
// Places: #site-new; sections [data-site][data-name], rows [data-project], [data-group]; #project-new-{site}, #group-new-{project},
// #rename-{id}, #delete-{id}, #restore-{id}, #undo. In dialogs: #place-name, #place-project, #goes, #place-do; #cancel.
//
// Devices: rows [data-device] with data-name, data-state and data-patient, in them #open-{id} and one of #enable-{id}, #lend-{id},
// #return-{id}, #restore-{id}; #device-new, #code, #types, #undo. In dialogs: #device-name, #device-type, #device-model,
// #device-serial, #device-within, #device-note, #device-save, #clash; #lend-search, #lend-patient, #lend-do; #edit, #lend, #return,
// #enable, #disable, #delete, #delete-do, #history (data-loans), #close; #code-project, #code-uses, #code-do, #device-code,
// #code-print, #code-done. Types: rows [data-type]; #type-new, #type-parent, #type-kind, #type-{language}, #type-save.
//
// House: #version, #since, #database, #relay (data-relay = "ok", "waiting" or a fault code) with #relay-fails while nothing comes
// through it, #relay-name when something is wrong with the name, [data-way] (data-state = "ok" or a fault code) with
// #relay-certificate, #tested, #test and a link to the check, #certificate (both data-state = "ok", "soon", "ended"), #pages, #demo.
package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/agenda"
	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/shared/words"
)

// The portal's pages. Front, at api.AdminPage itself, is the first of them that is the reader's.
const (
	patientsPage = api.AdminPage + "/patients"
	recordPage   = patientsPage + "/" // + id
	newPatient   = patientsPage + "/new"
	peoplePage   = api.AdminPage + "/people"
	rolesPage    = peoplePage + "/roles"
	trailPage    = api.AdminPage + "/trail"
	placesPage   = api.AdminPage + "/places"
	settingsPage = api.AdminPage + "/settings"
	housePage    = api.AdminPage + "/house"
	servicesPage = api.AdminPage + "/services"
	programsPage = servicesPage + "/programs"

	// VisitsPage lists the visits; + "/" + id is one of them.
	VisitsPage = api.AdminPage + "/visits"

	devicesPage     = api.AdminPage + "/devices"
	deviceTypesPage = devicesPage + "/types"
)

// Visits is where the office has its visits. Whoever is only of the office attends none.
func Visits() *agenda.Portal {
	return &agenda.Portal{Base: VisitsPage, Side: Side, Set: VisitsPage + "/settings"}
}

// page is a place of the portal's side with what opens there.
type page struct {
	word, icon, href string
	needs            access.Action
	open             func(*frame.Env) app.Composer
}

// pages are the portal's own, in the order of its side. Each is there for whoever may do what it is about.
func pages() []page {
	return []page{
		{"admin.patients", "people", patientsPage, access.ReadPatients, func(e *frame.Env) app.Composer { return &Patients{Env: e} }},
		{"agenda.title", "calendar", VisitsPage, access.ReadVisits, func(e *frame.Env) app.Composer { return &agenda.List{Env: e, Portal: Visits()} }},
		{"devices.title", "device", devicesPage, access.ReadDevices, func(e *frame.Env) app.Composer { return &Devices{Env: e} }},
		{"admin.people", "key", peoplePage, access.ManagePeople, func(e *frame.Env) app.Composer { return &People{Env: e} }},
		{"admin.places", "home", placesPage, access.ManageProject, func(e *frame.Env) app.Composer { return &Places{Env: e} }},
		{"trail.title", "document", trailPage, access.ReadAudit, func(e *frame.Env) app.Composer { return &Trail{Env: e} }},
		{"admin.settings", "edit", settingsPage, access.ManageSite, func(e *frame.Env) app.Composer { return &Settings{Env: e} }},
		{"service.title", "link", servicesPage, access.ManageServices, func(e *frame.Env) app.Composer { return &Services{Env: e} }},
		{"admin.nav.house", "server", housePage, access.ReadInstallation, func(e *frame.Env) app.Composer { return &House{Env: e} }},
	}
}

// places are the portal's side, seen from one of its pages.
func places(here string) []frame.Place {
	var list []frame.Place
	for _, p := range pages() {
		list = append(list, frame.Place{Word: words.T(p.word), Icon: p.icon, Href: p.href, Here: p.href == here, Needs: []access.Action{p.needs}})
	}
	return list
}

// Side is the portal's side, for pages of others inside it.
func Side(here string) []frame.Place { return places(here) }

// errand does work away from the page and comes home with what it returns. It belongs to the page, not to the dialog it
// may have been started from: an answer is never lost because a dialog was closed.
type errand func(work func(context.Context) func(app.Context))

func errands(ctx app.Context) errand {
	return func(work func(context.Context) func(app.Context)) {
		ctx.Async(func() {
			then := work(ctx)
			ctx.Dispatch(func(ctx app.Context) { then(ctx) })
		})
	}
}

// focusing moves the keyboard once what is being drawn stands. It is the page's for the same reason.
func focusing(ctx app.Context, env *frame.Env) func(id string) {
	return func(id string) {
		ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { env.Page.Focus(id) }) })
	}
}

// stirs reports whether an event may have changed people or care.
func stirs(e live.Event) bool {
	if e.Changed != nil && e.Changed.Change.Data != nil {
		what := e.Changed.Change.Data.What
		return what == "people" || what == "permissions"
	}
	return e.Entered != nil
}

// reading lets one reading run at a time. What is asked for meanwhile is read once more after it.
type reading struct{ busy, again bool }

// begin reports whether to read now.
func (r *reading) begin() bool {
	if r.busy {
		r.again = true
		return false
	}
	r.busy, r.again = true, false
	return true
}

// end reports whether the answer is old already, so that it is to be read again.
func (r *reading) end() bool {
	r.busy = false
	return r.again
}

// head is the top of every page: what it is, how much there is, and the one thing to do.
func head(title, about string, act app.UI) app.UI {
	parts := []app.UI{app.Div().Class("grow").Body(app.H1().Text(title), app.P().Class("dim small num").Text(about))}
	if act != nil {
		parts = append(parts, act)
	}
	return app.Header().Class("row gap3").Body(parts...)
}

// trouble says what went wrong while reading, and offers to read again.
func trouble(err error, again func(app.Context)) app.UI {
	return kit.Note(kit.Warn, "warning", app.Div().Class("row wrap gap2 between").Role("alert").Body(
		app.Span().Text(frame.Say(err)),
		kit.Button{ID: "again", Word: words.T("app.retry"), Icon: "refresh", Class: "line small", Press: again}.Draw()))
}

// cancel is the quiet way out of a dialog.
func cancel(busy bool, press func(app.Context)) app.UI {
	return kit.Button{ID: "cancel", Word: words.T("app.cancel"), Disabled: busy, Press: press}.Draw()
}
