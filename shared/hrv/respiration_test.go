package hrv

import (
	"math"
	"math/rand/v2"
	"testing"
)

// breather is a made heart of somebody who breathes so many times a minute for so many seconds. depth and height are what
// that does to intervals (ms) and R peaks, mayer what waves of blood pressure do to intervals, noise what neither does.
type breather struct {
	rate, heart, seconds         float64
	depth, height, mayer, jitter float64
	noise                        float64
	seed                         uint64
}

func (b breather) beats() []BreathBeat {
	r := rand.New(rand.NewPCG(b.seed, 9))
	var out []BreathBeat
	phase, wave, before := 6.28*r.Float64(), 6.28*r.Float64(), 0.0
	for t := 0.0; t < b.seconds; {
		rr := 60000/b.heart + b.depth*math.Sin(phase) + b.mayer*math.Sin(wave) + b.jitter*r.NormFloat64()
		t += rr / 1000
		// No two breaths are equally long.
		phase += 2 * math.Pi * b.rate / 60 * rr / 1000 * (1 + 0.1*r.NormFloat64())
		wave += 2 * math.Pi * 0.1 * rr / 1000 * (1 + 0.2*r.NormFloat64())
		before = 0.9*before + 0.02*r.NormFloat64()
		out = append(out, BreathBeat{At: t, RR: rr, Amplitude: 1 + before + b.height*math.Sin(phase+1) + b.noise*r.NormFloat64()})
	}
	return out
}

func TestBreathRate(t *testing.T) {
	told, off, all := 0, 0, 0
	for _, rate := range []float64{6, 8, 10, 12, 15, 18, 22, 26, 30} {
		for seed := range uint64(30) {
			b := breather{rate: rate, heart: 72 + float64(seed%5)*6, seconds: 60, depth: 20, height: 0.08, mayer: 12, jitter: 6, noise: 0.03, seed: seed}
			got := BreathOf(b.beats())
			all++
			if got.Why != BreathKnown {
				continue
			}
			told++
			if !(math.Abs(got.Rate-rate) <= max(1, 0.07*rate)) {
				off++
				t.Logf("rate %v seed %d: %+v", rate, seed, got)
			}
			if !(got.Quality > 0 && got.Quality <= 1) || !got.Intervals && !got.Heights {
				t.Errorf("rate %v: %+v", rate, got)
			}
		}
	}
	t.Logf("of %d minutes of clear breathing %d told, %d of these off", all, told, off)
	if told < all*85/100 || off > told/50 {
		t.Errorf("of %d minutes %d told, %d wrong", all, told, off)
	}
}

// What is no breathing has no rate: noise, and waves of blood pressure in the intervals.
func TestBreathRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		b    breather
		most int // of 200
	}{
		{"noise", breather{heart: 70, jitter: 20, noise: 0.05}, 8},
		{"blood pressure", breather{heart: 70, jitter: 5, mayer: 30, noise: 0.05}, 12},
		{"hardly breathing", breather{rate: 15, heart: 70, depth: 3, height: 0.01, jitter: 20, noise: 0.05}, 16},
	} {
		told := 0
		for seed := range uint64(200) {
			c.b.seconds, c.b.seed = 60, seed
			got := BreathOf(c.b.beats())
			if got.Why == BreathKnown && !(c.b.rate > 0 && math.Abs(got.Rate-c.b.rate) < 1) {
				told++
			} else if got.Why != BreathKnown && !math.IsNaN(got.Rate) {
				t.Fatalf("%s: %+v", c.name, got)
			}
		}
		t.Logf("%s: %d of 200 minutes have a rate", c.name, told)
		if told > c.most {
			t.Errorf("%s: %d of 200 minutes have a rate", c.name, told)
		}
	}
}

func TestBreathSources(t *testing.T) {
	beats := breather{rate: 14, heart: 75, seconds: 60, depth: 25, height: 0.1, jitter: 4, noise: 0.02, seed: 1}.beats()
	without := func(rr, height bool) []BreathBeat {
		out := append([]BreathBeat(nil), beats...)
		for i := range out {
			if !rr {
				out[i].RR = math.NaN()
			}
			if !height {
				out[i].Amplitude = math.NaN()
			}
		}
		return out
	}
	for _, c := range []struct{ rr, height bool }{{true, true}, {true, false}, {false, true}} {
		if got := BreathOf(without(c.rr, c.height)); !(math.Abs(got.Rate-14) < 0.7) || got.Intervals != c.rr || got.Heights != c.height {
			t.Errorf("%+v: %+v", c, got)
		}
	}
	if got := BreathOf(without(false, false)); got.Why != BreathShort {
		t.Errorf("no source: %+v", got)
	}
	if got := BreathOf(beats[:20]); got.Why != BreathShort {
		t.Errorf("twenty beats: %+v", got)
	}
	other := breather{rate: 24, heart: 75, seconds: 60, height: 0.1, noise: 0.01, seed: 1}.beats()
	mixed := append([]BreathBeat(nil), beats...)
	for i := range mixed {
		mixed[i].Amplitude = other[min(i, len(other)-1)].Amplitude
	}
	if got := BreathOf(mixed); got.Why != BreathDisagree {
		t.Errorf("two rates: %+v", got)
	}
	slow := breather{rate: 6, heart: 70, seconds: 90, depth: 40, jitter: 4, seed: 2}.beats()
	for i := range slow {
		slow[i].Amplitude = math.NaN()
	}
	if got := BreathOf(slow); got.Why != BreathSlow {
		t.Errorf("slow, and intervals alone: %+v", got)
	}
	beats[5].At = math.NaN()
	if got := BreathOf(beats); got.Why != BreathShort {
		t.Errorf("no time: %+v", got)
	}
}
