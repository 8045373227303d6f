package call

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hearth/app/remote"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a small house with the rooms of one visit: it lets pages in and out, tells everybody in order, and relays as the
// real one does. It can be out of reach, and forget everything.
type house struct {
	mu    sync.Mutex // guards what follows
	rooms map[live.RoomID]*live.Snapshot
	pages map[live.MemberID]*page
	epoch int
	down  bool
}

func newHouse() *house {
	return &house{rooms: map[live.RoomID]*live.Snapshot{}, pages: map[live.MemberID]*page{}}
}

// page is one page's live socket.
type page struct {
	h      *house
	me     live.Member
	t      *testing.T
	rooms  map[live.RoomID]bool
	seats  map[live.RoomID]live.Seat
	lost   bool
	hears  map[int]func(live.Event)
	n      int
	queue  chan func()
	last   remote.View
	waits  []func() // signals for when the house is back
	cut    bool     // signals are lost
	relays int
}

func (h *house) page(t *testing.T, id string, p live.Portal, g care.GuestID) *page {
	m := live.Member{ID: live.MemberID(id), Person: live.PersonView{ID: care.PersonID("person-" + id), Name: id}, Portal: p, Guest: g, State: live.Here, Since: care.StampOf(time.Now())}
	x := &page{h: h, me: m, t: t, rooms: map[live.RoomID]bool{}, seats: map[live.RoomID]live.Seat{}, hears: map[int]func(live.Event){}, queue: make(chan func(), 1<<14)}
	h.mu.Lock()
	h.pages[m.ID] = x
	h.mu.Unlock()
	var done sync.WaitGroup
	done.Go(func() {
		for tell := range x.queue {
			tell()
		}
	})
	t.Cleanup(func() {
		h.mu.Lock()
		delete(h.pages, m.ID)
		h.mu.Unlock()
		close(x.queue)
		done.Wait()
	})
	return x
}

func (x *page) view() remote.View {
	v := remote.View{Member: x.me.ID, Me: x.me.Person, Link: live.Link{State: live.Online}, Rooms: map[live.RoomID]live.RoomView{}, Clock: live.Clock{Known: true}}
	if x.lost || x.h.down {
		v = x.last
		v.Link.State = live.Waiting
		return v
	}
	for id := range x.rooms {
		s := *x.h.rooms[id]
		s.Members = slices.Clone(s.Members)
		v.Rooms[id] = live.RoomView{Snapshot: s}
	}
	return v
}

// tell hands an event to a page, with the view as it is then. h.mu is held.
func (h *house) tell(x *page, e live.Event) {
	v := x.view()
	x.queue <- func() {
		h.mu.Lock()
		x.last = v
		hears := make([]func(live.Event), 0, len(x.hears))
		for i := range x.n + 1 {
			if f := x.hears[i]; f != nil {
				hears = append(hears, f)
			}
		}
		h.mu.Unlock()
		for _, f := range hears {
			f(e)
		}
	}
}

func (h *house) everybody(id live.RoomID, c live.Change) {
	s := h.rooms[id]
	s.N++
	c.Room, c.N = id, s.N
	for _, x := range h.pages {
		if x.rooms[id] && !x.lost {
			h.tell(x, live.Event{Changed: &live.Changed{Room: live.RoomView{Snapshot: *s}, Change: c}})
		}
	}
}

// stand lets a page stand in these rooms and in no others, entering first.
func (h *house) stand(x *page, rooms ...live.RoomID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range rooms {
		if x.rooms[id] {
			continue
		}
		if h.rooms[id] == nil {
			h.rooms[id] = &live.Snapshot{Room: id, Epoch: fmt.Sprint(h.epoch)}
		}
		x.rooms[id] = true
		m := x.me
		if id.Kind() == live.OfDoor && m.Portal.Staff() {
			m.Guest = ""
		}
		h.rooms[id].Members = append(h.rooms[id].Members, m)
		h.everybody(id, live.Change{Member: &m})
		v := live.RoomView{Snapshot: *h.rooms[id]}
		h.tell(x, live.Event{Entered: &v})
	}
	for id := range x.rooms {
		if !slices.Contains(rooms, id) {
			h.leave(x, id, "left", "unassigned")
		}
	}
}

