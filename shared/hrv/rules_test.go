package hrv

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Every window of every length is what the same intervals are at once, beat for beat.
func TestEveryWindowEqualsTheBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, at := NewSeries(), rapid.Float64Range(0, 1e6).Draw(t, "start")
		h := made()[rapid.IntRange(0, 3).Draw(t, "heart")].rr[:rapid.IntRange(3, 350).Draw(t, "beats")]
		s.Add(Beat{At: at})
		times := []float64{at}
		for _, v := range h {
			at += v / 1000
			times = append(times, at)
			if s.Add(Beat{At: at}); s.past.count > 0 && s.past.at(s.past.count-1).wrong != 0 {
				return // a true beat was thought wrong: not the same intervals then
			}
		}
		last := len(h) - 2 // the newest two wait to be judged
		for _, l := range Lengths {
			k := last
			for k > 0 && times[k] > at-float64(l) {
				k--
			}
			rr := make([]float64, 0, last-k)
			for i := k; i < last; i++ {
				rr = append(rr, (times[i+1]-times[i])*1000)
			}
			got, want := s.Over(l, at), TimeOf(rr)
			if got.Time.N != want.N || got.Time.NN50 != want.NN50 || got.Time.NN20 != want.NN20 {
				t.Fatalf("%v s: %+v, want %+v", l, got.Time, want)
			}
			for i, v := range [][2]float64{
				{got.Time.MeanNN, want.MeanNN}, {got.Time.SDNN, want.SDNN}, {got.Time.RMSSD, want.RMSSD}, {got.Time.SDSD, want.SDSD},
				{got.Time.PNN50, want.PNN50}, {got.Time.PNN20, want.PNN20}, {got.Time.HRMean, want.HRMean}, {got.Time.HROfNN, want.HROfNN},
				{got.Time.SD1, want.SD1}, {got.Time.SD2, want.SD2}, {got.Time.MinNN, want.MinNN}, {got.Time.MaxNN, want.MaxNN},
				{got.Time.HRMin, want.HRMin}, {got.Time.HRMax, want.HRMax},
			} {
				if math.IsNaN(v[0]) != math.IsNaN(v[1]) || math.Abs(v[0]-v[1]) > 1e-5 {
					t.Fatalf("%v s, field %d of %d intervals: %v, want %v", l, i, len(rr), v[0], v[1])
				}
			}
		}
	})
}

// Histograms on whole ms: times in seconds leave them a hair off, and on the wrong side of a bin.
func TestHistogramSlides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, w, at := &history{}, newWindow(30), 0.0
		for _, v := range rapid.SliceOfN(rapid.IntRange(250, 2999), 2, 200).Draw(t, "rr") {
			at += float64(v) / 1000
			h.add(settled{at: at, rr: float64(v), joins: true})
			w.take(h, at)
			var rr []float64
			for i := w.from; i < w.to; i++ {
				rr = append(rr, h.at(i).rr)
			}
			got, want := w.time(h), TimeOf(rr)
			if got.TriNN != want.TriNN || got.MinNN != want.MinNN || got.MaxNN != want.MaxNN || got.SI != want.SI && !math.IsNaN(want.SI) {
				t.Fatalf("%+v, want %+v", got, want)
			}
		}
	})
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		m       Measure
		seconds float64
		share   float64
		want    Mark
	}{
		{RMSSD, 20, 0, TooShort | Provisional}, {RMSSD, 29, 0, Provisional}, {RMSSD, 60, 0, 0}, {RMSSD, 60, 0.06, Corrected},
		{RMSSD, 60, 0.21, Corrected | TooWrong}, {SDNN, 50, 0, TooShort | Provisional | EqualOnly}, {SDNN, 60, 0, Provisional | EqualOnly},
		{SDNN, 299, 0.2, EqualOnly | Corrected}, {HF, 59, 0, Provisional}, {HF, 30, 0, TooShort | Provisional}, {LF, 60, 0, TooShort | Provisional},
		{LF, 120, 0, Provisional}, {LFHF, 120, 0, TooShort | Provisional}, {LFHF, 299, 0, 0}, {VLF, 299, 0, Provisional | EqualOnly | Unreliable},
		{VLF, 120, 0, TooShort | Provisional | EqualOnly | Unreliable}, {MeanHR, math.NaN(), math.NaN(), TooShort | Provisional | TooWrong | Corrected},
	} {
		if got := Judge(c.m, c.seconds, c.share); got != c.want || got.Valid() != (c.want&(TooShort|TooWrong) == 0) {
			t.Errorf("measure %d of %v s, %v corrected: %06b, want %06b", c.m, c.seconds, c.share, got, c.want)
		}
	}
}

