package room

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"hearth/shared/care"
	"hearth/shared/live"
)

// The room's patience and memory.
const (
	grace    = 30 * time.Second // Reconnecting before lost
	linger   = time.Minute      // a room stays after its last member, so that a page may resume
	stay     = 15 * time.Minute // before a guest whose socket broke in the call has left it: sound and picture need no socket
	remember = 256              // changes kept for resuming
	mailTime = time.Minute      // signals kept for a page that may not have got them: longer than silence plus grace
	mailSize = 256 << 10        // bytes of them
	lookUp   = 3 * time.Second  // a permission must be known by then
)

// permit is what a room asks of the house.
type permit interface {
	Permitted(ctx context.Context, patient care.PatientID, therapist care.PersonID) ([]signal, error)
	Relayed(ctx context.Context, patient care.PatientID) (bool, error)
	Note(ctx context.Context, s Shared) error
}

// Room is what its members see and what they may do to it: a state machine with no goroutine of its own. Its methods
// belong to the goroutine of its owner.
type Room struct {
	place Place
	ask   permit
	post  func(Post)
	log   *slog.Logger

	epoch   string
	n       uint64 // of the last change
	calls   uint64 // N of the last Signalled
	members []*member
	shares  []live.Share
	memory  []live.Change
	ends    []live.Ended // of the last shares, for pages that missed more than memory holds
	jots    []Shared     // what Jot has still to write down
	empty   time.Time    // since when nobody is in
	guests  presence     // who of a visit's guests is in the call
	news    []Attendance // what the house has still to hear of them
	door    doorway      // who stands at a door
	doors   []AtDoor     // what the house has still to hear of it
}

// member is one page with what the room keeps for it.
type member struct {
	live.Member
	socket SocketID // "" while Reconnecting
	from   string   // network it last entered from
	lost   time.Time
	done   []live.Reply // to the last commands, oldest first
	mail   []letter
	weight int           // bytes of mail
	told   bool          // the others know of it
	nudges *rate.Limiter // nil before the first
}

// letter is a signal kept until its page surely has it.
type letter struct {
	n     uint64
	share live.ShareID
	from  live.MemberID // for one of no share
	text  []byte
	until time.Time
}

// NewRoom opens an empty room.
func NewRoom(now time.Time, place Place, ask permit, post func(Post), log *slog.Logger) *Room {
	place.Guest, place.Shown = "", "" // of who enters, not of the room
	return &Room{place: place, ask: ask, post: post, log: log, epoch: care.NewID[string](), empty: now, guests: presence{}}
}

// Act lets something happen.
func (r *Room) Act(ctx context.Context, now time.Time, a Act) {
	switch {
	case a.Enter != nil:
		r.place.Name = a.Place.Name
		r.enter(now, *a.Enter)
	case a.Gone != nil:
		r.gone(now, a.Gone.Socket)
	case a.Leave != nil:
		if m := r.at(a.Leave.Socket); m != nil {
			r.remove(now, m, *a.Leave)
		}
	case a.Expel != nil:
		r.expel(now, *a.Expel, a.Place.Guest)
	case a.Command != nil:
		r.command(ctx, now, a.Command.Socket, a.Command.Command)
	case a.Resync != nil:
		if m := r.at(a.Resync.Socket); m != nil {
			r.send(m, live.FromHouse{Enter: r.snapshot()})
			r.resend(m, a.Resync.Seen)
		}
	case a.Note != nil:
		r.record(live.Change{Data: a.Note})
	case a.Caption != nil:
		r.caption(*a.Caption)
	case a.Recheck:
		r.recheck(ctx)
	}
	r.attend(now)
	r.stand(now)
}

// Tick lets time pass: members that did not come back are lost.
func (r *Room) Tick(now time.Time) {
	for _, m := range slices.Clone(r.members) {
		if m.socket == "" && !now.Before(m.lost) {
			r.remove(now, m, Leaving{Reason: "lost"})
			continue
		}
		m.forget(now)
	}
	r.attend(now)
	r.stand(now)
}

