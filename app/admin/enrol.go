package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
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
func codeShown(env *frame.Env, e api.Enrolment, back string, leave func(app.Context)) app.UI {
	return &kit.Dialog{Title: words.T("admin.enrol.done", "name", e.Person.Name),
		Body: []app.UI{
			app.Dl().Class("adm-handed").Body(
				app.Dt().Class("label").Text(words.T("admin.enrol.code")),
				app.Dd().Body(app.Code().ID("enrol-code").Class("adm-password grow").TabIndex(0).Text(e.Code)),
				app.Dt().Class("label").Text(words.T("admin.enrol.at")), app.Dd().ID("enrol-address").Class("mono").Text(e.Address)),
			kit.Note(kit.Warn, "key", app.P().Text(words.T("admin.enrol.once"))),
		},
		Acts: []app.UI{
			kit.Button{ID: "card", Word: words.T("admin.enrol.card"), Icon: "document", Class: "line", Press: func(app.Context) { card(env, e, back) }}.Draw(),
			kit.Button{ID: "enrolled-done", Word: words.T("admin.handed.done"), Class: "primary", Press: leave}.Draw()}}
}

// card opens the page to print. The code travels in a form, never in an address.
func card(env *frame.Env, e api.Enrolment, back string) {
	env.Page.Post(api.EnrolPage+"/card", map[string]string{"as": env.Page.Slot(), "person": string(e.Person.ID), "code": e.Code, "back": back})
}

// handing is a code made for somebody from a page about them.
type handing struct {
	shown *api.Enrolment // nil: none
	busy  bool
	fault error
}

// issue asks the house for a code; any code of theirs before is void.
func (h *handing) issue(env *frame.Env, run errand, focus func(string), person care.PersonID) {
	if h.busy {
		return
	}
	h.busy, h.fault = true, nil
	run(func(ctx context.Context) func(app.Context) {
		e, err := env.API.IssueEnrolment(ctx, person)
		return func(app.Context) {
			h.busy = false
			if env.SignedOut(err) {
				return
			}
			if h.fault = err; err == nil {
				h.shown = &e
				focus("card")
			}
		}
	})
}

// draw shows the code, if there is one; afterwards the keyboard is at the button it was asked for with.
func (h *handing) draw(env *frame.Env, focus func(string), from string) app.UI {
	if h.shown == nil {
		return kit.Slot()
	}
	return kit.Slot(codeShown(env, *h.shown, patientsPage, func(app.Context) { h.shown = nil; focus(from) }))
}
