// Package call is a video visit on one page: one connection to every other page that sits in the call, whoever sits there,
// how each of them is, what is sent to them and how much of it, and what is exchanged besides. It follows the rooms of the
// live socket and decides nothing the house decides: who is let in, and who may hear whom. It captures no camera, draws
// nothing, plays nothing and stores nothing.
//
// # How a call comes about
//
// A guest's page stands at its door and then in the visit, see package live; a page of staff looks at the doors it means to
// open. Between a guest who waits and staff who look a connection is made at once, and nothing goes through it: tracks are
// held until both pages sit in the call. The offerer of two pages is the one with the smaller MemberID, for as long as both
// are open, so the connection is the same at the door and in the call.
//
// # What is never lost
//
// A healthy connection outlives everything that happens to signalling: a broken socket, a restarted house. It ends when one of
// the two hangs up or is put out, which the room tells of pages whose socket is away too, or when a house that began anew has
// not seen it within Grace. Mute is what the person wants: it holds for every track that is put,
// and what is muted is taken off every connection.
package call

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"hearth/app/remote"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// Live is what a Call uses of the page's connection to the house; *remote.Live is one.
type Live interface {
	Member() live.MemberID
	View() remote.View
	Watch(func(remote.View)) (stop func())
	Listen(func(live.Event)) (stop func())
	Sit(live.RoomID, live.Seat) (command string)
	SignalTo(live.RoomID, live.MemberID, json.RawMessage)
	Nudge(context.Context, live.RoomID, live.Nudge) error
	Relay(context.Context, live.RoomID) ([]live.ICEServer, error)
}

// Options say what a Call is given. Live, Peers and Visit are needed; callbacks may be nil. They come one at a time, on a
// goroutine of the Call's own, must not block, and must not wait for the Call.
type Options struct {
	Live  Live
	Peers rtc.Maker // rtc.Open(), or rtc.OpenRelayed() where nobody is to learn an address
	Visit care.VisitID
	// Relayed makes connections to pages that came when the visit went through the relay only, and all that are made after
	// RelayOnly; nil: Peers does.
	Relayed rtc.Maker
	Guest   care.GuestID // who this page is in it; "": its host
	Staff   bool

	// Network tells when the browser's network changed; nil: nobody does. page.Page.OnNetwork is one.
	Network func(func()) (stop func())
	Now     func() time.Time // nil: time.Now

	OnState  func(State)                              // something to be shown changed, or a second passed; at most four times a second
	OnTrack  func(live.MemberID, string, rtc.Track)   // of a line of another page in the call; nil: that page is gone
	OnNudge  func(live.Nudged)                        // somebody asks for something, or typed a caption
	OnMinute func(Minute)                             // for the visit's report
	OnFile   func(from live.MemberID, file *Incoming) // a file is offered
	OnStats  func(live.MemberID, rtc.Stats)           // every second
}

// Grace is how long somebody whose page is gone is waited for.
const Grace = 30 * time.Second

// Call is one visit on this page. Its methods may be called from any goroutine; what they ask for is done in order.
type Call struct {
	o      Options
	me     live.MemberID
	visit  live.RoomID
	door   live.RoomID   // of a guest; "" none
	wake   chan struct{} // one slot: there is something to do
	cancel context.CancelFunc
	done   chan struct{}
	closer sync.WaitGroup // peers that end

	mu    sync.Mutex // guards what follows
	acts  []func(now time.Time)
	shown State

	k keeper
}

// keeper is what the call's one goroutine keeps; nobody else looks inside.
type keeper struct {
	ctx      context.Context // of that goroutine, for the peers it starts
	view     remote.View
	join     bool // the person wants to be in
	looks    map[care.GuestID]bool
	pairs    map[live.MemberID]*pair
	lines    map[string]*outline
	seat     live.Seat // wished, but for what follows from the rest
	told     map[live.RoomID]telling
	full     time.Time     // since when the call has no place for us; zero: it has
	out      string        // why we are no more in the visit
	inside   bool          // the visit's room is there
	captured int           // lines of the camera's picture
	large    live.MemberID // whose camera this page shows large
	equal    bool          // it shows all of them alike, or does not say
	minutes  minutes
	relay    bool      // RelayOnly was called
	second   bool      // another page of the same person is the one that is heard
	dirty    bool      // something to be shown changed
	held     time.Time // when frames of sensors were last held back from all who receive them
}

