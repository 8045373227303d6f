package measure

import (
	"math"
	"testing"

	"hearth/shared/hrv"
	"hearth/shared/telemetry"
)

// breathe gives n beats of a heart that goes with fifteen breaths a minute, and the time of the last.
func breathe(b *breath, at float64, n int) float64 {
	for range n {
		rr := 850 + 40*math.Sin(2*math.Pi*0.25*at)
		at += rr / 1000
		b.add(found{at: at, height: 1 + 0.1*math.Sin(2*math.Pi*0.25*at)}, hrv.Verdict{RR: rr}, false)
	}
	return at
}

// How somebody breathed before a long hole is not told again with the first beat after it.
func TestBreathIsNotOfThePast(t *testing.T) {
	var b breath
	at := breathe(&b, 0, 70)
	if got := b.rate(at); math.Abs(got-15) > 1 {
		t.Fatalf("%.1f breaths a minute, want 15", got)
	}
	if got := b.rate(at + breathStale + 0.1); !math.IsNaN(got) {
		t.Errorf("after ten seconds without a beat: %.1f", got)
	}
	at = breathe(&b, at+breathStale+1, 3)
	if got := b.rate(at); !math.IsNaN(got) {
		t.Errorf("three beats after the hole: %.1f", got)
	}
	at = breathe(&b, at, 60)
	if got := b.rate(at); math.Abs(got-15) > 1 {
		t.Errorf("%.1f breaths a minute, want 15 again", got)
	}
}

// A quality that is no number is none.
func TestAQualityThatIsNoNumberIsPoor(t *testing.T) {
	h := newHeart()
	h.add(found{at: 1, stamp: noon, quality: 1})
	h.add(found{at: 1.8, stamp: noon + 800_000, quality: math.NaN()})
	if b := h.beats[1]; b.Quality != 0 || b.Flags&telemetry.Poor == 0 {
		t.Errorf("got %+v, want it poor", b)
	}
}
