package room

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// stand says where somebody stands from now on.
func (c *clinic) stand(p care.PersonID, places ...Place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.places[p] = places
}

func (c *clinic) attended() []Attendance {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.came)
}

// visiting is a patient's guest who came by a link, and the places they may stand in.
func (c *clinic) visiting() (who Who, door, visit, own Place) {
	who = Who{Person: live.PersonView{ID: "g1", Name: "Wren"}, Roles: []access.Role{guest}, Patient: "p1", Visit: "v1", Guest: "g1",
		Session: "session-g1", Still: c.still("g1")}
	return who, Place{Room: live.DoorRoom("g1"), Visit: "v1", Guest: "g1", Shown: "Wren"},
		Place{Room: live.VisitRoom("v1"), Visit: "v1", Guest: "g1", Shown: "Wren"}, Place{Room: live.PatientRoom("p1"), Patient: "p1", Name: "Wren-23"}
}

// TestAVisitThroughTheHouse walks a guest from the door into the call and out again: the door is left only once the visit is
// there, the sensors beside the call are shared as from any tablet, and whoever is put out shares no more.
func TestAVisitThroughTheHouse(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	h.clinic.assign("p1", "therapist1", access.ECG)
	who, door, visit, own := h.clinic.visiting()
	hosts := Place{Room: door.Room, Visit: "v1", Shown: "Dr Solano"}
	h.clinic.stand("therapist1", own, hosts)
	h.clinic.stand("g1", door)
	host := h.MustVisit(t, h.clinic.therapist(1), live.Therapist)
	host.entered(door.Room)
	page := h.MustVisit(t, who, live.Visitor)
	page.entered(door.Room)
	wants(t, "looks", host.do(door.Room, live.Command{Sit: &live.Seat{Look: true}}).Code, "")
	saw := page.until("the host looks", func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Member != nil && m.Change.Member.ID == host.member
	})
	wants(t, "the name shown", saw.Change.Member.Person.Name, "Dr Solano")

	h.clinic.stand("therapist1", own, Place{Room: visit.Room, Visit: "v1"})
	h.clinic.stand("g1", visit, own)
	h.Reroom(t.Context(), "g1")
	h.Resettle(t.Context(), door.Room)
	host.entered(visit.Room)
	var into, outOf live.RoomID // two rooms speak, each at its own time
	page.until("the visit, and the door closes", func(m live.FromHouse) bool {
		if m.Leave != nil {
			outOf = m.Leave.Room
		} else if m.Enter != nil && m.Enter.Room == visit.Room {
			into = visit.Room
		}
		return into != "" && outOf != ""
	})
	wants(t, "left", outOf, door.Room)
	wants(t, "announced", page.do(own.Room, live.Command{Announce: &live.Announce{Sensors: []live.Sensor{{Key: "strap", Signal: access.ECG, State: "streaming"}}}}).Code, "")
	me, _ := page.views[own.Room].Member(page.member)
	wants(t, "around the patient it is", me.Portal, live.Aggregator)
	share := host.do(own.Room, live.Command{Ask: &live.Ask{From: page.member, Signals: []access.Signal{access.ECG}}})
	wants(t, "shared", share.Code, "")
	wants(t, "sat", host.do(visit.Room, live.Command{Sit: &live.Seat{In: true}}).Code+page.do(visit.Room, live.Command{Sit: &live.Seat{In: true}}).Code, "")

	h.clinic.stand("g1")
	h.Reroom(t.Context(), "g1")
	host.until("the share is withdrawn", endedAs(share.Share, "withdrawn"))
	out := map[live.RoomID]bool{}
	for len(out) < 2 {
		m := page.until("the guest is out", func(m live.FromHouse) bool { return m.Leave != nil })
		wants(t, "why", m.Leave.Reason, "unassigned")
		out[m.Leave.Room] = true
	}
	wants(t, "a word afterwards", page.do(visit.Room, live.Command{Signal: &live.Signal{To: host.member, Body: []byte(`1`)}}).Code, live.CodeNoRoom)
	eventually(t, "the house hears of it", func() bool {
		return slices.Equal(h.clinic.attended(), []Attendance{{"v1", "g1", care.Join}, {"v1", "g1", care.Leave}})
	})
}

