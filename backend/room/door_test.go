package room

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/shared/live"
)

// doors are what the house heard of a door since it was asked last.
func doors(s *stage) string {
	var words []string
	for _, d := range s.room.AtDoor() {
		word := "never"
		switch {
		case d.Guest != "g1":
			s.t.Errorf("of the door of %q", d.Guest)
		case d.Came && d.Away > 0:
			word = fmt.Sprint("away ", d.Away)
		case d.Came:
			word = "here"
		}
		words = append(words, fmt.Sprint(word, d.Staff))
	}
	return strings.Join(words, ", ")
}

// TestTheHouseHearsWhoStandsAtADoor: a page that is closed is told after a minute and one that comes back at once; staff who
// load a page anew are there all the while.
func TestTheHouseHearsWhoStandsAtADoor(t *testing.T) {
	s := newStage(t, live.DoorRoom("g1"))
	left := func(page string) {
		s.act(Act{Leave: &Leaving{Socket: SocketID("member-----------" + page), Reason: "left"}})
	}
	s.enter("mira", live.Therapist, "")
	wants(t, "nobody came yet", doors(s), "never[mira]")
	s.pass(time.Hour)
	guest := s.enter("guest", live.Visitor, "g1")
	wants(t, "somebody comes", doors(s), "here[mira]")

	s.gone(guest)
	s.pass(awayAfter - 1)
	s.enter("guest", live.Visitor, "g1")
	s.pass(time.Hour)
	wants(t, "a phone sleeps for a while", doors(s), "")
	s.gone(guest)
	s.pass(grace)
	s.pass(awayAfter - grace - 1)
	wants(t, "nearly a minute", doors(s), "")
	if s.room.Deadline().After(s.now.Add(1)) {
		t.Errorf("the room would wake at %v, now is %v", s.room.Deadline(), s.now)
	}
	s.pass(1)
	wants(t, "a minute", doors(s), "away 1m0s[mira]")
	s.pass(time.Hour)
	wants(t, "it is told once", doors(s), "")
	s.enter("again", live.Visitor, "g1")
	wants(t, "it comes back", doors(s), "here[mira]")
	s.enter("second", live.Visitor, "g1")
	left("again")
	s.pass(time.Hour)
	wants(t, "another page of theirs stands there", doors(s), "")

	left("mira")
	s.pass(staffAfter - 1)
	s.enter("mira", live.Therapist, "")
	s.pass(time.Hour)
	wants(t, "staff load a page anew", doors(s), "")
	s.enter("noor", live.Admin, "")
	left("mira")
	s.pass(staffAfter)
	wants(t, "another of staff takes over", doors(s), "here[mira noor], here[noor]")
	left("noor")
	left("second")
	for at := s.room.Deadline(); !s.room.Over(s.now); at = s.room.Deadline() {
		if s.now = at; s.now.IsZero() {
			t.Fatal("the room would never end")
		}
		s.room.Tick(s.now)
	}
	wants(t, "everybody is gone", doors(s), "here[], away 1m0s[]")
}

// TestTheHubTellsWhoStandsAtADoor: the house hears it, and again when it could not listen.
func TestTheHubTellsWhoStandsAtADoor(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	who, door, _, _ := h.clinic.visiting()
	h.clinic.stand("g1", door)
	h.clinic.fill(true)
	page := h.MustVisit(t, who, live.Visitor)
	page.entered(door.Room)
	h.clinic.fill(false)
	eventually(t, "the house hears of it", func() bool {
		h.clinic.mu.Lock()
		defer h.clinic.mu.Unlock()
		return len(h.clinic.doors) == 1 && h.clinic.doors[0].Guest == "g1" && h.clinic.doors[0].Came && h.clinic.doors[0].Away == 0
	})
}
