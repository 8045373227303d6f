package ecg

import "math"

const (
	bandHz    = 14    // centre of the band QRS complexes are told by
	bandSigma = 0.025 // seconds, of the wavelet's Gaussian: 6 Hz to either side
	bandReach = 2.75  // sigmas to either side, 69 ms: the delay of the envelope
	lowHz     = 40    // corner of the low-pass R peaks are placed in
	lowHalf   = 0.025 // seconds to either side
)

// ring keeps the newest values of one series, addressed by the index they were pushed with.
type ring struct {
	v    []float64 // a power of two long
	mask int64
	n    int64 // how many were pushed; the newest has index n−1
}

func newRing(atLeast int) ring {
	size := 1
	for size < atLeast {
		size <<= 1
	}
	return ring{v: make([]float64, size), mask: int64(size - 1)}
}

func (r *ring) push(v float64) {
	r.v[r.n&r.mask] = v
	r.n++
}

// at reads index i, which the caller knows to be held; anything else reads as some older value.
func (r *ring) at(i int64) float64 { return r.v[i&r.mask] }

// line is a delay line whose newest len values always lie side by side, for convolution without wrapping.
type line struct {
	v    []float64 // every value twice, half a buffer apart
	size int
	pos  int
}

func newLine(size int) line { return line{v: make([]float64, 2*size), size: size} }

func (l *line) push(v float64) {
	l.v[l.pos], l.v[l.pos+l.size] = v, v
	if l.pos++; l.pos == l.size {
		l.pos = 0
	}
}

// window gives the newest size values, oldest first.
func (l *line) window() []float64 { return l.v[l.pos : l.pos+l.size] }

// fill sets every value to v, as if the signal had always been there.
func (l *line) fill(v float64) {
	for i := range l.v {
		l.v[i] = v
	}
}

// wavelet is a complex band-pass of finite length: its magnitude is the envelope of the signal around centre, its
// memory ends with its taps. No spike, however tall, is remembered longer than that.
type wavelet struct {
	half int
	even []float64 // taps 0..half of the symmetric part, without offset
	odd  []float64 // taps 0..half of the antisymmetric part
}

// newWavelet makes a Gaussian-windowed band-pass: centre in Hz, sigma in seconds (the Gaussian's), reach in sigmas.
func newWavelet(rate, centre, sigma, reach float64) wavelet {
	half := int(math.Ceil(reach * sigma * rate))
	w := wavelet{half: half, even: make([]float64, half+1), odd: make([]float64, half+1)}
	var sumG, sumE float64
	for k := 0; k <= half; k++ {
		t := float64(k) / rate
		g := math.Exp(-t * t / (2 * sigma * sigma))
		w.even[k], w.odd[k] = g*math.Cos(2*math.Pi*centre*t), g*math.Sin(2*math.Pi*centre*t)
		twice := 2.0
		if k == 0 {
			twice = 1
		}
		sumG += twice * g
		sumE += twice * w.even[k]
	}
	// What the cosine passes at 0 Hz goes, so that no electrode offset gets through.
	for k := range w.even {
		t := float64(k) / rate
		w.even[k] -= sumE / sumG * math.Exp(-t*t/(2*sigma*sigma))
		w.even[k] /= sumG
		w.odd[k] /= sumG
	}
	return w
}

// envelope is the magnitude at the middle of x, which holds 2·half+1 samples.
func (w *wavelet) envelope(x []float64) float64 {
	mid := w.half
	e, o := w.even[0]*x[mid], 0.0
	up, down := x[mid:mid+w.half+1], x[:mid+1]
	for k := 1; k <= w.half; k++ {
		a, b := up[k], down[mid-k]
		e += w.even[k] * (a + b)
		o += w.odd[k] * (a - b)
	}
	return math.Sqrt(e*e + o*o)
}

// smoother is a symmetric low-pass of finite length.
type smoother struct {
	half int
	taps []float64 // 0..half
}

// newSmoother makes the low-pass that running a second-order Butterworth filter forwards and backwards gives: its taps
// are the autocorrelation of that filter's impulse response exp(−at)·sin(at), cut at half seconds. It moves no peak.
func newSmoother(rate, corner, half float64) smoother {
	s := smoother{half: int(math.Ceil(half * rate))}
	s.taps = make([]float64, s.half+1)
	a := 2 * math.Pi * corner / math.Sqrt2
	sum := 0.0
	for k := range s.taps {
		t := float64(k) / rate
		s.taps[k] = math.Exp(-a*t) * (math.Cos(a*t) + math.Sin(a*t))
		sum += s.taps[k]
		if k > 0 {
			sum += s.taps[k]
		}
	}
	for k := range s.taps {
		s.taps[k] /= sum
	}
	return s
}

// smooth is the filtered value at index mid of x, which holds half samples on either side.
func (s *smoother) smooth(x []float64, mid int) float64 {
	v := s.taps[0] * x[mid]
	for k := 1; k <= s.half; k++ {
		v += s.taps[k] * (x[mid+k] + x[mid-k])
	}
	return v
}
