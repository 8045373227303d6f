package admin

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Render draws the trail.
func (t *Trail) Render() app.UI {
	main := []app.UI{head(words.T("trail.title"), words.T("trail.about"), nil), t.filters()}
	if t.fault != nil {
		main = append(main, trouble(t.fault, func(app.Context) { t.ask("") }))
	}
	switch {
	case !t.known && t.fault == nil:
		main = append(main, loading())
	case t.known && len(t.items) == 0:
		main = append(main, kit.Empty("search", words.T("trail.none"), words.T("trail.none.help")))
	case t.known:
		main = append(main, t.table(), t.foot(), t.save())
	}
	return app.Div().Body(t.Env.Staff(words.T("trail.title"), places(trailPage), main...))
}

// save are the links that save what is shown as a file.
func (t *Trail) save() app.UI {
	link := func(id, word, format string) app.UI {
		return app.A().ID(id).Class("btn line small").Href(t.Env.API.TrailFile(t.filter, format)).Attr("download", "").Body(kit.Icon("download", "sm"), app.Text(words.T(word)))
	}
	return app.Div().Class("row gap2 wrap").Body(link("save", "trail.save", "csv"), link("save-lines", "trail.save.lines", "jsonl"))
}

func (t *Trail) filters() app.UI {
	var times, kinds []kit.Choice
	for _, s := range spans {
		times = append(times, kit.Choice{Value: s.key, Word: words.T("trail.span." + s.key)})
	}
	kinds = append(kinds, kit.Choice{Word: words.T("trail.action.every")})
	for _, a := range actions() {
		kinds = append(kinds, kit.Choice{Value: a[0], Word: a[1]})
	}
	line := []app.UI{filter("span", words.T("trail.span"), times, orEvery(t.span), t.choose),
		filter("action", words.T("trail.what"), kinds, t.filter.Action, func(v string) { t.narrow(func(f *api.TrailFilter) { f.Action = v }) })}
	if all := t.tree.projects(); len(all) > 1 {
		where := []kit.Choice{{Word: words.T("trail.place.every")}}
		for _, s := range t.tree.Sites {
			where = append(where, kit.Choice{Value: string(s.ID) + "/", Word: s.Name})
		}
		for _, p := range all {
			where = append(where, kit.Choice{Value: string(p.Site) + "/" + string(p.ID), Word: t.tree.name(p)})
		}
		line = append(line, filter("place", words.T("trail.place"), where, t.chosen(), t.at))
	}
	line = append(line, kit.Switch("refused", words.T("trail.refused.only"), t.filter.Refused, false, func(_ app.Context, on bool) {
		t.narrow(func(f *api.TrailFilter) { f.Refused = on })
	}))
	if t.only != "" {
		line = append(line, kit.Chip(kit.Info, "person", words.T("trail.only", "name", t.only)))
	}
	if t.narrowed() {
		line = append(line, kit.Button{ID: "clear", Word: words.T("trail.clear"), Class: "line small", Press: t.clear}.Draw())
	}
	return app.Div().Class("filters wrap").Body(line...)
}

func orEvery(span string) string {
	if span == "" {
		return "every"
	}
	return span
}

// chosen is the place of the filter as at reads it.
func (t *Trail) chosen() string {
	if t.filter.Site == "" {
		return ""
	}
	return string(t.filter.Site) + "/" + string(t.filter.Project)
}

func (t *Trail) table() app.UI {
	var heads []string
	for _, key := range []string{"trail.when", "trail.who", "trail.what", "trail.whom", "trail.from"} {
		heads = append(heads, words.T(key))
	}
	var rows []app.UI
	for _, e := range t.items {
		rows = append(rows, t.row(e, heads))
	}
	busy := "false"
	if t.busy {
		busy = "true"
	}
	return kit.Fold(words.T("trail.title"), kit.Table("trail", heads, rows...).Class("adm-trail").Aria("busy", busy).DataSet("shown", len(t.items)))
}

func (t *Trail) row(e api.TrailEntry, heads []string) app.UI {
	word, refused := actionWord(e.Action)
	what := []app.UI{app.Span().Text(word)}
	if e.Count > 1 {
		what = append(what, app.Span().Class("small dim num").Text(" · "+words.N("trail.things", e.Count)))
	}
	if refused {
		what = append(what, app.Text(" "), kit.Badge(kit.Warn, "warning", words.T("trail.refused")))
	}
	who := app.UI(app.Span().Class("dim").Text(words.T("trail.nobody")))
	switch {
	case e.Person != "":
		who = t.about("who-"+count(int(e.Number)), known(e.PersonName, string(e.Person)), func(f *api.TrailFilter) { f.Person = e.Person })
	case e.Network == "":
		who = app.Span().Class("dim").Text(words.T("trail.house"))
	}
	whom, from := kit.Missing(heads[3]), kit.Missing(heads[4])
	if e.Patient != "" {
		whom = kit.Cell(heads[3], t.about("whom-"+count(int(e.Number)), known(e.PatientName, string(e.Patient)), func(f *api.TrailFilter) { f.Patient = e.Patient }))
	}
	if e.Network != "" {
		from = kit.Cell(heads[4], app.Span().Class("mono small").Text(e.Network))
	}
	return kit.Row(kit.Cell(heads[0], app.Text(moment(e.At))), kit.Cell(heads[1], who), kit.Cell(heads[2], what...), whom, from).
		DataSet("number", e.Number).DataSet("action", e.Action)
}

// about is a name that narrows the trail to whoever has it.
func (t *Trail) about(id, name string, change func(*api.TrailFilter)) app.UI {
	return kit.Button{ID: id, Word: name, Class: "cell", Label: words.T("trail.only", "name", name), Press: func(app.Context) {
		t.only = name
		t.narrow(change)
	}}.Draw()
}

// known is a name, or the beginning of an id that has none.
func known(name, id string) string {
	if name == "" {
		return id[:min(8, len(id))] + "…"
	}
	return name
}

func (t *Trail) foot() app.UI {
	parts := []app.UI{app.P().Class("grow small dim adm-end").Body(app.Text(words.T("trail.end")+" "), app.Span().ID("end").Class("mono").Text(t.end))}
	if t.next != "" {
		parts = append(parts, kit.Button{ID: "more", Word: words.T("trail.more"), Class: "line small", Disabled: t.busy, Press: func(app.Context) { t.ask(t.next) }}.Draw())
	}
	return app.Div().Class("row gap3 wrap").Body(parts...)
}
