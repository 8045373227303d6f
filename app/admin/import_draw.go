package admin

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws the way of a list.
func (p *Import) Render() app.UI {
	main := []app.UI{crumbs(words.T("admin.patients"), patientsPage), head(words.T("import.title"), words.T("import.about"), nil)}
	switch {
	case p.made != nil:
		main = append(main, p.done()...)
	case p.tree.fault != nil:
		main = append(main, trouble(p.tree.fault, p.load))
	case !p.tree.known:
		main = append(main, loading())
	case len(p.projects()) == 0:
		main = append(main, kit.Empty("home", words.T("admin.patient.nowhere"), words.T("admin.patient.nowhere.help")))
	default:
		main = append(main, p.source(), kit.Slot(p.state()...), kit.Slot(p.preview()...))
	}
	// A file that is dropped beside the field would be opened by the browser in the place of this page.
	return app.Div().
		On("dragover", func(_ app.Context, e app.Event) { beside(e) }).
		On("drop", func(_ app.Context, e app.Event) { beside(e) }).
		Body(p.Env.Staff(words.T("import.title"), places(patientsPage), main...))
}

func beside(e app.Event) {
	if e.Get("target").Get("id").String() != "file" {
		e.PreventDefault()
	}
}

// source is where the list comes from and where its patients go.
func (p *Import) source() app.UI {
	var projects []kit.Choice
	for _, one := range p.projects() {
		projects = append(projects, kit.Choice{Value: string(one.ID), Word: p.tree.name(one)})
	}
	return kit.Card("upload", words.T("import.choose"), kit.Button{ID: "template", Word: words.T("import.template"), Icon: "download", Class: "line small", Press: p.template}.Draw(),
		kit.Select("project", words.T("admin.project"), projects, p.project, func(ctx app.Context, v string) {
			p.project = v
			p.look(ctx) // the same list is something else for another project
		}),
		app.Label().Class("adm-drop").Body(kit.Icon("document"), app.Span().Class("strong").Text(words.T("import.drop")),
			app.Span().Class("small dim").Text(words.T("import.bounds", "rows", grouped(api.MaxRows), "megabytes", count(api.MaxFile>>20))),
			app.Input().ID("file").Type("file").Accept(".csv,.txt,.tsv,text/csv,text/plain").Disabled(p.busy != "").
				OnChange(func(ctx app.Context, _ app.Event) { p.chosen(ctx) }, kit.Fresh())),
		app.Details().Body(app.Summary().ID("paste-open").Text(words.T("import.paste")),
			app.Div().Class("stack gap2").Body(
				app.Label().Class("label").For("paste").Text(words.T("import.paste.label")),
				app.Textarea().ID("paste").Class("input mono").Rows(6).Spellcheck(false).
					OnInput(func(ctx app.Context, _ app.Event) {
						p.pasted = ctx.JSSrc().Get("value").String()
						ctx.PreventUpdate()
					}, kit.Fresh()),
				app.Div().Body(kit.Button{ID: "paste-do", Word: words.T("import.look"), Class: "line", Press: p.paste}.Draw()))),
		app.Details().Body(app.Summary().ID("columns-open").Text(words.T("import.columns")), columnsHelp()))
}

// columnsHelp says what each column of a list means.
func columnsHelp() app.UI {
	var parts []app.UI
	for _, c := range api.ImportColumns() {
		if strings.HasPrefix(c, "relative") && c != "relative1name" {
			continue
		}
		shown := c
		if c == "relative1name" {
			shown = "relative1name, …relation, …mobile, …mail, …language"
		}
		parts = append(parts, app.Dt().Class("mono").Attr("translate", "no").Text(shown), app.Dd().Text(words.T("import.column."+c)))
	}
	return app.Dl().Class("facts adm-columns").Body(parts...)
}

