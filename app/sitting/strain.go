package sitting

import (
	"maps"
	"math"
	"slices"
	"time"

	"hearth/app/chart"
	"hearth/shared/care"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
)

// Strain keeps what the heart and the torso of one person told over the last hours, and says for every instant how far the
// heart was from this person's own rest. What was made known later takes its place in time, and what was said of the time
// after it is said anew: the answer depends on what is known and not on when it came. It is pure; the zero value is ready.
//
// Only what came since the last computing, and the seconds before it, are computed: 0.03 ms a second of it, and 11 ms for
// three hours when rest is another (BenchmarkStrain, on a server's busy core).
type Strain struct {
	heart  []stress.Numbers  // in order of time, each instant once
	torso  []push            // likewise
	points []chart.Deviation // one for each of heart, as far as it is computed
	sent   int               // how many of points were told
	holds  int               // how many of those hold
	rest   *stress.Baseline
	marks  []mark // earliest first; the first is of before everything
	late   bool   // something is not computed
	from   care.Stamp
	now    stress.Explanation
	strays int
}

// push is what the torso did in the second that ends at an instant.
type push struct {
	end    care.Stamp
	energy float64 // m/s², RMS
}

// mark is a watch after all that was known of up to an instant. Copies of a stress.Watch do not touch each other: it holds
// numbers, and a baseline nobody writes to.
type mark struct {
	at    care.Stamp
	watch stress.Watch
	now   stress.Explanation // of the last numbers
}

const (
	maxStrain  = 10_800           // of each kind: three hours at one a second
	fullMinute = 60               // seconds of beats before a number of a minute compares with one of rest
	nearMark   = 20 * time.Second // behind the newest: what is on its way overtakes by less
	farMark    = 10 * time.Minute // between two marks further back
	manyStrays = 20               // live numbers in a row of long ago: the clock was set back
)

// Heart takes the numbers of a moment as they come, HeartPast those made known later. One that is known is passed over.
func (s *Strain) Heart(t telemetry.Trend) {
	if s.live(t.At) {
		s.HeartPast(t)
	}
}

// HeartPast takes numbers of the heart of any instant, in any order.
func (s *Strain) HeartPast(t telemetry.Trend) {
	n := numbersOf(t)
	var cut int
	if s.heart, cut = insert(s.heart, n, numbersAt); cut < 0 {
		return
	}
	s.points = slices.Delete(s.points, 0, min(cut, len(s.points)))
	s.sent, s.holds = max(0, s.sent-cut), max(0, s.holds-cut)
	s.changed(n.At)
}

// Torso takes a second of movement as it comes from a sensor worn on the torso, TorsoPast one made known later. What a wrist
// does is never given to it: hands may move.
func (s *Strain) Torso(t telemetry.Trend) {
	if s.live(t.At) {
		s.TorsoPast(t)
	}
}

// TorsoPast takes a second of the torso of any instant, in any order.
func (s *Strain) TorsoPast(t telemetry.Trend) {
	p := push{t.At, float64(t.Energy)}
	if math.IsNaN(p.energy) {
		return
	}
	var cut int
	if s.torso, cut = insert(s.torso, p, pushAt); cut >= 0 {
		s.changed(p.end)
	}
}

// live reports whether an instant is one. When nothing but old ones come as news, the clock was set back, and what lies in
// its future is forgotten.
func (s *Strain) live(at care.Stamp) bool {
	if newest := s.newest(); at <= 0 || newest.Sub(at) <= Interrupted {
		s.strays = 0
		return at > 0
	}
	if s.strays++; s.strays >= manyStrays {
		s.strays = 0
		s.heart = s.heart[:find(s.heart, at+1, numbersAt)]
		s.torso = s.torso[:find(s.torso, at+1, pushAt)]
		s.changed(at)
	}
	return true
}

func (s *Strain) newest() (at care.Stamp) {
	if n := len(s.heart); n > 0 {
		at = s.heart[n-1].At
	}
	if n := len(s.torso); n > 0 {
		at = max(at, s.torso[n-1].end)
	}
	return at
}

func (s *Strain) changed(at care.Stamp) {
	if !s.late || at < s.from {
		s.late, s.from = true, at
	}
}

// SetRest replaces what rest is; nil takes it away. One that cannot be is as none.
func (s *Strain) SetRest(b *stress.Baseline) {
	if same(s.rest, b) {
		return
	}
	var w stress.Watch
	if w.SetBaseline(b) != nil {
		b, w = nil, stress.Watch{}
	}
	s.rest, s.marks = b, append(s.marks[:0], mark{watch: w})
	s.changed(0)
}

func same(a, b *stress.Baseline) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.From == b.From && a.To == b.To && a.Watched == b.Watched && a.Torso == b.Torso && maps.Equal(a.Measures, b.Measures)
}

// Now explains the newest numbers of the heart; its At is 0 before the first.
func (s *Strain) Now() stress.Explanation {
	s.compute()
	return s.now
}

// Lane is where deviations are drawn; *chart.Trend has it.
type Lane interface {
	Deviations(list []chart.Deviation)
	Deviate(d chart.Deviation)
}

// Tell tells a lane what it does not know yet: all of it where some of what was told has changed.
func (s *Strain) Tell(to Lane) {
	points := s.Points()
	switch {
	case s.holds < s.sent || len(points)-s.sent > fullMinute:
		to.Deviations(points)
	default:
		for _, d := range points[s.sent:] {
			to.Deviate(d)
		}
	}
	s.sent, s.holds = len(points), len(points)
}

// Points are all there is to draw, one for each instant with numbers of the heart; none without a resting state. They are
// lent until the next call of any method.
func (s *Strain) Points() []chart.Deviation {
	s.compute()
	if s.rest == nil {
		s.holds = 0
		return nil
	}
	return s.points
}
