package live

import (
	"errors"
	"slices"

	"hearth/shared/care"
)

// RoomView is a room as a page shows it. It is a value: With returns a new one and never changes what somebody may
// be reading, so views can be handed to other goroutines.
type RoomView struct{ Snapshot }

// ErrHole says that changes are missing before the one applied: the page asks with Resync.
var ErrHole = errors.New("changes are missing")

// With returns the room after c. A change already seen leaves it as it is.
func (v RoomView) With(c Change) (RoomView, error) {
	switch {
	case c.N <= v.N:
		return v, nil
	case c.N != v.N+1:
		return v, ErrHole
	}
	v.N = c.N
	switch {
	case c.Member != nil:
		v.Members = put(v.Members, *c.Member, func(m Member) bool { return m.ID == c.Member.ID })
	case c.Left != nil:
		v.Members = drop(v.Members, func(m Member) bool { return m.ID == c.Left.Member })
	case c.Share != nil:
		v.Shares = put(v.Shares, *c.Share, func(s Share) bool { return s.ID == c.Share.ID })
	case c.Ended != nil:
		v.Shares = drop(v.Shares, func(s Share) bool { return s.ID == c.Ended.Share })
	}
	return v, nil
}

// put replaces the element that is meant, or appends it; the order is that of coming.
func put[T any](list []T, item T, meant func(T) bool) []T {
	list = slices.Clone(list)
	if i := slices.IndexFunc(list, meant); i >= 0 {
		list[i] = item
		return list
	}
	return append(list, item)
}

func drop[T any](list []T, meant func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), meant)
}

// Member finds a page in the room.
func (v RoomView) Member(id MemberID) (Member, bool) {
	i := slices.IndexFunc(v.Members, func(m Member) bool { return m.ID == id })
	if i < 0 {
		return Member{}, false
	}
	return v.Members[i], true
}

// Share finds a stream in the room.
func (v RoomView) Share(id ShareID) (Share, bool) {
	i := slices.IndexFunc(v.Shares, func(s Share) bool { return s.ID == id })
	if i < 0 {
		return Share{}, false
	}
	return v.Shares[i], true
}

// why says the reason of a share the room no longer has: as the house remembers it, and where it does not, by which of
// its two pages is gone. A page that merely came back ended nothing.
func (v RoomView) why(s Share, ends []Ended) string {
	for _, e := range ends {
		if e.Share == s.ID {
			return e.Reason
		}
	}
	_, from := v.Member(s.From)
	_, to := v.Member(s.To)
	switch {
	case !from:
		return "aggregator-gone"
	case !to:
		return "left"
	}
	return Restarted
}

// Of returns the pages of one portal, in the order they came.
func (v RoomView) Of(p Portal) []Member {
	var of []Member
	for _, m := range v.Members {
		if m.Portal == p {
			of = append(of, m)
		}
	}
	return of
}

// Online reports whether any page of the patient is in the room with its socket there.
func (v RoomView) Online() bool {
	return slices.ContainsFunc(v.Members, func(m Member) bool {
		return m.State == Here && (m.Portal == Aggregator || m.Portal == Patient)
	})
}

// Seated returns the pages that sit in the call, in the order they came; those whose socket is broken too.
func (v RoomView) Seated() []Member {
	var in []Member
	for _, m := range v.Members {
		if m.Seat != nil && m.Seat.In {
			in = append(in, m)
		}
	}
	return in
}

// Second reports whether somebody sits in the call with another page that goes before this one: the page they chose last, or,
// where they chose none, the one that came first. Two pages of one person in one room would hear each other howl.
func (v RoomView) Second(page MemberID) bool {
	me, ok := v.Member(page)
	if !ok || me.Seat == nil || !me.Seat.In {
		return false
	}
	before := true
	for _, m := range v.Seated() {
		switch {
		case m.ID == page:
			before = false
		case m.State != Here || m.Person.ID != me.Person.ID && (m.Guest == "" || m.Guest != me.Guest):
		case m.Seat.Main > me.Seat.Main, m.Seat.Main == me.Seat.Main && before:
			return true
		}
	}
	return false
}

// Closing is when staff said that the visit ends, by the house's clock; zero: nobody did, or took it back.
func (v RoomView) Closing() care.Stamp { return v.said().Closing }

// Spotlight is whom staff want everybody to see large; "" when nobody, or when that page is gone.
func (v RoomView) Spotlight() MemberID {
	id := v.said().Spotlight
	if m, ok := v.Member(id); !ok || m.Seat == nil || !m.Seat.In {
		return ""
	}
	return id
}

// Said is the greatest At in the room: what a page of staff says next carries a greater one.
func (v RoomView) Said() care.Stamp { return v.said().At }

// said is the seat whose word counts. The house lets only staff speak, so every At is one of theirs; of two at once it is
// the smaller member's, on every page the same.
func (v RoomView) said() Seat {
	var said Seat
	var by MemberID
	for _, m := range v.Members {
		if s := m.Seat; s != nil && s.At != 0 && (s.At > said.At || s.At == said.At && m.ID < by) {
			said, by = *s, m.ID
		}
	}
	return said
}
