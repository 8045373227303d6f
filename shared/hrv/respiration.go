package hrv

import (
	"math"
	"math/cmplx"
)

// BreathBeat is a beat as breathing shows in it: by its interval (sinus arrhythmia) and by the height of its R peak
// (the chest moves the electrodes against the heart).
type BreathBeat struct {
	At        float64 // seconds, rising
	RR        float64 // ms that led to it, corrected; NaN where it is not known
	Amplitude float64 // of the R peak, any unit; NaN where it is not known
}

// Breath is how fast somebody breathes.
type Breath struct {
	Rate      float64 // 1/min; NaN when Why says why
	Quality   float64 // 0 to 1: the share of what varies that breathing at that rate explains, of the sources used
	Intervals bool    // intervals tell of it
	Heights   bool    // heights of R peaks do
	Why       BreathReason
}

// BreathReason says why there is no rate.
type BreathReason uint8

// Reasons.
const (
	BreathKnown    BreathReason = iota // there is one
	BreathShort                        // fewer than 30 s or 25 beats that can be used
	BreathUnclear                      // nothing regular stands out, or two things do
	BreathDisagree                     // intervals tell of one rate and heights of another
	BreathSlow                         // slower than can be told: intervals swing at that pace without any breathing
)

const (
	breathLeast  = 30.0 // seconds
	breathBeats  = 25
	breathCycles = 4              // breaths a window has to hold
	breathFrom   = 0.08           // Hz: 5 a minute
	breathTo     = 0.6            // 36 a minute
	breathNyq    = 0.45           // breaths a beat: two points a wave, and a little
	waves        = 0.15           // Hz: below, waves of blood pressure swing the intervals by themselves
	breathTrend  = 6.0            // seconds to either side whose mean is taken off: what is slower than breathing goes
	breathFine   = 8              // frequencies to one over the length of the window
	alike        = 2 * breathFine // that many apart are one wave: this window tells no closer ones
	chance       = 0.01           // that noise alone looks like this
	clearly      = 3.0            // nats the best rate is ahead of any other: twenty to one
)

// BreathOf tells how fast somebody breathes out of the beats of the last 30 to 120 s. It looks for the one frequency at
// which a sine explains both intervals and heights best (Lomb-Scargle; likelihoods of the two multiply), and refuses when
// noise alone would give as good a one in a hundred times, when a second rate does nearly as well, when the two tell of
// different rates, or when only intervals swing, and slower than 9 a minute. Of breathing faster than one breath in two
// beats, beats cannot tell: it shows at a slower rate. It is proven on made hearts alone, not against a belt or a
// spirometer; nothing is known of speech, arrhythmia, or movement of the electrodes.
func BreathOf(beats []BreathBeat) Breath {
	none := func(why BreathReason) Breath { return Breath{Rate: math.NaN(), Why: why} }
	for i, b := range beats {
		if math.IsNaN(b.At) || math.IsInf(b.At, 0) || i > 0 && !(b.At > beats[i-1].At) {
			return none(BreathShort)
		}
	}
	if len(beats) < breathBeats || !(beats[len(beats)-1].At-beats[0].At >= breathLeast*full) {
		return none(BreathShort)
	}
	span := beats[len(beats)-1].At - beats[0].At
	to := min(breathTo, breathNyq*float64(len(beats)-1)/span)
	from := max(breathFrom, breathCycles/span)
	step := 1 / (breathFine * span)
	var each []voice
	for _, of := range []func(BreathBeat) float64{func(b BreathBeat) float64 { return b.RR }, func(b BreathBeat) float64 { return b.Amplitude }} {
		each = append(each, scan(beats, of, from, step, int((to-from)/step)))
	}
	return fuse(each[0], each[1], from, step, (to-from)*span)
}

// voice is what one source tells.
type voice struct {
	score []float64 // at every frequency: minus the logarithm of the chance that noise does as well; nil for no source
	share []float64 // of the variance explained there
}

// best is the highest score from index lo on; −1 for none.
func (b voice) best(lo int) int {
	k := -1
	for i := lo; i < len(b.score); i++ {
		if k < 0 || b.score[i] > b.score[k] {
			k = i
		}
	}
	return k
}

// alone reports whether no other frequency does nearly as well as k.
func (b voice) alone(k int) bool {
	for i, s := range b.score {
		if max(i-k, k-i) > alike && s > b.score[k]-clearly {
			return false
		}
	}
	return true
}

