package ecg

import (
	"math"
	"testing"
)

// The second detector alone finds a clean heart's beats within 60 ms, whatever the rate, and is itself again five
// seconds after the worst spike.
func TestWitness(t *testing.T) {
	for _, rate := range []float64{100, 130, 200, 250, 360, 512, 1000} {
		h := MustHeart(t, rate, 60, 75, 0.01, 3)
		h.samples[int(20.3*rate)] += 1e6
		w := newWitness(rate)
		w.rest(h.samples[0])
		var at []float64
		n := 0
		for _, v := range h.samples {
			w.feed(v)
			for ; n < w.sure.marks.n-1; n++ { // all but the one that may still move
				at = append(at, w.sure.marks.at[n%marksKept])
			}
		}
		missed, extra := 0, len(at)
		for _, p := range h.peaks {
			if s := p / rate; s > 1 && s < 20 || s > 26 && s < 58.5 {
				found := false
				for _, a := range at {
					found = found || math.Abs(a-p) < 0.06*rate
				}
				missed += int(1 - b2f(found))
			}
		}
		for _, a := range at {
			for _, p := range h.peaks {
				if math.Abs(a-p) < 0.06*rate {
					extra--
					break
				}
			}
		}
		if missed > 0 || extra > 3 {
			t.Errorf("%v Hz: %d missed, %d extra of %d", rate, missed, extra, len(at))
		}
	}
}

// What the survey measures is what was put in, at any rate.
func TestSurvey(t *testing.T) {
	for _, rate := range []float64{100, 250, 360, 1000} {
		s := newSurvey(rate)
		for i := range int(10 * rate) {
			x := float64(i) / rate
			s.feed(7+3*x, 0.4*math.Sin(2*math.Pi*45*x))
		}
		if got := s.drift(2); math.Abs(got-3) > 0.02 {
			t.Errorf("%v Hz: drift %.3f, want 3", rate, got)
		}
		if got := s.hiss(50); math.Abs(got-0.28) > 0.03 {
			t.Errorf("%v Hz: hiss %.3f, want 0.28", rate, got)
		}
		s.gap()
		if s.drift(2) != 0 || s.hiss(50) != 0 {
			t.Errorf("%v Hz: after a gap drift %v, hiss %v", rate, s.drift(2), s.hiss(50))
		}
		if low, high, _ := newEmpty(rate).extremes(); low <= high {
			t.Errorf("extremes of nothing: %v to %v", low, high)
		}
	}
}

func newEmpty(rate float64) *survey { s := newSurvey(rate); return &s }

// A plateau is a top cut off when it is an extreme reached in a hurry: not the slow top of a wave, nor a step half way.
func TestEnds(t *testing.T) {
	const rate = 250
	wave := func(i int) float64 { return math.Sin(2 * math.Pi * float64(i) / rate) }
	for _, c := range []struct {
		name      string
		sample    func(i int) float64
		cut, flat bool
		end       bool
	}{
		{"wave", wave, false, false, false},
		{"coarse wave", func(i int) float64 { return math.Round(20*wave(i)) / 20 }, false, false, false},
		{"cut at the top", func(i int) float64 { return min(wave(i), 0.5) }, false, true, true},
		{"cut a little at the bottom", func(i int) float64 { return max(wave(i)*math.Abs(wave(i)), -0.95) }, false, false, false},
		{"square", func(i int) float64 { return math.Copysign(1, wave(i)) }, false, true, true},
		{"a beat cut off", func(i int) float64 { return min(math.Exp(-math.Pow(float64(i%rate-125)/3, 2)), 0.6) }, true, true, true},
		{"held half way", func(i int) float64 { return wave(i) * b2f(i%rate < 150) }, false, true, false},
	} {
		s := newSurvey(rate)
		for i := range 10 * rate {
			s.feed(c.sample(i), 0)
		}
		e := &s.ends
		if cut, flat := e.cutAt > 0, e.flatAt > 0; cut != c.cut || flat != c.flat || flat && e.flatEnd != c.end {
			t.Errorf("%s: cut %v, flat %v, at an end %v; want %+v", c.name, cut, flat, e.flatEnd, c)
		}
	}
}

// Shapes are told apart by form and by size, and a known one comes back to be known.
func TestAlbum(t *testing.T) {
	form := func(width, size float64) []float64 {
		v, sum := make([]float64, 35), 0.0
		for k := range v {
			x := (float64(k) - 17) / width
			v[k] = size * math.Exp(-x*x/2)
			sum += v[k]
		}
		for k := range v {
			v[k] -= sum / float64(len(v))
		}
		return v
	}
	a := newAlbum(35)
	if got := a.apart(form(3, 1), guess); got != guess {
		t.Errorf("nothing known: %v", got)
	}
	for range 20 {
		a.learn(form(3, 1))
	}
	for range albumOften + 1 {
		a.learn(form(9, -2))
	}
	for _, c := range []struct {
		beat  []float64
		least float64
		most  float64
	}{
		{form(3, 1), 0, 1e-9}, {form(9, -2), 0, 1e-9}, {form(3, 1.1), 0.009, 0.011}, {form(3, -1), 0.4, 1}, {form(1, 3), 0.4, 1},
	} {
		if got := a.apart(c.beat, guess); got < c.least || got > c.most {
			t.Errorf("apart %v, want %v to %v", got, c.least, c.most)
		}
	}
}
