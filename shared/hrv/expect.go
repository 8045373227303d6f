package hrv

import (
	"math"
	"slices"
)

// What is expected of the next interval comes from the intervals around: breathing and all that is slower makes
// differences of successive intervals follow from the ones before.
const (
	order    = 4     // differences the next one is told from; a breath is four beats or so
	memory   = 45    // intervals to one side that are looked at (Lipponen & Tarvainen 2019: 91 beats, this one in the middle)
	doubted  = 10    // how many innovations the assumption made before anything is known is worth
	assumed  = 0.05  // of the interval: that assumption
	tightest = 0.01  // of the interval: no heart is more regular than that, as beats are found
	loosest  = 0.1   // and none is so irregular that what it does can still be judged
	finest   = 7.0   // ms, likewise: a sample at 128 Hz
	steepest = 0.2   // of the interval: no difference to learn from, or every second beat early would be expected
	anyHeart = 800.0 // ms, of a heart nothing is known of
	normal   = 1.483 // standard deviations of a normal distribution in a median of sizes
	outlying = 3.5   // standard deviations
)

// expectation tells the next difference from those before it.
type expectation struct {
	coef   [order]float64 // newest first
	scale  float64        // ms, standard deviation of what they cannot tell
	middle float64        // ms, median interval
	swing  float64        // ms, hardly any difference is larger

	// Prices, in nats.
	event    float64 // of something wrong with a beat
	anywhere float64 // of a beat that could lie anywhere, against one at the likeliest place
	leap     float64 // of an interval that nothing explains

	sort []float64
	diff []float64 // of successive intervals; NaN where there is none to learn from
}

// learn makes the expectation out of intervals in order; those not measured teach nothing.
func (x *expectation) learn(v []mended) {
	x.sort = x.sort[:0]
	for _, m := range v {
		if !m.fixed {
			x.sort = append(x.sort, m.rr)
		}
	}
	if x.middle = median(x.sort); math.IsNaN(x.middle) {
		x.middle = anyHeart
	}
	x.differences(v)
	x.fit()
	x.spread()
	x.event = math.Log(rare)
	x.anywhere = math.Log(x.middle / (peak * x.scale))
	x.leap = x.event + math.Log(rarer) + x.anywhere
}

// differences also takes the ends off those that are far off the others: a few must not lead the fit.
func (x *expectation) differences(v []mended) {
	x.diff, x.sort = x.diff[:0], x.sort[:0]
	for i := 1; i < len(v); i++ {
		d := v[i].rr - v[i-1].rr
		if v[i].fixed || v[i-1].fixed || !v[i].joins || math.Abs(d) > steepest*x.middle {
			d = math.NaN()
		} else {
			x.sort = append(x.sort, math.Abs(d))
		}
		x.diff = append(x.diff, d)
	}
	x.swing = steepest * x.middle
	if len(x.sort) > 0 {
		x.swing = max(outlying*normal*median(x.sort), outlying*finest)
	}
	for i, d := range x.diff {
		x.diff[i] = max(-x.swing, min(x.swing, d))
	}
}

// fit solves for the coefficients by least squares, held back towards nought by as many rows as there are coefficients.
func (x *expectation) fit() {
	var a [order][order + 1]float64
	power, rows := 0.0, 0
	for i := order; i < len(x.diff); i++ {
		row := x.diff[i-order : i+1]
		if slices.ContainsFunc(row, math.IsNaN) {
			continue
		}
		rows++
		power += row[order] * row[order]
		for j := range order {
			for k := range order {
				a[j][k] += row[order-1-j] * row[order-1-k]
			}
			a[j][order] += row[order-1-j] * row[order]
		}
	}
	x.coef = [order]float64{}
	if rows < 2*order {
		return
	}
	for j := range order {
		a[j][j] += order * power / float64(rows)
	}
	x.coef = solve(&a)
}

// solve is elimination without pivots: the matrix is symmetric and positive. All noughts where it is not.
func solve(a *[order][order + 1]float64) (v [order]float64) {
	for i := range order {
		if !(a[i][i] > 0) {
			return [order]float64{}
		}
		for j := i + 1; j < order; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k <= order; k++ {
				a[j][k] -= f * a[i][k]
			}
		}
	}
	for i := order - 1; i >= 0; i-- {
		v[i] = a[i][order]
		for k := i + 1; k < order; k++ {
			v[i] -= a[i][k] * v[k]
		}
		v[i] /= a[i][i]
	}
	return v
}

// spread sets the scale: the median of what the coefficients leave.
func (x *expectation) spread() {
	x.sort = x.sort[:0]
	for range doubted {
		x.sort = append(x.sort, assumed*x.middle/normal)
	}
	for i := order; i < len(x.diff); i++ {
		if e := x.diff[i] - x.next(x.diff[i-order:i]); !math.IsNaN(e) {
			x.sort = append(x.sort, math.Abs(e))
		}
	}
	x.scale = max(finest, tightest*x.middle, min(loosest*x.middle, normal*median(x.sort)))
}

// next is the difference expected after those, oldest first.
func (x *expectation) next(before []float64) float64 {
	sum := 0.0
	for k, c := range x.coef {
		sum += c * before[len(before)-1-k]
	}
	return sum
}

// median sorts v and gives the middle, NaN of nothing.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
