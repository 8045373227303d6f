package room

import (
	"slices"
	"time"

	"golang.org/x/time/rate"

	"hearth/shared/care"
	"hearth/shared/live"
)

// Bounds of a visit's rooms.
const (
	mostStanding = 4096                // pages at a desk or a door: all staff of a project, of whom nobody sees the others
	mostPages    = 2 * care.MostInCall // pages that sit in a call: some people bring a second device
	nudgeRate    = 4                   // a second in the long run, as fast as captions come
	nudgeBurst   = 20
)

// full says whether there is no place for one more page.
func (r *Room) full(e Enter) bool {
	if k := r.place.Room.Kind(); k == live.OfDesk || k == live.OfDoor && e.Guest == "" {
		return len(r.members) >= mostStanding
	}
	return r.visible() >= live.MaxMembers
}

// visible counts the pages the others know of.
func (r *Room) visible() (n int) {
	for _, m := range r.members {
		if m.told {
			n++
		}
	}
	return n
}

// shown says whether the others are to know of a page: at the desk nobody, at a door the one who waits, and of staff only
// who looks at them.
func (r *Room) shown(m *member) bool {
	switch r.place.Room.Kind() {
	case live.OfDesk:
		return false
	case live.OfDoor:
		return r.waits(m) || m.looks()
	}
	return true
}

// waits reports whether a page is of the guest whose door this is.
func (r *Room) waits(m *member) bool {
	return m.Guest != "" && r.place.Room == live.DoorRoom(m.Guest)
}

// looks reports whether a page of staff prepares a connection at a door.
func (m *member) looks() bool {
	return m.Guest == "" && m.Portal.Staff() && m.Seat != nil && m.Seat.Look
}

// in reports whether a page sits in the call.
func (m *member) in() bool { return m.Seat != nil && m.Seat.In }

// hear reports whether two pages may signal each other: at a door who waits with staff who look, in a visit any two who
// sit in the call, and nowhere else.
func (r *Room) hear(a, b *member) bool {
	switch r.place.Room.Kind() {
	case live.OfDoor:
		return r.waits(a) && b.looks() || r.waits(b) && a.looks()
	case live.OfVisit:
		return a != b && a.in() && b.in()
	}
	return false
}

// pass brings a signal to another page of the visit, and keeps it for a while as relay does.
func (r *Room) pass(now time.Time, m *member, s live.Signal) (code string) {
	if k := r.place.Room.Kind(); k != live.OfDoor && k != live.OfVisit {
		return live.CodeForbidden
	}
	to := r.find(s.To)
	if to == nil || !r.hear(m, to) {
		return live.CodeAway
	}
	r.mail(now, m, to, s)
	return ""
}

// sit gives a page the seat it tells. Who sits in takes the place of the own pages that are gone: one that was reloaded
// or crashed leaves an empty chair for nobody.
func (r *Room) sit(now time.Time, m *member, s live.Seat) (code string) {
	if code := r.seat(m, s); code != "" {
		return code
	}
	if m.Seat != nil && *m.Seat == s {
		return ""
	}
	sat := m.in()
	m.Seat = &s
	if s.In && !sat {
		for _, o := range slices.Clone(r.members) {
			if o != m && o.in() && o.socket == "" && o.Person.ID == m.Person.ID {
				r.remove(now, o, Leaving{Reason: "left"})
			}
		}
	}
	if sat && !s.In {
		r.guests.hungUp(m.Guest)
	}
	r.tellOf(m)
	for _, o := range r.members {
		if !r.hear(m, o) {
			o.drop(func(l letter) bool { return l.share == "" && l.from == m.ID })
			m.drop(func(l letter) bool { return l.share == "" && l.from == o.ID })
		}
	}
	return ""
}

// seat says why a page may not sit so.
func (r *Room) seat(m *member, s live.Seat) (code string) {
	word := s.Spotlight != "" || s.Closing != 0 || s.At != 0
	switch r.place.Room.Kind() {
	case live.OfVisit:
		switch {
		case s.Look || word && !m.Portal.Staff():
			return live.CodeForbidden
		case s.In && !m.in() && !r.seats(m):
			return live.CodeTooMany
		}
		return ""
	case live.OfDoor:
		switch {
		case s.In || word || s.Look && (m.Guest != "" || !m.Portal.Staff()):
			return live.CodeForbidden
		case s.Look && !m.told && r.visible() >= live.MaxMembers:
			return live.CodeTooMany
		}
		return ""
	}
	return live.CodeForbidden
}

// seats reports whether one more may sit in: people count, and a page of somebody who sits there is no other person.
func (r *Room) seats(m *member) bool {
	people, pages := map[care.PersonID]bool{m.Person.ID: true}, 1
	for _, o := range r.members {
		if o.in() && (o.Person.ID != m.Person.ID || o.socket != "") {
			people[o.Person.ID] = true
			pages++
		}
	}
	return len(people) <= care.MostInCall && pages <= mostPages
}

// nudge carries what one page asks of another, or of all. Who is away misses it.
func (r *Room) nudge(now time.Time, m *member, n live.Nudge) (code string) {
	if r.place.Room.Kind() != live.OfVisit || !m.in() || live.OfStaff(n.What) && !m.Portal.Staff() {
		return live.CodeForbidden
	}
	if m.nudges == nil {
		m.nudges = rate.NewLimiter(nudgeRate, nudgeBurst)
	}
	to := r.find(n.To)
	switch {
	case n.To != "" && (to == nil || to == m || !to.in()):
		return live.CodeAway
	case !m.nudges.AllowN(now, 1):
		return live.CodeTooMany
	}
	text := r.write(live.FromHouse{Nudge: &live.Nudged{Room: r.place.Room, From: m.ID, What: n.What, Text: n.Text}})
	for _, o := range r.members {
		if o != m && o.in() && o.socket != "" && (to == nil || o == to) {
			r.post(Post{Socket: o.socket, Text: text})
		}
	}
	return ""
}

// caption shows everybody in the call what a service made of what is said; it is kept nowhere.
func (r *Room) caption(n live.Nudged) {
	if r.place.Room.Kind() != live.OfVisit || r.place.Room != n.Room {
		return
	}
	text := r.write(live.FromHouse{Nudge: &n})
	for _, m := range r.members {
		if m.in() && m.socket != "" {
			r.post(Post{Socket: m.socket, Text: text})
		}
	}
}

// part forgets what a page that leaves has said to others of the visit.
func (r *Room) part(m *member) {
	for _, o := range r.members {
		o.drop(func(l letter) bool { return l.share == "" && l.from == m.ID })
	}
}

// drop takes letters out of a page's mail.
func (m *member) drop(which func(letter) bool) {
	m.mail = slices.DeleteFunc(m.mail, func(l letter) bool {
		if !which(l) {
			return false
		}
		m.weight -= len(l.text)
		return true
	})
}
