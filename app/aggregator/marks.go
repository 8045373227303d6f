package aggregator

import (
	"slices"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// marks are the moments the therapists' pages have named: what kind of moment, never anybody's own words. They are kept
// in memory, for pages that join later; the newest told of one id holds.
type marks struct {
	list []marked // in the order they were told
	told int
}

type marked struct {
	telemetry.Mark
	number int
	from   *sharing // who told it; it is not told back
}

const (
	maxMarks  = 512
	marksOnce = 16 // told at a time
)

// put takes a mark in.
func (m *marks) put(from *sharing, mark telemetry.Mark) {
	if i := slices.IndexFunc(m.list, func(o marked) bool { return o.ID == mark.ID }); i >= 0 {
		if m.list[i].Mark == mark {
			return
		}
		m.list = slices.Delete(m.list, i, i+1)
	}
	if len(m.list) == maxMarks {
		m.list = slices.Delete(m.list, 0, 1)
	}
	m.told++
	m.list = append(m.list, marked{mark, m.told, from})
}

// tellMarks tells a receiver the marks it does not know and may know: those of the time it was let in for.
func (s *Station) tellMarks(sh *sharing) {
	if !sh.begun {
		return
	}
	n := 0
	for _, m := range s.marks.list {
		if m.number <= sh.recall.marked {
			continue
		}
		if m.from != sh && s.grants.once(sh.share.Therapist.ID, m.At) {
			if n++; n > marksOnce || !sh.peer.Control(telemetry.Control{Mark: &m.Mark}) {
				return
			}
		}
		sh.recall.marked = m.number
	}
}

// marked takes a mark from a receiver: of a moment it was let in for, so that nobody writes into another's time.
func (s *Station) marked(sh *sharing, m telemetry.Mark) {
	if slices.Contains(s.shares, sh) && s.grants.once(sh.share.Therapist.ID, min(m.At, care.Stamp(s.stamp()-1))) {
		s.marks.put(sh, m)
	}
}
