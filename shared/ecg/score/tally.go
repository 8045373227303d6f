package score

import (
	"math"
	"slices"
)

// Se is the sensitivity, per cent: how many of the beats were found. NaN without beats.
func (t Tally) Se() float64 { return share(t.TP, t.TP+t.FN) }

// PPV is the positive predictive value, per cent: how many of those found are beats. NaN when nothing was found.
func (t Tally) PPV() float64 { return share(t.TP, t.TP+t.FP) }

// F1 is the harmonic mean of the two, per cent.
func (t Tally) F1() float64 { return share(2*t.TP, 2*t.TP+t.FP+t.FN) }

// Beats is how many there are in the reference.
func (t Tally) Beats() int { return t.TP + t.FN }

// JitA is the mean distance from the annotations in ms, jitR that from the R peaks, each without the record's bias; rrE
// that of the intervals from the reference's. NaN where nothing was found: no error is not one of 0 ms.
func (t Tally) JitA() float64 { return mean(t.Annotated, t.TP) }

// JitR is described at JitA.
func (t Tally) JitR() float64 { return mean(t.Jitter, t.TP) }

// RRE is described at JitA.
func (t Tally) RRE() float64 { return mean(t.Interval, t.Intervals) }

// Late is the delay in ms that a share q of the hits does not exceed; NaN where none is known.
func (t Tally) Late(q float64) float64 {
	if len(t.Delay) == 0 {
		return math.NaN()
	}
	v := slices.Clone(t.Delay)
	slices.Sort(v)
	return v[min(len(v)-1, int(q*float64(len(v))))]
}

func mean(sum float64, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

func share(part, whole int) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return 100 * float64(part) / float64(whole)
}

// Pool adds up the tallies of several records, so that every beat counts the same.
func Pool(all []Tally) Tally {
	var sum Tally
	var biases []float64
	for _, t := range all {
		sum.TP, sum.FN, sum.FP = sum.TP+t.TP, sum.FN+t.FN, sum.FP+t.FP
		sum.Annotated, sum.Jitter = sum.Annotated+t.Annotated, sum.Jitter+t.Jitter
		sum.Intervals, sum.Interval = sum.Intervals+t.Intervals, sum.Interval+t.Interval
		sum.Delay = append(sum.Delay, t.Delay...)
		if t.TP > 0 {
			biases = append(biases, t.Bias)
		}
	}
	sum.Bias = Median(biases)
	return sum
}

// Mean averages a rate over records, so that every record counts the same; those that have none are left out.
func Mean(all []Tally, rate func(Tally) float64) float64 {
	sum, n := 0.0, 0
	for _, t := range all {
		if v := rate(t); !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(n)
}

// Worst is the index of the record with the lowest F1; −1 when none has one.
func Worst(all []Tally) int {
	worst := -1
	for i, t := range all {
		if f := t.F1(); !math.IsNaN(f) && (worst < 0 || f < all[worst].F1()) {
			worst = i
		}
	}
	return worst
}

// Median is the middle of v, the mean of the two middle ones of an even number; NaN of nothing. It leaves v as it is.
func Median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
