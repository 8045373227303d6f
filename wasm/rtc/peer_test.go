//go:build !js

package rtc_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// line is the way signalling takes between two pages, in order; cut loses everything, as a dropped socket does.
type line struct {
	cut atomic.Bool
	to  atomic.Pointer[rtc.Peer]
	n   atomic.Int64
}

func (l *line) send(b json.RawMessage) {
	l.n.Add(1)
	if p := l.to.Load(); p != nil && !l.cut.Load() {
		p.Signal(b)
	}
}

// pair is two pages with one connection between them.
type pair struct {
	there, here       *rtc.Peer // aggregator, therapist's page
	toHere, toThere   line
	views             chan rtc.View
	controls          chan telemetry.Control
	opened            atomic.Int64
	servers           atomic.Int64
	mu                sync.Mutex
	receiver          telemetry.Receiver
	received, unnamed int64
	back              atomic.Int64
}

func newPair(t *testing.T, maker rtc.Maker, skew time.Duration) *pair {
	t.Helper()
	p := &pair{views: make(chan rtc.View, 1000), controls: make(chan telemetry.Control, 1000)}
	servers := func(context.Context) ([]live.ICEServer, error) { p.servers.Add(1); return nil, nil }
	p.here = rtc.Start(t.Context(), rtc.Options{Maker: maker, Send: p.toThere.send, Servers: servers,
		Now:       func() care.Stamp { return care.StampOf(time.Now().Add(skew)) },
		OnFrame:   p.frame,
		OnControl: func(c telemetry.Control) { p.controls <- c },
		OnView:    func(v rtc.View) { p.views <- v }})
	p.toHere.to.Store(p.here)
	p.there = rtc.Start(t.Context(), rtc.Options{Maker: maker, Offerer: true, Sensors: []string{"ecg-1"}, Send: p.toHere.send,
		Servers: servers, OnFrame: func(string, []byte) { p.back.Add(1) }, OnControlOpen: func() { p.opened.Add(1) }})
	p.toThere.to.Store(p.there)
	t.Cleanup(func() { p.there.Close(); p.here.Close() })
	return p
}

func (p *pair) frame(key string, b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if key != "ecg-1" {
		p.unnamed++
	}
	_ = p.receiver.Receive(b, care.StampOf(time.Now()), func(f *telemetry.Frame) {
		if f.Kind == telemetry.KindSamples {
			p.received += int64(f.Samples.Count())
		}
	})
}

// until waits for a condition that comes true by itself.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func (p *pair) connected() bool {
	return p.there.View().State == rtc.StateConnected && p.here.View().State == rtc.StateConnected
}

// source puts ECG-like runs on the channel.
type source struct {
	sender *telemetry.Sender
	index  int64
}

func (s *source) run(t *testing.T, p *rtc.Peer, frames int) {
	t.Helper()
	for range frames {
		run := telemetry.Samples{First: s.index, Start: care.StampOf(time.Now()), PeriodNS: 4e6, Channels: 1}
		for i := range int64(13) {
			run.Values = append(run.Values, int32(s.index+i)%500)
		}
		s.index += 13
		if err := s.sender.Samples(run, func(b []byte) bool { return p.Send("ecg-1", b) }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond) // the pace of a sensor, only faster
	}
}

