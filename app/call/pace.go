package call

import "time"

// How fast files go. They share the line with sound, and lie in the same queue before it: what they may take is found out slowly
// and given back at once.
const (
	fileFirst   = 64 << 10 // bytes a second, before anything is known of the line
	fileSlowest = 8 << 10
	fileFastest = 16 << 20
	fileDelay   = 150 * time.Millisecond // on top of the shortest way: something waits in a queue, and sound waits behind it
	fileGaps    = 50                     // thousandths of our sound they had to make up
	fileRest    = time.Second            // for the queue to run dry
)

// pace says when the next piece of a file may go. It has no clock.
type pace struct {
	rate   float64       // bytes a second; 0: fileFirst
	budget float64       // bytes that may go now
	filled time.Time     // when it was last added to
	rest   time.Time     // nothing goes before
	least  time.Duration // the shortest round trip, a little longer with every second; 0: not known
	sent   int           // bytes since the line was last looked at
	known  bool          // the line was full once: from then on it is neared in small steps
}

// piece is how many bytes of a file go at once: on a slow line a large piece alone would keep sound waiting.
func (p *pace) piece() int {
	if p.rate == 0 {
		p.rate = fileFirst
	}
	return min(max(int(p.rate)/20, 1<<10), MaxPiece-pieceHead)
}

func (p *pace) burst() float64 { return max(p.rate/10, float64(2*(p.piece()+pieceHead))) }

// may takes n bytes off the budget, if they may go now.
func (p *pace) may(now time.Time, n int) bool {
	burst := p.burst()
	if p.budget += p.rate * now.Sub(p.filled).Seconds(); p.filled.IsZero() || p.budget > burst {
		p.budget = burst
	}
	p.filled = now
	if now.Before(p.rest) || p.budget < float64(n) {
		return false
	}
	p.budget -= float64(n)
	p.sent += n
	return true
}

// line takes in how the line was in the last second. It reports whether a file took too much of it.
func (p *pace) line(now time.Time, roundTrip time.Duration, gaps int) bool {
	sent := p.sent
	p.sent = 0
	if roundTrip > 0 && (p.least == 0 || roundTrip < p.least) {
		p.least = roundTrip
	} else if roundTrip > 0 {
		p.least += (roundTrip - p.least) / 50 // another network may be further away
	}
	switch {
	case sent == 0:
		return false
	case roundTrip > p.least+fileDelay, gaps >= fileGaps:
		p.rate, p.budget, p.rest, p.known = max(p.rate*0.6, fileSlowest), 0, now.Add(fileRest), true
		return true
	case float64(sent) >= p.rate/2 && p.known:
		p.rate = min(p.rate*1.1, fileFastest)
	case float64(sent) >= p.rate/2:
		p.rate = min(p.rate*1.5, fileFastest)
	}
	return false
}
