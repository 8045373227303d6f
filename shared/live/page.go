package live

import (
	"time"

	"hearth/shared/care"
)

// The page's patience.
const (
	welcomeWithin = 7 * time.Second // from opening a socket to Welcome
	pingEvery     = 8 * time.Second
	pongWithin    = 3 * time.Second
	lateTick      = time.Second // a Tick later than this finds answers still queued behind it
	resyncWithin  = 5 * time.Second
	settled       = 5 * time.Second // online this long, a connection counts as good
	slowest       = 4 * time.Second // the longest wait between attempts, before jitter: a stream may be waiting for the house
	maxResume     = 400             // rooms a Hello resumes: what fits into MaxMessage
)

// MaxWants is how many commands may wait for their replies. The house remembers as many replies per page, so that none
// of them is done twice.
const MaxWants = 512

// PageOptions name a page and give it its dice.
type PageOptions struct {
	Member MemberID
	Portal Portal
	Build  string
	Random func() float64 // 0 ≤ x < 1
}

// Page is the page's side of the live socket as a machine without a socket and without a clock: each method takes what
// happened and when, and returns what is to be done. It belongs to one goroutine. Sockets are numbered, and what an old
// one still says is ignored.
type Page struct {
	o    PageOptions
	link Link
	me   PersonView

	socket   int  // the number of the socket at hand; 0 = none
	open     bool // it is open, Hello has been sent
	last     int  // the last number given
	attempts int  // since the last good connection
	update   string

	welcomeBy time.Time
	retryAt   time.Time
	onlineAt  time.Time
	pings     pings

	rooms     map[RoomID]*standing
	announced map[RoomID][]Sensor
	seats     map[RoomID]Seat // told last
	wants     []Command       // in the order wanted, until replied

	do Do // being gathered
}

// standing is a room the page stands in.
type standing struct {
	view   RoomView
	seen   uint64    // N of the last Signalled
	resync time.Time // when a snapshot was asked for; zero = not
}

// NewPage makes a page that has not opened anything yet: call Start.
func NewPage(o PageOptions) *Page {
	return &Page{o: o, link: Link{State: Waiting}, rooms: map[RoomID]*standing{}, announced: map[RoomID][]Sensor{}, seats: map[RoomID]Seat{}}
}

// Link says how the connection is.
func (p *Page) Link() Link { return p.link }

// Me is who the house says we are; zero until first welcomed.
func (p *Page) Me() PersonView { return p.me }

// Clock is what is known of the house's clock.
func (p *Page) Clock() Clock { return p.pings.clock() }

// Room returns a room the page stands in.
func (p *Page) Room(id RoomID) (RoomView, bool) {
	s, ok := p.rooms[id]
	if !ok {
		return RoomView{}, false
	}
	return s.view, true
}

// Rooms returns every room the page stands in.
func (p *Page) Rooms() map[RoomID]RoomView {
	all := make(map[RoomID]RoomView, len(p.rooms))
	for id, s := range p.rooms {
		all[id] = s.view
	}
	return all
}

// Now returns a Do that changes nothing and only says when to call Tick.
func (p *Page) Now() Do { return p.done() }

// Start opens the first socket, and the first after Leave: a page the browser brought back from its memory.
func (p *Page) Start(now time.Time) Do {
	if p.socket == 0 && p.link.State != TurnedAway {
		p.reopen(now)
	}
	return p.done()
}

// Opened says that socket n is open.
func (p *Page) Opened(now time.Time, n int) Do {
	if n == p.socket && !p.open {
		p.open = true
		p.send(FromPage{Hello: p.hello()})
	}
	return p.done()
}

func (p *Page) hello() *Hello {
	h := &Hello{Protocol: Protocol, Build: p.o.Build, Member: p.o.Member, Person: p.me.ID, Portal: p.o.Portal, Resume: map[RoomID]Resume{}, Visits: true}
	for id, s := range p.rooms {
		if len(h.Resume) == maxResume {
			break // the others come as snapshots
		}
		h.Resume[id] = Resume{Epoch: s.view.Epoch, N: s.view.N, Seen: s.seen}
	}
	return h
}

// Closed says that socket n broke, or could not be opened, with the close code of RFC 6455 section 7.4.
func (p *Page) Closed(now time.Time, n int, code int) Do {
	if n == p.socket && n != 0 {
		p.socket = 0
		p.retry(now, p.patience(now, code))
	}
	return p.done()
}

// Network says that the browser is online again or on another network: the socket at hand may be dead without knowing. What
// failed before says nothing about this network.
func (p *Page) Network(now time.Time) Do {
	if p.link.State != TurnedAway && p.link.State != Closed {
		p.attempts = 0
		p.reopen(now)
	}
	return p.done()
}

