package therapist

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/meeting"
	"hearth/app/remote"
	"hearth/app/side"
	"hearth/app/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// Visit is the page of one visit: the call and, where it is about a patient whose signals may be received, their live page
// beside it in the same window. Whoever opens it is in the call at once, as one is in a room one enters; a page loaded anew
// comes back by itself.
//
// What browser tests may hold on to, besides what Live and package stage have:
//
//	#visit[data-visit][data-signals][data-step]   step: opening, in, left, over
//	#visit-lost #join-again #to-visits            the ways out; #visit-timer how long it lasts
type Visit struct {
	app.Compo
	Env     *frame.Env
	Capture func(media.Options) *media.Capture
	Player  func() media.Player

	gone      atomic.Bool // nothing dispatched comes home any more
	page      app.Context // of the page itself: what comes home to a button that is gone is lost
	id        care.VisitID
	visit     api.Visit
	lost      error     // why the visit cannot be shown at all
	trouble   error     // the last thing that did not work
	unread    error     // why it could not be read anew; nil: it was
	out       time.Time // since when the house does not let the page stand in the visit; zero: it does
	putOut    bool      // that is why the page left
	step      step
	live      *Live // the signals; nil: the call fills the page
	stage     *stage.Stage
	meeting   *meeting.Meeting
	kept      meeting.Kept // for whoever joins again
	chat      *meeting.Chat
	own       *media.Capture
	player    media.Player
	held      func() // ends frame.Env.Measuring
	waking    bool
	goingOn   bool      // the house is asked not to end the visit
	notes     *notebook // nil until the visit was read
	stops     []func()
	looks     map[care.GuestID]bool
	reading   bool
	again     bool // it changed while it was being read
	relatives []stage.Offer
	staff     []stage.Choice
}

// step is how far the therapist's own part of a visit is.
type step string

const (
	opening step = "opening"
	inside  step = "in"
	left    step = "left"
	over    step = "over"
)

// closeIn is how long everybody is told before a visit ends.
const closeIn = 5 * time.Second

// visitOf reads the visit out of the page's address; what is no identity is "".
func visitOf(path string) care.VisitID {
	id := care.VisitID(strings.Trim(strings.TrimPrefix(path, side.Room("")), "/"))
	if !care.ValidID(id) {
		return ""
	}
	return id
}

// OnMount opens the visit the address names.
func (v *Visit) OnMount(ctx app.Context) {
	v.page = ctx
	v.gone.Store(false)
	v.Env.LoadMe(ctx, v.open)
	v.stops = append(v.stops, frame.Again(ctx, beatTime, v.look), v.Env.Follow(ctx, func(ctx app.Context, _ remote.View) { v.look(ctx) }),
		v.Env.Live.Listen(func(e live.Event) { ctx.Dispatch(func(ctx app.Context) { v.heard(ctx, e) }) }),
		v.Env.Page.OnVisible(func(visible bool) { ctx.Dispatch(func(app.Context) { v.seen(visible) }) }))
}

// OnNav follows the address to another visit.
func (v *Visit) OnNav(ctx app.Context) {
	if v.id != "" && visitOf(ctx.Page().URL().Path) != v.id {
		v.shut()
		v.open(ctx)
	}
}

// OnDismount ends what OnMount began.
func (v *Visit) OnDismount() {
	v.gone.Store(true)
	for _, stop := range v.stops {
		stop()
	}
	v.stops = nil
	v.shut()
}

func (v *Visit) open(ctx app.Context) {
	v.id, v.step, v.lost, v.goingOn = visitOf(ctx.Page().URL().Path), opening, nil, false
	if v.id == "" {
		v.lost = fault.New(fault.NotFound, "not-found", nil)
		return
	}
	v.looks = map[care.GuestID]bool{}
	v.read(ctx)
}

// shut leaves the visit. What is unsaved of the notes is sent, and stays in the browser until the house has it.
func (v *Visit) shut() {
	if v.notes != nil {
		v.notes.keep()
		if !v.notes.busy {
			v.put(v.notes, true)
		}
	}
	v.hangUp()
	v.quiet()
	if chat := v.chat; chat != nil { // it outlives the call: what was written goes on being told
		go chat.Finish(notesWithin)
	}
	v.kept.Drop()
	v.visit, v.stage, v.chat, v.notes = api.Visit{}, nil, nil, nil
}

