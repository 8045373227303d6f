package hrv

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// event is something done to a clean series.
type event struct {
	kind Class
	beat int // of the clean series
}

// spoil puts artefacts into clean intervals, one beat in forty: a beat missed, an extra one, an early one with the pause
// that makes up for it, one found at a wrong place. Where they fall differs, and when hard, how far off they are.
func spoil(clean []float64, hard bool, r *rand.Rand) (rr []float64, events []event) {
	n := len(clean)
	at := make([]float64, n+1)
	for i, v := range clean {
		at[i+1] = at[i] + v
	}
	between := func(soft, lo, hi float64) float64 {
		if hard {
			return lo + (hi-lo)*r.Float64()
		}
		return soft
	}
	var added []float64
	for k, b := range scattered(n, r) {
		e := event{[]Class{Missed, Extra, Ectopic, LongShort}[k%4], b}
		events = append(events, e)
		switch e.kind {
		case Extra:
			added = append(added, at[b]+clean[b]*(0.5+between(r.Float64()-0.5, -1, 1)*0.3))
		case Ectopic:
			at[b] -= clean[b-1] * between(0.28, 0.15, 0.4)
		case LongShort:
			at[b] += clean[b] * between(0.18, 0.12, 0.3) * float64(2*r.IntN(2)-1)
		}
	}
	for _, e := range events {
		if e.kind == Missed {
			at[e.beat] = math.NaN()
		}
	}
	at = slices.DeleteFunc(append(at, added...), math.IsNaN)
	slices.Sort(at)
	for i := 1; i < len(at); i++ {
		rr = append(rr, at[i]-at[i-1])
	}
	return rr, events
}

// scattered are beats to do something to, six or more apart.
func scattered(n int, r *rand.Rand) []int {
	var beats []int
	for len(beats) < n/40 {
		b := 6 + r.IntN(n-12)
		if !slices.ContainsFunc(beats, func(x int) bool { return max(x-b, b-x) < 6 }) {
			beats = append(beats, b)
		}
	}
	return beats
}

type source struct {
	name string
	rr   []float64
}

// made are hearts made here: calm, breathing deeply, fast, breathing slowly, at a noisy sensor.
var made = sync.OnceValue(func() []source {
	r := rand.New(rand.NewPCG(1, 2))
	var all []source
	for _, c := range []struct {
		name                        string
		n                           int
		mean, hf, lf, noise, breath float64
	}{
		{"calm", 900, 900, 15, 20, 6, 0.25}, {"deep", 400, 950, 100, 40, 15, 0.22}, {"fast", 900, 500, 4, 10, 4, 0.3},
		{"slow", 350, 850, 80, 10, 10, 0.1}, {"noisy", 600, 850, 20, 30, 40, 0.25},
	} {
		rr, at, walk := make([]float64, c.n), 0.0, 0.0
		for i := range rr {
			walk = 0.98*walk + c.lf*0.2*r.NormFloat64()
			e := r.NormFloat64()
			if r.IntN(20) == 0 {
				e *= 2.5
			}
			rr[i] = math.Round(c.mean + c.hf*math.Sin(2*math.Pi*c.breath*at+0.5*math.Sin(at/9)) + walk + c.noise*e)
			at += rr[i] / 1000
		}
		all = append(all, source{c.name, rr})
	}
	return all
})

// measured are real series without artefacts, when they are there.
func measured(t *testing.T) []source {
	var all []source
	for _, g := range MustGolden(t) {
		if g.CleanRR != nil {
			all = append(all, source{g.Name, g.CleanRR})
		}
	}
	return all
}
