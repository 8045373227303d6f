package score

import (
	"math"
	"math/cmplx"
	"slices"
)

// Where the R peak of an annotated beat is: annotations sit where an expert put them, up to some 10 ms off.
const (
	peakFrom = 0.5  // Hz
	peakTo   = 40.0 // Hz
	peakNear = 60   // ms to either side of the annotation
)

// Locate gives the beats with the R peaks of a lead: the extremum of the signal between 0.5 and 40 Hz (zero phase,
// Butterworth of second order) within 60 ms of the annotation, to a fraction of a sample by a parabola. Whether it is a
// maximum or a minimum is settled for all beats of a symbol together. NaN is a missing sample. A beat outside the signal
// keeps its annotation for its peak.
func Locate(samples []float64, rate float64, beats []Beat) []Beat {
	out := slices.Clone(beats)
	y := pass(samples, rate, peakFrom, min(peakTo, 0.45*rate))
	up := polarities(y, rate, beats)
	for i, b := range out {
		sign := -1.0
		if up[b.Symbol] {
			sign = 1
		}
		out[i].Peak = b.At
		if k, ok := extremum(y, rate, b.At, sign); ok {
			out[i].Peak = vertex(y, k, sign)
		}
	}
	return out
}

// polarities says of every symbol whether most of its beats point up: whether the highest sample near the annotation is
// further from the middle one (the median) than the lowest is.
func polarities(y []float64, rate float64, beats []Beat) map[string]bool {
	count, up := map[string]int{}, map[string]int{}
	for _, b := range beats {
		v := slices.Clone(around(y, rate, b.At))
		if len(v) == 0 {
			continue
		}
		slices.Sort(v)
		count[b.Symbol]++
		if v[0]+v[len(v)-1] > 2*v[len(v)/2] {
			up[b.Symbol]++
		}
	}
	most := map[string]bool{}
	for s, n := range count {
		most[s] = 2*up[s] >= n
	}
	return most
}

// around is the signal near a sample.
func around(y []float64, rate, at float64) []float64 {
	from, to := reach(len(y), rate, at)
	return y[from:to]
}

// reach gives the first sample near at and the one after the last.
func reach(n int, rate, at float64) (from, to int) {
	r, c := int(math.Round(peakNear*rate/1000)), int(math.Round(at))
	from = min(n, max(0, c-r))
	return from, max(from, min(n, c+r+1))
}

// extremum finds the highest sample near at, the lowest when sign is negative.
func extremum(y []float64, rate, at, sign float64) (best int, ok bool) {
	from, to := reach(len(y), rate, at)
	best = from
	for k := from; k < to; k++ {
		if sign*y[k] > sign*y[best] {
			best = k
		}
	}
	return best, from < to
}

// vertex is that of the parabola through sample k, the highest of a search, and its neighbours, or the lowest when sign is
// negative; k itself where the signal bends the other way, at the end of the search. It is half a sample off at most.
func vertex(y []float64, k int, sign float64) float64 {
	if k == 0 || k == len(y)-1 {
		return float64(k)
	}
	a, b, c := y[k-1], y[k], y[k+1]
	bend := a - 2*b + c
	if !(sign*bend < 0) {
		return float64(k)
	}
	return float64(k) + max(-0.5, min(0.5, (a-c)/(2*bend)))
}

// biquad is a filter section; a0 is 1.
type biquad struct{ b0, b1, b2, a1, a2 float64 }

// run filters v in place from rest.
func (f biquad) run(v []float64) {
	var s, r float64
	for i, x := range v {
		y := f.b0*x + s
		s = f.b1*x - f.a1*y + r
		r = f.b2*x - f.a2*y
		v[i] = y
	}
}

// pass is a band-pass run forwards and backwards, so that nothing is shifted. The signal goes on mirrored at its ends for
// a few samples, and rests there: a constant passes as nought.
func pass(samples []float64, rate, low, high float64) []float64 {
	const more = 15
	n := len(samples)
	if n < 2*more {
		return make([]float64, n)
	}
	held := hold(samples)
	v := make([]float64, 0, n+2*more)
	for i := more; i > 0; i-- {
		v = append(v, 2*held[0]-held[i])
	}
	v = append(v, held...)
	for i := 1; i <= more; i++ {
		v = append(v, 2*held[n-1]-held[n-1-i])
	}
	sections := butterworth(rate, low, high)
	for range 2 {
		rest := v[0]
		for i := range v {
			v[i] -= rest
		}
		for _, s := range sections {
			s.run(v)
		}
		slices.Reverse(v)
	}
	return v[more : more+n]
}

// hold fills missing samples with the last one, at the beginning with the first.
func hold(samples []float64) []float64 {
	out := slices.Clone(samples)
	last := 0.0
	if i := slices.IndexFunc(out, func(v float64) bool { return !math.IsNaN(v) }); i >= 0 {
		last = out[i]
	}
	for i, v := range out {
		if math.IsNaN(v) {
			out[i] = last
		}
		last = out[i]
	}
	return out
}

// butterworth designs the band-pass made of the low-pass of second order, by the bilinear transform.
func butterworth(rate, low, high float64) (sections []biquad) {
	warp := func(f float64) float64 { return 2 * rate * math.Tan(math.Pi*f/rate) }
	w1, w2 := warp(low), warp(high)
	width, centre := w2-w1, w1*w2
	pole := cmplx.Rect(1, 3*math.Pi/4) * complex(width/2, 0) // of the low-pass, and its conjugate
	root := cmplx.Sqrt(pole*pole - complex(centre, 0))
	for _, p := range []complex128{pole + root, pole - root} {
		k := complex(2*rate, 0)
		z := (k + p) / (k - p)
		// Zeros at 0 Hz and half the rate; the gain is 1 where the band's middle is.
		s := biquad{b0: 1, b2: -1, a1: -2 * real(z), a2: real(z * cmplx.Conj(z))}
		sections = append(sections, s)
	}
	mid := cmplx.Rect(1, -2*math.Atan(math.Sqrt(centre)/(2*rate)))
	gain := 1.0
	for _, s := range sections {
		gain *= cmplx.Abs((1 - mid*mid) / (1 + complex(s.a1, 0)*mid + complex(s.a2, 0)*mid*mid))
	}
	sections[0].b0, sections[0].b2 = 1/gain, -1/gain
	return sections
}
