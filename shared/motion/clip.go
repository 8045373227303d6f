package motion

import "math"

// rail watches one axis for its end.
type rail struct {
	last float64
	same int
}

const (
	nearEnd   = 0.99           // of a known range
	stillMost = 1.25 * Gravity // no sensor at rest shows more on one axis, whatever its calibration
	sameMost  = 3              // equal values over that in a row: the end of an axis nobody told us of
)

// clips reports whether an axis is at its end.
func (t *Track) clips(acc Vector) (clip bool) {
	for a, v := range acc {
		if t.about.Range > 0 {
			clip = clip || math.Abs(v) >= nearEnd*t.about.Range
			continue
		}
		r := &t.rail[a]
		if v != r.last || math.Abs(v) < stillMost { // NaN is never the same
			r.last, r.same = v, 0
		}
		r.same++
		clip = clip || r.same >= sameMost && math.Abs(v) >= stillMost
	}
	return clip
}
