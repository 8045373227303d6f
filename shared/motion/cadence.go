package motion

import "math"

const (
	cadenceTicks = 5 * perSecond
	leastLag     = 15 // ticks: 200 steps a minute
	mostLag      = 43 // and 70
	rhythmic     = 0.5
	asGood       = 0.85 // of the best repetition: the shortest as good as that is the step, longer ones are two of them
)

// cadence is the steps a minute of the last five seconds: how soon |a| repeats itself, by its autocorrelation, which does
// not care how the sensor is turned. NaN where nothing repeats, or too much is missing.
func (t *Track) cadence() float64 {
	var v [cadenceTicks]float64
	t.until(t.second, v[:])
	mean, n := 0.0, 0
	for _, x := range v {
		if !math.IsNaN(x) {
			mean += x
			n++
		}
	}
	if n < cadenceTicks*3/4 {
		return math.NaN()
	}
	mean /= float64(n)
	for i, x := range v {
		if v[i] = x - mean; math.IsNaN(x) {
			v[i] = 0
		}
	}
	var power [cadenceTicks + 1]float64 // of all before
	for i, x := range v {
		power[i+1] = power[i] + x*x
	}
	var r [mostLag + 2]float64
	best := 0.0
	for lag := leastLag - 1; lag <= mostLag+1; lag++ {
		r[lag] = alike(&v, &power, lag)
		best = max(best, r[lag])
	}
	for lag := leastLag; lag <= mostLag && best >= rhythmic; lag++ {
		if r[lag] >= asGood*best && r[lag] >= r[lag-1] && r[lag] >= r[lag+1] {
			return 60 / ((float64(lag) + peak(r[lag-1], r[lag], r[lag+1])) * tickSeconds)
		}
	}
	return math.NaN()
}

// alike is the correlation of v with itself lag ticks later.
func alike(v *[cadenceTicks]float64, power *[cadenceTicks + 1]float64, lag int) float64 {
	xy := 0.0
	for i, x := range v[:cadenceTicks-lag] {
		xy += x * v[i+lag]
	}
	both := power[cadenceTicks-lag] * (power[cadenceTicks] - power[lag])
	if !(both > 0) {
		return 0
	}
	return xy / math.Sqrt(both)
}

// peak is how far from the middle of three values their parabola has its top, −0.5 to 0.5.
func peak(a, b, c float64) float64 {
	if d := a - 2*b + c; d < 0 {
		return (a - c) / (2 * d)
	}
	return 0
}
