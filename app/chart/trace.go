package chart

import (
	"math"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// trace is one line of samples in order of time, enough for one sweep. Its memory is taken once.
type trace struct {
	points []sample
	period time.Duration // from one sample to the next
	gaps   gaps
	filter filter
	strays time.Duration // how much came in that is too old to be drawn
	stray  float64       // page time when the first of it came
}

// sample is one value at its time; n is its index in the sensor's count. A value that is NaN was not measured.
type sample struct {
	at care.Stamp
	n  int64
	v  float64
}

func newTrace(capacity int, f filter) trace {
	return trace{points: make([]sample, 0, capacity), filter: f, gaps: gaps{list: make([]gap, 0, 17), most: 16}}
}

// maxPeriod is the slowest sensor a strip can show.
const maxPeriod = 2 * time.Second

// usable reports whether a run makes sense; junk is not drawn.
func usable(run telemetry.Samples) bool {
	return run.Channels > 0 && len(run.Values) >= run.Channels && run.PeriodNS > 0 &&
		time.Duration(run.PeriodNS) <= maxPeriod && run.Start > 0
}

// instant is when sample i of a run was measured.
func instant(run telemetry.Samples, i int) care.Stamp {
	return run.Start + care.Stamp(int64(i)*int64(run.PeriodNS)/1000)
}

// add puts one sample in its place. Usually that is the end; a frame that was overtaken on its way fills the hole it
// left, and one that came twice changes nothing.
func (t *trace) add(s sample) {
	at := len(t.points)
	for at > 0 && t.points[at-1].at > s.at && t.points[at-1].n != s.n {
		at--
	}
	if at > 0 && t.points[at-1].n == s.n || at < len(t.points) && t.points[at].n == s.n {
		return
	}
	if len(t.points) == cap(t.points) {
		drop := min(max(cap(t.points)/8, 1), len(t.points))
		if at < drop {
			return
		}
		t.points = t.points[:copy(t.points, t.points[drop:])]
		at -= drop
	}
	t.points = append(t.points, sample{})
	copy(t.points[at+1:], t.points[at:])
	t.points[at] = s
}

// forget drops all samples and gaps.
func (t *trace) forget() {
	t.points, t.gaps.list, t.strays = t.points[:0], t.gaps.list[:0], 0
	t.filter.forget()
}

// from is the place of the first sample at or after an instant.
func (t *trace) from(at care.Stamp) int {
	lo, hi := 0, len(t.points)
	for lo < hi {
		if mid := (lo + hi) / 2; t.points[mid].at < at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// joined reports whether a line may lead from one sample to the next: both measured, neighbours by the sensor's own
// count and by time, and no gap between them.
func (t *trace) joined(a, b sample) bool {
	return b.n == a.n+1 && b.at-a.at <= care.Stamp(5*t.period.Microseconds()/2) &&
		!math.IsNaN(a.v) && !math.IsNaN(b.v) && !t.gaps.part(a.at, b.at)
}

// end is the time of the newest sample; 0 when there is none.
func (t *trace) end() care.Stamp {
	if len(t.points) == 0 {
		return 0
	}
	return t.points[len(t.points)-1].at
}
