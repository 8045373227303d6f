package admin

import (
	"context"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// why is who may do what to one patient, and by which roles: a part of the page of their record, asked for by a press.
type why struct {
	rights []api.Rights // nil: not shown
	busy   bool
	fault  error
}

// show asks the house.
func (y *why) show(env *frame.Env, run errand, focus func(string), patient care.PatientID) {
	if y.busy {
		return
	}
	y.busy = true
	run(func(ctx context.Context) func(app.Context) {
		got, err := env.API.WhoMay(ctx, patient)
		return func(app.Context) {
			if y.busy = false; env.SignedOut(err) {
				return
			}
			if y.fault = err; err == nil {
				y.rights = append([]api.Rights{}, got.Items...)
				focus("why")
			}
		}
	})
}

// card says it in sentences: who, by which role where, and what that lets them do.
func (y *why) card(t *tree, show func(app.Context)) app.UI {
	if y.rights == nil {
		return kit.Card("people", words.T("admin.why"), nil, said(y.fault), app.P().Class("small dim").Text(words.T("admin.why.about")), app.Div().Body(
			kit.Button{ID: "why-show", Word: words.T("admin.why.show"), Icon: "eye", Class: "line small", Busy: y.busy, Press: show}.Draw()))
	}
	var list []app.UI
	for _, r := range y.rights {
		parts := []app.UI{app.P().Class("strong").Text(r.Name)}
		if r.Disabled {
			parts = append(parts, app.P().Class("small").Text(words.T("admin.why.disabled")))
		}
		if len(r.Signals) > 0 {
			parts = append(parts, app.P().Class("small").Text(words.T("admin.why.signals", "signals", signalWords(r.Signals))))
		}
		for _, because := range reasons(r) {
			var acts []string
			for _, a := range because.actions {
				acts = append(acts, words.T("rights.action."+string(a)))
			}
			key := "admin.why.held"
			switch because.Reach {
			case access.OwnPatients:
				key = "admin.why.assigned"
			case access.Self:
				key = "admin.why.self"
			}
			parts = append(parts, app.P().Class("small").Body(app.Text(words.T(key, "role", roleWord(because.Role), "place", t.at(because.Grant))), app.Text(" "),
				app.Span().Class("dim").Text(strings.Join(acts, "; "))))
		}
		list = append(list, app.Li().DataSet("why", string(r.Person)).Body(app.Div().Class("grow").Body(parts...)))
	}
	return app.Div().ID("why").TabIndex(-1).Body(kit.Card("people", words.T("admin.why"), nil, app.Ul().Class("list adm-why").Body(list...)))
}

// reason is a grant that gives rights, with what it gives.
type reason struct {
	api.Because
	actions []access.Action
}

// reasons turns rights with their grants into grants with their rights.
func reasons(r api.Rights) (all []reason) {
	for _, right := range r.Rights {
		for _, because := range right.Because {
			i := slices.IndexFunc(all, func(one reason) bool { return one.Because == because })
			if i < 0 {
				i, all = len(all), append(all, reason{Because: because})
			}
			all[i].actions = append(all[i].actions, right.Action)
		}
	}
	return all
}