func (h *house) leave(x *page, id live.RoomID, reason, told string) {
	delete(x.rooms, id)
	delete(x.seats, id)
	s := h.rooms[id]
	s.Members = slices.DeleteFunc(slices.Clone(s.Members), func(m live.Member) bool { return m.ID == x.me.ID })
	h.everybody(id, live.Change{Left: &live.Left{Member: x.me.ID, Reason: reason}})
	h.tell(x, live.Event{Left: &live.Leave{Room: id, Reason: told}})
}

// say tells a room that a page left it; one whose socket is away does not hear it.
func (h *house) say(id live.RoomID, l live.Left) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.rooms[id]
	s.Members = slices.DeleteFunc(slices.Clone(s.Members), func(m live.Member) bool { return m.ID == l.Member })
	h.everybody(id, live.Change{Left: &l})
}

// change changes a member in every room and tells of it.
func (h *house) change(x *page, id live.RoomID, f func(*live.Member)) {
	s := h.rooms[id]
	s.Members = slices.Clone(s.Members)
	for i := range s.Members {
		if s.Members[i].ID == x.me.ID {
			f(&s.Members[i])
			m := s.Members[i]
			h.everybody(id, live.Change{Member: &m})
		}
	}
}

// socket breaks a page's socket, or brings it back.
func (h *house) socket(x *page, there bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !there {
		x.last = x.view()
	}
	x.lost = !there
	state := live.Here
	if !there {
		state = live.Reconnecting
	}
	for id := range x.rooms {
		h.change(x, id, func(m *live.Member) { m.State, m.Since = state, care.StampOf(time.Now()) })
	}
	h.tell(x, live.Event{Link: &live.Link{State: x.view().Link.State}})
	if there {
		for _, f := range x.waits {
			f()
		}
		x.waits = nil
	}
}

// away takes the whole house out of reach; back it has forgotten everything but who stands where.
func (h *house) away(down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if down {
		for _, x := range h.pages {
			x.last = x.view()
		}
		h.down = true
	} else {
		h.down = false
		h.epoch++
		for id := range h.rooms {
			h.rooms[id] = &live.Snapshot{Room: id, Epoch: fmt.Sprint(h.epoch)}
		}
		for _, x := range h.pages {
			for id := range x.rooms {
				m := x.me
				m.Guest = x.me.Guest
				h.rooms[id].Members = append(h.rooms[id].Members, m)
			}
		}
	}
	for _, x := range h.pages {
		h.tell(x, live.Event{Link: &live.Link{State: x.view().Link.State}})
		if down {
			continue
		}
		for id := range x.rooms {
			v := live.RoomView{Snapshot: *h.rooms[id]}
			h.tell(x, live.Event{Entered: &v})
		}
	}
	if !down {
		for _, x := range h.pages {
			for id, seat := range x.seats {
				h.change(x, id, func(m *live.Member) { m.Seat = &seat })
			}
			for _, f := range x.waits {
				f()
			}
			x.waits = nil
		}
	}
}

func (x *page) Member() live.MemberID { return x.me.ID }
func (x *page) View() remote.View {
	x.h.mu.Lock()
	defer x.h.mu.Unlock()
	return x.view()
}
func (x *page) Watch(f func(remote.View)) func() {
	return x.Listen(func(live.Event) { f(x.View()) })
}
func (x *page) Listen(f func(live.Event)) func() {
	x.h.mu.Lock()
	defer x.h.mu.Unlock()
	x.n++
	id := x.n
	x.hears[id] = f
	x.h.tell(x, live.Event{})
	return func() {
		x.h.mu.Lock()
		defer x.h.mu.Unlock()
		delete(x.hears, id)
	}
}

