package admin

import (
	"math/rand/v2"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws the form, and after it what to do next.
func (a *Admission) Render() app.UI {
	main := []app.UI{crumbs(words.T("admin.patients"), patientsPage), head(words.T("admin.patient.new"), words.T("admin.patient.about"), nil)}
	switch {
	case a.made != nil:
		main = append(main, a.next())
	case a.tree.fault != nil:
		main = append(main, trouble(a.tree.fault, a.load))
	case !a.tree.known:
		main = append(main, loading())
	case len(a.projects()) == 0:
		main = append(main, kit.Empty("home", words.T("admin.patient.nowhere"), words.T("admin.patient.nowhere.help")))
	default:
		main = append(main, a.form()...)
	}
	return app.Div().Body(a.Env.Staff(words.T("admin.patient.new"), places(patientsPage), main...), a.code.draw(a.Env, a.focus, "made-code"))
}

// crumbs is the way back to where a page belongs.
func crumbs(word, href string) app.UI {
	return app.Nav().Class("crumbs").Aria("label", words.T("app.back")).Body(app.A().Href(href).Body(kit.Icon("chevron-left", "sm"), app.Text(word)))
}

func (a *Admission) form() []app.UI {
	d := &a.draft
	whole := d.begin()
	cards := []app.UI{kit.Card("person", words.T("admin.patient"), nil, a.record()...), kit.Card("shield", words.T("admin.patient.care"), nil, a.care()...)}
	if a.Env.MayAt(access.WriteContacts, a.place()) {
		cards = append(cards,
			kit.Card("lock", words.T("admin.contact"), nil, append([]app.UI{app.P().Class("small dim").Text(words.T("admin.contact.apart"))}, d.contact.draw(&d.form)...)...),
			kit.Card("people", words.T("admin.relatives"), nil, append([]app.UI{app.P().Class("small dim").Text(words.T("admin.relatives.help"))}, d.contact.family(&d.form, a.focus)...)...))
	}
	return []app.UI{whole, app.Div().Class("adm-form").Body(cards...), app.Div().Class("row gap2 wrap adm-acts").Body(
		kit.Button{ID: "create-do", Word: words.T("admin.patient.do"), Class: "primary", Busy: d.busy, Press: a.create}.Draw(),
		app.A().Class("btn").Href(patientsPage).Text(words.T("app.cancel")))}
}

func (a *Admission) place() care.Place {
	for _, p := range a.tree.Projects {
		if string(p.ID) == a.draft.project {
			return care.Place{Site: p.Site, Project: p.ID}
		}
	}
	return care.Place{}
}

func (a *Admission) record() []app.UI {
	d := &a.draft
	parts := []app.UI{
		app.Div().Class("adm-with").Body(
			d.text(input{id: "name", label: words.T("admin.pseudonym"), help: words.T("admin.pseudonym.help"), most: 80}, &d.name),
			kit.Button{ID: "name-other", Icon: "refresh", Class: "line", Label: words.T("admin.pseudonym.other"), Press: func(app.Context) {
				d.name = care.NewPseudonym(rand.IntN, 2)
				delete(d.faults, "name")
			}}.Draw()),
		app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("admin.comes")), kit.Segments(words.T("admin.comes"),
			[]kit.Choice{{Value: "account", Word: words.T("admin.comes.account")}, {Value: "link", Word: words.T("admin.comes.link")}}, linkChoice(d.linkOnly),
			func(_ app.Context, v string) { d.linkOnly = v == "link"; delete(d.faults, "login") })),
	}
	if !d.linkOnly {
		parts = append(parts, d.text(input{id: "login", label: words.T("admin.login"), help: words.T("admin.patient.login"), hint: care.LoginOf(d.name), most: 64}, &d.login))
	}
	var projects []kit.Choice
	for _, p := range a.projects() {
		projects = append(projects, kit.Choice{Value: string(p.ID), Word: a.tree.name(p)})
	}
	groups := append([]kit.Choice{{Word: words.T("admin.group.none")}}, a.tree.groups(care.ProjectID(d.project))...)
	return append(parts, app.Div().Class("adm-two").Body(
		d.choice("project", words.T("admin.project"), projects, d.project, func(_ app.Context, v string) { a.choose(care.ProjectID(v)) }),
		d.choice("group", words.T("admin.group"), groups, d.group, set(&d.group)),
		d.choice("patient-language", words.T("app.language"), languages(), d.language, set(&d.language)),
		d.choice("patient-theme", words.T("app.theme"), themes(), d.theme, set(&d.theme))), kit.Slot(d.game.draw(&d.form)...))
}

func linkChoice(linkOnly bool) string {
	if linkOnly {
		return "link"
	}
	return "account"
}

func (a *Admission) care() []app.UI {
	d := &a.draft
	therapists := []kit.Choice{{Word: words.T("admin.therapist.later")}}
	for _, t := range a.therapists {
		therapists = append(therapists, kit.Choice{Value: string(t.ID), Word: t.Name})
	}
	parts := []app.UI{d.choice("therapist", words.T("app.role.therapist"), therapists, d.therapist, set(&d.therapist))}
	if d.therapist == "" {
		return append(parts, app.P().Class("help").Text(words.T("admin.therapist.help")))
	}
	return append(parts, signalChecks(d.signals, func(s []access.Signal) { d.signals = s }))
}

// signalChecks is a tick for each kind of signal.
func signalChecks(chosen []access.Signal, choose func([]access.Signal)) app.UI {
	var signals []app.UI
	for _, s := range access.Signals() {
		signals = append(signals, kit.Check("assign-"+string(s), signalWord(s), slices.Contains(chosen, s),
			func(_ app.Context, on bool) { choose(flipped(chosen, s, on)) }))
	}
	return app.FieldSet().Class("field").Body(app.Legend().Class("label").Text(words.T("admin.permit")), app.Div().Class("perm").Body(signals...),
		app.P().Class("help").Text(words.T("admin.permit.help")))
}

// next says that the patient is there, and what to hand over.
func (a *Admission) next() app.UI {
	r := *a.made
	parts := []app.UI{app.H2().ID("made").TabIndex(-1).Text(words.T("admin.patient.made", "name", r.Name))}
	if r.LinkOnly {
		parts = append(parts, app.P().Text(words.T("admin.patient.by-link")))
	} else {
		parts = append(parts, app.P().Body(app.Span().Class("dim").Text(words.T("admin.login")+": "), app.Span().ID("made-login").Class("mono strong").Text(r.Login)),
			app.P().Text(words.T("admin.patient.by-account")))
	}
	acts := []app.UI{
		app.A().ID("made-open").Class("btn line").Href(recordPage + string(r.ID)).Text(words.T("admin.patient.open")),
		kit.Button{ID: "made-another", Word: words.T("admin.patient.another"), Icon: "plus", Class: "line", Press: a.another}.Draw()}
	if !r.LinkOnly && a.Env.May(access.EnrolPeople) {
		acts = append([]app.UI{kit.Button{ID: "made-code", Word: words.T("admin.enrol"), Icon: "lock", Class: "primary", Busy: a.code.busy,
			Press: func(app.Context) { a.code.issue(a.Env, a.run, a.focus, r.Person) }}.Draw()}, acts...)
	}
	return app.Section().Class("card stack gap3").DataSet("made", string(r.ID)).Body(append(parts, said(a.code.fault), app.Div().Class("row gap2 wrap").Body(acts...))...)
}
