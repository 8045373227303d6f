package aggregator

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/access"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// bench is a station with a house and peers of the test, in a bubble of its own time.
type bench struct {
	full atomic.Int64 // how often it was told that a way is full

	filled    []live.MemberID // to whom, as told last; mu
	filledAll bool
	*Station
	house *testHouse

	mu    sync.Mutex
	peers []*testPeer
	drawn map[string]int // samples that reached the pictures
	gaps  map[string]int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchAt(t, newTestHouse(), time.Now)
}

// newBenchAt is a tablet of a house, with a clock of its own.
func newBenchAt(t *testing.T, h *testHouse, now func() time.Time) *bench {
	t.Helper()
	return newBenchWith(t, Options{House: h, Now: now})
}

// newBenchWith is a tablet with more than the demo.
func newBenchWith(t *testing.T, o Options) *bench {
	t.Helper()
	b := &bench{house: o.House.(*testHouse), drawn: map[string]int{}, gaps: map[string]int{}}
	b.Station = Open(Options{
		Full: func(to []live.MemberID, all bool) {
			b.full.Add(1)
			b.mu.Lock()
			b.filled, b.filledAll = to, all
			b.mu.Unlock()
		},
		House: o.House, Now: o.Now, Radio: o.Radio, Own: o.Own, Drivers: o.Drivers, Seed: 7, Maker: o.Maker, Relayed: o.Relayed,
		Connect: func(_ context.Context, o rtc.Options) Peer {
			p := newTestPeer(o)
			b.mu.Lock()
			b.peers = append(b.peers, p)
			b.mu.Unlock()
			go o.OnControlOpen()
			return p
		},
		Frames: func(about telemetry.Sensor, frames []telemetry.Frame) {
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, f := range frames {
				if f.Samples != nil {
					b.drawn[about.Key] += f.Samples.Count()
				}
				if f.Gap != nil {
					b.gaps[about.Key]++
				}
			}
		},
	})
	t.Cleanup(b.Close)
	return b
}

func (b *bench) peer(t *testing.T, n int) *testPeer {
	t.Helper()
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if n >= len(b.peers) {
		t.Fatalf("%d peers, want more than %d", len(b.peers), n)
	}
	return b.peers[n]
}

func (b *bench) count(key string) (drawn, gaps int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.drawn[key], b.gaps[key]
}

// after lets time pass and everything settle.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (b *bench) start(t *testing.T) {
	t.Helper()
	b.Restore([]Kept{{Kind: "demo", Story: "rest", Running: true}})
	after(houseTime + 2*time.Second) // this house does not tell the time
	if got := b.View().Sensors; len(got) != 1 || got[0].State != sensor.Streaming {
		t.Fatalf("sensors %+v, want the demo streaming", got)
	}
}

func TestMeasuresWithoutAnybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.house.linked(live.Link{State: live.Waiting, Lost: time.Now()})
		b.start(t)
		after(20 * time.Second)
		v := b.View()
		if !v.Away {
			t.Error("the house is away and nothing says so")
		}
		s := v.Sensors[0]
		if diff := s.Streams[0].HR - s.TrueHR; s.TrueHR == 0 || diff < -3 || diff > 3 {
			t.Errorf("heart rate %d, true %d", s.Streams[0].HR, s.TrueHR)
		}
		if s.Streams[0].Quality != Good || s.Battery != 87 {
			t.Errorf("quality %q, battery %d", s.Streams[0].Quality, s.Battery)
		}
		for key, rate := range map[string]int{"demo-ecg": 250, "demo-movement": 52} {
			if drawn, _ := b.count(key); drawn < 20*rate || drawn > 23*rate {
				t.Errorf("%s: %d samples drawn in about 22 s", key, drawn)
			}
		}
		b.house.linked(live.Link{State: live.Online})
		after(time.Second)
		if b.View().Away {
			t.Error("the house is back and still said to be away")
		}
	})
}

func TestAnnouncesOnlyWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		got, before := b.house.lastAnnounced()
		if len(got) != 2 || got[0].Key != "demo-ecg" || got[0].Signal != access.ECG || got[0].State != "streaming" || !got[1].Demo || got[1].Battery != 87 {
			t.Errorf("announced %+v", got)
		}
		after(30 * time.Second)
		if _, now := b.house.lastAnnounced(); now != before {
			t.Errorf("announced %d times more although nothing changed", now-before)
		}
		b.Disconnect("demo")
		after(time.Second)
		if got, _ := b.house.lastAnnounced(); got[0].State != "idle" {
			t.Errorf("announced %+v after disconnecting", got)
		}
		b.Remove("demo")
		after(time.Second)
		if got, _ := b.house.lastAnnounced(); len(got) != 0 {
			t.Errorf("announced %+v after removing", got)
		}
	})
}

// A sensor that is merely offered is nobody's news: the therapist hears of those somebody wanted.
func TestAnnouncesOnlyWhatWasWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.Add("heart-rate")
		after(time.Second)
		told, _ := b.house.lastAnnounced()
		if len(told) != 2 || told[0].Key != "demo-ecg" || told[1].Key != "demo-movement" {
			t.Errorf("announced %v", told)
		}
		b.Disconnect("demo")
		after(2 * time.Second)
		if told, _ = b.house.lastAnnounced(); len(told) != 2 || told[0].State != string(sensor.Idle) {
			t.Errorf("after the demo was put off, announced %v", told)
		}
	})
}

func TestLostLinkComesBackAndTheGapIsDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.Disturb("demo", demo.LinkLoss, 8*time.Second)
		after(2 * time.Second)
		s := b.View().Sensors[0]
		if s.State != sensor.Reconnecting || s.Fault == "" || s.Streams[0].HR != 0 {
			t.Errorf("after a loss: %+v", s)
		}
		if _, gaps := b.count("demo-ecg"); gaps == 0 {
			t.Error("no gap is drawn while there is no signal")
		}
		after(25 * time.Second)
		s = b.View().Sensors[0]
		if s.State != sensor.Streaming || s.Fault != "" {
			t.Errorf("long after the loss: %+v", s)
		}
	})
}

func TestStoryChangesWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.Choose("demo", demo.Exposure)
		after(30 * time.Second)
		s := b.View().Sensors[0]
		if s.State != sensor.Streaming || s.Story != demo.Exposure || s.TrueHR < 95 || s.Streams[0].HR < s.TrueHR-3 || s.Streams[0].HR > s.TrueHR+3 {
			t.Errorf("in the exposure: %+v", s)
		}
	})
}

func TestSeveralSensorsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.Add("demo")
		b.Connect("demo-2")
		b.Add("nothing the catalogue knows")
		b.house.share("s1", "mira", access.ECG)
		after(10 * time.Second)
		p := b.peer(t, 0)
		account(t, p, "demo-ecg")
		account(t, p, "demo-2-ecg")
		if got := b.View().Sensors; len(got) != 2 || got[1].Key != "demo-2" || got[0].TrueHR == 0 || got[1].TrueHR == 0 {
			t.Errorf("sensors %+v", got)
		}
	})
}

func TestCloseEndsAllAndMayComeTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		after(time.Second)
		p := b.peer(t, 0)
		b.Add("demo")
		b.Connect("demo-2") // an attempt is under way
		b.Close()
		b.Close()
		if _, _, bye, closed := p.seen(); bye != "left" || !closed {
			t.Errorf("bye %q, closed %v", bye, closed)
		}
		b.Connect("demo") // too late, and harmless
	})
}

func TestKeptSensors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.Add("demo")
		after(time.Second)
		kept := Recall(Keep(b.View()))
		want := []Kept{{Kind: "demo", Story: "rest", Running: true}, {Kind: "demo", Story: "session"}}
		if len(kept) != 2 || kept[0] != want[0] || kept[1] != want[1] {
			t.Errorf("kept %+v, want %+v", kept, want)
		}
		again := newBench(t)
		again.Restore(kept)
		after(houseTime + 2*time.Second)
		if got := again.View().Sensors; len(got) != 2 || got[0].State != sensor.Streaming || got[1].State != sensor.Idle {
			t.Errorf("after a reload: %+v", got)
		}
	})
	for _, junk := range []string{"", "{", "null", `[{"kind":1}]`} {
		if got := Recall(junk); len(got) != 0 {
			t.Errorf("recalled %v from %q", got, junk)
		}
	}
}
