package therapist

import (
	"slices"
	"sync"
	"time"

	"hearth/shared/care"
)

// pace keeps what the drawing tells of itself: how old a sample was when it was seen, and what a frame cost. It also
// holds where the sitting began on the session clock, which the charts count from.
type pace struct {
	mu    sync.Mutex
	ages  [512]time.Duration
	costs [512]time.Duration
	n, m  int
	start care.Stamp
}

// drew notes one frame; live tells whether the age means anything.
func (p *pace) drew(cost, age time.Duration, live bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.costs[p.m%len(p.costs)] = cost
	p.m++
	if live && age >= 0 && age < 5*time.Second {
		p.ages[p.n%len(p.ages)] = age
		p.n++
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

// figures are milliseconds: the 50th, 95th and 99th of a hundred ages, and the median and 99th of the costs.
type paceFigures struct{ Age50, Age95, Age99, Cost50, Cost99 float64 }

func (p *pace) figures() paceFigures {
	p.mu.Lock()
	ages, costs := slices.Clone(p.ages[:min(p.n, len(p.ages))]), slices.Clone(p.costs[:min(p.m, len(p.costs))])
	p.mu.Unlock()
	return paceFigures{
		Age50: percentile(ages, 50), Age95: percentile(ages, 95), Age99: percentile(ages, 99),
		Cost50: percentile(costs, 50), Cost99: percentile(costs, 99),
	}
}

// percentile sorts list and returns milliseconds; 0 when it is empty.
func percentile(list []time.Duration, p int) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	i := min(len(list)-1, len(list)*p/100)
	return float64(list[i].Microseconds()) / 1000
}