func (x *page) Sit(id live.RoomID, s live.Seat) string {
	x.h.mu.Lock()
	defer x.h.mu.Unlock()
	command := care.NewID[string]()
	if !x.rooms[id] {
		return command
	}
	x.seats[id] = s
	if !x.lost && !x.h.down {
		x.h.change(x, id, func(m *live.Member) { m.Seat = &s })
	} else {
		x.waits = append(x.waits, func() { x.h.change(x, id, func(m *live.Member) { m.Seat = &s }) })
	}
	x.h.tell(x, live.Event{Reply: &live.Reply{ID: command}})
	return command
}

func (x *page) SignalTo(id live.RoomID, to live.MemberID, body json.RawMessage) {
	x.h.mu.Lock()
	defer x.h.mu.Unlock()
	pass := func() {
		other := x.h.pages[to]
		if x.cut || other == nil || !x.rooms[id] || !other.rooms[id] {
			return
		}
		a, _ := (live.RoomView{Snapshot: *x.h.rooms[id]}).Member(x.me.ID)
		b, _ := (live.RoomView{Snapshot: *x.h.rooms[id]}).Member(to)
		looks := func(m live.Member) bool { return m.Seat != nil && m.Seat.Look }
		if id.Kind() == live.OfVisit && !(in(a) && in(b)) || id.Kind() == live.OfDoor && looks(a) == looks(b) {
			return
		}
		deliver := func() {
			x.h.tell(other, live.Event{Signal: &live.Signalled{Room: id, From: x.me.ID, Body: body}})
		}
		if other.lost {
			other.waits = append(other.waits, deliver)
		} else {
			deliver()
		}
	}
	if x.lost || x.h.down {
		x.waits = append(x.waits, pass)
	} else {
		pass()
	}
}

func (x *page) Nudge(_ context.Context, id live.RoomID, n live.Nudge) error {
	x.h.mu.Lock()
	defer x.h.mu.Unlock()
	for _, o := range x.h.pages {
		if o != x && o.rooms[id] && (n.To == "" || n.To == o.me.ID) {
			x.h.tell(o, live.Event{Nudge: &live.Nudged{Room: id, From: x.me.ID, What: n.What, Text: n.Text}})
		}
	}
	return nil
}

func (x *page) Relay(context.Context, live.RoomID) ([]live.ICEServer, error) {
	x.h.mu.Lock()
	defer x.h.mu.Unlock()
	x.relays++
	if x.h.down || x.lost {
		return nil, live.Fault(live.CodeNotNow)
	}
	return nil, nil
}

// seat is one page of a call, with a tone and what it hears.
type seat struct {
	*Call
	page *page
	tone *native.Track

	mu      sync.Mutex // guards what follows
	tracks  map[live.MemberID]map[string]*native.Received
	gone    []live.MemberID
	nudges  []live.Nudged
	minutes []Minute
	files   chan *Incoming
	stats   map[live.MemberID]rtc.Stats
	ahead   atomic.Int64 // of its clock
	direct  counted
	relayed counted
}

// counted makes connections, and counts them. Whether they go through a relay is shown where there is one: TestRelayOnly of
// wasm/rtc/native, and the browsers of e2e.
type counted struct {
	n atomic.Int64
}

func (c *counted) Make(servers []live.ICEServer, h rtc.Handler) (rtc.Conn, error) {
	c.n.Add(1)
	return native.New(native.Options{Loopback: true}).Make(servers, h)
}

