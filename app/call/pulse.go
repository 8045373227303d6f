package call

import "time"

// pulse tells by the seconds a connection is counted in whether this device keeps up: one that has too much to do counts late.
type pulse struct {
	last  time.Time // zero: nothing to compare with
	stood time.Time // when a second was last counted late
}

// How late is late, and for how long it says something. On two processors with eight browsers every fourth second is late,
// and hardly one with two of them.
const (
	pulseLate = 1500 * time.Millisecond // from one to the next
	pulseSpan = 10 * time.Second
)

func (p *pulse) beat(now time.Time) {
	if !p.last.IsZero() && now.Sub(p.last) >= pulseLate {
		p.stood = now
	}
	p.last = now
}

func (p *pulse) busy(now time.Time) bool { return !p.stood.IsZero() && now.Sub(p.stood) < pulseSpan }
