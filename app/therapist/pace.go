package therapist

import (
	"slices"
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// pace keeps what the drawing tells of itself: how old samples were when they were drawn, how long after they had come to
// the tablet's page, and what a frame cost, over the last minute. It also holds where the sitting began on the session
// clock, which the charts count from.
//
// A frame stands for the samples it drew first, and those for the one in their middle. Drawn is when the canvas has taken
// it; the screen shows it a repaint later.
type pace struct {
	mu    sync.Mutex
	ages  span // since the sensor's own time
	waits span // since the packet with it came to the tablet's page
	costs span
	head  care.Stamp // after the frame before
	last  care.Stamp // the newest moment drawn of which there was a sample
	told  paceFigures
	next  int // number of costs from which the figures are worked out anew
	start care.Stamp
}

// span is the last minute of something, at sixty a second.
type span struct {
	list [3600]time.Duration
	n    int // ever
}

func (s *span) add(d time.Duration) {
	s.list[s.n%len(s.list)] = d
	s.n++
}

// percentiles are milliseconds, the 50th, 95th and 99th of a hundred; 0 when there is nothing.
func (s *span) percentiles() [3]float64 {
	list := slices.Clone(s.list[:min(s.n, len(s.list))])
	slices.Sort(list)
	var p [3]float64
	for i, of := range [...]int{50, 95, 99} {
		if len(list) > 0 {
			p[i] = float64(list[len(list)*of/100].Microseconds()) / 1000
		}
	}
	return p
}

// paceFigures are percentiles, and the newest moment drawn of which there was a sample.
type paceFigures struct {
	Age, Wait, Cost [3]float64
	Drawn           care.Stamp
}

// implausible is an age that says more about clocks than about drawing.
const implausible = 5 * time.Second

// drew notes a frame that ended at session time now (0: not known) with the cursor at head. cameOf says of which moments there
// is a sample, and when it came to the tablet's page, or 0. A cursor that moves on through a gap draws nothing that has an age.
func (p *pace) drew(cost time.Duration, now, head care.Stamp, cameOf func(care.Stamp) (came care.Stamp, there bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.costs.add(cost)
	before := p.head
	p.head = head
	if before == 0 || head <= before {
		return
	}
	middle := before + (head-before)/2
	came, there := cameOf(middle)
	if !there {
		return
	}
	p.last = middle
	if now == 0 {
		return
	}
	if age := now.Sub(middle); age >= 0 && age < implausible {
		p.ages.add(age)
		if came != 0 {
			p.waits.add(now.Sub(came))
		}
	}
}

func (p *pace) startAt(at care.Stamp) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.start = at
}

func (p *pace) startOf() care.Stamp {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.start
}

// figures are worked out every five seconds, but for what was drawn: sorting a minute takes longer than drawing a frame.
func (p *pace) figures() paceFigures {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.costs.n >= p.next {
		p.told = paceFigures{Age: p.ages.percentiles(), Wait: p.waits.percentiles(), Cost: p.costs.percentiles()}
		p.next = p.costs.n + 300
	}
	told := p.told
	told.Drawn = p.last
	return told
}

// arrivals remember when the runs of the last seconds came to the tablet's page.
type arrivals struct {
	list [64]arrival // newest at n−1
	n    int
}

type arrival struct{ from, to, came care.Stamp }

func (a *arrivals) add(run telemetry.Samples) {
	a.list[a.n%len(a.list)] = arrival{run.Start, run.End(), run.Came}
	a.n++
}

// of is when the sample at an instant came, 0 when that is not known; there is false when no run holds the instant.
func (a *arrivals) of(at care.Stamp) (came care.Stamp, there bool) {
	for i := a.n - 1; i >= max(0, a.n-len(a.list)); i-- {
		if r := a.list[i%len(a.list)]; at >= r.from && at < r.to {
			return r.came, true
		}
	}
	return 0, false
}