func (h *house) sit(t *testing.T, id string, p live.Portal, g care.GuestID) *seat {
	s := &seat{page: h.page(t, id, p, g), tracks: map[live.MemberID]map[string]*native.Received{}, files: make(chan *Incoming, 4), stats: map[live.MemberID]rtc.Stats{}}
	s.Call = Open(Options{Live: s.page, Peers: &s.direct, Relayed: &s.relayed, Visit: "v1", Guest: g, Staff: p.Staff(),
		Now: func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) },
		OnTrack: func(m live.MemberID, line string, track rtc.Track) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if track == nil {
				delete(s.tracks, m)
				if line == rtc.LineAudio {
					s.gone = append(s.gone, m)
				}
				return
			}
			if s.tracks[m] == nil {
				s.tracks[m] = map[string]*native.Received{}
			}
			s.tracks[m][line] = track.(*native.Received)
		},
		OnNudge:  func(n live.Nudged) { s.mu.Lock(); s.nudges = append(s.nudges, n); s.mu.Unlock() },
		OnMinute: func(m Minute) { s.mu.Lock(); s.minutes = append(s.minutes, m); s.mu.Unlock() },
		OnFile:   func(_ live.MemberID, i *Incoming) { s.files <- i },
		OnStats:  func(m live.MemberID, now rtc.Stats) { s.mu.Lock(); s.stats[m] = now; s.mu.Unlock() },
	})
	t.Cleanup(func() { s.Close() })
	s.tone = hum(t)
	s.Put(rtc.LineAudio, s.tone)
	return s
}

// beats counts what all the tones have brought.
var beats atomic.Int64

// hum writes a tone until the test ends.
func hum(t *testing.T) *native.Track {
	t.Helper()
	track, err := native.NewTrack(native.PCMU)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				_ = track.Write(make([]byte, 160), 20*time.Millisecond)
				beats.Add(1)
			}
		}
	})
	t.Cleanup(func() { stop(); done.Wait() })
	return track
}

// hears reports whether sound of another page came in within the last moments.
func (s *seat) hears(o *seat) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.tracks[o.me][rtc.LineAudio]
	return r != nil && time.Since(r.Last()) < 200*time.Millisecond
}

// settles waits until the call has looked at everything once more, and has shown it.
func (s *seat) settles(t *testing.T) {
	t.Helper()
	shown := make(chan struct{})
	s.post(func(now time.Time) { s.follow(now); s.show(); close(shown) })
	select {
	case <-shown:
	case <-t.Context().Done():
	}
}

// renews makes the connection with somebody anew from this end, and waits until it stands.
func (s *seat) renews(t *testing.T, o *seat) {
	t.Helper()
	s.post(func(time.Time) { s.renew(s.k.pairs[o.me]) })
	s.settles(t) // what it shows from here on is of the new one
	until(t, "the new connection stands", func() bool { return s.person(o).Conn.State == rtc.StateConnected })
}

func (s *seat) person(o *seat) (p Person) {
	for _, p := range s.State().People {
		if p.Member == o.me {
			return p
		}
	}
	return p
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// never checks that something does not happen while everybody's microphone brings another stretch of sound.
func never(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := beats.Load() + 60; beats.Load() < end; time.Sleep(5 * time.Millisecond) {
		if is() {
			t.Fatal(what)
		}
	}
}

// goesOn waits until two have heard more of each other, through the very tracks they heard before.
func goesOn(t *testing.T, what string, a, b *seat) {
	t.Helper()
	count := func(x, y *seat) (*native.Received, int64) {
		x.mu.Lock()
		defer x.mu.Unlock()
		if r := x.tracks[y.me][rtc.LineAudio]; r != nil {
			n, _ := r.Count()
			return r, n
		}
		return nil, 0
	}
	one, m := count(a, b)
	two, n := count(b, a)
	until(t, "sound goes on "+what, func() bool {
		r, i := count(a, b)
		s, j := count(b, a)
		if r != one || s != two || r == nil || s == nil {
			t.Fatalf("sound broke off %s", what)
		}
		return i >= m+30 && j >= n+30
	})
}

// silence is a microphone that brings nothing.
func silence() (*native.Track, error) { return native.NewTrack(native.PCMU) }
