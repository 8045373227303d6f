package motion

import (
	"math"
	"math/cmplx"
	"sync"
)

const (
	segmentTicks = 2 * perSecond
	waveCount    = 16 // 0.5 to 8 Hz in steps of 0.5
	segments     = 7  // two seconds each, one second apart: eight seconds
	fewSegments  = 3
	mostMissing  = segmentTicks / 4
)

// segment is a finished second and, once a body has asked for them, the waves in the two seconds that end with it.
type segment struct {
	Second
	whole bool // enough values for waves, and they are measured
	waves [waveCount]complex128
}

// waves are the Hann-weighted oscillations segments are compared with.
var waves = sync.OnceValue(func() *[waveCount][segmentTicks]complex128 {
	var w [waveCount][segmentTicks]complex128
	for f := range w {
		for i := range w[f] {
			hann := 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/segmentTicks)
			w[f][i] = cmplx.Rect(hann, -2*math.Pi*float64(f+1)*float64(i)/segmentTicks)
		}
	}
	return &w
})

// spectrum measures the waves of |a| in the two seconds that end with a second. A missing tick counts as the mean.
func (t *Track) spectrum(second int64) {
	d, ok := t.at(second)
	if !ok {
		return
	}
	var v [segmentTicks]float64
	t.until(second, v[:])
	mean, n := 0.0, 0
	for _, x := range v {
		if !math.IsNaN(x) {
			mean += x
			n++
		}
	}
	if d.whole = n >= segmentTicks-mostMissing; !d.whole {
		return
	}
	mean /= float64(n)
	for i, x := range v {
		if v[i] = x - mean; math.IsNaN(x) {
			v[i] = 0
		}
	}
	for f, wave := range waves() {
		re, im := 0.0, 0.0
		for i, x := range v {
			re += x * real(wave[i])
			im += x * imag(wave[i])
		}
		d.waves[f] = complex(re, im)
	}
}

// at is the segment of a second, if the track still has it.
func (t *Track) at(second int64) (*segment, bool) {
	d := &t.done[((second%keep)+keep)%keep]
	return d, second >= 0 && int64(d.At) == second*perSecond*tickTime && d.At > 0
}

// coherence is how far the |a| of two sensors follow each other between 0.5 and 8 Hz over the eight seconds that end with
// a second: Welch's magnitude-squared coherence, averaged over the waves by their power, 0 for nothing in common, 1 for
// the same movement. What two independent movements show by chance is taken off. NaN while there is too little of either.
func coherence(a, b *Track, second int64) float64 {
	var cross [waveCount]complex128
	var ofA, ofB [waveCount]float64
	n := 0.0
	for k := second - segments + 1; k <= second; k++ {
		x, okX := a.at(k)
		y, okY := b.at(k)
		if !okX || !okY || !x.whole || !y.whole {
			continue
		}
		n++
		for f := range cross {
			cross[f] += x.waves[f] * cmplx.Conj(y.waves[f])
			ofA[f] += square(x.waves[f])
			ofB[f] += square(y.waves[f])
		}
	}
	sum, weights := 0.0, 0.0
	for f := range cross {
		if w := math.Sqrt(ofA[f] * ofB[f]); w > 0 {
			sum += square(cross[f]) / w
			weights += w
		}
	}
	if n < fewSegments || weights == 0 {
		return math.NaN()
	}
	chance := 1 / n
	return min(1, max(0, (sum/weights-chance)/(1-chance)))
}

func square(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }
