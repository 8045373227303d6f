package visitor

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/meeting"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// askingSlow is how long the browser's question may stand before one may come in without an answer: it is easily overlooked.
const askingSlow = 20 * time.Second

// ask asks for camera and microphone, or takes over those the porch was given.
func (p *Page) ask(ctx app.Context) {
	p.check.Asking, p.asking = true, p.now()
	own := p.own
	p.page.Async(func() {
		c, cancel := context.WithTimeout(context.Background(), 2*time.Minute) // somebody reads a question
		defer cancel()
		s := own.Start(c, true, true)
		p.page.Dispatch(func(ctx app.Context) {
			p.check.Asking = false
			p.captured(ctx, s)
		})
	})
}

func (p *Page) askAgain(ctx app.Context) {
	if !p.check.Asking {
		_ = p.Player.Unlock(context.Background())
		p.ask(ctx)
	}
}

// checkAgain goes back to see what does not work, from the waiting room.
func (p *Page) checkAgain(ctx app.Context) { p.askAgain(ctx) }

// captured takes in what is captured now.
func (p *Page) captured(ctx app.Context, s media.State) {
	if p.gone || p.ended {
		return
	}
	p.has = s
	meeting.KeepMuted(p.Env.Page, string(p.guest), p.own.State().Muted)
	p.check.Own(s)
	if s.Mic.Live && p.level == nil {
		p.level = p.Player.Meter(p.own.Own(rtc.LineAudio))
	} else if !s.Mic.Live && p.level != nil {
		p.level.Close()
		p.level = nil
	}
	if p.call != nil {
		p.call.Captured(s)
	}
	p.see(ctx)
}

// comeIn goes on with what works.
func (p *Page) comeIn(ctx app.Context) {
	p.Env.Sound.Unlock()
	before, _ := p.way.Step()
	p.way.Ready(p.facts(), p.now())
	p.Env.Page.Keep(p.readyKey(), "1")
	if now, _ := p.way.Step(); now != before {
		p.entered(ctx, before, now)
	}
	p.report(ctx)
}

func (p *Page) dark() bool  { return p.has.Camera.Live && !p.has.Camera.On }
func (p *Page) muted() bool { return p.has.Mic.Live && !p.has.Mic.On }

func (p *Page) toggleCamera(ctx app.Context) { p.mute(rtc.LineCamera, !p.dark()) }
func (p *Page) toggleMic(ctx app.Context)    { p.mute(rtc.LineAudio, !p.muted()) }

// mute is the person's own will: it holds for every device and through every interruption.
func (p *Page) mute(line string, muted bool) {
	p.has = p.own.Mute(line, muted)
	if p.call != nil {
		p.call.Captured(p.has)
	}
}

// testSpeaker plays soft notes; the tap that asked for them lets sound begin.
func (p *Page) testSpeaker(ctx app.Context) {
	p.asked, p.check.Ready.Speaker = true, care.Untried
	p.Env.Sound.Unlock()
	aside(p.page, func(c context.Context) { _ = p.Player.Chime(c) })
}

func (p *Page) speakerWas(w care.Works) func(app.Context) {
	return func(app.Context) { p.check.Ready.Speaker = w }
}

// How long the house takes to answer, there and back.
const (
	quick = 300 * time.Millisecond // nobody notices
	slow  = 1200 * time.Millisecond
)

// network says how the line is, by how long the house takes to answer.
func (p *Page) network() {
	clock := p.Env.Live.View().Clock
	r := &p.check.Ready
	switch {
	case p.Env.Away():
		r.Network = care.WorksNot
		return
	case !clock.Known:
		return
	case clock.RoundTrip <= quick:
		r.Network = care.WorksWell
	case clock.RoundTrip <= slow:
		r.Network = care.WorksSome
	default:
		r.Network = care.WorksNot
	}
	r.RTT = int(clock.RoundTrip / time.Millisecond)
}

// probeAgain is how long the house is left alone after it could not be asked for a relay.
const probeAgain = 10 * time.Second

