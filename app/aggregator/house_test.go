package aggregator

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// testHouse is a house with one patient's room, as a station sees it. Tests speak for the house.
type testHouse struct {
	mu        sync.Mutex
	room      live.RoomView
	link      live.Link
	clock     live.Clock
	listener  func(live.Event)
	announced [][]live.Sensor
	stops     []live.ShareID
	relayed   bool                                   // shares go through the relay only
	relay     map[live.ShareID]func(json.RawMessage) // to the other page of a share
}

const (
	tablet  live.MemberID = "tablet"
	theRoom live.RoomID   = "patient/p"
)

func newTestHouse() *testHouse {
	h := &testHouse{link: live.Link{State: live.Online}, relay: map[live.ShareID]func(json.RawMessage){}}
	h.room.Room, h.room.Patient, h.room.Epoch, h.room.N = theRoom, "p", "first", 1
	return h
}

func (h *testHouse) Member() live.MemberID { return tablet }

func (h *testHouse) View() remote.View {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.view()
}

func (h *testHouse) view() remote.View {
	return remote.View{Link: h.link, Clock: h.clock, Member: tablet, Rooms: map[live.RoomID]live.RoomView{theRoom: h.room}}
}

// Follow tells, as the true one, with nothing missed between the two; what happens is told while nothing else can.
func (h *testHouse) Follow(begin func(remote.View), f func(live.Event)) func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	begin(h.view())
	h.listener = f
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.listener = nil
	}
}

func (h *testHouse) Announce(_ live.RoomID, sensors []live.Sensor) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.announced = append(h.announced, slices.Clone(sensors))
}

func (h *testHouse) Signal(_ live.RoomID, share live.ShareID, body json.RawMessage) {
	h.mu.Lock()
	to := h.relay[share]
	h.mu.Unlock()
	if to != nil {
		to(body)
	}
}

func (h *testHouse) Relay(context.Context, live.RoomID) ([]live.ICEServer, error) { return nil, nil }

func (h *testHouse) Stop(_ context.Context, _ live.RoomID, share live.ShareID, _ ...access.Signal) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stops = append(h.stops, share)
	return nil
}

func (h *testHouse) tell(e live.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pass(e)
}

func (h *testHouse) pass(e live.Event) {
	if h.listener != nil {
		h.listener(e)
	}
}

// share puts a share into the room, or changes it.
func (h *testHouse) share(id live.ShareID, to live.MemberID, signals ...access.Signal) {
	person, _, _ := strings.Cut(string(to), "/") // "mira/2" is another page of hers
	s := live.Share{ID: id, From: tablet, To: to, Signals: signals, Therapist: live.PersonView{ID: care.PersonID(person), Name: person}, Since: care.StampOf(time.Now()), Relay: h.relayed}
	h.change(live.Change{Share: &s})
}

// end takes a share out of the room.
func (h *testHouse) end(id live.ShareID, reason string) {
	h.mu.Lock()
	share, _ := h.room.Share(id)
	h.mu.Unlock()
	h.change(live.Change{Ended: &live.Ended{Share: id, Reason: reason}})
	h.tell(live.Event{Ended: &live.ShareOver{Room: theRoom, Share: share, Reason: reason}})
}

func (h *testHouse) change(c live.Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.Room, c.N = theRoom, h.room.N+1
	next, err := h.room.With(c)
	if err != nil {
		panic(err)
	}
	h.room = next
	h.pass(live.Event{Changed: &live.Changed{Room: next, Change: c}})
}

// restart is a house that has forgotten the room's shares.
func (h *testHouse) restart() {
	h.mu.Lock()
	defer h.mu.Unlock()
	shares := h.room.Shares
	h.room.Shares, h.room.Epoch, h.room.N = nil, h.room.Epoch+"+", 1
	room := h.room
	for _, s := range shares {
		h.pass(live.Event{Ended: &live.ShareOver{Room: theRoom, Share: s, Reason: live.Restarted}})
	}
	h.pass(live.Event{Entered: &room})
}

// away and back take the socket away and bring it back.
func (h *testHouse) linked(l live.Link) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.link = l
	h.pass(live.Event{Link: &l})
}

// lastAnnounced is what the room was told last, and how often it was told.
func (h *testHouse) lastAnnounced() ([]live.Sensor, int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.announced) == 0 {
		return nil, 0
	}
	return h.announced[len(h.announced)-1], len(h.announced)
}

// testPeer is a peer connection that arrives at once, with a receiver at its end that keeps the books.
type testPeer struct {
	mu        sync.Mutex
	o         rtc.Options
	full      bool // takes no frames
	keys      []string
	signals   []bool // of Signalling
	receivers map[string]*telemetry.Receiver
	frames    map[string]int
	newest    map[string]care.Stamp // end of the newest run
	describes []telemetry.Describe
	tallies   map[string]telemetry.Tally
	bye       string
	closed    bool
	past      []telemetry.Past
	marks     []telemetry.Mark
}

func newTestPeer(o rtc.Options) *testPeer {
	return &testPeer{o: o, keys: o.Sensors, receivers: map[string]*telemetry.Receiver{}, frames: map[string]int{}, newest: map[string]care.Stamp{}, tallies: map[string]telemetry.Tally{}}
}

func (p *testPeer) Signal(json.RawMessage) {}
func (p *testPeer) NetworkChanged()        {}
func (p *testPeer) View() rtc.View         { return rtc.View{State: rtc.StateConnected} }

func (p *testPeer) Signalling(up bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signals = append(p.signals, up)
}

func (p *testPeer) SetSensors(keys []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = slices.Clone(keys)
}

func (p *testPeer) Send(key string, frame []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.full || p.closed || !slices.Contains(p.keys, key) {
		return false
	}
	r := p.receivers[key]
	if r == nil {
		r = &telemetry.Receiver{}
		p.receivers[key] = r
	}
	if err := r.Receive(frame, p.o.Now(), func(f *telemetry.Frame) {
		if f.Samples != nil {
			p.newest[key] = f.Samples.End()
		}
	}); err != nil {
		panic(err)
	}
	p.frames[key]++
	return true
}

func (p *testPeer) Control(c telemetry.Control) bool {
	if _, err := telemetry.EncodeControl(c); err != nil {
		panic(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	switch {
	case c.Describe != nil:
		p.describes = append(p.describes, *c.Describe)
	case c.Tally != nil:
		p.tallies[c.Tally.Key] = *c.Tally
	case c.Past != nil:
		p.past = append(p.past, *c.Past)
	case c.Mark != nil:
		p.marks = append(p.marks, *c.Mark)
	case c.Bye != nil:
		p.bye = c.Bye.Reason
	}
	return true
}

func (p *testPeer) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return nil
}

func (p *testPeer) setFull(full bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.full = full
}

// seen is what arrived: frames by stream, the newest description, the last word.
func (p *testPeer) seen() (frames map[string]int, about []telemetry.Sensor, bye string, closed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	frames = map[string]int{}
	for k, n := range p.frames {
		frames[k] = n
	}
	if n := len(p.describes); n > 0 {
		about = p.describes[n-1].Sensors
	}
	return frames, about, p.bye, p.closed
}
