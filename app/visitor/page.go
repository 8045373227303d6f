// Package visitor is the page of somebody who comes to one visit: by a link, without an account, on whatever phone they have.
// It goes on where the porch stopped, in the same document: the check of the device, the waiting room, the call, and the
// goodbye; and whoever the visit is about may wear sensors in it. It shows one thing at a time, and each has a way out.
//
//	Way      where the guest is; pure
//	Check    what works on this device, and what to mend first; pure
//	Page     reads the house, owns camera and microphone, and draws
//
// It decides nothing about who is let in, and stores nothing of what is seen, heard or measured.
//
// # Hooks for tests
//
//	#visitor[data-step][data-late]     a Step; data-late = "true" when its patience is over
//	#visitor-title, #visitor-said      the heading; what a screen reader hears
//	#check-camera, #check-mic, #check-network, #check-sensor: [data-works] in each, a care.Works
//	#repair[data-what][data-how][data-repair], #repair-again, #copy-link
//	#come-in, #passes, #speaker, #speaker-yes, #speaker-no
//	#lines, #write, #write-text, #write-send; #own-camera, #own-mic [aria-pressed], #other-device; #tip[data-tip], #tip-next
//	#leave, #leave-yes, #leave-no, #come-back, #again, #phone, #late, #unseen, #house-away, #broken
//	#help, #help-emergency, #language, #theme in its sheet, #device-code
//	#sensors, #sensors-sheet, see sensors.go
package visitor

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/meeting"
	"hearth/app/remote"
	"hearth/app/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/media"
	"hearth/wasm/sound"
)

// Page is the page.
type Page struct {
	app.Compo
	Env     *frame.Env
	Capture func(media.Options) *media.Capture
	Player  media.Player
	Make    media.Make
	Link    string // the guest's own link, while it is known

	page  app.Context // of the page itself: what comes home to a button that is gone is lost
	guest care.GuestID
	way   Way
	check Check
	own   *media.Capture
	has   media.State // what is captured
	level media.Meter
	call  *meeting.Meeting

	att     api.Attendance
	asking  time.Time // since when the browser asks, where it does
	known   bool
	loading bool
	stale   bool   // it changed while it was being read
	out     string // fault code of a house that knows this guest no more
	trouble string // in words

	told    care.Readiness
	telling bool
	toldAt  time.Time // when telling failed last
	aheadAt time.Time // the number of those ahead was asked for
	wentOut bool      // the house was told that they left
	probed  bool
	ways    ways

	chat    *meeting.Chat // nil: it is not known yet in which visit
	lines   []stage.Line  // what was written, as shown last
	unsent  int           // of them, not with the house
	draft   string
	minutes []care.Minute

	front  string // the sheet that is open: "help", "language", "leave", "sensors", "device", or none
	tips   int
	asked  bool // the loudspeaker was tried
	copied string
	code   string // for a second device
	nocode string // in words, why there is none
	said   string
	notes  stage.Survey
	sense  sensing
	stops  []func()
	busy   func() // ends Env.Measuring
	gone   bool
	ended  bool // everything was let go

	reloaded time.Time // when the page last asked to be loaded anew
}

