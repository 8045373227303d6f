package aggregator

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/live"
	"hearth/shared/words"
)

func (p *Page) title() string {
	if name := p.Env.Me().Name; name != "" {
		return words.T("aggregator.title", "name", name)
	}
	return words.T("aggregator.title.nobody")
}

func (p *Page) bar() app.UI {
	return app.Header().Class("bar agg-bar").Body(
		app.Span().Class("brand").Body(kit.Mark()),
		app.H1().Class("t-lg grow").Text(p.title()),
		p.Env.HouseChip(),
		p.wakeChip(),
		p.whoButton(),
		kit.Button{ID: "lock", Icon: "lock", Word: words.T("aggregator.lock"), Class: "line", Press: p.closeLock}.Draw(),
		p.Env.Account(),
	)
}

// wakeChip says the truth about the screen: what is wanted may be refused.
func (p *Page) wakeChip() app.UI {
	held := p.Env.Wake.Held()
	chip := kit.Chip(kit.Plain, "moon", words.T("aggregator.screen.sleeps"))
	if held {
		chip = kit.Chip(kit.Plain, "sun", words.T("aggregator.screen.on"))
	}
	return app.Span().ID("wake").Class("row").DataSet("held", held).Body(chip)
}

// whoButton opens the list of who receives what, and says how many there are.
func (p *Page) whoButton() app.UI {
	b := app.Button().ID("who").Type("button").Class("btn line").Aria("haspopup", "dialog").DataSet("shares", len(p.view.Shares)).
		OnClick(func(app.Context, app.Event) { p.panel = "who" })
	parts := []app.UI{kit.Icon("people", "sm"), app.Text(words.T("aggregator.who"))}
	if n := len(p.view.Shares); n > 0 {
		parts = append(parts, app.Span().Class("count").Text(n))
	}
	return b.Body(parts...)
}

// notes says what must not be overlooked. The frame's own words about the server give way to ours, because here the
// server's absence does not stop the work.
func (p *Page) notes() []app.UI {
	var notes []app.UI
	switch {
	case p.view.Turned != "":
		notes = append(notes, app.Div().ID("house-away").Body(kit.Alert(kit.Bad, "warning", words.T("fault."+p.view.Turned))))
	case p.view.Away:
		said := words.T("aggregator.away") + " "
		if n := p.view.Received(); p.view.Alone {
			said += words.T("aggregator.away.alone")
		} else if n > 0 {
			said += words.N("aggregator.away.received", n)
		} else {
			said += words.T("aggregator.away.nobody")
		}
		notes = append(notes, app.Div().ID("house-away").Body(kit.Alert(kit.Warn, "warning", said)))
	}
	if p.Env.Live.View().Link.State == live.Online {
		notes = append(notes, p.Env.Notices())
	}
	return notes
}

func (p *Page) hide(focus string) func(app.Context) {
	return func(app.Context) {
		p.panel = ""
		p.focus(focus)
	}
}
