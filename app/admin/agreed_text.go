package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// textDialog writes the next version of what patients of a project are asked to agree to, in as many languages as are filled in.
type textDialog struct {
	form
	kind     string
	language string // shown
	title    map[string]*string
	content  map[string]*string // paragraphs with an empty line between
	from     string
}

// compose opens it, with the words of the newest version of a kind; "" is a new kind.
func (a *agreed) compose(kind, from string) func(app.Context) {
	return func(app.Context) {
		d := &textDialog{kind: kind, language: string(words.Current().Language), title: map[string]*string{}, content: map[string]*string{}, from: from}
		for _, l := range words.Languages() {
			d.title[string(l)], d.content[string(l)] = new(string), new(string)
		}
		for _, t := range a.texts {
			if kind != "" && t.Kind == kind && t.Version == a.newest(kind) && d.title[t.Language] != nil {
				*d.title[t.Language], *d.content[t.Language] = t.Title, strings.Join(t.Paragraphs, "\n\n")
			}
		}
		a.composing, a.done = d, ""
	}
}

// kindsOfTexts are the kinds there are, in their order.
func (a *agreed) kindsOfTexts() (kinds []string) {
	for _, t := range a.texts {
		if len(kinds) == 0 || kinds[len(kinds)-1] != t.Kind {
			kinds = append(kinds, t.Kind)
		}
	}
	return kinds
}

// body is the version as it is sent: every language with a title or a text.
func (d *textDialog) body() api.AddConsentTextBody {
	b := api.AddConsentTextBody{Kind: strings.ToLower(strings.TrimSpace(d.kind))}
	for _, l := range words.Languages() {
		title, text := strings.TrimSpace(*d.title[string(l)]), strings.TrimSpace(*d.content[string(l)])
		if title == "" && text == "" {
			continue
		}
		w := api.ConsentWords{Language: string(l), Title: title}
		for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
			if p = strings.Join(strings.Fields(p), " "); p != "" {
				w.Paragraphs = append(w.Paragraphs, p)
			}
		}
		b.Texts = append(b.Texts, w)
	}
	return b
}

func (a *agreed) cancelText(app.Context) {
	if a.composing == nil || a.composing.busy {
		return
	}
	from := a.composing.from
	a.composing = nil
	a.focus(from)
}

// add adds the version.
func (a *agreed) add(app.Context) {
	d := a.composing
	if d == nil || d.busy {
		return
	}
	d.fresh()
	body, project := d.body(), a.project
	if len(body.Texts) == 0 {
		d.wrong("text-title-"+d.language, fault.New(fault.Invalid, "consent.title", nil))
		a.focus("text-title-" + d.language)
		return
	}
	d.busy = true
	a.run(func(ctx context.Context) func(app.Context) {
		_, err := a.env.API.AddConsentText(ctx, project, body)
		return func(ctx app.Context) {
			d.busy = false
			switch {
			case a.env.SignedOut(err):
			case err != nil:
				d.wrong(map[string]string{"consent.kind": "text-kind", "consent.title": "text-title-" + d.language, "consent.paragraphs": "text-words"}[fault.Of(err).Code], err)
				if a.focus(d.first()); d.faults["text-words"] != nil {
					a.focus("text-words-" + d.language)
				}
			default:
				a.done = words.T("consent.text.added")
				a.cancelText(ctx)
				a.read()
			}
		}
	})
}

// draw draws the dialog.
func (d *textDialog) draw(a *agreed) app.UI {
	var languages []kit.Choice
	for _, l := range words.Languages() {
		mark := ""
		if strings.TrimSpace(*d.content[string(l)]) != "" {
			mark = " ✓"
		}
		languages = append(languages, kit.Choice{Value: string(l), Word: strings.ToUpper(string(l)) + mark})
	}
	whole := d.begin()
	parts := []app.UI{whole, app.P().Class("small dim").Text(words.T("consent.text.about")),
		d.text(input{id: "text-kind", label: words.T("consent.text.kind"), help: words.T("consent.text.kind.help"), most: 40}, &d.kind),
		app.Div().Class("field").Body(app.Span().Class("label").Text(words.T("app.language")), kit.Segments(words.T("app.language"), languages, d.language, set(&d.language)))}
	for _, l := range words.Languages() { // each has fields of its own: what is typed stays in them
		parts = append(parts, d.fields(string(l)))
	}
	return &kit.Dialog{Title: words.T("consent.text.new"), Cancel: a.cancelText, Body: parts,
		Acts: []app.UI{cancel(d.busy, a.cancelText), kit.Button{ID: "text-do", Word: words.T("consent.text.do"), Class: "primary", Busy: d.busy, Press: a.add}.Draw()}}
}

// fields are where the words of one language are written; only those of the chosen one are shown.
func (d *textDialog) fields(language string) app.UI {
	id, text := "text-words-"+language, d.content[language]
	below := app.P().ID(id + "-help").Class("help").Text(words.T("consent.text.words.help"))
	if err := d.faults["text-words"]; err != nil {
		below = app.P().ID(id + "-help").Class("help bad").Role("alert").Text(frame.Say(err))
	}
	return app.Div().Class("stack gap3").Hidden(language != d.language).Body(
		d.text(input{id: "text-title-" + language, label: words.T("consent.text.title"), most: 120}, d.title[language]),
		app.Div().Class("field").Body(app.Label().Class("label").For(id).Text(words.T("consent.text.words")),
			app.Textarea().ID(id).Class("input").Rows(8).Lang(language).Aria("describedby", id+"-help").Text(*text).
				OnInput(func(ctx app.Context, _ app.Event) {
					*text = ctx.JSSrc().Get("value").String()
					ctx.PreventUpdate()
				}, kit.Fresh()), below))
}
