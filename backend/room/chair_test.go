package room

import (
	"fmt"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
)

// TestAChairIsKept: whoever is away for a moment keeps their seat, and what was said to them is told when they are back; in a
// full call nobody takes it before they are given up.
func TestAChairIsKept(t *testing.T) {
	s := newStage(t, live.VisitRoom("v1"))
	host, guest := s.enter("host", live.Therapist, ""), s.enter("guest", live.Visitor, "g1")
	wants(t, "in", s.sit(host, live.Seat{In: true})+s.sit(guest, live.Seat{In: true, Mic: true, Asleep: true}), "")
	for i := range care.MostInCall - 2 {
		wants(t, "one more", s.sit(s.enter(fmt.Sprint("more", i), live.Visitor, care.GuestID(fmt.Sprint("m", i))), live.Seat{In: true}), "")
	}
	late := s.enter("late", live.Visitor, "g9")
	s.gone(guest)
	seat := func(id live.MemberID) string {
		m := s.room.find(id)
		if m == nil {
			return "none"
		}
		return fmt.Sprint(m.State, " ", *m.Seat)
	}
	wants(t, "away", seat(guest), fmt.Sprint(live.Reconnecting, " ", live.Seat{In: true, Mic: true, Asleep: true}))
	wants(t, "the seventh", s.sit(late, live.Seat{In: true}), live.CodeTooMany)
	wants(t, "said to who is away", s.say(host, guest), "")
	wants(t, "asked of who is away", s.do(host, live.Command{Nudge: &live.Nudge{To: guest, What: live.NudgeMute}}), "")
	s.pass(grace - time.Millisecond)
	wants(t, "the seventh, a moment before", s.sit(late, live.Seat{In: true}), live.CodeTooMany)

	before := len(s.posts[SocketID(guest)])
	s.enter("guest", live.Visitor, "g1")
	wants(t, "back", seat(guest), fmt.Sprint(live.Here, " ", live.Seat{In: true, Mic: true, Asleep: true}))
	said, asked := 0, 0
	for _, m := range s.posts[SocketID(guest)][before:] {
		if m.Signal != nil {
			said++
		}
		if m.Nudge != nil {
			asked++
		}
	}
	wants(t, "told when back", said, 1)
	wants(t, "asked when back, of what was meant then", asked, 0)

	s.gone(guest)
	s.pass(grace)
	wants(t, "given up", seat(guest), "none")
	wants(t, "the seventh, then", s.sit(late, live.Seat{In: true}), "")
	s.enter("guest", live.Visitor, "g1")
	wants(t, "who was given up finds no chair", s.sit(guest, live.Seat{In: true}), live.CodeTooMany)
}
