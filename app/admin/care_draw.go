package admin

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/words"
)

// card draws the therapists of a patient.
func (c *ward) card(patient care.PatientID) app.UI {
	id := "assign-" + string(patient)
	var assign app.UI
	if len(c.circle.Free(patient)) > 0 {
		assign = kit.Button{ID: id, Word: words.T("admin.assign"), Icon: "plus", Class: "line small", Press: c.ask(patient, Row{}, id)}.Draw()
	}
	var list []app.UI
	for _, r := range c.circle.Rows(patient) {
		list = append(list, c.row(patient, r))
	}
	if len(list) == 0 {
		help := words.T("admin.care.nobody")
		if len(c.circle.People) == 0 {
			help = words.T("admin.care.no-therapist")
		}
		list = append(list, app.Li().Class("small dim").Text(help))
	}
	refused := app.UI(app.Text(""))
	if c.refused != nil {
		refused = kit.Alert(kit.Bad, "warning", words.T("admin.unchanged")+" "+frame.Say(c.refused))
	}
	return kit.Card("shield", words.T("admin.patient.care"), assign, app.P().Class("sr").Role("status").Text(c.done), refused,
		app.P().Class("small dim").Text(words.T("admin.care.note")), app.Ul().Class("list adm-wards").Body(list...))
}

// row is a therapist with a switch per kind of signal.
func (c *ward) row(patient care.PatientID, r Row) app.UI {
	var switches []app.UI
	for _, s := range access.Signals() {
		switches = append(switches, kit.Switch("permit-"+string(patient)+"-"+string(r.Therapist)+"-"+string(s), signalWord(s), slices.Contains(r.Signals, s), false, c.flip(r, s)))
	}
	name := []app.UI{app.P().Class("strong").Text(r.Name)}
	id := "end-" + string(patient) + "-" + string(r.Therapist)
	busy := "false"
	if r.Busy {
		busy = "true"
	}
	return app.Li().Class("adm-care").DataSet("patient", string(patient)).DataSet("therapist", string(r.Therapist)).DataSet("busy", busy).Body(
		kit.Presence(r.Name, false),
		app.Div().Class("adm-who").Body(name...),
		app.Div().Class("adm-permits").Role("group").Aria("label", words.T("admin.permit.label", "therapist", r.Name, "patient", c.name)).Body(switches...),
		kit.Button{ID: id, Word: words.T("admin.end"), Class: "line small", Label: words.T("admin.end.label", "therapist", r.Name, "patient", c.name),
			Press: c.ask(patient, r, id)}.Draw())
}

// inFront draws the dialog.
func (c *ward) inFront(d *careDialog) app.UI {
	if d.ending.Therapist != "" {
		return &kit.Dialog{Title: words.T("admin.end.title", "therapist", d.ending.Name, "patient", c.name), Cancel: c.leave,
			Body: []app.UI{said(d.fault), app.P().Text(words.T("admin.end.what"))},
			Acts: []app.UI{cancel(d.busy, c.leave), kit.Button{ID: "end-do", Word: words.T("admin.end"), Class: "danger", Busy: d.busy, Press: c.end}.Draw()}}
	}
	var therapists []kit.Choice
	for _, p := range c.circle.Free(d.patient) {
		therapists = append(therapists, kit.Choice{Value: string(p.ID), Word: p.Name})
	}
	return &kit.Dialog{Title: words.T("admin.assign.title", "patient", c.name), Cancel: c.leave,
		Body: []app.UI{
			said(d.fault),
			kit.Select("assign-therapist", words.T("app.role.therapist"), therapists, string(d.therapist),
				func(_ app.Context, v string) { d.therapist = care.PersonID(v) }),
			signalChecks(d.signals, func(s []access.Signal) { d.signals = s }),
		},
		Acts: []app.UI{cancel(d.busy, c.leave), kit.Button{ID: "assign-do", Word: words.T("admin.assign.do"), Class: "primary", Busy: d.busy, Press: c.assign}.Draw()}}
}

func signalWord(s access.Signal) string { return words.T("app.signal." + string(s)) }

func signalWords(list []access.Signal) string {
	var all []string
	for _, s := range list {
		all = append(all, signalWord(s))
	}
	return strings.Join(all, ", ")
}
