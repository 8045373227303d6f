package chart

import (
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// gaps are stretches without signal in order of their beginning. A gap that grows is told again with the same From.
type gaps struct {
	list []gap
	most int // how many are kept; the oldest go first
}

type gap struct {
	from, to care.Stamp
	words    string
}

// add takes a gap in and reports whether anything changed.
func (g *gaps) add(t telemetry.Gap, words func(time.Duration) string) bool {
	if t.To <= t.From {
		return false
	}
	at := len(g.list)
	for at > 0 && g.list[at-1].from > t.From {
		at--
	}
	if at > 0 && g.list[at-1].from == t.From {
		old := &g.list[at-1]
		if old.to == t.To {
			return false
		}
		old.to, old.words = t.To, words(t.To.Sub(t.From))
		return true
	}
	if len(g.list) >= g.most {
		if at == 0 {
			return false
		}
		copy(g.list, g.list[1:])
		g.list = g.list[:len(g.list)-1]
		at--
	}
	g.list = append(g.list, gap{})
	copy(g.list[at+1:], g.list[at:])
	g.list[at] = gap{t.From, t.To, words(t.To.Sub(t.From))}
	return true
}

// part reports whether a gap lies between two instants, so that no line may join them.
func (g *gaps) part(a, b care.Stamp) bool {
	for i := len(g.list) - 1; i >= 0; i-- {
		if g.list[i].from < b && g.list[i].to > a {
			return true
		}
	}
	return false
}

// holds reports whether an instant lies inside a gap.
func (g *gaps) holds(at care.Stamp) bool {
	for i := range g.list {
		if g.list[i].from < at && at < g.list[i].to {
			return true
		}
	}
	return false
}

// drop forgets the gaps that ended before an instant.
func (g *gaps) drop(before care.Stamp) {
	n := 0
	for n < len(g.list) && g.list[n].to < before {
		n++
	}
	if n > 0 {
		g.list = g.list[:copy(g.list, g.list[n:])]
	}
}
