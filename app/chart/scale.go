package chart

import "math"

// ladder is the steps a range may take. A range moves from step to step and never in between: an axis that creeps
// cannot be read.
type ladder []float64

// holding is the first step as far from zero as v, or the last one there is.
func (l ladder) holding(v float64) float64 {
	for _, step := range l {
		if math.Abs(step) >= math.Abs(v) {
			return step
		}
	}
	return l[len(l)-1]
}

// span is a range of values drawn between two heights of the surface.
type span struct {
	lo, hi      float64 // values
	top, bottom float64 // CSS pixels
}

// y is the height of a value; values beyond the range lie beyond the heights and are clipped by the lane.
func (s span) y(v float64) float64 {
	return s.bottom - (v-s.lo)/(s.hi-s.lo)*(s.bottom-s.top)
}

// first is the lowest multiple of a step within the range.
func (s span) first(step float64) float64 {
	return math.Ceil(s.lo/step)*step + 0 // never −0
}

// tick is the round distance between an axis' numbers for which they stand at least room pixels apart.
func (s span) tick(room float64, steps ...float64) float64 {
	per := (s.bottom - s.top) / (s.hi - s.lo)
	for _, step := range steps {
		if step*per >= room {
			return step
		}
	}
	return steps[len(steps)-1]
}

// align moves a place to the middle of a screen pixel, where a hairline is sharp.
func align(v, ratio float64) float64 { return (math.Floor(v*ratio) + 0.5) / ratio }

// edge moves a place to the border between two screen pixels, where a cleared rectangle leaves no seam.
func edge(v, ratio float64) float64 { return math.Round(v*ratio) / ratio }