// hangUp ends the call on this page, and lets camera and microphone go.
func (v *Visit) hangUp() {
	if v.meeting != nil {
		v.meeting.Close()
		own, player := v.own, v.player
		v.meeting, v.own, v.player = nil, nil, nil
		go func() {
			_ = own.Close()
			_ = player.Close()
		}()
	}
	if v.held != nil {
		v.held()
		v.held = nil
	}
	if v.waking && v.Env.Wake != nil {
		v.Env.Wake.Release()
	}
	v.waking = false
}

// heard follows what the rooms tell of this visit.
func (v *Visit) heard(ctx app.Context, e live.Event) {
	switch {
	case v.id == "":
	case e.Changed != nil && e.Changed.Change.Data != nil && slices.Contains([]string{"visit", "visits"}, e.Changed.Change.Data.What),
		e.Entered != nil && e.Entered.Room == live.VisitRoom(v.id), e.Left != nil && e.Left.Room == live.VisitRoom(v.id):
		v.read(ctx)
	}
	if v.chat != nil && (e.Changed != nil && e.Changed.Change.Data != nil && e.Changed.Change.Data.What == "lines" || e.Link != nil && e.Link.State == live.Online) {
		v.chat.Stale()
	}
	if v.live != nil {
		v.live.heard(ctx, e)
	}
}

// read reads the visit, one reading at a time.
func (v *Visit) read(ctx app.Context) {
	if v.reading {
		v.again = true
		return
	}
	v.reading, v.again = true, false
	id := v.id
	ctx.Async(func() {
		visit, err := v.Env.API.GetVisit(ctx, id)
		ctx.Dispatch(func(ctx app.Context) {
			v.reading = false
			if id == v.id && !v.Env.SignedOut(err) {
				v.came(ctx, visit, err)
			}
			if v.again {
				v.read(ctx)
			}
		})
	})
}

// came takes in how the visit stands now.
func (v *Visit) came(ctx app.Context, visit api.Visit, err error) {
	switch {
	case fault.Is(err, fault.NotFound), err != nil && v.visit.ID == "":
		v.lost = err
		v.turnedOut()
		return
	case err != nil:
		v.unread = err
		return
	}
	first := v.visit.ID == ""
	relayed := visit.Relay && !v.visit.Relay && !first
	v.visit, v.lost, v.unread = visit, nil, nil
	v.doors()
	switch closed := visit.State == care.Ended || visit.State == care.Cancelled; {
	case closed && v.step != over:
		v.finish(ctx)
	case first && !closed:
		v.enter(ctx)
	case relayed && v.meeting != nil && slices.ContainsFunc(visit.Guests, func(g api.Guest) bool { return g.State.Inside() }):
		v.meeting.RelayOnly() // somebody else was invited in the middle of it
	case relayed:
		v.anew(ctx)
	}
	if first {
		v.load(ctx)
	}
}

// doors looks at those who wait for this visit, so that a connection is there before they are let in.
func (v *Visit) doors() {
	if v.meeting == nil {
		return
	}
	for _, g := range v.visit.Guests {
		if waits := g.State.Queued(); waits != v.looks[g.ID] {
			v.looks[g.ID] = waits
			v.meeting.Call().Look(g.ID, waits)
		}
	}
}

// enter begins the visit and sits in the call.
func (v *Visit) enter(ctx app.Context) {
	v.step = inside
	v.turned("visit")
	v.attend(ctx)
	v.doors()
	v.held = v.Env.Measuring()
	if v.waking = true; v.Env.Wake != nil {
		v.Env.Wake.Hold()
	}
	v.act(api.BeginVisit, nil)
}

// attend opens camera, microphone and the call, and wants to be in it.
func (v *Visit) attend(ctx app.Context) {
	var m *meeting.Meeting
	player := v.Player()
	id, api1 := v.id, v.Env.API
	own := v.Capture(media.Options{
		Muted: meeting.Muted(v.Env.Page, string(id)),
		Put: func(line string, t rtc.Track) {
			if m != nil {
				m.Put(line, t)
			}
		},
		Changed: func(s media.State) {
			ctx.Dispatch(func(app.Context) {
				if m != nil && v.meeting == m {
					meeting.KeepMuted(v.Env.Page, string(id), v.own.State().Muted)
					m.Captured(s)
					m.Draw()
				}
			})
		}})
	m = meeting.Open(ctx, meeting.Options{Env: v.Env, Visit: id, Guest: v.place(), Staff: true, Relay: v.visit.Relay, Own: own, Player: player,
		Files: v.Env.Files, Kept: &v.kept, Say: func(_ app.Context, text string) { v.chat.Say(text) }, Leave: v.leave, Close: v.close, Arranged: v.arrange,
		Minutes: func(one care.Minute) {
			go func() { _ = api1.ReportMinutes(context.Background(), id, []care.Minute{one}) }() // a report, not a visit: what does not arrive is let go
		}})
	if v.chat == nil {
		v.chat = meeting.OpenChat(meeting.ChatOptions{Now: v.Env.Now, Changed: func() { ctx.Dispatch(v.see) },
			Lines: func(ctx context.Context) (api.List[api.Line], error) { return api1.VisitLines(ctx, id) },
			Write: func(ctx context.Context, l api.LineBody) (api.Line, error) { return api1.AddLine(ctx, id, l) }}.KeptIn(v.Env.Page, string(id)+"."+string(v.Env.Me().ID)))
	}
	v.meeting, v.own, v.player = m, own, player
	m.Known = v.known
	v.stage = m.Stage
	v.stage.Notes = v.noted()
	ctx.Async(func() { own.Start(ctx, true, true) })
	ctx.Defer(func(app.Context) { m.Seen(v.Env.Page.Visible()) })
	v.see(ctx)
}

