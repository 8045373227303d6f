package room

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

var patient = care.PatientID("aaaaaaaaaaaaaaaaaaaaaaaaaa")

// asked is a house that permits what it is told to.
type asked map[care.PersonID][]access.Signal

func (a asked) Permitted(_ context.Context, _ care.PatientID, t care.PersonID) ([]access.Signal, error) {
	return a[t], nil
}

func (a asked) Relayed(context.Context, care.PatientID) (bool, error) { return false, nil }

func (a asked) Note(context.Context, Shared) error { return nil }

// wire is a room and some pages with everything between them in two queues per socket, so that a test can lose,
// double and delay what it likes. Within a socket the order stays, as TCP keeps it.
type wire struct {
	t     *rapid.T
	now   time.Time
	place Place
	room  *Room
	may   asked
	pages []*tab
}

// tab is a browser tab with what it saw.
type tab struct {
	id     live.MemberID
	person live.PersonView
	portal live.Portal
	guest  care.GuestID
	page   *live.Page
	n      int      // number of its socket; 0 = none
	socket SocketID // "" until the house took it
	up     [][]byte // to the house
	down   [][]byte // to the page
	wait   time.Time

	sent    []string // bodies of signals wanted, in order
	dropped map[string]bool
	heard   []string // bodies of signals heard, in order
	replies map[string]string
	bodies  map[string]string // by command
}

func newWire(t *rapid.T) *wire {
	w := &wire{t: t, now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), may: asked{}, place: Place{Room: live.PatientRoom(patient), Patient: patient, Name: "Wren-23"}}
	w.restart()
	for i, p := range []live.Portal{live.Aggregator, live.Patient, live.Therapist, live.Therapist} {
		person := live.PersonView{ID: "patient", Name: "Wren-23"}
		if p == live.Therapist {
			person = live.PersonView{ID: care.PersonID(fmt.Sprintf("therapist%d", i)), Name: "Mira Solano"}
			w.may[person.ID] = []access.Signal{access.ECG, access.Movement}
		}
		w.add(live.MemberID(fmt.Sprintf("member-%012d", i)), person, p, "")
	}
	return w
}

// add opens one more page.
func (w *wire) add(id live.MemberID, person live.PersonView, p live.Portal, guest care.GuestID) *tab {
	tb := &tab{id: id, person: person, portal: p, guest: guest,
		dropped: map[string]bool{}, replies: map[string]string{}, bodies: map[string]string{},
	}
	dice := rapid.Float64Range(0, 0.999)
	tb.page = live.NewPage(live.PageOptions{Member: tb.id, Portal: p, Build: "b", Random: func() float64 { return dice.Draw(w.t, "dice") }})
	w.pages = append(w.pages, tb)
	w.do(tb, tb.page.Start(w.now))
	return tb
}

// restart makes the house forget everything.
func (w *wire) restart() {
	w.room = NewRoom(w.now, w.place, w.may, w.post, slog.New(slog.DiscardHandler))
	for _, tb := range w.pages {
		w.cut(tb)
	}
}

func (w *wire) post(p Post) {
	for _, tb := range w.pages {
		if tb.socket != p.Socket || p.Socket == "" {
			continue
		}
		if len(p.Text) > 0 {
			tb.down = append(tb.down, p.Text)
		}
		if p.Close != 0 {
			w.t.Fatalf("%s was hung up on", tb.id)
		}
	}
}

func (w *wire) act(a Act) { w.room.Act(context.Background(), w.now, a) }

// do carries out what a page wants.
func (w *wire) do(tb *tab, do live.Do) {
	if tb.n != 0 {
		tb.up = append(tb.up, do.Send...)
	}
	if do.Close {
		w.hangUp(tb)
	}
	if do.Open != 0 {
		tb.n = do.Open
	}
	tb.wait = do.Wait
	for _, e := range do.Events {
		switch {
		case e.Signal != nil:
			tb.heard = append(tb.heard, string(e.Signal.Body))
		case e.Reply != nil:
			if old, twice := tb.replies[e.Reply.ID]; twice {
				w.t.Fatalf("command %s was replied to twice: %q and %q", e.Reply.ID, old, e.Reply.Code)
			}
			tb.replies[e.Reply.ID] = e.Reply.Code
			if body, is := tb.bodies[e.Reply.ID]; is && e.Reply.Code != "" {
				tb.dropped[body] = true
			}
		}
	}
}

// hangUp loses what is under way and, unless the socket just went silent, lets the house notice.
func (w *wire) hangUp(tb *tab) {
	if tb.socket != "" && !rapid.Bool().Draw(w.t, "unnoticed") {
		w.act(Act{Gone: &Gone{Socket: tb.socket}})
	}
	tb.n, tb.socket, tb.up, tb.down = 0, "", nil, nil
}