// fuse decides; cells is how many frequencies are independent.
func fuse(rr, height voice, from, step, cells float64) Breath {
	none := func(why BreathReason) Breath { return Breath{Rate: math.NaN(), Why: why} }
	both := voice{score: rr.score}
	sources := 1
	switch {
	case rr.score == nil && height.score == nil:
		return none(BreathShort)
	case rr.score == nil:
		both.score = height.score
	case height.score != nil:
		sources = 2
		both.score = make([]float64, len(rr.score))
		for i := range both.score {
			both.score[i] = rr.score[i] + height.score[i]
		}
	}
	tells := func(b voice, at int) bool { return b.score != nil && chanceOf(b.score[at], 1, cells) < chance }
	k := both.best(0)
	if k < 0 || !(chanceOf(both.score[k], sources, cells) < chance) {
		return none(BreathUnclear)
	}
	r, h := rr.best(0), height.best(0)
	if sources == 2 && tells(rr, r) && tells(height, h) && max(r-h, h-r) > alike && from+float64(r)*step >= waves {
		return none(BreathDisagree)
	}
	if from+float64(k)*step < waves && !tells(height, k) {
		return none(BreathSlow)
	}
	if !both.alone(k) {
		return none(BreathUnclear)
	}
	out := Breath{Rate: 60 * (from + step*(float64(k)+summit(both.score, k))), Intervals: tells(rr, k), Heights: tells(height, k)}
	for _, b := range []voice{rr, height} {
		if b.score != nil {
			out.Quality = max(out.Quality, b.share[k])
		}
	}
	return out
}

// chanceOf is that of a sum of so many scores, or a higher one, somewhere among independent frequencies, in noise.
func chanceOf(score float64, sources int, cells float64) float64 {
	q := math.Exp(-score)
	if sources == 2 {
		q *= 1 + score
	}
	return 1 - math.Pow(1-min(q, 1), max(1, 2*cells))
}

// summit is where between its neighbours the highest of three lies, by a parabola.
func summit(v []float64, k int) float64 {
	if k <= 0 || k+1 >= len(v) {
		return 0
	}
	bend := v[k-1] - 2*v[k] + v[k+1]
	if !(bend < 0) {
		return 0
	}
	return (v[k-1] - v[k+1]) / bend / 2
}

// scan is the periodogram of one source at count frequencies.
func scan(beats []BreathBeat, of func(BreathBeat) float64, from, step float64, count int) voice {
	at, x := levelled(beats, of)
	if len(x) < breathBeats || len(x)*5 < len(beats)*4 || count < 1 {
		return voice{}
	}
	total := 0.0
	for _, v := range x {
		total += v * v
	}
	if !(total > 0) {
		return voice{}
	}
	b := voice{make([]float64, count), make([]float64, count)}
	n := float64(len(x))
	hands, turns := make([]complex128, len(at)), make([]complex128, len(at)) // phases of the beats, and their way to the next frequency
	for i, t := range at {
		hands[i], turns[i] = cmplx.Rect(1, 2*math.Pi*from*(t-at[0])), cmplx.Rect(1, 2*math.Pi*step*(t-at[0]))
	}
	for k := range count {
		var xc, xs, c2, s2 float64
		for i, hand := range hands {
			c, s := real(hand), imag(hand)
			xc, xs, c2, s2 = xc+x[i]*c, xs+x[i]*s, c2+c*c-s*s, s2+2*c*s
			hands[i] = hand * turns[i]
		}
		share := max(0, min(0.999999, 2*lombPower(xc, xs, c2, s2, n)/total))
		b.share[k], b.score[k] = share, -(n-3)/2*math.Log1p(-share)
	}
	return b
}

// levelled is a source without what is slower than breathing, and what lies far off pulled in.
func levelled(beats []BreathBeat, of func(BreathBeat) float64) (at, x []float64) {
	var v []float64
	for _, b := range beats {
		if y := of(b); !math.IsNaN(y) && !math.IsInf(y, 0) {
			at, v = append(at, b.At), append(v, y)
		}
	}
	lo, hi, sum := 0, 0, 0.0
	for i := range v {
		for ; hi < len(v) && at[hi] <= at[i]+breathTrend; hi++ {
			sum += v[hi]
		}
		for ; at[lo] < at[i]-breathTrend; lo++ {
			sum -= v[lo]
		}
		x = append(x, v[i]-sum/float64(hi-lo))
	}
	size := make([]float64, len(x))
	mean, _ := spread(x)
	for i := range x {
		x[i] -= mean
		size[i] = math.Abs(x[i])
	}
	most := outlying * normal * median(size)
	for i := range x {
		x[i] = max(-most, min(most, x[i]))
	}
	return at, x
}
