package ecg

import "math"

const (
	waveFade = 0.98 // what a beat leaves of every wave's weight
	otherWay = 2    // so many times as far the other way, and a wave points there whatever most beats do
	plainly  = 1.2  // times as far: plainly farther, not by chance
)

// wave is the running mean of QRS complexes that look alike, and which of its tops is the R peak.
type wave struct {
	v        []float64 // as it stands above the baseline
	free     []float64 // without mean and lean, of length one
	from, to int       // tops are looked for from here up to, not with, there
	weight   float64   // beats of it, fading; 0 is an empty slot
	sign     float64   // which way its R peak points: +1, −1, or 0 before that is known
	peak     int       // index of the R peak, −1 when nothing points that way
}

func newWave(size, from, to int) wave {
	return wave{v: make([]float64, size), free: make([]float64, size), from: max(1, from), to: min(size-1, to), peak: -1}
}

// learn takes x, as long as the wave, into the mean.
func (t *wave) learn(x []float64) {
	f := 1 / (t.weight + 1)
	for k := range t.v {
		t.v[k] += f * (x[k] - t.v[k])
	}
	t.weight++
	mean, lean, rest := straight(t.v)
	length := math.Sqrt(max(rest, tiny))
	for k, v := range t.v {
		t.free[k] = (v - mean - lean*float64(k-len(t.v)/2)) / length
	}
}

// forget empties the slot.
func (t *wave) forget() {
	t.weight, t.sign, t.peak = 0, 0, -1
	clear(t.v)
}

// like is the correlation with x, −1 to 1, mean and lean taken off both; rest is the energy of x without them.
func (t *wave) like(x []float64, rest float64) float64 {
	if rest < tiny {
		return 0
	}
	c := 0.0
	for k, v := range t.free {
		c += v * x[k]
	}
	return c / math.Sqrt(rest)
}

// orient finds the R peak, where most beats of the signal point towards sign: that way, unless this wave reaches
// otherWay as far the other way. It stays with the top it had, at most near away, while no other is plainly higher, so
// that a shape slowly changing keeps one point of reference.
func (t *wave) orient(sign float64, near int) {
	limit := float64(otherWay)
	if t.sign == -sign {
		limit /= plainly
	} else if t.sign == sign {
		limit *= plainly
	}
	was := t.sign
	t.sign = sign
	if reach(t.v, -sign, t.from, t.to) > limit*reach(t.v, sign, t.from, t.to) {
		t.sign = -sign
	}
	highest := top(t.v, t.sign, t.from, t.to)
	if t.sign == was && t.peak >= 0 {
		k := top(t.v, t.sign, max(t.from, t.peak-near), min(t.to, t.peak+near+1))
		if k >= 0 && t.sign*t.v[highest] <= plainly*t.sign*t.v[k] {
			highest = k
		}
	}
	t.peak = highest
}

// top gives the index of the farthest local extremum of x towards sign, from ≤ index < to, −1 when there is none. A
// neighbour is needed on either side.
func top(x []float64, sign float64, from, to int) int {
	best := -1
	for k := from; k < to; k++ {
		v := sign * x[k]
		if v >= sign*x[k-1] && v > sign*x[k+1] && (best < 0 || v > sign*x[best]) {
			best = k
		}
	}
	return best
}

// reach is how far that is from 0, which is the baseline; 0 when nothing points that way.
func reach(x []float64, sign float64, from, to int) float64 {
	if k := top(x, sign, from, to); k >= 0 {
		return max(0, sign*x[k])
	}
	return 0
}

// straight fits a line through x: its mean, its slope a sample, and the energy left without it.
func straight(x []float64) (mean, slope, rest float64) {
	half := len(x) / 2
	var sum, squares, lean float64
	for k, v := range x {
		sum += v
		squares += v * v
		lean += float64(k-half) * v
	}
	n, h := float64(len(x)), float64(half)
	norm := h * (h + 1) * (2*h + 1) / 3
	return sum / n, lean / norm, max(0, squares-sum*sum/n-lean*lean/norm)
}

// summit is where the parabola through x[k] and its neighbours has its extremum.
func summit(x []float64, k int) float64 {
	a, b, c := x[k-1], x[k], x[k+1]
	if bend := a - 2*b + c; bend != 0 {
		return float64(k) + 0.5*(a-c)/bend
	}
	return float64(k)
}
