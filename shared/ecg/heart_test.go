package ecg

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"
)

// heart is a synthetic lead: Gaussian waves round each R peak, at known times.
type heart struct {
	rate    float64
	samples []float64
	peaks   []float64 // sample indices, fractional
}

// waves are those of a plain lead II: seconds from R, width, millivolts.
var waves = [...][3]float64{{-0.16, 0.022, 0.12}, {-0.026, 0.009, -0.12}, {0, 0.0105, 1.1}, {0.028, 0.010, -0.25}, {0.26, 0.045, 0.3}}

// MustHeart beats for seconds at about bpm, with breath, a wandering baseline and noise of so many millivolts.
func MustHeart(t testing.TB, rate, seconds, bpm, noise float64, seed uint64) heart {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	h := heart{rate: rate, samples: make([]float64, int(seconds*rate))}
	for at := 0.4; at < seconds-0.5; {
		h.peaks = append(h.peaks, at*rate)
		shrink := math.Sqrt(60 / bpm / 1) // the T wave comes nearer when the heart is fast
		for _, w := range waves {
			mid := at + w[0]*math.Min(1, shrink)
			for i := max(0, int((mid-5*w[1])*rate)); i <= min(len(h.samples)-1, int((mid+5*w[1])*rate)); i++ {
				x := (float64(i)/rate - mid) / w[1]
				h.samples[i] += w[2] * math.Exp(-x*x/2)
			}
		}
		at += 60 / bpm * (1 + 0.05*math.Sin(2*math.Pi*0.25*at) + 0.01*r.NormFloat64())
	}
	for i := range h.samples {
		h.samples[i] += 0.15*math.Sin(2*math.Pi*0.2*float64(i)/rate) + noise*r.NormFloat64()
	}
	return h
}

// compare counts true peaks found and missed and beats that are none, between from and to seconds, and the mean error
// in ms of those found, its own offset taken off.
func (h heart) compare(found []Beat, from, to float64) (hit, missed, extra int, jitter float64) {
	used := map[int]bool{}
	var off []float64
	for _, p := range h.peaks {
		if p < from*h.rate || p > to*h.rate {
			continue
		}
		i := sort.Search(len(found), func(i int) bool { return found[i].At >= p-0.1*h.rate })
		if i < len(found) && found[i].At <= p+0.1*h.rate {
			hit++
			used[i] = true
			off = append(off, (found[i].At-p)*1000/h.rate)
		} else {
			missed++
		}
	}
	for i, b := range found {
		if b.At >= from*h.rate && b.At <= to*h.rate && !used[i] {
			extra++
		}
	}
	sort.Float64s(off)
	for _, o := range off {
		jitter += math.Abs(o-off[len(off)/2]) / float64(len(off))
	}
	return hit, missed, extra, jitter
}
