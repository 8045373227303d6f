package room

import (
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/live"
)

// newVisit is a wire around a visit: its host twice, a guest of staff, two guests, and a second page of one of them.
func newVisit(t *rapid.T) *wire {
	w := &wire{t: t, now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), may: asked{}, place: Place{Room: live.VisitRoom("v1"), Visit: "v1", Patient: patient, Name: "Wren-23"}}
	w.restart()
	add := func(n int, person care.PersonID, p live.Portal, g care.GuestID) {
		w.add(live.MemberID(fmt.Sprintf("member-%012d", n)), live.PersonView{ID: person, Name: "N"}, p, g)
	}
	add(0, "host", live.Therapist, "")
	add(1, "host", live.Therapist, "")
	add(2, "colleague", live.Therapist, "g0")
	add(3, "g1", live.Visitor, "g1")
	add(4, "g1", live.Visitor, "g1")
	add(5, "g2", live.Visitor, "g2")
	return w
}

// overhears checks everything the room posts: a signal only between two who sit in the call, a nudge likewise.
func (w *wire) overhears(p Post) {
	i := slices.IndexFunc(w.pages, func(tb *tab) bool { return tb.socket == p.Socket })
	if i < 0 || len(p.Text) == 0 {
		return
	}
	m, err := live.DecodeHouse(p.Text)
	if err != nil {
		w.t.Fatalf("the room wrote %s: %v", p.Text, err)
	}
	to := w.room.find(w.pages[i].id)
	from := live.MemberID("")
	switch {
	case m.Signal != nil:
		from = m.Signal.From
	case m.Nudge != nil:
		from = m.Nudge.From
	default:
		return
	}
	switch speaker := w.room.find(from); {
	case speaker == nil || to == nil || speaker == to:
		w.t.Fatalf("%s hears %s, and one of them is not there", w.pages[i].id, from)
	case speaker.Seat == nil || to.Seat == nil || !speaker.Seat.In || !to.Seat.In:
		w.t.Fatalf("%s hears %s, and not both sit in the call", to.ID, from)
	}
}

// TestPagesOfAVisitAgree plays with the sockets of a call as roughly as it can: after some quiet every page shows the same
// room, with the seat each page told last, and what was said between two who stayed arrived once and in order.
func TestPagesOfAVisitAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newVisit(t)
		post := w.post
		w.room.post = func(p Post) { w.overhears(p); post(p) }
		seats, stood := map[live.MemberID]live.Seat{}, map[string]bool{}
		restarted, count := false, 0
		anyone := func(t *rapid.T) *tab { return w.pages[rapid.IntRange(0, len(w.pages)-1).Draw(t, "who")] }
		t.Repeat(map[string]func(*rapid.T){
			"up":   func(t *rapid.T) { w.upstream(anyone(t)) },
			"down": func(t *rapid.T) { w.downstream(anyone(t)) },
			"flow": func(t *rapid.T) {
				for range 6 {
					for _, tb := range w.pages {
						w.upstream(tb)
						w.downstream(tb)
					}
				}
			},
			"cut":     func(t *rapid.T) { w.cut(anyone(t)) },
			"network": func(t *rapid.T) { tb := anyone(t); w.do(tb, tb.page.Network(w.now)) },
			"pass":    func(t *rapid.T) { w.pass(time.Duration(rapid.IntRange(1, 20_000).Draw(t, "ms")) * time.Millisecond) },
			"restart": func(t *rapid.T) {
				if rapid.IntRange(0, 5).Draw(t, "rarely") == 0 {
					restarted = true
					w.restart()
					w.room.post = func(p Post) { w.overhears(p); post(p) }
				}
			},
			"sit": func(t *rapid.T) {
				tb := anyone(t)
				s := live.Seat{In: rapid.IntRange(0, 3).Draw(t, "in") > 0, Mic: rapid.Bool().Draw(t, "mic")}
				if tb.portal == live.Therapist && rapid.Bool().Draw(t, "spot") {
					count++
					s.Spotlight, s.At = anyone(t).id, care.Stamp(count)
				}
				if !s.In {
					stood[string(tb.id)] = true
				}
				seats[tb.id] = s
				w.want(tb, live.Command{Sit: &s})
			},
			"signal": func(t *rapid.T) {
				tb, to := anyone(t), anyone(t)
				count++
				body := fmt.Sprintf(`"%s %s %d"`, tb.id, to.id, count)
				tb.sent = append(tb.sent, body)
				w.want(tb, live.Command{Signal: &live.Signal{To: to.id, Body: []byte(body)}})
			},
			"nudge": func(t *rapid.T) {
				n := live.Nudge{What: rapid.SampledFrom([]string{live.NudgeMute, live.NudgeFlip}).Draw(t, "what")}
				if rapid.Bool().Draw(t, "one") {
					n.To = anyone(t).id
				}
				w.want(anyone(t), live.Command{Nudge: &n})
			},
			"": func(*rapid.T) {},
		})
		for _, tb := range w.pages {
			w.cut(tb)
		}
		w.quiet()
		w.settled(seats, restarted)
		if !restarted {
			w.arrived(stood)
		}
	})
}

