package chart

import (
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Fill takes in numbers and gaps of before, made known later: they come into the gaps they belong to, and are drawn
// marked. Where there are numbers already nothing changes, and whatever is filled in, what came live stays. What is still
// missing between the numbers stays a gap.
func (t *Trend) Fill(frames []telemetry.Frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var filled []care.Stamp
	for _, f := range frames {
		if f.Trend != nil && t.insert(*f.Trend) {
			filled = append(filled, f.Trend.At)
		}
	}
	var told spans
	for _, f := range frames {
		if f.Gap != nil {
			told = append(told, stretch{f.Gap.From, f.Gap.To})
		}
	}
	var patches spans
	for _, at := range filled {
		patches = append(patches, t.patch(at)...)
		for _, g := range told { // up to what the tablet itself lacks
			if away := g.from.Sub(at); away > 0 && away <= nextTo {
				patches = append(patches, stretch{at, g.from})
			}
			if away := at.Sub(g.to); away > 0 && away <= nextTo {
				patches = append(patches, stretch{g.to, at})
			}
		}
	}
	for _, p := range patches.without(told) {
		t.gaps.fill(p.from, p.to, t.words.gap)
		t.patched = append(t.patched, p)
	}
	if n := len(t.patched) - maxPatched; n > 0 {
		t.patched = slices.Delete(t.patched, 0, n)
	}
	for _, f := range frames {
		if f.Gap != nil && f.Gap.From > 0 {
			t.gaps.add(*f.Gap, t.words.gap)
		}
	}
	t.stale = true
}

const (
	nextTo     = 2500 * time.Millisecond // numbers so near each other have no gap between them but those that were told
	maxPatched = 4096
)

// insert puts a moment of before in its place; false when there is one already, or no room.
func (t *Trend) insert(n telemetry.Trend) bool {
	at := len(t.list)
	for at > 0 && t.list[at-1].at > n.At {
		at--
	}
	if n.At <= 0 || t.near(at-1, n.At) || t.near(at, n.At) || len(t.list) == cap(t.list) {
		return false
	}
	m := momentOf(n)
	m.filled = true
	t.list = slices.Insert(t.list, at, m)
	t.filled++
	return true
}

// patch is what a moment that was filled in shows not to be a gap: the time to its neighbours, where they are next to it.
func (t *Trend) patch(at care.Stamp) (list spans) {
	i := slices.IndexFunc(t.list, func(m moment) bool { return m.at == at })
	if i > 0 && at.Sub(t.list[i-1].at) <= nextTo {
		list = append(list, stretch{t.list[i-1].at, at})
	}
	if i >= 0 && i+1 < len(t.list) && t.list[i+1].at.Sub(at) <= nextTo {
		list = append(list, stretch{at, t.list[i+1].at})
	}
	return list
}

// spans are stretches of time in any order.
type spans []stretch

// without cuts others out.
func (s spans) without(others spans) spans {
	for _, o := range others {
		var left spans
		for _, x := range s {
			if x.to <= o.from || x.from >= o.to {
				left = append(left, x)
				continue
			}
			if x.from < o.from {
				left = append(left, stretch{x.from, o.from})
			}
			if x.to > o.to {
				left = append(left, stretch{o.to, x.to})
			}
		}
		s = left
	}
	return s
}

// fill takes a stretch out of the gaps.
func (g *gaps) fill(from, to care.Stamp, words func(time.Duration) string) {
	var left []gap
	changed := false
	for _, x := range g.list {
		if x.to <= from || x.from >= to {
			left = append(left, x)
			continue
		}
		changed = true
		if x.from < from {
			left = append(left, gap{from: x.from, to: from, joined: x.joined, words: words(from.Sub(x.from))})
		}
		if x.to > to {
			left = append(left, gap{from: to, to: x.to, joined: x.joined, words: words(x.to.Sub(to))})
		}
	}
	if changed {
		g.list = left
		g.measure(0)
	}
}
