package ecg

import "math"

const (
	slots = 4 // shapes remembered: the usual one, and room for ectopic and paced ones

	same    = 0.85 // correlation from which a beat has a known shape
	learn   = 0.125
	fading  = 0.98 // of a shape's weight at every beat
	often   = 3    // beats of a shape, fading, from which it is known
	reachMS = 70   // to either side of the envelope's peak
)

// shape is the running mean of beats that look alike, centred on the peak of the envelope.
type shape struct {
	v      []float64 // without mean and lean
	weight float64   // beats of it, fading; 0 is an empty slot
}

// shapes are the templates a signal has shown. They settle what is usual; where the R peak lies, places say.
type shapes struct {
	slot [slots]shape
	beat []float64 // the one looked at, without mean and lean
	half int
}

func newShapes(rate float64) shapes {
	s := shapes{half: int(math.Round(reachMS * rate / 1000))}
	s.beat = make([]float64, 2*s.half+1)
	for i := range s.slot {
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
		slot = 0
		for i := range s.slot {
			if s.slot[i].weight < s.slot[slot].weight {
				slot = i
			}
		}
		copy(s.slot[slot].v, s.beat)
		s.slot[slot].weight = 1
	} else {
		f := max(learn, 1/(s.slot[slot].weight+1))
		for k := range s.beat {
			s.slot[slot].v[k] += f * (s.beat[k] - s.slot[slot].v[k])
		}
		s.slot[slot].weight++
	}
	return slot
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
