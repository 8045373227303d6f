package visitor

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/stage"
	"hearth/shared/words"
)

// say is a sentence of this room's.
func say(key string, pairs ...string) string { return words.T("visitor."+key, pairs...) }

// Render draws one thing at a time. The stage of the call is there from the beginning, because a video element that moves in
// the tree loses its picture; what is not its turn is hidden.
func (p *Page) Render() app.UI {
	step, _ := p.way.Step()
	calling := onStage(step)
	page := app.Div().ID("visitor").Class("porch visitor").DataSet("step", string(step)).DataSet("late", strconv.FormatBool(p.way.Late(p.now())))
	main := app.Main().ID("main").Class("porch-main visitor-main").TabIndex(-1)
	if calling {
		page = page.Class("calling")
	}
	if step == Calling {
		main = main.Class("sr") // the pictures have the page; what it is about is still to be heard
	}
	return page.OnKeyDown(p.key, kit.Fresh()).Body(
		frame.Skip(),
		p.top(calling),
		main.Body(kit.Slot(p.main(step)...)),
		app.Section().Class("visitor-stage").Aria("label", say("title.in-call", "name", p.host())).Hidden(!calling).Body(p.stageParts()...),
		app.Footer().Class("porch-foot").Body(kit.Slot(p.foot(step)...)),
		kit.Slot(p.sheet()...),
		app.P().ID("visitor-said").Class("sr").Role("status").Text(p.said),
	)
}

// onStage reports whether the call is shown: once let in, until it is over.
func onStage(s Step) bool { return s == Calling || s == Broken }

// top is whose visit it is, help in an emergency, and the language.
func (p *Page) top(calling bool) app.UI {
	parts := []app.UI{app.Span().Class("brand").Body(kit.Mark(), app.Span().Class("cut").Text(p.place()))}
	acts := app.Div().Class("row gap1 push")
	var inside []app.UI
	if p.known && p.att.Emergency+p.att.Phone != "" {
		inside = append(inside, kit.Button{ID: "help", Word: say("help"), Icon: "phone", Class: "small", Press: p.open("help")}.Draw())
	}
	if calling && p.senses() {
		inside = append(inside, p.sensorChip())
	}
	if !calling {
		inside = append(inside, kit.Button{ID: "language", Word: p.Env.Page.Language().Name(), Icon: "globe", Class: "small", Label: say("language", "name", p.Env.Page.Language().Name()),
			Press: p.open("language")}.Draw())
	}
	return app.Header().Class("porch-top").Body(append(parts, acts.Body(inside...))...)
}

func (p *Page) place() string {
	if p.att.Place != "" {
		return p.att.Place
	}
	return words.T("app.name")
}

// host is whom one came to see.
func (p *Page) host() string {
	if p.att.Host != "" {
		return p.att.Host
	}
	return say("clinic")
}

// main is what the step is about.
func (p *Page) main(step Step) []app.UI {
	switch step {
	case Checking:
		return p.checking()
	case WaitRoom:
		return p.waiting()
	case CalledIn:
		return []app.UI{p.breath(), heading(say("called.title")), lead(p.calledWord()), p.late(step)}
	case Calling:
		return []app.UI{heading(say("title.in-call", "name", p.host()))}
	case Broken:
		return []app.UI{heading(say("title.in-call", "name", p.host())).(app.HTMLH1).Class("sr"), p.broken()}
	case TakingOver:
		return []app.UI{embers(), heading(say("taking.title")), lead(say("taking.text")), stripes(say("taking.text")), p.late(step)}
	}
	return p.ending(step)
}

// calledWord says what comes next for whoever was let in.
func (p *Page) calledWord() string {
	if p.call != nil && p.call.State().Full {
		return stage.Word("full")
	}
	return say("called.text", "name", p.host())
}

// foot is what can be done.
func (p *Page) foot(step Step) []app.UI {
	switch step {
	case Checking:
		return p.checkFoot()
	case WaitRoom:
		return []app.UI{app.P().Class("small dim center").Text(p.screenWord()), p.leaveButton(say("leave.waiting"))}
	case CalledIn:
		return []app.UI{p.leaveButton(say("leave.waiting"))}
	case Calling, Broken, TakingOver:
		return nil
	}
	return p.endFoot(step)
}

func heading(text string) app.UI { return app.H1().ID("visitor-title").TabIndex(-1).Text(text) }

func lead(text string) app.UI { return app.P().Class("lead").Text(text) }

// stripes say that something goes on whose length nobody knows; words stand beside them.
func stripes(label string) app.UI {
	return app.Elem("progress").Class("progress").Aria("label", label)
}

// late says what helps when a step lasts.
func (p *Page) late(step Step) app.UI {
	if !p.way.Late(p.now()) {
		return kit.Slot()
	}
	return app.Div().ID("late").Class("wide stack gap3").Body(
		kit.Note(kit.Info, "clock", app.P().Text(say("late."+string(step), "name", p.host()))),
		p.again(), p.phone())
}

// again loads the page anew, which brings everybody back to where they were.
func (p *Page) again() app.UI {
	return kit.Button{ID: "again", Word: say("again"), Icon: "refresh", Class: "line wide", Press: func(app.Context) { p.Env.Page.Reload() }}.Draw()
}

// phone is the quiet way out: the clinic's number, or nothing where it has none.
func (p *Page) phone() app.UI {
	if p.att.Phone == "" {
		return kit.Slot()
	}
	return app.P().Class("center").Body(app.A().ID("phone").Class("tapline").Href(dial(p.att.Phone)).Body(kit.Icon("phone", "sm"), app.Text(say("phone", "number", p.att.Phone))))
}

// dial is a number as a link: digits and the plus before them (RFC 3966 section 5.1.1 allows separators; phones need none).
func dial(number string) string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
}

func (p *Page) leaveButton(word string) app.UI {
	return kit.Button{ID: "leave", Word: word, Class: "line big wide", Press: p.open("leave")}.Draw()
}

// screenWord says the truth about the screen.
func (p *Page) screenWord() string {
	if p.Env.Wake.Held() {
		return say("screen.on")
	}
	return say("screen.sleeps")
}

// count says a number of things.
func (p *Page) count(key string, n int) string { return words.N("visitor."+key, n) }
