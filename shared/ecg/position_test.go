package ecg

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"
)

// draw adds waves round at, in seconds.
func draw(samples []float64, rate, at float64, waves [][3]float64) {
	for _, w := range waves {
		mid := at + w[0]
		for i := max(0, int((mid-5*w[1])*rate)); i <= min(len(samples)-1, int((mid+5*w[1])*rate)); i++ {
			x := (float64(i)/rate - mid) / w[1]
			samples[i] += w[2] * math.Exp(-x*x/2)
		}
	}
}

// intervalErrors gives the error of every found interval between true neighbours, in ms, from the tenth beat on, and how many
// true beats were not found. Peaks are in seconds.
func intervalErrors(peaks []float64, found []Beat, rate float64) (off []float64, missed int) {
	last := -1.0
	for i, p := range peaks {
		k := sort.Search(len(found), func(k int) bool { return found[k].At/rate >= p-0.1 })
		if i < 10 || k == len(found) || found[k].At/rate > p+0.1 {
			if last = -1; i >= 10 {
				missed++
			}
			continue
		}
		if last >= 0 {
			off = append(off, 1000*math.Abs(found[k].At/rate-last-(p-peaks[i-1])))
		}
		last = found[k].At / rate
	}
	return off, missed
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}

// R peaks at known fractions of a sample: what the position is off by, at every rate, and what that does to the RMSSD
// of a heart that hardly varies, 5 ms.
func TestPositionToAFraction(t *testing.T) {
	const seconds = 200
	waves := [][3]float64{{-0.16, 0.022, 0.12}, {-0.026, 0.009, -0.12}, {0, 0.0105, 1.1}, {0.028, 0.010, -0.25}, {0.26, 0.045, 0.3}}
	for _, c := range []struct {
		rate, noise, wander, gain float64 // millivolts of noise and of breath; gain of the whole
		mean, rmssd               float64 // ms that intervals and RMSSD may be off by
	}{
		{1000, 0, 0, 1, 0.02, 0.02}, {500, 0, 0, -1, 0.04, 0.02}, {360, 0, 0.3, 200, 0.1, 0.05}, {250, 0, 0, 1, 0.05, 0.02}, {250, 0, 0.5, -0.01, 0.15, 0.05},
		{250, 0.01, 0.3, 1, 0.2, 0.1}, {250, 0.02, 0.3, -100, 0.3, 0.1}, {250, 0.05, 0.3, 1, 0.6, 0.3}, {200, 0, 0, 1, 0.1, 0.05}, {200, 0.02, 0.3, 1, 0.35, 0.15},
		{130, 0, 0, 1, 0.2, 0.1}, {130, 0.02, 0.3, -1, 0.4, 0.2}, {100, 0, 0, 1, 0.4, 0.2}, {100, 0.02, 0.3, 1, 0.55, 0.3},
	} {
		r := rand.New(rand.NewPCG(7, 7))
		samples := make([]float64, int(seconds*c.rate))
		var peaks []float64
		for at := 0.5; at < seconds-1; at += 0.85 + 0.005/math.Sqrt2*r.NormFloat64() {
			draw(samples, c.rate, at, waves)
			peaks = append(peaks, at)
		}
		for i := range samples {
			samples[i] = c.gain * (samples[i] + c.wander*math.Sin(2*math.Pi*0.25*float64(i)/c.rate) + c.noise*r.NormFloat64())
		}
		found := run(t, c.rate, samples)
		off, missed := intervalErrors(peaks, found, c.rate)
		m, rmssd, truth := mean(off), successive(found, c.rate), successiveOf(peaks)
		t.Logf("%4.0f Hz, noise %.2f mV, breath %.1f mV, gain %4g: intervals off by %.3f ms, RMSSD %.3f, truly %.3f", c.rate, c.noise, c.wander, c.gain, m, rmssd, truth)
		if missed > 0 || !(m <= c.mean) || !(math.Abs(rmssd-truth) <= c.rmssd) {
			t.Errorf("%4.0f Hz, noise %.2f mV: %d missed, intervals off by %.3f ms, want at most %.2f; RMSSD %.3f, truly %.3f", c.rate, c.noise, missed, m, c.mean, rmssd, truth)
		}
	}
}

