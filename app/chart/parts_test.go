package chart

import (
	"math"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

func TestSharesAreWholeOrVanish(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name string
		t    telemetry.Trend
		ok   bool
		vlf  int
		lf   int
		hf   int
	}{
		{"valid", telemetry.Trend{VLF: 180, LF: 570, HF: 250}, true, 18, 57, 25},
		{"thirds make a hundred", telemetry.Trend{VLF: 1, LF: 1, HF: 1}, true, 34, 33, 33},
		{"no VLF", telemetry.Trend{VLF: 0, LF: 1, HF: 3}, true, 0, 25, 75},
		{"one not valid", telemetry.Trend{VLF: 1, LF: nan, HF: 1}, false, 0, 0, 0},
		{"nothing there", telemetry.Trend{}, false, 0, 0, 0},
		{"no HF to compare with", telemetry.Trend{VLF: 1, LF: 1}, false, 0, 0, 0},
		{"negative", telemetry.Trend{VLF: -1, LF: 1, HF: 1}, false, 0, 0, 0},
		{"endless", telemetry.Trend{VLF: float32(math.Inf(1)), LF: 1, HF: 1}, false, 0, 0, 0},
		{"heart rate drifts", telemetry.Trend{VLF: 1, LF: 1, HF: 1, Why: telemetry.Restless}, false, 0, 0, 0},
	} {
		s, ok := SharesOf(c.t, 200)
		if ok != c.ok || s.VLF.Percent != c.vlf || s.LF.Percent != c.lf || s.HF.Percent != c.hf {
			t.Errorf("%s: %+v %v", c.name, s, ok)
		}
		if ok && math.Abs(s.HF.X+s.HF.Width-200) > 1e-9 {
			t.Errorf("%s: the bar ends at %v", c.name, s.HF.X+s.HF.Width)
		}
	}
}

func TestThePlayheadIsSmoothAndNear(t *testing.T) {
	for _, c := range []struct {
		span        float64 // of a frame of telemetry, ms
		far         care.Stamp
		least, most float64 // of a step, ms
	}{{50, 90_000, 14.5, 19}, {400, 500_000, 13.5, 20.5}} {
		var p playhead
		var worst, least float64
		least = math.Inf(1)
		var before care.Stamp
		for frame := range 60 * 20 {
			ms := float64(frame) * 1000 / 60
			span := 50.0 // 20 frames of telemetry a second
			if ms > 2000 {
				span = c.span
			}
			p.heard(begin + care.Stamp(math.Floor(ms/span)*span*1000))
			p.move(ms)
			if frame > 60*5 {
				step := float64(p.at-before) / 1000
				worst, least = max(worst, step), min(least, step)
				if behind := p.newest - p.at; behind > c.far {
					t.Fatalf("%v behind the newest sample", time.Duration(behind)*time.Microsecond)
				}
			}
			before = p.at
		}
		if worst > c.most || least < c.least {
			t.Errorf("of frames of %.0f ms: a frame moves the cursor %.1f to %.1f ms, want about 16.7", c.span, least, worst)
		}
	}
}

func TestThePlayheadWaitsCatchesUpAndJumps(t *testing.T) {
	var p playhead
	p.heard(begin)
	ms := 0.0
	run := func(frames int) {
		for range frames {
			ms += 1000.0 / 60
			p.move(ms)
		}
	}
	run(120)
	if p.at != begin {
		t.Errorf("without samples the cursor stands at %v, want the newest", p.at.Sub(begin))
	}
	p.heard(begin.Add(600 * time.Millisecond))
	run(60)
	if behind := p.newest.Sub(p.at); behind > 200*time.Millisecond {
		t.Errorf("a second later the cursor is still %v behind", behind)
	}
	p.heard(begin.Add(20 * time.Second))
	ms += 16
	if !p.move(ms) || p.newest.Sub(p.at) > 400*time.Millisecond {
		t.Errorf("far behind, the cursor did not jump: %v", p.newest.Sub(p.at))
	}
	at := p.at
	p.heard(begin)
	p.move(ms - 1000)
	p.move(math.NaN())
	if p.at < at {
		t.Error("the cursor turned back")
	}
}

func TestTheFilterTakesOutDriftAndKeepsTheBeat(t *testing.T) {
	f := filter{slow: slowCut, fast: fastCut}
	const rate = 250.0
	period := 4 * time.Millisecond
	var peak, tail float64
	values := make([]float64, 1)
	for i := range 250 * 10 {
		x := float64(i) / rate
		d := math.Mod(x, 0.8) - 0.4
		values[0] = 40 + 2*x + 1.2*math.Exp(-d*d/(2*0.012*0.012)) // 40 mV off, drifting 2 mV a second
		at := begin + care.Stamp(i*4000)
		f.begin(at, period, values)
		v := f.next(at, values[0])
		if x > 5 {
			peak = max(peak, v)
			if d < -0.2 {
				tail = max(tail, math.Abs(v))
			}
		}
	}
	if peak < 1.4 || peak > 2 { // the drift leaves 2 mV/s × 0.32 s
		t.Errorf("the beat is %.2f mV high", peak)
	}
	if tail > 0.8 {
		t.Errorf("between beats the line lies %.2f mV off", tail)
	}
	// After a pause the line is back at once, without falling in from where it was.
	at := begin + care.Stamp(60*1e6)
	f.begin(at, period, []float64{-20, -20, -20})
	if v := f.next(at, -20); math.Abs(v) > 0.01 {
		t.Errorf("after a pause the line begins at %.2f mV", v)
	}
	if !math.IsNaN(f.next(at, math.NaN())) || math.IsNaN(f.next(at+4000, -20)) {
		t.Error("a missing value must stay one and spoil nothing")
	}
}

func TestTimeAxesHaveAHandfulOfRoundTimes(t *testing.T) {
	for window, want := range map[time.Duration]time.Duration{
		TwoMinutes: 30 * time.Second, TenMinutes: 2 * time.Minute, ThirtyMinutes: 5 * time.Minute,
	} {
		if got := timeStep(window, 600, 55); got != want {
			t.Errorf("%v on 600 pixels: every %v, want %v", window, got, want)
		}
	}
}
