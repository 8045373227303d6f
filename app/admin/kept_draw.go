package admin

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws both.
func (k *Kept) Render() app.UI {
	main := []app.UI{crumbs(words.T("admin.patients"), patientsPage), head(words.T("kept.title"), words.T("kept.about"), nil), app.P().Class("sr").Role("status").Text(k.done)}
	if k.fault != nil {
		main = append(main, trouble(k.fault, k.read))
	}
	switch {
	case !k.known && k.fault == nil:
		main = append(main, loading())
	case k.known:
		main = append(main, k.times())
		if k.Env.May(access.ErasePatient) {
			main = append(main, k.forgotten())
		}
	}
	parts := []app.UI{k.Env.Staff(words.T("kept.title"), places(patientsPage), main...)}
	if k.dialog != nil {
		parts = append(parts, k.inFront(k.dialog))
	}
	return app.Div().Body(parts...)
}

// times says how long things are kept, at every place where somebody said so.
func (k *Kept) times() app.UI {
	d := care.DefaultRetention
	list := []app.UI{app.Li().DataSet("kept", "default").Body(app.Div().Class("grow").Body(app.P().Class("strong").Text(words.T("kept.default")),
		app.P().Class("small dim").Text(lengths(api.Retention{DeletedDays: d.DeletedDays, WaitDays: d.WaitDays, TrailYears: d.TrailYears}))))}
	for _, r := range k.said {
		at := spotName(r)
		id := "kept-" + strings.ReplaceAll(at, "/", "-")
		list = append(list, app.Li().DataSet("kept", at).Body(app.Div().Class("grow").Body(app.P().Class("strong").Text(k.tree.at(api.Grant{Site: r.Site, Project: r.Project})),
			app.P().Class("small dim").Text(lengths(r))),
			kit.Button{ID: id, Word: words.T("admin.edit"), Icon: "edit", Class: "line small", Press: k.ask(at, id),
				Label: words.T("admin.act.label", "act", words.T("admin.edit"), "name", k.tree.at(api.Grant{Site: r.Site, Project: r.Project}))}.Draw()))
	}
	var add app.UI
	if spots := k.spots(); len(spots) > 0 {
		add = kit.Button{ID: "kept-new", Word: words.T("kept.change"), Icon: "edit", Class: "line small", Press: k.ask(spots[0].Value, "kept-new")}.Draw()
	}
	return kit.Card("clock", words.T("kept.times"), add, app.P().Class("small dim").Text(words.T("kept.times.about")), app.Ul().Class("list").Body(list...))
}

func spotName(r api.Retention) string {
	switch {
	case r.Site == "":
		return wholeHouse
	case r.Project == "":
		return string(r.Site)
	}
	return string(r.Site) + "/" + string(r.Project)
}

// lengths says the times of a place; what it leaves to the place around is not said.
func lengths(r api.Retention) string {
	var all []string
	if r.DeletedDays > 0 {
		all = append(all, words.N("kept.deleted", r.DeletedDays, "count", grouped(r.DeletedDays)))
	}
	if r.WaitDays > 0 {
		all = append(all, words.N("kept.wait", r.WaitDays, "count", grouped(r.WaitDays)))
	}
	if r.TrailYears > 0 {
		all = append(all, words.N("kept.trail", r.TrailYears, "count", grouped(r.TrailYears)))
	}
	if len(all) == 0 {
		return words.T("kept.as-around")
	}
	return strings.Join(all, " · ")
}

// forgotten lists who waits to be erased or was, each with the proof.
func (k *Kept) forgotten() app.UI {
	if len(k.erasures) == 0 {
		return kit.Card("shield", words.T("kept.erasures"), nil, app.P().Class("dim").Text(words.T("kept.erasures.none")))
	}
	var list []app.UI
	for _, e := range k.erasures {
		list = append(list, k.erasure(e))
	}
	return kit.Card("shield", words.T("kept.erasures"), nil, app.P().Class("small dim").Text(words.T("kept.erasures.about")), app.Ul().ID("erasures").Class("list").Body(list...))
}

func (k *Kept) erasure(e api.Erasure) app.UI {
	total := 0
	for _, n := range e.Counts {
		total += n
	}
	lines, act := []app.UI{}, app.UI(app.Text(""))
	switch e.State {
	case care.ErasureWaiting:
		lines = append(lines, app.P().Class("row wrap gap2").Body(kit.Badge(kit.Warn, "clock", words.T("kept.waits")), app.Span().Text(words.T("kept.until", "day", moment(e.Due)))))
		act = app.A().Class("btn line small").Href(recordPage + string(e.Patient)).Text(words.T("admin.patient.open"))
	case care.ErasureCancelled:
		lines = append(lines, app.P().Body(kit.Badge(kit.Plain, "undo", words.T("kept.cancelled"))))
	default:
		done := ""
		if e.Done != nil {
			done = moment(*e.Done)
		}
		lines = append(lines, app.P().Class("row wrap gap2").Body(kit.Badge(kit.Live, "check", words.T("safe.done")), app.Span().Text(done)),
			app.P().Class("small dim").Text(words.N("kept.rows", total, "count", grouped(total))), app.P().Class("mono small adm-callback").Text(e.Proof))
		act = kit.Button{ID: "proof-" + string(e.ID), Word: words.T("safe.proof.save"), Icon: "download", Class: "line small", Press: func(app.Context) { keepProof(k.Env, e) }}.Draw()
	}
	lines = append(lines, app.P().Class("small dim").Text(words.T("trail.erasure.reason."+e.Reason)))
	return app.Li().DataSet("erasure", string(e.ID)).DataSet("state", string(e.State)).Body(app.Div().Class("grow stack gap1").Body(lines...), act)
}

func (k *Kept) inFront(d *keptDialog) app.UI {
	spots := k.spots()
	whole := d.begin()
	days := func(id, key string, value *string, usual int) app.UI {
		return d.text(input{id: id, label: words.T(key), kind: "number", hint: strconv.Itoa(usual), most: 5, enter: k.save}, value)
	}
	def := care.DefaultRetention
	due := kit.Slot()
	if d.due > 0 {
		due = kit.Slot(app.Div().ID("kept-due").TabIndex(-1).Role("alert").Body(kit.Note(kit.Warn, "warning", app.P().Text(words.N("kept.due", d.due, "count", grouped(d.due))))))
	}
	return &kit.Dialog{Title: words.T("kept.change"), Cancel: k.leave,
		Body: []app.UI{whole,
			d.choice("kept-at", words.T("admin.at"), spots, d.at, func(_ app.Context, v string) { d.about(k, v) }),
			days("kept-deleted", "kept.deleted.label", &d.deleted, def.DeletedDays), days("kept-wait", "kept.wait.label", &d.wait, def.WaitDays), days("kept-trail", "kept.trail.label", &d.trail, def.TrailYears),
			app.P().Class("small dim").Text(words.T("kept.empty")), due},
		Acts: []app.UI{cancel(d.busy, k.leave), kit.Button{ID: "kept-save", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Press: k.save}.Draw()}}
}
