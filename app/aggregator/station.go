package aggregator

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/sensor/catalog"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// House is what a station needs of the live house; *remote.Live has it.
type House interface {
	Member() live.MemberID
	View() remote.View
	Follow(begin func(remote.View), f func(live.Event)) (stop func())
	Announce(room live.RoomID, sensors []live.Sensor)
	Signal(room live.RoomID, share live.ShareID, body json.RawMessage)
	Relay(ctx context.Context, room live.RoomID) ([]live.ICEServer, error)
	Stop(ctx context.Context, room live.RoomID, share live.ShareID, signals ...access.Signal) error
}

// Peer is the way to one therapist's page; *rtc.Peer is one.
type Peer interface {
	Signal(body json.RawMessage)
	Signalling(up bool)
	NetworkChanged()
	SetSensors(keys []string)
	Send(key string, frame []byte) bool
	Control(c telemetry.Control) bool
	View() rtc.View
	Close() error
}

// Options say what a station is given. House, Connect and Now are needed.
type Options struct {
	House   House
	Connect func(ctx context.Context, o rtc.Options) Peer
	Maker   rtc.Maker
	Relayed rtc.Maker                 // of the connections that go through the relay or not at all; nil: Maker makes those too
	Radio   sensor.Adapter            // nil: this browser has no way to real sensors
	Own     map[string]sensor.Adapter // by driver: ways that are not the radio's
	Drivers []sensor.Driver           // nil: the catalogue's
	Now     func() time.Time          // the page's clock
	Seed    uint64                    // which made-up person the demo is

	// Show gets a fresh view whenever it has changed, four times a second at most but for changes of state. Frames
	// gets the newest frames of a stream for its picture, with the stream's own description. Both are called from the
	// station's goroutine, may be nil, and must not wait for the station.
	Show   func(View)
	Frames func(about telemetry.Sensor, frames []telemetry.Frame)
	// Full tells that frames were held back from these pages because the line to them is full, and whether all that may have them
	// are among them: then it is our own line, and whatever else the page sends has to give way. As Show.
	Full func(to []live.MemberID, all bool)
}

// Station runs the sensors of one tablet and streams them to whom the house permits. One goroutine owns everything;
// methods put acts into its queue and return at once. It goes on measuring whatever becomes of the house and the peers.
type Station struct {
	o      Options
	queue  *queue
	clock  *session
	cancel context.CancelFunc
	done   chan struct{}
	once   sync.Once
	work   sync.WaitGroup // attempts, readers, hang-ups

	// Of run only.
	ctx       context.Context // ends with the station; carried here because acts are closures of one goroutine
	ending    bool
	whole     bool // Restore is done
	units     []*unit
	rooms     map[live.RoomID]live.RoomView
	link      live.Link
	shares    []*sharing
	stopped   map[live.ShareID]bool // stopped here; the house may not have heard of it yet
	announced map[live.RoomID][]live.Sensor
	tallied   time.Time
	looked    time.Time // when a switched-off Bluetooth was last looked at
	gone      bool      // then there was no adapter
	grants    *grants
	marks     marks
	thin      bool // the line of this page is

	mu   sync.Mutex // guards view
	view View
}

const (
	heartbeat  = 250 * time.Millisecond // how often the station looks at its clocks
	tallyEvery = 2 * time.Second
)

// Open starts a station without sensors.
func Open(o Options) *Station {
	ctx, cancel := context.WithCancel(context.Background())
	if o.Show == nil {
		o.Show = func(View) {}
	}
	if o.Drivers == nil {
		o.Drivers = catalog.Drivers()
	}
	if o.Frames == nil {
		o.Frames = func(telemetry.Sensor, []telemetry.Frame) {}
	}
	s := &Station{
		o: o, queue: newQueue(), clock: newSession(func() live.Clock { return o.House.View().Clock }), cancel: cancel, done: make(chan struct{}), ctx: ctx,
		rooms: map[live.RoomID]live.RoomView{}, stopped: map[live.ShareID]bool{}, announced: map[live.RoomID][]live.Sensor{}, grants: newGrants(),
	}
	go s.run(ctx)
	return s
}

// Close hangs up every sensor, tells every peer that this page leaves, and waits for all of it. It may be called twice.
func (s *Station) Close() {
	s.once.Do(s.cancel)
	<-s.done
}

// View is what a page shows right now.
func (s *Station) View() View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.view
}

// Thin tells whether the line of this page is so thin, whoever receives, that fewer and longer messages of sensors should go
// over it: what is drawn comes up to 0.4 s later then, here too.
func (s *Station) Thin(thin bool) { s.queue.put(func() { s.thin = thin }) }

// NetworkChanged tells every peer to look for a way anew.
func (s *Station) NetworkChanged() {
	s.queue.put(func() {
		for _, sh := range s.shares {
			sh.peer.NetworkChanged()
		}
	})
}

// run is the only goroutine that touches the station.
func (s *Station) run(ctx context.Context) {
	defer close(s.done)
	stop := s.o.House.Follow(
		func(v remote.View) { s.queue.put(func() { s.begin(v) }) },
		func(e live.Event) { s.queue.put(func() { s.heard(e) }) })
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-s.queue.wake:
			for _, act := range s.queue.take() {
				act()
			}
		case <-tick.C:
			s.tick(s.now())
		case <-ctx.Done():
			stop()
			s.end()
			return
		}
	}
}

func (s *Station) tick(now time.Time) {
	s.clock.tick(now)
	for _, u := range s.units {
		s.step(u, u.life.Due(now))
		s.growGap(u)
		s.askBattery(u, now)
	}
	s.watchOff(now)
	s.keepShares(now)
	s.keepRecall()
	s.announce()
	s.show()
}

// end hangs everything up. What comes home afterwards finds its attempt outdated and is let go.
func (s *Station) end() {
	s.ending = true
	for _, u := range s.units {
		s.hangUp(u)
	}
	for _, sh := range s.shares {
		sh.bye("left")
		s.work.Go(sh.close)
	}
	for _, act := range s.queue.close() {
		act()
	}
	s.work.Wait()
}

// way leads to a driver's devices.
func (s *Station) way(d sensor.Driver) sensor.Adapter {
	if own := s.o.Own[d.Describe().Key]; own != nil {
		return own
	}
	return sensor.AdapterFor(d, s.o.Radio)
}

func (s *Station) now() time.Time { return s.o.Now() }

// stamp is now on the session clock.
func (s *Station) stamp() care.Stamp { return s.clock.at(s.o.Now()) }
