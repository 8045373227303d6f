package ecg

import "math"

const (
	slots = 4 // shapes remembered: the usual one, and room for ectopic and paced ones

	same     = 0.85 // correlation from which a beat has a known shape
	turnBy   = 1.2  // a shape turns only when the other way is so much farther
	turnLate = 3    // and a settled one only when it is so much farther
	settled  = 8    // so many: a shape seen that often
	kin      = 0.5  // correlation from which a new shape points the way of the known one
	learn    = 0.125
	fading   = 0.98 // of a shape's weight at every beat
	often    = 3    // beats of a shape, fading, from which it is known
	reachMS  = 70   // to either side of the envelope's peak
)

// shape is the running mean of beats that look alike, centred on the peak of the envelope.
type shape struct {
	v      []float64 // without mean and lean
	plain  []float64 // as it stands above the baseline
	weight float64   // beats of it, fading; 0 is an empty slot
	sign   float64   // +1 or −1: which way its R peak points
	offset int       // from the centre to its R peak
}

// shapes are the templates a signal has shown. They settle what is usual and where the R peak of a beat lies: its
// polarity is that of the template, never of the single beat.
type shapes struct {
	slot  [slots]shape
	beat  []float64 // the one looked at, without mean and lean
	plain []float64 // and above the baseline
	half  int
}

func newShapes(rate float64) shapes {
	s := shapes{half: int(math.Round(reachMS * rate / 1000))}
	s.beat, s.plain = make([]float64, 2*s.half+1), make([]float64, 2*s.half+1)
	for i := range s.slot {
		s.slot[i].plain = make([]float64, 2*s.half+1)
		s.slot[i].v = make([]float64, 2*s.half+1)
	}
	return s
}

// look copies the beat around centre and takes its mean and its lean off, which are the baseline's.
func (s *shapes) look(p *ring, centre int64) {
	sum := 0.0
	for k := range s.beat {
		s.beat[k] = p.at(centre - int64(s.half) + int64(k))
		sum += s.beat[k]
	}
	sum /= float64(len(s.beat))
	var lean, norm float64
	for k, v := range s.beat {
		x := float64(k - s.half)
		lean += x * v
		norm += x * x
	}
	lean /= norm
	for k := range s.beat {
		s.beat[k] -= sum + lean*float64(k-s.half)
	}
}

// lift keeps the beat around centre as it stands above the mean of the seconds before now: the baseline a high-pass
// of half a hertz would take off.
func (s *shapes) lift(p *ring, centre int64, seconds int64, step int64) {
	base, n := 0.0, 0.0
	for i := p.n - 1; i >= 0 && i > p.n-1-seconds; i -= step {
		base += p.at(i)
		n++
	}
	for k := range s.plain {
		s.plain[k] = p.at(centre-int64(s.half)+int64(k)) - base/n
	}
}

// match gives the slot most like the beat looked at, and the correlation, −1 to 1; slot −1 when none is known.
func (s *shapes) match() (best int, like float64) {
	best, like = -1, 0
	for i := range s.slot {
		if s.slot[i].weight == 0 {
			continue
		}
		if c := correlate(s.slot[i].v, s.beat); best < 0 || c > like {
			best, like = i, c
		}
	}
	return best, like
}

// known gives the best correlation with a shape seen several times, 0 when there is none.
func (s *shapes) known() float64 {
	like := 0.0
	for i := range s.slot {
		if s.slot[i].weight >= often {
			like = max(like, correlate(s.slot[i].v, s.beat))
		}
	}
	return like
}

// sure reports whether the usual shape has been seen often enough to judge others by it.
func (s *shapes) sure() bool { u := s.usual(); return u >= 0 && s.slot[u].weight >= 2*often }

// likeUsual is the correlation with the usual shape, 0 before there is one.
func (s *shapes) likeUsual() float64 {
	if u := s.usual(); u >= 0 {
		return correlate(s.slot[u].v, s.beat)
	}
	return 0
}

// usual is the slot most beats fall in, −1 before there is one.
func (s *shapes) usual() int {
	best := -1
	for i := range s.slot {
		if w := s.slot[i].weight; w > 0 && (best < 0 || w > s.slot[best].weight) {
			best = i
		}
	}
	return best
}

// take learns the beat looked at: into the slot it is like, else into the weakest.
func (s *shapes) take(slot int, like float64) int {
	for i := range s.slot {
		s.slot[i].weight *= fading
	}
	if slot < 0 || like < same {
		sign := 0.0
		if slot >= 0 && like > kin {
			sign = s.slot[slot].sign
		}
		slot = 0
		for i := range s.slot {
			if s.slot[i].weight < s.slot[slot].weight {
				slot = i
			}
		}
		copy(s.slot[slot].v, s.beat)
		copy(s.slot[slot].plain, s.plain)
		s.slot[slot].weight, s.slot[slot].sign = 1, sign
	} else {
		f := max(learn, 1/(s.slot[slot].weight+1))
		for k := range s.beat {
			s.slot[slot].v[k] += f * (s.beat[k] - s.slot[slot].v[k])
			s.slot[slot].plain[k] += f * (s.plain[k] - s.slot[slot].plain[k])
		}
		s.slot[slot].weight++
	}
	s.slot[slot].orient()
	return slot
}

// orient finds the R peak of the shape: the farther of its highest and lowest point, seen from the baseline. A shape that
// once pointed one way has to be plainly different before it turns.
func (t *shape) orient() {
	near := len(t.plain) / 14
	hi, lo := near, near
	for k := near; k < len(t.plain)-near; k++ {
		if t.plain[k] > t.plain[hi] {
			hi = k
		}
		if t.plain[k] < t.plain[lo] {
			lo = k
		}
	}
	up, down := t.plain[hi], -t.plain[lo]
	turn := turnBy
	if t.weight >= settled {
		turn = turnLate
	}
	switch {
	case t.sign == 0 && up >= down, t.sign < 0 && up > turn*down:
		t.sign = 1
	case t.sign == 0, t.sign > 0 && down > turn*up:
		t.sign = -1
	}
	t.offset = hi - len(t.v)/2
	if t.sign < 0 {
		t.offset = lo - len(t.v)/2
	}
}

// correlate is Pearson's for two series without mean.
func correlate(a, b []float64) float64 {
	var ab, aa, bb float64
	for k, x := range a {
		y := b[k]
		ab += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// steepest is the largest step between neighbours of the beat looked at.
func (s *shapes) steepest() float64 {
	m := 0.0
	for k := 1; k < len(s.beat); k++ {
		m = max(m, math.Abs(s.beat[k]-s.beat[k-1]))
	}
	return m
}

// peak finds the R peak near centre for a beat of slot: the extremum that way, nearMS around where the template has
// it, to a fraction of a sample by a parabola through three.
func (s *shapes) peak(p *ring, centre int64, slot int, near int64) float64 {
	t := &s.slot[slot]
	mid := centre + int64(t.offset)
	best := mid
	for i := mid - near; i <= min(mid+near, p.n-2); i++ {
		if t.sign*p.at(i) > t.sign*p.at(best) {
			best = i
		}
	}
	a, b, c := t.sign*p.at(best-1), t.sign*p.at(best), t.sign*p.at(best+1)
	if b < a || b < c { // at the edge of what was searched: no peak there
		return float64(mid)
	}
	if bend := a - 2*b + c; bend < 0 {
		return float64(best) + 0.5*(a-c)/bend
	}
	return float64(best)
}
