package chart

import (
	"math"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/wasm/canvas"
)

// lane is a horizontal stretch of a strip with one trace on its own base line.
type lane struct {
	trace trace
	span  span
	reach reach
	pen   canvas.Pen
	share float64 // of the plot's height
	beats bool    // marks stand above it
	lows  ladder  // steps of the lower bound; none = the upper one mirrored
	highs ladder
	grid  float64 // values from one horizontal line to the next; 0 = none
	name  func(Words) string
}

// The steps of the ECG's range in millivolts and of movement's in m/s².
var (
	ecgHighs = ladder{1.5, 2, 3, 5, 8}
	ecgLows  = ladder{-0.75, -1.5, -3, -5, -8}
	moveSpan = ladder{2, 5, 10, 20, 50, 100}
)

// fit sets the bounds to the steps that hold lo and hi, and reports whether that changed them.
func (l *lane) fit(lo, hi float64) bool {
	was := l.span
	if l.lows == nil {
		l.span.hi = l.highs.holding(max(math.Abs(lo), math.Abs(hi)))
		l.span.lo = -l.span.hi
	} else {
		l.span.lo, l.span.hi = l.lows.holding(min(lo, 0)), l.highs.holding(max(hi, 0))
	}
	return l.span != was
}

// widen makes room at once for what two of the last three seconds needed; a single spike is cut off instead.
func (l *lane) widen() bool {
	lo, hi, ok := l.reach.needed(3, 1)
	if !ok || (lo >= l.span.lo && hi <= l.span.hi) {
		return false
	}
	return l.fit(min(lo, l.span.lo), max(hi, l.span.hi))
}

// narrow takes back room that half a minute did not need. It is asked only where the picture begins anew.
func (l *lane) narrow() bool {
	lo, hi, ok := l.reach.needed(30, 2)
	if !ok {
		return false
	}
	return l.fit(max(lo*1.15, l.span.lo), min(hi*1.15, l.span.hi))
}

// reach remembers the extremes of the last seconds.
type reach struct {
	seconds [32]extreme
	n       int // seconds begun, ever
	lows    [32]float64
	highs   [32]float64
}

type extreme struct {
	second care.Stamp
	lo, hi float64
}

// see takes in one value and reports whether a second was completed.
func (r *reach) see(at care.Stamp, v float64) bool {
	if math.IsNaN(v) {
		return false
	}
	second := at / care.Stamp(time.Second.Microseconds())
	now := &r.seconds[r.n%len(r.seconds)]
	if r.n > 0 && second <= now.second {
		now.lo, now.hi = min(now.lo, v), max(now.hi, v)
		return false
	}
	r.n++
	r.seconds[r.n%len(r.seconds)] = extreme{second, v, v}
	return r.n > 1
}

// needed is the range the last completed seconds used, without the spare most extreme ones on each side.
func (r *reach) needed(seconds, spare int) (lo, hi float64, ok bool) {
	if r.n-1 < seconds {
		return 0, 0, false
	}
	for i := range seconds {
		e := r.seconds[(r.n-1-i)%len(r.seconds)]
		r.lows[i], r.highs[i] = e.lo, e.hi
	}
	slices.Sort(r.lows[:seconds])
	slices.Sort(r.highs[:seconds])
	return r.lows[spare], r.highs[seconds-1-spare], true
}
