package telemetry

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
)

// Two clocks 37 s apart, drifting 50 ppm, over a way that is often slow in one direction: after half a minute the
// estimate is right to 5 ms, stays so, never runs backwards, and translates there and back.
func TestClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		apart := time.Duration(rapid.Int64Range(-int64(time.Hour), int64(time.Hour)).Draw(t, "apart"))
		ppm := rapid.Int64Range(-50, 50).Draw(t, "ppm")
		theirs := func(own care.Stamp) care.Stamp { return own.Add(apart) + care.Stamp(int64(own-noon)*ppm/1_000_000) }
		var c Clock
		var last care.Stamp
		own := noon
		for second := range 120 {
			own = noon + care.Stamp(second)*1_000_000
			ping := c.Ping(own)
			if rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				continue
			}
			there := care.Stamp(rapid.OneOf(rapid.Int64Range(2000, 4000), rapid.Int64Range(2000, 400_000)).Draw(t, "there"))
			back := care.Stamp(rapid.Int64Range(2000, 4000).Draw(t, "back"))
			pong := Answer(ping, theirs(own+there), theirs(own+there+300))
			own += there + 300 + back
			if !c.Pong(pong, own) {
				t.Fatalf("a pong in time was refused")
			}
			got := c.Theirs(own)
			if got < last {
				t.Fatalf("time ran back by %v", last.Sub(got))
			}
			last = got
			if back := c.Ours(got); back.Sub(own).Abs() > time.Microsecond {
				t.Fatalf("there and back misses by %v", back.Sub(own))
			}
			if wrong := got.Sub(theirs(own)).Abs(); second > 40 && wrong > 5*time.Millisecond+clockDrift(ppm) {
				t.Fatalf("second %d: wrong by %v", second, wrong)
			}
		}
	})
}

// clockDrift is what a drift may add over the half minute a Clock looks back.
func clockDrift(ppm int64) time.Duration {
	return time.Duration(max(ppm, -ppm)) * clockSpan / 1_000_000
}

// A tablet that wakes up with another time is followed after two answers.
func TestClockFollowsAJump(t *testing.T) {
	var c Clock
	ask := func(own care.Stamp, offset time.Duration) {
		p := c.Ping(own)
		c.Pong(Answer(p, (own+1000).Add(offset), (own+1000).Add(offset)), own+2000)
	}
	for i := range care.Stamp(10) {
		ask(noon+i*1e6, 0)
	}
	ask(noon+11e6, time.Minute)
	if got := c.Theirs(noon + 11e6); got != noon+11e6 {
		t.Errorf("one odd answer moved the clock by %v", got.Sub(noon+11e6))
	}
	ask(noon+12e6, time.Minute)
	if got, want := c.Theirs(noon+13e6), (noon + 13e6).Add(time.Minute); got != want {
		t.Errorf("after the jump: off by %v", got.Sub(want))
	}
}

// An answer to nothing, an answer twice, and impossible stamps teach nothing.
func TestClockRefuses(t *testing.T) {
	var c Clock
	if c.Pong(Pong{T0: noon, T1: noon, T2: noon}, noon+5) {
		t.Error("learnt from a pong nobody asked for")
	}
	p := c.Ping(noon)
	if c.Pong(Pong{T0: p.T0, T1: noon, T2: noon + 1e6}, noon+5) {
		t.Error("learnt from a pong that was under way longer there than here")
	}
	p = c.Ping(noon + 1)
	if !c.Pong(Answer(p, noon, noon), noon+2001) || c.Pong(Answer(p, noon, noon), noon+3000) {
		t.Error("want the first pong taken and the second refused")
	}
	if got := c.RoundTrip(); got != 2*time.Millisecond {
		t.Errorf("round trip %v, want 2ms", got)
	}
}

// That a line is slow of late is known, and forgotten; a line that was away is not taken for a slow one.
func TestClockKnowsASlowLine(t *testing.T) {
	var c Clock
	if got := c.Lately(noon); got != 0 {
		t.Errorf("before any answer: %v", got)
	}
	own := noon
	ask := func(delay time.Duration) {
		p := c.Ping(own)
		own = own.Add(delay)
		c.Pong(Answer(p, own.Add(-delay/2), own.Add(-delay/2)), own)
	}
	const quick, slow = 20 * time.Millisecond, 700 * time.Millisecond
	for i, delay := range []time.Duration{quick, slow, slow, quick, quick, 2 * clockQueue, quick} {
		ask(delay)
		if got, want := c.Lately(own), []time.Duration{quick, slow, slow, slow, quick, quick, quick}[i]; got != want {
			t.Errorf("answer %d: %v, want %v", i, got, want)
		}
	}
	if got := c.RoundTrip(); got != quick {
		t.Errorf("the quickest is %v", got)
	}
	own = own.Add(clockLately)
	if ask(2 * clockQueue); c.Lately(own.Add(5*time.Second)) != clockQueue {
		t.Errorf("of a line that takes longer than any: %v", c.Lately(own.Add(5*time.Second)))
	}
	if got := c.Lately(own.Add(clockLately + time.Second)); got != 0 {
		t.Errorf("later: %v", got)
	}
}