// cut breaks a socket; the page hears of it.
func (w *wire) cut(tb *tab) {
	if n := tb.n; n != 0 {
		w.hangUp(tb)
		w.do(tb, tb.page.Closed(w.now, n, 1006))
	}
}

// upstream lets the house read one message.
func (w *wire) upstream(tb *tab) {
	if tb.n != 0 && tb.socket == "" && len(tb.up) == 0 {
		w.do(tb, tb.page.Opened(w.now, tb.n))
	}
	if len(tb.up) == 0 {
		return
	}
	m, err := live.DecodePage(tb.up[0])
	if err != nil {
		w.t.Fatalf("a page wrote %s: %v", tb.up[0], err)
	}
	tb.up = tb.up[1:]
	switch {
	case m.Hello != nil:
		tb.socket = SocketID(fmt.Sprintf("%s/%d", tb.id, tb.n))
		w.say(tb, live.FromHouse{Welcome: &live.Welcome{
			Member: tb.id, Person: tb.person, Rooms: []live.RoomID{w.room.place.Room}, Now: care.StampOf(w.now), Build: "b",
		}})
		w.act(Act{Enter: &Enter{Socket: tb.socket, Member: tb.id, Person: tb.person, Portal: tb.portal, Guest: tb.guest, Resume: m.Hello.Resume[w.room.place.Room]}})
	case m.Ping != nil:
		w.say(tb, live.FromHouse{Pong: &live.Pong{T0: m.Ping.T0, Now: care.StampOf(w.now)}})
	case m.Resync != nil:
		w.act(Act{Resync: &Resynced{Socket: tb.socket, Seen: m.Resync.Seen}})
	case m.Command != nil:
		w.act(Act{Command: &Commanded{Socket: tb.socket, Command: *m.Command}})
	}
}

func (w *wire) say(tb *tab, m live.FromHouse) {
	text, err := m.Encode()
	if err != nil {
		w.t.Fatal(err)
	}
	tb.down = append(tb.down, text)
}

// downstream lets the page read one message.
func (w *wire) downstream(tb *tab) {
	if len(tb.down) > 0 && tb.n != 0 {
		text := tb.down[0]
		tb.down = tb.down[1:]
		w.do(tb, tb.page.Message(w.now, tb.n, text))
	}
}

func (w *wire) pass(d time.Duration) {
	w.now = w.now.Add(d)
	w.room.Tick(w.now)
	for _, tb := range w.pages {
		if !tb.wait.IsZero() && !w.now.Before(tb.wait) {
			w.do(tb, tb.page.Tick(w.now))
		}
	}
}

// quiet lets everything arrive.
func (w *wire) quiet() {
	for range 40 {
		for _, tb := range w.pages {
			for range 40 {
				w.upstream(tb)
				w.downstream(tb)
			}
		}
		w.pass(500 * time.Millisecond)
	}
	for _, tb := range w.pages {
		for range 100 {
			w.upstream(tb)
			w.downstream(tb)
		}
	}
}

func (w *wire) want(tb *tab, c live.Command) string {
	c.Room = w.room.place.Room
	c.ID = care.NewID[string]()
	if c.Signal != nil {
		tb.bodies[c.ID] = string(c.Signal.Body)
	}
	id, do := tb.page.Want(w.now, c)
	w.do(tb, do)
	return id
}

