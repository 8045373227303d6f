package admin

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// card draws what holds, and behind it everything that was said.
func (a *agreed) card(writes, composes bool) app.UI {
	if !a.known {
		return kit.Card("document", words.T("consent.title"), nil, said(a.fault), app.P().Class("small dim").Text(words.T("consent.about")), app.Div().Body(
			kit.Button{ID: "consents-show", Word: words.T("consent.show"), Icon: "eye", Class: "line small", Busy: a.busy, Press: a.show}.Draw()))
	}
	var add app.UI
	if writes && len(a.texts) > 0 {
		add = kit.Button{ID: "consent-add", Word: words.T("consent.add"), Icon: "plus", Class: "line small", Press: a.ask("", true, "consent-add")}.Draw()
	}
	parts := []app.UI{app.P().Class("sr").Role("status").Text(a.done), said(a.fault)}
	switch {
	case len(a.texts) == 0:
		parts = append(parts, app.P().Class("dim").Text(words.T("consent.no-texts")))
	case len(a.said) == 0:
		parts = append(parts, app.P().Class("dim").Text(words.T("consent.nothing")))
	}
	var list []app.UI
	for _, c := range a.standing() {
		list = append(list, a.holds(c, writes))
	}
	if len(list) > 0 {
		parts = append(parts, app.Ul().Class("list").Body(list...))
	}
	if len(a.said) > 0 {
		var all []app.UI
		for _, c := range a.said {
			all = append(all, app.Li().DataSet("consent", string(c.ID)).Body(app.Div().Class("grow").Body(
				app.P().Class("small").Text(a.title(c.Kind, c.Version)+" · "+words.T("consent.version", "n", strconv.Itoa(c.Version))+" · "+strings.ToUpper(c.Language)),
				app.P().Class("small dim").Text(sentence(c)), app.P().Class("small dim").Text(c.Note))))
		}
		parts = append(parts, app.Details().Body(app.Summary().ID("consent-history").Text(words.T("consent.history")), app.Ul().Class("list").Body(all...)))
	}
	if composes {
		var acts []app.UI
		for _, kind := range a.kindsOfTexts() {
			id := "text-next-" + kind
			acts = append(acts, kit.Button{ID: id, Word: words.T("consent.text.next", "title", a.title(kind, a.newest(kind))), Icon: "edit", Class: "line small", Press: a.compose(kind, id)}.Draw())
		}
		parts = append(parts, app.Details().Body(app.Summary().ID("consent-texts").Text(words.T("consent.texts")), app.Div().Class("row wrap gap2").Body(append(acts,
			kit.Button{ID: "text-new", Word: words.T("consent.text.new"), Icon: "plus", Class: "line small", Press: a.compose("", "text-new")}.Draw())...)))
	}
	return app.Div().ID("consents").TabIndex(-1).Body(kit.Card("document", words.T("consent.title"), add, parts...))
}

// holds is the last word on one kind of agreement.
func (a *agreed) holds(c api.Consent, writes bool) app.UI {
	chip := kit.Badge(kit.Live, "check", words.T("trail.consent.given"))
	if !c.Given {
		chip = kit.Badge(kit.Plain, "x", words.T("trail.consent.withdrawn"))
	}
	lines := []app.UI{app.P().Class("row wrap gap2").Body(app.Span().Class("strong").Text(a.title(c.Kind, c.Version)), chip), app.P().Class("small dim").Text(sentence(c))}
	if newer := a.newest(c.Kind); c.Given && newer > c.Version {
		lines = append(lines, app.P().Class("small").Text(words.T("consent.newer", "n", strconv.Itoa(newer), "was", strconv.Itoa(c.Version))))
	}
	parts := []app.UI{app.Div().Class("grow").Body(lines...)}
	if id := "consent-turn-" + c.Kind; writes {
		word := "consent.withdraw"
		if !c.Given {
			word = "consent.give"
		}
		parts = append(parts, kit.Button{ID: id, Word: words.T(word), Label: words.T("admin.act.label", "act", words.T(word), "name", a.title(c.Kind, c.Version)),
			Class: "line small", Press: a.ask(c.Kind, !c.Given, id)}.Draw())
	}
	return app.Li().DataSet("standing", c.Kind).DataSet("said", map[bool]string{true: "given", false: "withdrawn"}[c.Given]).Body(parts...)
}

// sentence says when something was said, by whom and how.
func sentence(c api.Consent) string {
	word := words.T("trail.consent.given")
	if !c.Given {
		word = words.T("trail.consent.withdrawn")
	}
	return word + " " + moment(c.At) + ", " + words.T("trail.consent.signer."+c.Signer) + ", " + words.T("trail.consent.way."+c.Way)
}

// inFront draws the dialog, if there is one.
func (a *agreed) inFront() app.UI {
	d := a.dialog
	switch {
	case a.composing != nil:
		return kit.Slot(a.composing.draw(a))
	case d == nil:
		return kit.Slot()
	}
	var texts, signers, ways []kit.Choice
	for _, t := range a.texts {
		texts = append(texts, kit.Choice{Value: textKey(t), Word: t.Title + " · " + words.T("consent.version", "n", strconv.Itoa(t.Version)) + " · " + strings.ToUpper(t.Language)})
	}
	for _, s := range care.ConsentSigners() {
		signers = append(signers, kit.Choice{Value: s, Word: words.T("trail.consent.signer." + s)})
	}
	for _, w := range care.ConsentWays() {
		ways = append(ways, kit.Choice{Value: w, Word: words.T("trail.consent.way." + w)})
	}
	var paragraphs []app.UI
	for _, p := range textOf(a.texts, d.which).Paragraphs {
		paragraphs = append(paragraphs, app.P().Text(p))
	}
	return kit.Slot(&kit.Dialog{Title: words.T("consent.add"), Cancel: a.leave,
		Body: []app.UI{d.begin(),
			d.choice("consent-text", words.T("consent.text"), texts, d.which, set(&d.which)),
			app.Details().Body(app.Summary().Text(words.T("consent.read")), app.Div().Class("stack gap2 small").Body(paragraphs...)),
			app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("consent.what")), kit.Segments(words.T("consent.what"),
				[]kit.Choice{{Value: "given", Word: words.T("trail.consent.given")}, {Value: "withdrawn", Word: words.T("trail.consent.withdrawn")}}, d.given, set(&d.given))),
			app.Div().Class("adm-two").Body(
				d.text(input{id: "consent-day", label: words.T("consent.day"), kind: "date"}, &d.day),
				d.choice("consent-signer", words.T("consent.signer"), signers, d.signer, set(&d.signer)),
				d.choice("consent-way", words.T("consent.way"), ways, d.way, set(&d.way))),
			d.text(input{id: "consent-note", label: words.T("consent.note"), most: 500, enter: a.write}, &d.note),
			app.P().Class("small dim").Text(words.T("consent.forever"))},
		Acts: []app.UI{cancel(d.busy, a.leave), kit.Button{ID: "consent-do", Word: words.T("consent.do"), Class: "primary", Busy: d.busy, Press: a.write}.Draw()}})
}