// TestNobodyStandsWhereTheyMayNot: whatever the house answers, a guest's page comes to no door and no visit but its own, the
// office into none, and a page of before there were visits hears of none.
func TestNobodyStandsWhereTheyMayNot(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	who, door, visit, own := h.clinic.visiting()
	everywhere := []Place{door, visit, own, {Room: live.DoorRoom("g2"), Visit: "v1", Guest: "g2"}, {Room: live.VisitRoom("v2"), Visit: "v2", Guest: "g1"},
		{Room: live.VisitRoom("v2"), Visit: "v1", Guest: "g1"}, {Room: live.PatientRoom("p2"), Patient: "p2"}, {Room: live.DeskRoom("pr")}, {Room: live.SiteRoom("s")},
		{Room: live.DoorRoom("g1"), Visit: "v1"}}
	admin := Who{Person: live.PersonView{ID: "admin"}, Roles: []access.Role{access.Clerk}, Site: "s"}
	for name, c := range map[string]struct {
		who    Who
		portal live.Portal
		old    bool
		want   []live.RoomID
	}{
		"a guest":                   {who, live.Visitor, false, []live.RoomID{door.Room, visit.Room, own.Room}},
		"a page of before":          {who, live.Visitor, true, []live.RoomID{own.Room}},
		"the office":                {admin, live.Admin, false, []live.RoomID{"desk/pr", "site/s", "door/g1"}},
		"a therapist":               {h.clinic.therapist(1), live.Therapist, false, []live.RoomID{"door/g1", "visit/v1", "patient/p1", "door/g2", "visit/v2", "patient/p2", "desk/pr", "door/g1"}},
		"a therapist's page before": {h.clinic.therapist(2), live.Therapist, true, []live.RoomID{"patient/p1", "patient/p2"}},
	} {
		h.clinic.stand(c.who.Person.ID, everywhere...)
		v := h.connect(t, c.who)
		h.people.Store(string(c.who.Person.ID), c.who)
		v.say(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Member: v.member, Portal: c.portal, Visits: !c.old}})
		m := v.next()
		if m.Welcome == nil || fmt.Sprint(m.Welcome.Rooms) != fmt.Sprint(c.want) {
			t.Errorf("%s stands in %+v, want %v", name, m.Welcome, c.want)
		}
	}
	v := h.connect(t, h.clinic.therapist(3))
	v.say(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Member: v.member, Portal: live.Visitor, Visits: true}})
	refused, _ := v.ended()
	wants(t, "a therapist as a guest", refused.Code, live.CodePortal)
}

// TestAPatientWhoSignsInIsNamedAsTheClinicChose: what a study calls them, and who they are to the house, is for staff.
func TestAPatientWhoSignsInIsNamedAsTheClinicChose(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	wren := Who{Person: live.PersonView{ID: "wren", Name: "Wren-23"}, Roles: []access.Role{access.Patient}, Patient: "p1", Session: "session-wren", Still: h.clinic.still("wren")}
	mother := Who{Person: live.PersonView{ID: "g2"}, Roles: []access.Role{guest}, Visit: "v1", Guest: "g2", Session: "session-g2", Still: h.clinic.still("g2")}
	room := live.VisitRoom("v1")
	h.clinic.stand("wren", Place{Room: room, Visit: "v1", Guest: "g1"})
	h.clinic.stand("g2", Place{Room: room, Visit: "v1", Guest: "g2", Shown: "Rosa"})
	page := h.MustVisit(t, wren, live.Visitor)
	page.entered(room)
	m := h.MustVisit(t, mother, live.Visitor).until("the room", func(m live.FromHouse) bool { return m.Enter != nil && m.Enter.Room == room })
	for _, one := range m.Enter.Members {
		if one.ID == page.member {
			wants(t, "who it is to a relative", one.Person, live.PersonView{ID: "g1"})
		} else {
			wants(t, "the name the clinic chose", one.Person, live.PersonView{ID: "g2", Name: "Rosa"})
		}
	}
	wants(t, "pages", len(m.Enter.Members), 2)
}

// TestTheHouseIsToldAgain: what it could not take is told again, in order.
func TestTheHouseIsToldAgain(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	who, _, visit, _ := h.clinic.visiting()
	h.clinic.stand("g1", visit)
	page := h.MustVisit(t, who, live.Visitor)
	page.entered(visit.Room)
	h.clinic.breaks(errors.New("no book"))
	page.do(visit.Room, live.Command{Sit: &live.Seat{In: true}})
	page.do(visit.Room, live.Command{Sit: &live.Seat{}})
	eventually(t, "it is told", func() bool { return len(h.clinic.attended()) > 1 })
	h.clinic.breaks(nil)
	eventually(t, "and told on", func() bool { all := h.clinic.attended(); return all[len(all)-1].Act == care.Leave })
	for i, a := range h.clinic.attended() {
		if a.Act != care.Join && i < len(h.clinic.attended())-1 {
			t.Errorf("told %v", h.clinic.attended())
		}
	}
}

// eventually waits for what comes true by itself.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