// OnMount goes on where the porch stopped.
func (p *Page) OnMount(ctx app.Context) {
	p.page, p.ways.env = ctx, p.Env
	path := strings.Split(strings.Trim(app.Window().URL().Path, "/"), "/")
	p.guest = care.GuestID(path[len(path)-1])
	p.way = *Begin(p.now(), p.Env.Page.Kept(p.readyKey()) != "")
	if p.Env.Page.Kept(p.metKey()) != "" {
		p.way.Met()
	}
	p.check.Asking = true
	p.notes = stage.Survey{Troubles: care.VisitTroubles(), Send: p.sendSurvey}
	p.own = p.Capture(media.Options{Muted: meeting.Muted(p.Env.Page, string(p.guest)), Put: p.put, Changed: func(s media.State) { ctx.Dispatch(func(ctx app.Context) { p.captured(ctx, s) }) }})
	p.title()
	p.stops = append(p.stops,
		p.Env.Live.Watch(func(remote.View) { ctx.Dispatch(p.see) }),
		p.Env.Live.Listen(func(e live.Event) { p.heard(ctx, e) }),
		p.Env.Page.OnVisible(func(visible bool) { ctx.Dispatch(func(ctx app.Context) { p.looked(ctx, visible) }) }),
		p.Env.Page.OnNetwork(func() { ctx.Dispatch(p.load) }),
		p.Player.OnChange(func() { ctx.Dispatch(p.see) }),
		frame.Again(ctx, time.Second, p.tick))
	own := p.own
	ctx.Async(func() { // what was refused and is granted then is asked for by itself
		stop := own.OnAllowed(context.Background(), func() {})
		ctx.Dispatch(func(app.Context) {
			if p.stops = append(p.stops, stop); p.gone {
				stop()
			}
		})
	})
	p.Env.Wake.Hold()
	p.load(ctx)
	p.ask(ctx)
}

// OnDismount lets everything go.
func (p *Page) OnDismount() {
	p.gone = true
	for _, stop := range p.stops {
		stop()
	}
	p.letGo()
	if p.chat != nil {
		go p.chat.Finish(patience)
	}
	p.Player.Close()
}

func (p *Page) now() time.Time { return p.Env.Now() }

// houseNow is the house's time: a device's own clock may be wrong by a day.
func (p *Page) houseNow() time.Time {
	at, _ := p.Env.Live.House(p.now())
	return at.Time()
}

// pageTime turns an instant of the house into one of the page's clock.
func (p *Page) pageTime(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(-p.Env.Live.View().Clock.Offset)
}

// readyKey is under what a browser remembers that the check was passed, so that a reload does not begin it anew.
func (p *Page) readyKey() string { return "visit.ready." + string(p.guest) }

// metKey is under what a browser remembers that its guest was in the call: who was is thanked, not told that they missed it,
// however often the page is loaded.
func (p *Page) metKey() string { return "visit.met." + string(p.guest) }

// facts gathers what the way follows from.
func (p *Page) facts() Facts {
	v := p.Env.Live.View()
	f := Facts{Known: p.known, Guest: p.att.State, Visit: p.att.VisitIs, Link: v.Link.State, Code: v.Link.Code, Lost: v.Link.Lost, Media: p.media()}
	if p.out != "" {
		f.Link, f.Code = live.TurnedAway, p.out
	}
	for id := range v.Rooms {
		f.InVisit = f.InVisit || id.Kind() == live.OfVisit
		f.AtDoor = f.AtDoor || id.Kind() == live.OfDoor
	}
	if p.known && v.Clock.Known { // before, a clock that is wrong by a day would end the visit
		if p.att.Ends != nil {
			f.Ends = p.pageTime(*p.att.Ends)
		}
		f.Until = p.pageTime(p.att.End.Add(care.LinkAfter))
	}
	return f
}

// see goes where the facts lead.
func (p *Page) see(ctx app.Context) {
	if p.gone {
		return
	}
	before, _ := p.way.Step()
	now := p.way.See(p.facts(), p.now())
	if now != before {
		p.entered(ctx, before, now)
	}
	switch _, since := p.way.Step(); {
	case !now.Alone():
		if p.ended && !now.Final() && (p.reloaded.IsZero() || p.now().Sub(p.reloaded) >= reloadAgain) && p.written(since) {
			p.reloaded = p.now()
			p.Env.Page.Reload() // it goes on after all, and everything was let go
		}
	case p.now().Sub(since) >= lightsOut:
		p.letGo()
	}
	p.report(ctx)
}

