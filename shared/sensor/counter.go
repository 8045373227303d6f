package sensor

import "hearth/shared/care"

// What a timeline reads off a device's counter.

// tolerance is how far a stamp may be off although no sample is missing: three quarters of a sample, half a tick,
// what the clock is known for, and what is not known of the period yet; but never so much that a lost packet of this size
// would be overlooked.
func (t *Timeline) tolerance(n int) float64 {
	own := 0.75*t.period + 0.5e9/t.clock.Hz + t.clock.Jitter*1e9 + float64(n)*t.unsure
	return min(own, max(0.75, 0.5*float64(n))*t.period)
}

// follow is the share of a stamp's deviation that is followed now.
func (t *Timeline) follow() float64 {
	if t.tickAt-t.origin < soon {
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
		h, half := t.holes[i], t.period/2
		if t.due-h.to < float64(aheadSlack) && at >= h.from-half && at+float64(n)*t.period <= h.to+half {
			return true
		}
	}
	return false
}

// measure takes the period from the counter itself: two stamps so far apart leave it no more room than the counter is
// coarse, and the period moves only as far as they prove it must.
func (t *Timeline) measure(stamped int64) {
	samples := float64(stamped - t.origin0)
	if samples <= 0 {
		return
	}
	measured, room := (t.tickAt-t.origin)/samples, (1e9/t.clock.Hz+t.clock.Jitter*1e9)/samples
	t.period = min(max(t.period, measured-room), measured+room)
	t.period = min(max(t.period, t.nominal*(1-periodRange)), t.nominal*(1+periodRange))
	t.unsure = min(t.unsure, room)
}

// stamped is the index of the sample a stamp belongs to, in the block to be placed next.
func (t *Timeline) stamped(n int, anchor Anchor) int64 {
	if anchor == LastSample {
		return t.index + int64(n) - 1
	}
	return t.index
}
