package room

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const home = "http://hearth.test"

// clinic is a small house: who treats whom with which signals, kept in a map.
type clinic struct {
	mu     sync.Mutex // guards what follows
	may    map[care.PatientID]map[care.PersonID][]access.Signal
	relay  map[care.PatientID]bool // in a visit through the relay
	broken error
	out    map[care.PersonID]bool // signed out
	trail  []Shared
	full   bool // nothing can be written down
	came   []Attendance
	doors  []AtDoor
	places map[care.PersonID][]Place // where somebody stands, whatever their portal
	asked  int                       // how often it was asked that
}

func newClinic() *clinic {
	return &clinic{relay: map[care.PatientID]bool{}, may: map[care.PatientID]map[care.PersonID][]access.Signal{}, places: map[care.PersonID][]Place{}, out: map[care.PersonID]bool{}}
}

func (c *clinic) assign(p care.PatientID, t care.PersonID, signals ...access.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.may[p] == nil {
		c.may[p] = map[care.PersonID][]access.Signal{}
	}
	c.may[p][t] = signals
}

func (c *clinic) unassign(p care.PatientID, t care.PersonID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.may[p], t)
}

func (c *clinic) breaks(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = err
}

func (c *clinic) Rooms(_ context.Context, who Who, portal live.Portal) ([]Place, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	var places []Place
	if set, ok := c.places[who.Person.ID]; ok {
		return set, c.broken
	}
	switch portal {
	case live.Admin:
		return []Place{{Room: live.SiteRoom(who.Site)}}, c.broken
	case live.Therapist:
		for p, therapists := range c.may {
			if _, ok := therapists[who.Person.ID]; ok {
				places = append(places, Place{Room: live.PatientRoom(p), Patient: p, Name: "Wren-23"})
			}
		}
		return places, c.broken
	}
	return []Place{{Room: live.PatientRoom(who.Patient), Patient: who.Patient, Name: "Wren-23"}}, c.broken
}

func (c *clinic) Note(_ context.Context, s Shared) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full {
		return errors.New("the trail is full")
	}
	c.trail = append(c.trail, s)
	return nil
}

func (c *clinic) told() []Shared {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.trail)
}

func (c *clinic) last() Shared {
	all := c.told()
	return all[len(all)-1]
}

func (c *clinic) fill(full bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.full = full
}

func (c *clinic) Permitted(_ context.Context, p care.PatientID, t care.PersonID) ([]access.Signal, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.may[p][t], c.broken
}

func (c *clinic) Relayed(_ context.Context, p care.PatientID) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.relay[p], c.broken
}

func (c *clinic) Attend(_ context.Context, a Attendance) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full {
		return errors.New("the book is full")
	}
	c.came = append(c.came, a)
	return c.broken
}

func (c *clinic) AtDoor(_ context.Context, d AtDoor) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full {
		return errors.New("the book is full")
	}
	c.doors = append(c.doors, d)
	return c.broken
}

func (c *clinic) Relay(_ context.Context, who Who, m live.MemberID) ([]live.ICEServer, error) {
	return []live.ICEServer{{URLs: []string{"turn:hearth.test:3478"}, Username: string(m), Credential: "x"}}, nil
}

func (c *clinic) still(p care.PersonID) func(context.Context) error {
	return func(context.Context) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.out[p] {
			return fault.New(fault.SignedOut, "sign-in.needed", nil)
		}
		return nil
	}
}

// people of the tests.
func (c *clinic) patient(n int) Who {
	id := care.PersonID(fmt.Sprintf("patient%d", n))
	return Who{Person: live.PersonView{ID: id, Name: "Wren-23"}, Roles: []access.Role{access.Patient},
		Patient: care.PatientID(fmt.Sprintf("p%d", n)), Session: "session-" + string(id), Still: c.still(id)}
}

func (c *clinic) therapist(n int) Who {
	id := care.PersonID(fmt.Sprintf("therapist%d", n))
	return Who{Person: live.PersonView{ID: id, Name: "Mira Solano"}, Roles: []access.Role{access.Therapist},
		Session: "session-" + string(id), From: "192.0.2.0/24", Still: c.still(id)}
}

// house serves a hub; the header "Who" stands for the cookie.
type house struct {
	*Hub
	clinic *clinic
	url    string
	dial   func(ctx context.Context, network, addr string) (net.Conn, error) // nil: the real network
	people sync.Map                                                          // who by name
}

func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	who, ok := h.people.Load(r.Header.Get("Who"))
	if !ok {
		h.TurnAway(w, r, live.CodeSignedOut)
		return
	}
	h.Serve(w, r, who.(Who))
}

func MustOpen(t testing.TB, c *clinic, change func(*Config)) *house {
	t.Helper()
	conf := Config{House: c, Origins: []string{home}, Build: "b1"}
	if change != nil {
		change(&conf)
	}
	hub, err := Open(conf)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{Hub: hub, clinic: c}
	s := httptest.NewServer(h)
	h.url = "ws" + strings.TrimPrefix(s.URL, "http")
	t.Cleanup(func() {
		hub.Close()
		hub.Close()
		s.Close()
	})
	return h
}

// visitor is a page of the test over a real socket.
type visitor struct {
	t      testing.TB
	ws     *websocket.Conn
	member live.MemberID
	views  map[live.RoomID]live.RoomView
	ids    int
}

