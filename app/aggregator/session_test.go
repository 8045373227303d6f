package aggregator

import (
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// TestTwoLoadsStampOnOneAxis: the tablet's clock is set an hour forward between two loads of its page.
func TestTwoLoadsStampOnOneAxis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHouse()
		load := func(share live.ShareID, wrong time.Duration) (sample, label care.Stamp) {
			h.mu.Lock()
			h.clock = live.Clock{Offset: -wrong, Known: true}
			h.mu.Unlock()
			b := newBenchAt(t, h, func() time.Time { return time.Now().Add(wrong) })
			defer b.Close()
			b.Restore([]Kept{{Kind: "demo", Story: "rest", Running: true}})
			h.share(share, "mira", access.ECG)
			after(10 * time.Second)
			if v := b.View().Sensors[0].Streams[0]; v.HR == 0 {
				t.Errorf("after a clock was set by %v no heart rate is shown: %+v", wrong, v)
			}
			p := b.peer(t, 0)
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.newest["demo-ecg"], p.o.Now() // what other pages compare their clocks with
		}
		for i, wrong := range []time.Duration{0, time.Hour, -time.Hour} {
			sample, label := load(live.ShareID(rune('a'+i)), wrong)
			house := care.StampOf(time.Now())
			if d := house.Sub(sample); d < 0 || d > time.Second {
				t.Errorf("tablet %v wrong: the newest sample is %v old", wrong, d)
			}
			if d := house.Sub(label).Abs(); d > time.Second {
				t.Errorf("tablet %v wrong: a label would stand %v off", wrong, d)
			}
		}
	})
}

// TestSessionClockStandsOnceAnythingIsStamped: a better guess of the house's time moves nothing afterwards.
func TestSessionClockStandsOnceAnythingIsStamped(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	house := live.Clock{}
	s := newSession(func() live.Clock { return house })
	ahead := func() time.Duration { return s.at(now).Sub(care.StampOf(now)) }
	fixed := func() bool {
		select {
		case <-s.fixed:
			return true
		default:
			return false
		}
	}
	house = live.Clock{Offset: time.Minute, Known: true}
	s.tick(now)
	if fixed() || ahead() != time.Minute {
		t.Errorf("nobody measures: fixed %v, ahead %v", fixed(), ahead())
	}
	house.Offset = time.Hour
	s.want(now)
	house.Offset = 2 * time.Hour
	s.tick(now)
	s.want(now)
	if !fixed() || ahead() != time.Hour {
		t.Errorf("measuring: fixed %v, ahead %v, want the house's hour", fixed(), ahead())
	}

	house = live.Clock{}
	s = newSession(func() live.Clock { return house })
	s.want(now)
	s.tick(now.Add(houseTime - time.Millisecond))
	if fixed() {
		t.Error("the house was given no time to tell the time")
	}
	s.tick(now.Add(houseTime))
	house = live.Clock{Offset: time.Hour, Known: true}
	s.tick(now.Add(time.Minute))
	if !fixed() || ahead() != 0 {
		t.Errorf("without a house: fixed %v, ahead %v, want the page's own clock", fixed(), ahead())
	}
}
