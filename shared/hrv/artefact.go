package hrv

import (
	"math"
	"slices"
)

// An interval is judged by what came before it and by the two that follow. The classes are those of Lipponen &
// Tarvainen (2019, "A robust algorithm for heart rate variability time series artefact correction using novel beat
// classification"): missed, extra, ectopic or misplaced, long or short. Their thresholds look both ways over 91
// beats; ours look back only, so that a value once in a window stays.
const (
	memory   = 45   // good intervals the thresholds are made of
	recent   = 11   // and the reference interval
	quartile = 5.2  // quartile deviations a difference may be off: 3.5 σ of a normal one
	floorMS  = 25   // no difference smaller than this is an artefact
	floorOf  = 0.06 // nor one smaller than this share of the reference interval
	enough   = 5    // good intervals before anything is judged
	stubborn = 11   // intervals in a row that agree with each other and all look wrong: then the memory is wrong
)

// mended is one interval as it goes into the windows.
type mended struct {
	rr    float64 // ms
	fixed bool    // not as measured
}

// judge keeps what is known of the intervals so far.
type judge struct {
	rr   [memory]float64 // newest good intervals
	diff [memory]float64 // absolute differences of successive good ones
	n    int             // good intervals ever, since the last start
	m    int             // differences ever
	sort [memory]float64

	strange [stubborn]float64 // newest intervals that looked wrong
	s       int               // how many in a row
}

// doubt is told of every interval as it comes. A rhythm that agrees with itself for long and with the memory never is a
// heart at another pace, and the memory is of something else, such as what was taken for beats while a strap came off.
// Without this, a pace of half the remembered one would look like missed beats for ever.
func (j *judge) doubt(rr float64, odd bool) {
	if !odd {
		j.s = 0
		return
	}
	j.strange[j.s%stubborn] = rr
	if j.s++; j.s < stubborn {
		return
	}
	copy(j.sort[:], j.strange[:])
	m := median(j.sort[:stubborn])
	if j.sort[0] >= 0.8*m && j.sort[stubborn-1] <= 1.2*m {
		j.reset()
	}
}

// reset forgets, after a stretch that no interval bridges for long.
func (j *judge) reset() { j.n, j.m, j.s = 0, 0, 0 }

// learn takes an interval found good; follows says that the one before it was good too.
func (j *judge) learn(rr float64, follows bool) {
	if follows && j.n > 0 {
		j.diff[j.m%memory] = math.Abs(rr - j.rr[(j.n-1)%memory])
		j.m++
	}
	j.rr[j.n%memory] = rr
	j.n++
}

// reference is the median of the newest good intervals.
func (j *judge) reference() float64 {
	n := min(j.n, recent)
	for i := range n {
		j.sort[i] = j.rr[(j.n-1-i)%memory]
	}
	return median(j.sort[:n])
}

// bound is how far an interval may be from the one before it.
func (j *judge) bound(reference float64) float64 {
	least := max(floorMS, floorOf*reference)
	n := min(j.m, memory)
	if n < enough {
		return max(least, 0.2*reference)
	}
	copy(j.sort[:n], j.diff[:n])
	s := j.sort[:n]
	slices.Sort(s)
	// Differences lie to both sides of nought, so the median of their sizes is their quartile deviation.
	return max(least, min(quartile*s[n/2], 0.35*reference))
}

// odd reports at once whether an interval looks wrong, for those who cannot wait.
func (j *judge) odd(rr float64) bool {
	if j.n < enough {
		return rr < 250 || rr > 2500
	}
	m := j.reference()
	last := j.rr[(j.n-1)%memory]
	b := j.bound(m)
	return math.Abs(rr-last) > b && math.Abs(rr-m) > b
}

// settle judges the first of the intervals waiting, with up to two that follow it, and appends what goes into the
// windows. It says how many intervals that used up.
func (j *judge) settle(wait []float64, out []mended) ([]mended, int) {
	rr := wait[0]
	if !j.odd(rr) {
		return append(out, mended{rr: rr}), 1
	}
	m := rr
	if j.n > 0 {
		m = j.reference()
	}
	b := j.bound(m)
	near := func(v float64) bool { return math.Abs(v-m) <= b }
	if len(wait) > 1 && rr < m && near(rr+wait[1]) { // an extra beat between the two
		return append(out, mended{rr + wait[1], true}), 2
	}
	for k := 2.0; k <= 3; k++ { // one or two beats missed
		if math.Abs(rr/k-m) <= b {
			for range int(k) {
				out = append(out, mended{rr / k, true})
			}
			return out, 1
		}
	}
	if len(wait) > 1 && near((rr+wait[1])/2) { // a beat out of its place: early or late, the next makes up for it
		half := (rr + wait[1]) / 2
		return append(out, mended{half, true}, mended{half, true}), 2
	}
	if len(wait) > 2 && math.Abs(wait[1]-rr) <= b && math.Abs(wait[2]-rr) <= b { // not alone: the heart has changed its pace
		return append(out, mended{rr: rr}), 1
	}
	return append(out, mended{m, true}), 1
}

// median sorts v and gives the middle, NaN of nothing.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
