package rtc

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
)

// Options say what a Peer is given. Maker, Send and Servers are needed, the callbacks may be nil.
type Options struct {
	Maker   Maker
	Offerer bool     // the aggregator; fixed for the life of the share. It also opens the channels.
	Sensors []string // keys of the sensors to open channels for (offerer only); see SetSensors

	Extra []string // labels of more channels, ordered and reliable, the same on both pages

	Media []Line // ways for sound and pictures, the same on both pages; none: see CallLines

	// Servers fetches fresh STUN and TURN servers (live.Relay). Asked before each connection and each restart; when it
	// fails, the last known ones are used.
	Servers func(ctx context.Context) ([]live.ICEServer, error)
	// Send gives one signalling message to the house, for live.Signal.Body. It must not block.
	Send func(body json.RawMessage)
	// Now is the page's own clock; nil is the system's. On the offerer's page it is the session clock, so it has to be
	// the one that stamps the samples.
	Now func() care.Stamp

	// OnFrame hears every message of a sensor's channel: the bytes are lent for the call, it must not block and may be
	// called from several goroutines at once.
	OnFrame func(key string, frame []byte)
	// OnControl hears every control message but pings and pongs, in order.
	OnControl func(telemetry.Control)
	// OnControlOpen is called whenever the control channel is open: at first, and anew after each new connection. It is
	// the moment to say what the sensors are (telemetry.Describe).
	OnControlOpen func()
	// OnExtra hears of each channel of Extra, anew on every new connection: it calls Listen before it returns, and must not block.
	OnExtra func(label string, c Channel)
	// OnTrack hears of the other page's track of a line, once for each connection: a new one replaces it. In a browser it comes
	// with the connection, whether or not anything goes through it yet (then the track is muted); natively with the first packet.
	OnTrack func(line string, t Track)
	// OnStats hears every second what the lines of a connected Peer did.
	OnStats func(Stats)
	// OnView hears whenever what View returns has changed (round trips: at most once a second).
	OnView func(View)
}

// State is what a person is told about a connection; the catalogues have words for each under "connection."+State.
type State string

// The states.
const (
	StateConnecting   State = "connecting"
	StateConnected    State = "connected"
	StateReconnecting State = "reconnecting" // was connected; Hearth is mending it
	StateUnavailable  State = "unavailable"  // this browser has no peer connections
	StateClosed       State = "closed"
)

// View is what a page shows of a connection.
type View struct {
	State     State
	Way       Way
	RoundTrip time.Duration // over the control channel, smallest of the last half minute, in whole milliseconds from 1 on; 0 = not measured yet
}

// Peer keeps one connection to the other page of a share alive: it negotiates, mends, builds anew, and closes.
type Peer struct {
	o     Options
	id    string // of this Peer, see signal.From
	inbox *inbox
	stop  context.CancelFunc
	done  chan struct{}

	talk    talk           // of the goroutine run only
	helpers sync.WaitGroup // questions to the house

	mu      sync.Mutex
	lanes   map[string]*lane // by sensor key
	control Channel          // open, or nil
	flow    *flow            // of control
	clock   telemetry.Clock
	view    View
	prints  [2]string // fingerprints, ours and theirs

	spoken atomic.Int64 // when the other page was heard last, ns since born; 0 = not on this connection
	echoed atomic.Int64 // and when the newest ping was sent that it answered
	born   time.Time

	calls  sync.RWMutex // held while OnFrame runs, so that Close can wait for it
	closed bool
}

