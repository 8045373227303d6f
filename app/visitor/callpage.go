package visitor

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/aggregator"
	"hearth/app/invited"
	"hearth/app/meeting"
	"hearth/shared/care"
	"hearth/wasm/rtc"
)

// media says how the call's own connections are.
func (p *Page) media() Media {
	if p.call == nil || p.ended {
		return NoMedia
	}
	is, was := p.call.Connected()
	switch {
	case is:
		return MediaUp
	case was && !p.call.Alone():
		return MediaDown
	case was && p.Env.Away():
		return MediaDown
	}
	return NoMedia
}

// prepare opens the call as soon as it is known which: the connection is made while somebody waits, and nothing goes through
// it before they are let in. While the browser asks for camera and microphone it waits, but not for somebody who was let in
// meanwhile: they hear and see, and what they allow later is sent then.
func (p *Page) prepare(ctx app.Context) {
	if p.call != nil || !p.known || p.ended {
		return
	}
	switch step, _ := p.way.Step(); {
	case step == CalledIn, onStage(step):
	case (step == Checking || step == WaitRoom) && !p.check.Asking:
	default:
		return
	}
	p.call = meeting.Open(p.page, meeting.Options{
		Env: p.Env, Visit: p.att.Visit, Guest: p.guest, Relay: p.att.Relay, Own: p.own, Player: p.Player, Files: p.Env.Files,
		Say: func(_ app.Context, text string) { p.write(text) }, Leave: p.leave, Arranged: p.arrange, Minutes: func(m care.Minute) { p.page.Dispatch(func(app.Context) { p.minutes = append(p.minutes, m) }) },
	})
	p.call.Known = p.besides
	if !p.Env.Page.Visible() {
		p.call.Seen(false)
	}
}

// besides is what the page knows besides the call.
func (p *Page) besides() meeting.Known {
	k := meeting.Known{As: map[care.GuestID]care.Invited{}, Names: map[care.GuestID]string{}, Me: p.att.Name, Chat: p.lines, Near: p.att.Near}
	for _, o := range p.att.Others {
		k.As[o.Guest], k.Names[o.Guest] = o.As, o.Name
		if o.Name == "" && o.As == care.AsRelative {
			k.Names[o.Guest] = invited.Called(o.Relation)
		}
	}
	return k
}

// showCall keeps the stage at what is so.
func (p *Page) showCall(ctx app.Context) {
	p.prepare(ctx)
	if p.call != nil {
		p.call.Draw()
		p.at(func(s *aggregator.Station) { s.Thin(p.call.Thin()) })
	}
	p.reportMinutes(ctx)
}

// minutesAtOnce is how many minutes are told together while the call goes on and somebody looks.
const minutesAtOnce = 2

// reportMinutes tells what was noticed of the call: when the page is put away, and once the call is over, to the last. What the
// house refuses is let go: it is a report, not a visit.
func (p *Page) reportMinutes(ctx app.Context) {
	if n := len(p.minutes); n == 0 || n < minutesAtOnce && !p.ended && p.Env.Page.Visible() {
		return
	}
	list := p.minutes[:min(len(p.minutes), care.MaxMinutes)]
	p.minutes = p.minutes[len(list):]
	visit := p.att.Visit
	aside(p.page, func(c context.Context) { _ = p.Env.API.ReportMinutes(c, visit, list) })
}

// stageParts are the call's parts. They stand there from the moment the call is prepared until it is over.
func (p *Page) stageParts() []app.UI {
	if p.call == nil || p.ended {
		return nil
	}
	return []app.UI{p.call.Stage.Whole()}
}

// key does what a single key means in the call, when nothing lies before it.
func (p *Page) key(ctx app.Context, e app.Event) {
	if step, _ := p.way.Step(); onStage(step) && p.call != nil && !p.ended && p.front == "" && p.call.Stage.Key(ctx, e) {
		e.PreventDefault()
		return
	}
	ctx.PreventUpdate()
}

// put hands a line's track to the call, when there is one.
func (p *Page) put(line string, t rtc.Track) {
	if p.call != nil {
		p.call.Put(line, t)
	}
}
