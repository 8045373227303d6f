package score

import (
	"math"
	"testing"
)

// Two kinds of beats, one up and one down and both with a smaller wave the other way, on a wandering baseline: their
// annotations are off, their R peaks are found to within a tenth of a sample.
func TestLocate(t *testing.T) {
	for _, rate := range []float64{128, 200, 360, 1000} {
		n := int(40 * rate)
		v := make([]float64, n)
		for i := range v {
			v[i] = 1024 + 300*math.Sin(2*math.Pi*0.05*float64(i)/rate)
		}
		var beats []Beat
		var truth []float64
		for k := range 36 {
			at := (1.5 + float64(k) + 0.37*float64(k%5)/5) * rate
			sign, symbol := 1.0, "N"
			if k%3 == 0 {
				sign, symbol = -1, "V"
			}
			for i := range v {
				x := (float64(i) - at) / rate * 1000 // ms from the peak
				v[i] += sign * (200*math.Exp(-x*x/2/14/14) - 30*math.Exp(-(x+45)*(x+45)/2/14/14) - 30*math.Exp(-(x-45)*(x-45)/2/14/14))
			}
			beats = append(beats, Beat{At: math.Round(at + 0.02*rate*math.Sin(float64(k))), Symbol: symbol})
			truth = append(truth, at)
		}
		v[int(20*rate)] = math.NaN()
		for i, b := range Locate(v, rate, beats) {
			if off := b.Peak - truth[i]; math.Abs(off) > 0.1 {
				t.Errorf("%g Hz, beat %d: R peak %.2f samples off", rate, i, off)
			}
			if b.At != beats[i].At {
				t.Errorf("the annotation moved")
			}
		}
	}
}

func TestLocateWithoutSignal(t *testing.T) {
	beats := []Beat{{At: -500}, {At: 3}, {At: 5e6, Symbol: "N"}}
	for what, v := range map[string][]float64{"none": nil, "a few": {1, 2, 3, 4}, "nothing known": {nan, nan, nan}, "a flat line": make([]float64, 4000)} {
		for i, b := range Locate(v, 250, beats) {
			if math.IsNaN(b.Peak) || math.Abs(b.Peak-beats[i].At) > 15 {
				t.Errorf("%s: the R peak of %g is at %g", what, beats[i].At, b.Peak)
			}
		}
	}
}

// The pass lets 10 Hz through as it is and nothing of a constant or of 0.02 Hz.
func TestPass(t *testing.T) {
	const rate = 250
	for hz, want := range map[float64]float64{0: 0, 0.02: 0, 10: 1, 40: 0.5, 0.5: 0.5} {
		v := make([]float64, 100*rate)
		for i := range v {
			v[i] = 500 + math.Cos(2*math.Pi*hz*float64(i-len(v)/2)/rate)
		}
		got := pass(v, rate, 0.5, 40)[len(v)/2]
		if math.Abs(got-want) > 0.01 {
			t.Errorf("%g Hz: got %.3f, want %.3f", hz, got, want)
		}
	}
}
