package measure

import "slices"

// lags keep the least of a lag for every ten seconds of the last minute: packets are sometimes late and never early, so
// the least is the truth (the minimum filter of network time protocols, Mills 1991). A minute, because a device that
// rounds every interval down loses up to 30 ms in one. The zero value is ready for use.
type lags struct {
	least10 [6]float64
	from    [6]float64 // when each began, s
	n       int
}

// add takes a lag seen at a time, in seconds, and returns the least of the last minute.
func (l *lags) add(at, lag float64) float64 {
	i := (l.n - 1 + len(l.from)) % len(l.from)
	if l.n == 0 || at-l.from[i] >= 10 {
		i = l.n % len(l.from)
		l.from[i], l.least10[i] = at, lag
		l.n++
	}
	l.least10[i] = min(l.least10[i], lag)
	return l.least(lag)
}

// least is the least of the last minute, or otherwise when nothing was seen.
func (l *lags) least(otherwise float64) float64 {
	if l.n == 0 {
		return otherwise
	}
	return slices.Min(l.least10[:min(l.n, len(l.least10))])
}

// pauses know how far apart packets usually are. The zero value is ready for use.
type pauses struct {
	list [9]float64 // s
	n    int
}

// add takes a pause and reports whether it was so long that a packet seems to be missing.
func (p *pauses) add(pause float64) (hole bool) {
	hole = p.n >= len(p.list)/2 && pause > 1.6*p.usual()
	p.list[p.n%len(p.list)] = pause
	p.n++
	return hole
}

// usual is the upper quartile of the newest pauses, because packets that come twice leave none; a second before there are
// any.
func (p *pauses) usual() float64 {
	if p.n == 0 {
		return 1
	}
	few := p.list
	s := few[:min(p.n, len(few))]
	slices.Sort(s)
	return max(s[3*len(s)/4], 0.2)
}
