package room

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Who is somebody a socket belongs to, as settled by identity before Serve is called.
type Who struct {
	Person  live.PersonView
	Roles   []access.Role
	Site    care.SiteID
	Patient care.PatientID // of a person who is a patient, else ""; never of a relative
	Visit   care.VisitID   // of who came by a link, else ""
	Guest   care.GuestID   // who they are in that visit
	Session string         // names the browser session for SignedOut; not the secret itself
	From    string         // the network the page comes from, for the audit trail

	Home string // the household the page comes from, kept nowhere; "": not known

	// Still returns nil as long as the session is valid and the person enabled, fault.SignedOut when not. It is asked
	// every minute; any other error is taken as "cannot tell" and the socket stays. Nil is never asked.
	Still func(ctx context.Context) error
}

// Place is a room somebody stands in, with what the room is called.
type Place struct {
	Room    live.RoomID
	Patient care.PatientID // for a patient's room
	Name    string         // of the patient
	Visit   care.VisitID   // for a visit and its doors
	Guest   care.GuestID   // who the one who stands here is in that visit; "" for its host, and for staff at a door
	Relay   bool           // the visit went through the relay only when the page came
	Shown   string         // how they are called here, "" as everywhere: guests see the names the clinic chose
}

// House is what rooms ask of the house. Errors refuse: what cannot be looked up is not allowed.
type House interface {
	// Rooms lists where a page of who stands: a patient's aggregator and phone in the own room, a therapist's page in the
	// rooms of the assigned patients, an administrator's in the site's; pages of staff at the desk of their projects, at the
	// doors of those they may let in and in their visits; a guest's at the own door while they wait, and in the visit once
	// they were let in.
	Rooms(ctx context.Context, who Who, portal live.Portal) ([]Place, error)
	// Permitted lists the signals therapist may receive from patient right now; none when not assigned.
	Permitted(ctx context.Context, patient care.PatientID, therapist care.PersonID) ([]access.Signal, error)
	// Relayed reports whether patient is in a visit now in which nobody may learn an address: signals go through the relay.
	Relayed(ctx context.Context, patient care.PatientID) (bool, error)
	// Note writes a line about a share into the audit trail. A share that cannot be written down does not begin.
	Note(ctx context.Context, s Shared) error
	// Attend follows who is in a visit. It is told in order for each visit, and again until it succeeds or refuses with a
	// fault that time does not mend; what means nothing in the guest's state changes nothing.
	Attend(ctx context.Context, a Attendance) error
	// AtDoor follows who stands at the door of a guest who waits, likewise.
	AtDoor(ctx context.Context, d AtDoor) error
	// Relay makes fresh STUN and TURN entries for one page.
	Relay(ctx context.Context, who Who, member live.MemberID) ([]live.ICEServer, error)
}

// Config says how a Hub behaves; zero values take the defaults named.
type Config struct {
	House   House
	Origins []string         // exact origins sockets may come from, such as "https://hearth.example"; none = nobody
	Build   string           // version of the pages the house serves
	Log     *slog.Logger     // nil: discards
	Now     func() time.Time // nil: time.Now
	Bus     Bus              // nil: NewLocal(), everything in this process

	Pages   int // sockets one person may hold; 0 = 16
	Rate    int // messages a page may send per second in the long run; 0 = 50
	Burst   int // and at once; 0 = 600, enough for every command of a page that comes back
	Backlog int // bytes waiting for a page that reads too slowly; 0 = 1 MiB
}

// Hub is the house's side of the live socket: it holds the sockets and the rooms of this process.
type Hub struct {
	c       Config
	upgrade websocket.Upgrader
	ctx     context.Context // ends with Close; the one context kept, for it is the hub's own life
	stop    context.CancelFunc
	running sync.WaitGroup // the goroutines of rooms
	served  sync.WaitGroup // the goroutines of sockets

	asks chan struct{} // a place for every question to the house where somebody stands

	mu      sync.Mutex // guards what follows
	closing bool
	rooms   map[live.RoomID]*owner
	sockets map[SocketID]*conn
	reports map[live.RoomID][]report // waiting to be told
	absent  map[live.MemberID]*absentee
	swept   time.Time // when absent was looked through last
}

var (
	errNoRoom  = errors.New("room: nobody is there")
	errNoHouse = errors.New("room: a hub needs a house to ask")
)

