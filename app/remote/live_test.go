package remote

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/page"
	"hearth/wasm/socket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var _ Surroundings = page.None{} // the document a Live is given in the browser

const (
	room  = live.RoomID("patient/abcdefghijklmnopqrstuvwxyz")
	other = live.MemberID("zyxwvutsrqponmlkjihgfedcba")
)

// network hands out sockets a test plays the house on.
type network struct {
	mu    sync.Mutex // guards what follows
	paths []string
	socks []*wire
	down  bool
}

func (n *network) Dial(_ context.Context, path string, events socket.Events) (socket.Socket, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		return nil, socket.ErrUnavailable
	}
	w := &wire{events: events}
	n.paths, n.socks = append(n.paths, path), append(n.socks, w)
	return w, nil
}

// last is the newest socket.
func (n *network) last() *wire {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.socks) == 0 {
		return &wire{}
	}
	return n.socks[len(n.socks)-1]
}

// wire is one socket with what the page sent.
type wire struct {
	events socket.Events

	mu     sync.Mutex // guards what follows
	sent   []live.FromPage
	closed bool
}

func (w *wire) Send(text []byte) error {
	m, err := live.DecodePage(text)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, m)
	return nil
}

func (w *wire) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
}

// commands lists what the page wanted on this socket.
func (w *wire) commands() []live.Command {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []live.Command
	for _, m := range w.sent {
		if m.Command != nil {
			all = append(all, *m.Command)
		}
	}
	return all
}

func (w *wire) say(t *testing.T, m live.FromHouse) {
	t.Helper()
	text, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	w.events.Message(text)
	synctest.Wait()
}

// welcome plays the house's first words.
func (w *wire) welcome(t *testing.T, l *Live) {
	t.Helper()
	w.events.Open()
	person := live.PersonView{ID: "p", Name: "Mira Solano"}
	w.say(t, live.FromHouse{Welcome: &live.Welcome{Member: l.Member(), Person: person, Rooms: []live.RoomID{room}, Now: care.StampOf(time.Now()), Build: "b2"}})
	w.say(t, live.FromHouse{Enter: &live.Snapshot{Room: room, Epoch: "e", N: 1, Members: []live.Member{{ID: l.Member(), Person: person, Portal: live.Therapist, State: live.Here, Since: 1}}}})
}

// document is the page of a test.
type document struct {
	page.None
	network, leave func()
	visible        func(bool)
}

func (d *document) Slot() string                         { return "5f0c12ab" }
func (d *document) OnNetwork(f func()) func()            { d.network = f; return func() {} }
func (d *document) OnLeave(f func()) func()              { d.leave = f; return func() {} }
func (d *document) OnVisible(f func(bool)) (stop func()) { d.visible = f; return func() {} }

// inTime runs f with a Live in synthetic time.
func inTime(t *testing.T, f func(*testing.T, *Live, *network, *document)) {
	synctest.Test(t, func(t *testing.T) {
		n, d := &network{}, &document{}
		l := Open(Options{Portal: live.Therapist, Build: "b1", Sockets: n, Page: d, Random: func() float64 { return 0 }})
		synctest.Wait()
		f(t, l, n, d)
		l.Close()
		l.Close()
	})
}

// Whoever begins to follow knows of everything: what the house said before is in the view, what it says since is told, and
// nothing is in neither, however much is still waiting to be taken in.
func TestNothingIsMissedBetweenViewAndEvents(t *testing.T) {
	const changes = 4
	for before := range changes + 1 {
		inTime(t, func(t *testing.T, l *Live, n *network, _ *document) {
			w := n.last()
			w.welcome(t, l)
			say := func(n int) {
				text, err := live.FromHouse{Change: &live.Change{Room: room, N: uint64(n), Data: &live.DataNote{What: "labels"}}}.Encode()
				if err != nil {
					t.Fatal(err)
				}
				w.events.Message(text) // and nobody waits until it is taken in
			}
			var got []uint64
			follow := func() {
				l.Follow(func(v View) { got = append(got, v.Rooms[room].N) }, func(e live.Event) {
					if e.Changed != nil {
						got = append(got, e.Changed.Change.N)
					}
				})
			}
			for i := range changes {
				if i == before {
					follow()
				}
				say(2 + i)
			}
			if before == changes {
				follow()
			}
			synctest.Wait()
			for i, n := range got {
				if want := uint64(1 + before + i); n != want {
					t.Errorf("after %d changes: %d were seen, want %d", before, n, want)
				}
			}
			if len(got) != 1+changes-before {
				t.Errorf("after %d changes: %d was all that was seen", before, got)
			}
		})
	}
}

func TestAViewFollowsTheHouse(t *testing.T) {
	inTime(t, func(t *testing.T, l *Live, n *network, _ *document) {
		if got := n.paths[0]; got != "/api/v1/live?as=5f0c12ab" {
			t.Errorf("the socket is at %s", got)
		}
		var seen []live.LinkState
		var mu sync.Mutex
		stop := l.Watch(func(v View) {
			mu.Lock()
			defer mu.Unlock()
			if len(seen) == 0 || seen[len(seen)-1] != v.Link.State {
				seen = append(seen, v.Link.State)
			}
		})
		var notes []live.DataNote
		l.Listen(func(e live.Event) {
			if e.Changed != nil && e.Changed.Change.Data != nil {
				notes = append(notes, *e.Changed.Change.Data)
			}
		})
		synctest.Wait()
		n.last().welcome(t, l)
		n.last().say(t, live.FromHouse{Change: &live.Change{Room: room, N: 2, Data: &live.DataNote{What: "labels"}}})
		v := l.View()
		if v.Rooms[room].N != 2 || v.Me.Name != "Mira Solano" || v.Update != "b2" || len(notes) != 1 {
			t.Errorf("got %+v, notes %v", v, notes)
		}
		stop()
		stop()
		n.last().events.Close(1006)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(seen, []live.LinkState{live.Connecting, live.Online}) {
			t.Errorf("a watcher that stopped saw %v", seen)
		}
		if l.View().Link.State != live.Waiting {
			t.Errorf("the link is %v", l.View().Link)
		}
	})
}

