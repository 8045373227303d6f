package ecg

import "math"

// What is believed of an interval before any peak was looked at.
const (
	oddShare    = 0.1  // of the intervals owe nothing to the rhythm: ectopic beats, pauses, missed beats
	leastSpread = 0.06 // of its interval, at least, a rhythm spreads: breathing alone moves it so far
	mostSpread  = 0.3  // and at most
	shortest    = 0.3  // seconds: no rhythm is faster than 200 a minute
	soonest     = 0.33 // seconds: two beats are seldom nearer, and
	soonSpread  = 0.03 // seconds nearer than that, ever less likely
	startRR     = 0.8  // seconds: the rhythm while none is known
	startSpread = 0.25
)

// rhythm is what is known of the time between beats, in seconds.
type rhythm struct{ rr, spread float64 }

// rhythm is that of the newest intervals.
func (d *Detector) rhythm() rhythm {
	if d.levels.rr.n == 0 {
		return rhythm{startRR, startSpread}
	}
	rr := max(d.levels.rr.median()/d.rate, shortest)
	return rhythm{rr, min(max(1.5*d.levels.rr.away()/d.rate, leastSpread*rr), mostSpread*rr)}
}

// density is the probability density of an interval of t seconds: mostly a Laplace distribution round the usual one,
// whose tails bear with ectopic beats better than a normal one's, else a log-logistic one, that knows the scale only.
func (h rhythm) density(t float64) float64 {
	soon := 1.0
	if t < soonest {
		z := (soonest - t) / soonSpread
		soon = math.Exp(-z * z / 2)
	}
	x := h.odd(t)
	usual := math.Exp(-math.Abs(t-h.rr)/h.spread) / (2 * h.spread)
	return soon * ((1-oddShare)*usual + oddShare*4/t*x/((1+x)*(1+x)))
}

// outlasts is the probability of an interval longer than t seconds.
func (h rhythm) outlasts(t float64) float64 {
	usual := math.Exp(-math.Abs(t-h.rr)/h.spread) / 2
	if t < h.rr {
		usual = 1 - usual
	}
	return (1-oddShare)*usual + oddShare/(1+h.odd(t))
}

// odd is the odds that an interval that owes nothing to the rhythm is over after t seconds.
func (h rhythm) odd(t float64) float64 {
	x := t / h.rr
	return x * x * x * x
}