func successive(found []Beat, rate float64) float64 {
	var at []float64
	for _, b := range found {
		at = append(at, b.At/rate)
	}
	return successiveOf(at)
}

// successiveOf is the RMSSD, in ms, of beats at so many seconds.
func successiveOf(at []float64) float64 {
	sum := 0.0
	for i := 2; i < len(at); i++ {
		d := 1000 * (at[i] - 2*at[i-1] + at[i-2])
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(at)-2))
}

// Where R and S reach about as far, breath makes now the one, now the other the farther. The R peak has to stay with
// one of them: the other is 30 to 40 ms away.
func TestOnePointOfReference(t *testing.T) {
	const rate, seconds = 250, 240
	for _, c := range []struct {
		name  string
		noise float64
		waves func(n int, sway float64) [][3]float64 // of beat n, sway −1 to 1 with the breath
	}{
		{"R and S alike, in noise", 0.1, func(_ int, sway float64) [][3]float64 {
			return [][3]float64{{0, 0.010, 0.6 + 0.1*sway}, {0.040, 0.010, -0.6 + 0.1*sway}, {0.27, 0.045, 0.2}}
		}},
		{"R and S alike", 0.01, func(_ int, sway float64) [][3]float64 {
			return [][3]float64{{0, 0.010, 0.6 + 0.1*sway}, {0.040, 0.010, -0.6 + 0.1*sway}, {0.27, 0.045, 0.2}}
		}},
		{"two R peaks, half a period of the decision's band apart", 0.01, func(_ int, sway float64) [][3]float64 {
			return [][3]float64{{0, 0.008, 0.7 + 0.05*sway}, {0.036, 0.008, 0.7 - 0.05*sway}, {0.27, 0.045, 0.2}}
		}},
		{"Q and R alike, slowly changing", 0.01, func(n int, sway float64) [][3]float64 {
			slow := 0.15 * math.Sin(float64(n)/30)
			return [][3]float64{{-0.030, 0.009, -0.6 + slow}, {0, 0.009, 0.6 + slow + 0.05*sway}, {0.27, 0.045, 0.2}}
		}},
		{"ectopic beats between", 0.01, func(n int, sway float64) [][3]float64 {
			if n%6 == 5 {
				return [][3]float64{{0, 0.030, -1.2}, {0.2, 0.05, 0.5}}
			}
			return [][3]float64{{0, 0.010, 0.8 + 0.1*sway}, {0.035, 0.010, -0.6 + 0.1*sway}, {0.27, 0.045, 0.2}}
		}},
	} {
		for _, sign := range []float64{1, -1} {
			r := rand.New(rand.NewPCG(3, 3))
			samples := make([]float64, seconds*rate)
			var peaks []float64
			for at, n := 0.5, 0; at < seconds-1; n++ {
				draw(samples, rate, at, c.waves(n, math.Sin(2*math.Pi*0.23*at)))
				peaks = append(peaks, at)
				at += 0.8 + 0.02*r.NormFloat64()
			}
			for i := range samples {
				samples[i] = sign * (samples[i] + c.noise*r.NormFloat64())
			}
			off, missed := intervalErrors(peaks, run(t, rate, samples), rate)
			worst, far := 0.0, 0
			for _, o := range off {
				if worst = max(worst, o); o > 10 {
					far++
				}
			}
			t.Logf("%s, %+.0f: intervals off by %.2f ms, at most %.1f, %d by more than 10", c.name, sign, mean(off), worst, far)
			if missed > 0 || far > 0 {
				t.Errorf("%s, %+.0f: %d missed, %d intervals off by up to %.1f ms", c.name, sign, missed, far, worst)
			}
		}
	}
}
