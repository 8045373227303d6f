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
func mustExplain(t interface {
	Helper()
	Fatalf(string, ...any)
}, g Grade) {
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
		{"muscle, 8 dB", muscle(0.19), Noise, some, 0.9},
		{"muscle, 5 dB", muscle(0.27), Noise, some, 0.7},
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

// Bumps as high as beats and of every shape, one upon the other, as loose electrodes make them: few are taken for beats,
// fewer of these are called usable, while the second detector's doubts and the noise are told. Before and after nothing is given up.
func TestBumpsAreNotBelieved(t *testing.T) {
	const rate, from, to = 250, 60, 180
	var hits, extras, keptHits, keptExtras int
	var why Cause
	for seed := range uint64(8) {
		h := MustHeart(t, rate, 240, 66, 0.005, 21)
		r := rand.New(rand.NewPCG(seed, 9))
		for at := float64(from); at < to; at += 0.05 + 0.3*r.Float64() {
			high, wide := 1.2*r.Float64()*(1-2*float64(r.IntN(2))), 0.015+0.04*r.Float64()
			for i := int((at - 5*wide) * rate); i < int((at+5*wide)*rate); i++ {
				x := (float64(i)/rate - at) / wide
				h.samples[i] += high * math.Exp(-x*x/2)
			}
		}
		found := run(t, rate, h.samples)
		var kept []Beat
		for _, b := range found {
			mustExplain(t, Grade{b.Quality, b.Why})
			if b.Quality >= Usable {
				kept = append(kept, b)
			} else if b.At > from*rate && b.At < to*rate {
				why |= b.Why
			}
		}
		hit, missed, extra, _ := h.compare(found, from, to)
		keptHit, _, keptExtra, _ := h.compare(kept, from, to)
		_, lost, _, _ := h.compare(kept, 1, from-1)
		_, late, _, _ := h.compare(kept, to+2, 238)
		t.Logf("%d beats found, %d missed, %d extra; usable %d and %d; outside %d and %d not usable", hit, missed, extra, keptHit, keptExtra, lost, late)
		if lost+late > 2 {
			t.Errorf("of clean beats %d before and %d after are not usable", lost, late)
		}
		hits, extras, keptHits, keptExtras = hits+hit, extras+extra, keptHits+keptHit, keptExtras+keptExtra
	}
	if extras > hits/20 || keptExtras > hits/100 || keptHits < hits/2 || !why.Has(Noise|Disagreement) {
		t.Errorf("of %d bumps taken for beats %d are usable, of %d beats %d; named %06b", extras, keptExtras, hits, keptHits, why)
	}
}

// Movement asks more of beats, says so, and at rest changes nothing at all.
func TestMovementRaisesTheBar(t *testing.T) {
	const rate = 250
	clean, rough := MustHeart(t, rate, 90, 72, 0.005, 3), MustHeart(t, rate, 90, 72, 0.15, 3)
	always := func(energy float64) func(int) float64 { return func(int) float64 { return energy } }
	rest := tell(t, rate, rough.samples, 20, 85, nil)
	for _, energy := range []float64{0, 0.3, 1, 1.5, math.NaN(), -1} {
		if got := tell(t, rate, rough.samples, 20, 85, always(energy)); got != rest {
			t.Errorf("%v m/s²: %+v, at rest %+v", energy, got, rest)
		}
	}
	before := rest
	for _, energy := range []float64{2, 3, 4, 40, math.Inf(1)} {
		got := tell(t, rate, rough.samples, 20, 85, always(energy))
		if got.usable > before.usable || got.most > before.most || !got.why.Has(Movement) || !got.why.Has(rest.why) {
			t.Errorf("%v m/s²: %+v, with less %+v", energy, got, before)
		}
		before = got
	}
	if before.usable > rest.usable/2 {
		t.Errorf("strong movement and a rough signal: %d of %d beats usable", before.usable, before.beats)
	}
	// A beat that hardly stands out is looked for afterwards, but not in a body that moves.
	weak := MustHeart(t, rate, 90, 60, 0.01, 3)
	for k := 12; k < len(weak.peaks); k += 5 {
		for i, from := 0, int(weak.peaks[k]-0.3*rate); i < 0.6*rate; i++ {
			weak.samples[from+i] *= 0.08
		}
	}
	late := func(energy float64) (n int) {
		d := mustDetector(t, rate)
		for _, v := range weak.samples {
			for _, b := range d.Feed(v, nil) {
				n += int(b2f(b.Late && b.At > 10*rate))
			}
			d.Move(energy)
		}
		return n
	}
	if rest, moving := late(0), late(2); rest < 5 || moving > 0 {
		t.Errorf("%d late beats at rest, %d while moving", rest, moving)
	}
	if got := tell(t, rate, clean.samples, 20, 85, always(9)); got.usable < got.beats || got.why&^Movement != 0 {
		t.Errorf("strong movement and a clean signal: %+v", got)
	}
}
