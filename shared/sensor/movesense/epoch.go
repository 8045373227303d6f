package movesense

import "hearth/shared/care"

// epoch relates the stamps of a device of 0.8 or later to the time it was given. The device takes off its own running
// time in a 32-bit counter of µs, so that from 71.6 min on its stamps are whole turns of that counter too high. Stamps
// before the year 2000 are µs since the device started: it knows no time, and they are used as they are.
type epoch struct {
	known  bool
	excess uint64 // µs its stamps are too high, a multiple of turn
}

const (
	turn     = 1 << 32                       // µs, 4294.967296 s
	year2000 = 946_684_800_000_000           // µs since the Unix epoch
	farthest = 50 * 365 * 86_400 * 1_000_000 // µs: no device runs for so long; stamps further off are not touched
	ahead    = 60 * 1_000_000                // µs: more than a stamp may lie after its arrival
)

// set reports whether a stamp is of a device that knows the time.
func set(tick uint64) bool { return tick >= year2000 }

// live corrects the stamp of a packet that came just now: it is as old as its way through the air, and turns are more
// than an hour apart. The first stamp decides, and a later one that is most of a turn off, because the device answers
// before it takes a new time.
func (e *epoch) live(tick uint64, arrival care.Stamp) uint64 {
	if !set(tick) {
		return tick
	}
	off := int64(tick-e.excess) - int64(arrival)
	if !e.known || off > turn/4*3 && off < farthest {
		e.known = true
		if off = int64(tick) - int64(arrival); off > 0 && off < farthest {
			e.excess = uint64(off+turn/2) / turn * turn
		}
	}
	return tick - e.excess
}

// past corrects the stamp of a packet from the log. It is of the same epoch, unless the device began anew in between:
// then its turns are other ones, and all that is sure is that it is not of the future.
func (e *epoch) past(tick uint64, arrival care.Stamp) uint64 {
	if !set(tick) {
		return tick
	}
	tick -= e.excess
	if over := int64(tick) - int64(arrival) - ahead; over > 0 && over < farthest {
		tick -= uint64(over+turn-1) / turn * turn
	}
	return tick
}
