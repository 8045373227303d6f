package watch

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

const (
	theRoom = live.RoomID("patient/wren")
	me      = live.MemberID("page")
)

// asking is one question the house was asked.
type asking struct {
	From    live.MemberID
	Signals []access.Signal
}

// house is a small house of one room. It tells what happens in order, on a goroutine of its own, as the live socket does.
type house struct {
	order   sync.Mutex // held while a share begins or ends at both ends: a room does one thing after the other
	mu      sync.Mutex
	room    live.Snapshot
	clock   live.Clock
	ears    map[int]func(remote.View)
	hears   map[int]func(live.Event)
	n       int
	asked   []asking
	stopped []live.ShareID
	heard   []string    // of the page's signals
	refuse  error       // the answer to every Ask while it is set
	relayed atomic.Bool // every share that begins goes through the relay
	tablets map[live.MemberID]*tablet
	news    chan func()
	done    chan struct{}
}

func newHouse() *house {
	h := &house{room: live.Snapshot{Room: theRoom}, ears: map[int]func(remote.View){}, hears: map[int]func(live.Event){},
		tablets: map[live.MemberID]*tablet{}, news: make(chan func(), 4096), done: make(chan struct{})}
	go func() {
		defer close(h.done)
		for tell := range h.news {
			tell()
		}
	}()
	return h
}

func (h *house) close() {
	close(h.news)
	<-h.done
}

func (h *house) Member() live.MemberID { return me }

func (h *house) View() remote.View {
	h.mu.Lock()
	defer h.mu.Unlock()
	room := h.room
	room.Members, room.Shares = slices.Clone(room.Members), slices.Clone(room.Shares)
	return remote.View{Member: me, Link: live.Link{State: live.Online}, Clock: h.clock, Rooms: map[live.RoomID]live.RoomView{theRoom: {Snapshot: room}}}
}

func (h *house) Watch(f func(remote.View)) func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n++
	id := h.n
	h.ears[id] = f
	h.news <- func() { f(h.View()) }
	return func() { h.mu.Lock(); delete(h.ears, id); h.mu.Unlock() }
}

func (h *house) Listen(f func(live.Event)) func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n++
	id := h.n
	h.hears[id] = f
	return func() { h.mu.Lock(); delete(h.hears, id); h.mu.Unlock() }
}

// tell passes an event on, then the room.
func (h *house) tell(e live.Event) {
	h.news <- func() {
		h.mu.Lock()
		var hears []func(live.Event)
		var ears []func(remote.View)
		for _, f := range h.hears {
			hears = append(hears, f)
		}
		for _, f := range h.ears {
			ears = append(ears, f)
		}
		h.mu.Unlock()
		for _, f := range hears {
			f(e)
		}
		for _, f := range ears {
			f(h.View())
		}
	}
}

// change changes the room and tells.
func (h *house) change(f func(*live.Snapshot)) {
	h.mu.Lock()
	f(&h.room)
	h.mu.Unlock()
	h.tell(live.Event{Changed: &live.Changed{}})
}

func (h *house) Ask(ctx context.Context, room live.RoomID, from live.MemberID, signals []access.Signal) (live.ShareID, error) {
	h.order.Lock()
	defer h.order.Unlock()
	h.mu.Lock()
	h.asked = append(h.asked, asking{from, signals})
	refuse := h.refuse
	there := slices.ContainsFunc(h.room.Members, func(m live.Member) bool { return m.ID == from })
	h.mu.Unlock()
	switch {
	case refuse != nil:
		return "", refuse
	case !there:
		return "", live.Fault(live.CodeAway)
	}
	share := live.Share{ID: care.NewID[live.ShareID](), From: from, To: me, Signals: signals, Relay: h.relayed.Load()}
	h.change(func(s *live.Snapshot) {
		if i := slices.IndexFunc(s.Shares, func(o live.Share) bool { return o.From == from && o.To == me }); i >= 0 {
			s.Shares[i].Signals = signals
			share = s.Shares[i]
			return
		}
		s.Shares = append(s.Shares, share)
	})
	if t := h.tablet(from); t != nil {
		t.serve(share)
	}
	return share.ID, nil
}