// probe tries the way through the relay once: where nothing else gets through, it has to.
func (p *Page) probe(ctx app.Context) {
	if p.probed || p.Env.Relay == nil {
		return
	}
	var door live.RoomID
	for id := range p.Env.Live.View().Rooms {
		if id.Kind() == live.OfDoor || id.Kind() == live.OfVisit {
			door = id
		}
	}
	if door == "" {
		return
	}
	p.probed = true
	aside(p.page, func(c context.Context) {
		works := care.WorksNot
		if servers, err := p.Env.Live.Relay(c, door); err != nil { // the house has no time: it is asked again
			p.page.After(probeAgain, func(app.Context) { p.probed = false })
			return
		} else if len(servers) == 0 {
			works = care.WorksNever
		} else if _, err := rtc.Loop(c, p.Env.Relay, servers); err == nil {
			works = care.WorksWell
		}
		p.page.Dispatch(func(app.Context) { p.check.Ready.Relay = works })
	})
}

// PorchLink is the address the porch was opened by, if this document is still the one: it works in another browser, where the
// page's own is nothing to anybody. See assets/js/porch-visit.js.
func PorchLink() string {
	if porch := app.Window().Get("hearthVisit"); porch.Truthy() && porch.Get("link").Truthy() {
		return porch.Get("link").String()
	}
	return ""
}

// copyLink puts the link where it can be pasted into another browser.
func (p *Page) copyLink(app.Context) {
	p.page.Async(func() {
		err := p.Env.Page.Copy(p.page, p.Link)
		p.page.Dispatch(func(app.Context) {
			p.copied = say("repair.copied")
			if err != nil {
				p.copied = p.Link
			}
		})
	})
}

// looking shows the own camera in an element, as long as it is there.
type looking struct {
	app.Compo
	ID     string
	Label  string
	Hidden bool
	Player media.Player
	Own    func() media.Track
}

// OnMount begins to show.
func (l *looking) OnMount(ctx app.Context) { l.show(ctx) }

// OnUpdate shows what there is now; showing the same again changes nothing.
func (l *looking) OnUpdate(ctx app.Context) { l.show(ctx) }

func (l *looking) show(ctx app.Context) {
	t := l.Own()
	id, player := l.ID, l.Player
	aside(ctx, func(c context.Context) {
		if t == nil {
			_ = player.Show(c, id, media.How{Silent: true})
			return
		}
		_ = player.Show(c, id, media.How{Silent: true}, t)
	})
}

// OnDismount ends it.
func (l *looking) OnDismount() {
	id, player := l.ID, l.Player
	go func() { _ = player.Show(context.Background(), id, media.How{Silent: true}) }()
}

// Render makes the element; a mirror is what people know themselves from.
func (l *looking) Render() app.UI {
	return app.Video().ID(l.ID).Class("visitor-video").Hidden(l.Hidden).Muted(true).AutoPlay(true).Attr("playsinline", true).Aria("label", l.Label)
}

// meter shows how loud the own voice is, ten times a second and past the page: it sets the element's value itself.
type meter struct {
	app.Compo
	ID    string
	Label string
	Level func() float64

	stop func()
}

// OnMount begins.
func (m *meter) OnMount(ctx app.Context) {
	m.stop = frame.Again(ctx, 100*time.Millisecond, func(ctx app.Context) {
		if e := app.Window().GetElementByID(m.ID); e != nil && e.Truthy() {
			e.Set("value", m.Level())
		}
		ctx.PreventUpdate()
	})
}

// OnDismount ends it.
func (m *meter) OnDismount() {
	if m.stop != nil {
		m.stop()
	}
}

// Render makes the element.
func (m *meter) Render() app.UI {
	return app.Meter().ID(m.ID).Class("visitor-level").Min(0).Max(1).Aria("label", m.Label)
}

// look shows the own camera in an element.
func (p *Page) look(id string, hidden bool) app.UI {
	return &looking{ID: id, Label: say("self"), Hidden: hidden, Player: p.Player, Own: func() media.Track {
		if p.ended || p.own == nil {
			return nil
		}
		return p.own.Own(rtc.LineCamera)
	}}
}

// loud is how loud the own voice is.
func (p *Page) loud() float64 {
	if p.level == nil || p.ended {
		return 0
	}
	return p.level.Level()
}
