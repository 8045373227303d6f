//go:build !js

package rtc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/live"
	"hearth/shared/telemetry"
)

// paper is a Maker whose connections are made of words: what happens to them is written down.
type paper struct {
	start time.Time
	story []string
	conns []*sheet
}

func (p *paper) note(format string, args ...any) {
	p.story = append(p.story, fmt.Sprintf("%v ", time.Since(p.start).Round(time.Second))+fmt.Sprintf(format, args...))
}

func (p *paper) Make(servers []live.ICEServer, h Handler) (Conn, error) {
	p.note("make with %s", servers[0].Username)
	s := &sheet{p: p, h: h}
	p.conns = append(p.conns, s)
	return s, nil
}

type sheet struct {
	p   *paper
	h   Handler
	got float64 // packets of sound
}

func (s *sheet) Offer(_ context.Context, restart bool) (Description, error) {
	s.p.note("offer %v", restart)
	return Description{Type: "offer", SDP: "o"}, nil
}

func (s *sheet) Accept(_ context.Context, d Description) (Description, error) {
	s.p.note("accept %s", d.Type)
	if d.Type == "answer" {
		return Description{}, nil
	}
	return Description{Type: "answer", SDP: "a"}, nil
}

func (s *sheet) Candidate(_ context.Context, c json.RawMessage) error {
	s.p.note("candidate %s", c)
	return nil
}
func (s *sheet) Open(label string, _ ChannelOptions) (Channel, error) { return leaf{label}, nil }
func (s *sheet) Servers(servers []live.ICEServer) error {
	s.p.note("servers %s", servers[0].Username)
	return nil
}
func (s *sheet) Media(context.Context, []Line, bool) error { return nil }
func (s *sheet) Put(_ context.Context, line int, t Track) error {
	s.p.note("put %d %v", line, t)
	return nil
}
func (s *sheet) Shape(_ context.Context, line int, to Shape) error {
	s.p.note("shape %d paused %v", line, to.Paused)
	return nil
}
func (s *sheet) Reports(context.Context) ([]Report, error) {
	s.got += 50
	return []Report{{ID: "in", Type: "inbound-rtp", Kind: Audio, PacketsReceived: s.got}}, nil
}
func (s *sheet) Path(context.Context) (Path, error) { return Path{}, nil }
func (s *sheet) Close() error                       { s.p.note("close"); return nil }

type leaf struct{ label string }

func (l leaf) Label() string           { return l.label }
func (l leaf) Listen(Listener)         {}
func (l leaf) Send([]byte, bool) error { return errors.New("never open") }
func (l leaf) Buffered() int           { return 0 }
func (l leaf) Close() error            { return nil }

// A connection that dies is restarted twice with fresh servers, then built anew, and the page is told in words.
func TestMending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{start: time.Now()}
		var said []signal
		var states []State
		asked := 0
		peer := Start(t.Context(), Options{Maker: p, Offerer: true,
			Servers: func(context.Context) ([]live.ICEServer, error) {
				asked++
				return []live.ICEServer{{Username: fmt.Sprint("pass-", asked)}}, nil
			},
			Send:   func(b json.RawMessage) { var s signal; _ = json.Unmarshal(b, &s); said = append(said, s) },
			OnView: func(v View) { states = append(states, v.State) }})
		answer := func() {
			synctest.Wait()
			last := said[len(said)-1]
			b, _ := json.Marshal(signal{From: "other", Conn: last.Conn, Offer: last.Offer, Description: &Description{Type: "answer", SDP: "a"}})
			peer.Signal(b)
			synctest.Wait()
		}
		turn := func(s ConnState) { p.conns[len(p.conns)-1].h.State(s); synctest.Wait() }
		early, _ := json.Marshal(signal{From: "other", Conn: 1, Offer: 1, Candidate: json.RawMessage(`{"n":1}`)})
		synctest.Wait()
		answer()
		peer.Signal(early)
		turn(Connected)
		time.Sleep(40 * time.Second)
		synctest.Wait()
		turn(Disconnected) // at 40 s; nobody answers any more
		time.Sleep(20 * time.Second)
		synctest.Wait()
		answer() // the new connection
		turn(Connected)
		time.Sleep(time.Minute)
		synctest.Wait()
		peer.Close()
		want := []string{"0s make with pass-1", "0s offer false", "0s accept answer", `0s candidate {"n":1}`,
			"42s servers pass-2", "42s offer true", // disconnected + 2 s
			"50s servers pass-2", "50s offer true", // 8 s without an answer
			"58s close", "58s make with pass-2", "58s offer false", "1m0s accept answer",
			"2m0s close"}
		if !slices.Equal(p.story, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(p.story, "\n"), strings.Join(want, "\n"))
		}
		if want := []State{StateConnecting, StateConnected, StateReconnecting, StateConnected}; !slices.Equal(states, want) {
			t.Errorf("the page was told %v, want %v", states, want)
		}
		if last := said[len(said)-1]; !last.End {
			t.Errorf("the last word was %+v, want a goodbye", last)
		}
	})
}

