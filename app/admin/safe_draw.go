package admin

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// card draws what can be done with everything about a patient.
func (s *safe) card(held *time.Time, mayExport, mayErase, reads bool) app.UI {
	parts := []app.UI{app.P().Class("sr").Role("status").Text(s.done), said(s.outside())}
	acts := []app.UI{}
	if mayExport {
		parts = append(parts, app.P().Class("small dim").Text(words.T("safe.export.about")))
		acts = append(acts, kit.Button{ID: "export", Word: words.T("safe.export"), Icon: "download", Class: "line small", Busy: s.busy == "export", Press: s.export(reads)}.Draw())
	}
	if mayErase {
		acts = append(acts, kit.Button{ID: "erase", Word: words.T("safe.erase"), Icon: "trash", Class: "danger-line small", Busy: s.busy == "plan", Disabled: held != nil, Press: s.erase}.Draw())
	}
	parts = append(parts, app.Div().Class("row wrap gap2").Body(acts...))
	if mayErase {
		parts = append(parts, s.holding(held))
	}
	return kit.Card("shield", words.T("safe.title"), nil, parts...)
}

// outside is what went wrong where no dialog says it.
func (s *safe) outside() error {
	if s.dialog != nil {
		return nil
	}
	return s.fault
}

// holding is the switch that keeps a patient from being forgotten.
func (s *safe) holding(held *time.Time) app.UI {
	about := words.T("safe.hold.about")
	if held != nil {
		about = words.T("safe.held", "day", day(*held))
	}
	return app.Div().Class("stack gap1").Body(kit.Switch("hold", words.T("safe.hold"), held != nil, s.busy == "hold", s.hold), app.P().ID("held").Class("small dim").Text(about))
}

// after says what is planned for a patient who is deleted: that they wait for their erasure, or until when they are kept.
func (s *safe) after(held *time.Time) app.UI {
	parts := []app.UI{app.P().Class("sr").Role("status").Text(s.done), said(s.outside())}
	switch p := s.plan; {
	case p == nil:
		return kit.Slot(parts...)
	case p.State == care.ErasureWaiting:
		parts = append(parts, app.P().ID("erasure-due").Text(words.T("safe.due", "day", moment(p.Due))), app.P().Class("small dim").Text(words.T("trail.erasure.reason."+p.Reason)),
			app.Div().Body(kit.Button{ID: "erasure-cancel", Word: words.T("safe.cancel"), Icon: "undo", Class: "line", Busy: s.busy == "cancel", Press: s.cancel}.Draw()))
	default:
		if p.Kept != nil && held == nil {
			parts = append(parts, app.P().ID("erasure-kept").Text(words.T("safe.kept", "day", moment(*p.Kept))))
		}
		parts = append(parts, s.holding(held), app.Div().Body(
			kit.Button{ID: "erase", Word: words.T("safe.erase"), Icon: "trash", Class: "danger-line small", Busy: s.busy == "plan", Disabled: held != nil, Press: s.erase}.Draw()))
	}
	return kit.Slot(kit.Card("shield", words.T("safe.title"), nil, parts...))
}

// proven shows the proof of an erasure.
func (s *safe) proven() app.UI {
	e := *s.proof
	return app.Div().ID("proof").TabIndex(-1).Body(kit.Card("shield", words.T("safe.proof"),
		kit.Button{ID: "proof-save", Word: words.T("safe.proof.save"), Icon: "download", Class: "line small", Press: s.keep}.Draw(),
		proofFacts(e), countsTable(e.Counts)))
}

func proofFacts(e api.Erasure) app.UI {
	done := ""
	if e.Done != nil {
		done = moment(*e.Done)
	}
	return app.Div().Class("stack gap2").Body(pairs(words.T("safe.when"), done, words.T("safe.why"), words.T("trail.erasure.reason."+e.Reason)),
		app.Code().ID("proof-hash").Class("mono adm-callback").Text(e.Proof))
}

// countsTable says how much there is of what.
func countsTable(counts map[string]int) app.UI {
	var rows []app.UI
	for _, one := range kinds(counts) {
		rows = append(rows, app.Dt().Text(one[0]), app.Dd().Class("num").Text(one[1]))
	}
	return app.Dl().Class("facts adm-counts").Body(rows...)
}

// inFront draws the dialog, if there is one.
func (s *safe) inFront(name string) app.UI {
	d := s.dialog
	switch {
	case d == nil:
		return kit.Slot()
	case d.erasing:
		return kit.Slot(s.erasing(d, name))
	}
	parts := []app.UI{d.begin(), app.P().Text(words.T("safe.export.what")), countsTable(d.counts)}
	if d.known {
		parts = append(parts, s.before(d))
	}
	parts = append(parts, kit.Note(kit.Warn, "warning", app.P().Text(words.T("safe.export.care"))))
	return kit.Slot(&kit.Dialog{Title: words.T("safe.export.title", "name", name), Cancel: s.leave, Body: parts,
		Acts: []app.UI{cancel(s.busy != "", s.leave), kit.Button{ID: "export-do", Word: words.T("safe.export.do"), Icon: "download", Class: "primary", Busy: s.busy == "export", Press: s.save}.Draw()}})
}

// before says who saved everything earlier, for those who read the trail.
func (s *safe) before(d *safeDialog) app.UI {
	if len(d.saved) == 0 {
		return app.P().Class("small dim").Text(words.T("safe.export.never"))
	}
	var list []app.UI
	for _, e := range d.saved {
		list = append(list, app.Li().Class("small").Text(moment(e.At)+" · "+or(e.PersonName, string(e.Person))))
	}
	return app.Div().Body(app.P().Class("small strong").Text(words.T("safe.export.before")), app.Ul().Class("list").Body(list...))
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (s *safe) erasing(d *safeDialog, name string) app.UI {
	var reasons []kit.Choice
	for _, r := range care.ErasureReasons() {
		reasons = append(reasons, kit.Choice{Value: r, Word: words.T("trail.erasure.reason." + r)})
	}
	when := words.T("safe.erase.later", "day", moment(s.plan.Due))
	if d.now {
		when = words.T("safe.erase.at-once")
	}
	return &kit.Dialog{Title: words.T("safe.erase.title", "name", name), Cancel: s.leave,
		Body: []app.UI{d.begin(), app.P().Text(words.T("safe.erase.what")), countsTable(d.counts), app.P().Class("small dim").Text(words.T("safe.erase.stays")),
			d.choice("erase-reason", words.T("safe.why"), reasons, d.reason, set(&d.reason)),
			kit.Check("erase-now", words.T("safe.erase.now"), d.now, func(_ app.Context, on bool) { d.now, d.sure = on, false }),
			kit.Note(kit.Warn, "warning", app.P().ID("erase-when").Text(when)),
			kit.Check("erase-sure", words.T("safe.erase.sure"), d.sure, func(_ app.Context, on bool) { d.sure = on })},
		Acts: []app.UI{cancel(s.busy != "", s.leave), kit.Button{ID: "erase-do", Word: words.T("safe.erase"), Class: "danger", Disabled: !d.sure, Busy: s.busy == "erase", Press: s.ask}.Draw()}}
}
