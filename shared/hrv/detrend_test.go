package hrv

import (
	"math"
	"testing"
)

// What comes out has to solve the equation the trend is defined by, at every sample.
func TestDetrendSolvesItsEquation(t *testing.T) {
	const n, weight = 60, 7.0
	x := breathing(n, 800, 30, 60, 10)
	rest := append([]float64(nil), x...)
	detrend(rest, weight)
	trend := make([]float64, n)
	for i := range trend {
		trend[i] = x[i] - rest[i]
	}
	// (I + weight²·DᵀD)·trend = x
	right := append([]float64(nil), trend...)
	for j := range n - 2 {
		d := weight * weight * (trend[j] - 2*trend[j+1] + trend[j+2])
		right[j] += d
		right[j+1] -= 2 * d
		right[j+2] += d
	}
	for i := range x {
		near(t, "sample", right[i], x[i], 1e-9)
	}
}

func TestDetrendLeavesTheBandsItShould(t *testing.T) {
	wave := func(f float64) (before, after float64) {
		x := make([]float64, 1200)
		for i := range x {
			x[i] = 100 * math.Sin(2*math.Pi*f*float64(i)/resample)
		}
		y := append([]float64(nil), x...)
		detrend(y, Smooth)
		for i := 200; i < 1000; i++ {
			before += x[i] * x[i]
			after += y[i] * y[i]
		}
		return before, after
	}
	for _, f := range []float64{0.25, 0.1, 0.035, 0.01} {
		before, after := wave(f)
		bend := 2 - 2*math.Cos(2*math.Pi*f/resample) // what a second difference makes of a wave
		g := Smooth * Smooth * bend * bend
		if got, want := math.Sqrt(after/before), g/(1+g); math.Abs(got-want) > 0.01 {
			t.Errorf("of a wave of %v Hz %.3f stays, want %.3f", f, got, want)
		}
	}
	line := make([]float64, 300)
	for i := range line {
		line[i] = 700 + 3*float64(i)
	}
	detrend(line, Smooth)
	for _, v := range line {
		if math.Abs(v) > 1e-5 {
			t.Fatalf("of a straight line %v stays", v)
		}
	}
	detrend(line[:2], Smooth) // too short for a trend
}

// Off, it is the spectrum it always was; on, VLF goes and HF stays.
func TestBandsDetrended(t *testing.T) {
	rr := breathing(400, 850, 30, 25, 3)
	for i := range rr {
		rr[i] += 80 * math.Sin(float64(i)/60)
	}
	at := Cumulative(rr)
	plain, off, on := BandsOf(at, rr), BandsDetrended(at, rr, 0), BandsDetrended(at, rr, Smooth)
	if off != plain {
		t.Errorf("off: %+v, want %+v", off, plain)
	}
	if on.VLF > plain.VLF/5 || math.Abs(on.HF/plain.HF-1) > 0.02 || math.Abs(on.LF/plain.LF-1) > 0.1 {
		t.Errorf("on: %+v, off: %+v", on, plain)
	}
}
