package ecg

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSyntheticHeart(t *testing.T) {
	for _, c := range []struct {
		rate, bpm, noise, jitter float64
	}{
		{100, 60, 0, 1.5}, {125, 75, 0.01, 1.5}, {130, 75, 0.01, 1.5}, {200, 60, 0.02, 1}, {250, 72, 0.01, 0.5}, {250, 40, 0.02, 0.8},
		{250, 150, 0.02, 0.8}, {250, 190, 0.02, 0.8}, {256, 100, 0.05, 2}, {360, 60, 0.02, 0.8}, {512, 72, 0.02, 0.8}, {1000, 80, 0.02, 0.5},
	} {
		h := MustHeart(t, c.rate, 120, c.bpm, c.noise, 3)
		found := run(t, c.rate, h.samples)
		hit, missed, extra, jitter := h.compare(found, 0.3, 118)
		t.Logf("%4.0f Hz, %3.0f/min, noise %.2f mV: %d found, %d missed, %d extra, jitter %.2f ms", c.rate, c.bpm, c.noise, hit, missed, extra, jitter)
		if missed > 0 || extra > 0 || jitter > c.jitter {
			t.Errorf("%4.0f Hz, %3.0f/min, noise %.2f mV: %d missed, %d extra, jitter %.2f ms, want none and under %.1f", c.rate, c.bpm, c.noise, missed, extra, jitter, c.jitter)
		}
	}
}

// What a beat promises: they come in order, never sooner than the refractory time, and never from the future.
func mustBeSane(t *testing.T, beats []Beat, rate float64) {
	t.Helper()
	for i, b := range beats {
		if !(b.At >= 0) || b.At > float64(b.Fed) || !(b.Quality >= 0 && b.Quality <= 1) {
			t.Fatalf("beat %d: %+v", i, b)
		}
		if i > 0 && (b.At-beats[i-1].At < 0.1*rate && !b.AfterGap || b.At <= beats[i-1].At || b.Fed < beats[i-1].Fed) {
			t.Fatalf("beat %d %+v after %+v", i, b, beats[i-1])
		}
	}
}

func TestUnitFree(t *testing.T) {
	h := MustHeart(t, 250, 90, 72, 0.03, 5)
	want := run(t, 250, h.samples)
	if len(want) < 90 {
		t.Fatalf("only %d beats", len(want))
	}
	for _, gain := range []float64{0.01, 0.37, 100, 1e6, -1, -0.01, -100} {
		for _, offset := range []float64{0, 3} {
			v := make([]float64, len(h.samples))
			for i, x := range h.samples {
				v[i] = gain * (x + offset)
			}
			got := run(t, 250, v)
			if len(got) != len(want) {
				t.Fatalf("gain %g offset %g: %d beats, want %d", gain, offset, len(got), len(want))
			}
			for i := range got {
				if math.Abs(got[i].At-want[i].At) > 1e-3 || got[i].Fed != want[i].Fed || got[i].Normal != want[i].Normal {
					t.Fatalf("gain %g offset %g: beat %d %+v, want %+v", gain, offset, i, got[i], want[i])
				}
			}
		}
	}
}