// Shown says that somebody looks at the page again, perhaps after a long sleep: better to know now than in 8 s.
func (p *Page) Shown(now time.Time) Do {
	switch {
	case p.link.State == Waiting:
		p.reopen(now)
	case p.link.State == Online && p.pings.by.IsZero():
		p.ping(now)
	}
	return p.done()
}

// Leave says goodbye and closes: the page is going away.
func (p *Page) Leave(now time.Time) Do {
	if p.link.State == Online {
		for id := range p.rooms { // once is enough: it speaks for the page
			p.send(FromPage{Command: &Command{ID: care.NewID[string](), Room: id, Goodbye: &Goodbye{}}})
			break
		}
	}
	p.hangUp()
	p.retryAt = time.Time{}
	if p.link.State != TurnedAway {
		p.state(now, Link{State: Closed})
	}
	return p.done()
}

// Tick says that time passed.
func (p *Page) Tick(now time.Time) Do {
	switch {
	case due(now, p.retryAt):
		p.reopen(now)
	case due(now, p.welcomeBy):
		p.hangUp()
		p.retry(now, p.patience(now, 1006))
	case p.pings.silent(now):
		p.reopen(now)
	}
	if p.link.State == Online {
		if due(now, p.pings.due()) {
			p.ping(now)
		}
		for id, s := range p.rooms {
			if !s.resync.IsZero() && due(now, s.resync.Add(resyncWithin)) {
				p.resync(now, id, s)
			}
		}
	}
	return p.done()
}

func due(now, at time.Time) bool { return !at.IsZero() && !now.Before(at) }

// reopen drops the socket at hand and opens another at once.
func (p *Page) reopen(now time.Time) {
	p.rest(now)
	p.hangUp()
	p.attempts++
	p.last++
	p.socket, p.open = p.last, false
	p.retryAt = time.Time{}
	p.welcomeBy = now.Add(welcomeWithin)
	p.do.Open = p.socket
	p.state(now, Link{State: Connecting, Code: p.link.Code})
}

func (p *Page) hangUp() {
	if p.socket != 0 {
		p.do.Close = true
	}
	p.socket, p.open = 0, false
	p.welcomeBy = time.Time{}
	p.pings.stop()
}

func (p *Page) retry(now time.Time, wait time.Duration) {
	p.socket, p.open = 0, false
	p.welcomeBy = time.Time{}
	p.pings.stop()
	p.retryAt = now.Add(wait)
	p.state(now, Link{State: Waiting, Code: p.link.Code, Retry: p.retryAt})
}

// patience says how long to wait before the next attempt: hardly at all when a good connection broke, some moments when
// the house restarts, so that not all pages come back at once, then longer each time.
func (p *Page) patience(now time.Time, code int) time.Duration {
	p.rest(now)
	said := code == 1001 || code == 1012
	if said && p.link.State == Online { // a house that says so works, however long it was out of reach before
		p.attempts = 0
	}
	spread := func(d time.Duration) time.Duration { return time.Duration(float64(d) * p.o.Random()) }
	switch n := time.Duration(p.attempts); {
	case n == 0 && said:
		return spread(2 * time.Second)
	case n == 0:
		return spread(250 * time.Millisecond)
	default:
		wait := slowest
		if n < 5 {
			wait = min(wait, 300*time.Millisecond*n*n)
		}
		return wait/2 + spread(wait)
	}
}

// rest forgets the failures before a good connection.
func (p *Page) rest(now time.Time) {
	if p.link.State == Online && now.Sub(p.onlineAt) >= settled {
		p.attempts = 0
	}
}

// state moves the link and says so.
func (p *Page) state(now time.Time, l Link) {
	if l.State != Online && l.Lost.IsZero() {
		l.Lost = p.link.Lost
		if p.link.State == Online {
			l.Lost = now
		}
	}
	if l == p.link {
		return
	}
	p.link = l
	p.tell(Event{Link: &l})
}

func (p *Page) tell(e Event) { p.do.Events = append(p.do.Events, e) }

// send writes to the socket at hand. A message of our own that is not well-formed was refused before it was wanted.
func (p *Page) send(m FromPage) {
	if text, err := m.Encode(); err == nil {
		p.do.Send = append(p.do.Send, text)
	}
}

// done hands over what has been gathered.
func (p *Page) done() Do {
	do := p.do
	p.do = Do{}
	for _, t := range []time.Time{p.retryAt, p.welcomeBy, p.pings.due(), p.pings.by} {
		do.Wait = sooner(do.Wait, t)
	}
	for _, s := range p.rooms {
		if !s.resync.IsZero() {
			do.Wait = sooner(do.Wait, s.resync.Add(resyncWithin))
		}
	}
	return do
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
