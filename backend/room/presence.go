package room

import (
	"context"
	"maps"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// Attendance is what the house is told of who is in a visit. Act is care.Join when a guest's page sits in the call,
// care.Lose when the last of their pages is gone without a word or is closed, and care.Leave when they hung up, were
// taken out, or did not come back in time: a page that is loaded anew says goodbye too, so that alone is no leaving.
//
// A room begins knowing nothing, so after a restart of the house guests who come back join again, and of those who do not
// nobody hears.
type Attendance struct {
	Visit care.VisitID
	Guest care.GuestID
	Act   care.GuestAct
}

// presence is what a visit's room knows of its guests.
type presence map[care.GuestID]*attending

// attending is one guest.
type attending struct {
	told  care.GuestAct // last: care.Join or care.Lose; "" neither, they stand there
	until time.Time     // when nobody waits for them any more; zero: nobody waits
	out   bool          // they hung up, or were taken out
}

// until says when somebody has been waited for long enough; zero when nobody is.
func (p presence) until() (first time.Time) {
	for _, a := range p {
		if !a.until.IsZero() && (first.IsZero() || a.until.Before(first)) {
			first = a.until
		}
	}
	return first
}

// hungUp notes that a guest's page left the call of its own will.
func (p presence) hungUp(g care.GuestID) {
	if a := p[g]; a != nil {
		a.out = true
	}
}

// left notes how a page left the room.
func (p presence) left(g care.GuestID, l Leaving) {
	if l.Told != "" || l.Reason == "signed-out" {
		p.hungUp(g)
	}
}

// attend looks who of the guests is in the call now.
func (r *Room) attend(now time.Time) {
	if r.place.Room.Kind() != live.OfVisit {
		return
	}
	type how struct{ stands, sits, here bool }
	guests := map[care.GuestID]how{}
	for _, m := range r.members {
		if m.Guest == "" {
			continue
		}
		h := guests[m.Guest]
		guests[m.Guest] = how{true, h.sits || m.in(), h.here || m.in() && m.socket != ""}
		if r.guests[m.Guest] == nil {
			r.guests[m.Guest] = &attending{}
		}
	}
	for _, g := range slices.Sorted(maps.Keys(r.guests)) {
		a, h := r.guests[g], guests[g]
		act := a.now(h.here, h.sits || a.told == "" && h.stands, now)
		if act == "" {
			continue
		}
		r.news = append(r.news, Attendance{Visit: care.VisitID(r.place.Room.Of()), Guest: g, Act: act})
		if act == care.Leave && h.stands {
			r.guests[g] = &attending{} // hung up, and still at the door
		} else if act == care.Leave {
			delete(r.guests, g)
		}
	}
}

// now says what is to be told of a guest whose pages are in the call (here), or at least are not given up (waited).
func (a *attending) now(here, waited bool, now time.Time) care.GuestAct {
	switch {
	case here:
		a.out, a.until = false, time.Time{}
		if a.told != care.Join {
			a.told = care.Join
			return care.Join
		}
	case a.out:
		if a.told == "" && waited {
			a.out = false // one of several pages that only stand there
			return ""
		}
		return care.Leave
	case a.told == care.Join:
		a.told, a.until = care.Lose, now.Add(grace)
		if waited { // nobody said goodbye
			a.until = now.Add(stay)
		}
		return care.Lose
	case waited:
		if a.told == "" {
			a.until = time.Time{}
		}
	case a.until.IsZero():
		a.until = now.Add(grace)
	case !now.Before(a.until):
		return care.Leave
	}
	return ""
}

// Attended hands over what the house is to be told of guests.
func (r *Room) Attended() []Attendance {
	news := r.news
	r.news = nil
	return news
}

// AtDoor hands over what the house is to be told of who stands at a door.
func (r *Room) AtDoor() []AtDoor {
	news := r.doors
	r.doors = nil
	return news
}

// How long the house is told again what it could not take.
const (
	firstAgain = 250 * time.Millisecond
	lastAgain  = 8 * time.Second
	mostAgain  = 60
)

// report is one thing the house is told; door goes before attend.
type report struct {
	attend Attendance
	door   *AtDoor
}

// report lets the house hear of the guests of a visit, or of who stands at a door, beside the room: the house will turn round
// and move pages, which comes back to this very room. What is told of one room is told in order.
func (h *Hub) report(r *Room) {
	var news []report
	for _, a := range r.Attended() {
		news = append(news, report{attend: a})
	}
	for _, d := range r.AtDoor() {
		news = append(news, report{door: &d})
	}
	if len(news) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	room := r.place.Room
	waiting, telling := h.reports[room]
	h.reports[room] = append(waiting, news...)
	if !telling {
		h.running.Add(1) // the room's own goroutine is still counted
		go h.tell(room)
	}
}

// tell is the only goroutine that tells of a room; it ends when all is told, or with the hub.
func (h *Hub) tell(room live.RoomID) {
	defer h.running.Done()
	for {
		h.mu.Lock()
		waiting := h.reports[room]
		if len(waiting) == 0 || h.ctx.Err() != nil {
			delete(h.reports, room)
			h.mu.Unlock()
			return
		}
		h.reports[room] = waiting[1:]
		h.mu.Unlock()
		h.insist(room, waiting[0])
	}
}

// insist tells until the house took it, or said why it never will.
func (h *Hub) insist(room live.RoomID, n report) {
	wait := firstAgain
	for i := 1; ; i++ {
		ctx, cancel := context.WithTimeout(h.ctx, lookUp)
		err := h.hand(ctx, n)
		cancel()
		switch {
		case err == nil || h.ctx.Err() != nil:
			return
		case i == mostAgain || final(err):
			h.c.Log.Error("the house did not take who is in a room", "room", room, "act", n.attend.Act, "error", err)
			return
		}
		select {
		case <-time.After(wait):
		case <-h.ctx.Done():
			return
		}
		wait = min(2*wait, lastAgain)
	}
}

func (h *Hub) hand(ctx context.Context, n report) error {
	if n.door != nil {
		return h.c.House.AtDoor(ctx, *n.door)
	}
	return h.c.House.Attend(ctx, n.attend)
}

// final reports whether saying it again would bring the same answer.
func final(err error) bool {
	for _, kind := range []fault.Kind{fault.Invalid, fault.NotFound, fault.Gone} {
		if fault.Is(err, kind) {
			return true
		}
	}
	return false
}
