package room

import (
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Two guests of one household are near each other, and nobody else is: no staff, no second page of the same guest, nobody of another
// visit or at the door, and nobody who has gone.
func TestWhoIsNear(t *testing.T) {
	c := newClinic()
	h := MustOpen(t, c, nil)
	page := func(person, home string, portal live.Portal, at ...Place) *visitor {
		who := Who{Person: live.PersonView{ID: care.PersonID(person), Name: person}, Roles: []access.Role{access.Guest}, Home: home, Session: "session-" + person}
		if portal.Staff() {
			who.Roles = []access.Role{access.Therapist}
		}
		c.mu.Lock()
		c.places[who.Person.ID] = at
		c.mu.Unlock()
		v := h.MustVisit(t, who, portal)
		for range at {
			v.until("a room", func(m live.FromHouse) bool { return m.Enter != nil })
		}
		return v
	}
	in := func(visit care.VisitID, g care.GuestID) Place {
		return Place{Room: live.VisitRoom(visit), Visit: visit, Guest: g}
	}
	near := func(what string, g care.GuestID, want bool) {
		t.Helper()
		if want { // a page that is told where it is may still be coming in
			eventually(t, what, func() bool { return h.Near("v1", g) })
		} else if got := h.Near("v1", g); got {
			t.Errorf("%s: near is %v", what, got)
		}
	}
	page("wren", "198.51.100.4", live.Visitor, in("v1", "g1"))
	near("alone", "g1", false)
	page("mira", "198.51.100.4", live.Therapist, in("v1", ""))
	page("tablet", "198.51.100.4", live.Visitor, in("v1", "g1"))
	page("elsewhere", "198.51.100.4", live.Visitor, in("v2", "g8"))
	page("waits", "198.51.100.4", live.Visitor, Place{Room: live.DoorRoom("g9"), Visit: "v1", Guest: "g9"})
	page("father", "203.0.113.9", live.Visitor, in("v1", "g2"))
	page("hidden", "", live.Visitor, in("v1", "g4"))
	page("hidden2", "", live.Visitor, in("v1", "g5"))
	for _, g := range []care.GuestID{"g1", "g2", "g4", "g9"} {
		near("nobody else of that house", g, false)
	}
	mother := page("mother", "198.51.100.4", live.Visitor, in("v1", "g3"))
	near("the patient, with the mother", "g1", true)
	near("the mother, with the patient", "g3", true)
	near("the father elsewhere", "g2", false)
	busy := h.those(func(c *conn) bool { return c.who.Person.ID == "mother" })[0]
	busy.mu.Lock() // as while the house looks up who they are
	near("the patient, while the mother's page comes in anew", "g1", false)
	busy.mu.Unlock()
	near("the patient, once it has", "g1", true)
	mother.ws.Close()
	eventually(t, "nobody is near once she has gone", func() bool { return !h.Near("v1", "g1") })
}
