package telemetry

import (
	"slices"
	"sort"
	"time"

	"hearth/shared/care"
)

// Clock learns how another page's clock differs from ours, from pings and pongs on the control channel, and translates
// between the two. It is NTP's four-stamp method (RFC 5905 section 8) with the usual minimum filter: the exchange that
// was quickest was disturbed least, so only the quickest quarter of the last half minute is asked, and of those the
// median. Looking back only half a minute bounds what two drifting quartz clocks (50 ppm apart) can do to 1.5 ms.
//
// A new estimate is approached slowly (slew), so translated time never runs backwards while our own does not; only a
// jump of over two seconds, such as a woken tablet's, is followed at once. Clock reads no clock and is not safe for
// several goroutines. The zero Clock is ready for use.
type Clock struct {
	asked   []care.Stamp // pings without a pong yet
	heard   []exchange   // oldest first
	target  time.Duration
	from    time.Duration // offset in force when the target last changed
	changed care.Stamp    // when that was, on our clock
	ready   bool
	strange int // exchanges in a row that contradict the estimate
}

// exchange is one ping and its pong: offset = theirs − ours, both in our own clock's time.
type exchange struct {
	at     care.Stamp
	offset time.Duration
	delay  time.Duration
}

const (
	clockSpan     = 30 * time.Second
	clockKeep     = 64              // exchanges
	clockAsked    = 16              // pings we wait for at once
	clockJump     = 2 * time.Second // from here on a difference is a jump, not drift
	clockSlew     = 50              // one part in so many: 20 ms a second
	clockLately   = 10 * time.Second
	clockQueue    = 3 * time.Second
	clockPatience = 10 * time.Second // a pong later than this says nothing
)

// Ping makes the next question; now is our own clock.
func (c *Clock) Ping(now care.Stamp) Ping {
	if len(c.asked) == clockAsked {
		c.asked = slices.Delete(c.asked, 0, 1)
	}
	c.asked = append(c.asked, now)
	return Ping{T0: now}
}

// Answer makes the answer to a ping that came in at came and is answered at left, both on the answering page's clock.
func Answer(p Ping, came, left care.Stamp) Pong { return Pong{T0: p.T0, T1: came, T2: max(came, left)} }

// Pong learns from an answer that came in at now. It reports false and learns nothing from one nobody asked for, one
// that came twice, or one whose stamps cannot be.
func (c *Clock) Pong(p Pong, now care.Stamp) bool {
	i := slices.Index(c.asked, p.T0)
	if i < 0 {
		return false
	}
	c.asked = slices.Delete(c.asked, i, i+1)
	whole, there := now.Sub(p.T0), p.T2.Sub(p.T1)
	if whole < 0 || there < 0 || there > whole || whole > clockPatience {
		return false
	}
	e := exchange{at: now, delay: whole - there, offset: (p.T1.Sub(p.T0) + p.T2.Sub(now)) / 2}
	if !c.ready {
		c.heard, c.ready = append(c.heard[:0], e), true
		c.step(e)
		return true
	}
	// An exchange is wrong by half its delay at most. Two in a row that contradict the estimate by seconds mean that one
	// of the clocks was set.
	if (e.offset - c.target).Abs() > clockJump+e.delay/2 {
		if c.strange++; c.strange < 2 {
			return true
		}
		c.heard = append(c.heard[:0], e)
		c.step(e)
		return true
	}
	c.strange = 0
	c.heard = append(c.heard, e)
	for len(c.heard) > clockKeep || now.Sub(c.heard[0].at) > clockSpan {
		c.heard = slices.Delete(c.heard, 0, 1)
	}
	c.from, c.changed, c.target = c.offset(now), now, c.estimate()
	return true
}

func (c *Clock) step(e exchange) {
	c.from, c.target, c.changed, c.strange = e.offset, e.offset, e.at, 0
}

// estimate is the median offset of the quickest quarter.
func (c *Clock) estimate() time.Duration {
	var few [clockKeep]exchange
	quick := few[:copy(few[:], c.heard)]
	sort.Slice(quick, func(a, b int) bool { return quick[a].delay < quick[b].delay })
	quick = quick[:(len(quick)+3)/4]
	sort.Slice(quick, func(a, b int) bool { return quick[a].offset < quick[b].offset })
	return quick[len(quick)/2].offset
}

// offset is the offset in force at our own time t.
func (c *Clock) offset(t care.Stamp) time.Duration {
	way := max(0, t.Sub(c.changed)) / clockSlew
	return c.from + min(max(c.target-c.from, -way), way)
}

// Ready reports whether there was an answer yet. Before, the two clocks are taken to be the same.
func (c *Clock) Ready() bool { return c.ready }

// Theirs translates our own time into the other page's.
func (c *Clock) Theirs(own care.Stamp) care.Stamp { return own.Add(c.offset(own)) }

// Ours translates the other page's time into our own; it undoes Theirs to the microsecond.
func (c *Clock) Ours(theirs care.Stamp) care.Stamp {
	own := theirs.Add(-c.target)
	for range 4 { // the slope is at most 1/50, so each round is 50 times closer
		own = theirs.Add(-c.offset(own))
	}
	return own
}

// Heard is when the last answer that taught something came, on our own clock; 0 before the first. A round trip is news
// only as long as answers come.
func (c *Clock) Heard() care.Stamp {
	if len(c.heard) == 0 {
		return 0
	}
	return c.heard[len(c.heard)-1].at
}

// RoundTrip is the shortest way there and back of the half minute before the last answer; 0 before the first answer.
func (c *Clock) RoundTrip() time.Duration {
	if len(c.heard) == 0 {
		return 0
	}
	return slices.MinFunc(c.heard, func(a, b exchange) int { return int(a.delay - b.delay) }).delay
}

// Lately is the median way there and back of the ten seconds before now, 0 when there was no answer: on a line that is thin
// things wait in a queue, and silence says less. What took over three seconds is left out where other things were quicker: it waited
// for a line that was away.
func (c *Clock) Lately(now care.Stamp) time.Duration {
	var few [clockKeep]time.Duration
	list, longest := few[:0], time.Duration(0)
	for _, e := range c.heard {
		if now.Sub(e.at) <= clockLately {
			longest = max(longest, min(e.delay, clockQueue))
			if e.delay <= clockQueue {
				list = append(list, e.delay)
			}
		}
	}
	if len(list) == 0 {
		return longest // there was none, or all were as long
	}
	slices.Sort(list)
	return list[len(list)/2]
}
