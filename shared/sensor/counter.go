package sensor

import (
	"math"

	"hearth/shared/care"
)

// What a timeline reads off a device's counter.

// tolerance is how far a stamp may be off although no sample is missing; slack is how far it may be by what the course
// knows. Packets are lost whole, so a larger one leaves room for clocks worse than they were said to be.
func (t *Timeline) tolerance(n int, slack float64) float64 {
	if n == 1 {
		return min(max(slack, t.period-slack), 0.75*t.period)
	}
	return t.slack(n)
}

// slack is the tolerance where there is no course.
func (t *Timeline) slack(n int) float64 {
	own := 0.75*t.period + t.course.room + float64(n)*t.unsure
	return min(own, max(0.75, 0.5*float64(n))*t.period)
}

// missing is how many samples are missing before a packet whose stamp is off by more than tolerance: whole packets where all
// are of one size and the stamps so far allow it, else what is nearest by the period as it was measured or described.
func (t *Timeline) missing(n int, tick uint64, anchor Anchor, off float64) int64 {
	if packet := float64(n) * t.period; n == t.size && t.broken == 0 && t.course.room < 0.51*t.period {
		whole := int64(n) * max(1, int64(math.Round(off/packet)))
		if due, slack := t.course.due(t.stamped(n, anchor) + whole); slack < packet/2 && math.Abs(t.deviceTime(tick)-due) <= max(slack, 0.75*t.period+0.5e9/t.clock.Hz) {
			return whole
		}
	}
	return max(1, int64(math.Round(off/t.period)))
}

// follow is the share of a stamp's deviation that is followed now.
func (t *Timeline) follow() float64 {
	if t.tickAt-t.since < soon {
		return followSoon
	}
	return follow
}

// next is the session time at which the sample after the last one would be due.
func (t *Timeline) next() care.Stamp { return t.last + care.Stamp(t.period*(1+t.match.slope)/1e3) }

// deviceTime unwraps a counter value: of all values it may stand for, the one nearest to the last.
func (t *Timeline) deviceTime(tick uint64) float64 { return t.tickAt + t.ns(tick, t.tick) }

// ns is the time from one counter value to another, wrapped the short way round.
func (t *Timeline) ns(tick, from uint64) float64 {
	shift := 64 - t.clock.Bits
	return float64(int64((tick-from)<<shift)>>shift) / t.clock.Hz * 1e9
}

func (t *Timeline) known(tick uint64) bool {
	for i := range min(t.seenN, len(t.seen)) {
		if t.seen[i] == tick {
			return true
		}
	}
	return false
}

func (t *Timeline) inHole(at float64, n int) bool {
	for i := range min(t.holeN, len(t.holes)) {
		h, slack := t.holes[i], t.slack(n)
		if t.due-h.to < float64(aheadSlack) && at >= h.from-slack && at+float64(n)*t.period <= h.to+slack {
			return true
		}
	}
	return false
}

// measure takes the period from the counter itself; it moves only as far as the stamps prove it must. When lost, the number
// of samples missing before this block, could be another, its course begins here.
func (t *Timeline) measure(n int, tick uint64, anchor Anchor, lost int64) {
	c, stamped, stamp := &t.course, t.stamped(n, anchor), t.deviceTime(tick)
	switch {
	case lost > 0 && (c.allows(stamped-1, stamp) || c.allows(stamped+1, stamp)):
		c.begin(stamped, stamp, c.flat.slope, c.steep.slope)
		t.since = stamp
	case c.add(stamped, stamp):
	default:
		t.unsure = 5 * wander * t.period
		if c.newest*t.period*wander < c.room { // too soon to have wandered so far: the clock is worse than it was said to be
			c.room, t.unsure = max(c.room, min(2*c.room, t.period/2)), 2*periodRange*t.nominal
		}
		c.begin(stamped, stamp, t.period-t.unsure, t.period+t.unsure)
	}
	if n != t.size {
		t.size = 0
	}
	t.period = min(max(t.period, c.flat.slope, t.nominal*(1-periodRange)), c.steep.slope, t.nominal*(1+periodRange))
	t.unsure = min(t.unsure, c.unsure())
}

// stamped is the index of the sample a stamp belongs to, in the block to be placed next.
func (t *Timeline) stamped(n int, anchor Anchor) int64 {
	if anchor == LastSample {
		return t.index + int64(n) - 1
	}
	return t.index
}