// state says what the page is busy with, or what is wrong with the file as a whole.
func (p *Import) state() []app.UI {
	switch {
	case p.busy != "":
		return []app.UI{app.Div().ID("busy").Role("status").Class("card stack gap2").Body(
			app.P().Text(words.T("import.busy."+p.busy, "name", p.file.Name)), app.Progress().Aria("label", words.T("import.busy."+p.busy, "name", p.file.Name)))}
	case p.fault != nil:
		name := app.UI(app.Text(""))
		if p.file.Name != "" {
			name = app.P().Class("strong").Text(p.file.Name)
		}
		parts := []app.UI{name, app.P().Text(frame.Say(p.fault)), app.P().Class("small").Text(words.T("import.nothing"))}
		if p.plan == nil && len(p.file.Bytes) > 0 || p.plan != nil {
			parts = append(parts, app.Div().Body(kit.Button{ID: "look-again", Word: words.T("import.again"), Icon: "refresh", Class: "line small", Press: p.look}.Draw()))
		}
		return []app.UI{app.Div().ID("refused").Role("alert").Body(kit.Note(kit.Bad, "warning", parts...))}
	}
	return nil
}

// preview is what the list would make, and every row's problem.
func (p *Import) preview() []app.UI {
	if p.plan == nil || p.busy == looking {
		return nil
	}
	plan := p.plan
	list := []app.UI{app.H2().ID("plan").TabIndex(-1).Text(p.file.Name),
		app.P().Class("row wrap gap2").DataSet("rows", plan.Rows).DataSet("problems", len(plan.Problems)).ID("plan-counts").Body(
			kit.Chip(kit.Plain, "people", countOf("admin.patients.count", plan.Rows)), p.verdict())}
	if plan.Digest != "" {
		list = append(list, app.Div().Class("row wrap gap2").Body(
			kit.Button{ID: "import-do", Word: words.N("import.do", plan.Rows, "count", grouped(plan.Rows)), Class: "primary", Busy: p.busy == making, Press: p.create}.Draw()))
	} else {
		list = append(list, app.P().Text(words.T("import.mend")))
	}
	if len(plan.Problems) > 0 {
		which := "problems"
		if p.rows {
			which = "rows"
		}
		list = append(list, kit.Segments(words.T("import.shown"), []kit.Choice{{Value: "problems", Word: words.T("import.problems.shown")}, {Value: "rows", Word: words.T("admin.patients")}}, which,
			func(_ app.Context, v string) { p.rows, p.from = v == "rows", 0 }))
	}
	if p.rows {
		return append(list, p.patients()...)
	}
	return append(list, p.problems()...)
}

func (p *Import) verdict() app.UI {
	switch n := len(p.plan.Problems); {
	case n == 0:
		return kit.Chip(kit.Live, "check", words.T("import.fine"))
	case p.plan.More:
		return kit.Chip(kit.Warn, "warning", words.T("import.problems.more", "count", grouped(n)))
	default:
		return kit.Chip(kit.Warn, "warning", countOf("import.problems", n))
	}
}

func (p *Import) problems() []app.UI {
	from, to := p.span(len(p.plan.Problems))
	heads := []string{words.T("import.line"), words.T("import.in"), words.T("import.wrong")}
	var body []app.UI
	for _, one := range p.plan.Problems[from:to] {
		body = append(body, rowOf(heads, one.Line, app.Text(grouped(one.Line)), app.Span().Class("mono").Text(orDash(one.Column)), app.Text(one.Words)).DataSet("code", one.Code))
	}
	return []app.UI{kit.Fold(words.T("import.problems.shown"), kit.Table("problems", heads, body...)), p.foot(len(p.plan.Problems))}
}

func (p *Import) patients() []app.UI {
	from, to := p.span(len(p.plan.List))
	heads := []string{words.T("import.line"), words.T("admin.pseudonym"), words.T("admin.contact.name"), words.T("admin.comes"), words.T("app.role.therapist"), words.T("admin.relatives")}
	var body []app.UI
	for _, r := range p.plan.List[from:to] {
		name := r.Pseudonym
		if name == "" {
			name = words.T("import.made-up")
		}
		body = append(body, rowOf(heads, r.Line, app.Text(grouped(r.Line)), app.Text(name), app.Text(orDash(r.Name)), app.Text(comes(r.LinkOnly)), app.Text(count(r.Therapists)), app.Text(count(r.Relatives))))
	}
	return []app.UI{kit.Fold(words.T("admin.patients"), kit.Table("rows", heads, body...)), p.foot(len(p.plan.List))}
}

