package call

import (
	"time"

	"hearth/app/remote"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// hear takes what happens on the live socket. The view is taken along: it is never older than the event.
func (c *Call) hear(e live.Event) {
	v := c.o.Live.View()
	c.post(func(now time.Time) {
		c.outOrIn(e)
		c.look(v, now)
		switch {
		case e.Signal != nil && e.Signal.Share == "":
			if p := c.k.pairs[e.Signal.From]; p != nil {
				p.peer.Signal(e.Signal.Body)
			}
		case e.Nudge != nil && e.Nudge.Room == c.visit && c.o.OnNudge != nil:
			c.o.OnNudge(*e.Nudge)
		case e.Changed != nil && e.Changed.Change.Left != nil && e.Changed.Room.Room == c.visit:
			c.parted(*e.Changed.Change.Left)
		case e.Reply != nil && e.Reply.ID == c.k.told[c.visit].command && e.Reply.Code != "":
			c.refused(e.Reply.Code, now)
		}
	})
}

// outOrIn notes whether the house took us out of the visit, before anybody looks who is to be connected.
func (c *Call) outOrIn(e live.Event) {
	switch {
	case e.Left != nil && e.Left.Room == c.visit:
		c.k.out = e.Left.Reason
	case e.Entered != nil && e.Entered.Room == c.visit:
		c.k.out = ""
		for _, p := range c.k.pairs { // of a room that began anew nobody knows what was said before
			if p.lost {
				p.lost, p.missing = false, time.Time{}
			}
		}
	}
}

// parted lets go of who left the visit. Who is merely lost is waited for, and the room says it again should they be put out
// meanwhile: a connection that works needs no socket.
func (c *Call) parted(l live.Left) {
	p := c.k.pairs[l.Member]
	switch {
	case p == nil || !p.sat:
	case l.Reason == "lost":
		p.lost = true
	default:
		c.drop(l.Member)
	}
}

// refused takes no for an answer: the call is full, or we have no business there.
func (c *Call) refused(code string, now time.Time) {
	if code == live.CodeTooMany { // somebody may leave
		c.k.full = now
		delete(c.k.told, c.visit)
	}
	c.k.dirty = true
}

func (c *Call) look(v remote.View, now time.Time) {
	c.k.view = v
	c.follow(now)
}

// follow brings seats and connections to what the rooms show now.
func (c *Call) follow(now time.Time) {
	c.k.dirty = true
	_, c.k.inside = c.k.view.Rooms[c.visit]
	if me, _ := c.room().Member(c.me); in(me) {
		c.k.full = time.Time{}
	}
	c.sees()
	c.k.second = c.room().Second(c.me) || c.elder()
	c.tell(now)
	wanted := c.wanted()
	stands := len(c.rooms()) > 0
	for id, p := range c.k.pairs {
		switch room, want := wanted[id]; {
		case want:
			c.enter(p, room)
			p.missing, p.lost = time.Time{}, false
		case c.k.out != "", c.hungUp(p):
			c.drop(id) // we are out, or one of us is
			continue
		case p.missing.IsZero(), p.lost && p.view.State == rtc.StateConnected:
			p.missing = now
		case !stands && now.Sub(p.missing) >= patienceMove, now.Sub(p.missing) >= p.patience(): // from the door to the visit rooms tell us in any order
			c.drop(id)
			continue
		}
		p.signalling(c.reaches(p, wanted[id]))
	}
	for id, room := range wanted {
		if c.k.pairs[id] == nil {
			c.meet(id, room)
			c.k.pairs[id].signalling(c.reaches(c.k.pairs[id], room))
		}
	}
	c.serve(now)
}

// wanted is whom we are to be connected with, and in which room signals to them go.
func (c *Call) wanted() map[live.MemberID]live.RoomID {
	all := map[live.MemberID]live.RoomID{}
	for _, id := range c.rooms() {
		v := c.k.view.Rooms[id]
		me, _ := v.Member(c.me)
		for _, m := range v.Members {
			if _, already := all[m.ID]; already || m.ID == c.me {
				continue
			}
			switch {
			case id == c.visit:
				if c.k.join && in(me) && in(m) {
					all[m.ID] = id
				}
			case id == c.door:
				if m.Seat != nil && m.Seat.Look {
					all[m.ID] = id
				}
			case m.Guest != "" && live.DoorRoom(m.Guest) == id && me.Seat != nil && me.Seat.Look:
				all[m.ID] = id
			}
		}
	}
	return all
}

func in(m live.Member) bool { return m.Seat != nil && m.Seat.In }

// hungUp reports whether one of the two left the call on purpose: their seat says so, or ours does. A page that has not told
// its seat yet, because it just came or the house began anew, has not.
func (c *Call) hungUp(p *pair) bool {
	if p.sat && !c.k.join {
		return true
	}
	m, there := c.room().Member(p.member)
	return there && p.sat && m.Seat != nil && !m.Seat.In
}

// reaches reports whether signals get through to a page: both sockets are there, and the house relays between the two.
func (c *Call) reaches(p *pair, room live.RoomID) bool {
	if room == "" || c.k.view.Link.State != live.Online {
		return false
	}
	m, there := c.k.view.Rooms[room].Member(p.member)
	return there && m.State == live.Here
}

// serve gives every connection what it is to have: tracks only where both sit in the call.
func (c *Call) serve(now time.Time) {
	for _, p := range c.k.pairs {
		before := p.lit()
		for name, l := range c.k.lines {
			t := l.track
			if l.muted || !p.sat || name == rtc.LineAudio && (c.k.second || c.own(p)) {
				t = nil
			}
			p.put(name, t)
		}
		switch lit := p.lit(); {
		case before == 0 && lit > 0:
			p.ladder.Begin()
		case lit > before:
			p.ladder.Add()
		}
		p.part = c.part(p, now)
		p.shape(c.k.captured)
	}
}

// light is who is seen large where not everybody is: whom staff chose, else the first of staff, else the first.
func (c *Call) light(seated []live.Member) live.MemberID {
	if id := c.room().Spotlight(); id != "" {
		return id
	}
	for _, m := range seated {
		if m.Portal.Staff() {
			return m.ID
		}
	}
	if len(seated) > 0 {
		return seated[0].ID
	}
	return ""
}

// telling is a seat as it was told last.
type telling struct {
	seat    live.Seat
	epoch   string
	command string
	at      time.Time
}

// How often a seat is told for what changes by itself.
const (
	seatAgain = 3 * time.Second
	fullAgain = 10 * time.Second
)

// tell tells our seats. Live tells them again by itself after every drop; what is left here is to notice a room entered anew.
func (c *Call) tell(now time.Time) {
	for id := range c.k.told {
		if _, in := c.k.view.Rooms[id]; !in {
			delete(c.k.told, id)
		}
	}
	if c.k.inside && (c.k.full.IsZero() || now.Sub(c.k.full) >= fullAgain) {
		s := c.mine(now)
		was, told := c.k.told[c.visit]
		calm, calmWas := s, was.seat
		calm.Thin, calm.Quality, calmWas.Thin, calmWas.Quality = false, 0, false, 0
		switch {
		case !told && !s.In: // nothing to say before we sit
		case !told, calm != calmWas, s != was.seat && now.Sub(was.at) >= seatAgain:
			c.k.told[c.visit] = telling{seat: s, at: now, command: c.o.Live.Sit(c.visit, s)}
		}
	}
	for g, look := range c.k.looks {
		id := live.DoorRoom(g)
		if _, in := c.k.view.Rooms[id]; !in {
			continue
		}
		s := live.Seat{Look: look}
		if was, told := c.k.told[id]; told && was.seat == s || !told && !look {
			continue
		}
		c.k.told[id] = telling{seat: s, at: now, command: c.o.Live.Sit(id, s)}
	}
}

// mine is our seat as everything makes it.
func (c *Call) mine(now time.Time) live.Seat {
	if !c.k.join {
		return live.Seat{}
	}
	s := c.k.seat
	s.In = true
	sends := func(line string) bool { l := c.k.lines[line]; return l.track != nil && !l.muted }
	s.Mic, s.Camera, s.Screen = sends(rtc.LineAudio) && !c.k.second, sends(rtc.LineCamera), sends(rtc.LineScreen)
	if !c.o.Staff {
		s.Spotlight, s.Closing, s.At = "", 0, 0
	}
	worst := VeryGood
	for _, p := range c.k.pairs {
		if !p.sat {
			continue
		}
		s.Thin = s.Thin || p.paused()
		if p.word != Unheard {
			worst = min(worst, p.said(now))
			s.Quality = int(worst)
		}
	}
	return s
}
