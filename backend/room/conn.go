package room

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// conn is one socket: a goroutine that reads, one that writes, and the rooms its page stands in.
type conn struct {
	hub    *Hub
	id     SocketID
	who    Who
	ws     *websocket.Conn
	out    *outbox
	over   chan struct{} // closed when the reader is done
	ending atomic.Bool   // the writer is done, or was told to be
	limit  *rate.Limiter
	member live.MemberID // under Hub.mu
	portal live.Portal
	since  time.Time
	visits bool // the page knows the rooms of visits

	looking  sync.Mutex // keeps one look-up of rooms from overtaking another; taken before mu, which no look-up holds
	mu       sync.Mutex // guards what follows
	rooms    map[live.RoomID]Place
	greeted  bool
	departed bool
}

func newConn(h *Hub, ws *websocket.Conn, who Who) *conn {
	c := &conn{
		hub: h, id: newSocketID(), who: who, ws: ws, out: newOutbox(h.c.Backlog), over: make(chan struct{}),
		limit: rate.NewLimiter(rate.Limit(h.c.Rate), h.c.Burst), rooms: map[live.RoomID]Place{}, since: h.c.Now(),
	}
	ws.SetReadLimit(live.MaxMessage)
	ws.SetReadDeadline(time.Now().Add(helloWithin))
	return c
}

// serve greets the page, then reads until the socket is over. It is the only reader.
func (c *conn) serve(ctx context.Context) {
	defer c.drain()
	m, ok := c.read()
	if !ok {
		return
	}
	if m.Hello == nil {
		c.refuse(live.Refused{Code: live.CodeJunk, Wait: 5000})
		return
	}
	if why, ok := c.admit(*m.Hello); !ok {
		c.refuse(why)
		return
	}
	defer c.vanish(ctx)
	if !c.welcome(ctx, *m.Hello) {
		return
	}
	c.hub.c.Log.Debug("a page came", "socket", c.id, "portal", c.portal, "build", m.Hello.Build)
	c.ws.SetPongHandler(func(string) error { return c.heard() })
	for c.heard() == nil {
		m, ok := c.read()
		if !ok || !c.answer(ctx, m) {
			break
		}
	}
}

// admit says whether a page with this hello may come in at all.
func (c *conn) admit(h live.Hello) (why live.Refused, ok bool) {
	if h.Protocol != live.Protocol {
		return live.Refused{Code: live.CodeVersion, Final: true}, false
	}
	if !slices.ContainsFunc(c.who.Roles, func(r access.Role) bool { return slices.Contains(roles[h.Portal], r) }) {
		return live.Refused{Code: live.CodePortal, Final: true}, false
	}
	if h.Person != "" && h.Person != c.who.Person.ID {
		return live.Refused{Code: live.CodeSignedOut, Final: true}, false // whose page it was is signed in here no more
	}
	c.portal, c.visits = h.Portal, h.Visits
	if !c.hub.room(c, h.Member) {
		return live.Refused{Code: live.CodeTooMany, Wait: 10_000}, false
	}
	return live.Refused{}, true
}

// welcome greets the page and brings it into its rooms. Notices find the socket already, so a change of
// assignments that comes in between waits until it is greeted and then looks again.
func (c *conn) welcome(ctx context.Context, h live.Hello) bool {
	c.looking.Lock()
	defer c.looking.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if why := c.signedOut(ctx); c.departed || why != "" {
		c.refuse(live.Refused{Code: cmp.Or(why, live.CodeSignedOut), Final: true})
		return false
	}
	places, err := c.places(ctx)
	if err != nil {
		c.hub.c.Log.Warn("a page's rooms cannot be looked up", "socket", c.id, "error", err)
		c.refuse(live.Refused{Code: live.CodeNotNow, Wait: 3000})
		return false
	}
	c.hub.found(ctx, c, places)
	w := live.Welcome{
		Member: c.member, Person: c.who.Person, Rooms: []live.RoomID{},
		Now: care.StampOf(c.hub.c.Now()), Build: c.hub.c.Build,
	}
	for _, p := range places {
		w.Rooms = append(w.Rooms, p.Room)
	}
	c.say(live.FromHouse{Welcome: &w})
	c.greeted = true
	for _, p := range places {
		c.enter(ctx, p, h.Resume[p.Room])
	}
	return true
}

// enter wants c.mu held.
func (c *conn) enter(ctx context.Context, p Place, from live.Resume) {
	c.rooms[p.Room] = p
	e := Enter{Socket: c.id, Member: c.member, Person: c.who.Person, Portal: c.portal, Guest: p.Guest, Relay: p.Relay, From: c.who.From, Resume: from}
	switch {
	case c.portal == live.Visitor && p.Room.Kind().Visiting(): // a patient who signs in is no more than a guest to the others
		e.Person = live.PersonView{ID: care.PersonID(p.Guest), Name: p.Shown}
	case p.Shown != "":
		e.Person.Name = p.Shown
	}
	if e.Portal == live.Visitor && p.Room.Kind() == live.OfPatient {
		e.Portal = live.Aggregator // around the patient it is what sends, like any tablet
	}
	if c.hub.c.Bus.Do(ctx, Act{Place: p, Enter: &e}) != nil {
		c.out.end(websocket.CloseServiceRestart)
	}
}

