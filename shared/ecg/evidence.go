package ecg

import "math"

// What speaks for a peak, in log odds for each unit of what is measured. Logarithms, because errors of amplifiers,
// electrodes and breath are factors.
const (
	perLow     = 1.8  // times smaller than beats are, e-fold
	perTall    = 0.6  // times taller
	perFlat    = 1.1  // times flatter
	perSteep   = 3    // times steeper: tissue has a slowest and a fastest way, noise has no fastest
	perStand   = 0.36 // how often it holds what lies between beats
	perFold    = 0.5  // the same, e-fold: what tells beats where noise is strong
	perNoise   = 1.5  // e-fold that beats stand out less than clear: peaks are cheap there
	perForeign = 1.7  // e-fold that it holds more or less than once the shape known that it is most like, amid litter
	perLike    = 0.3  // Fisher's z of its likeness to that shape

	standsMost = 15  // more than this says no more
	clearFold  = 2.4 // from exp 2.4, eleven times what lies between, beats are clear
	noisiest   = 2   // e-folds below that say no more
	foreign    = 1.5 // e-folds off say no more
	ectopic    = 0.4 // of perForeign without litter: what makes foreign peaks in a clear signal is mostly the heart
	steepest   = 1   // e-folds steeper say no more: what beats are like may have been learned wrongly
	faint      = -8  // log odds below which a peak is not even thought of
	atSpike    = -3  // log odds that a spike has at most
)

// odds are those, from all that can be seen of c alone, that it is a beat and not noise.
func (d *Detector) odds(c candidate) float64 {
	usual := max(d.levels.signal.high(), tiny)
	stand := c.height / c.between
	tall := fold(c.height, usual)
	o := -perLow*max(-tall, 0) - perTall*max(tall, 0) + perStand*min(stand, standsMost) + perFold*min(fold(stand, 1), 3)
	if m := d.levels.slope.median(); m > 0 {
		steep := fold(c.slope, m)
		o -= perFlat*max(-steep, 0) + perSteep*min(max(steep, 0), steepest)
	}
	o -= perNoise * min(max(clearFold-fold(usual, c.between), 0), noisiest)
	if d.shapes.sure() {
		o += perLike * math.Atanh(min(max(c.known, -0.9), 0.985))
		o -= min(ectopic+d.path.litter, 1) * perForeign * min(math.Abs(fold(c.amount, 1)), foreign)
	}
	if c.alone {
		o = min(o, atSpike)
	}
	if o < faint {
		return 0
	}
	return math.Exp(o)
}

// fold is how many e-folds a is above b, at most three either way.
func fold(a, b float64) float64 { return min(max(math.Log(max(a, tiny)/b), -3), 3) }

// amount is how often the beat looked at holds the shape known it is most like: 1 when it is one of them.
func (s *shapes) amount() float64 {
	most, times := 0.0, 0.0
	for i := range s.slot {
		if s.slot[i].weight < often {
			continue
		}
		var ab, aa, bb float64
		for k, a := range s.slot[i].v {
			ab, aa, bb = ab+a*s.beat[k], aa+a*a, bb+s.beat[k]*s.beat[k]
		}
		if ab > 0 && aa > 0 && ab/math.Sqrt(aa*bb) > most {
			most, times = ab/math.Sqrt(aa*bb), ab/aa
		}
	}
	return times
}
