package live

import (
	"encoding/json"
	"testing"

	"hearth/shared/care"
)

const visit = RoomID("visit/abcdefghijklmnopqrstuvwxyz")

// inVisit gets the page welcomed into a visit, with another page there.
func inVisit(t *testing.T) *driver {
	d := newDriver(t, Visitor)
	d.did(d.p.Opened(d.now, d.sock))
	d.enter("e1", nil)
	return d
}

func (d *driver) enter(epoch string, seat *Seat) {
	d.hear(FromHouse{Welcome: &Welcome{Member: member, Person: PersonView{ID: "p", Name: "N"}, Rooms: []RoomID{visit}, Now: care.StampOf(d.now), Build: "b"}})
	d.hear(FromHouse{Enter: &Snapshot{Room: visit, Epoch: epoch, N: 1, Members: []Member{
		{ID: member, Person: PersonView{ID: "p"}, Portal: Visitor, State: Here, Since: 1, Guest: "g", Seat: seat},
		{ID: other, Person: PersonView{ID: "t"}, Portal: Therapist, State: Here, Since: 1}}}})
}

func (d *driver) sit(s Seat) string {
	id, do := d.p.Want(d.now, Command{Room: visit, Sit: &s})
	d.did(do)
	return id
}

// sits counts what the page told of its seat, and returns the last.
func (d *driver) sits() (n int, last Seat) {
	for _, m := range d.sent {
		if m.Command != nil && m.Command.Sit != nil {
			n, last = n+1, *m.Command.Sit
		}
	}
	return n, last
}

// TestASeatIsKept: it is told again when the house forgot it, not when it knows it, and never when it was refused.
func TestASeatIsKept(t *testing.T) {
	d := inVisit(t)
	d.sit(Seat{In: true})
	id := d.sit(Seat{In: true, Mic: true})
	if _, ok := d.reply(id); ok || len(d.p.wants) != 1 {
		t.Fatalf("%d wait", len(d.p.wants))
	}
	d.hear(FromHouse{Reply: &Reply{ID: id}})
	n, _ := d.sits()
	again := func(epoch string, seat *Seat) (int, Seat) {
		d.did(d.p.Network(d.now))
		d.did(d.p.Opened(d.now, d.sock))
		d.enter(epoch, seat)
		return d.sits()
	}
	if m, _ := again("e1", &Seat{In: true, Mic: true}); m != n {
		t.Error("told again although the room shows it")
	}
	m, last := again("e2", nil)
	if m != n+1 || last != (Seat{In: true, Mic: true}) {
		t.Fatalf("told %d times after %d: %+v", m, n, last)
	}
	d.hear(FromHouse{Reply: &Reply{ID: d.p.wants[0].ID, Code: CodeTooMany}})
	if k, _ := again("e3", nil); k != m {
		t.Error("told again although it was refused")
	}
}

// TestAPutOutGuestSitsNowhere: leaving the room forgets the seat, and the page hears why.
func TestAPutOutGuestSitsNowhere(t *testing.T) {
	d := inVisit(t)
	d.hear(FromHouse{Reply: &Reply{ID: d.sit(Seat{In: true})}})
	d.hear(FromHouse{Leave: &Leave{Room: visit, Reason: "unassigned"}})
	last := d.events[len(d.events)-1]
	if last.Left == nil || last.Left.Reason != "unassigned" {
		t.Fatalf("last heard %+v", last)
	}
	n, _ := d.sits()
	d.enter("e1", nil)
	if m, _ := d.sits(); m != n {
		t.Error("let in again, it sits by itself")
	}
}