// Open makes a hub.
func Open(c Config) (*Hub, error) {
	if c.House == nil {
		return nil, errNoHouse
	}
	c.Pages, c.Rate = orElse(c.Pages, 16), orElse(c.Rate, 50)
	c.Burst, c.Backlog = orElse(c.Burst, 600), orElse(c.Backlog, 1<<20)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Bus == nil {
		c.Bus = NewLocal()
	}
	h := &Hub{c: c, rooms: map[live.RoomID]*owner{}, sockets: map[SocketID]*conn{}, reports: map[live.RoomID][]report{},
		absent: map[live.MemberID]*absentee{}, asks: make(chan struct{}, mostAsks)}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.upgrade = websocket.Upgrader{
		HandshakeTimeout: helloWithin,
		ReadBufferSize:   512,
		WriteBufferSize:  1024,
		WriteBufferPool:  &sync.Pool{}, // a socket that says nothing holds no buffer
		CheckOrigin:      h.ours,
	}
	c.Bus.Join(h)
	return h, nil
}

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// ours wants an Origin, and one of the list (RFC 6455 section 10.2): a page elsewhere could else use our cookies.
func (h *Hub) ours(r *http.Request) bool {
	return slices.Contains(h.c.Origins, r.Header.Get("Origin"))
}

// Close ends every socket with 1012 (service restart), so that pages come back with jitter, and every room. It waits
// until they are gone, and may be called twice.
func (h *Hub) Close() error {
	h.mu.Lock()
	h.closing = true
	h.mu.Unlock()
	for _, c := range h.those(func(*conn) bool { return true }) {
		c.out.end(websocket.CloseServiceRestart)
	}
	h.served.Wait()
	h.stop()
	h.running.Wait()
	return nil
}

// Pages counts the open sockets of this process.
func (h *Hub) Pages() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sockets)
}

// Window is one open socket of somebody: which portal, since when, and of which session, see Who.
type Window struct {
	Session string
	Portal  live.Portal
	Since   time.Time
}

// Of lists the open sockets of a person in this process, the oldest first.
func (h *Hub) Of(person care.PersonID) []Window {
	var list []Window
	for _, c := range h.those(func(c *conn) bool { return c.member != "" && c.who.Person.ID == person }) {
		list = append(list, Window{c.who.Session, c.portal, c.since})
	}
	slices.SortFunc(list, func(a, b Window) int { return a.Since.Compare(b.Since) })
	return list
}

// Near reports whether a page of another guest who was let into a visit comes from the household of one of this guest's. Which
// that is, and whose page, it tells nobody. It knows the sockets of this process. One that is busy, such as with coming in, is
// not near yet: this is a hint, and never waits for anybody's socket.
func (h *Hub) Near(visit care.VisitID, guest care.GuestID) bool {
	room := live.VisitRoom(visit)
	own, others := map[string]bool{}, map[string]bool{}
	for _, c := range h.those(func(c *conn) bool { return c.member != "" && c.portal == live.Visitor && c.who.Home != "" }) {
		if !c.mu.TryLock() {
			continue
		}
		place, in := c.rooms[room]
		c.mu.Unlock()
		switch {
		case in && place.Guest == guest:
			own[c.who.Home] = true
		case in:
			others[c.who.Home] = true
		}
	}
	for home := range own {
		if others[home] {
			return true
		}
	}
	return false
}

// Recheck follows a change of permissions or assignments of patient: shares shrink or end with "withdrawn", and pages
// of people enter or leave rooms. Call it after the change is stored, with the therapists concerned.
func (h *Hub) Recheck(ctx context.Context, patient care.PatientID, people ...care.PersonID) {
	h.do(ctx, Act{Place: Place{Room: live.PatientRoom(patient), Patient: patient}, Recheck: true})
	if len(people) > 0 {
		h.c.Bus.Tell(ctx, Notice{Reroom: people})
	}
}

// Reroom lets the pages of people look at once where they stand: after somebody was let in, put out, assigned. A guest who
// came by a link is care.PersonID(guest). It returns once they have moved.
func (h *Hub) Reroom(ctx context.Context, people ...care.PersonID) {
	if len(people) > 0 {
		h.c.Bus.Tell(ctx, Notice{Reroom: people})
	}
}

// Resettle lets everyone who stands in a room look at once where else they stand: all staff of a project, by its desk, when
// somebody comes to a door.
func (h *Hub) Resettle(ctx context.Context, room live.RoomID) {
	h.c.Bus.Tell(ctx, Notice{Resettle: room})
}