func (h *house) Stop(ctx context.Context, room live.RoomID, share live.ShareID, signals ...access.Signal) error {
	h.mu.Lock()
	h.stopped = append(h.stopped, share)
	h.mu.Unlock()
	h.end(share, reasonTherapist)
	return nil
}

// end ends a share and says why.
func (h *house) end(share live.ShareID, reason string) {
	h.order.Lock()
	defer h.order.Unlock()
	h.mu.Lock()
	i := slices.IndexFunc(h.room.Shares, func(s live.Share) bool { return s.ID == share })
	if i < 0 {
		h.mu.Unlock()
		return
	}
	was := h.room.Shares[i]
	h.room.Shares = slices.Delete(slices.Clone(h.room.Shares), i, i+1)
	h.mu.Unlock()
	h.tell(live.Event{Ended: &live.ShareOver{Room: theRoom, Share: was, Reason: reason}})
	if t := h.tablet(was.From); t != nil && reason != live.Restarted {
		t.leave()
	}
}

func (h *house) Signal(room live.RoomID, share live.ShareID, body json.RawMessage) {
	h.mu.Lock()
	i := slices.IndexFunc(h.room.Shares, func(s live.Share) bool { return s.ID == share })
	from := live.MemberID("")
	if i >= 0 {
		h.heard = append(h.heard, string(body))
		from = h.room.Shares[i].From
	}
	h.mu.Unlock()
	if t := h.tablet(from); t != nil {
		t.signal(body)
	}
}

func (h *house) Relay(context.Context, live.RoomID) ([]live.ICEServer, error) { return nil, nil }

func (h *house) tablet(id live.MemberID) *tablet {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tablets[id]
}

// questions is how often the house was asked.
func (h *house) questions() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.asked)
}

// shares is what flows to the page.
func (h *house) shares() []live.Share { return h.View().Rooms[theRoom].Shares }

// enter puts an aggregator into the room, with a real peer behind it when maker is given.
func (h *house) enter(id live.MemberID, maker rtc.Maker, sensors ...live.Sensor) *tablet {
	var t *tablet
	h.mu.Lock()
	since := care.Stamp(len(h.room.Members) + 1)
	if maker != nil {
		t = &tablet{house: h, id: id, maker: maker}
		h.tablets[id] = t
	}
	h.mu.Unlock()
	h.change(func(s *live.Snapshot) {
		s.Members = append(slices.Clone(s.Members), live.Member{ID: id, Portal: live.Aggregator, State: live.Here, Since: since, Sensors: sensors})
	})
	return t
}

// leave takes an aggregator out of the room, as a closed page does.
func (h *house) leave(id live.MemberID) {
	h.mu.Lock()
	h.room.Members = slices.DeleteFunc(slices.Clone(h.room.Members), func(m live.Member) bool { return m.ID == id })
	h.mu.Unlock()
	for _, s := range h.shares() {
		if s.From == id {
			h.end(s.ID, "aggregator-gone")
		}
	}
	h.tell(live.Event{Changed: &live.Changed{}})
}

// tablet is the patient's page: it offers, describes one sensor and sends what it is told to.
type tablet struct {
	house *house
	id    live.MemberID
	maker rtc.Maker

	mu     sync.Mutex
	share  live.Share
	peer   *rtc.Peer
	peers  int // ever started
	sender *telemetry.Sender
	index  int64
	held   []telemetry.Trend // what it tells of the past
	asked  []telemetry.Missing
	marks  []telemetry.Mark
}

var ecgSensor = telemetry.Sensor{Key: "demo-ecg", Signal: "ecg", Demo: true, Rate: 250, State: "streaming", Battery: 80,
	Channels: []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: 1}}}

// serve connects to the page of a share; one that carries on another keeps its connection.
func (t *tablet) serve(share live.Share) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.share = share
	if t.peer != nil {
		return
	}
	t.peers++
	t.sender = telemetry.NewSender(ecgSensor.Key)
	var peer *rtc.Peer
	ready := make(chan struct{})
	peer = rtc.Start(context.Background(), rtc.Options{Maker: t.maker, Offerer: true, Sensors: []string{ecgSensor.Key},
		Send: func(b json.RawMessage) {
			t.house.tell(live.Event{Signal: &live.Signalled{Room: theRoom, From: t.id, Body: b}})
		},
		OnControlOpen: func() {
			<-ready
			peer.Control(telemetry.Control{Describe: &telemetry.Describe{Sensors: []telemetry.Sensor{ecgSensor}}})
		},
		OnControl: func(c telemetry.Control) {
			<-ready
			t.control(peer, c)
		}})
	close(ready)
	t.peer = peer
}

