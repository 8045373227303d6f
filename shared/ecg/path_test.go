package ecg

import (
	"math"
	"math/rand/v2"
	"testing"
)

// An interval is somewhere: densities add up to one, but for what no two beats do, and agree with what is left over.
func TestRhythmIsAProbability(t *testing.T) {
	for _, h := range []rhythm{{startRR, startSpread}, {1.1, 0.066}, {0.45, 0.03}} {
		sum, step := 0.0, 0.0005
		for x := step / 2; x < 30; x += step {
			sum += h.density(x) * step
			if left := 1 - sum; x > soonest && math.Abs(left-h.outlasts(x)) > 0.08 {
				t.Fatalf("%+v: after %.2f s %.3f are left, told %.3f", h, x, left, h.outlasts(x))
			}
		}
		if sum < 0.92 || sum > 1.01 {
			t.Errorf("%+v: densities add up to %.3f", h, sum)
		}
	}
}

// Of two peaks alike that cannot both be beats the one in the rhythm is; a beat missed is believed afterwards.
func TestRivals(t *testing.T) {
	const rate = 250
	h := rhythm{0.8, 0.05}
	p := newPath()
	for k, at := range []int64{100, 300, 420, 500, 700, 900} {
		p.add(candidate{at: at}, []float64{100, 100, 1, 1, 0.05, 100}[k], h, rate)
	}
	p.weigh(950, h, rate)
	if early, due := p.nodes[2].p, p.nodes[3].p; early > 0.1 || due < 0.8 {
		t.Errorf("a peak too early is a beat by %.2f, one that is due by %.2f", early, due)
	}
	if weak := p.nodes[4].p; weak < sureLate {
		t.Errorf("a weak peak where one is due between two beats is one by %.2f", weak)
	}
}

// A heart that doubles its pace under noise as high as a third of its beats is followed.
func TestQuickensInNoise(t *testing.T) {
	const rate, seconds = 250, 150
	r := rand.New(rand.NewPCG(5, 1))
	h := heart{rate: rate, samples: make([]float64, rate*seconds)}
	for at := 0.4; at < seconds-1; at += 60 / (70 + 75*min(max((at-60)/45, 0), 1)) * (1 + 0.02*r.NormFloat64()) {
		h.peaks = append(h.peaks, at*rate)
		h.bump(at, 0.0105, 1.1)
	}
	for at := 50.0; at < seconds-1; at += 0.05 + 0.5*r.Float64() {
		h.bump(at, 0.015+0.04*r.Float64(), 0.35*r.NormFloat64())
	}
	for i := range h.samples {
		h.samples[i] += 0.05 * r.NormFloat64()
	}
	hit, missed, extra, _ := h.compare(run(t, rate, h.samples), 5, seconds-2)
	if missed+extra > hit/50 {
		t.Errorf("%d beats found, %d missed, %d extra", hit, missed, extra)
	}
}

// bump adds a wave of so many seconds' width and so high at a time.
func (h heart) bump(at, wide, high float64) {
	for i := max(0, int((at-5*wide)*h.rate)); i <= min(len(h.samples)-1, int((at+5*wide)*h.rate)); i++ {
		x := (float64(i)/h.rate - at) / wide
		h.samples[i] += high * math.Exp(-x*x/2)
	}
}
