package call

import (
	"sort"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// State is all a page shows of a call. It is a value nobody changes any more.
type State struct {
	Link      live.Link
	Inside    bool          // this page was let in
	In        bool          // and sits in the call
	Full      bool          // there is no place in it
	Thin      bool          // our line is so thin, to everybody, that what goes should go in few long packets, see Sound
	Second    bool          // another page of the same person is heard, and this one is to be silent; see Call.Use
	Out       string        // why the page is no more in the visit, as live.Leave says; "" it is, or never was
	Seat      live.Seat     // ours, as told
	Spotlight live.MemberID // "": nobody
	Closing   care.Stamp    // the visit ends then, house clock; 0: not
	Light     live.MemberID // who is seen large where not everybody is; "" everybody is
	People    []Person      // the others, in the order of their ids; who waits at a door we look at, too
}

// Person is another page.
type Person struct {
	Member live.MemberID
	Person live.PersonView
	Guest  care.GuestID
	Staff  bool
	Own    bool // another page of this person: no sound is exchanged with it
	Seat   live.Seat
	AtDoor bool // waits; the connection is being prepared and nothing flows

	Presence live.MemberState // of its socket; "" where the house does not know it at the moment, and it is waited for
	Until    time.Time        // it is waited for until then; zero: it is there, or its connection is
	Conn     rtc.View
	Word     Word
	Why      string // what spoils the connection most: "loss", "delay", "narrow", "relay", or ""
	Phrase   string // both hear each other say; "": not yet
	Trouble  Side
	Level    Level // of the picture we send them
	Paused   bool  // they send us no picture for want of a line
	Dark     bool  // their camera is on, and its picture has not come for some seconds
	Talks    bool  // their sound was more than silence in the last second
	Tracks   map[string]rtc.Track
}

// talks is how loud a voice is at least, of a microphone's whole range.
const talks = 0.02

// show gathers what is to be shown and hands it on.
func (c *Call) show() {
	now := c.o.Now()
	v := c.room()
	me, _ := v.Member(c.me)
	s := State{Link: c.k.view.Link, Inside: c.k.inside, In: in(me) && c.k.join, Full: !c.k.full.IsZero(), Second: c.k.second, Out: c.k.out,
		Seat: c.k.told[c.visit].seat, Spotlight: v.Spotlight(), Closing: v.Closing()}
	seated := v.Seated()
	if len(seated) > care.MostMesh {
		s.Light = c.light(seated)
	}
	met := map[live.MemberID]bool{c.me: true}
	for _, id := range c.rooms() {
		for _, m := range c.k.view.Rooms[id].Members {
			door := id.Kind() == live.OfDoor
			if met[m.ID] || door && m.Guest == "" && !(m.Seat != nil && m.Seat.Look) || !door && !in(m) && c.k.pairs[m.ID] == nil {
				continue
			}
			met[m.ID] = true
			s.People = append(s.People, c.person(m, door, now))
		}
	}
	for id, p := range c.k.pairs {
		if !met[id] {
			s.People = append(s.People, c.person(live.Member{ID: id, Person: p.who, Guest: p.guest}, !p.sat, now))
		}
	}
	s.Thin = c.thin()
	sort.Slice(s.People, func(a, b int) bool { return s.People[a].Member < s.People[b].Member })
	c.mu.Lock()
	c.shown = s
	c.mu.Unlock()
	if c.o.OnState != nil {
		c.o.OnState(s)
	}
}

// thin reports whether our own line is: sound goes to all there are in long packets.
func (c *Call) thin() bool {
	some := false
	for _, p := range c.k.pairs {
		if !p.sat || p.view.State != rtc.StateConnected {
			continue
		}
		if some = true; !p.ladder.Level().thin() {
			return false
		}
	}
	return some
}

func (c *Call) person(m live.Member, door bool, now time.Time) Person {
	a := Person{Member: m.ID, Person: m.Person, Guest: m.Guest, Staff: m.Portal.Staff(), AtDoor: door, Presence: m.State}
	if m.Seat != nil {
		a.Seat = *m.Seat
	}
	if m.State == live.Reconnecting {
		a.Until = m.Since.Time().Add(Grace - c.k.view.Clock.Offset)
	}
	p := c.k.pairs[m.ID]
	if p == nil {
		return a
	}
	if m.State != "" {
		p.who, p.guest = m.Person, m.Guest
	}
	if !p.missing.IsZero() {
		a.Presence, a.Until = "", p.missing.Add(p.patience())
	}
	if p.lost && p.view.State == rtc.StateConnected {
		a.Until = time.Time{} // nobody counts
	}
	a.Own, a.Paused = c.own(p), p.alive.thin(now)
	a.Conn, a.Word, a.Why, a.Phrase, a.Level = p.view, p.said(now), p.why(now), p.phrase, p.ladder.Level()
	if p.sat {
		a.Talks = p.stats.Line(rtc.LineAudio).In.Level >= talks
		a.Dark = !p.dark.IsZero() && now.Sub(p.dark) >= darkAfter
		a.Trouble = p.alive.side(c.means(p), now)
		a.Tracks = map[string]rtc.Track{}
		for line, t := range p.tracks {
			a.Tracks[line] = t
		}
	}
	return a
}

// said is a connection's word as people are told it. What is left of a thin line once the pictures are gone may be very good,
// and whoever sees no picture would not believe it.
func (p *pair) said(now time.Time) Word {
	switch {
	case p.paused() || p.alive.thin(now):
		return min(p.word, Fair)
	case p.pictures() && p.ladder.Level() >= 4:
		return min(p.word, Good)
	}
	return p.word
}

// why names what spoils a connection most.
func (p *pair) why(now time.Time) string {
	one := read(p.stats)
	switch {
	case p.word == Unheard || p.said(now) >= Good:
		return ""
	case one.loss >= 0.03:
		return "loss"
	case one.roundTrip+2*one.jitter >= 300*time.Millisecond:
		return "delay"
	case p.ladder.Level() >= 4 || p.alive.thin(now):
		return "narrow"
	case p.view.Way != rtc.WayDirect && p.view.Way != rtc.WayUnknown:
		return "relay"
	}
	return ""
}