func (t *tablet) signal(b json.RawMessage) {
	t.mu.Lock()
	peer := t.peer
	t.mu.Unlock()
	if peer != nil {
		peer.Signal(b)
	}
}

// leave closes the connection.
func (t *tablet) leave() {
	t.mu.Lock()
	peer := t.peer
	t.peer = nil
	t.mu.Unlock()
	if peer != nil {
		peer.Close()
	}
}

// measure sends runs of samples and the tally that counts them.
func (t *tablet) measure(runs int) telemetry.Tally {
	t.untold(runs)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.peer == nil {
		return telemetry.Tally{}
	}
	tally := t.sender.Tally(t.index)
	t.peer.Control(telemetry.Control{Tally: &tally})
	return tally
}

// untold sends runs of samples and no tally.
func (t *tablet) untold(runs int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.peer == nil {
		return
	}
	for range runs {
		run := telemetry.Samples{First: t.index, Start: care.StampOf(time.Now()), PeriodNS: 4e6, Channels: 1}
		for i := range int64(12) {
			run.Values = append(run.Values, int32(t.index+i)%700)
		}
		t.index += 12
		_ = t.sender.Samples(run, func(b []byte) bool { return t.peer.Send(ecgSensor.Key, b) })
		time.Sleep(time.Millisecond) // a sensor's pace, only faster
	}
}

// link is the tablet's end of the connection.
func (t *tablet) link() *rtc.Peer {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.peer
}

// sink writes down what a Watch hands on.
type sink struct {
	mu      sync.Mutex
	samples int64
	next    int64
	turned  bool // an index came that is not behind the one before
	gaps    []telemetry.Gap
	past    []telemetry.Frame
}

func (s *sink) Samples(_ telemetry.Sensor, run telemetry.Samples) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turned = s.turned || run.First < s.next
	s.samples, s.next = s.samples+int64(run.Count()), run.First+int64(run.Count())
}
func (s *sink) Beats(telemetry.Sensor, []telemetry.Beat) {}
func (s *sink) Trend(telemetry.Sensor, telemetry.Trend)  {}
func (s *sink) Past(_ telemetry.Sensor, frames []telemetry.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.past = append(s.past, frames...)
}
func (s *sink) Gap(_ telemetry.Sensor, g telemetry.Gap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gaps = append(s.gaps, g)
}

func (s *sink) count() (samples int64, turned bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.samples, s.turned
}

// until waits for a condition that comes true by itself.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// stand is a page that watches a house with real connections.
type stand struct {
	*Watch
	house *house
	sink  *sink
	maker rtc.Maker
	ways  ways
}

// ways are how connections were made, through the relay or not.
type ways struct {
	mu   sync.Mutex
	made []bool
}

func (w *ways) of(maker rtc.Maker) func(bool) rtc.Maker {
	return func(relay bool) rtc.Maker {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.made = append(w.made, relay)
		return maker
	}
}

func (w *ways) all() []bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.made)
}

func mustStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{house: newHouse(), sink: &sink{}, maker: native.New(native.Options{Loopback: true})}
	s.Watch = Open(Options{House: s.house, Peers: s.ways.of(s.maker), Room: theRoom, Now: func() care.Stamp { return care.StampOf(time.Now()) }, Sink: s.sink})
	t.Cleanup(func() {
		s.Watch.Close()
		s.house.mu.Lock()
		tablets := s.house.tablets
		s.house.mu.Unlock()
		for _, tablet := range tablets {
			tablet.leave()
		}
		s.house.close()
	})
	return s
}

func (s *stand) phase() Phase { return s.State().Phase }

func (s *stand) mustStream(t *testing.T) {
	t.Helper()
	until(t, "signals flow", func() bool { return s.phase() == Streaming })
}
