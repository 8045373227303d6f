package ecg

import (
	"math"
	"math/rand/v2"
	"testing"
)

// told is what was said of a stretch of signal.
type told struct {
	beats, usable, good int
	why                 Cause   // of beats and of seconds, all that was ever named
	most, least         float64 // quality of seconds
}

// tell feeds a whole signal and sums up what is said between from and to seconds; every second energy says how the body
// moves.
func tell(t testing.TB, rate float64, samples []float64, from, to float64, energy func(second int) float64) told {
	t.Helper()
	d, err := NewDetector(rate)
	if err != nil {
		t.Fatal(err)
	}
	out := told{least: 1}
	var found []Beat
	for i, v := range samples {
		if second := int(float64(i) / rate); energy != nil && float64(i) == math.Ceil(float64(second)*rate) {
			d.Move(energy(second))
		}
		found = d.Feed(v, found[:0])
		for _, b := range found {
			if b.At < from*rate || b.At > to*rate {
				continue
			}
			mustExplain(t, Grade{b.Quality, b.Why})
			out.beats++
			out.usable += int(b2f(b.Quality >= Usable))
			out.good += int(b2f(b.Quality >= Good))
			out.why |= b.Why
		}
		if now := float64(i) / rate; now >= from && now <= to && i%int(rate/4) == 0 {
			g := d.Grade()
			mustExplain(t, g)
			out.why |= g.Why
			out.most, out.least = max(out.most, g.Quality), min(out.least, g.Quality)
		}
	}
	return out
}

// mustExplain holds a grade to its promises: 0 to 1, causes where it is not good and only there.
func mustExplain(t testing.TB, g Grade) {
	t.Helper()
	if !(g.Quality >= 0 && g.Quality <= 1) || (g.Quality >= Good) != (g.Why == 0) {
		t.Fatalf("%+v", g)
	}
}

// Every fault, laid over a clean heart, is named, and nothing else is: at any rate, in any unit, either way up.
func TestEveryCauseIsNamed(t *testing.T) {
	const from, to = 20, 40
	hum := func(mv float64) func(float64, float64) float64 {
		return func(s, v float64) float64 { return v + mv*math.Sin(2*math.Pi*50*s) }
	}
	r := rand.New(rand.NewPCG(7, 7))
	rate := 0.0
	muscle := func(mv float64) func(float64, float64) float64 { // of one density at any rate
		return func(_, v float64) float64 { return v + mv*math.Sqrt(rate/250)*r.NormFloat64() }
	}
	wander := func(mv float64) func(float64, float64) float64 {
		return func(s, v float64) float64 { return v + mv*math.Sin(2*math.Pi*0.3*s) }
	}
	const all, none, some = 1, -1, 0
	for _, c := range []struct {
		name   string
		spoil  func(second, v float64) float64
		want   Cause
		usable int     // which beats are
		most   float64 // best quality of any second
	}{
		{"clean", func(_, v float64) float64 { return v }, 0, all, 1},
		{"stands still", func(float64, float64) float64 { return 0.2 }, Flat, none, 0},
		{"at the upper rail", func(float64, float64) float64 { return 3 }, Rail, none, 0},
		{"at the lower rail", func(float64, float64) float64 { return -3 }, Rail, none, 0},
		{"tops cut off", func(_, v float64) float64 { return min(v, 0.4) }, Rail, some, Usable},
		{"hum, a tenth", hum(0.1), 0, all, 1},
		{"hum, a third", hum(0.33), Noise, all, Good},
		{"hum, as large as the beats", hum(1), Noise, none, Usable},
		{"muscle, 24 dB", muscle(0.03), 0, all, 1},
		{"muscle, 10 dB", muscle(0.15), Noise, some, Good},
		{"muscle, 5 dB", muscle(0.27), Noise, some, 0.6},
		{"wander, half a beat", wander(0.5), 0, all, 1},
		{"wander, two beats", wander(2), Baseline, all, 0.9},
		{"wander, five beats", wander(5), Baseline, some, 0.6},
	} {
		for _, in := range []struct{ rate, gain float64 }{{250, 1}, {130, -0.01}, {512, 300}, {1000, -1}} {
			rate = in.rate
			h := MustHeart(t, rate, 45, 72, 0.005, 11)
			for i := range h.samples {
				if s := float64(i) / in.rate; s >= from && s < to {
					h.samples[i] = c.spoil(s, h.samples[i])
				}
				h.samples[i] *= in.gain
			}
			got := tell(t, in.rate, h.samples, from+6, to-1, nil)
			t.Logf("%-28s %4.0f Hz %+v", c.name, in.rate, got)
			if got.why != c.want {
				t.Errorf("%s at %v Hz: named %06b, want %06b", c.name, in.rate, got.why, c.want)
			}
			if c.usable == all && (got.beats < 15 || got.usable < got.beats) || c.usable == none && got.usable > 0 ||
				got.most > c.most || c.want == 0 && (got.good < got.beats || got.least < Good) {
				t.Errorf("%s at %v Hz: %+v", c.name, in.rate, got)
			}
		}
	}
}