// Withdraw follows the disabling of a person: their pages leave at once and are told so.
func (h *Hub) Withdraw(ctx context.Context, person care.PersonID) {
	h.c.Bus.Tell(ctx, Notice{Withdraw: person})
}

// LookAgain follows what may have changed for many at once, such as a place that is hidden: every page asks at once what it
// would ask within a minute, who is signed in behind it and where it stands.
func (h *Hub) LookAgain(ctx context.Context) { h.c.Bus.Tell(ctx, Notice{Look: true}) }

// SignedOut closes the sockets of a browser session that ended.
func (h *Hub) SignedOut(ctx context.Context, session string) {
	h.c.Bus.Tell(ctx, Notice{SignedOut: session})
}

// SignedOutEverywhere closes the sockets of every session of a person but one ("" for all).
func (h *Hub) SignedOutEverywhere(ctx context.Context, person care.PersonID, but string) {
	h.c.Bus.Tell(ctx, Notice{Everywhere: &Everywhere{Person: person, But: but}})
}

// Changed tells the pages in a room that stored data changed. In a room without pages nobody hears it.
func (h *Hub) Changed(ctx context.Context, room live.RoomID, note live.DataNote) {
	h.do(ctx, Act{Place: Place{Room: room}, Note: &note})
}

// Caption shows everybody in a visit's call a caption that a service made. Whether the service may is settled.
func (h *Hub) Caption(ctx context.Context, n live.Nudged) {
	h.do(ctx, Act{Place: Place{Room: n.Room}, Caption: &n})
}

// do hands over what the interface tells rooms. It must be done even when the request that caused it is over.
func (h *Hub) do(ctx context.Context, a Act) {
	if err := h.c.Bus.Do(context.WithoutCancel(ctx), a); err != nil && !errors.Is(err, errNoRoom) {
		h.c.Log.Warn("a room did not hear of a change", "room", a.Place.Room, "error", err)
	}
}

// Heed does what a notice says for the sockets of this process, all of them at once, and then for those that are gone.
func (h *Hub) Heed(ctx context.Context, n Notice) {
	ctx = context.WithoutCancel(ctx)
	var all sync.WaitGroup
	each := func(meant func(*conn) bool, do func(*conn)) {
		for _, c := range h.those(meant) {
			all.Go(func() { do(c) })
		}
	}
	switch {
	case len(n.Reroom) > 0:
		each(func(c *conn) bool { return slices.Contains(n.Reroom, c.who.Person.ID) }, func(c *conn) { c.reroom(ctx, true) })
	case n.Resettle != "":
		each(func(*conn) bool { return true }, func(c *conn) { // which rooms a page stands in it tells when it is not entering any
			if c.stands(n.Resettle) {
				c.reroom(ctx, true)
			}
		})
	case n.Withdraw != "":
		each(func(c *conn) bool { return c.who.Person.ID == n.Withdraw }, func(c *conn) { c.depart(ctx, true) })
	case n.SignedOut != "":
		each(func(c *conn) bool { return c.who.Session == n.SignedOut }, func(c *conn) { c.depart(ctx, false) })
	case n.Look:
		each(func(*conn) bool { return true }, func(c *conn) { c.look(ctx) })
	case n.Everywhere != nil:
		each(func(c *conn) bool { return n.Everywhere.means(c.who) }, func(c *conn) { c.depart(ctx, false) })
	}
	all.Wait()
	h.heedAbsent(ctx, n) // afterwards: a socket that broke meanwhile is among them now
}

// those finds sockets under the lock, so that they can be called without it. Meant must not ask a socket for anything that
// stands under the socket's own lock: a page that enters a room holds that one while it waits for the hub's.
func (h *Hub) those(meant func(*conn) bool) []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []*conn
	for _, c := range h.sockets {
		if meant(c) {
			found = append(found, c)
		}
	}
	return found
}

// Deliver gives a text to a socket of this process.
func (h *Hub) Deliver(p Post) {
	h.mu.Lock()
	c := h.sockets[p.Socket]
	h.mu.Unlock()
	if c == nil {
		return
	}
	if len(p.Text) > 0 && !c.out.put(p.Text) {
		c.letGo()
	}
	if p.Close != 0 {
		c.out.end(p.Close)
	}
}