func (h *house) connect(t testing.TB, who Who) *visitor {
	t.Helper()
	h.people.Store(string(who.Person.ID), who)
	d := websocket.Dialer{NetDialContext: h.dial}
	ws, _, err := d.Dial(h.url, http.Header{"Origin": {home}, "Who": {string(who.Person.ID)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	return &visitor{t: t, ws: ws, member: care.NewID[live.MemberID](), views: map[live.RoomID]live.RoomView{}}
}

func (h *house) MustVisit(t testing.TB, who Who, portal live.Portal) *visitor {
	t.Helper()
	v := h.connect(t, who)
	v.hello(portal)
	return v
}

func (v *visitor) hello(portal live.Portal) {
	v.t.Helper()
	v.greet(live.Hello{Portal: portal, Visits: true})
}

func (v *visitor) greet(h live.Hello) {
	v.t.Helper()
	resume := map[live.RoomID]live.Resume{}
	for id, view := range v.views {
		resume[id] = live.Resume{Epoch: view.Epoch, N: view.N}
	}
	h.Protocol, h.Build, h.Member, h.Resume = live.Protocol, "b1", v.member, resume
	v.say(live.FromPage{Hello: &h})
	if m := v.next(); m.Welcome == nil {
		v.t.Fatalf("got %+v, want a welcome", m)
	}
}

func (v *visitor) say(m live.FromPage) {
	v.t.Helper()
	text, err := m.Encode()
	if err != nil {
		v.t.Fatal(err)
	}
	if err := v.ws.WriteMessage(websocket.TextMessage, text); err != nil {
		v.t.Fatal(err)
	}
}

// next returns the next message, and follows rooms.
func (v *visitor) next() live.FromHouse {
	v.t.Helper()
	m, err := v.read()
	if err != nil {
		v.t.Fatalf("the socket ended: %v", err)
	}
	return m
}

func (v *visitor) read() (live.FromHouse, error) {
	v.t.Helper()
	v.ws.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, text, err := v.ws.ReadMessage()
	if err != nil {
		return live.FromHouse{}, err
	}
	m, err := live.DecodeHouse(text)
	if err != nil {
		v.t.Fatalf("the house wrote %s: %v", text, err)
	}
	switch {
	case m.Enter != nil:
		v.views[m.Enter.Room] = live.RoomView{Snapshot: *m.Enter}
	case m.Leave != nil:
		delete(v.views, m.Leave.Room)
	case m.Change != nil:
		view, err := v.views[m.Change.Room].With(*m.Change)
		if err != nil {
			v.t.Fatalf("change %d after %d: %v", m.Change.N, view.N, err)
		}
		v.views[m.Change.Room] = view
	}
	return m, nil
}

// until reads on until a message is the one.
func (v *visitor) until(what string, is func(live.FromHouse) bool) live.FromHouse {
	v.t.Helper()
	for range 1000 {
		if m := v.next(); is(m) {
			return m
		}
	}
	v.t.Fatalf("never saw %s", what)
	panic("unreachable")
}

// do sends a command and returns its reply.
func (v *visitor) do(room live.RoomID, c live.Command) live.Reply {
	v.t.Helper()
	v.ids++
	c.Room, c.ID = room, fmt.Sprintf("%s-%d", v.member, v.ids)
	v.say(live.FromPage{Command: &c})
	return *v.until("the reply", func(m live.FromHouse) bool { return m.Reply != nil && m.Reply.ID == c.ID }).Reply
}

// ended reads until the socket is closed and returns the last refusal and the close code.
func (v *visitor) ended() (refused live.Refused, code int) {
	v.t.Helper()
	for {
		m, err := v.read()
		if m.Refused != nil {
			refused = *m.Refused
		}
		if err != nil {
			var c *websocket.CloseError
			if errors.As(err, &c) {
				return refused, c.Code
			}
			return refused, 1006
		}
	}
}

func (v *visitor) entered(room live.RoomID) {
	v.t.Helper()
	v.until("the room", func(m live.FromHouse) bool { return m.Enter != nil && m.Enter.Room == room })
}

func wants[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// share opens a room with an aggregator, a phone and a therapist's page that receives the heartbeat.
func (h *house) share(t testing.TB) (aggregator, phone, therapist *visitor, room live.RoomID, share live.ShareID) {
	t.Helper()
	h.clinic.assign("p1", "therapist1", access.ECG, access.Movement)
	room = live.PatientRoom("p1")
	aggregator = h.MustVisit(t, h.clinic.patient(1), live.Aggregator)
	aggregator.entered(room)
	phone = h.MustVisit(t, h.clinic.patient(1), live.Patient)
	phone.entered(room)
	therapist = h.MustVisit(t, h.clinic.therapist(1), live.Therapist)
	therapist.entered(room)
	r := therapist.do(room, live.Command{Ask: &live.Ask{From: aggregator.member, Signals: []access.Signal{access.ECG, access.Movement}}})
	if r.Code != "" {
		t.Fatalf("asked: %q", r.Code)
	}
	return aggregator, phone, therapist, room, r.Share
}

func endedAs(id live.ShareID, reason string) func(live.FromHouse) bool {
	return func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Ended != nil && m.Change.Ended.Share == id && m.Change.Ended.Reason == reason
	}
}
