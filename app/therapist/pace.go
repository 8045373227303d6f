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

// paceFigures are percentiles.
type paceFigures struct{ Age, Wait, Cost [3]float64 }

// implausible is an age that says more about clocks than about drawing.
const implausible = 5 * time.Second

// drew notes a frame that ended at session time now (0: not known) with the cursor at head. cameOf says when a sample came
// to the tablet's page, or 0.
func (p *pace) drew(cost time.Duration, now, head care.Stamp, cameOf func(care.Stamp) care.Stamp) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.costs.add(cost)
	before := p.head
	p.head = head
	if now == 0 || before == 0 || head <= before {
		return
	}
	middle := before + (head-before)/2
	if age := now.Sub(middle); age >= 0 && age < implausible {
		p.ages.add(age)
		if came := cameOf(middle); came != 0 {
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

// figures are worked out every five seconds: sorting a minute takes longer than drawing a frame.
func (p *pace) figures() paceFigures {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.costs.n >= p.next {
		p.told = paceFigures{Age: p.ages.percentiles(), Wait: p.waits.percentiles(), Cost: p.costs.percentiles()}
		p.next = p.costs.n + 300
	}
	return p.told
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

// of is when the sample at an instant came; 0 when that is not known.
func (a *arrivals) of(at care.Stamp) care.Stamp {
	for i := a.n - 1; i >= max(0, a.n-len(a.list)); i-- {
		if r := a.list[i%len(a.list)]; at >= r.from && at < r.to {
			return r.came
		}
	}
	return 0
}