// A page that was gone for a while hears everything at once: that the other page said goodbye, and what the one that came after
// it made of offers which went with the connection. The one after is there, and does not wait for a connection for long.
func TestAGoodbyeThatComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{start: time.Now()}
		peer := Start(t.Context(), Options{Maker: p, Offerer: true, Send: func(json.RawMessage) {},
			Servers: func(context.Context) ([]live.ICEServer, error) { return []live.ICEServer{{Username: "pass"}}, nil }})
		say := func(s signal) {
			b, _ := json.Marshal(s)
			peer.Signal(b)
			synctest.Wait()
		}
		answer := &Description{Type: "answer", SDP: "a"}
		synctest.Wait()
		say(signal{From: "before", Conn: 1, Offer: 1, Description: answer})
		p.conns[0].h.State(Connected)
		peer.NetworkChanged()
		time.Sleep(time.Second)
		synctest.Wait() // an offer is under way
		say(signal{From: "before", End: true})
		say(signal{From: "after", Conn: 1, Offer: 2, Description: answer})
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		peer.Close()
		want := []string{"0s make with pass", "0s offer false", "0s accept answer", "1s servers pass", "1s offer true", "1s close", "2s make with pass", "2s offer false", "3s close"}
		if !slices.Equal(p.story, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(p.story, "\n"), strings.Join(want, "\n"))
		}
	})
}

// Servers are asked for anew while there is still time, and a try never uses what has ended: whoever needs a relay just when
// the house is away has a good credential.
func TestServersInGoodTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{start: time.Now()}
		var said []signal
		asked, away := 0, false
		peer := Start(t.Context(), Options{Maker: p, Offerer: true,
			Servers: func(context.Context) ([]live.ICEServer, error) {
				if away {
					return nil, errors.New("away")
				}
				asked++
				return []live.ICEServer{{Username: fmt.Sprint("pass-", asked), Life: 20}}, nil
			},
			Send: func(b json.RawMessage) { var s signal; _ = json.Unmarshal(b, &s); said = append(said, s) }})
		answer := func() {
			synctest.Wait()
			last := said[len(said)-1]
			b, _ := json.Marshal(signal{From: "other", Conn: last.Conn, Offer: last.Offer, Description: &Description{Type: "answer", SDP: "a"}})
			peer.Signal(b)
			p.conns[0].h.State(Connected)
			synctest.Wait()
		}
		answer()
		time.Sleep(45 * time.Second) // asked again at 10, 20, 30 and 40 s
		synctest.Wait()
		if asked != 5 {
			t.Errorf("in 45 s servers of 20 s were asked for %d times, want 5", asked)
		}
		away = true
		peer.NetworkChanged()
		answer()
		away = false
		time.Sleep(4 * time.Second)
		peer.NetworkChanged()
		answer()
		time.Sleep(8 * time.Second)
		peer.NetworkChanged()
		answer()
		peer.Close()
		var used []string
		for _, line := range p.story {
			if _, pass, ok := strings.Cut(line, "servers "); ok {
				used = append(used, pass)
			}
		}
		if want := []string{"pass-5", "pass-5", "pass-6"}; !slices.Equal(used, want) {
			t.Errorf("tried with %v, want %v", used, want)
		}
	})
}