// rowOf is a row whose cells stand under heads.
func rowOf(heads []string, line int, texts ...app.UI) app.HTMLTr {
	var cells []app.UI
	for i, one := range texts {
		cells = append(cells, kit.Cell(heads[i], one))
	}
	return kit.Row(cells...).DataSet("line", line)
}

// foot leads through a list that is here already, a part at a time.
func (p *Import) foot(n int) app.UI {
	if n <= part {
		return kit.Slot()
	}
	from, to := p.span(n)
	turn := func(by int) func(app.Context) { return func(app.Context) { p.from = from + by } }
	return app.Div().Class("row gap2 small dim wrap").Body(
		app.Span().ID("span").Class("grow num").Text(words.T("admin.span", "from", grouped(from+1), "to", grouped(to), "all", grouped(n))),
		kit.Button{ID: "before", Word: words.T("admin.before"), Icon: "chevron-left", Class: "line small", Disabled: from == 0, Press: turn(-part)}.Draw(),
		kit.Button{ID: "after", Word: words.T("admin.after"), Class: "line small", Disabled: to == n, Press: turn(part)}.Draw())
}

// done says who was made, and makes their cards, a part at a time.
func (p *Import) done() []app.UI {
	all := p.made.Made
	from, to := p.span(len(all))
	heads := []string{words.T("import.line"), words.T("admin.pseudonym"), words.T("admin.login")}
	var body []app.UI
	var people []care.PersonID
	for _, r := range all[from:to] {
		if r.Login != "" {
			people = append(people, r.Person)
		}
		body = append(body, rowOf(heads, r.Line, app.Text(grouped(r.Line)), app.A().Href(recordPage+string(r.ID)).Text(r.Name), app.Span().Class("mono").Text(orDash(r.Login))).DataSet("made", string(r.ID)))
	}
	acts := []app.UI{}
	if len(people) > 0 && p.Env.May(access.EnrolPeople) {
		acts = append(acts, kit.Button{ID: "cards-make", Word: words.N("import.cards", len(people), "count", count(len(people))), Icon: "lock", Class: "line", Busy: p.cards.busy,
			Press: func(app.Context) { p.cards.issue(p.Env, p.run, p.focus, people) }}.Draw())
	}
	if !p.cards.busy && len(p.cards.codes) > 0 && len(people) > 0 && p.cards.first == people[0] { // those of the part that is shown
		acts = append(acts, kit.Button{ID: "cards-open", Word: words.N("import.cards.open", len(p.cards.codes)), Icon: "document", Class: "primary",
			Press: func(app.Context) { p.cards.open(p.Env, patientsPage) }}.Draw())
	}
	acts = append(acts, app.A().ID("to-patients").Class("btn line").Href(patientsPage).Text(words.T("admin.patients")),
		kit.Button{ID: "another", Word: words.T("import.another"), Icon: "plus", Class: "line", Press: p.another}.Draw())
	progress := kit.Slot()
	if p.cards.busy {
		progress = kit.Slot(app.P().Role("status").Class("num").Text(words.T("import.cards.busy", "n", count(len(p.cards.codes)), "all", count(p.cards.of))))
	}
	return []app.UI{app.Section().Class("card stack gap3").Body(app.H2().ID("made").TabIndex(-1).DataSet("made", len(all)).Text(words.N("import.made", len(all), "count", grouped(len(all)))),
		app.P().Text(words.T("import.cards.help")), progress, said(p.cards.fault), app.Div().Class("row wrap gap2").Body(acts...)),
		kit.Fold(words.T("admin.patients"), kit.Table("imported", heads, body...)), p.foot(len(all))}
}
