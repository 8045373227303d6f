package check

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/words"
)

// Render draws it.
func (p *Page) Render() app.UI {
	verdict, press := "", "check.start"
	if len(p.report.Steps) > 0 {
		verdict, press = p.report.Verdict(), "check.again"
	}
	return div("page-check",
		frame.Skip(),
		app.Main().ID("main").Class("main").TabIndex(-1).Body(
			p.Env.Notices(),
			app.A().Class("btn line small").Href(p.Back).Body(kit.Icon("chevron-left"), app.Text(words.T("check.back"))),
			app.H1().Text(words.T("check.title")), para("dim", words.T("check.about")),
			kit.Button{ID: "start", Word: words.T(press), Icon: "refresh", Class: "primary", Busy: p.running(), Press: p.start}.Draw(),
			app.Div().ID("check").DataSet("verdict", verdict).Class("stack gap4").Body(
				div("slot", p.steps()...), app.Div().Role("status").Body(p.verdict(verdict)), div("stack gap4", p.after()...))))
}

func div(class string, body ...app.UI) app.UI { return app.Div().Class(class).Body(body...) }
func para(class, text string) app.UI          { return app.P().Class(class).Text(text) }

func (p *Page) steps() []app.UI {
	if len(p.report.Steps) == 0 {
		return nil
	}
	var rows []app.UI
	for i := range p.report.Steps {
		s := &p.report.Steps[i]
		tone, icon := kit.Info, "clock"
		switch s.State {
		case Works:
			tone, icon = kit.Live, "check"
		case Fails:
			tone, icon = kit.Warn, "warning"
		}
		rows = append(rows, app.Li().Class("item").DataSet("step", s.Kind).DataSet("state", string(s.State)).Body(
			div("grow", para("", words.T("check."+s.Kind)), para("small dim mono", s.At())), kit.Chip(tone, icon, s.Says())))
	}
	return []app.UI{app.Ul().Class("card flush").Body(rows...)}
}

// verdict is the whole in a sentence.
func (p *Page) verdict(is string) app.UI {
	tone, icon, says := kit.Warn, "warning", frame.Say(p.fault)
	switch {
	case !p.report.Done:
		return app.Text("")
	case is == "good", is == "none":
		tone, icon = kit.Live, "check"
	}
	if says == "" {
		says = words.T("check." + is)
	}
	return kit.Note(tone, icon, app.Text(says))
}

// after is what to do with a finished report.
func (p *Page) after() (parts []app.UI) {
	if !p.report.Done {
		return nil
	}
	if asks := p.report.Asks(); len(asks) > 0 {
		var items []app.UI
		for _, ask := range asks {
			items = append(items, app.Li().Text(ask))
		}
		parts = append(parts, app.H2().Text(words.T("check.ask")), app.Ul().ID("asks").Class("card stack gap2").Body(items...))
	}
	parts = append(parts, kit.Button{ID: "copy", Word: words.T("check.copy"), Icon: "document", Class: "line", Press: p.copy}.Draw(),
		app.P().ID("copied").Role("status").Class("small dim").Text(p.copied))
	if p.refused {
		parts = append(parts, app.P().ID("text").Class("card mono small").Text(p.report.Text()))
	}
	return parts
}