// settled compares every page with the room, and every seat with what was told last.
func (w *wire) settled(seats map[live.MemberID]live.Seat, restarted bool) {
	truth := w.room.snapshot()
	if truth.Patient != "" || truth.Name != "" {
		w.t.Fatal("a visit's room tells of the patient's record")
	}
	for _, tb := range w.pages {
		if tb.page.Link().State != live.Online {
			w.t.Fatalf("%s is %v after quiet", tb.id, tb.page.Link())
		}
		view, _ := tb.page.Room(truth.Room)
		if !reflect.DeepEqual(plain(view.Snapshot), plain(*truth)) {
			w.t.Fatalf("%s shows\n%+v %+v\nthe room is\n%+v %+v", tb.id, view.Snapshot, told(view.Members), *truth, told(truth.Members))
		}
		me, _ := view.Member(tb.id)
		want, sat := seats[tb.id]
		if sat && want != (live.Seat{}) && (me.Seat == nil || *me.Seat != want) {
			w.t.Fatalf("%s told %+v, the room shows %+v", tb.id, want, me.Seat)
		}
		if restarted { // what a house took and forgot to answer is told to the next one again
			continue
		}
		if len(slices.Compact(slices.Sorted(slices.Values(tb.heard)))) != len(tb.heard) || !slices.IsSorted(order(tb.heard)) {
			w.t.Fatalf("%s heard %v", tb.id, tb.heard)
		}
	}
}

func told(members []live.Member) (seats []live.Seat) {
	for _, m := range members {
		if m.Seat != nil {
			seats = append(seats, *m.Seat)
		}
	}
	return seats
}

// arrived checks that what the house took between two pages that never stood up arrived.
func (w *wire) arrived(stood map[string]bool) {
	for _, tb := range w.pages {
		for _, body := range tb.sent {
			var from, to string
			var n int
			fmt.Sscanf(body[1:len(body)-1], "%s %s %d", &from, &to, &n)
			i := slices.IndexFunc(w.pages, func(o *tab) bool { return string(o.id) == to })
			if tb.dropped[body] || stood[from] || stood[to] || w.lostOnce(tb) || w.lostOnce(w.pages[i]) {
				continue
			}
			if !slices.Contains(w.pages[i].heard, body) {
				w.t.Fatalf("%s was taken and never arrived", body)
			}
		}
	}
}

// lostOnce reports whether the room gave a page up at any time: what it was told before is gone with it.
func (w *wire) lostOnce(tb *tab) bool {
	return slices.ContainsFunc(w.room.memory, func(c live.Change) bool { return c.Left != nil && c.Left.Member == tb.id }) || w.room.n > remember
}

