package sensor

import (
	"math"
	"slices"
)

// match relates a device's clock to arrivals. Every ten seconds it keeps the least late packet; the lower edge of
// those, each carried on along the drift, is the offset.
type match struct {
	minima []minimum // oldest first, the last one still growing
	slope  float64   // session time gained per device time
	pairs  []float64 // room for measuring the slope
}

// minimum is the least late packet of a stretch: offset was seen at device time at. Both in ns.
type minimum struct{ from, at, offset float64 }

const (
	stretch    = 10e9   // ns of device time per minimum
	keep       = 30     // minima: five minutes
	enough     = 6      // minima before drift is believed: a minute
	drifting   = 500e-6 // no clock is worse; a measured slope beyond is disturbance
	hostJumped = 1e9    // ns: two minima above the edge by this much mean that our own clock was set forward
)

// add takes a packet and returns the offset for its device time.
func (m *match) add(at, offset float64) float64 {
	last := len(m.minima) - 1
	switch {
	case last < 0 || at-m.minima[last].from >= stretch:
		m.settle()
		m.minima = append(m.minima, minimum{from: at, at: at, offset: offset})
	case offset < m.minima[last].offset+m.slope*(at-m.minima[last].at):
		m.minima[last].at, m.minima[last].offset = at, offset
	}
	return m.edge(at, m.minima)
}

// edge is the lower edge of some minima at a device time.
func (m *match) edge(at float64, of []minimum) float64 {
	edge := math.Inf(1)
	for _, p := range of {
		edge = min(edge, p.offset+m.slope*(at-p.at))
	}
	return edge
}

// settle closes a stretch: forgets what is old, notices a jump of our clock, measures the drift anew.
func (m *match) settle() {
	n := len(m.minima)
	if n >= 3 {
		last := m.minima[n-2:]
		if m.edge(last[0].at, last)-m.edge(last[0].at, m.minima[:n-2]) > hostJumped {
			m.minima = append(m.minima[:0], last...)
		}
	}
	if len(m.minima) >= keep {
		m.minima = append(m.minima[:0], m.minima[1:]...)
	}
	if len(m.minima) < enough {
		return
	}
	m.pairs = m.pairs[:0]
	for i, a := range m.minima {
		for _, b := range m.minima[i+1:] {
			if b.at > a.at {
				m.pairs = append(m.pairs, (b.offset-a.offset)/(b.at-a.at))
			}
		}
	}
	if len(m.pairs) > 0 {
		slices.Sort(m.pairs)
		m.slope = min(max(m.pairs[len(m.pairs)/2], -drifting), drifting)
	}
}