// answer does what a message asks; false ends the socket.
func (c *conn) answer(ctx context.Context, m live.FromPage) bool {
	switch {
	case m.Ping != nil:
		c.say(live.FromHouse{Pong: &live.Pong{T0: m.Ping.T0, Now: care.StampOf(c.hub.c.Now())}})
	case m.Resync != nil:
		c.act(ctx, m.Resync.Room, Act{Resync: &Resynced{Socket: c.id, Seen: m.Resync.Seen}})
	case m.Command != nil && m.Command.Goodbye != nil:
		c.leaveAll(ctx, Leaving{Reason: "left"})
		c.say(live.FromHouse{Reply: &live.Reply{ID: m.Command.ID}})
		c.out.end(websocket.CloseNormalClosure)
		return false
	case m.Command != nil && m.Command.Relay != nil:
		c.say(live.FromHouse{Reply: c.relay(ctx, *m.Command)})
	case m.Command != nil:
		if !c.act(ctx, m.Command.Room, Act{Command: &Commanded{Socket: c.id, Command: *m.Command}}) {
			c.say(live.FromHouse{Reply: &live.Reply{ID: m.Command.ID, Code: live.CodeNoRoom}})
		}
	default: // a second Hello
		c.refuse(live.Refused{Code: live.CodeJunk, Wait: 5000})
		return false
	}
	return true
}

// act passes an act on to a room the page stands in.
func (c *conn) act(ctx context.Context, room live.RoomID, a Act) bool {
	c.mu.Lock()
	place, in := c.rooms[room]
	c.mu.Unlock()
	a.Place = place
	return in && c.hub.c.Bus.Do(ctx, a) == nil
}

// relay gives STUN and TURN servers to the pages of who is signed in: to connect to each other, or to check whether this
// network would let them. Asking twice makes two sets, which is harmless.
func (c *conn) relay(ctx context.Context, cmd live.Command) *live.Reply {
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	servers, err := c.hub.c.House.Relay(ctx, c.who, c.member)
	if err != nil {
		return &live.Reply{ID: cmd.ID, Code: live.CodeNotNow}
	}
	return &live.Reply{ID: cmd.ID, ICE: servers}
}

// reroom looks again where the page stands and lets it enter and leave. When that cannot be looked up and something is
// known to have changed, the page has to come in anew; else it stays, for a house without its database should not send
// away everyone it has already let in.
func (c *conn) reroom(ctx context.Context, changed bool) {
	c.looking.Lock()
	defer c.looking.Unlock()
	if !c.in() {
		return
	}
	places, err := c.places(ctx) // what the page says meanwhile is done: a slow look-up keeps no ping waiting
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.departed {
		return
	}
	switch {
	case err != nil && changed:
		c.out.end(websocket.CloseServiceRestart)
		return
	case err != nil:
		return
	}
	stands := map[live.RoomID]bool{}
	for _, p := range places {
		stands[p.Room] = true
		if was, in := c.rooms[p.Room]; !in || was.Guest != p.Guest || was.Shown != p.Shown {
			c.enter(ctx, p, live.Resume{})
		}
	}
	for id, p := range c.rooms {
		if !stands[id] {
			delete(c.rooms, id)
			c.hub.do(ctx, Act{Place: p, Leave: &Leaving{Socket: c.id, Reason: "left", Withdrawn: true, Told: "unassigned"}})
		}
	}
}

// in reports whether the page was greeted and has not gone.
func (c *conn) in() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.greeted && !c.departed
}

// places asks where the page stands, and leaves out what it would not know what to do with.
func (c *conn) places(ctx context.Context) ([]Place, error) {
	places, err := c.hub.places(ctx, c.who, c.portal)
	return slices.DeleteFunc(places, func(p Place) bool { return !c.visits && p.Room.Kind().Visiting() }), err
}

// stands reports whether the page is in a room.
func (c *conn) stands(room live.RoomID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, in := c.rooms[room]
	return in
}

// depart takes the page out because nobody is signed in behind it any more.
func (c *conn) depart(ctx context.Context, withdrawn bool) {
	c.leaveAll(ctx, Leaving{Reason: "signed-out", Withdrawn: withdrawn})
	c.refuse(live.Refused{Code: cmp.Or(c.signedOut(ctx), live.CodeSignedOut), Final: true})
}

// leaveAll takes the page out of every room, once and for good.
func (c *conn) leaveAll(ctx context.Context, l Leaving) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.departed = true
	l.Socket = c.id
	for id, p := range c.rooms {
		delete(c.rooms, id)
		c.hub.do(ctx, Act{Place: p, Leave: &l})
	}
}

// vanish tells the rooms that the socket is gone; whoever left before is no longer in any.
func (c *conn) vanish(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.departed = true
	if len(c.rooms) > 0 {
		c.hub.miss(c)
	}
	for _, p := range c.rooms {
		c.hub.do(ctx, Act{Place: p, Gone: &Gone{Socket: c.id}})
	}
	clear(c.rooms)
}

// signedOut is the code of why nobody is signed in behind the page any more; "" when somebody is, or nobody can tell.
func (c *conn) signedOut(ctx context.Context) string {
	if c.who.Still == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	switch f := fault.Of(c.who.Still(ctx)); {
	case f.Kind != fault.SignedOut:
		return ""
	case f.Code == live.CodeMoved:
		return live.CodeMoved
	}
	return live.CodeSignedOut
}