// stage is a room without sockets, for the rules alone.
type stage struct {
	t     testing.TB
	room  *Room
	now   time.Time
	posts map[SocketID][]live.FromHouse
	ids   int
}

func newStage(t testing.TB, id live.RoomID) *stage {
	s := &stage{t: t, now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), posts: map[SocketID][]live.FromHouse{}}
	s.room = NewRoom(s.now, Place{Room: id, Visit: "v1", Guest: "whoever"}, asked{}, func(p Post) {
		if len(p.Text) == 0 {
			return
		}
		m, err := live.DecodeHouse(p.Text)
		if err != nil {
			t.Fatalf("the room wrote %s: %v", p.Text, err)
		}
		s.posts[p.Socket] = append(s.posts[p.Socket], m)
	}, slog.New(slog.DiscardHandler))
	return s
}

// enter brings in a page; its socket is called like the member.
func (s *stage) enter(name string, p live.Portal, g care.GuestID) live.MemberID {
	id := live.MemberID("member-----------" + name)
	person := care.PersonID(name)
	if g != "" {
		person = care.PersonID(g)
	}
	s.act(Act{Enter: &Enter{Socket: SocketID(id), Member: id, Person: live.PersonView{ID: person}, Portal: p, Guest: g}})
	return id
}

func (s *stage) act(a Act) { s.room.Act(s.t.Context(), s.now, a) }

func (s *stage) do(id live.MemberID, c live.Command) (code string) {
	s.ids++
	c.ID, c.Room = fmt.Sprint("c", s.ids), s.room.place.Room
	s.act(Act{Command: &Commanded{Socket: SocketID(id), Command: c}})
	for _, m := range s.posts[SocketID(id)] {
		if m.Reply != nil && m.Reply.ID == c.ID {
			return m.Reply.Code
		}
	}
	s.t.Fatal("no reply")
	return ""
}

func (s *stage) sit(id live.MemberID, seat live.Seat) string {
	return s.do(id, live.Command{Sit: &seat})
}

func (s *stage) say(from, to live.MemberID) string {
	return s.do(from, live.Command{Signal: &live.Signal{To: to, Body: []byte(`1`)}})
}

func (s *stage) pass(d time.Duration) { s.now = s.now.Add(d); s.room.Tick(s.now) }

func (s *stage) gone(id live.MemberID) { s.act(Act{Gone: &Gone{Socket: SocketID(id)}}) }

// sees lists whom a page knows of.
func (s *stage) sees(id live.MemberID) (all []live.MemberID) {
	var view live.RoomView
	for _, m := range s.posts[SocketID(id)] {
		switch {
		case m.Enter != nil:
			view = live.RoomView{Snapshot: *m.Enter}
		case m.Change != nil:
			v, err := view.With(*m.Change)
			if err != nil {
				s.t.Fatal(err)
			}
			view = v
		}
	}
	for _, m := range view.Members {
		all = append(all, m.ID)
	}
	return all
}