// TestPagesAgreeWithTheRoom plays with sockets as roughly as it can: whatever is lost or sent twice, after some quiet
// every page shows the room as it is, every command was answered once, and every signal arrived once and in order.
func TestPagesAgreeWithTheRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWire(t)
		aggregator := w.pages[0]
		wanted, restarted, count := 0, false, 0
		var last []live.Sensor
		anyone := func(t *rapid.T) *tab { return w.pages[rapid.IntRange(0, 3).Draw(t, "who")] }
		therapist := func(t *rapid.T) *tab { return w.pages[rapid.IntRange(2, 3).Draw(t, "who")] }
		signals := rapid.SampledFrom([][]access.Signal{{access.ECG}, {access.ECG, access.Movement}, {access.Camera}})
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
			"double": func(t *rapid.T) {
				if tb := anyone(t); len(tb.down) > 0 {
					tb.down = slices.Insert(tb.down, 0, tb.down[0])
				}
			},
			"lose": func(t *rapid.T) { // a hole in the changes, which only a broken house could make
				if tb := anyone(t); len(tb.down) > 0 && bytes.HasPrefix(tb.down[0], []byte(`{"change"`)) {
					tb.down = tb.down[1:]
				}
			},
			"pass": func(t *rapid.T) { w.pass(time.Duration(rapid.IntRange(1, 20_000).Draw(t, "ms")) * time.Millisecond) },
			"restart": func(t *rapid.T) {
				if rapid.IntRange(0, 5).Draw(t, "rarely") == 0 {
					restarted = true
					w.restart()
				}
			},
			"announce": func(t *rapid.T) {
				wanted++
				last = []live.Sensor{{Key: "strap", Signal: access.ECG, State: "streaming", Battery: wanted % 100}}
				w.want(aggregator, live.Command{Announce: &live.Announce{Sensors: last}})
			},
			"ask": func(t *rapid.T) {
				w.want(therapist(t), live.Command{Ask: &live.Ask{From: aggregator.id, Signals: signals.Draw(t, "what")}})
			},
			"permit": func(t *rapid.T) {
				w.may[therapist(t).person.ID] = signals.Draw(t, "what")
				w.act(Act{Recheck: true})
			},
			"stop": func(t *rapid.T) {
				if len(w.room.shares) > 0 {
					w.want(anyone(t), live.Command{Stop: &live.Stop{Share: rapid.SampledFrom(w.room.shares).Draw(t, "share").ID}})
				}
			},
			"signal": func(t *rapid.T) {
				tb := anyone(t)
				view, _ := tb.page.Room(w.room.place.Room)
				if len(view.Shares) == 0 {
					return
				}
				s := rapid.SampledFrom(view.Shares).Draw(t, "share")
				count++
				body := fmt.Sprintf(`"%s %s %d"`, tb.id, s.ID, count)
				tb.sent = append(tb.sent, body)
				w.want(tb, live.Command{Signal: &live.Signal{Share: s.ID, Body: []byte(body)}})
			},
			"": func(t *rapid.T) { // a page never sees the permission of others, whatever happens
				for _, s := range w.room.shares {
					if len(both(s.Signals, w.may[s.Therapist.ID])) < len(s.Signals) {
						t.Fatalf("share %v goes beyond %v", s, w.may[s.Therapist.ID])
					}
				}
			},
		})
		for _, tb := range w.pages {
			w.cut(tb)
		}
		w.quiet()
		w.agree(last, restarted)
	})
}

// agree compares every page with the room.
func (w *wire) agree(last []live.Sensor, restarted bool) {
	truth := w.room.snapshot()
	for _, tb := range w.pages {
		if tb.page.Link().State != live.Online {
			w.t.Fatalf("%s is %v after quiet", tb.id, tb.page.Link())
		}
		view, _ := tb.page.Room(truth.Room)
		if !reflect.DeepEqual(plain(view.Snapshot), plain(*truth)) {
			w.t.Fatalf("%s shows\n%+v\nthe room is\n%+v", tb.id, view.Snapshot, *truth)
		}
		for id := range tb.bodies {
			if _, answered := tb.replies[id]; !answered {
				w.t.Fatalf("%s was never answered %s", tb.id, id)
			}
		}
		if !slices.IsSorted(order(tb.heard)) || len(slices.Compact(slices.Sorted(slices.Values(tb.heard)))) != len(tb.heard) {
			w.t.Fatalf("%s heard %v", tb.id, tb.heard)
		}
	}
	me, _ := (live.RoomView{Snapshot: *truth}).Member(w.pages[0].id)
	if !slices.Equal(me.Sensors, last) {
		w.t.Fatalf("the room shows sensors %v, announced were %v", me.Sensors, last)
	}
	if !restarted {
		w.delivered()
	}
}

// delivered checks that a signal the house took for a share that still is has arrived.
func (w *wire) delivered() {
	var heard []string
	for _, tb := range w.pages {
		heard = append(heard, tb.heard...)
	}
	for _, tb := range w.pages {
		for _, body := range tb.sent {
			for _, s := range w.room.shares {
				var from, share string
				fmt.Sscanf(body, `"%s %s`, &from, &share)
				if share == string(s.ID) && !tb.dropped[body] && !slices.Contains(heard, body) {
					w.t.Fatalf("signal %s was taken and never arrived", body)
				}
			}
		}
	}
}

// order gives the numbers at the end of bodies of one sender; signals of one sender keep their order.
func order(bodies []string) []int {
	last := map[string]int{}
	var numbers []int
	for _, b := range bodies {
		var from, share string
		var n int
		fmt.Sscanf(b[1:len(b)-1], "%s %s %d", &from, &share, &n)
		if n < last[from] {
			return []int{1, 0}
		}
		last[from] = n
		numbers = append(numbers, 0)
	}
	return numbers
}

// plain makes empty lists alike.
func plain(s live.Snapshot) live.Snapshot {
	s.Ended = nil // tells of the past
	s.Members, s.Shares = slices.Clone(s.Members), slices.Clone(s.Shares)
	for i, m := range s.Members {
		if len(m.Sensors) == 0 {
			s.Members[i].Sensors = nil
		}
	}
	if len(s.Shares) == 0 {
		s.Shares = nil
	}
	return s
}
