package ecg

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// spoilt draws a heart with faults of every kind laid over it, at random places.
func spoilt(t *rapid.T, tb testing.TB) (rate float64, samples []float64) {
	rate = rapid.SampledFrom([]float64{100, 130, 200, 250, 360, 512, 1000}).Draw(t, "rate")
	h := MustHeart(tb, rate, 20, rapid.Float64Range(40, 180).Draw(t, "bpm"), 0.01, rapid.Uint64().Draw(t, "seed"))
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "noise"), 3))
	for range rapid.IntRange(0, 5).Draw(t, "faults") {
		from := rapid.IntRange(0, len(h.samples)-1).Draw(t, "from")
		to := min(len(h.samples), from+rapid.IntRange(1, int(6*rate)).Draw(t, "long"))
		size := math.Exp(rapid.Float64Range(-4, 4).Draw(t, "size"))
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		for i := from; i < to; i++ {
			v := &h.samples[i]
			switch s := float64(i) / rate; kind {
			case 0:
				*v = size
			case 1:
				*v = math.NaN()
			case 2:
				*v += size * r.NormFloat64()
			case 3:
				*v += size * math.Sin(2*math.Pi*50*s)
			case 4:
				*v += size * math.Sin(2*math.Pi*0.4*s)
			case 5:
				*v = min(*v, size/4)
			case 6:
				*v *= -size
			}
		}
	}
	return rate, h.samples
}

// Whatever comes, a grade keeps its promises, and a signal in another unit or the other way up is graded the same: a
// power of two changes not a single digit.
func TestGradesHoldForAnySignal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate, samples := spoilt(rt, t)
		gain := math.Ldexp(1, rapid.IntRange(-20, 20).Draw(rt, "gain")) * rapid.SampledFrom([]float64{1, -1}).Draw(rt, "way")
		one, two := mustDetector(t, rate), mustDetector(t, rate)
		var a, b []Beat
		for i, v := range samples {
			a, b = one.Feed(v, a[:0]), two.Feed(v*gain, b[:0])
			if len(a) != len(b) {
				rt.Fatalf("sample %d: %v, in another unit %v", i, a, b)
			}
			for k := range a {
				mustExplain(rt, Grade{a[k].Quality, a[k].Why})
				if a[k].Quality != b[k].Quality || a[k].Why != b[k].Why {
					rt.Fatalf("sample %d: %+v, in another unit %+v", i, a[k], b[k])
				}
			}
			if i%97 != 0 {
				continue
			}
			g := one.Grade()
			if g != (Grade{}) || one.learned && float64(i) > 3*rate {
				mustExplain(rt, g)
			}
			if o := two.Grade(); o != g || one.Quality() != g.Quality {
				rt.Fatalf("sample %d: %+v, in another unit %+v", i, g, o)
			}
		}
	})
}

// More movement never makes anything more usable, and beats are found all the same but for those looked for late.
func TestMovementOnlyLowers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate, samples := spoilt(rt, t)
		less := rapid.Float64Range(1.5, 5).Draw(rt, "less")
		more := less + rapid.Float64Range(0, 5).Draw(rt, "more")
		one, two := mustDetector(t, rate), mustDetector(t, rate)
		one.Move(math.Nextafter(less, 9))
		two.Move(math.Nextafter(more, 99))
		var a, b []Beat
		for _, v := range samples {
			a, b = one.Feed(v, a[:0]), two.Feed(v, b[:0])
			if len(a) != len(b) {
				rt.Fatalf("%v and %v", a, b)
			}
			for k := range a {
				if b[k].Quality > a[k].Quality || a[k].At != b[k].At {
					rt.Fatalf("moving more %+v, less %+v", b[k], a[k])
				}
			}
		}
	})
}

func mustDetector(t testing.TB, rate float64) *Detector {
	t.Helper()
	d, err := NewDetector(rate)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
