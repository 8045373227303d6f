// Package watch receives one patient's signals on the therapist's page: it asks the house for a share whenever it is
// wanted and an aggregator is there, keeps the peer connection, puts frames back in order, and hands what came to whoever
// draws. A share that ended by accident is asked for again by itself; one that somebody ended is not. It draws nothing,
// and decides nothing about what a number means.
package watch

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// House is what a Watch needs of the live socket; *remote.Live has it.
type House interface {
	Member() live.MemberID
	View() remote.View
	Watch(f func(remote.View)) (stop func())
	Listen(f func(live.Event)) (stop func())
	Ask(ctx context.Context, room live.RoomID, from live.MemberID, signals []access.Signal) (live.ShareID, error)
	Stop(ctx context.Context, room live.RoomID, share live.ShareID, signals ...access.Signal) error
	Signal(room live.RoomID, share live.ShareID, body json.RawMessage)
	Relay(ctx context.Context, room live.RoomID) ([]live.ICEServer, error)
}

// Sink hears what arrives, in order, each thing once. It is called from goroutines of the connection, one call at a time
// per sensor, and must not block. What it is given is lent for the call.
type Sink interface {
	Samples(telemetry.Sensor, telemetry.Samples)
	Beats(telemetry.Sensor, []telemetry.Beat)
	Trend(telemetry.Sensor, telemetry.Trend)
	Gap(telemetry.Sensor, telemetry.Gap)

	// Past hears beats, numbers and gaps of before, newest stretch first, that were missed when they were news: each number
	// once, and none that was heard live. Whoever watches limits or measures rest does not want them.
	Past(telemetry.Sensor, []telemetry.Frame)
}

// Options say what a Watch is given; all but Changed are needed.
type Options struct {
	House   House
	Peers   func(relay bool) rtc.Maker // makes connections; with relay through the relay or not at all
	Relay   bool                       // whatever the house says of a share, through the relay
	Room    live.RoomID
	Now     func() care.Stamp // the page's clock
	Sink    Sink
	Changed func() // State has changed; called from any goroutine, must not block
}

// Phase is where a Watch stands; the catalogues have words under "therapist.watch."+Phase.
type Phase string

// The phases.
const (
	Idle       Phase = "idle"       // nobody wants signals
	Absent     Phase = "absent"     // wanted, and no aggregator is there
	Asking     Phase = "asking"     // the house is being asked
	Connecting Phase = "connecting" // permitted; the pages look for a way
	Streaming  Phase = "streaming"
	Mending    Phase = "mending" // was streaming; a new way is looked for
)

// State is all a page may show of a Watch. It is a value nobody changes any more.
type State struct {
	Phase   Phase
	Wanted  bool
	Signals []access.Signal // of the share
	Since   care.Stamp      // of the share, house clock
	Ended   string          // why the last share ended, "" when it was not somebody's will
	Fault   error           // what the house answered to the last Ask
	Peer    rtc.View
	Sensors []Sensor
	Marks   []telemetry.Mark // moments the tablet knows of, removed ones too
}

// Sensor is one sensor as it arrives.
type Sensor struct {
	telemetry.Sensor
	Trend   telemetry.Trend // the newest; At 0 before the first
	Heard   care.Stamp      // when its last frame came, page clock; 0 before the first
	Newest  care.Stamp      // session time of the newest sample
	Counts  telemetry.Counts
	Account telemetry.Account
	Tally   telemetry.Tally // the newest, as it was told; Account knows what was sent since
	Tallies int             // how many were told
}

// Missing is how many samples nobody can account for, on their way from the device's decoder to here. The books close at
// every look, because each half is of one moment: what the tablet told, and what this page counted.
func (s Sensor) Missing() int64 {
	tablet, here := s.Tally.Missing(), s.Account.Missing()
	return max(tablet, -tablet) + max(here, -here)
}

