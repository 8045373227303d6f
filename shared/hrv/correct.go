package hrv

import "math"

// Correction is a series set right.
type Correction struct {
	RR    []float64 // ms
	Fixed []bool    // RR[i] was not measured
	Class []Class   // of every beat that came, one more than intervals: beat i ends interval i−1
	Share float64   // of the beats that came, not Normal: 0 to 1; over 0.05 say so, over 0.2 show no numbers
	slack []float64
}

// ahead is how many intervals tell of the oldest one: the two that a beat changes, and those the differences of which it
// changes.
const ahead = order + 3

const hole = 1e5 // ms: nothing a story could fill

// Correct finds beats that are missing, too many or out of place in intervals of ms, and sets the intervals right. The
// classes are those of Lipponen & Tarvainen (2019); what is likely comes from 45 intervals to either side, in two passes.
// Time is kept, except where nothing explains an interval (LongShort): there, what is expected stands instead. An extra
// beat taken out leaves an interval that was measured. Intervals that are no positive number are LongShort.
func Correct(rr []float64) Correction {
	if len(rr) == 0 {
		return Correction{Class: make([]Class, 1)}
	}
	var rough []mended
	edited(rr, func(float64) []mended { return rough[max(0, len(rough)-memory-1):] }, func(m mended) { rough = append(rough, m) })
	c, at, k := Correction{}, 0.0, 0
	around := func(told float64) []mended {
		for ; k < len(rough) && at+rough[k].rr/2 < told; k++ {
			at += rough[k].rr
		}
		return rough[max(0, k-memory):min(len(rough), k+memory+1)]
	}
	c.Class = edited(rr, around, func(m mended) {
		c.RR, c.Fixed, c.slack = append(c.RR, m.rr), append(c.Fixed, m.fixed), append(c.slack, m.slack)
	})
	odd := 0
	for _, k := range c.Class {
		if k != Normal {
			odd++
		}
	}
	c.Share = float64(odd) / float64(len(c.Class))
	return c
}

// edited settles a whole series, told of the intervals around a time in ms by one function, and gives them out to another.
func edited(rr []float64, around func(told float64) []mended, put func(mended)) []Class {
	class, wait, told := make([]Class, len(rr)+1), append([]float64(nil), rr...), 0.0
	var first []float64
	for i, v := range wait {
		if !(v > 0 && v < hole) {
			wait[i] = hole
		}
		if len(first) < narrow && heartlike(v) {
			first = append(first, v)
		}
	}
	e := newEditor(median(first))
	for i := 0; i < len(wait); {
		e.learn(around(told))
		k, used := e.settle(wait[i:min(len(wait), i+ahead)])
		class[i+1] = k
		for _, m := range e.out {
			told += m.rr
			put(m)
		}
		i += used
	}
	return class
}

// Time measures the corrected series. A beat put in lies where it is expected, and that alone would make differences too
// small: to their squares, and to those of the deviations from the mean, goes what is not known of its place (the
// expected value of the square is the square of the expected value and the variance). Where that is not known either,
// differences are left out, as they are for pNN. So RMSSD and SDNN are right on the average, and vary less than by leaving
// all of them out.
func (c Correction) Time() Time {
	t := TimeOf(c.RR)
	var known, all []float64
	slack, place := 0.0, 0.0
	for i, fixed := range c.Fixed {
		v := c.unknown(i)
		if v > 0 { // it is shared by three differences, of which it is once, twice and once the part
			slack += 6 * v
			place += 2 * v
		}
		if i == 0 {
			continue
		}
		d := c.RR[i] - c.RR[i-1]
		if v >= 0 && c.unknown(i-1) >= 0 {
			all = append(all, d)
		}
		if !fixed && !c.Fixed[i-1] {
			known = append(known, d)
		}
	}
	t.differences(known)
	if len(all) < 2 {
		return t
	}
	n := float64(len(all))
	whole := Time{}
	whole.differences(all)
	t.RMSSD = math.Sqrt(whole.RMSSD*whole.RMSSD + slack/n)
	t.SDSD = math.Sqrt(whole.SDSD*whole.SDSD + slack/(n-1))
	t.SD1 = t.SDSD / math.Sqrt2
	t.SDNN = math.Sqrt(t.SDNN*t.SDNN + place/float64(t.N-1))
	t.Quotient = t.SDNN / t.MeanNN
	return t
}

// unknown is the variance of the place of the beat that ends interval i, ms²; below nought where it is not known either.
func (c Correction) unknown(i int) float64 {
	if i < len(c.slack) {
		return c.slack[i]
	}
	if c.Fixed[i] {
		return -1
	}
	return 0
}

// Part is the corrected intervals first ≤ i < end, to be measured as a window. Share is then that of its intervals, and
// there are no classes.
func (c Correction) Part(first, end int) Correction {
	p := Correction{RR: c.RR[first:end], Fixed: c.Fixed[first:end]}
	if len(c.slack) >= end {
		p.slack = c.slack[first:end]
	}
	for _, f := range p.Fixed {
		if f {
			p.Share += 1 / float64(end-first)
		}
	}
	return p
}
