package aggregator

import (
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// grants knows since when who may receive what, so that nobody is told of the past what was measured before they were let
// in, after they were shown out, or while the patient held a stream back. An accident, such as a page loaded anew, a lost
// network or a restart of the house, ends nothing unless it lasts.
type grants struct {
	open map[grant][]interval // oldest first
	held map[string][]interval
}

type grant struct {
	person care.PersonID
	signal access.Signal
}

// interval is a stretch of session time, its end exclusive.
type interval struct {
	from care.Stamp
	to   care.Stamp // 0 while it is open
	away care.Stamp // since when an accident keeps the receiver away; 0 while it does not
}

// accident is how long somebody may be away and still be told what happened meanwhile. It is as long as the therapist's
// page believes the wish of the one before.
const accident = 10 * time.Minute

// maxIntervals bounds what is remembered of one receiver and signal, or one stream; the oldest are forgotten.
const maxIntervals = 64

func newGrants() *grants {
	return &grants{open: map[grant][]interval{}, held: map[string][]interval{}}
}

// begin is told that a share is there with these signals.
func (g *grants) begin(person care.PersonID, signals []access.Signal, at care.Stamp) {
	if person == "" {
		return
	}
	for _, signal := range signals {
		k := grant{person, signal}
		list := g.open[k]
		if n := len(list); n > 0 && list[n-1].to == 0 {
			last := &list[n-1]
			if last.away == 0 || at.Sub(last.away) < accident {
				last.away = 0
				continue
			}
			last.to = last.away
		}
		g.open[k] = bounded(append(list, interval{from: at}))
	}
}

// end is told that nothing of these signals flows to a person any more; byAccident, it may go on.
func (g *grants) end(person care.PersonID, signals []access.Signal, at care.Stamp, byAccident bool) {
	for _, signal := range signals {
		list := g.open[grant{person, signal}]
		if n := len(list); n > 0 && list[n-1].to == 0 {
			last := &list[n-1]
			if last.away == 0 {
				last.away = at
			}
			if !byAccident {
				last.to = last.away
			}
		}
	}
}

// doubt ends for good what an accident had interrupted: permissions may have changed meanwhile, and nobody told us.
func (g *grants) doubt() {
	for _, list := range g.open {
		if last := &list[len(list)-1]; last.to == 0 && last.away != 0 {
			last.to = last.away
		}
	}
}

// hold is told that the patient holds a stream back, or lets it go again.
func (g *grants) hold(key string, on bool, at care.Stamp) {
	list := g.held[key]
	n := len(list)
	switch holding := n > 0 && list[n-1].to == 0; {
	case on && !holding:
		g.held[key] = bounded(append(list, interval{from: at}))
	case !on && holding:
		list[n-1].to = at
	}
}

func bounded(list []interval) []interval {
	if len(list) > maxIntervals {
		list = slices.Delete(list, 0, 1)
	}
	return list
}

// may lists what a person may know of a stream between two instants, newest first.
func (g *grants) may(person care.PersonID, signal access.Signal, key string, from, to care.Stamp) (list []interval) {
	for _, i := range g.open[grant{person, signal}] {
		list = append(list, i.cut(from, to)...)
	}
	for _, h := range g.held[key] {
		var rest []interval
		for _, i := range list {
			rest = append(rest, i.cut(i.from, h.from)...)
			if h.to != 0 {
				rest = append(rest, i.cut(h.to, i.to)...)
			}
		}
		list = rest
	}
	slices.Reverse(list)
	return list
}

// cut is the part of an interval that lies between two instants, or nothing.
func (i interval) cut(from, to care.Stamp) []interval {
	from = max(from, i.from)
	if i.away != 0 {
		to = min(to, i.away)
	}
	if i.to != 0 {
		to = min(to, i.to)
	}
	if from >= to {
		return nil
	}
	return []interval{{from: from, to: to}}
}

// once reports whether a person was let in for any signal at an instant.
func (g *grants) once(person care.PersonID, at care.Stamp) bool {
	for k, list := range g.open {
		if k.person != person {
			continue
		}
		for _, i := range list {
			if len(i.cut(at, at+1)) > 0 {
				return true
			}
		}
	}
	return false
}
