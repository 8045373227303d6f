package chart

import (
	"slices"
	"sort"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// gaps are stretches without signal in order of their beginning. A gap that grows is told again with the same From.
// None in sight is ever forgotten: when there is no room for more, the two nearest become one.
type gaps struct {
	list []gap
	most int
}

type gap struct {
	from, to care.Stamp
	reach    care.Stamp // the latest end of this gap and all before it, so that finding one needs no walk
	joined   bool       // several in one: it never becomes shorter
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
		if old.to == t.To || (old.joined && old.to > t.To) {
			return false
		}
		old.to, old.words = t.To, words(t.To.Sub(t.From))
		g.measure(at - 1)
		return true
	}
	g.list = slices.Insert(g.list, at, gap{from: t.From, to: t.To, words: words(t.To.Sub(t.From))})
	g.measure(at)
	if len(g.list) > g.most {
		g.join(words)
	}
	return true
}

// measure notes anew how far gaps reach, from one of them on.
func (g *gaps) measure(i int) {
	reach := care.Stamp(0)
	if i > 0 {
		reach = g.list[i-1].reach
	}
	for ; i < len(g.list); i++ {
		reach = max(reach, g.list[i].to)
		g.list[i].reach = reach
	}
}

// join makes one gap of the two with the least between them. Better to hide a moment than to draw a line through a
// silence. The newest stays for itself, because it may still grow.
func (g *gaps) join(words func(time.Duration) string) {
	best := 1
	for i := 2; i < len(g.list)-1; i++ {
		if g.list[i].from.Sub(g.list[i-1].to) < g.list[best].from.Sub(g.list[best-1].to) {
			best = i
		}
	}
	one := &g.list[best-1]
	one.to, one.joined = max(one.to, g.list[best].to), true
	one.words = words(one.to.Sub(one.from))
	g.list = slices.Delete(g.list, best, best+1)
	g.measure(best - 1)
}

// part reports whether a gap lies between two instants, so that no line may join them.
func (g *gaps) part(a, b care.Stamp) bool {
	i := sort.Search(len(g.list), func(i int) bool { return g.list[i].from >= b })
	return i > 0 && g.list[i-1].reach > a
}

// holds reports whether an instant lies inside a gap.
func (g *gaps) holds(at care.Stamp) bool { return g.part(at, at) }

// drop forgets the gaps that ended before an instant.
func (g *gaps) drop(before care.Stamp) {
	if n := sort.Search(len(g.list), func(i int) bool { return g.list[i].reach >= before }); n > 0 {
		g.list = g.list[:copy(g.list, g.list[n:])]
	}
}
