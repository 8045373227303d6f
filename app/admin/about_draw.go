package admin

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/prose"
	"hearth/shared/words"
)

// Render draws one public page with how it will look.
func (p *About) Render() app.UI {
	main := []app.UI{head(words.T("about.title"), placeName(&p.tree, p.site), nil)}
	switch {
	case p.fault != nil:
		main = append(main, trouble(p.fault, p.read))
	case !p.known:
		main = append(main, loading())
	default:
		main = append(main, p.editor()...)
	}
	return app.Div().Body(p.Env.Staff(words.T("about.title"), places(settingsPage), main...))
}

func (p *About) editor() []app.UI {
	var kinds, languages []kit.Choice
	for _, k := range care.PageKinds() {
		kinds = append(kinds, kit.Choice{Value: string(k), Word: words.T("about.kind." + string(k))})
	}
	for _, l := range words.Languages() {
		mark := ""
		if strings.TrimSpace(*p.draft[p.kind][string(l)]) != "" {
			mark = " ✓"
		}
		languages = append(languages, kit.Choice{Value: string(l), Word: strings.ToUpper(string(l)) + mark})
	}
	parts := []app.UI{p.form.begin(), app.P().Class("small dim").Text(words.T("about.help")),
		app.Div().Class("row wrap gap3").Body(
			kit.Segments(words.T("about.title"), kinds, string(p.kind), func(_ app.Context, v string) { p.kind = care.PageKind(v); p.form.fresh() }),
			kit.Segments(words.T("app.language"), languages, p.language, set(&p.language)))}
	for _, k := range care.PageKinds() { // each has a field of its own: what is typed stays in it
		for _, l := range care.Languages() {
			parts = append(parts, p.area(k, l))
		}
	}
	start := kit.Slot()
	if strings.TrimSpace(*p.text()) == "" {
		start = kit.Slot(kit.Button{ID: "start", Word: words.T("about.start"), Icon: "edit", Class: "line", Press: p.begin}.Draw())
	}
	parts = append(parts, app.P().Class("help").Text(words.T("about.marks")),
		app.Div().Class("row wrap gap2").Body(kit.Button{ID: "save", Word: words.T("about.save"), Class: "primary", Busy: p.form.busy, Press: p.save}.Draw(), start),
		app.P().Class("small").Role("status").Text(p.done))
	return []app.UI{kit.Card("edit", words.T("about.kind."+string(p.kind)), p.state(), parts...), p.preview(), p.versions()}
}

// state says which version everybody reads.
func (p *About) state() app.UI {
	if n := p.newest(p.kind); n > 0 {
		return kit.Badge(kit.Live, "check", words.T("about.version", "version", count(n)))
	}
	return kit.Badge(kit.Warn, "warning", words.T("about.unwritten"))
}

func (p *About) area(kind care.PageKind, language string) app.UI {
	id, text := "words-"+string(kind)+"-"+language, p.draft[kind][language]
	return app.Div().Class("field").Hidden(kind != p.kind || language != p.language).Body(
		app.Label().Class("label").For(id).Text(words.T("about.text")),
		app.Textarea().ID(id).Class("input").Rows(14).Lang(language).MaxLength(care.LongestPage).Text(*text).
			OnInput(func(ctx app.Context, _ app.Event) { *text = ctx.JSSrc().Get("value").String() }, kit.Fresh()))
}

// preview is the page as everybody will read it, made of the same blocks.
func (p *About) preview() app.UI {
	var parts []app.UI
	for _, b := range prose.Parse(*p.text()) {
		parts = append(parts, block(b))
	}
	if len(parts) == 0 {
		parts = append(parts, app.P().Class("dim").Text(words.T("about.preview.empty")))
	}
	return kit.Card("document", words.T("about.preview"), nil, app.Div().ID("preview").Class("prose").Lang(p.language).Body(parts...))
}

func block(b prose.Block) app.UI {
	var items []app.UI
	for _, item := range b.Items {
		items = append(items, app.Li().Body(pieces(item)...))
	}
	switch {
	case b.Kind == prose.List:
		return app.Ul().Body(items...)
	case b.Kind == prose.Numbered:
		return app.Ol().Body(items...)
	case b.Kind == prose.Heading && b.Level == 1:
		return app.H3().Body(pieces(b.Items[0])...)
	case b.Kind == prose.Heading:
		return app.H4().Body(pieces(b.Items[0])...)
	}
	return app.P().Body(pieces(b.Items[0])...)
}

func pieces(list []prose.Span) (parts []app.UI) {
	for _, s := range list {
		switch {
		case s.Href != "":
			parts = append(parts, app.A().Href(s.Href).Target("_blank").Rel("noopener noreferrer").Text(s.Text))
		case s.Strong:
			parts = append(parts, app.Strong().Text(s.Text))
		default:
			parts = append(parts, app.Span().Text(s.Text))
		}
	}
	return parts
}

// versions lists what everybody read when, with the ways to it.
func (p *About) versions() app.UI {
	var list []app.UI
	last := 0
	for _, one := range p.pages.Items {
		if one.Kind != p.kind || one.Version == last {
			continue
		}
		last = one.Version
		list = append(list, app.Li().Class("row gap2").Body(app.Span().Class("grow num").Text(words.T("about.version", "version", count(one.Version))+" · "+moment(one.Created)+" · "+p.spoken(one)),
			app.A().Href(p.pages.Address+string(one.Kind)+"?version="+count(one.Version)).Target("_blank").Rel("noopener").Aria("label", words.T("about.read")+": "+words.T("about.version", "version", count(one.Version))).
				Text(words.T("about.read"))))
	}
	if len(list) == 0 {
		list = append(list, app.Li().Class("small dim").Text(words.T("about.versions.none")))
	}
	return kit.Card("clock", words.T("about.versions"), nil, app.P().Class("small dim").Text(words.T("about.address", "address", p.pages.Address+string(p.kind))), app.Ul().Class("list").Body(list...))
}

// spoken lists the languages of a version.
func (p *About) spoken(of api.PublicPage) string {
	var list []string
	for _, one := range p.pages.Items {
		if one.Kind == of.Kind && one.Version == of.Version {
			list = append(list, strings.ToUpper(one.Language))
		}
	}
	return strings.Join(list, " ")
}
