package ecg

import (
	"math"
	"slices"
)

// The two moving averages, as Elgendi (2013) found them best, and what makes them causal.
const (
	witnessLow   = 8    // Hz
	witnessHigh  = 20   // Hz
	witnessRate  = 100  // samples per second are enough for that; of more, neighbours are averaged
	complexMS    = 97   // the short average: a QRS complex
	cycleMS      = 611  // the long one: a beat
	leastComplex = 0.75 // of the short one: so long over the threshold is a complex
	offsetShare  = 0.08 // of the running mean of the energy is added to the threshold
	energyMS     = 300  // one value of that mean
	energyValues = 16   // of them: five seconds
)

// witness is a second detector that shares nothing with the first but the samples: two moving averages of the energy
// from 8 to 20 Hz after Elgendi (2013). It has no levels to learn and forgets everything within five seconds. Its marks
// are the middles of complexes; they say whether a beat has a second opinion.
type witness struct {
	step, held int     // samples averaged to one, and how many are
	sum        float64 // of them
	share      float64 // one over step

	high, low   biquad
	short, long average
	ahead       average // the short average, delayed until the long one is centred on it
	energy      [energyValues]float64
	energyN     int
	part        float64 // of the energy, of the value to come
	partN       int
	partSize    int
	offset      float64

	n    int64   // steps
	lag  float64 // steps from a complex to its energy in the band
	soon stretch // by averages that end now: at once, and wrong about some P waves
	sure stretch // by averages round one middle, as published: a third of a second late
}

func newWitness(rate float64) witness {
	w := witness{step: max(1, int(rate/witnessRate))}
	w.share = 1 / float64(w.step)
	rate *= w.share
	w.high, w.low = highpass(rate, witnessLow), lowpass(rate, witnessHigh)
	w.short, w.long = newAverage(rate*complexMS/1000), newAverage(rate*cycleMS/1000)
	w.ahead = newAverage(float64(len(w.long.v)-len(w.short.v)) / 2)
	w.partSize = int(math.Round(rate * energyMS / 1000))
	w.soon.least = int(leastComplex * float64(len(w.short.v)))
	w.sure.least = w.soon.least
	middle := math.Sqrt(witnessLow * witnessHigh)
	w.lag = (w.high.delay(rate, middle) + w.low.delay(rate, middle)) * rate
	return w
}

// rest makes the filters take v for what has always been there.
func (w *witness) rest(v float64) { w.high.rest(v) }

// feed takes the next sample.
func (w *witness) feed(v float64) {
	w.sum += v
	if w.held++; w.held < w.step {
		return
	}
	y := w.low.next(w.high.next(w.sum * w.share))
	w.sum, w.held = 0, 0
	y *= y
	w.weigh(y)
	short, long := w.short.next(y), w.long.next(y)
	before := w.ahead.swap(short)
	threshold := long + w.offset
	if short > threshold {
		w.soon.over(w.place(len(w.short.v)))
	} else {
		w.soon.length = 0
	}
	if before > threshold {
		w.sure.over(w.place(len(w.long.v)))
	} else {
		w.sure.length = 0
	}
	w.n++
}

// place is the sample in the middle of an average so many steps long that ends now.
func (w *witness) place(length int) float64 {
	step := float64(w.n) - w.lag - float64(length-1)/2
	return step*float64(w.step) + float64(w.step-1)/2
}

// weigh keeps the running mean of the energy, in which a spike counts no more than twice what the upper quarter reaches.
func (w *witness) weigh(y float64) {
	w.part += y
	if w.partN++; w.partN < w.partSize {
		return
	}
	w.energy[w.energyN%energyValues] = w.part / float64(w.partN)
	w.energyN++
	w.part, w.partN = 0, 0
	s := w.energy
	k := min(w.energyN, energyValues)
	slices.Sort(s[:k])
	most, sum := 2*s[k-1-k/4], 0.0
	for _, v := range s[:k] {
		sum += min(v, most)
	}
	w.offset = offsetShare * sum / float64(k)
}

// saw reports whether there is a mark within off samples of at.
func (w *witness) saw(at, off float64) bool {
	return w.soon.marks.near(at, off) || w.sure.marks.near(at, off)
}

// stretch is a run over the threshold.
type stretch struct {
	least  int // so long is a complex
	length int
	from   float64
	marks  marks
}

// over takes one step over the threshold, and the sample that belongs to it.
func (s *stretch) over(at float64) {
	if s.length++; s.length == 1 {
		s.from = at
	}
	switch middle := (s.from + at) / 2; {
	case s.length == s.least:
		s.marks.add(middle)
	case s.length > s.least:
		s.marks.at[(s.marks.n-1)%marksKept] = middle
	}
}

const marksKept = 64 // over eight seconds of the fastest heart, and of noise taken for one

// marks are the newest places of something, in samples.
type marks struct {
	at [marksKept]float64
	n  int
}

func (m *marks) add(at float64) {
	m.at[m.n%marksKept] = at
	m.n++
}

// near reports whether one lies within off of at.
func (m *marks) near(at, off float64) bool {
	for i := m.n - 1; i >= max(0, m.n-marksKept); i-- {
		if math.Abs(m.at[i%marksKept]-at) <= off {
			return true
		}
	}
	return false
}
