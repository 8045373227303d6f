// Package meeting joins a call, the device's camera and sound, and the stage people see, for one page: what one of them tells
// becomes what another shows. Guests and staff use the same. It decides nothing about who is let in, reads nothing of the
// house but what its page hands it, and keeps nothing.
//
//	Meeting  owns the call and its places; its methods belong to the page's goroutine
//	Look     makes of a call, a device and what the page knows what the stage shows; pure
package meeting

import (
	"context"
	"sync"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/call"
	"hearth/app/frame"
	"hearth/app/stage"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/file"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// Options say what a Meeting is given; all of them are needed but those said otherwise.
type Options struct {
	Env    *frame.Env
	Visit  care.VisitID
	Guest  care.GuestID // "": the host
	Staff  bool
	Relay  bool // through the relay only
	Own    *media.Capture
	Player media.Player

	Say      func(app.Context, string) // a line of chat; nil: there is none
	Leave    func(app.Context)         // alone
	Close    func(app.Context, bool)   // nil: not for this person
	Files    file.Desk                 // nil: no files are handed over
	Kept     *Kept                     // of this visit on this page; nil: nothing is kept for whoever comes back
	Minutes  func(care.Minute)         // what the page noticed, for the visit's report; nil: not told
	Arranged func(*stage.Acts)         // what else this person may do; nil: nothing
}

// Meeting is one call on one page.
type Meeting struct {
	Stage *stage.Stage
	Known func() Known // what the page knows besides; nil: nothing

	o      Options
	call   *call.Call
	ctx    app.Context
	state  call.State
	has    media.State
	places places
	tracks map[live.MemberID]map[string]rtc.Track
	files  *files                      // nil: none
	came   map[live.MemberID]time.Time // when somebody's sound came first
	met    bool                        // somebody was connected once
	spoke  bool                        // there was a microphone once
	hidden bool
	stuck  time.Time // since when a device is kept from us although somebody looks
	words  caption
	fault  error
	ended  bool

	plugged func() // ends looking out for devices

	mu    sync.Mutex // guards shows
	shows map[string]show
}

// caption is the line somebody typed last, for as long as it is read.
type caption struct {
	stage.Caption
	until time.Time
}

// captionTime is how long a caption stays.
const captionTime = 8 * time.Second

// Open begins to follow the visit and wants to be in: whoever is let in, is in at once. Ctx is the page's.
func Open(ctx app.Context, o Options) *Meeting {
	m := &Meeting{o: o, ctx: ctx, places: places{}, shows: map[string]show{}, came: map[live.MemberID]time.Time{}, tracks: map[live.MemberID]map[string]rtc.Track{}, hidden: !o.Env.Page.Visible()}
	kept := o.Kept
	if kept == nil {
		kept = &Kept{}
	}
	kept.goOn(m)
	acts := m.acts()
	if o.Arranged != nil {
		o.Arranged(&acts)
	}
	m.Stage = kept.stand(m, acts)
	m.call = call.Open(call.Options{
		Live: o.Env.Live, Peers: o.Env.Maker(o.Relay), Relayed: o.Env.Maker(true), Visit: o.Visit, Guest: o.Guest, Staff: o.Staff, Network: o.Env.Page.OnNetwork, Now: o.Env.Now,
		OnState: func(s call.State) { ctx.Dispatch(func(app.Context) { m.told(s) }) },
		OnTrack: func(who live.MemberID, line string, t rtc.Track) {
			ctx.Dispatch(func(app.Context) { m.track(who, line, t) })
		},
		OnNudge:  func(n live.Nudged) { ctx.Dispatch(func(ctx app.Context) { m.nudged(ctx, n) }) },
		OnMinute: m.minute, OnFile: m.offered,
	})
	for _, l := range rtc.CallLines() {
		m.Put(l.Name, o.Own.Track(l.Name))
	}
	m.Captured(o.Own.State())
	m.plugged = o.Own.OnDevices(func() { ctx.Dispatch(func(app.Context) { m.able() }) })
	m.call.Join()
	return m
}

// Close ends it. It may be called twice.
func (m *Meeting) Close() {
	if m.ended {
		return
	}
	m.ended = true
	m.plugged()
	switch {
	case m.files != nil && m.o.Kept != nil:
		m.files.rest()
	case m.files != nil:
		m.files.end()
	}
	m.call.Leave()
	go m.call.Close() // waits for its connections; nobody has to
	for place := range stage.Places {
		m.empty(stage.Camera(place))
		m.empty(stage.Screen(place))
	}
}

// RelayOnly has whoever is met from now on met through the relay, see call.Call.
func (m *Meeting) RelayOnly() { m.call.RelayOnly() }

// Call is the call itself.
func (m *Meeting) Call() *call.Call { return m.call }

// State is the call as last told.
func (m *Meeting) State() call.State { return m.state }

// Connected reports whether anybody in the call is connected, and whether anybody was.
func (m *Meeting) Connected() (is, was bool) {
	for _, p := range m.state.People {
		if !p.AtDoor && p.Conn.State == rtc.StateConnected {
			return true, true
		}
	}
	return false, m.met
}

// Alone reports whether nobody else sits in the call.
func (m *Meeting) Alone() bool {
	for _, p := range m.state.People {
		if !p.AtDoor {
			return false
		}
	}
	return true
}

// Put lets what is captured go through a line; give it to media.Options.Put.
func (m *Meeting) Put(line string, t rtc.Track) { m.call.Put(line, t) }

// Captured takes in how the device is; give it media.Options.Changed.
func (m *Meeting) Captured(s media.State) {
	if first := s.Camera.Live && !m.has.Camera.Live; first {
		defer m.able()
	}
	m.has, m.spoke = s, m.spoke || s.Mic.Live
	m.call.Held(s.Mic.Live && s.Mic.Held)
	m.call.Mute(rtc.LineAudio, s.Muted.Mic)
	m.call.Mute(rtc.LineCamera, s.Muted.Camera)
	if t := m.o.Own.Own(rtc.LineCamera); t != nil {
		if _, lines, _ := t.Size(); lines > 0 {
			m.call.Captured(lines)
		}
	}
	if m.o.Player.Waiting() { // whoever may be recorded may play, some browsers think
		m.refresh()
	}
	m.mirror()
}

// mirror shows people themselves. Doing it again changes nothing.
func (m *Meeting) mirror() {
	if t := m.o.Own.Own(rtc.LineCamera); t != nil {
		m.play(stage.Camera(0), media.How{Silent: true}, t)
	} else {
		m.empty(stage.Camera(0))
	}
}

// Seen is told whether anybody can see the page.
func (m *Meeting) Seen(visible bool) {
	m.hidden = !visible
	m.call.Asleep(!visible)
	if visible {
		m.refresh()
	}
}

// told takes in how the call is.
func (m *Meeting) told(s call.State) {
	m.state = s
	if is, _ := m.Connected(); is {
		m.met = true
	}
	here := map[live.MemberID]bool{}
	for _, p := range s.People {
		if !p.AtDoor {
			here[p.Member] = true
			m.places.give(p.Member)
		}
	}
	for _, place := range m.places.keep(here) {
		m.empty(stage.Camera(place))
		m.empty(stage.Screen(place))
	}
	for who := range m.tracks {
		if !here[who] {
			delete(m.tracks, who)
		}
	}
	for who := range here {
		m.perform(who)
	}
	if m.files != nil && !m.ended {
		m.files.goOn(connected(s))
	}
	m.mirror() // the stage may not have stood when it was shown first
	m.Draw()
}

// Thin reports whether the line is so thin that whatever else is sent should go in few long messages.
func (m *Meeting) Thin() bool { return m.state.Thin }

// Draw shows the stage what is so now; call it too when what the page knows has changed, and every second.
func (m *Meeting) Draw() {
	if m.ended {
		return
	}
	now := m.o.Env.Now()
	var k Known
	if m.Known != nil {
		k = m.Known()
	}
	if m.files != nil {
		k.Files = m.files.shown()
	}
	if now.Before(m.words.until) {
		k.Caption = m.words.Caption
	}
	k.Wrong, k.Clinic = frame.Say(m.fault), m.o.Staff
	if k.Wrong == "" && m.has.Bare {
		k.Wrong = frame.Say(fault.New(fault.Unavailable, "media.bare", nil))
	}
	if k.Trouble == "" {
		k.Trouble = k.Wrong
	}
	k.Tap = m.tap(now)
	k.House, _ = m.o.Env.Live.House(now)
	k.Offset = m.o.Env.Live.View().Clock.Offset
	m.Stage.See(Look(m.o.Env.Live.Member(), m.state, m.has, m.places, k))
	m.call.Shows(m.Stage.Large()) // whom somebody chose between two Views is in the next
}

// tapAfter is what the system gets to give devices back by itself before a finger is asked for.
const tapAfter = 3 * time.Second

// tap says whether something waits for a finger.
func (m *Meeting) tap(now time.Time) stage.Tap {
	mic, camera := m.has.Mic, m.has.Camera
	kept := mic.Live && mic.Held || camera.Live && camera.Held || mic.Wanted && !mic.Live && (mic.Fault == nil && m.met || m.spoke && media.Why(mic.Fault) == media.Taken)
	switch {
	case m.hidden || !kept:
		m.stuck = time.Time{}
	case m.stuck.IsZero():
		m.stuck = now
	case now.Sub(m.stuck) >= tapAfter:
		return stage.TapResume
	}
	if m.o.Player.Waiting() {
		return stage.TapSound
	}
	return stage.NoTap
}

// nudged takes what somebody asks this page for.
func (m *Meeting) nudged(ctx app.Context, n live.Nudged) {
	name := ""
	for _, p := range m.state.People {
		if p.Member == n.From {
			name = p.Person.Name
		}
	}
	switch n.What {
	case live.NudgeMute:
		m.mute(rtc.LineAudio, true)
		m.Stage.Announce("told.muted", "name", name)
	case live.NudgeCaption:
		m.words = caption{stage.Caption{Name: words.Isolate(name), Text: words.Isolate(n.Text)}, m.o.Env.Now().Add(captionTime)}
		if n.Made != nil {
			m.made(*n.Made)
		}
	default:
		m.Stage.Asked(name, n.What)
	}
	m.Draw()
}

// made says of the newest caption that a service made it, and who spoke as far as that is known.
func (m *Meeting) made(by live.Made) {
	c := &m.words.Caption
	c.Service, c.By, c.Language = by.Service, by.Name, by.Language
	var k Known
	if m.Known != nil {
		k = m.Known()
	}
	if by.Guest != "" {
		c.Name = k.called(by.Guest)
		if by.Guest == m.o.Guest {
			c.Name = k.Me
		}
	}
	for _, p := range m.state.People {
		if by.Guest != "" && p.Guest == by.Guest && c.Name == "" || by.Host && p.Staff && p.Guest == "" {
			c.Name = p.Person.Name
		}
	}
	if by.Host && m.o.Staff && m.o.Guest == "" {
		c.Name = k.Me
	}
	c.Name, c.By = words.Isolate(c.Name), words.Isolate(c.By)
}

// minute hands on what the call noticed in a minute.
func (m *Meeting) minute(c call.Minute) {
	if m.o.Minutes != nil {
		m.o.Minutes(Minute(c))
	}
}

// patience bounds what a device or the house is asked for.
const patience = 20 * time.Second

// aside runs work that waits. What went wrong before is read, or tried again.
func (m *Meeting) aside(work func(context.Context) error) {
	if m.fault != nil {
		m.fault = nil
		m.Draw()
	}
	m.ctx.Async(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err := work(ctx)
		m.ctx.Dispatch(func(app.Context) {
			m.fault = err
			m.Draw()
		})
	})
}
