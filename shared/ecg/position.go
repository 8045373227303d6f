package ecg

import (
	"math"
	"slices"
)

// Times of the position, in milliseconds.
const (
	qrsHalf   = 70  // from the envelope's peak to the end of the broadest QRS: what its middle is looked for in, and R peaks
	beforeQRS = 115 // from the middle of the QRS back to where a wave begins: it may be known late in a broad one
	afterQRS  = 65  // and on to where the wave ends; little more is known when a beat is given out
	alignMS   = 25  // by so much the middle moves from beat to beat, where a wave in it comes and goes
	coarseMS  = 6   // a quarter of the fastest wave below 40 Hz: lags between are tried only round the best
	nearMS    = 12  // half of it: no two tops that point the same way are nearer, so this is the one
	baseMS    = 250 // before the wave, and through it: the baseline is the median of that
	memory    = 200
)

// places finds the R peak of a beat: the same top of the same wave in every beat of a rhythm. Its polarity is never
// that of the single beat, which would make an interval wrong by the distance from R to S wherever the two are alike.
type places struct {
	waves [slots]wave
	x     []float64 // the signal round the beat, above its baseline
	order []float64 // room to sort it in
	shift int       // from the middle of x on to that of the QRS
	half  int64     // of the broadest QRS
	lags  int       // tried to either side
	step  int       // between those tried first
	near  int
	back  int     // samples before x that the baseline is taken from as well
	votes float64 // share of the newest beats that reach plainly farther up, less that of those farther down
	sign  float64 // which way R peaks point: +1 or −1, 0 before the first
}

func newPlaces(rate float64) places {
	ms := func(t float64) int { return int(math.Round(t * rate / 1000)) }
	s := places{half: int64(ms(qrsHalf)), shift: ms((beforeQRS - afterQRS) / 2), lags: ms(alignMS), step: max(1, ms(coarseMS)), near: max(1, ms(nearMS)), back: ms(baseMS)}
	half := ms((beforeQRS + afterQRS) / 2)
	for i := range s.waves {
		s.waves[i] = newWave(2*half+1, half+s.shift-ms(qrsHalf), half+s.shift+ms(qrsHalf)+1)
	}
	s.x = make([]float64, 2*(half+s.lags)+1)
	s.order = make([]float64, 0, s.back+len(s.x))
	return s
}

// place gives the R peak of the beat whose envelope peaks at centre, as an index of p with its fraction, and how high it
// reaches above the baseline, NaN when that is not known. It learns from the beat: the R peak is the extremum that is nearest
// to where its wave has it.
func (s *places) place(p *ring, centre int64) (at, height float64) {
	first := s.middle(p, centre) - int64(s.shift+len(s.x)/2)
	s.lift(p, first)
	s.vote()
	t, lag := s.align()
	t.learn(s.cut(lag))
	t.orient(s.sign, s.near)
	if t.peak < 0 {
		return float64(centre), math.NaN()
	}
	mid := s.lags + lag + t.peak
	if k := top(s.x, t.sign, max(1, mid-s.near), min(len(s.x)-1, mid+s.near+1)); k >= 0 {
		return float64(first) + summit(s.x, k), math.Abs(s.x[k])
	}
	return float64(min(first+int64(mid), p.n-1)), math.NaN()
}

// middle gives the middle of the QRS whose envelope peaks at centre: that of the energy of its slopes. The envelope
// itself peaks now in the first, now in the last of two humps that lie half a period of its band apart.
func (s *places) middle(p *ring, centre int64) int64 {
	var sum, at float64
	for i := max(1, centre-s.half); i <= min(p.n-1, centre+s.half); i++ {
		slope := p.at(i) - p.at(i-1)
		sum += slope * slope
		at += slope * slope * (float64(i-centre) - 0.5)
	}
	return centre + int64(math.Round(at/max(sum, tiny)))
}

// lift copies the signal from index first on as it stands above its baseline, the median of a quarter of a second
// before and of the beat itself: the line between the waves, which neither a QRS nor a T wave moves.
func (s *places) lift(p *ring, first int64) {
	s.order = s.order[:0]
	for i := max(0, first-int64(s.back)); i < min(p.n, first+int64(len(s.x))); i += int64(s.step) {
		s.order = append(s.order, p.at(i))
	}
	slices.Sort(s.order)
	n := len(s.order)
	base := s.order[(n-1)/2]/2 + s.order[n/2]/2
	for k := range s.x {
		s.x[k] = p.at(max(0, min(p.n-1, first+int64(k)))) - base
	}
}

// cut is the part of x that is as long as a wave, lag samples after the middle.
func (s *places) cut(lag int) []float64 { return s.x[s.lags+lag:][:len(s.waves[0].v)] }

// align finds the wave most like the beat and the lag, in samples, at which it is. A beat like none begins a new one
// in the place of the weakest.
func (s *places) align() (best *wave, lag int) {
	weakest, like := &s.waves[0], 0.0
	for l := -s.lags; l <= s.lags; l += s.step {
		_, _, rest := straight(s.cut(l))
		for i := range s.waves {
			t := &s.waves[i]
			if t.weight == 0 {
				continue
			}
			if c := t.like(s.cut(l), rest); c > like {
				best, lag, like = t, l, c
			}
		}
	}
	if best != nil {
		lag, like = s.climb(best, lag, like)
	}
	for i := range s.waves {
		s.waves[i].weight *= waveFade
		if s.waves[i].weight < weakest.weight {
			weakest = &s.waves[i]
		}
	}
	if like < same {
		weakest.forget()
		return weakest, 0
	}
	return best, lag
}

// climb goes on from a lag among those tried first to the best one.
func (s *places) climb(t *wave, lag int, like float64) (int, float64) {
	for step := s.step; step > 1; {
		step = (step + 1) / 2
		for _, l := range [2]int{lag - step, lag + step} {
			if l < -s.lags || l > s.lags {
				continue
			}
			_, _, rest := straight(s.cut(l))
			if c := t.like(s.cut(l), rest); c > like {
				lag, like = l, c
			}
		}
	}
	return lag, like
}

// vote lets the beat say which way R peaks point. One that reaches about as far either way has no say, and what beats
// have said turns only when most of the newest say the opposite: an interval is wrong each time it does.
func (s *places) vote() {
	x, t := s.cut(0), &s.waves[0]
	up, down := reach(x, 1, t.from, t.to), reach(x, -1, t.from, t.to)
	way := 0.0
	switch {
	case up > plainly*down:
		way = 1
	case down > plainly*up:
		way = -1
	}
	s.votes += (way - s.votes) / memory
	switch {
	case s.sign == 0 && down > up:
		s.sign = -1
	case s.sign == 0:
		s.sign = 1
	case s.sign*s.votes < -0.5:
		s.sign = -s.sign
	}
}