// outline is what this page sends through a line.
type outline struct {
	track rtc.Track
	muted bool
}

// Open begins to follow the visit. Nobody is let in by it: Join says that the person wants to be.
func Open(o Options) *Call {
	if o.Now == nil {
		o.Now = time.Now
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &Call{o: o, me: o.Live.Member(), visit: live.VisitRoom(o.Visit), wake: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	if o.Guest != "" && !o.Staff {
		c.door = live.DoorRoom(o.Guest)
	}
	c.k = keeper{ctx: ctx, looks: map[care.GuestID]bool{}, pairs: map[live.MemberID]*pair{}, lines: map[string]*outline{},
		told: map[live.RoomID]telling{}, captured: 720, equal: true}
	for _, l := range rtc.CallLines() {
		c.k.lines[l.Name] = &outline{}
	}
	stops := c.listen()
	go func() {
		defer close(c.done)
		c.run(ctx)
		for _, stop := range stops {
			stop()
		}
		for id := range c.k.pairs {
			c.drop(id)
		}
		c.closer.Wait()
		if m, ok := c.k.minutes.flush(); ok {
			c.minute(m)
		}
	}()
	return c
}

// listen follows the live socket and the network.
func (c *Call) listen() (stops []func()) {
	stops = append(stops, c.o.Live.Listen(c.hear), c.o.Live.Watch(func(v remote.View) {
		c.post(func(now time.Time) { c.look(v, now) })
	}))
	if c.o.Network != nil {
		stops = append(stops, c.o.Network(func() {
			c.post(func(time.Time) {
				for _, p := range c.k.pairs {
					p.peer.NetworkChanged()
				}
			})
		}))
	}
	return stops
}

// Close ends every connection, and waits until nothing calls back any more. It says nothing to the house: Leave does, and what
// was asked for before Close is still told. It may be called twice, but not from inside a callback.
func (c *Call) Close() error {
	c.cancel()
	<-c.done
	return nil
}

// RelayOnly has everybody this page meets from now on met through the relay. Who sits in the call with it already knows where
// it is: connections that stand stay, and nobody is cut off in the middle of a word. All others are made anew.
func (c *Call) RelayOnly() {
	c.post(func(time.Time) {
		if c.k.relay {
			return
		}
		c.k.relay = true
		for _, p := range c.k.pairs {
			if !p.sat || p.view.State != rtc.StateConnected {
				c.renew(p)
			}
		}
	})
}

// post gives the call's goroutine something to do. It never waits.
func (c *Call) post(act func(now time.Time)) {
	c.mu.Lock()
	c.acts = append(c.acts, act)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *Call) take() []func(time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	acts := c.acts
	c.acts = nil
	return acts
}

// showEvery is how often a page is told at most: with six people something changes all the time.
const showEvery = 250 * time.Millisecond

// run is the only goroutine that touches c.k. What was asked for before it ends is done: a page that leaves says so.
func (c *Call) run(ctx context.Context) {
	tick, later := time.NewTicker(time.Second), time.NewTimer(showEvery)
	defer tick.Stop()
	defer later.Stop()
	rested := false // since the last show
	for {
		select {
		case <-ctx.Done():
			c.act()
			return
		case <-c.wake:
			c.act()
		case <-tick.C:
			c.follow(c.o.Now())
			c.note(c.o.Now())
		case <-later.C:
			rested = true
		}
		if c.k.dirty && rested && ctx.Err() == nil {
			c.k.dirty, rested = false, false
			c.show()
			later.Reset(showEvery)
		}
	}
}

func (c *Call) act() {
	for _, act := range c.take() {
		act(c.o.Now())
	}
}

// State is what is to be shown now.
func (c *Call) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shown
}

// room is the visit's room as last seen; empty where we do not stand in it.
func (c *Call) room() live.RoomView { return c.k.view.Rooms[c.visit] }

// rooms lists the rooms we may meet others in, the visit first.
func (c *Call) rooms() []live.RoomID {
	all := []live.RoomID{c.visit}
	if c.door != "" {
		all = append(all, c.door)
	}
	for g, look := range c.k.looks {
		if look {
			all = append(all, live.DoorRoom(g))
		}
	}
	slices.Sort(all[1:])
	return slices.DeleteFunc(all, func(id live.RoomID) bool { _, in := c.k.view.Rooms[id]; return !in })
}
