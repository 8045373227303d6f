package visitor

import (
	"context"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/app/meeting"
	"hearth/app/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// openChat begins to keep what is written, as soon as it is known in which visit: in the waiting room to staff, in the call to
// everybody. It outlives the call, so that what was written last still arrives.
func (p *Page) openChat() {
	if p.chat != nil || p.gone {
		return
	}
	visit, page, house := p.att.Visit, p.page, p.Env.API
	p.chat = meeting.OpenChat(meeting.ChatOptions{Now: p.Env.Now, Changed: func() { page.Dispatch(p.wrote) },
		Lines: func(c context.Context) (api.List[api.Line], error) { return house.VisitLines(c, visit) },
		Write: func(c context.Context, l api.LineBody) (api.Line, error) { return house.AddLine(c, visit, l) }}.KeptIn(p.Env.Page, string(p.guest)))
}

// wrote takes in what was written.
func (p *Page) wrote(app.Context) {
	before, waited := len(p.lines), p.unsent
	p.lines, p.unsent = p.chat.Shown(), p.chat.Unsent()
	switch n := len(p.lines); {
	case n > before && !p.lines[n-1].Mine:
		p.said = p.lines[n-1].Name + ": " + words.Isolate(p.lines[n-1].Text)
	case p.unsent < waited:
		p.said = say("write.sent")
	}
}

// arrange adds what a guest may do in the call besides what everybody may.
func (p *Page) arrange(a *stage.Acts) {
	a.Again = func(_ app.Context, id string) { p.chat.Again(id) }
}

func (p *Page) typed(ctx app.Context, _ app.Event) {
	p.draft = ctx.JSSrc().Get("value").String()
	ctx.PreventUpdate()
}

// send writes to the staff.
func (p *Page) send(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.write(p.draft) {
		p.draft = ""
		kit.Clear("write-text")
	}
}

// write1 writes a line. It is shown at once, marked, until the house has it.
func (p *Page) write(text string) bool {
	if p.chat == nil || care.ValidLine(text) != nil {
		return false
	}
	p.chat.Say(text)
	p.unsent++
	return true
}

// bubbles are what staff wrote to this guest, and what the guest wrote; the newest few, oldest first.
func (p *Page) bubbles() []app.UI {
	const most = 4
	var all []app.UI
	for _, l := range p.lines[max(len(p.lines)-most, 0):] {
		all = append(all, p.bubble(l))
	}
	if len(all) == 0 {
		return nil
	}
	return []app.UI{app.Div().ID("lines").Class("wide stack gap2").Role("log").Aria("label", say("lines")).Body(all...)}
}

func (p *Page) bubble(l stage.Line) app.UI {
	name, state := l.Name, app.UI(kit.Slot())
	if l.Mine {
		name = say("you")
	}
	switch {
	case l.Failed:
		state = kit.Slot(kit.Badge(kit.Bad, "warning", stage.Word("chat.failed")),
			kit.Button{ID: "again-" + l.ID, Word: stage.Word("chat.again"), Class: "small accent", Press: func(app.Context) { p.chat.Again(l.ID) }}.Draw())
	case l.Unsent:
		state = kit.Slot(kit.Badge(kit.Warn, "upload", stage.Word("chat.unsent")))
	}
	return app.Div().Class("visitor-bubble").DataSet("mine", strconv.FormatBool(l.Mine)).DataSet("unsent", strconv.FormatBool(l.Unsent || l.Failed)).Body(
		app.P().Class("tiny dim").Text(name+", "+l.Time), app.P().Text(l.Text), state)
}