// known is what the page knows besides the call.
func (v *Visit) known() meeting.Known {
	k := meeting.Known{As: map[care.GuestID]care.Invited{}, Names: map[care.GuestID]string{}, Me: v.Env.Me().Name, GoingOn: v.goingOn, May: v.relatives, Staff: v.staff, Trouble: v.Env.Beside(cmp.Or(v.trouble, v.unread))}
	for _, c := range v.visit.Captioners {
		k.Captioners = append(k.Captioners, stage.Captioner{Service: c.Service, Name: c.Name, Stopped: c.Stopped})
	}
	for _, g := range v.visit.Guests {
		k.As[g.ID], k.Names[g.ID] = g.As, calledHere(g, v.visit.PatientName)
	}
	if v.chat != nil {
		k.Chat = v.chat.Shown()
	}
	return k
}

// place is this therapist's own place among the invited; "": they host it.
func (v *Visit) place() care.GuestID {
	for _, g := range v.visit.Guests {
		if g.As == care.AsStaff && g.Person == v.Env.Me().ID {
			return g.ID
		}
	}
	return ""
}

func calledHere(g api.Guest, patient string) string {
	switch {
	case g.As == care.AsPatient && patient != "":
		return patient
	case g.As == care.AsStaff:
		return g.PersonName
	case g.As == care.AsRelative && g.Name == "":
		return invited.Called(g.Relation)
	}
	return g.Name
}

// see shows the stage how the call stands.
func (v *Visit) see(app.Context) {
	if v.meeting != nil {
		v.meeting.Draw()
	}
}

// seen is told whether anybody looks at the page.
func (v *Visit) seen(visible bool) {
	if v.meeting != nil {
		v.meeting.Seen(visible)
	}
}

// look is the beat: signals, call, notes.
func (v *Visit) look(ctx app.Context) {
	if v.live != nil {
		v.live.look(ctx)
	}
	v.see(ctx)
	v.save(ctx, false)
	if (v.visit.ID == "" && fault.Is(v.lost, fault.Unavailable) || fault.Is(v.unread, fault.Unavailable)) && v.Env.Live.View().Link.State == live.Online {
		v.read(ctx)
	}
	v.stays()
	if ends := v.visit.Ends; v.step == inside && ends != nil && v.visit.State == care.Ended {
		v.finish(ctx)
	}
}

// turned gives the keyboard to the page as it is now: what had it is gone.
func (v *Visit) turned(to string) {
	v.page.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { v.Env.Page.Focus(to) }) })
}

// finish is the end for everybody.
func (v *Visit) finish(ctx app.Context) {
	if v.visit.Patient != "" && (v.step == inside || v.step == left) {
		wish := wishOf(v.Env.Page, v.Env.Me().ID, v.visit.Patient)
		wish.drop()
	}
	v.quiet()
	v.hangUp()
	v.kept.Drop()
	v.step = over
	v.turned("main")
	meeting.KeepMuted(v.Env.Page, string(v.id), media.Muted{})
	if v.stage == nil { // it was over when the page was opened
		v.stage = stage.New(v.Env.Now, stage.Acts{})
		v.stage.Notes = v.noted()
	}
	v.save(ctx, true)
}

// title is whom the visit is about.
func (v *Visit) title() string {
	switch {
	case v.live != nil && v.live.name() != "":
		return v.live.name()
	case v.visit.PatientName != "":
		return v.visit.PatientName
	case v.visit.Kind != "":
		return stage.Word("visit.kind." + string(v.visit.Kind))
	}
	return stage.Word("visit.title")
}