func TestAskingChangesNothing(t *testing.T) {
	asked, quiet := NewSeries(), NewSeries()
	at := 0.0
	for i, v := range breathing(500, 800, 30, 30, 4) {
		at += v / 1000
		b := Beat{At: at, AfterGap: i%97 == 96, Poor: i%53 == 52}
		asked.Add(b)
		quiet.Add(b)
		later := at + float64(i%7)*20
		asked.Now(later)
		l := Lengths[i%len(Lengths)]
		asked.Over(l, later)
		asked.Spectrum(l, at)
		if a, b := asked.Over(l, at), quiet.Over(l, at); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("beat %d, %v s: asked %+v, not asked %+v", i, l, a, b)
		}
	}
	if a, b := asked.Now(at), quiet.Now(at); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("asked %+v, not asked %+v", a, b)
	}
}

func TestLengthsAreComparedAlikeOnly(t *testing.T) {
	s := NewSeries()
	at := play(s, 0, made()[0].rr)
	minute, five := s.Over(60, at), s.Over(300, at)
	if v := five.Change(SDNN, minute); !math.IsNaN(v) {
		t.Errorf("SDNN of five minutes is %v times that of one", v)
	}
	if v := five.Change(RMSSD, minute); !(v > 0.5 && v < 2) {
		t.Errorf("RMSSD of five minutes is %v times that of one", v)
	}
	if v := five.Change(SDNN, five); v != 1 {
		t.Errorf("SDNN is %v times itself", v)
	}
	if r := s.Over(77, at); r.Mark(RMSSD).Valid() || !math.IsNaN(r.Value(RMSSD)) {
		t.Errorf("there is no such length: %+v", r)
	}
	if r := s.Over(60, at+10); r.Mark(RMSSD).Valid() {
		t.Errorf("ten seconds after the last beat: %+v", r)
	}
}

// A minute gives HF, two give LF, five the rest.
func TestSpectrumOfEveryLength(t *testing.T) {
	s := NewSeries()
	at := play(s, 0, breathing(450, 800, 30, 25, 3))
	for _, c := range []struct {
		l           Length
		hf, lf, vlf bool
	}{{30, false, false, false}, {60, true, false, false}, {120, true, true, false}, {300, true, true, true}} {
		b := s.Spectrum(c.l, at)
		if got := [3]bool{b.HF > 200, b.LF > 100, b.VLF > 0}; got != [3]bool{c.hf, c.lf, c.vlf} {
			t.Errorf("%v s: %+v", c.l, b)
		}
		if c.hf && math.Abs(b.HFPeak-0.25) > 0.01 || c.lf && math.Abs(b.LFPeak-0.1) > 0.01 {
			t.Errorf("%v s: peaks at %v and %v Hz", c.l, b.HFPeak, b.LFPeak)
		}
	}
	if v, b := s.Now(at), s.Spectrum(300, at); math.Abs(v.HF/b.HF-1) > 0.1 {
		t.Errorf("HF %v, and %v a few seconds ago", b.HF, v.HF)
	}
	if b := s.Spectrum(60, at+12); !math.IsNaN(b.HF) {
		t.Errorf("of a heart not heard for long: %+v", b)
	}
}

// Baevsky's index of 100 intervals, 40 of them in 850 to 900 ms: 40/(2·0.875·0.2).
func TestBaevsky(t *testing.T) {
	rr := make([]float64, 100)
	for i := range rr {
		rr[i] = []float64{760, 810, 860, 860, 960}[i%5]
	}
	if got := TimeOf(rr); math.Abs(got.SI-40/(2*0.875*0.2)) > 1e-9 || math.Abs(got.SIRoot*got.SIRoot-got.SI) > 1e-9 {
		t.Errorf("SI %v, root %v", got.SI, got.SIRoot)
	}
	if got := TimeOf([]float64{800, 800, 800}); !math.IsNaN(got.SI) {
		t.Errorf("SI of a stone: %v", got.SI)
	}
}

// BenchmarkWindow shows that a beat costs the same however long the window is.
func BenchmarkWindow(b *testing.B) {
	rr := made()[0].rr
	for _, l := range Lengths {
		b.Run(fmt.Sprintf("%vs", l), func(b *testing.B) {
			h, w, at := &history{}, newWindow(float64(l)), 0.0
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				at += rr[i%len(rr)] / 1000
				h.add(settled{at: at, rr: rr[i%len(rr)], joins: true})
				w.take(h, at)
			}
		})
	}
}
