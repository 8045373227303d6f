package aggregator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/access"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/wasm/rtc"
)

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
	if tally.Missing() != 0 {
		t.Errorf("%s: %d samples are missing: %+v", key, tally.Missing(), tally)
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

// way is a maker one can tell from another.
type way struct {
	rtc.None
	name string
}

// TestTheRelayAlone: whoever receives through the relay only is sent no address of this tablet, nor given a connection that was
// made the direct way.
func TestTheRelayAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHouse()
		b := newBenchWith(t, Options{House: h, Now: time.Now, Maker: way{name: "direct"}, Relayed: way{name: "relay"}})
		b.start(t)
		made := func(i int) string { return b.peer(t, i).o.Maker.(way).name }
		h.share("s1", "mira", access.ECG)
		after(2 * time.Second)
		h.restart()
		h.relayed = true
		h.share("s2", "mira", access.ECG)
		h.share("s3", "tom", access.ECG)
		after(2 * time.Second)
		if made(0) != "direct" || made(1) != "relay" || made(2) != "relay" {
			t.Errorf("made %s, %s, %s", made(0), made(1), made(2))
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

// TestNobodyReceivesForLongWithoutTheHouse: a permission withdrawn while the tablet cannot hear of it must end too.
func TestNobodyReceivesForLongWithoutTheHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		after(time.Second)
		p := b.peer(t, 0)
		b.house.linked(live.Link{State: live.Waiting, Lost: time.Now()})
		after(uncheckedFor - 5*time.Second)
		if _, _, bye, _ := p.seen(); bye != "" || b.View().Alone {
			t.Fatalf("ended early: %q", bye)
		}
		after(10 * time.Second)
		if _, _, bye, closed := p.seen(); bye != "unchecked" || !closed || !b.View().Alone {
			t.Errorf("bye %q, closed %v, alone %v", bye, closed, b.View().Alone)
		}
		if got := b.View().Sensors; got[0].State != sensor.Streaming {
			t.Errorf("measuring ended: %+v", got)
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

// TestAFullWayIsSomebodys: of two who receive, whose way is full is told, and when both are it is our own line.
func TestAFullWayIsSomebodys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		b.house.share("s2", "tomas", access.ECG)
		after(3 * time.Second)
		one, two := b.peer(t, 0), b.peer(t, 1)
		told := func() ([]live.MemberID, bool) {
			after(2 * time.Second)
			b.mu.Lock()
			defer b.mu.Unlock()
			return slices.Clone(b.filled), b.filledAll
		}
		two.setFull(true)
		if to, all := told(); len(to) != 1 || all {
			t.Errorf("one way is full, told %v, all %v", to, all)
		}
		one.setFull(true)
		if to, all := told(); len(to) != 2 || !all {
			t.Errorf("both ways are full, told %v, all %v", to, all)
		}
		one.setFull(false)
		two.setFull(false)
	})
}

func TestFullWayHoldsAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.start(t)
		b.house.share("s1", "mira", access.ECG)
		after(3 * time.Second)
		p := b.peer(t, 0)
		if n := b.full.Load(); n != 0 {
			t.Errorf("told %d times that a way with room is full", n)
		}
		p.setFull(true)
		after(2 * time.Second)
		p.setFull(false)
		told := b.full.Load()
		after(5 * time.Second)
		if told == 0 || b.full.Load() > told+1 {
			t.Errorf("told %d times that the way is full, and %d times in all", told, b.full.Load())
		}
		if _, held := account(t, p, "demo-ecg"); held < 400 || held > 600 {
			t.Errorf("%d samples held in two seconds", held)
		}
		told = b.full.Load()
		b.Pause("demo", "demo-ecg", true)
		after(2 * time.Second)
		if b.full.Load() != told {
			t.Error("what somebody holds back fills no way")
		}
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