// written reports whether the house has every line, or had time enough since it is back: a page that is loaded anew forgets them.
func (p *Page) written(since time.Time) bool {
	return p.chat == nil || p.chat.Unsent() == 0 || p.now().Sub(since) >= writtenWithin
}

const writtenWithin = 10 * time.Second

// reloadAgain is how long a page has to be loaded anew, on a slow line too: asking again begins it again.
const reloadAgain = 20 * time.Second

// lightsOut is how long camera and microphone stay on where nobody sees or hears them.
const lightsOut = 2 * time.Minute

// tick is time passing.
func (p *Page) tick(ctx app.Context) {
	if step, _ := p.way.Step(); step == Checking && p.check.Passes(p.now()) {
		p.comeIn(ctx)
	}
	if p.level != nil && !p.check.Heard && p.level.Level() > spoken {
		p.check.Heard = true
	}
	p.network()
	p.moves(ctx)
	p.probe(ctx)
	p.resume(ctx)
	p.showCall(ctx)
	p.see(ctx)
}

// spoken is how loud a voice is at least, see media.Meter.
const spoken = 0.35

// entered is told that another step was reached.
func (p *Page) entered(ctx app.Context, before, now Step) {
	p.title()
	p.said = say("said."+string(now), "name", p.host())
	if now == WaitRoom {
		p.said += " " + p.knows() + "."
	}
	switch now {
	case Calling:
		p.Env.Page.Keep(p.metKey(), "1")
	case CalledIn:
		p.Env.Sound.Play(sound.Notice)
		p.front = ""
	}
	if now.Final() {
		p.front = ""
		p.letGo()
	}
	if inside := slices.Contains([]Step{CalledIn, Calling, Broken}, now); inside && p.busy == nil {
		p.busy = p.Env.Measuring()
	} else if !inside && p.busy != nil {
		p.busy()
		p.busy = nil
	}
	if before != TakingOver {
		p.page.Defer(func(app.Context) { p.Env.Page.Focus("visitor-title") })
	}
	p.load(ctx)
}

// title names the document after the step, so that somebody in another tab sees that they are called in.
func (p *Page) title() {
	step, _ := p.way.Step()
	p.Env.Page.SetTitle(say("title."+string(step), "name", p.host()) + " · " + words.Isolate(p.place()))
}

// heard reads again what the house says has changed.
func (p *Page) heard(ctx app.Context, e live.Event) {
	switch {
	case e.Entered != nil, e.Left != nil, e.Link != nil && e.Link.State == live.Online, e.Changed != nil && e.Changed.Change.Data != nil:
		ctx.Dispatch(func(ctx app.Context) {
			p.load(ctx)
			if p.chat != nil {
				p.chat.Stale()
			}
		})
	}
}

// looked is told that somebody looks at the page, or no more.
func (p *Page) looked(ctx app.Context, visible bool) {
	if p.call != nil {
		p.call.Seen(visible)
	}
	if !visible {
		p.reportMinutes(ctx) // it may be closed, and never come back
		return
	}
	if step, _ := p.way.Step(); step == Checking && p.check.Snag().What != "" && p.check.Snag().What != "network" {
		p.ask(ctx) // they may come from their settings
	}
	p.load(ctx)
}

// letGo ends what was captured, the call and the sensors: the lights go out.
func (p *Page) letGo() {
	if p.ended {
		return
	}
	p.ended = true
	p.Env.Wake.Release()
	if p.level != nil {
		p.level.Close()
	}
	if p.call != nil {
		p.call.Close()
	}
	if p.sense.close(); p.front == "sensors" {
		p.front = ""
	}
	if p.own != nil {
		go p.own.Close()
	}
	if p.busy != nil {
		p.busy()
		p.busy = nil
	}
}

// patience bounds what the page asks the house or the browser for.
const patience = 20 * time.Second

// aside runs work that waits, with an end.
func aside(ctx app.Context, work func(context.Context)) {
	ctx.Async(func() {
		c, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		work(c)
	})
}
