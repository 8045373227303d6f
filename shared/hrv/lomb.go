package hrv

import (
	"math"
	"math/cmplx"
)

// finer is how many times finer than one over the length the periodogram's frequencies lie.
const finer = 4

// Lomb gives the spectrum of intervals in ms by Lomb (1976) and Scargle (1982), at the beats' own times and so without
// resampling. Frequencies are k/(4T), T the sum of the intervals, and the classical power of N intervals times 2T/N is
// the density, so that the bands compare with Welch's. A series with holes says so by its times: LombAt.
// With fewer than four intervals, or one that is not positive and finite, every value is NaN.
func Lomb(rr []float64) Bands {
	total := 0.0
	for _, v := range rr {
		total += v / 1000
	}
	return LombAt(Cumulative(rr), rr, total)
}

// LombAt is Lomb for intervals in ms that end at the times at, in seconds, rising, holes between them allowed, in a
// stretch of so many seconds.
func LombAt(at, rr []float64, seconds float64) Bands {
	if !rising(at, rr) || !(seconds > 0) || math.IsInf(seconds, 0) {
		return noBands()
	}
	n := len(rr)
	mean, _ := spread(rr)
	step, count := 1/(finer*seconds), int(hfTo*finer*seconds)+1
	// Every beat turns by the same angle from one frequency to the next: two rotations instead of a sine and a cosine.
	now, turn := make([]complex128, n), make([]complex128, n)
	for i, t := range at {
		turn[i] = cmplx.Rect(1, 2*math.Pi*step*(t-at[0]))
		now[i] = 1
	}
	density := make([]float64, count+1)
	density[0] = math.NaN()
	for k := 1; k <= count; k++ {
		var xc, xs, c2, s2 float64
		for i, x := range rr {
			now[i] *= turn[i]
			c, s := real(now[i]), imag(now[i])
			xc += (x - mean) * c
			xs += (x - mean) * s
			c2 += c*c - s*s
			s2 += 2 * c * s
		}
		density[k] = lombPower(xc, xs, c2, s2, float64(n)) * 2 * seconds / float64(n)
	}
	return bandsOf(density, step)
}

// lombPower is the power at one frequency out of the sums over cosines and sines, turned to where the two are
// independent (Press & Rybicki 1989, equations 6 to 8).
func lombPower(xc, xs, c2, s2, n float64) float64 {
	length := math.Hypot(c2, s2)
	tau := math.Atan2(s2, c2) / 2
	ct, st := math.Cos(tau), math.Sin(tau)
	c, s := xc*ct+xs*st, xs*ct-xc*st
	power := 0.0
	if cc := (n + length) / 2; cc > 0 {
		power += c * c / cc
	}
	if ss := (n - length) / 2; ss > 1e-9*n {
		power += s * s / ss
	}
	return power / 2
}

// rising reports whether there is enough to make a spectrum of: four positive intervals at times that rise.
func rising(at, rr []float64) bool {
	if len(rr) < 4 || len(at) != len(rr) {
		return false
	}
	for i, v := range rr {
		if !(v > 0) || math.IsInf(v, 0) || math.IsNaN(at[i]) || math.IsInf(at[i], 0) || i > 0 && !(at[i] > at[i-1]) {
			return false
		}
	}
	return true
}
