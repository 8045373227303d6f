package hrv

import (
	"math"
	"slices"
)

// Class is what a beat of a series was found to be.
type Class uint8

// Classes of beats (Lipponen & Tarvainen 2019, "A robust algorithm for heart rate variability time series artefact
// correction using novel beat classification", J Med Eng Technol 43:173-181).
const (
	Normal    Class = iota
	Missed          // at least one beat is missing before it
	Extra           // no beat at all
	Ectopic         // early or late, and the next interval makes up for it
	LongShort       // its interval is too long or too short, and nothing explains it
)

// String gives the names research software uses.
func (c Class) String() string {
	return [...]string{"normal", "missed", "extra", "ectopic", "longshort"}[min(c, LongShort)]
}

// The paper's constants.
const (
	slopeC1   = 0.13
	slopeC2   = 0.17
	quartiles = 5.2 // quartile deviations are a threshold; of sizes, as here and in other software: 2.2 standard deviations of normal ones
	wide      = 91  // beats a threshold looks at, this one in the middle
	narrow    = 11  // beats a median looks at
	farOff    = 3   // thresholds off the median: long or short whatever its neighbours are
)

// Classify gives the class of every beat, by the paper's rules to the letter and in one pass. It is there to be compared
// with other software; Correct does better. Beat i ends interval i−1, so there is one class more than intervals (ms).
func Classify(rr []float64) []Class {
	out := make([]Class, len(rr)+1)
	if len(rr) < 2 {
		return out
	}
	p := newPlain(rr)
	for i := 0; i < len(p.rr)-2; {
		switch {
		case math.Abs(p.d[i]) <= 1:
			i++
		case p.ectopic(i):
			out[i] = Ectopic
			i++
		case !(math.Abs(p.d[i]) > 1 || math.Abs(p.m[i]) > farOff):
			i++
		default:
			last := i
			if math.Abs(p.d[i+1]) < math.Abs(p.d[i+2]) { // the one after it may be the one to blame
				last++
			}
			for ; i <= last; i++ {
				out[i] = p.longShort(i)
			}
		}
	}
	return out
}

// plain is the series the paper's rules look at, one value a beat.
type plain struct {
	rr     []float64 // intervals, ms; the first beat ends none and is given their mean
	middle []float64 // their running median
	d      []float64 // differences of intervals, in thresholds
	m      []float64 // deviations from the running median, in thresholds
	bound  []float64 // the threshold of m, ms
}

func newPlain(rr []float64) plain {
	p := plain{rr: make([]float64, len(rr)+1)}
	copy(p.rr[1:], rr)
	p.rr[0], _ = spread(rr)
	n := len(p.rr)
	p.d, p.m = make([]float64, n), make([]float64, n)
	for i := 1; i < n; i++ {
		p.d[i] = p.rr[i] - p.rr[i-1]
	}
	p.d[0], _ = spread(p.d[1:])
	normalize(p.d)
	p.middle = make([]float64, n)
	var sorted []float64
	for i := range p.rr {
		sorted = append(sorted[:0], p.rr[max(0, i-narrow/2):min(n, i+narrow/2+1)]...)
		p.middle[i] = median(sorted)
		if p.m[i] = p.rr[i] - p.middle[i]; p.m[i] < 0 {
			p.m[i] *= 2
		}
	}
	p.bound = normalize(p.m)
	return p
}

// normalize divides v by a threshold of its own surroundings, which it returns. Where they are all alike it is nought.
func normalize(v []float64) (bound []float64) {
	size, bound := make([]float64, len(v)), make([]float64, len(v))
	for i, x := range v {
		size[i] = math.Abs(x)
	}
	var sorted []float64
	for i := range v {
		sorted = append(sorted[:0], size[max(0, i-wide/2):min(len(v), i+wide/2+1)]...)
		slices.Sort(sorted)
		bound[i] = quartiles * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2
	}
	for i := range v {
		v[i] /= bound[i]
	}
	return bound
}

// quantile of sorted values, linear between two of them.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// dd is the difference series, mirrored at its ends.
func (p *plain) dd(i int) float64 {
	n := len(p.d)
	if i < 0 {
		i = -i
	}
	if i >= n {
		i = 2*(n-1) - i
	}
	return p.d[min(max(i, 0), n-1)]
}

// ectopic reports a difference with one of the opposite sign right beside it.
func (p *plain) ectopic(i int) bool {
	before, after := p.dd(i-1), p.dd(i+1)
	d := p.d[i]
	return d > 1 && max(before, after) < -slopeC1*d-slopeC2 || d < -1 && min(before, after) > -slopeC1*d+slopeC2
}

// longShort tells a long or short interval's cause.
func (p *plain) longShort(i int) Class {
	d, next, over := p.d[i], p.dd(i+1), p.dd(i+2)
	long, short := d > 1 && min(next, over) < -1, d < -1 && max(next, over) > 1
	switch {
	case !(long || short || math.Abs(p.m[i]) > farOff):
		return Normal
	case short && math.Abs(p.rr[i]+p.rr[i+1]-p.middle[i]) < p.bound[i]:
		return Extra
	case long && math.Abs(p.rr[i]/2-p.middle[i]) < p.bound[i]:
		return Missed
	}
	return LongShort
}