// TestAtTheDoor: the guest and staff who look know of each other and may signal; nobody else hears or sees anybody.
func TestAtTheDoor(t *testing.T) {
	s := newStage(t, live.DoorRoom("g1"))
	staff, idle := s.enter("staff", live.Therapist, ""), s.enter("idle", live.Therapist, "")
	guest, other := s.enter("guest", live.Visitor, "g1"), s.enter("other", live.Visitor, "g2")
	wants(t, "before anybody looks", fmt.Sprint(s.sees(guest)), fmt.Sprint([]live.MemberID{guest}))
	wants(t, "staff look", s.sit(staff, live.Seat{Look: true}), "")
	wants(t, "the guest sees", fmt.Sprint(s.sees(guest)), fmt.Sprint([]live.MemberID{guest, staff}))
	for _, c := range []struct {
		from, to live.MemberID
		code     string
	}{
		{guest, staff, ""}, {staff, guest, ""}, {guest, idle, live.CodeAway}, {idle, guest, live.CodeAway}, {staff, idle, live.CodeAway},
		{guest, other, live.CodeAway}, {other, guest, live.CodeAway}, {other, staff, live.CodeAway}, {guest, guest, live.CodeAway},
	} {
		wants(t, fmt.Sprint(c.from, " to ", c.to), s.say(c.from, c.to), c.code)
	}
	for name, seat := range map[string]live.Seat{"in": {In: true}, "looking": {Look: true}, "a word": {At: 1}} {
		wants(t, "a guest "+name, s.sit(guest, seat), live.CodeForbidden)
	}
	wants(t, "a guest with a microphone", s.sit(guest, live.Seat{Mic: true}), "")
	wants(t, "staff in", s.sit(staff, live.Seat{In: true}), live.CodeForbidden)
	wants(t, "a nudge", s.do(staff, live.Command{Nudge: &live.Nudge{What: live.NudgeMute}}), live.CodeForbidden)
	wants(t, "staff turn away", s.sit(staff, live.Seat{}), "")
	wants(t, "the guest sees no more", fmt.Sprint(s.sees(guest)), fmt.Sprint([]live.MemberID{guest}))
	wants(t, "and hears no more", s.say(staff, guest), live.CodeAway)
	s.gone(guest)
	s.enter("guest", live.Visitor, "g1")
	for _, m := range s.posts[SocketID(guest)][len(s.posts[SocketID(guest)])-1:] {
		if m.Signal != nil {
			t.Error("what was said before they turned away is told again")
		}
	}
}

// TestAtTheDesk: nobody sees anybody, everybody hears that something changed.
func TestAtTheDesk(t *testing.T) {
	s := newStage(t, live.DeskRoom("p1"))
	var pages []live.MemberID
	for i := range live.MaxMembers + 5 {
		pages = append(pages, s.enter(fmt.Sprint("staff", i), live.Admin, ""))
	}
	s.act(Act{Note: &live.DataNote{What: "visits"}})
	for _, id := range pages {
		all := s.posts[SocketID(id)]
		if last := all[len(all)-1]; last.Change == nil || last.Change.Data == nil || len(s.sees(id)) != 0 {
			t.Fatalf("%s heard %+v and sees %v", id, last, s.sees(id))
		}
	}
	wants(t, "a signal", s.say(pages[0], pages[1]), live.CodeForbidden)
	wants(t, "a seat", s.sit(pages[0], live.Seat{}), live.CodeForbidden)
}

// TestInTheVisit: only who sits in is heard, only staff have the word, and the seventh person finds no chair.
func TestInTheVisit(t *testing.T) {
	s := newStage(t, live.VisitRoom("v1"))
	host, guest, other := s.enter("host", live.Therapist, ""), s.enter("guest", live.Visitor, "g1"), s.enter("other", live.Visitor, "g2")
	wants(t, "before anybody sits", s.say(guest, host), live.CodeAway)
	wants(t, "in", s.sit(guest, live.Seat{In: true})+s.sit(host, live.Seat{In: true, Spotlight: guest, Closing: 9, At: 1}), "")
	wants(t, "two who sit", s.say(guest, host)+s.say(host, guest), "")
	wants(t, "one who stands", s.say(other, guest)+s.say(guest, other), live.CodeAway+live.CodeAway)
	for name, seat := range map[string]live.Seat{"a spotlight": {In: true, Spotlight: guest}, "an end": {In: true, Closing: 3}, "a time": {In: true, At: 3}, "a look": {Look: true}} {
		wants(t, "a guest with "+name, s.sit(guest, seat), live.CodeForbidden)
	}
	nudge := func(from, to live.MemberID, what, text string) string {
		return s.do(from, live.Command{Nudge: &live.Nudge{To: to, What: what, Text: text}})
	}
	caption, err := live.CaptionOf("v1", "hello", live.Made{Service: care.NewID[care.ServiceID](), Name: "Ears", Speaker: care.Speaker{Guest: care.NewID[care.GuestID]()}})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []live.RoomID{"visit/v1", "visit/v2"} { // one that went astray is shown to nobody
		caption.Room = at
		s.act(Act{Place: Place{Room: at}, Caption: &caption})
	}
	caption.Room = "visit/v1"
	for id, want := range map[live.MemberID]int{host: 1, guest: 1, other: 0} {
		heard := 0
		for _, m := range s.posts[SocketID(id)] {
			if m.Nudge != nil && reflect.DeepEqual(*m.Nudge, caption) {
				heard++
			}
		}
		wants(t, string(id)+" reads a service's caption", heard, want)
	}
	wants(t, "a guest mutes", nudge(guest, host, live.NudgeMute, ""), live.CodeForbidden)
	wants(t, "who stands speaks", nudge(other, "", live.NudgeCaption, "x"), live.CodeForbidden)
	wants(t, "the host mutes who stands", nudge(host, other, live.NudgeMute, ""), live.CodeAway)
	wants(t, "the host mutes", nudge(host, guest, live.NudgeMute, ""), "")
	last := s.posts[SocketID(guest)][len(s.posts[SocketID(guest)])-1]
	if last.Nudge == nil || *last.Nudge != (live.Nudged{Room: "visit/v1", From: host, What: live.NudgeMute}) {
		t.Errorf("the guest heard %+v", last)
	}
	refused := 0
	for range nudgeBurst + 5 {
		if nudge(guest, "", live.NudgeCaption, "hello") == live.CodeTooMany {
			refused++
		}
	}
	wants(t, "captions refused", refused, 5)
	s.pass(time.Second)
	wants(t, "later", nudge(guest, "", live.NudgeCaption, "hello"), "")
	for i := range care.MostInCall - 2 {
		wants(t, "one more", s.sit(s.enter(fmt.Sprint("more", i), live.Visitor, care.GuestID(fmt.Sprint("m", i))), live.Seat{In: true}), "")
	}
	wants(t, "the seventh", s.sit(other, live.Seat{In: true}), live.CodeTooMany)
	wants(t, "a second page of one who sits", s.sit(s.enter("again", live.Visitor, "g1"), live.Seat{In: true}), "")
	wants(t, "sensors announced here", s.do(guest, live.Command{Announce: &live.Announce{}}), live.CodeForbidden)
}

// TestAReloadedPageTakesItsChair: the empty one of the page before is gone at once, and the house hears of no leaving.
func TestAReloadedPageTakesItsChair(t *testing.T) {
	s := newStage(t, live.VisitRoom("v1"))
	host, guest := s.enter("host", live.Therapist, ""), s.enter("guest", live.Visitor, "g1")
	s.sit(host, live.Seat{In: true})
	s.sit(guest, live.Seat{In: true})
	s.gone(guest)
	s.pass(time.Second)
	again := s.enter("again", live.Visitor, "g1")
	s.sit(again, live.Seat{In: true})
	wants(t, "the host sees", fmt.Sprint(s.sees(host)), fmt.Sprint([]live.MemberID{host, again}))
	s.pass(time.Hour)
	wants(t, "the house hears", heard(s), "join lose join")
}

func heard(s *stage) string {
	var acts []string
	for _, a := range s.room.Attended() {
		if a.Visit != "v1" {
			s.t.Errorf("of visit %q", a.Visit)
		}
		acts = append(acts, string(a.Act))
	}
	return strings.Join(acts, " ")
}

