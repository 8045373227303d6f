package hrv

import (
	"math"
	"math/cmplx"
)

// What the spectrum is made with. A power without its method means nothing: cubic spline (not-a-knot) to 4 Hz, mean
// taken off, Hann window, pieces of 300 s that overlap by half, padded to 4096, one-sided density, trapezoids.
const (
	resample = 4.0  // Hz
	segment  = 1200 // samples, 300 s
	padded   = 4096
)

// BandsOf gives Welch's spectrum of intervals in ms that end at the times at, in seconds, rising. It needs four
// intervals; with fewer, or times that do not rise, every band is NaN.
func BandsOf(at, rr []float64) Bands {
	var w welch
	return w.bands(at, rr)
}

// Cumulative gives the times at which intervals of rr ms end, the first at 0.
func Cumulative(rr []float64) []float64 {
	at := make([]float64, len(rr))
	for i := 1; i < len(rr); i++ {
		at[i] = at[i-1] + rr[i]/1000
	}
	return at
}

// welch keeps its buffers, so that a spectrum every few seconds allocates nothing.
type welch struct {
	x      []float64 // resampled intervals
	m      []float64 // second derivatives of the spline
	c, d   []float64 // the tridiagonal system's
	f      []complex128
	turn   []complex128 // roots of unity for the transform
	power  []float64
	window []float64
	smooth float64 // weight of the detrending, 0 for none
}

func (w *welch) bands(at, rr []float64) Bands {
	if !rising(at, rr) {
		return noBands()
	}
	w.curve(at, rr)
	if len(w.x) < 8 {
		return noBands()
	}
	detrend(w.x, w.smooth)
	w.density()
	return bandsOf(w.power, resample/padded)
}

// curve fills x with the not-a-knot cubic spline through (t, y), every 1/resample s from the first t to the last.
func (w *welch) curve(t, y []float64) {
	w.bend(t, y)
	count := int((t[len(t)-1]-t[0])*resample+1e-9) + 1
	w.x = sized(w.x, count)
	k := 0
	for i := range w.x {
		at := t[0] + float64(i)/resample
		for k < len(t)-2 && at >= t[k+1] {
			k++
		}
		h := t[k+1] - t[k]
		a, b := (t[k+1]-at)/h, (at-t[k])/h
		w.x[i] = a*y[k] + b*y[k+1] + ((a*a*a-a)*w.m[k]+(b*b*b-b)*w.m[k+1])*h*h/6
	}
}

// bend solves for the second derivatives at the knots. Not-a-knot: the third derivative is one at the second and the
// last but one knot, which gives the outer two from their neighbours and leaves a tridiagonal system.
func (w *welch) bend(t, y []float64) {
	n := len(t)
	w.m, w.c, w.d = sized(w.m, n), sized(w.c, n), sized(w.d, n)
	h := func(i int) float64 { return t[i+1] - t[i] }
	slope := func(i int) float64 { return (y[i+1] - y[i]) / h(i) }
	for i := 1; i < n-1; i++ {
		lower, mid, upper := h(i-1), 2*(h(i-1)+h(i)), h(i)
		if i == 1 {
			mid, upper = mid+lower*(lower+upper)/upper, upper-lower*lower/upper
			lower = 0
		}
		if i == n-2 {
			a, b := h(i-1), h(i)
			lower, mid = lower-b*b/a, mid+b*(a+b)/a
			upper = 0
		}
		pivot := mid
		right := 6 * (slope(i) - slope(i-1))
		if i > 1 {
			pivot -= lower * w.c[i-1]
			right -= lower * w.d[i-1]
		}
		w.c[i], w.d[i] = upper/pivot, right/pivot
	}
	w.m[n-2] = w.d[n-2]
	for i := n - 3; i >= 1; i-- {
		w.m[i] = w.d[i] - w.c[i]*w.m[i+1]
	}
	w.m[0] = ((h(0)+h(1))*w.m[1] - h(0)*w.m[2]) / h(1)
	w.m[n-1] = ((h(n-2)+h(n-3))*w.m[n-2] - h(n-2)*w.m[n-3]) / h(n-3)
}

// density averages the pieces' one-sided power densities (Welch 1967).
func (w *welch) density() {
	size := min(len(w.x), segment)
	if len(w.window) != size {
		w.window = sized(w.window, size)
		for i := range w.window {
			w.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(size))
		}
	}
	norm := 0.0
	for _, g := range w.window {
		norm += g * g
	}
	if len(w.f) != padded {
		w.f, w.power = make([]complex128, padded), make([]float64, padded/2+1)
	}
	clear(w.power)
	pieces := 0
	for from := 0; from+size <= len(w.x); from += size - size/2 {
		piece, mean := w.x[from:from+size], 0.0
		for _, v := range piece {
			mean += v / float64(size)
		}
		clear(w.f)
		for i, v := range piece {
			w.f[i] = complex((v-mean)*w.window[i], 0)
		}
		w.transform()
		for i := range w.power {
			re, im := real(w.f[i]), imag(w.f[i])
			w.power[i] += re*re + im*im
		}
		pieces++
	}
	for i := range w.power {
		w.power[i] *= 2 / (resample * norm * float64(pieces))
	}
	w.power[0] /= 2
	w.power[padded/2] /= 2
}

// transform is the fast Fourier transform of f in place (Cooley & Tukey 1965, radix two).
func (w *welch) transform() {
	if len(w.turn) == 0 {
		w.turn = make([]complex128, padded/2)
		for i := range w.turn {
			w.turn[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/padded)
		}
	}
	f := w.f
	for i, j := 1, 0; i < padded; i++ {
		bit := padded >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		if j |= bit; i < j {
			f[i], f[j] = f[j], f[i]
		}
	}
	for size := 2; size <= padded; size *= 2 {
		half, step := size/2, padded/size
		for from := 0; from < padded; from += size {
			for k := range half {
				a, b := f[from+k], f[from+k+half]*w.turn[k*step]
				f[from+k], f[from+k+half] = a+b, a-b
			}
		}
	}
}

// sized is v with room for n values.
func sized(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n)
	}
	return v[:n]
}
