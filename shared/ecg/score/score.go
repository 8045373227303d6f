// Package score says how well heartbeats were found: it holds what a detector gave against reference beats, and counts
// and times as the testing of arrhythmia detectors does (ANSI/AAMI EC57). It never sees a signal, but for finding
// where in one the reference's R peaks are, and knows no detector.
package score

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Beat is one of the reference.
type Beat struct {
	At     float64 // sample, as annotated: hits are judged by it
	Peak   float64 // sample of the R peak, with its fraction: timing is
	Symbol string  // kind of beat, such as "N"
}

// Found is one a detector gave.
type Found struct {
	At  float64 // sample of the R peak
	Fed float64 // newest sample known when it was given out; NaN when nobody knows
}

// Span is a stretch where beats cannot be counted, both ends included.
type Span struct{ From, To float64 }

// Reference is what is known of a record.
type Reference struct {
	Rate     float64 // samples a second
	Beats    []Beat  // in order
	Excluded []Span
}

// Rule is how strictly to judge.
type Rule struct {
	Window float64 // ms a hit may be off
	Skip   float64 // seconds left out at the beginning; EC57 skips 300
}

// Tally is what came of it. Sums and lists of several records add up to one with Pool.
type Tally struct {
	TP, FN, FP int
	Bias       float64   // ms, median of found − R peak, NaN without hits; of several records the median of theirs
	Annotated  float64   // ms, sum of |found − annotation| after the record's own median is taken off
	Jitter     float64   // ms, the same of |found − R peak|
	Intervals  int       // between successive reference beats that were both found
	Interval   float64   // ms, sum of their absolute errors
	Delay      []float64 // ms from R peak to output, of every hit whose Fed is known
}

// Of judges what was found, in order of time, against the reference.
func Of(ref Reference, found []Found, rule Rule) Tally {
	beats := slices.DeleteFunc(slices.Clone(ref.Beats), func(b Beat) bool { return ref.excludes(b.At) })
	found = slices.DeleteFunc(slices.Clone(found), func(f Found) bool { return ref.excludes(f.At) })
	hits, extra := match(beats, found, rule.Window*ref.Rate/1000+1e-9)
	low, ms := rule.Skip*ref.Rate, 1000/ref.Rate

	var t Tally
	var offAnnotation, offPeak []float64
	for i, b := range beats {
		j := hits[i]
		switch {
		case b.At < low:
			continue
		case j < 0:
			t.FN++
			continue
		}
		t.TP++
		f := found[j]
		offAnnotation, offPeak = append(offAnnotation, (f.At-b.At)*ms), append(offPeak, (f.At-b.Peak)*ms)
		if !math.IsNaN(f.Fed) {
			t.Delay = append(t.Delay, (f.Fed-b.Peak)*ms)
		}
		if i+1 < len(beats) && hits[i+1] > j {
			t.Interval += math.Abs((found[hits[i+1]].At-f.At)-(beats[i+1].Peak-b.Peak)) * ms
			t.Intervals++
		}
	}
	for _, j := range extra { // one that hit a beat before the first that counts is no false one
		if found[j].At >= low {
			t.FP++
		}
	}
	_, t.Annotated = centre(offAnnotation)
	t.Bias, t.Jitter = centre(offPeak)
	return t
}

func (r Reference) excludes(at float64) bool {
	return slices.ContainsFunc(r.Excluded, func(s Span) bool { return at >= s.From && at <= s.To })
}

// match pairs beats with found ones within w samples, one to one, the nearest pairs first. It gives the found one of each
// beat, −1 for none, and those that hit nothing.
func match(beats []Beat, found []Found, w float64) (hits, extra []int) {
	type pair struct {
		far  float64
		i, j int
	}
	var pairs []pair
	for i, b := range beats {
		from := sort.Search(len(found), func(j int) bool { return found[j].At >= b.At-w })
		for j := from; j < len(found) && found[j].At <= b.At+w; j++ {
			pairs = append(pairs, pair{math.Abs(found[j].At - b.At), i, j})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
	})
	hits, used := make([]int, len(beats)), make([]bool, len(found))
	for i := range hits {
		hits[i] = -1
	}
	for _, p := range pairs {
		if hits[p.i] < 0 && !used[p.j] {
			hits[p.i], used[p.j] = p.j, true
		}
	}
	for j, u := range used {
		if !u {
			extra = append(extra, j)
		}
	}
	return hits, extra
}

// centre gives the median and the sum of distances from it; of nothing NaN and 0.
func centre(v []float64) (mid, sum float64) {
	mid = Median(v)
	for _, x := range v {
		sum += math.Abs(x - mid)
	}
	return mid, sum
}
