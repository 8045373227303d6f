// Package remote is the house as pages see it: the live socket, which tells what happens, and the calls of the
// interface, which read and change what is stored. It never draws and never decides who may do what.
package remote

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/socket"
)

// Options say how a Live reaches the house.
type Options struct {
	Portal  live.Portal
	Build   string         // version of the pages, page.Version()
	Sockets socket.Browser // socket.Open()
	Page    Surroundings   // page.Open(); nil: no slot, and the browser tells nothing

	Now    func() time.Time // nil: time.Now
	Random func() float64   // nil: math/rand; 0 ≤ x < 1
}

// Surroundings is what a Live wants to know of the document it runs in; page.Page has it.
type Surroundings interface {
	Slot() string // the account slot of this tab
	OnNetwork(f func()) (stop func())
	OnVisible(f func(visible bool)) (stop func())
	OnLeave(f func()) (stop func())
}

// View is all a page may show of the live house. It is a value nobody changes any more.
type View struct {
	Link   live.Link
	Clock  live.Clock
	Member live.MemberID   // this page
	Me     live.PersonView // zero until first welcomed
	Rooms  map[live.RoomID]live.RoomView
	Update string // another build the house serves, "" when it is ours
}

// Live is the page's one connection to the house. Every page of the tab shares it; it opens, keeps and reopens the
// socket by itself. Its methods may be called from any goroutine and from event handlers; only those with a context
// wait, and belong on a goroutine of their own.
type Live struct {
	o      Options
	member live.MemberID
	cancel context.CancelFunc
	done   chan struct{}
	ready  chan struct{} // one slot: the inbox has something
	keeper *keeper       // only its own goroutine looks inside

	mu    sync.Mutex // guards what follows
	given int        // numbers of watchers and listeners
	inbox []func(now time.Time) live.Do
	view  View
}

// Open starts connecting. A second Live in one tab would be a second member of every room.
func Open(o Options) *Live {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &Live{
		o: o, member: care.NewID[live.MemberID](), cancel: cancel,
		done: make(chan struct{}), ready: make(chan struct{}, 1),
	}
	l.keeper = newKeeper(l)
	l.view = l.keeper.look()
	stop := l.listen()
	go func() {
		defer close(l.done)
		defer stop()
		l.keeper.run(ctx)
	}()
	return l
}

// listen hears what the browser tells about its network and its screen.
func (l *Live) listen() (stop func()) {
	if l.o.Page == nil {
		return func() {}
	}
	stops := []func(){
		l.o.Page.OnNetwork(func() { l.post(l.keeper.page.Network) }),
		l.o.Page.OnLeave(func() { l.post(l.keeper.page.Leave) }),
		l.o.Page.OnVisible(func(visible bool) {
			if visible {
				l.post(l.keeper.shown)
			}
		}),
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// Close says goodbye and ends everything Open started. It may be called twice.
func (l *Live) Close() {
	l.cancel()
	<-l.done
}

// post gives the keeper something to do. It never waits.
func (l *Live) post(act func(now time.Time) live.Do) {
	l.mu.Lock()
	l.inbox = append(l.inbox, act)
	l.mu.Unlock()
	select {
	case l.ready <- struct{}{}:
	default:
	}
}

// number names a watcher or listener.
func (l *Live) number() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given++
	return l.given
}

// take empties the inbox.
func (l *Live) take() []func(now time.Time) live.Do {
	l.mu.Lock()
	defer l.mu.Unlock()
	acts := l.inbox
	l.inbox = nil
	return acts
}

// View returns the newest view.
func (l *Live) View() View {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view
}

func (l *Live) show(v View) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.view = v
}

// Member is this page's name in the rooms.
func (l *Live) Member() live.MemberID { return l.member }

// House returns the house's time at t of the page's clock, and whether it is known yet.
func (l *Live) House(t time.Time) (care.Stamp, bool) {
	c := l.View().Clock
	return c.House(t), c.Known
}

// Announce tells the room which sensors this aggregator has. It replaces what was announced before and is kept: after
// any drop, and after a restart of the house, it is told again by itself.
func (l *Live) Announce(room live.RoomID, sensors []live.Sensor) {
	l.want(live.Command{Room: room, Announce: &live.Announce{Sensors: sensors}})
}

// Signal sends a step of connecting to the other page of a share. It is kept until the house has it, or the share ended.
func (l *Live) Signal(room live.RoomID, share live.ShareID, body json.RawMessage) {
	l.want(live.Command{Room: room, Signal: &live.Signal{Share: share, Body: body}})
}

// Sit tells the others in a visit, or at its door, how this page sits there. It replaces what was told before and is kept
// like an Announce, until the page leaves the room or the house refuses it (the Reply event of the returned id says why:
// live.CodeTooMany when the call is full). In false hangs up.
func (l *Live) Sit(room live.RoomID, seat live.Seat) (command string) {
	command = newCommandID()
	l.want(live.Command{ID: command, Room: room, Sit: &seat})
	return command
}

// SignalTo sends a step of connecting to another page of the same visit, as Signal does to that of a share. It is kept until
// the house has it, or that page left.
func (l *Live) SignalTo(room live.RoomID, to live.MemberID, body json.RawMessage) {
	l.want(live.Command{Room: room, Signal: &live.Signal{To: to, Body: body}})
}

// Nudge asks another page of the visit for something, or all of them. When ctx ends first nobody is asked later.
func (l *Live) Nudge(ctx context.Context, room live.RoomID, n live.Nudge) error {
	_, err := l.Do(ctx, live.Command{Room: room, Nudge: &n})
	return err
}

// Ask asks an aggregator for signals and returns once the share is in the room, or with the fault that says why not.
// When ctx ends first the wish is dropped.
func (l *Live) Ask(ctx context.Context, room live.RoomID, from live.MemberID, signals []access.Signal) (live.ShareID, error) {
	r, err := l.Do(ctx, live.Command{Room: room, Ask: &live.Ask{From: from, Signals: signals}})
	return r.Share, err
}

// Stop ends a share, or only some of its signals. When ctx ends first the wish is kept and told when the house is back.
func (l *Live) Stop(ctx context.Context, room live.RoomID, share live.ShareID, signals ...access.Signal) error {
	_, err := l.Do(ctx, live.Command{Room: room, Stop: &live.Stop{Share: share, Signals: signals}})
	return err
}

// Relay asks for fresh STUN and TURN servers.
func (l *Live) Relay(ctx context.Context, room live.RoomID) ([]live.ICEServer, error) {
	r, err := l.Do(ctx, live.Command{Room: room, Relay: &live.Relay{}})
	return r.ICE, err
}
