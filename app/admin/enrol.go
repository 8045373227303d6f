package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Dialogs about codes for signing in anew.
const (
	enrolling dialogKind = "enrol"
	enrolled  dialogKind = "enrolled" // a code is shown, once
)

// enrol makes a code to hand over.
func (p *People) enrol(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	d.busy, d.fault = true, nil
	p.run(func(ctx context.Context) func(app.Context) {
		e, err := p.Env.API.IssueEnrolment(ctx, d.person.ID)
		return func(ctx app.Context) { p.issued(d, e, err) }
	})
}

func (p *People) issued(d *personDialog, e api.Enrolment, err error) {
	d.busy = false
	switch {
	case p.Env.SignedOut(err):
	case err != nil:
		d.fault = err
	default:
		p.dialog = &personDialog{kind: enrolled, person: e.Person, enrolment: e, from: d.from}
		p.focus("card")
	}
}

// codeShown shows a code, once. It goes from the page with the dialog; Escape does not close it, so that it is not lost by
// accident.
func (p *People) codeShown(d *personDialog) app.UI {
	return &kit.Dialog{Title: words.T("admin.enrol.done", "name", d.person.Name),
		Body: []app.UI{
			app.Dl().Class("adm-handed").Body(
				app.Dt().Class("label").Text(words.T("admin.enrol.code")),
				app.Dd().Body(app.Code().ID("enrol-code").Class("adm-password grow").TabIndex(0).Text(d.enrolment.Code)),
				app.Dt().Class("label").Text(words.T("admin.enrol.at")), app.Dd().ID("enrol-address").Class("mono").Text(d.enrolment.Address)),
			kit.Note(kit.Warn, "key", app.P().Text(words.T("admin.enrol.once"))),
		},
		Acts: []app.UI{
			kit.Button{ID: "card", Word: words.T("admin.enrol.card"), Icon: "document", Class: "line", Press: func(app.Context) { p.card(d.enrolment) }}.Draw(),
			kit.Button{ID: "enrolled-done", Word: words.T("admin.handed.done"), Class: "primary", Press: p.leave}.Draw()}}
}

// card opens the page to print. The code travels in a form, never in an address.
func (p *People) card(e api.Enrolment) {
	p.Env.Page.Post(api.EnrolPage+"/card", map[string]string{"as": p.Env.Page.Slot(), "person": string(e.Person.ID), "code": e.Code, "back": api.AdminPage})
}
