package room

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// longestAbsence is how long somebody who is put out while their socket is away is still looked for: the connections of a call
// outlive its sockets.
const longestAbsence = 12 * time.Hour

// absentee is a page whose socket is gone: who it was, and where it stood. The rooms wait for it for a while, and other pages
// for as long as its connections last, so whatever is said of its person is said of it too.
type absentee struct {
	who    Who
	portal live.Portal
	member live.MemberID
	places []Place
	since  time.Time
}

// miss notes that a socket is gone.
func (h *Hub) miss(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.c.Now()
	if now.Sub(h.swept) >= time.Minute {
		h.swept = now
		for id, a := range h.absent {
			if now.Sub(a.since) >= longestAbsence {
				delete(h.absent, id)
			}
		}
	}
	a := &absentee{who: c.who, portal: c.portal, member: c.member, since: now}
	for _, p := range c.rooms {
		if p.Room.Kind() != live.OfDesk { // no connection hangs on it
			a.places = append(a.places, p)
		}
	}
	if was := h.absent[c.member]; len(a.places) == 0 || was != nil && was.who.Person.ID != a.who.Person.ID {
		return // a page names itself, and must not hide another
	}
	h.absent[c.member] = a
	h.crowd(a.who.Person.ID)
}

// mostAbsent is how many pages are remembered of one person: a page is another one each time it is loaded. mostAway is how many of
// everybody: at an open door each caller is somebody else.
const mostAbsent, mostAway = 16, 4096

// crowd forgets the page of a person that is away for longest, when there are too many, and the one that is of everybody's. The
// caller holds mu.
func (h *Hub) crowd(person care.PersonID) {
	n, theirs, oldest := 0, (*absentee)(nil), (*absentee)(nil)
	earlier := func(a, b *absentee) bool { return b == nil || a.since.Before(b.since) }
	for _, a := range h.absent {
		if earlier(a, oldest) {
			oldest = a
		}
		if a.who.Person.ID != person {
			continue
		}
		if n++; earlier(a, theirs) {
			theirs = a
		}
	}
	if n > mostAbsent {
		delete(h.absent, theirs.member)
	}
	if len(h.absent) > mostAway {
		delete(h.absent, oldest.member)
	}
}

// found notes that a page is back, and takes it out of the rooms it stood in and may stand in no more.
func (h *Hub) found(ctx context.Context, c *conn, places []Place) {
	h.mu.Lock()
	a := h.absent[c.member]
	if a != nil && a.who.Person.ID == c.who.Person.ID {
		delete(h.absent, c.member)
	} else {
		a = nil
	}
	h.mu.Unlock()
	if a != nil {
		a.leave(ctx, h, places, "left")
	}
}

// leave takes a page that is not there out of all rooms but these.
func (a *absentee) leave(ctx context.Context, h *Hub, but []Place, reason string) {
	for _, p := range a.places {
		if !slices.ContainsFunc(but, func(o Place) bool { return o.Room == p.Room }) {
			h.do(ctx, Act{Place: p, Expel: &Expelled{Member: a.member, Reason: reason}})
		}
	}
}

// heedAbsent does what a notice says for the pages whose sockets are gone. Of those that are alike the house is asked once.
func (h *Hub) heedAbsent(ctx context.Context, n Notice) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, pages := range h.absentees(n) {
		all.Go(func() {
			one, places, reason := pages[0], []Place(nil), "signed-out"
			if n.Withdraw == "" && n.SignedOut == "" && n.Everywhere == nil && !(n.Look && one.signedOut(ctx)) {
				found, err := h.places(ctx, one.who, one.portal)
				if err != nil { // a house that cannot look ends nobody's call; the next notice looks again, and so does who comes back
					return
				}
				places, reason = found, "left"
			}
			for _, a := range pages {
				a.leave(ctx, h, places, reason)
				h.stays(a, places)
			}
		})
	}
}

// stays remembers of a page that is away those rooms alone it may still come back to.
func (h *Hub) stays(a *absentee, places []Place) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.absent[a.member] != a {
		return
	}
	left := *a
	left.places = slices.DeleteFunc(slices.Clone(a.places), func(p Place) bool {
		return !slices.ContainsFunc(places, func(o Place) bool { return o.Room == p.Room })
	})
	h.absent[a.member] = &left
	if len(left.places) == 0 {
		delete(h.absent, a.member)
	}
}

// likeness is what pages have in common of which the house says the same.
type likeness struct {
	person  care.PersonID
	session string
	guest   care.GuestID
	portal  live.Portal
	roles   string // as they were when the socket was opened
}

func (a *absentee) like() likeness {
	return likeness{a.who.Person.ID, a.who.Session, a.who.Guest, a.portal, fmt.Sprint(a.who.Roles)}
}

// absentees finds whom a notice concerns, those together that are alike.
func (h *Hub) absentees(n Notice) map[likeness][]*absentee {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := map[likeness][]*absentee{}
	for _, a := range h.absent {
		if n.Look || n.Withdraw != "" && a.who.Person.ID == n.Withdraw || n.SignedOut != "" && a.who.Session == n.SignedOut ||
			slices.Contains(n.Reroom, a.who.Person.ID) || n.Everywhere.means(a.who) ||
			n.Resettle != "" && slices.ContainsFunc(a.places, func(p Place) bool { return p.Room == n.Resettle }) {
			list[a.like()] = append(list[a.like()], a)
		}
	}
	return list
}

// means reports whether somebody is signed out by it.
func (e *Everywhere) means(who Who) bool {
	return e != nil && who.Person.ID == e.Person && (e.But == "" || who.Session != e.But)
}

func (a *absentee) signedOut(ctx context.Context) bool {
	if a.who.Still == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	return fault.Is(a.who.Still(ctx), fault.SignedOut)
}

// Expelled takes a page out of the room whose socket is away, or was away for so long that the room has forgotten it.
type Expelled struct {
	Member live.MemberID
	Reason string // of live.Left
}

// expel takes out who is not there. The pages of a visit hear it even of somebody who was lost long ago: between them and
// that page sound may still flow.
func (r *Room) expel(now time.Time, e Expelled, guest care.GuestID) {
	m := r.find(e.Member)
	switch {
	case m != nil && m.socket != "": // came back meanwhile, and was looked at then
	case m != nil:
		r.remove(now, m, Leaving{Reason: e.Reason, Withdrawn: true, Told: "unassigned"})
	case r.place.Room.Kind() == live.OfVisit:
		r.guests.hungUp(guest)
		r.record(live.Change{Left: &live.Left{Member: e.Member, Reason: e.Reason}})
	}
}
