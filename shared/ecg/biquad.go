package ecg

import "math"

// biquad is a second-order filter, transposed direct form II.
type biquad struct {
	b0, b1, b2, a1, a2 float64
	z1, z2             float64
}

// lowpass and highpass are Butterworth's, by the bilinear transform; rate and corner in Hz.
func lowpass(rate, corner float64) biquad {
	k := math.Tan(math.Pi * corner / rate)
	n := 1 / (1 + math.Sqrt2*k + k*k)
	return biquad{b0: k * k * n, b1: 2 * k * k * n, b2: k * k * n, a1: 2 * (k*k - 1) * n, a2: (1 - math.Sqrt2*k + k*k) * n}
}

func highpass(rate, corner float64) biquad {
	k := math.Tan(math.Pi * corner / rate)
	n := 1 / (1 + math.Sqrt2*k + k*k)
	return biquad{b0: n, b1: -2 * n, b2: n, a1: 2 * (k*k - 1) * n, a2: (1 - math.Sqrt2*k + k*k) * n}
}

func (q *biquad) next(x float64) float64 {
	y := q.b0*x + q.z1
	q.z1 = q.b1*x - q.a1*y + q.z2
	q.z2 = q.b2*x - q.a2*y
	return y
}

// rest sets the filter as if x had always been there.
func (q *biquad) rest(x float64) {
	y := x * (q.b0 + q.b1 + q.b2) / (1 + q.a1 + q.a2)
	q.z2 = q.b2*x - q.a2*y
	q.z1 = q.b1*x - q.a1*y + q.z2
}

// delay is the group delay at f Hz, in seconds.
func (q *biquad) delay(rate, f float64) float64 {
	const d = 0.1 // Hz to either side
	phase := func(f float64) float64 {
		sin, cos := math.Sincos(-2 * math.Pi * f / rate)
		z := complex(cos, sin)
		h := (complex(q.b0, 0) + complex(q.b1, 0)*z + complex(q.b2, 0)*z*z) / (1 + complex(q.a1, 0)*z + complex(q.a2, 0)*z*z)
		return math.Atan2(imag(h), real(h))
	}
	turn := math.Mod(phase(f-d)-phase(f+d)+3*math.Pi, 2*math.Pi) - math.Pi
	return turn / (4 * math.Pi * d)
}

// average is a moving one over a fixed number of values.
type average struct {
	v     []float64
	i     int
	share float64 // one over how many
	sum   float64
	fresh float64 // the sum of this round, taken over at its end, so that what a spike left in the last digits goes
}

func newAverage(length float64) average {
	n := max(1, int(math.Round(length)))
	return average{v: make([]float64, n), share: 1 / float64(n)}
}

// next takes a value and gives the mean.
func (a *average) next(y float64) float64 {
	a.sum += y - a.v[a.i]
	a.fresh += y
	a.v[a.i] = y
	if a.i++; a.i == len(a.v) {
		a.i, a.sum, a.fresh = 0, a.fresh, 0
	}
	return a.sum * a.share
}

// swap takes a value and gives the oldest for it: a delay.
func (a *average) swap(y float64) float64 {
	old := a.v[a.i]
	a.v[a.i] = y
	if a.i++; a.i == len(a.v) {
		a.i = 0
	}
	return old
}
