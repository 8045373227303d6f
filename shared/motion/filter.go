package motion

import "math"

// gravityPass is where gravity ends and movement begins, in Hz: nobody turns a body part over and back in three seconds
// for long.
const gravityPass = 0.3

// gravity follows the slow part of an acceleration with a low-pass of first order, which never overshoots. It begins with
// the plain mean of what there is, so that it is in its place within its time constant of half a second.
type gravity struct {
	of   Vector
	seen int
}

var gravityStep = 1 - math.Exp(-2*math.Pi*gravityPass*tickSeconds)

// take returns what is left of an acceleration without gravity; ok is false until the estimate has settled for a second.
func (g *gravity) take(acc Vector) (rest Vector, ok bool) {
	g.seen++
	step := max(gravityStep, 1/float64(g.seen))
	for a := range acc {
		before := g.of[a]
		g.of[a] += step * (acc[a] - before)
		rest[a] = acc[a] - (before+g.of[a])/2 // of the middle: the new one alone holds too much of acc
	}
	return rest, g.seen > perSecond
}

// biquad is a filter of second order (transposed direct form II) on three axes.
type biquad struct {
	b0, b1, b2, a1, a2 float64
	z1, z2             Vector
}

// butterworth is a low-pass or high-pass of second order at a frequency in Hz (bilinear transform).
func butterworth(hz float64, high bool) biquad {
	k := math.Tan(math.Pi * hz * tickSeconds)
	norm := 1 / (1 + math.Sqrt2*k + k*k)
	b := biquad{b0: k * k * norm, a1: 2 * (k*k - 1) * norm, a2: (1 - math.Sqrt2*k + k*k) * norm}
	b.b1, b.b2 = 2*b.b0, b.b0
	if high {
		b.b0, b.b1, b.b2 = norm, -2*norm, norm
	}
	return b
}

func (f *biquad) take(in Vector) (out Vector) {
	for a, x := range in {
		y := f.b0*x + f.z1[a]
		f.z1[a] = f.b1*x - f.a1*y + f.z2[a]
		f.z2[a] = f.b2*x - f.a2*y
		out[a] = y
	}
	return out
}

func (f *biquad) rest() { f.z1, f.z2 = Vector{}, Vector{} }