// TestTheHouseHearsWhoIsThere tells every way a guest may go.
func TestTheHouseHearsWhoIsThere(t *testing.T) {
	bye := func(s *stage, id live.MemberID, l Leaving) { l.Socket = SocketID(id); s.act(Act{Leave: &l}) }
	for name, c := range map[string]struct {
		do   func(s *stage, g live.MemberID)
		want string
	}{
		"is there":         {func(*stage, live.MemberID) {}, "join"},
		"is lost":          {func(s *stage, g live.MemberID) { s.gone(g) }, "join lose"},
		"is lost for long": {func(s *stage, g live.MemberID) { s.gone(g); s.pass(grace); s.pass(stay - grace - 1) }, "join lose"},
		"is given up":      {func(s *stage, g live.MemberID) { s.gone(g); s.pass(grace); s.pass(stay - grace) }, "join lose leave"},
		"comes back late": {func(s *stage, g live.MemberID) {
			s.gone(g)
			s.pass(grace)
			s.enter("guest", live.Visitor, "g1")
			s.sit(g, live.Seat{In: true})
			s.pass(time.Hour)
		}, "join lose join"},
		"is put out while away": {func(s *stage, g live.MemberID) {
			s.gone(g)
			s.act(Act{Place: Place{Guest: "g1"}, Expel: &Expelled{Member: g, Reason: "left"}})
		}, "join lose leave"},
		"is put out when lost": {func(s *stage, g live.MemberID) {
			s.gone(g)
			s.pass(grace)
			s.act(Act{Place: Place{Guest: "g1"}, Expel: &Expelled{Member: g, Reason: "left"}})
		}, "join lose leave"},
		"came back before": {func(s *stage, g live.MemberID) {
			s.act(Act{Place: Place{Guest: "g1"}, Expel: &Expelled{Member: g, Reason: "left"}})
		}, "join"},
		"comes back": {func(s *stage, g live.MemberID) {
			s.gone(g)
			s.pass(grace - 1)
			s.enter("guest", live.Visitor, "g1")
			s.pass(time.Hour)
		}, "join lose join"},
		"says goodbye": {func(s *stage, g live.MemberID) { bye(s, g, Leaving{Reason: "left"}) }, "join lose"},
		"stays away":   {func(s *stage, g live.MemberID) { bye(s, g, Leaving{Reason: "left"}); s.pass(grace) }, "join lose leave"},
		"hangs up":     {func(s *stage, g live.MemberID) { s.sit(g, live.Seat{}) }, "join leave"},
		"sits again":   {func(s *stage, g live.MemberID) { s.sit(g, live.Seat{}); s.sit(g, live.Seat{In: true}) }, "join leave join"},
		"is put out": {func(s *stage, g live.MemberID) {
			bye(s, g, Leaving{Reason: "left", Withdrawn: true, Told: "unassigned"})
		}, "join leave"},
		"is signed out": {func(s *stage, g live.MemberID) { bye(s, g, Leaving{Reason: "signed-out"}) }, "join leave"},
		"has two pages": {func(s *stage, g live.MemberID) {
			b := s.enter("b", live.Visitor, "g1")
			s.sit(b, live.Seat{In: true})
			s.gone(g)
			s.pass(grace)
			s.sit(b, live.Seat{Mic: true})
		}, "join leave"},
		"hangs one of two up": {func(s *stage, g live.MemberID) {
			s.sit(s.enter("b", live.Visitor, "g1"), live.Seat{In: true})
			s.sit(g, live.Seat{})
			s.pass(time.Hour)
		}, "join"},
	} {
		s := newStage(t, live.VisitRoom("v1"))
		host := s.enter("host", live.Therapist, "")
		s.sit(host, live.Seat{In: true})
		g := s.enter("guest", live.Visitor, "g1")
		wants(t, name+": before they sit", heard(s), "")
		s.sit(g, live.Seat{In: true})
		c.do(s, g)
		wants(t, name, heard(s), c.want)
	}
	s := newStage(t, live.VisitRoom("v1"))
	g := s.enter("guest", live.Visitor, "g1")
	s.gone(g)
	s.pass(grace)
	s.pass(grace - 1)
	wants(t, "let in, gone and not given up", heard(s), "")
	if s.room.Deadline().After(s.now.Add(1)) {
		t.Errorf("the room would wake at %v, now is %v", s.room.Deadline(), s.now)
	}
	s.pass(1)
	wants(t, "let in, gone and given up", heard(s), "leave")
}
