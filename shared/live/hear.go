package live

import (
	"errors"
	"maps"
	"slices"
	"time"

	"hearth/shared/care"
)

// Message says that socket n brought text. What cannot be read is left out: if it was a change, the hole shows.
func (p *Page) Message(now time.Time, n int, text []byte) Do {
	if n != p.socket || n == 0 {
		return p.done()
	}
	m, err := DecodeHouse(text)
	if err != nil {
		return p.done()
	}
	p.pings.heard()
	switch {
	case m.Refused != nil:
		p.refused(now, *m.Refused)
	case m.Welcome != nil:
		p.welcome(now, *m.Welcome)
	case m.Pong != nil:
		p.pings.pong(now, *m.Pong)
	case p.link.State != Online: // the house greets first
	case m.Enter != nil:
		p.enter(*m.Enter)
	case m.Leave != nil:
		p.leave(*m.Leave)
	case m.Change != nil:
		p.change(now, *m.Change)
	case m.Reply != nil:
		p.reply(*m.Reply)
	case m.Signal != nil:
		p.signal(now, *m.Signal)
	case m.Nudge != nil:
		p.nudged(*m.Nudge)
	}
	return p.done()
}

func (p *Page) refused(now time.Time, r Refused) {
	p.hangUp()
	if r.Final {
		p.turnedAway(now, r.Code)
		return
	}
	wait := max(time.Duration(r.Wait)*time.Millisecond, time.Second)
	p.link.Code = r.Code
	p.retry(now, wait+time.Duration(float64(wait)*p.o.Random()/2))
}

// turnedAway ends the page's standing for good. The house has ended its shares already and will never tell this page,
// so they end here too: nothing flows on that nobody can see or withdraw. Only another version of the protocol takes
// nothing away from anybody; a page that measures goes on then.
func (p *Page) turnedAway(now time.Time, code string) {
	p.retryAt, p.welcomeBy = time.Time{}, time.Time{}
	p.state(now, Link{State: TurnedAway, Code: code})
	for len(p.wants) > 0 {
		p.reply(Reply{ID: p.wants[0].ID, Code: code})
	}
	if code == CodeVersion {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(p.rooms)) {
		p.leave(Leave{Room: id, Reason: "signed-out"})
	}
}

func (p *Page) welcome(now time.Time, w Welcome) {
	if p.me.ID != "" && p.me.ID != w.Person.ID {
		// A browser holds several accounts. A page that belonged to one never goes on as another: what it shows and
		// sends would be taken for the other's.
		p.hangUp()
		p.turnedAway(now, CodeSignedOut)
		return
	}
	p.me, p.onlineAt, p.welcomeBy = w.Person, now, time.Time{}
	p.state(now, Link{State: Online})
	if w.Build != "" && w.Build != p.o.Build && w.Build != p.update {
		p.update = w.Build
		p.tell(Event{Update: &Update{Build: w.Build}})
	}
	for id := range p.rooms {
		if !slices.Contains(w.Rooms, id) {
			p.leave(Leave{Room: id})
		}
	}
	p.ping(now)
	for _, s := range p.rooms {
		s.resync = time.Time{}
	}
	for _, c := range slices.Clone(p.wants) {
		if slices.Contains(w.Rooms, c.Room) {
			p.send(FromPage{Command: &c})
		} else {
			p.reply(Reply{ID: c.ID, Code: CodeNoRoom})
		}
	}
}

func (p *Page) ping(now time.Time) { p.send(FromPage{Ping: &Ping{T0: p.pings.ask(now)}}) }

// enter takes a snapshot. Shares it no longer has are over.
func (p *Page) enter(s Snapshot) {
	before, known := p.rooms[s.Room]
	ends := s.Ended
	s.Ended = nil // told below, and no part of how the room is now
	now := &standing{view: RoomView{s}}
	p.rooms[s.Room] = now
	if known {
		again := before.view.Epoch == s.Epoch
		if again {
			now.seen = before.seen
		}
		for _, share := range before.view.Shares {
			switch _, still := now.view.Share(share.ID); {
			case still:
			case again:
				p.over(s.Room, share, now.view.why(share, ends))
			default:
				p.over(s.Room, share, Restarted)
			}
		}
	}
	p.astray(s.Room)
	entered := now.view // as it was then: whoever hears of it may read on while the room changes
	p.tell(Event{Entered: &entered})
	p.mend(s.Room)
}

func (p *Page) leave(l Leave) {
	s, ok := p.rooms[l.Room]
	if !ok {
		return
	}
	reason := "withdrawn" // the house lets us stand here no more
	if l.Reason == "signed-out" {
		reason = "left"
	}
	for _, share := range s.view.Shares {
		p.over(l.Room, share, reason)
	}
	delete(p.rooms, l.Room)
	delete(p.announced, l.Room)
	delete(p.seats, l.Room)
	for _, c := range slices.Clone(p.wants) {
		if c.Room == l.Room {
			p.reply(Reply{ID: c.ID, Code: CodeNoRoom})
		}
	}
	p.tell(Event{Left: &l})
}

