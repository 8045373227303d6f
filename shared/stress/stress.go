// Package stress says how far a heart is from its own rest, and whether that may be said at all while the body moves. It
// compares a person only with the same person sitting quietly, shows what its number is made of, and never says why a
// heart is where it is: a deviation from rest is no finding and no diagnosis.
//
// The number rests on the torso alone. Hands may move as they like: what a hand does is often what one wants to see the
// heart's answer to, and a hand moves more in brushing teeth than a torso in walking.
//
// A torso that moves a little marks the number, and nothing is taken off for it. A line through rest and a walk on the spot
// was tried and left out: it tells of standing up as much as of walking, at one pace of the legs, and what a sitting person's
// little movements do to a heart is another matter. Taken off the mean interval it left two thirds of the rise of synthetic
// people whose hearts were all it supposes; of those whose movement cost less than walking it hid strain that was there, and
// all of it when taken off all four quantities. Of published ways to take movement off, a day's data told more than a
// calibration by some activities (Brown et al. 2020, Front Neurosci 14:564123). A number that may be too high says so instead.
//
// All is pure and streaming, time comes with the numbers. One goroutine owns a Rest or a Watch.
package stress

import (
	"math"
	"time"

	"hearth/shared/care"
	"hearth/shared/hrv"
)

// Numbers are the heart's over the 60 s that end at an instant. NaN is no value.
type Numbers struct {
	At        care.Stamp
	HR        float64 // 1/min, of this moment; without one the mean of the window is taken
	MeanNN    float64 // ms
	SDNN      float64 // ms
	RMSSD     float64 // ms
	SI        float64 // 1/s², index of Baevsky
	Corrected float64 // share of the beats that were corrected or left out, 0 to 1
	Quality   float64 // of the signal, 0 to 1
}

// Quantity is one of the four the index looks at.
type Quantity string

// The quantities.
const (
	MeanNN  Quantity = "mean-nn"  // ms
	SqrtSI  Quantity = "sqrt-si"  // 1/s, the root makes its spread even
	SDNN    Quantity = "sdnn"     // ms
	LnRMSSD Quantity = "ln-rmssd" // logarithm of ms
)

const quantities = 4

// Quantities lists them, the weightiest first.
func Quantities() [quantities]Quantity { return [...]Quantity{MeanNN, SqrtSI, SDNN, LnRMSSD} }

// trait is how a quantity goes into the index.
type trait struct {
	weight float64
	sign   float64 // of the direction away from rest
	floor  float64 // least spread
	share  bool    // the floor is a share of the median
}

// What a mean interval over 60 s is worth telling apart is 2 %, about 1.5 beats a minute. A spread estimated from some 70
// beats wanders by 1/√(2·70) = 8 %, and by twice that because neighbouring beats are not independent: 15 %, which is 0.15
// in a logarithm. A few minutes of overlapping windows show less than that of what a heart does at rest, so no spread
// counts for less. The weights go by what holds over one minute: the mean does best (Castaldo 2019), RMSSD least.
var traits = map[Quantity]trait{
	MeanNN:  {weight: 0.4, sign: -1, floor: 0.02, share: true},
	SqrtSI:  {weight: 0.25, sign: 1, floor: 0.15, share: true},
	SDNN:    {weight: 0.2, sign: -1, floor: 0.15, share: true},
	LnRMSSD: {weight: 0.15, sign: -1, floor: 0.15},
}

// value is a quantity of n, NaN where it has none.
func (n Numbers) value(q Quantity) float64 {
	v := math.NaN()
	switch q {
	case MeanNN:
		v = n.MeanNN
	case SqrtSI:
		v = math.Sqrt(n.SI)
	case SDNN:
		v = n.SDNN
	case LnRMSSD:
		return finite(math.Log(n.RMSSD))
	}
	if !(v > 0) {
		return math.NaN()
	}
	return finite(v)
}

func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// rate is the heart rate of the moment in 1/min.
func (n Numbers) rate() float64 {
	if n.HR > 0 && !math.IsInf(n.HR, 0) {
		return n.HR
	}
	return 60000 / n.value(MeanNN)
}

const (
	window      = 60 * time.Second // of the numbers
	poor        = 0.5              // quality below: no number is told
	fewFixed    = hrv.Warned       // share corrected: over it numbers are marked, and no resting state is made
	mostFixed   = hrv.Refused      // over it no number is told
	consistency = 1.4826           // makes a median absolute deviation a standard deviation (Rousseeuw & Croux 1993)
	mostZ       = 5
)
