package sitting

import (
	"cmp"
	"math"
	"slices"

	"hearth/app/chart"
	"hearth/shared/care"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
)

// numbersOf are a trend's for the index. With less than a minute of beats they are of another length than those of rest, and
// there are none.
func numbersOf(t telemetry.Trend) stress.Numbers {
	n := stress.Numbers{
		At: t.At, HR: float64(t.HR), MeanNN: 60000 / float64(t.MeanHR), SDNN: float64(t.SDNN1), RMSSD: float64(t.RMSSD), SI: float64(t.SI),
		Corrected: float64(t.Corrected), Quality: float64(t.Quality) / 100,
	}
	if t.Window < fullMinute {
		n.MeanNN, n.SDNN, n.RMSSD, n.SI = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	}
	return n
}

func numbersAt(n stress.Numbers) care.Stamp { return n.At }
func pushAt(p push) care.Stamp              { return p.end }

// compute brings everything up to the newest, from the last mark before what is not computed.
func (s *Strain) compute() {
	if len(s.marks) == 0 {
		s.marks = []mark{{}}
	}
	if !s.late {
		return
	}
	for len(s.marks) > 1 && s.marks[len(s.marks)-1].at >= s.from {
		s.marks = s.marks[:len(s.marks)-1]
	}
	m := s.marks[len(s.marks)-1]
	h, p := find(s.heart, m.at+1, numbersAt), find(s.torso, m.at+1, pushAt)
	for h < len(s.heart) || p < len(s.torso) {
		torso := p < len(s.torso) && (h == len(s.heart) || s.torso[p].end <= s.heart[h].At)
		if torso {
			s.mark(&m, s.torso[p].end)
			m.watch.Torso(m.at-second, s.torso[p].energy)
			p++
		} else {
			s.mark(&m, s.heart[h].At)
			m.now = m.watch.Numbers(s.heart[h])
			s.put(h, deviation(m.now))
			h++
		}
	}
	s.now = m.now
	s.points = s.points[:len(s.heart)]
	s.late, s.sent, s.holds = false, min(s.sent, len(s.points)), min(s.holds, len(s.points))
}

const second = care.Stamp(1_000_000)

// put writes the deviation of an instant down, and notes whether another one was told.
func (s *Strain) put(i int, d chart.Deviation) {
	if i == len(s.points) {
		s.points = append(s.points, d)
		return
	}
	if was := s.points[i]; was != d && (was.At != d.At || was.Gate != d.Gate || was.Value == was.Value || d.Value == d.Value) {
		s.holds = min(s.holds, i)
	}
	s.points[i] = d
}

// mark moves on to an instant, and where all up to the one before is in a watch, it may keep that to go on from: one close
// behind the newest, and one every ten minutes.
func (s *Strain) mark(m *mark, to care.Stamp) {
	n := len(s.marks)
	switch last := s.marks[n-1].at; {
	case to == m.at || m.at.Sub(last) < nearMark || s.newest().Sub(m.at) < nearMark:
	case n > 2 && m.at.Sub(s.marks[n-2].at) < farMark:
		s.marks[n-1] = *m
	default:
		s.marks = append(s.marks, *m)
	}
	m.at = to
}

// deviation is what a chart shows of an explanation: while the body moves it is seen and not scored, and where the signal is
// bad there is nothing to be seen.
func deviation(x stress.Explanation) chart.Deviation {
	d := chart.Deviation{At: x.At, Value: float32(math.NaN()), Gate: chart.Marked}
	switch {
	case x.State.Hides():
		d.Gate = chart.Moving
	case !x.Shown:
		return d
	case !x.Marked:
		d.Gate = chart.Counted
	}
	if x.Grade != stress.Bad {
		d.Value = float32(x.Index)
	}
	return d
}

// find is where an instant stands, or belongs.
func find[T any](list []T, at care.Stamp, of func(T) care.Stamp) int {
	if n := len(list); n == 0 || of(list[n-1]) < at {
		return n
	}
	i, _ := slices.BinarySearchFunc(list, at, func(x T, at care.Stamp) int { return cmp.Compare(of(x), at) })
	return i
}

// insert puts an item in its place, unless one of that instant is there. cut is how many of the oldest went to make room;
// −1 when nothing changed.
func insert[T any](list []T, item T, of func(T) care.Stamp) (_ []T, cut int) {
	i := find(list, of(item), of)
	if i < len(list) && of(list[i]) == of(item) {
		return list, -1
	}
	if len(list) >= maxStrain {
		if cut = maxStrain / 8; i < cut {
			return list, -1
		}
		list, i = slices.Delete(list, 0, cut), i-cut
	}
	return slices.Insert(list, i, item), cut
}