// Deadline says when Tick has something to do; zero when nothing waits.
func (r *Room) Deadline() time.Time {
	var first time.Time
	sooner := func(t time.Time) {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	for _, m := range r.members {
		if m.socket == "" {
			sooner(m.lost)
		}
		if len(m.mail) > 0 {
			sooner(m.mail[0].until)
		}
	}
	door := r.door.until()
	if !door.IsZero() {
		sooner(door)
	}
	if until := r.guests.until(); !until.IsZero() {
		sooner(until)
	} else if len(r.members) == 0 && door.IsZero() {
		sooner(r.empty.Add(linger))
	}
	return first
}

// Over reports whether the room has been empty long enough to end, and nobody is waited for.
func (r *Room) Over(now time.Time) bool {
	return len(r.members) == 0 && !now.Before(r.empty.Add(linger)) && r.guests.until().IsZero() && r.door.until().IsZero()
}

// enter brings a socket in: a new member, or the old one come back. The newcomer hears what it missed first.
func (r *Room) enter(now time.Time, e Enter) {
	m := r.find(e.Member)
	switch {
	case m != nil && (m.Person.ID != e.Person.ID || m.Portal != e.Portal):
		r.refuse(e.Socket, live.Refused{Code: live.CodeMember, Final: true})
		return
	case m == nil && r.full(e):
		r.refuse(e.Socket, live.Refused{Code: live.CodeTooMany, Wait: 30_000})
		return
	case m == nil:
		m = &member{Member: live.Member{ID: e.Member, Person: e.Person, Portal: e.Portal, Guest: e.Guest, Relay: e.Relay, State: live.Here, Since: care.StampOf(now)}}
		r.members = append(r.members, m)
		r.tellOf(m)
	default:
		if m.socket != "" && m.socket != e.Socket {
			r.post(Post{Socket: m.socket, Close: closeReplaced})
		}
		m.socket = ""
		if m.State != live.Here || m.Person != e.Person || m.Guest != e.Guest || m.Relay != e.Relay {
			m.State, m.Since, m.Person, m.Guest, m.Relay = live.Here, care.StampOf(now), e.Person, e.Guest, e.Relay
			r.tellOf(m)
		}
	}
	m.socket, m.from = e.Socket, e.From
	r.catchUp(m, e.Resume)
}

// catchUp sends what a page missed: the changes when the room remembers them all, else a snapshot; then the signals.
func (r *Room) catchUp(m *member, from live.Resume) {
	missed := r.n - from.N
	if from.Epoch != r.epoch || from.N > r.n || missed > uint64(len(r.memory)) {
		r.send(m, live.FromHouse{Enter: r.snapshot()})
	} else {
		for _, c := range r.memory[len(r.memory)-int(missed):] {
			r.send(m, live.FromHouse{Change: &c})
		}
	}
	if from.Epoch != r.epoch {
		from.Seen = 0
	}
	r.resend(m, from.Seen)
}

// resend sends the signals a page has not seen.
func (r *Room) resend(m *member, seen uint64) {
	for _, l := range m.mail {
		if l.n > seen {
			r.post(Post{Socket: m.socket, Text: l.text})
		}
	}
}

func (r *Room) gone(now time.Time, socket SocketID) {
	m := r.at(socket)
	if m == nil {
		return
	}
	m.socket, m.lost = "", now.Add(grace)
	m.State, m.Since = live.Reconnecting, care.StampOf(now)
	r.tellOf(m)
}

// remove takes a member out: its shares end while it still hears, then it leaves.
func (r *Room) remove(now time.Time, m *member, l Leaving) {
	for _, s := range slices.Clone(r.shares) {
		switch {
		case (s.From == m.ID || s.To == m.ID) && l.Withdrawn:
			r.end(s.ID, "withdrawn")
		case s.From == m.ID:
			r.end(s.ID, "aggregator-gone")
		case s.To == m.ID:
			r.end(s.ID, "left")
		}
	}
	if l.Told != "" {
		r.send(m, live.FromHouse{Leave: &live.Leave{Room: r.place.Room, Reason: l.Told}})
	}
	r.members = slices.DeleteFunc(r.members, func(o *member) bool { return o == m })
	r.part(m)
	if m.told {
		r.record(live.Change{Left: &live.Left{Member: m.ID, Reason: l.Reason}})
	}
	r.guests.left(m.Guest, l)
	if len(r.members) == 0 {
		r.empty = now
	}
}

// tellOf records a member as it is now, where the others are to know of it.
func (r *Room) tellOf(m *member) {
	if !r.shown(m) {
		if m.told {
			r.record(live.Change{Left: &live.Left{Member: m.ID, Reason: "left"}})
		}
		m.told = false
		return
	}
	m.told = true
	view := m.Member
	r.record(live.Change{Member: &view})
}

// record numbers a change, keeps it, and sends it to everyone here.
func (r *Room) record(c live.Change) {
	r.n++
	c.Room, c.N = r.place.Room, r.n
	if len(r.memory) == remember {
		r.memory = slices.Delete(r.memory, 0, 1)
	}
	r.memory = append(r.memory, c)
	text := r.write(live.FromHouse{Change: &c})
	for _, m := range r.members {
		if m.socket != "" {
			r.post(Post{Socket: m.socket, Text: text})
		}
	}
}

func (r *Room) snapshot() *live.Snapshot {
	s := &live.Snapshot{
		Room: r.place.Room, Epoch: r.epoch, N: r.n,
		Members: make([]live.Member, 0, len(r.members)), Shares: slices.Clone(r.shares), Ended: slices.Clone(r.ends),
	}
	if s.Shares == nil {
		s.Shares = []live.Share{}
	}
	if r.place.Room.Kind() == live.OfPatient { // in a visit nobody learns a record's name
		s.Patient, s.Name = r.place.Patient, r.place.Name
	}
	for _, m := range r.members {
		if m.told {
			s.Members = append(s.Members, m.Member)
		}
	}
	return s
}

func (r *Room) send(m *member, msg live.FromHouse) {
	if m.socket != "" {
		r.post(Post{Socket: m.socket, Text: r.write(msg)})
	}
}

func (r *Room) refuse(socket SocketID, why live.Refused) {
	r.post(Post{Socket: socket, Text: r.write(live.FromHouse{Refused: &why}), Close: closePolicy})
}

func (r *Room) at(socket SocketID) *member {
	for _, m := range r.members {
		if m.socket == socket && socket != "" {
			return m
		}
	}
	return nil
}

func (r *Room) find(id live.MemberID) *member {
	for _, m := range r.members {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// forget drops the mail that has long arrived.
func (m *member) forget(now time.Time) {
	for len(m.mail) > 0 && (!now.Before(m.mail[0].until) || m.weight > mailSize) {
		m.weight -= len(m.mail[0].text)
		m.mail = m.mail[1:]
	}
}

// write encodes a message of ours. One that does not pass our own check would be refused by every page, so it is our
// mistake: it is logged, and the pages see a hole instead of nonsense.
func (r *Room) write(m live.FromHouse) []byte {
	text, err := m.Encode()
	if err != nil {
		r.log.Error("a room wrote what no page would read", "room", r.place.Room, "error", err)
	}
	return text
}
