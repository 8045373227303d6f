package live

import (
	"time"

	"hearth/shared/care"
)

// pings keeps the page's proofs of life and what they tell of the house's clock.
type pings struct {
	next   time.Time // when to ask again
	by     time.Time // when the answer must be there; zero = nothing asked
	graced bool      // by was moved once because the page itself was late
	asked  time.Time
	seen   []Clock // the last few, oldest first
}

const clocksKept = 8

func (s *pings) stop() { s.next, s.by = time.Time{}, time.Time{} }

func (s *pings) ask(now time.Time) care.Stamp {
	s.asked, s.by, s.next, s.graced = now, now.Add(pongWithin), now.Add(pingEvery), false
	return care.StampOf(now)
}

// due says when to ask again: not while an answer is awaited.
func (s *pings) due() time.Time {
	if !s.by.IsZero() {
		return time.Time{}
	}
	return s.next
}

// silent reports whether the house failed to answer in time. A page that was itself held up, by a sleeping computer or
// long work, may have the answer waiting right behind this tick, so it gives the house one more second.
func (s *pings) silent(now time.Time) bool {
	if !due(now, s.by) {
		return false
	}
	if now.Sub(s.by) > lateTick && !s.graced {
		s.by, s.graced = now.Add(lateTick), true
		return false
	}
	return true
}

// heard takes any message as the answer: what talks is alive.
func (s *pings) heard() { s.by = time.Time{} }

// pong learns from a Pong how the house's clock stands: it was read half a round trip before now (Cristian 1989).
func (s *pings) pong(now time.Time, m Pong) {
	if m.T0 != care.StampOf(s.asked) {
		return
	}
	c := Clock{RoundTrip: now.Sub(s.asked), Known: true}
	if c.RoundTrip < 0 {
		return
	}
	c.Offset = m.Now.Sub(m.T0) - c.RoundTrip/2
	if best := s.clock(); best.Known && (c.Offset-best.Offset).Abs() > (c.RoundTrip+best.RoundTrip)/2+time.Second {
		s.seen = nil // one of the clocks was set: what was known before is wrong now
	}
	if len(s.seen) == clocksKept {
		s.seen = s.seen[1:]
	}
	s.seen = append(s.seen, c)
}

// clock is the one with the shortest round trip: it leaves the least to doubt.
func (s *pings) clock() Clock {
	var best Clock
	for _, c := range s.seen {
		if !best.Known || c.RoundTrip <= best.RoundTrip {
			best = c
		}
	}
	return best
}