func TestSignalsBetweenPages(t *testing.T) {
	d := inVisit(t)
	say := func(n uint64, from MemberID) {
		d.hear(FromHouse{Signal: &Signalled{Room: visit, N: n, From: from, Body: json.RawMessage(`1`)}})
	}
	heard := func() (n int) {
		for _, e := range d.events {
			if e.Signal != nil {
				n++
			}
		}
		return n
	}
	say(1, other)
	say(1, other)
	say(2, other)
	if heard() != 2 {
		t.Fatalf("heard %d", heard())
	}
	say(3, "aaaaaaaaaaaaaaaaaaaaaaaaaa") // of a page that is not there: something was missed
	if last := d.sent[len(d.sent)-1]; heard() != 2 || last.Resync == nil || last.Resync.Seen != 2 {
		t.Fatalf("heard %d, last sent %+v", heard(), last)
	}
	id, do := d.p.Want(d.now, Command{Room: visit, Signal: &Signal{To: other, Body: json.RawMessage(`1`)}})
	d.did(do)
	d.hear(FromHouse{Change: &Change{Room: visit, N: 2, Left: &Left{Member: other, Reason: "lost"}}})
	if code, ok := d.reply(id); !ok || code != CodeAway {
		t.Errorf("a signal to a page that left: %q, %v", code, ok)
	}
	nudge := func(from MemberID) {
		d.hear(FromHouse{Nudge: &Nudged{Room: visit, From: from, What: NudgeUnmute}})
	}
	before := len(d.events)
	nudge("aaaaaaaaaaaaaaaaaaaaaaaaaa")
	if len(d.events) != before {
		t.Error("a nudge of nobody was heard")
	}
	made, err := CaptionOf("v1", "hello", Made{Service: "aaaaaaaaaaaaaaaaaaaaaaaaaa", Name: "Ears"})
	if err != nil {
		t.Fatal(err)
	}
	made.Room = visit
	d.hear(FromHouse{Nudge: &made})
	if e := d.events[len(d.events)-1]; e.Nudge == nil || e.Nudge.Made == nil {
		t.Errorf("of a service's caption was heard %+v", e)
	}
	nudge(member)
	if e := d.events[len(d.events)-1]; e.Nudge == nil || e.Nudge.What != NudgeUnmute {
		t.Errorf("got %+v", e)
	}
}

// TestWhatStaffSaid: the newest word counts, whoever said it, and is gone with who said it.
func TestWhatStaffSaid(t *testing.T) {
	at := func(id MemberID, s *Seat) Member { return Member{ID: id, Portal: Therapist, Seat: s} }
	v := RoomView{Snapshot{Members: []Member{
		at("a", &Seat{In: true, Spotlight: "a", Closing: 9, At: 3}), at("b", &Seat{In: true, Spotlight: "c", At: 4}),
		at("c", &Seat{In: true, Hand: true}), at("d", &Seat{}), at("e", nil)}}}
	if v.Spotlight() != "c" || v.Closing() != 0 || v.Said() != 4 || len(v.Seated()) != 3 {
		t.Errorf("got %q, %v, %v, %d", v.Spotlight(), v.Closing(), v.Said(), len(v.Seated()))
	}
	v, err := v.With(Change{N: 1, Left: &Left{Member: "b"}})
	if err != nil || v.Spotlight() != "a" || v.Closing() != 9 {
		t.Errorf("got %q, %v, %v", v.Spotlight(), v.Closing(), err)
	}
	if v, _ = v.With(Change{N: 2, Left: &Left{Member: "a"}}); v.Spotlight() != "" {
		t.Errorf("got %q", v.Spotlight())
	}
}

func TestRoomsOfVisitsAreKnownByTheirKind(t *testing.T) {
	for id, want := range map[RoomID]RoomKind{
		PatientRoom("a"): OfPatient, SiteRoom("a"): OfSite, VisitRoom("a"): OfVisit, DoorRoom("a"): OfDoor, DeskRoom("a"): OfDesk, "kitchen/a": "", "visit": OfVisit} {
		if id.Kind() != want || want != "" && id.Of() != "a" && id != "visit" {
			t.Errorf("%s is %q of %q", id, id.Kind(), id.Of())
		}
	}
	if RoomID("visit").check() == nil {
		t.Error("a room of nothing is taken")
	}
	d := newDriver(t, Visitor)
	d.did(d.p.Opened(d.now, d.sock))
	if h := d.sent[0].Hello; !h.Visits {
		t.Error("the page does not say that it knows visits")
	}
}
