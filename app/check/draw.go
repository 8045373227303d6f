package check

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
)

// Render draws it. What is not there yet stands empty in its place, so that the keyboard stays where it is.
func (p *Page) Render() app.UI {
	press, heading := "start", ""
	var verdict, text string
	var steps, note []app.UI
	if len(p.report.Steps) > 0 {
		press, verdict, steps = "again", p.report.Verdict(), p.steps()
	}
	if p.report.Done {
		note, heading, text = p.note(verdict), say("ask"), p.report.Text()
	}
	return div("page-check", app.Main().ID("main").Class("main").Body(
		p.Env.Knocks(false),
		app.A().Class("btn line small").Href(p.Back).Body(kit.Icon("chevron-left"), app.Text(say("back"))),
		app.H1().Text(say("title")), para("about", "dim", say("about")),
		kit.Button{ID: "start", Word: say(press), Icon: "refresh", Class: "primary", Busy: p.running(), Press: p.start}.Draw(),
		app.Ul().ID("check").DataSet("verdict", verdict).Class("card flush").Body(steps...),
		app.Div().Role("status").Body(note...),
		app.H2().Text(heading), para("text", "card", text),
		kit.Button{ID: "copy", Word: say("copy"), Icon: "document", Class: "line", Disabled: text == "", Press: p.copy}.Draw(),
		app.Div().Role("status").Body(para("copied", "small dim", p.copied))), p.Env.KnockFront())
}

func div(class string, body ...app.UI) app.UI { return app.Div().Class(class).Body(body...) }

func para(id, class, text string) app.UI { return app.P().ID(id).Class(class).Text(text) }

func (p *Page) steps() []app.UI {
	rows := make([]app.UI, len(p.report.Steps))
	for i := range rows {
		s := &p.report.Steps[i]
		tone, icon := kit.Info, "clock"
		switch s.State {
		case Works:
			tone, icon = kit.Live, "check"
		case Fails:
			tone, icon = kit.Warn, "warning"
		}
		rows[i] = app.Li().Class("item").DataSet("step", s.Kind).DataSet("state", string(s.State)).Body(
			div("grow", app.Text(say(s.Kind)), para("check-"+s.Kind, "small dim mono", s.At())), kit.Chip(tone, icon, s.Says()))
	}
	return rows
}

// note is the whole in a sentence.
func (p *Page) note(verdict string) []app.UI {
	tone, icon, says := kit.Warn, "warning", frame.Say(p.fault)
	if verdict == "good" || verdict == "none" {
		tone, icon = kit.Live, "check"
	}
	if says == "" {
		says = say(verdict)
	}
	return []app.UI{kit.Note(tone, icon, app.Text(says))}
}