// settle tells the tally over the control channel and waits until the books balance.
func (p *pair) settle(t *testing.T, s *source) telemetry.Account {
	t.Helper()
	tally := s.sender.Tally(s.index)
	var account telemetry.Account
	until(t, "the tally arrives", func() bool {
		if !p.there.Control(telemetry.Control{Tally: &tally}) {
			return false
		}
		select {
		case c := <-p.controls:
			if c.Tally == nil || *c.Tally != tally {
				t.Fatalf("got %+v, want %+v", c, tally)
			}
			return true
		case <-time.After(time.Second):
			return false
		}
	})
	p.mu.Lock()
	p.receiver.Tally(tally, care.StampOf(time.Now()))
	p.mu.Unlock()
	until(t, "all that was sent has had its time", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.receiver.Tick(care.StampOf(time.Now()), func(f *telemetry.Frame) {
			if f.Kind == telemetry.KindSamples {
				p.received += int64(f.Samples.Count())
			}
		})
		account = p.receiver.Account(tally)
		return account.Open == 0
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	if account.Sent != tally.Sent || account.Sent != account.Received+account.Lost || account.Received != p.received || p.unnamed != 0 {
		t.Fatalf("books %+v, tally %+v, %d came out, %d unnamed", account, tally, p.received, p.unnamed)
	}
	return account
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Two pages meet, frames flow, every sample is received or named lost, clocks agree, and the path is known.
func TestPeers(t *testing.T) {
	const skew = 90 * time.Minute
	p := newPair(t, native.New(native.Options{Loopback: true}), skew)
	start := time.Now()
	until(t, "both are connected", p.connected)
	t.Logf("connected after %v", time.Since(start).Round(time.Millisecond))
	until(t, "the control channel is open", func() bool { return p.opened.Load() == 1 })
	src := &source{sender: telemetry.NewSender("ecg-1")}
	until(t, "the sensor's channel is open", func() bool { src.run(t, p.there, 1); sent, _ := src.sender.Count(); return sent > 0 })
	src.run(t, p.there, 300)
	a := p.settle(t, src)
	t.Logf("%+v", a)
	if a.Received == 0 {
		t.Error("nothing received")
	}
	until(t, "the clocks are compared", func() bool { _, ready := p.here.Session(0); return ready })
	own := care.StampOf(time.Now().Add(skew))
	session, _ := p.here.Session(own)
	if off := session.Sub(own.Add(-skew)).Abs(); off > 5*time.Millisecond {
		t.Errorf("session time is off by %v", off)
	}
	if back := p.here.Own(session); back.Sub(own).Abs() > time.Microsecond {
		t.Errorf("there and back misses by %v", back.Sub(own))
	}
	until(t, "the path is known", func() bool { v := p.here.View(); return v.Way == rtc.WayDirect && v.RoundTrip > 0 })
	if !p.here.Send("ecg-1", []byte{1}) || p.here.Send("other", []byte{1}) {
		t.Error("want the sensor's channel to go both ways, and no other to be there")
	}
	until(t, "a message goes the other way", func() bool { return p.back.Load() == 1 })
}

// A dropped socket changes nothing for two pages that are connected.
func TestSignallingMayDrop(t *testing.T) {
	p := newPair(t, native.New(native.Options{Loopback: true}), 0)
	until(t, "both are connected", p.connected)
	src := &source{sender: telemetry.NewSender("ecg-1")}
	until(t, "the sensor's channel is open", func() bool { src.run(t, p.there, 1); sent, _ := src.sender.Count(); return sent > 0 })
	said := p.toHere.n.Load() + p.toThere.n.Load()
	for _, up := range []bool{false, true, false} {
		p.toHere.cut.Store(!up)
		p.toThere.cut.Store(!up)
		p.there.Signalling(up)
		p.here.Signalling(up)
		src.run(t, p.there, 100)
		if !p.connected() {
			t.Fatalf("signalling %v: %+v and %+v", up, p.there.View(), p.here.View())
		}
	}
	if a := p.settle(t, src); a.Received < 300*13 {
		t.Errorf("only %d samples came through", a.Received)
	}
	if n := p.toHere.n.Load() + p.toThere.n.Load(); n != said {
		t.Errorf("%d signals were sent for a healthy connection", n-said)
	}
}

// A changed network leads to an ICE restart: the channels live on, and no new connection is made.
func TestRestartKeepsTheChannels(t *testing.T) {
	p := newPair(t, native.New(native.Options{Loopback: true}), 0)
	until(t, "both are connected", p.connected)
	src := &source{sender: telemetry.NewSender("ecg-1")}
	until(t, "the sensor's channel is open", func() bool { src.run(t, p.there, 1); sent, _ := src.sender.Count(); return sent > 0 })
	for i, changed := range []*rtc.Peer{p.there, p.here} { // the one who offers, and the one who may only ask
		time.Sleep(1100 * time.Millisecond) // no two tries within a second
		said := p.toThere.n.Load()
		changed.NetworkChanged()
		until(t, "the restart is negotiated", func() bool { src.run(t, p.there, 5); return p.toThere.n.Load() > said+int64(i) })
		src.run(t, p.there, 200)
		until(t, "both are connected again", p.connected)
	}
	p.settle(t, src)
	if n := p.opened.Load(); n != 1 {
		t.Errorf("the control channel was opened %d times, want once", n)
	}
}

// A page that lost its memory is connected to anew.
func TestOtherPageBeginsAnew(t *testing.T) {
	maker := native.New(native.Options{Loopback: true})
	p := newPair(t, maker, 0)
	until(t, "both are connected", func() bool { return p.connected() && p.opened.Load() == 1 })
	p.toHere.cut.Store(true) // so that its goodbye is not heard either
	p.toThere.cut.Store(true)
	p.here.Close()
	p.toHere.cut.Store(false)
	p.toThere.cut.Store(false)
	again := rtc.Start(t.Context(), rtc.Options{Maker: maker, Send: p.toThere.send})
	defer again.Close()
	p.toHere.to.Store(again)
	until(t, "the new page is connected", func() bool {
		return again.View().State == rtc.StateConnected && p.there.View().State == rtc.StateConnected && p.opened.Load() >= 2
	})
}

// A goodbye ends the other side at once, a closed Peer refuses, and closing twice is fine.
func TestClose(t *testing.T) {
	p := newPair(t, native.New(native.Options{Loopback: true}), 0)
	until(t, "both are connected", p.connected)
	if err := errors.Join(p.there.Close(), p.there.Close()); err != nil {
		t.Fatal(err)
	}
	until(t, "the other page knows", func() bool { return p.here.View().State == rtc.StateClosed })
	if p.there.Send("ecg-1", []byte{1}) || p.there.Control(telemetry.Control{Bye: &telemetry.Bye{Reason: "left"}}) {
		t.Error("a closed peer took a message")
	}
}

// Withdrawing a sensor closes its channel and no other; giving it again opens it.
func TestSetSensors(t *testing.T) {
	p := newPair(t, native.New(native.Options{Loopback: true}), 0)
	sends := func(key string) func() bool { return func() bool { return p.there.Send(key, []byte{1}) } }
	until(t, "the first sensor's channel is open", sends("ecg-1"))
	p.there.SetSensors([]string{"imu-1"})
	until(t, "the second's is", sends("imu-1"))
	if p.there.Send("ecg-1", []byte{1}) {
		t.Error("the withdrawn sensor still sends")
	}
	p.there.SetSensors([]string{"imu-1", "ecg-1"})
	until(t, "the first is back", sends("ecg-1"))
}

// Where there are no peer connections, a Peer says so and rests.
func TestUnavailable(t *testing.T) {
	p := rtc.Start(t.Context(), rtc.Options{Maker: rtc.None{}, Offerer: true, Send: func(json.RawMessage) {}})
	until(t, "it says so", func() bool { return p.View().State == rtc.StateUnavailable })
	if _, err := rtc.Open().Make(nil, rtc.Handler{}); !errors.Is(err, rtc.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	p.Close()
}

// Junk from the other page changes nothing.
func TestJunk(t *testing.T) {
	p := newPair(t, native.New(native.Options{Loopback: true}), 0)
	until(t, "both are connected", p.connected)
	for _, junk := range []string{``, `null`, `{}`, `[1]`, `{"from":"x"}`, `{"from":"x","end":true}`, `{"from":"x","conn":9,"offer":9,"candidate":{}}`,
		`{"from":"x","conn":9,"offer":9,"description":{"type":"answer","sdp":"v=0"}}`, `{"from":"x","ask":true,"end":true}`} {
		p.there.Signal(json.RawMessage(junk))
		p.here.Signal(json.RawMessage(junk))
	}
	src := &source{sender: telemetry.NewSender("ecg-1")}
	until(t, "the sensor's channel is open", func() bool { src.run(t, p.there, 1); sent, _ := src.sender.Count(); return sent > 0 })
	src.run(t, p.there, 50)
	p.settle(t, src)
	if !p.connected() {
		t.Error("junk cost the connection")
	}
}