// The other side answers what it is offered, drops what is old, and asks when it is left alone.
func TestOtherSide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{start: time.Now()}
		var asks atomic.Int32
		answers := []uint32{}
		peer := Start(t.Context(), Options{Maker: p,
			Servers: func(context.Context) ([]live.ICEServer, error) { return []live.ICEServer{{Username: "pass"}}, nil },
			Send: func(b json.RawMessage) {
				var s signal
				_ = json.Unmarshal(b, &s)
				if s.Ask {
					asks.Add(1)
				}
				if s.Description != nil {
					answers = append(answers, s.Conn*10+s.Offer)
				}
			}})
		offer := func(from string, conn, n uint32) {
			b, _ := json.Marshal(signal{From: from, Conn: conn, Offer: n, Description: &Description{Type: "offer", SDP: "o"}})
			peer.Signal(b)
			synctest.Wait()
		}
		time.Sleep(4 * time.Second) // the offerer asks for servers first, which may take so long
		synctest.Wait()
		if n := asks.Load(); n != 0 {
			t.Errorf("asked %d times in the first 4 s", n)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := asks.Load(); n != 1 {
			t.Errorf("asked %d times in the first 6 s, want once", n)
		}
		for _, o := range [][2]uint32{{1, 1}, {1, 1}, {1, 2}, {1, 1}, {3, 1}, {2, 9}, {3, 2}} {
			offer("a", o[0], o[1])
		}
		offer("b", 1, 1) // another page: all begins anew
		if want := []uint32{11, 12, 31, 32, 11}; !slices.Equal(answers, want) {
			t.Errorf("answered %v, want %v", answers, want)
		}
		p.conns[len(p.conns)-1].h.State(Connected)
		synctest.Wait()
		asks.Store(0)
		peer.Signalling(false)
		p.conns[len(p.conns)-1].h.State(Failed)
		time.Sleep(time.Minute)
		synctest.Wait()
		if asks.Load() != 0 {
			t.Error("asked without signalling")
		}
		peer.Signalling(true)
		time.Sleep(time.Second)
		synctest.Wait()
		if n := asks.Load(); n != 1 {
			t.Errorf("asked %d times after signalling was back, want once", n)
		}
		peer.Close()
	})
}

// A send buffer is as old as its oldest byte.
func TestBacklog(t *testing.T) {
	var b backlog
	now := dawn
	for range 100 { // five seconds of 20 frames a second
		b.sent(50, now)
		now = now.Add(50 * time.Millisecond)
	}
	for waiting, want := range map[int]time.Duration{0: 0, 50: 50, 51: 100, 100: 100, 500: 500, 1550: 1550} {
		if got := b.age(waiting, now); got != want*time.Millisecond {
			t.Errorf("%d bytes wait since %v, want %v", waiting, got, want*time.Millisecond)
		}
	}
	if got := b.age(5000, now); got < time.Second {
		t.Errorf("all of five seconds wait since %v", got)
	}
}

// stuck is a channel that takes everything and sends nothing.
type stuck struct {
	leaf
	waiting int
}

func (s *stuck) Send(b []byte, _ bool) error { s.waiting += len(b); return nil }
func (s *stuck) Buffered() int               { return s.waiting }

// A channel that moves nothing takes half a second of frames and holds the rest.
func TestLaneHolds(t *testing.T) {
	l := &lane{ch: &stuck{}, open: true}
	now, taken := dawn, 0
	for range 100 {
		if l.send(make([]byte, 100), now) {
			taken++
		}
		now = now.Add(50 * time.Millisecond)
	}
	if taken < 8 || taken > 12 {
		t.Errorf("%d frames of 50 ms were taken, want half a second of them", taken)
	}
	if l.send(make([]byte, telemetry.MaxFrame+1), now) {
		t.Error("a frame that no frame can be was taken")
	}
}

// Whatever is said, reading it does not panic, and only what makes sense is taken.
func FuzzSignal(f *testing.F) {
	for _, s := range []signal{{From: "a", Ask: true}, {From: "a", End: true}, {From: "a", Conn: 1, Offer: 2, Candidate: json.RawMessage(`{"candidate":"x"}`)},
		{From: "a", Conn: 1, Offer: 1, Description: &Description{Type: "offer", SDP: "v=0"}}} {
		b, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decodeSignal(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeSignal(again); err != nil && len(again) < maxSignal {
			t.Fatalf("%s was taken, and said again it is not: %s", b, again)
		}
	})
}
