package sitting

import (
	"math"
	"slices"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
)

// The quantities a baseline holds.
const (
	HR     = "hr"
	MeanHR = "mean-hr"
	RMSSD  = "rmssd"
	SDNN   = "sdnn"
)

// Quantities lists them in the order pages show them.
func Quantities() []string { return []string{HR, MeanHR, RMSSD, SDNN} }

// Of reads a quantity from a trend; NaN when it is not valid.
func Of(t telemetry.Trend, quantity string) float64 {
	switch quantity {
	case HR:
		return float64(t.HR)
	case MeanHR:
		return float64(t.MeanHR)
	case RMSSD:
		return float64(t.RMSSD)
	case SDNN:
		return float64(t.SDNN)
	}
	return math.NaN()
}

// ShortestRest is how many seconds of valid heart rate a baseline needs at least; under a minute the spread of a heart
// rate is that of a breath or two.
const ShortestRest = 60

// What a number of a window must have to tell of rest: at least half of the window lies in the measurement, and it is as
// long as those it will be compared with. SDNN grows with its window, so only full ones count.
const (
	halfMinute  = 30 * time.Second  // of MeanHR and RMSSD
	halfLongest = 150 * time.Second // of SDNN
)

// Interrupted is how long a measurement may be without numbers; after a longer hole, or when the numbers come from another
// clock, it begins anew.
const Interrupted = time.Minute

// Rest collects the numbers of a resting measurement, one trend a second. The zero value is ready.
type Rest struct {
	start, end care.Stamp
	values     map[string][]float64
	still      stress.Rest
}

// Add takes in one second's numbers, in order; one that comes again is passed over. What is not valid is left out, and so
// is what was corrected or drawn in doubt, and what tells more of the time before than of rest.
func (r *Rest) Add(t telemetry.Trend) {
	if away := t.At.Sub(r.end); r.end != 0 && away.Abs() > Interrupted {
		*r = Rest{still: r.still}
	} else if r.end != 0 && away <= 0 {
		return
	}
	if r.start == 0 {
		r.start, r.values = t.At, map[string][]float64{}
	}
	r.end = t.At
	r.still.Numbers(numbersOf(t))
	if t.Why&(telemetry.TooPoor|telemetry.TooFixed|telemetry.NoContact|telemetry.NoBeats) != 0 {
		return
	}
	for _, q := range Quantities() {
		if v := Of(t, q); !math.IsNaN(v) && restful(t, q, t.At.Sub(r.start)) {
			r.values[q] = append(r.values[q], v)
		}
	}
}

// restful reports whether a number tells of the time since the measurement began.
func restful(t telemetry.Trend, quantity string, since time.Duration) bool {
	switch quantity {
	case MeanHR, RMSSD:
		return since >= halfMinute
	case SDNN:
		return since >= halfLongest && t.Why&telemetry.Short == 0
	}
	return true
}

// Seconds is how many seconds of valid heart rate were collected.
func (r *Rest) Seconds() int { return len(r.values[HR]) }

// Start is when the measurement began; 0 before the first number.
func (r *Rest) Start() care.Stamp { return r.start }

// Baseline makes the baseline of what was collected: median and spread of each quantity that has enough values, and what
// stress compares with, unless Refused says why not. It refuses with fault "baseline.short" when the heart rate has not
// enough.
func (r *Rest) Baseline() (api.Baseline, error) {
	if r.Seconds() < ShortestRest {
		return api.Baseline{}, fault.New(fault.Invalid, "baseline.short", nil)
	}
	b := api.Baseline{Start: r.start, End: r.end, Measures: map[string]care.Measure{}}
	for q, list := range r.values {
		if len(list) >= ShortestRest/2 {
			m, s := MedianSpread(list)
			b.Measures[q] = care.Measure{Median: m, Spread: s, Count: len(list)}
		}
	}
	r.keepStill(b.Measures)
	return b, nil
}

// MedianSpread returns the median and the median absolute deviation scaled by 1.4826, so that it compares with a
// standard deviation where values are normal (Rousseeuw & Croux 1993).
func MedianSpread(list []float64) (middle, spread float64) {
	middle = median(slices.Clone(list))
	away := make([]float64, len(list))
	for i, v := range list {
		away[i] = math.Abs(v - middle)
	}
	return middle, normal * median(away)
}

// median sorts list.
func median(list []float64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	slices.Sort(list)
	half := len(list) / 2
	if len(list)%2 == 1 {
		return list[half]
	}
	return (list[half-1] + list[half]) / 2
}

// Against compares a value with rest: the change in per cent of the median. ok is false where there is nothing to
// compare. An SDNN that is marked telemetry.Short is not to be compared: rest has those of full windows only.
func Against(rest *api.Baseline, quantity string, v float64) (percent float64, ok bool) {
	if rest == nil || math.IsNaN(v) {
		return 0, false
	}
	m, there := rest.Measures[quantity]
	if !there || m.Median == 0 {
		return 0, false
	}
	return (v - m.Median) / m.Median * 100, true
}