func TestRecoversFromAnyTransient(t *testing.T) {
	for _, c := range []struct {
		name string
		add  func(i int, v float64) float64 // i counts samples from the transient's start
	}{
		{"one sample, 35 fold", func(i int, v float64) float64 { return v + 38*b2f(i == 0) }},
		{"one sample, a million fold", func(i int, v float64) float64 { return v + 1e6*b2f(i == 0) }},
		{"100 ms, 35 fold", func(i int, v float64) float64 { return v + 38*b2f(i >= 0 && i < 25) }},
		{"step that stays", func(i int, v float64) float64 { return v + 50*b2f(i >= 0) }},
		{"slow swing", func(i int, v float64) float64 { return v + 20*math.Exp(-math.Abs(float64(i))/100) }},
		{"four spikes in a second", func(i int, v float64) float64 { return v + 30*b2f(i >= 0 && i < 250 && i%60 == 0) }},
		{"signal ten times larger from here", func(i int, v float64) float64 { return v * (1 + 9*b2f(i >= 0)) }},
		{"signal ten times smaller from here", func(i int, v float64) float64 { return v / (1 + 9*b2f(i >= 0)) }},
		{"upside down from here", func(i int, v float64) float64 { return v * (1 - 2*b2f(i >= 0)) }},
	} {
		for _, start := range []float64{0.05, 0.7, 20.1, 20.37, 20.9} {
			h := MustHeart(t, 250, 60, 72, 0.005, 9)
			for i := range h.samples {
				h.samples[i] = c.add(i-int(start*250), h.samples[i])
			}
			found := run(t, 250, h.samples)
			mustBeSane(t, found, 250)
			over := start + 1.1 // the longest of them lasts a second
			if c.name == "slow swing" {
				over = start + 0.4
			}
			_, missed, extra, _ := h.compare(found, over+2, 59)
			if missed > 0 || extra > 1 {
				t.Errorf("%s at %.2f s: %d missed and %d extra from 2 s after it", c.name, start, missed, extra)
			}
		}
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func TestNoHeartNoBeats(t *testing.T) {
	const rate, seconds = 250, 120
	r := rand.New(rand.NewPCG(4, 4))
	brown := 0.0
	for _, c := range []struct {
		name    string
		sample  func(i int) float64
		contact bool
	}{
		{"flat", func(int) float64 { return 7 }, false},
		{"missing", func(int) float64 { return math.NaN() }, false},
		{"rail after a heart's worth", func(i int) float64 { return 2047 * b2f(i > 700) }, false},
		{"white noise", func(int) float64 { return r.NormFloat64() }, true},
		{"even noise", func(int) float64 { return float64(r.IntN(5)) }, true},
		{"brown noise", func(int) float64 { brown = 0.999*brown + r.NormFloat64(); return brown }, true},
		{"brown noise, other seed", func(i int) float64 { brown = 0.998*brown + r.NormFloat64(); return brown }, true},
		{"brown noise, third seed", func(i int) float64 { brown = 0.9995*brown + r.NormFloat64(); return brown }, true},
		{"white noise again", func(int) float64 { return r.NormFloat64() }, true},
		{"mains", func(i int) float64 { return math.Sin(2 * math.Pi * 50 * float64(i) / rate) }, true},
		{"slow wave", func(i int) float64 { return math.Sin(2 * math.Pi * 0.3 * float64(i) / rate) }, true},
		{"tone in the band", func(i int) float64 { return math.Sin(2*math.Pi*12*float64(i)/rate) + 0.1*r.NormFloat64() }, true},
	} {
		d, err := NewDetector(rate)
		if err != nil {
			t.Fatal(err)
		}
		var out []Beat
		for i := range rate * seconds {
			out = d.Feed(c.sample(i), out)
		}
		late := 0
		for _, b := range out {
			if b.At > 3*rate {
				late++
			}
		}
		if late > 0 {
			t.Errorf("%s: %d beats after 3 s", c.name, late)
		}
		if d.Contact() != c.contact {
			t.Errorf("%s: contact %v", c.name, d.Contact())
		}
		if q := d.Quality(); q > 0.5 || !c.contact && q != 0 {
			t.Errorf("%s: quality %.2f", c.name, q)
		}
	}
}

func TestLosesAndRegainsContact(t *testing.T) {
	h := MustHeart(t, 250, 90, 72, 0.01, 2)
	for i := 30 * 250; i < 50*250; i++ {
		h.samples[i] = 5
	}
	d, err := NewDetector(250)
	if err != nil {
		t.Fatal(err)
	}
	var out []Beat
	for i, v := range h.samples {
		out = d.Feed(v, out)
		switch s := float64(i) / 250; {
		case s == 20 || s == 60:
			if !d.Contact() || d.Quality() < 0.8 {
				t.Errorf("%.0f s: contact %v, quality %.2f", s, d.Contact(), d.Quality())
			}
		case s == 32:
			if d.Contact() || d.Quality() != 0 {
				t.Errorf("off: contact %v, quality %.2f", d.Contact(), d.Quality())
			}
		}
	}
	if _, _, extra, _ := h.compare(out, 30.3, 49.9); extra > 0 {
		t.Errorf("%d beats on a flat line", extra)
	}
	if _, missed, extra, _ := h.compare(out, 52, 89); missed > 0 || extra > 0 {
		t.Errorf("after contact is back: %d missed, %d extra", missed, extra)
	}
}

func TestGap(t *testing.T) {
	h := MustHeart(t, 250, 60, 72, 0.01, 2)
	lost := 77 // samples
	for _, mark := range []string{"Gap", "NaN"} {
		d, _ := NewDetector(250)
		var out []Beat
		for i, v := range h.samples {
			if i >= 5000 && i < 5000+lost {
				if mark == "NaN" {
					out = d.Feed(math.NaN(), out)
				}
				continue
			}
			if i == 5000+lost && mark == "Gap" {
				d.Gap()
			}
			out = d.Feed(v, out)
		}
		mustBeSane(t, out, 250)
		marked := 0
		for i, b := range out {
			if b.AfterGap && i > 0 {
				marked++
				if b.At < 5000 || b.At > 5000+300 {
					t.Errorf("%s: gap mark on %+v", mark, b)
				}
			}
		}
		if marked != 1 || !out[0].AfterGap {
			t.Errorf("%s: %d beats marked, first %v", mark, marked, out[0].AfterGap)
		}
		if want := len(h.peaks) - 2; len(out) < want {
			t.Errorf("%s: %d beats, want at least %d", mark, len(out), want)
		}
	}
}

func TestRateRefused(t *testing.T) {
	for _, rate := range []float64{0, 99, 1001, -250, math.NaN(), math.Inf(1)} {
		if d, err := NewDetector(rate); err == nil || d != nil {
			t.Errorf("rate %v: %v", rate, err)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	h := MustHeart(t, 250, 120, 72, 0.05, 8)
	for i := 9000; i < 12000; i++ { // noise, so that search-back and learning anew run as well
		h.samples[i] += 3 * math.Sin(float64(i*i))
	}
	d, err := NewDetector(250)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]Beat, 0, 256)
	if n := testing.AllocsPerRun(3, func() {
		out = out[:0]
		for _, v := range h.samples {
			out = d.Feed(v, out)
		}
	}); n != 0 || len(out) < 100 {
		t.Errorf("%v allocations in two minutes with %d beats", n, len(out))
	}
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte{1, 2, 3, 250, 0, 0, 0, 0, 9, 255, 254, 253, 252}, uint8(3))
	f.Add([]byte{128, 128, 128, 128, 200, 128, 128, 90}, uint8(200))
	f.Fuzz(func(t *testing.T, data []byte, pace uint8) {
		d, err := NewDetector(100 + float64(pace)*3)
		if err != nil {
			t.Fatal(err)
		}
		var out []Beat
		for round := range 20 {
			for i, b := range data {
				v := float64(b) - 128
				switch b {
				case 255:
					v = math.NaN()
				case 254:
					v = math.Inf(1)
				case 253:
					v = math.MaxFloat64
				case 252:
					v = -1e11
				case 251:
					v = 1e-300
				case 250:
					d.Gap()
				}
				for range 1 + (i*7+round)%int(1+pace/8) {
					out = d.Feed(v, out)
				}
			}
			if q := d.Quality(); !(q >= 0 && q <= 1) {
				t.Fatalf("quality %v", q)
			}
		}
		for i, b := range out {
			if !(b.At >= 0) || b.At > float64(b.Fed) || !(b.Quality >= 0 && b.Quality <= 1) || i > 0 && b.At <= out[i-1].At {
				t.Fatalf("beat %d: %+v", i, b)
			}
		}
	})
}

func BenchmarkFeed(b *testing.B) {
	h := MustHeart(b, 250, 120, 72, 0.02, 8)
	d, err := NewDetector(250)
	if err != nil {
		b.Fatal(err)
	}
	out := make([]Beat, 0, 64)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		out = d.Feed(h.samples[i%len(h.samples)], out[:0])
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*250*3600, "s/hour")
}
