package aggregator

import (
	"context"
	"sync"
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
	*Station
	house *testHouse

	mu    sync.Mutex
	peers []*testPeer
	drawn map[string]int // samples that reached the pictures
	gaps  map[string]int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{house: newTestHouse(), drawn: map[string]int{}, gaps: map[string]int{}}
	b.Station = Open(Options{
		House: b.house, Now: time.Now, Seed: 7,
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
	after(2 * time.Second)
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

// account checks that a receiver's books fit the sender's to the last sample.
func account(t *testing.T, p *testPeer, key string) (sent, held int64) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	tally, r := p.tallies[key], p.receivers[key]
	if r == nil || tally.Decoded == 0 {
		t.Fatalf("%s: nothing arrived, or no account was told: %+v", key, tally)
	}
	c := r.Counts()
	if tally.Decoded != tally.Sent+tally.Held {
		t.Errorf("%s: decoded %d, sent %d, held %d", key, tally.Decoded, tally.Sent, tally.Held)
	}
	if c.Lost != 0 || c.Refused != 0 || c.FramesLost != 0 || c.Received < tally.Sent {
		t.Errorf("%s: %+v arrived of %+v", key, c, tally)
	}
	return tally.Sent, tally.Held
}

func TestTwoTherapistsEachWhatTheyMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG, access.Movement)
		b.house.share("s2", "tom", access.Movement)
		after(10 * time.Second)
		one, two := b.peer(t, 0), b.peer(t, 1)
		account(t, one, "demo-ecg")
		account(t, one, "demo-movement")
		account(t, two, "demo-movement")
		if frames, about, _, _ := two.seen(); frames["demo-ecg"] != 0 || len(about) != 1 || about[0].Signal != "movement" {
			t.Errorf("who may see movement only was given %v and told of %+v", frames, about)
		}
		if v := b.View(); len(v.Shares) != 2 || v.Shares[0].Name != "mira" || v.Received() != 2 {
			t.Errorf("shares shown: %+v", v.Shares)
		}
	})
}

func TestWithdrawnSignalStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG, access.Movement)
		after(5 * time.Second)
		p := b.peer(t, 0)
		b.house.share("s1", "mira", access.ECG)
		synctest.Wait()
		before, about, _, _ := p.seen()
		if len(about) != 1 || about[0].Key != "demo-ecg" {
			t.Errorf("described %+v after movement was withdrawn", about)
		}
		after(5 * time.Second)
		now, _, _, _ := p.seen()
		if now["demo-movement"] != before["demo-movement"] || now["demo-ecg"] <= before["demo-ecg"] {
			t.Errorf("frames %v, then %v", before, now)
		}
		b.house.share("s1", "mira", access.ECG, access.Movement)
		after(5 * time.Second)
		account(t, p, "demo-movement")

		b.house.end("s1", "withdrawn")
		synctest.Wait()
		before, _, bye, _ := p.seen()
		after(3 * time.Second)
		now, _, _, closed := p.seen()
		if bye != "withdrawn" || !closed || now["demo-ecg"] != before["demo-ecg"] || len(b.View().Shares) != 0 {
			t.Errorf("bye %q, closed %v, frames %v then %v, shares %v", bye, closed, before, now, b.View().Shares)
		}
	})
}

func TestPatientStopsWithTheHouseAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		after(time.Second)
		p := b.peer(t, 0)
		b.house.linked(live.Link{State: live.Waiting, Lost: time.Now()})
		b.StopShare("s1")
		synctest.Wait()
		if _, _, bye, _ := p.seen(); bye != "stopped-by-patient" {
			t.Errorf("bye %q", bye)
		}
		before, _, _, _ := p.seen()
		b.house.linked(live.Link{State: live.Online})
		b.house.share("s1", "mira", access.ECG, access.Movement) // a change the house made before it heard of the stop
		after(5 * time.Second)
		now, _, _, _ := p.seen()
		b.mu.Lock()
		peers := len(b.peers)
		b.mu.Unlock()
		if peers != 1 || now["demo-ecg"] != before["demo-ecg"] || len(b.house.stops) != 1 {
			t.Errorf("%d peers, frames %v then %v, stops %v", peers, before, now, b.house.stops)
		}
	})
}

func TestRestartedHouseKeepsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		b.house.share("s2", "tom", access.ECG)
		after(3 * time.Second)
		one, two := b.peer(t, 0), b.peer(t, 1)
		b.house.restart()
		after(2 * time.Second)
		b.house.share("s9", "mira", access.ECG, access.Movement)
		after(5 * time.Second)
		if _, held := account(t, one, "demo-ecg"); held != 0 {
			t.Errorf("%d samples held over the restart", held)
		}
		account(t, one, "demo-movement")
		if _, _, bye, closed := one.seen(); bye != "" || closed {
			t.Errorf("the connection was ended: %q", bye)
		}
		after(parkedFor)
		if _, _, bye, closed := two.seen(); bye != "left" || !closed {
			t.Errorf("the therapist who did not ask again: bye %q, closed %v", bye, closed)
		}
		if v := b.View(); len(v.Shares) != 1 || v.Shares[0].ID != "s9" {
			t.Errorf("shares %+v", v.Shares)
		}
	})
}

func TestFullWayHoldsAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		after(3 * time.Second)
		p := b.peer(t, 0)
		p.setFull(true)
		after(2 * time.Second)
		p.setFull(false)
		after(5 * time.Second)
		if _, held := account(t, p, "demo-ecg"); held < 400 || held > 600 {
			t.Errorf("%d samples held in two seconds", held)
		}
		b.Pause("demo", "demo-ecg", true)
		after(2 * time.Second)
		before, about, _, _ := p.seen()
		after(3 * time.Second)
		now, _, _, _ := p.seen()
		if now["demo-ecg"] != before["demo-ecg"] || about[0].State != "idle" || !b.View().Sensors[0].Streams[0].Paused {
			t.Errorf("paused: frames %v then %v, described %+v", before, now, about)
		}
		b.Pause("demo", "demo-ecg", false)
		after(5 * time.Second)
		account(t, p, "demo-ecg")
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
		want := []Kept{{"demo", "rest", true}, {"demo", "session", false}}
		if len(kept) != 2 || kept[0] != want[0] || kept[1] != want[1] {
			t.Errorf("kept %+v, want %+v", kept, want)
		}
		again := newBench(t)
		again.Restore(kept)
		after(2 * time.Second)
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