func (p *Page) change(now time.Time, c Change) {
	s, ok := p.rooms[c.Room]
	if !ok || c.N <= s.view.N {
		return
	}
	view, err := s.view.With(c)
	if errors.Is(err, ErrHole) {
		if s.resync.IsZero() {
			p.resync(now, c.Room, s)
		}
		return
	}
	before := s.view
	s.view = view
	p.tell(Event{Changed: &Changed{Room: view, Change: c}})
	if c.Ended != nil {
		if share, was := before.Share(c.Ended.Share); was {
			p.over(c.Room, share, c.Ended.Reason)
		}
	}
	if c.Left != nil {
		p.astray(c.Room)
	}
	if c.Member != nil && c.Member.ID == p.o.Member {
		p.mend(c.Room)
	}
}

func (p *Page) resync(now time.Time, id RoomID, s *standing) {
	s.resync = now
	p.send(FromPage{Resync: &Resync{Room: id, Seen: s.seen}})
}

// over ends a share here, and drops the signals still waiting for it.
func (p *Page) over(room RoomID, share Share, reason string) {
	for _, c := range slices.Clone(p.wants) {
		if c.Signal != nil && c.Signal.Share == share.ID {
			p.reply(Reply{ID: c.ID, Code: CodeNoShare})
		}
	}
	p.tell(Event{Ended: &ShareOver{Room: room, Share: share, Reason: reason}})
}

// astray drops the signals still waiting for pages that are not in the room.
func (p *Page) astray(room RoomID) {
	for _, c := range slices.Clone(p.wants) {
		if c.Room != room || c.Signal == nil || c.Signal.To == "" {
			continue
		}
		if _, there := p.rooms[room].view.Member(c.Signal.To); !there {
			p.reply(Reply{ID: c.ID, Code: CodeAway})
		}
	}
}

// nudged passes on what another page asks for. One we do not know asks for nothing; what a service made is the house's word.
func (p *Page) nudged(n Nudged) {
	if r, ok := p.rooms[n.Room]; ok {
		if _, known := r.view.Member(n.From); known || n.Made != nil {
			p.tell(Event{Nudge: &n})
		}
	}
}

// signal passes on a signal of a share, or of a page of the same visit. One of a share or a page we do not know shows a
// hole as a number does, for the house sends none before the share or the page is there or after its end. While a snapshot
// is awaited signals are left alone: they come again after it.
func (p *Page) signal(now time.Time, s Signalled) {
	r, ok := p.rooms[s.Room]
	if !ok || s.N <= r.seen || !r.resync.IsZero() {
		return
	}
	_, known := r.view.Share(s.Share)
	if s.Share == "" {
		_, known = r.view.Member(s.From)
	}
	if !known {
		p.resync(now, s.Room, r)
		return
	}
	r.seen = s.N
	p.tell(Event{Signal: &s})
}

// reply settles a command. One that is answered twice was sent twice and done once.
func (p *Page) reply(r Reply) {
	i := slices.IndexFunc(p.wants, func(c Command) bool { return c.ID == r.ID })
	if i < 0 {
		return
	}
	c := p.wants[i]
	p.wants = slices.Delete(p.wants, i, i+1)
	if c.Announce != nil && r.Code != "" && r.Code != CodeNoRoom { // told again it would be refused again
		delete(p.announced, c.Room)
	}
	if c.Sit != nil && r.Code != "" && r.Code != CodeNoRoom {
		delete(p.seats, c.Room)
	}
	p.tell(Event{Reply: &r})
}

// mend announces and sits again when the room does not show the sensors last announced or the seat last told: the house
// was restarted, or had given this page up.
func (p *Page) mend(room RoomID) {
	p.sitAgain(room)
	want, ok := p.announced[room]
	me, here := p.rooms[room].view.Member(p.o.Member)
	waiting := slices.ContainsFunc(p.wants, func(c Command) bool { return c.Room == room && c.Announce != nil })
	if !ok || !here || waiting || slices.Equal(want, me.Sensors) {
		return
	}
	p.want(Command{ID: care.NewID[string](), Room: room, Announce: &Announce{Sensors: want}})
}

// sitAgain tells the seat again. Where a page of staff looks at no door the room does not show it at all.
func (p *Page) sitAgain(room RoomID) {
	want, ok := p.seats[room]
	me, _ := p.rooms[room].view.Member(p.o.Member)
	waiting := slices.ContainsFunc(p.wants, func(c Command) bool { return c.Room == room && c.Sit != nil })
	if !ok || waiting || me.Seat != nil && *me.Seat == want || me.Seat == nil && want == (Seat{}) {
		return
	}
	p.want(Command{ID: care.NewID[string](), Room: room, Sit: &want})
}
