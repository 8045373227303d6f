package live

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/care"
)

// TestOnePageOfAPersonIsHeard: whoever sits where with however many pages, of each person's pages whose sockets are there exactly
// one goes before all others, and it is the one they chose last.
func TestOnePageOfAPersonIsHeard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var v RoomView
		for i := range rapid.IntRange(0, 8).Draw(t, "pages") {
			n := rapid.IntRange(0, 2).Draw(t, "who")
			m := Member{ID: MemberID(fmt.Sprint("page", i)), State: Here, Person: PersonView{ID: care.PersonID(fmt.Sprint("p", n))}}
			switch rapid.IntRange(0, 9).Draw(t, "how") {
			case 0:
				m.State = Reconnecting
			case 1: // stands
			case 2:
				m.Seat = &Seat{}
			}
			if m.Seat == nil {
				m.Seat = &Seat{In: true, Main: care.Stamp(rapid.IntRange(0, 2).Draw(t, "main"))}
			}
			v.Members = append(v.Members, m)
		}
		first, newest, there := map[care.PersonID]int{}, map[care.PersonID]care.Stamp{}, map[care.PersonID]bool{}
		for _, m := range v.Seated() {
			if m.State == Here {
				there[m.Person.ID] = true
				newest[m.Person.ID] = max(newest[m.Person.ID], m.Seat.Main)
			}
		}
		for _, m := range v.Seated() {
			if m.State == Here && !v.Second(m.ID) {
				if first[m.Person.ID]++; m.Seat.Main != newest[m.Person.ID] {
					t.Fatalf("%s is heard although another was chosen: %+v", m.ID, v.Members)
				}
			}
		}
		for p := range there {
			if first[p] != 1 {
				t.Fatalf("%d pages of %s are heard: %+v", first[p], p, v.Members)
			}
		}
	})
	v := RoomView{Snapshot{Members: []Member{{ID: "link", State: Here, Person: PersonView{ID: "g"}, Guest: "g", Seat: &Seat{In: true}},
		{ID: "own", State: Here, Person: PersonView{ID: "wren"}, Guest: "g", Seat: &Seat{In: true}}, {ID: "mira", State: Here, Person: PersonView{ID: "mira"}, Seat: &Seat{In: true}}}}}
	if v.Second("link") || !v.Second("own") || v.Second("mira") || v.Second("nobody") {
		t.Error("a guest who came by a link and signed in besides is one person")
	}
}
