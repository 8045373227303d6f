package measure

import (
	"cmp"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// History is what a stream said in the last three hours: numbers, beats and gaps, not samples. Whoever joins later or was
// cut off is told from it. Memory is taken as it fills, and bounded: 10 800 numbers of 72 bytes, 32 768 beats of 24 and
// 2048 gaps of 32 are 1.7 MB a stream at most, usually 1.1.
type History struct {
	trends []telemetry.Trend
	beats  []telemetry.Beat
	gaps   []telemetry.Gap
	next   uint32 // number of the next beat
}

const (
	historySpan = 3 * time.Hour
	maxTrends   = 10_800
	maxBeats    = 1 << 15
	maxGaps     = 1 << 11
	sliver      = care.Stamp(100_000) // µs: less of a gap than this is none
)

func trendAt(t telemetry.Trend) care.Stamp { return t.At }
func beatAt(b telemetry.Beat) care.Stamp   { return b.At }
func gapAt(g telemetry.Gap) care.Stamp     { return g.From }

// Trends are the numbers of [from, to), oldest first. What the three queries return is valid until the stream is fed again.
func (h *History) Trends(from, to care.Stamp) []telemetry.Trend {
	return between(h.trends, h.recent(from), to, trendAt)
}

// Beats are the beats of [from, to), each once, oldest first.
func (h *History) Beats(from, to care.Stamp) []telemetry.Beat {
	return between(h.beats, h.recent(from), to, beatAt)
}

// Gaps are what is still missing of [from, to), cut off at both ends.
func (h *History) Gaps(from, to care.Stamp) (cut []telemetry.Gap) {
	from = h.recent(from)
	for _, g := range h.gaps {
		if g.From < to && g.To > from {
			cut = append(cut, part(g, max(g.From, from), min(g.To, to)))
		}
	}
	return cut
}

// recent is from, or where the three hours begin.
func (h *History) recent(from care.Stamp) care.Stamp {
	newest := care.Stamp(0)
	if n := len(h.trends); n > 0 {
		newest = h.trends[n-1].At
	}
	if n := len(h.gaps); n > 0 {
		newest = max(newest, h.gaps[n-1].To)
	}
	return max(from, newest.Add(-historySpan))
}

// keep takes in the numbers and beats of live frames.
func (h *History) keep(frames []telemetry.Frame) {
	for _, f := range frames {
		switch f.Kind {
		case telemetry.KindTrend:
			h.trends = insert(h.trends, *f.Trend, maxTrends, trendAt)
		case telemetry.KindBeats:
			for _, b := range f.Beats {
				if b.N >= h.next { // the others are repeated
					h.next = b.N + 1
					h.beats = insert(h.beats, b, maxBeats, beatAt)
				}
			}
		}
	}
}

// gap takes in a stretch without samples, as soon as it is named: what the device kept of it may come in the same packet.
func (h *History) gap(g telemetry.Gap) {
	if g.To-g.From >= sliver {
		h.gaps = insert(h.gaps, g, maxGaps, gapAt)
	}
}

// fill takes in frames made later of what a device had kept between two instants, and shortens the gap they were in.
func (h *History) fill(from, to care.Stamp, frames []telemetry.Frame) {
	for _, f := range frames {
		switch f.Kind {
		case telemetry.KindTrend:
			t := *f.Trend
			t.Why |= telemetry.Later
			h.trends = insert(h.trends, t, maxTrends, trendAt)
		case telemetry.KindBeats:
			for _, b := range f.Beats {
				b.Flags |= telemetry.Filled
				h.beats = insert(h.beats, b, maxBeats, beatAt) // repeated ones are there already, by their time
			}
		}
	}
	var left []telemetry.Gap
	for _, g := range h.gaps {
		if g.To <= from || g.From >= to {
			left = append(left, g)
			continue
		}
		if from-g.From >= sliver {
			left = append(left, part(g, g.From, from))
		}
		if g.To-to >= sliver {
			left = append(left, part(g, to, g.To))
		}
	}
	h.gaps = left
}

// part is a piece of a gap with its share of the samples.
func part(g telemetry.Gap, from, to care.Stamp) telemetry.Gap {
	if whole := g.To - g.From; whole > 0 && to-from < whole {
		g.Lost = int64(float64(g.Lost) * float64(to-from) / float64(whole))
	}
	g.From, g.To = from, to
	return g
}

// insert puts an item in its place in time, unless one of that very time is there. The oldest eighth goes when all is full.
func insert[T any](list []T, item T, most int, at func(T) care.Stamp) []T {
	i := len(list)
	if i > 0 && at(list[i-1]) >= at(item) {
		var there bool
		if i, there = slices.BinarySearchFunc(list, at(item), func(x T, t care.Stamp) int { return cmp.Compare(at(x), t) }); there {
			return list
		}
	}
	if len(list) == most {
		cut := most / 8
		if i < cut {
			return list // older than what is about to go
		}
		list, i = slices.Delete(list, 0, cut), i-cut
	}
	return slices.Insert(list, i, item)
}

func between[T any](list []T, from, to care.Stamp, at func(T) care.Stamp) []T {
	order := func(x T, t care.Stamp) int { return cmp.Compare(at(x), t) }
	i, _ := slices.BinarySearchFunc(list, from, order)
	j, _ := slices.BinarySearchFunc(list, to, order)
	return list[i:max(i, j):max(i, j)]
}
