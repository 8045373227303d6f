package chart

import (
	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// grades are how good the signal was, second by second, in order of time.
type grades struct {
	list []grade
}

type grade struct {
	at      care.Stamp // the end of the second it tells of
	quality uint8
}

const (
	gradeRoom = 64
	gradeLong = care.Stamp(1_000_000)
)

// add takes one in; false when it is known or too old to matter.
func (g *grades) add(n grade) bool {
	at := len(g.list)
	for at > 0 && g.list[at-1].at > n.at {
		at--
	}
	if at > 0 && g.list[at-1].at == n.at {
		return false
	}
	if len(g.list) == gradeRoom {
		if at == 0 {
			return false
		}
		g.list = g.list[:copy(g.list, g.list[1:])]
		at--
	}
	g.list = append(g.list, grade{})
	copy(g.list[at+1:], g.list[at:])
	g.list[at] = n
	return true
}

// Quality takes in how good the signal was in the second before the trend's instant.
func (s *Strip) Quality(t telemetry.Trend) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.At > 0 && s.grades.add(grade{t.At, t.Quality}) && t.At-gradeLong <= s.head.at {
		s.soil(t.At-gradeLong, t.At)
	}
}

// gradeRow draws the row under the heart's lane: a thin line where the signal is good, a broken one where it is usable, a
// thick grey one where nothing is counted.
func (s *Strip) gradeRow(on canvas.Surface, l *lane, start, first, last care.Stamp, alpha float64) {
	y := l.span.bottom - 3
	for i := range s.grades.list {
		g := s.grades.list[i]
		from := max(g.at-gradeLong, first)
		if i > 0 {
			from = max(from, s.grades.list[i-1].at)
		}
		to := min(g.at, last)
		if to <= from {
			continue
		}
		left, right := s.xFrom(from, start), s.xFrom(to, start)
		switch {
		case g.quality >= telemetry.Good:
			on.Fill(left, y, right-left, 1.5, canvas.ECG, 0.7*alpha)
		case g.quality >= telemetry.Usable:
			for k := range 5 { // fixed to the second, so that nothing crawls
				a := g.at - gradeLong + care.Stamp(k)*gradeLong/5
				b := a + gradeLong/10
				if a, b = max(a, from), min(b, to); b > a {
					on.Fill(s.xFrom(a, start), y, s.xFrom(b, start)-s.xFrom(a, start), 1.5, canvas.ECG, alpha)
				}
			}
		default:
			on.Fill(left, y-2, right-left, 4, canvas.Series6, alpha)
		}
	}
}
