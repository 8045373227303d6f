package chart

import (
	"math"
	"slices"
	"time"

	"hearth/shared/care"
)

// filter makes a signal readable as it comes, without looking ahead: it takes out what is slower than Slow (skin
// potential, gravity) and what is faster than Fast (mains, muscle). It is for the eye only; nothing is computed from it.
type filter struct {
	slow, fast float64 // Hz; 0 leaves that side as it is

	base   float64 // what is slower than slow, at the last sample
	low    biquad
	rate   float64 // Hz, what low and ease were made for
	ease   float64 // share of the distance base goes per sample
	at     care.Stamp
	primed bool
	sorted []float64
}

// anew is the pause after which the signal counts as new and the filter begins again.
const anew = 500 * time.Millisecond

// begin prepares for a run of values from the instant on. After a pause the slow part starts at the middle of the run,
// so that the line comes back where it belongs instead of falling in from far away.
func (f *filter) begin(at care.Stamp, period time.Duration, values []float64) {
	if rate := float64(time.Second) / float64(period); math.Abs(rate-f.rate) > 0.01*f.rate {
		f.rate, f.primed, f.low = rate, false, biquad{}
		f.ease = 1 - math.Exp(-2*math.Pi*f.slow/rate)
		if f.fast > 0 && f.fast < 0.4*rate {
			f.low = lowPass(f.fast, rate)
		}
	}
	if f.primed && at.Sub(f.at) < anew && at.Sub(f.at) > -anew {
		return
	}
	f.sorted = f.sorted[:0]
	for _, v := range values {
		if !math.IsNaN(v) {
			f.sorted = append(f.sorted, v)
		}
	}
	if len(f.sorted) == 0 {
		return
	}
	slices.Sort(f.sorted)
	f.base = f.sorted[len(f.sorted)/2]
	f.low.settle(f.sorted[len(f.sorted)/2])
	f.primed = true
}

// next filters one value; NaN stays NaN and leaves the filter as it was.
func (f *filter) next(at care.Stamp, v float64) float64 {
	if math.IsNaN(v) {
		return v
	}
	f.at = at
	v = f.low.next(v)
	if f.slow > 0 {
		f.base += (v - f.base) * f.ease
		v -= f.base
	}
	return v
}

func (f *filter) forget() { f.primed = false }

// biquad is a second-order section; the zero one lets everything pass.
type biquad struct {
	b0, b1, b2, a1, a2 float64
	z1, z2             float64
}

// lowPass is a second-order Butterworth low-pass by the bilinear transform.
func lowPass(cut, rate float64) biquad {
	k := math.Tan(math.Pi * cut / rate)
	norm := 1 / (1 + math.Sqrt2*k + k*k)
	b0 := k * k * norm
	return biquad{b0: b0, b1: 2 * b0, b2: b0, a1: 2 * (k*k - 1) * norm, a2: (1 - math.Sqrt2*k + k*k) * norm}
}

// next is the transposed direct form II.
func (q *biquad) next(v float64) float64 {
	if q.b0 == 0 {
		return v
	}
	out := q.b0*v + q.z1
	q.z1 = q.b1*v - q.a1*out + q.z2
	q.z2 = q.b2*v - q.a2*out
	return out
}

// settle makes the section behave as if v had come in for ever.
func (q *biquad) settle(v float64) {
	q.z1 = v * (1 - q.b0)
	q.z2 = v * (q.b2 - q.a2)
}