// Watch receives the signals of one patient. Its methods may be called from any goroutine.
type Watch struct {
	o      Options
	ctx    context.Context
	cancel context.CancelFunc
	acts   chan func()
	done   chan struct{}
	stops  []func()
	once   sync.Once

	// Owned by run.
	wanted []access.Signal
	asked  []access.Signal // what the share at hand was asked for
	asking bool
	pause  backoff // before asking again
	share  live.Share
	ending map[live.ShareID]bool // told to end, and still in the room
	link   *link
	memory *memory
	ended  string
	fault  error

	helpers sync.WaitGroup // questions to the house and connections being closed

	mu       sync.Mutex
	state    State         // what State returns
	peer     *link         // for the clocks, which pages ask for at every frame
	ahead    time.Duration // session time − page time, when they were compared last
	compared bool
}

// Open begins to follow a room. Nothing is asked for before Start.
func Open(o Options) *Watch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &Watch{o: o, ctx: ctx, cancel: cancel, acts: make(chan func(), 64), done: make(chan struct{}), ending: map[live.ShareID]bool{}, memory: newMemory(),
		state: State{Phase: Idle}}
	go w.run()
	w.stops = append(w.stops,
		o.House.Watch(func(remote.View) { w.do(w.decide) }),
		o.House.Listen(func(e live.Event) { w.do(func() { w.heard(e) }) }))
	return w
}

// Start wants these signals from now on; wanting others changes the share. None at all is as good as Stop.
func (w *Watch) Start(signals []access.Signal) {
	w.do(func() {
		w.wanted, w.ended, w.fault = nil, "", nil
		if len(signals) > 0 {
			w.wanted = slices.Clone(signals)
		}
		w.pause.reset()
		w.decide()
	})
}

// Stop wants nothing any more and ends the share.
func (w *Watch) Stop() {
	w.do(func() {
		w.wanted, w.ended, w.fault = nil, "", nil
		w.decide()
	})
}

// NetworkChanged looks for a way anew.
func (w *Watch) NetworkChanged() {
	w.do(func() {
		if w.link != nil {
			w.link.peer.NetworkChanged()
		}
	})
}

// State returns what a page may show now.
func (w *Watch) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.state
	w.memory.mu.Lock()
	s.Marks = slices.Clip(w.memory.marks)
	w.memory.mu.Unlock()
	if w.peer != nil {
		s.Peer, s.Sensors = w.peer.peer.View(), w.peer.sensors()
		s.Phase = phaseOf(s.Phase, s.Peer, w.peer.unpacked())
	}
	return s
}

// Session translates the page's time into session time; ok is false until the clocks have been compared. Without a
// connection the last comparison holds, so that a label pressed while the way is mended stands where it belongs. Before
// the first the house's time stands in: the tablet's page stamps by it too.
func (w *Watch) Session(own care.Stamp) (session care.Stamp, ok bool) {
	w.mu.Lock()
	l, ahead, compared := w.peer, w.ahead, w.compared
	w.mu.Unlock()
	if l != nil {
		if s, ready := l.peer.Session(own); ready {
			return s, true
		}
	}
	if !compared {
		ahead = w.o.House.View().Clock.Offset
	}
	return own.Add(ahead), compared
}

// Close ends the share and waits until nothing calls back any more. It may be called twice, but not from a callback.
func (w *Watch) Close() {
	w.once.Do(func() {
		for _, stop := range w.stops {
			stop()
		}
		w.Stop()
		w.cancel()
	})
	<-w.done
	w.helpers.Wait()
}

// phaseOf refines Connecting by what the connection says. Two pages that have not told yet what they have are still
// connecting.
func phaseOf(p Phase, v rtc.View, unpacked bool) Phase {
	if p != Connecting {
		return p
	}
	switch {
	case v.State == rtc.StateConnected && unpacked:
		return Streaming
	case v.State == rtc.StateReconnecting:
		return Mending
	}
	return p
}