func TestCommandsOutliveSockets(t *testing.T) {
	inTime(t, func(t *testing.T, l *Live, n *network, d *document) {
		n.last().welcome(t, l)
		type answer struct {
			share live.ShareID
			err   error
		}
		asked := make(chan answer, 1)
		go func() {
			share, err := l.Ask(context.Background(), room, other, []access.Signal{access.ECG})
			asked <- answer{share, err}
		}()
		synctest.Wait()
		first := n.last()
		id := first.commands()[0].ID
		d.network() // the network changed: the socket is dropped before any reply
		synctest.Wait()
		if !first.closed || n.last() == first {
			t.Fatal("the old socket stayed")
		}
		first.say(t, live.FromHouse{Reply: &live.Reply{ID: id, Share: "late"}}) // and says nothing any more
		n.last().welcome(t, l)
		if again := n.last().commands(); len(again) != 1 || again[0].ID != id {
			t.Fatalf("told again: %+v", again)
		}
		n.last().say(t, live.FromHouse{Reply: &live.Reply{ID: id, Share: "s1"}})
		if got := <-asked; got.share != "s1" || got.err != nil {
			t.Errorf("got %+v", got)
		}
	})
}

func TestWhoGivesUpIsForgottenButAStopIsNot(t *testing.T) {
	inTime(t, func(t *testing.T, l *Live, n *network, _ *document) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Relay(ctx, room); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := l.Stop(ctx, room, "s1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		n.last().welcome(t, l)
		got := n.last().commands()
		if len(got) != 1 || got[0].Stop == nil {
			t.Errorf("the house was told %+v", got)
		}
	})
}

func TestRefusalsComeAsFaults(t *testing.T) {
	inTime(t, func(t *testing.T, l *Live, n *network, _ *document) {
		n.last().welcome(t, l)
		done := make(chan error, 1)
		go func() {
			_, err := l.Ask(context.Background(), room, other, []access.Signal{access.Camera})
			done <- err
		}()
		synctest.Wait()
		n.last().say(t, live.FromHouse{Reply: &live.Reply{ID: n.last().commands()[0].ID, Code: live.CodeNoSignal}})
		if err := <-done; fault.Of(err).Code != live.CodeNoSignal {
			t.Errorf("got %v", err)
		}
		n.last().say(t, live.FromHouse{Refused: &live.Refused{Code: live.CodeVersion, Final: true}})
		if v := l.View(); v.Link.State != live.TurnedAway || v.Link.Code != live.CodeVersion {
			t.Errorf("got %+v", v.Link)
		}
		if _, err := l.Relay(context.Background(), room); fault.Of(err).Code != live.CodeVersion {
			t.Errorf("got %v", err)
		}
		l.Close()
		if _, err := l.Relay(context.Background(), room); fault.Of(err).Code != live.CodeClosed {
			t.Errorf("got %v", err)
		}
	})
}

func TestAPageThatLeavesSaysGoodbyeAndMayComeBack(t *testing.T) {
	inTime(t, func(t *testing.T, l *Live, n *network, d *document) {
		n.last().welcome(t, l)
		first := n.last()
		d.leave()
		synctest.Wait()
		if c := first.commands(); len(c) != 1 || c[0].Goodbye == nil || !first.closed {
			t.Fatalf("got %+v", c)
		}
		d.visible(false)
		d.visible(true) // the browser kept it, and brings it back
		synctest.Wait()
		n.last().welcome(t, l)
		if n.last() == first || l.View().Link.State != live.Online {
			t.Errorf("the link is %v", l.View().Link)
		}
		second := n.last()
		l.Close()
		if c := second.commands(); len(c) != 1 || c[0].Goodbye == nil || !second.closed {
			t.Errorf("Close told the house %+v", c)
		}
	})
}

func TestADeadNetworkIsTriedAgainAndAgain(t *testing.T) {
	inTime(t, func(t *testing.T, l *Live, n *network, _ *document) {
		n.mu.Lock()
		n.down = true
		n.mu.Unlock()
		n.last().events.Close(1006)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		n.mu.Lock()
		n.down = false
		n.mu.Unlock()
		time.Sleep(15 * time.Second)
		synctest.Wait()
		n.last().welcome(t, l)
		if l.View().Link.State != live.Online || l.View().Link.Lost != (time.Time{}) {
			t.Errorf("the link is %v", l.View().Link)
		}
		if _, known := l.House(time.Now()); known {
			t.Error("a clock nobody told is known")
		}
	})
}

func TestWithoutABrowserNothingBreaks(t *testing.T) {
	l := Open(Options{Portal: live.Patient, Sockets: socket.Open()})
	l.Announce(room, nil)
	l.Signal(room, "s", []byte(`1`))
	l.Close()
	if l.View().Link.State != live.Closed {
		t.Errorf("the link is %v", l.View().Link)
	}
}
