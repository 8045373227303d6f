package room

import (
	"maps"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
)

// AtDoor is what the house is told of a door, whenever it is not as it was told last. A room begins knowing nothing: of a guest
// whose page never stood there since the house began it says nothing, see Came.
type AtDoor struct {
	Guest care.GuestID
	Came  bool            // a page of the guest stood there
	Away  time.Duration   // how long none does, at least awayAfter; 0: one does
	Staff []care.PersonID // whose open pages show that the guest waits, in order
}

func (a AtDoor) is(b AtDoor) bool {
	return a.Came == b.Came && a.Away == b.Away && slices.Equal(a.Staff, b.Staff)
}

// How long somebody is gone before the house hears of it: a phone that locks its screen breaks its socket and comes back, and a
// page that is loaded anew leaves and enters.
const (
	awayAfter  = time.Minute
	staffAfter = 10 * time.Second
)

// doorway is what a door's room keeps of who stands there.
type doorway struct {
	told  AtDoor
	gone  time.Time                   // since when no page of the guest stands there any more; zero: one does, or none ever did
	staff map[care.PersonID]time.Time // since when a page of theirs is gone; zero: it is there
}

// stand looks who stands at a door now, and notes what the house has to hear.
func (r *Room) stand(now time.Time) {
	if r.place.Room.Kind() != live.OfDoor {
		return
	}
	d := &r.door
	next := AtDoor{Guest: care.GuestID(r.place.Room.Of()), Came: d.told.Came, Away: d.told.Away}
	switch {
	case slices.ContainsFunc(r.members, func(m *member) bool { return r.waits(m) && m.socket != "" }):
		d.gone, next.Came, next.Away = time.Time{}, true, 0
	case !d.told.Came:
	case d.gone.IsZero():
		d.gone = now
	case d.told.Away == 0 && now.Sub(d.gone) >= awayAfter:
		next.Away = now.Sub(d.gone)
	}
	d.see(r.members, now)
	next.Staff = slices.Sorted(maps.Keys(d.staff))
	if !next.is(d.told) {
		d.told = next
		r.doors = append(r.doors, next)
	}
}

// see notes whose pages of staff are there. One that may come back is.
func (d *doorway) see(members []*member, now time.Time) {
	there := map[care.PersonID]time.Time{}
	for _, m := range members {
		if m.Guest == "" && m.Portal.Staff() {
			there[m.Person.ID] = time.Time{}
		}
	}
	for p, gone := range d.staff {
		if _, is := there[p]; is {
			continue
		}
		if gone.IsZero() {
			gone = now
		}
		if now.Sub(gone) < staffAfter {
			there[p] = gone
		}
	}
	d.staff = there
}

// until says when the house may have to hear that somebody is gone; zero: of nobody.
func (d *doorway) until() (first time.Time) {
	sooner := func(t time.Time) {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	if !d.gone.IsZero() && d.told.Away == 0 {
		sooner(d.gone.Add(awayAfter))
	}
	for _, gone := range d.staff {
		if !gone.IsZero() {
			sooner(gone.Add(staffAfter))
		}
	}
	return first
}