// Start begins connecting and returns at once. The Peer lives until Close or until ctx ends.
func Start(ctx context.Context, o Options) *Peer {
	o.fill()
	ctx, stop := context.WithCancel(ctx)
	p := &Peer{o: o, id: care.NewID[string](), inbox: newInbox(), born: time.Now(), stop: stop, done: make(chan struct{}),
		lanes: map[string]*lane{}, view: View{State: StateConnecting}}
	for _, l := range o.Media {
		p.talk.media = append(p.talk.media, &mline{line: l, shape: FirstShape(l)})
	}
	go p.run(ctx)
	return p
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = func() care.Stamp { return care.StampOf(time.Now()) }
	}
	if o.Servers == nil {
		o.Servers = func(context.Context) ([]live.ICEServer, error) { return nil, nil }
	}
	if o.OnFrame == nil {
		o.OnFrame = func(string, []byte) {}
	}
	if o.OnControl == nil {
		o.OnControl = func(telemetry.Control) {}
	}
	if o.OnControlOpen == nil {
		o.OnControlOpen = func() {}
	}
	if o.OnExtra == nil {
		o.OnExtra = func(_ string, c Channel) { _ = c.Close() }
	}
	if o.OnTrack == nil {
		o.OnTrack = func(string, Track) {}
	}
	if o.OnView == nil {
		o.OnView = func(View) {}
	}
}

// Signal takes one signalling message of the other page (live.Signalled.Body). Junk is dropped.
func (p *Peer) Signal(body json.RawMessage) {
	if s, err := decodeSignal(body); err == nil {
		p.inbox.offer(func(ctx context.Context) { p.signalled(ctx, s) })
	}
}

// Signalling tells whether the live socket is there; it is taken to be at the start. A healthy connection does not care; mending waits for it.
func (p *Peer) Signalling(up bool) {
	p.inbox.put(func(context.Context) {
		if up && !p.talk.plan.signal {
			p.talk.serversAt = time.Time{} // the house may have begun anew, and its relay with it
		}
		p.talk.plan.signalling(up, time.Now())
	})
}

// NetworkChanged tells that the page's network changed (online event, navigator.connection change): look for a way anew.
func (p *Peer) NetworkChanged() {
	p.inbox.put(func(context.Context) { p.talk.plan.network(time.Now()) })
}

// SetSensors opens channels for new keys and closes those of keys no longer named (offerer only).
func (p *Peer) SetSensors(keys []string) {
	keys = slices.Clone(keys)
	p.inbox.put(func(context.Context) { p.setSensors(keys) })
}

// Send puts one encoded frame on a sensor's channel. False means held: no open channel, or what waits in it is older
// than half a second; the caller counts the samples as held and keeps the sequence number for the next frame, as
// telemetry.Sender does. The bytes may be used again at once.
func (p *Peer) Send(key string, frame []byte) bool {
	p.mu.Lock()
	l := p.lanes[key]
	p.mu.Unlock()
	return l != nil && l.send(frame, time.Now())
}

// Control puts a message on the control channel; false when there is none at the moment, the other page is behind with
// what it was sent already, or the message is refused. What is taken arrives, unless the connection ends.
func (p *Peer) Control(c telemetry.Control) bool {
	b, err := telemetry.EncodeControl(c)
	if err != nil {
		return false
	}
	p.mu.Lock()
	ch, f := p.control, p.flow
	p.mu.Unlock()
	if ch == nil || !f.begin() {
		return false
	}
	if ch.Buffered() >= maxControlWaiting || ch.Send(b, true) != nil {
		f.undo()
		return false
	}
	return true
}

// Session translates the page's own time into session time. The offerer's own time is session time; the other page is
// ready after the first answer to a ping, and until then takes the clocks to be the same.
func (p *Peer) Session(own care.Stamp) (session care.Stamp, ready bool) {
	if p.o.Offerer {
		return own, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clock.Theirs(own), p.clock.Ready()
}

// Own translates session time back into the page's own.
func (p *Peer) Own(session care.Stamp) care.Stamp {
	if p.o.Offerer {
		return session
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clock.Ours(session)
}

// View is what a page shows of the connection right now.
func (p *Peer) View() View {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.view
}

// Close tells the other page, ends the connection and waits until nothing calls back any more. It may be called twice,
// but not from inside a callback.
func (p *Peer) Close() error {
	p.stop()
	<-p.done
	return nil
}
