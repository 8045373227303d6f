package hrv

import (
	"math"
	"math/rand/v2"
	"testing"
)

// breathing is a person at rest: n intervals around mean ms, swinging with breath (HF) and slower (LF), plus noise.
func breathing(n int, mean, hf, lf, noise float64) []float64 {
	r := rand.New(rand.NewPCG(7, 11))
	rr, t := make([]float64, n), 0.0
	for i := range rr {
		rr[i] = mean + hf*math.Sin(2*math.Pi*0.25*t) + lf*math.Sin(2*math.Pi*0.1*t) + noise*r.NormFloat64()
		t += rr[i] / 1000
	}
	return rr
}

// play adds the intervals to s from start and gives the time of the last beat.
func play(s *Series, start float64, rr []float64) float64 {
	s.Add(Beat{At: start})
	for _, v := range rr {
		start += v / 1000
		s.Add(Beat{At: start})
	}
	return start
}

func TestWindowsEqualTheBatch(t *testing.T) {
	rr := breathing(900, 850, 30, 25, 5)
	s, at := NewSeries(), 100.0
	s.Add(Beat{At: at})
	times := []float64{at}
	for i, v := range rr {
		at += v / 1000
		times = append(times, at)
		if s.Add(Beat{At: at}).Corrected {
			t.Fatalf("interval %d of a calm heart marked", i)
		}
		// The newest two wait to be judged.
		last := i - 1
		if last < 100 || i%37 != 0 {
			continue
		}
		from := func(seconds float64) int {
			k := last
			for k > 0 && times[k] > at-seconds {
				k--
			}
			return k
		}
		v := s.Now(at)
		minute, five := TimeOf(rr[from(60):last]), TimeOf(rr[from(300):last])
		near(t, "RMSSD", v.RMSSD, minute.RMSSD, 1e-6)
		near(t, "MeanHR", v.MeanHR, minute.HROfNN, 1e-6)
		near(t, "SDNN", v.SDNN, five.SDNN, 1e-6)
		if got, want := v.Beats, five.N; got != want {
			t.Fatalf("beats %d, want %d", got, want)
		}
	}
}

func TestValidity(t *testing.T) {
	rr := breathing(400, 1000, 30, 25, 3)
	s := NewSeries()
	if v := s.Now(0); v.Why != Filling|NoBeats || !math.IsNaN(v.HR) {
		t.Errorf("before any beat: %+v", v)
	}
	at := 0.0
	s.Add(Beat{})
	for i, x := range rr {
		at += x / 1000
		s.Add(Beat{At: at})
		v := s.Now(at)
		for _, c := range []struct {
			name       string
			value      float64
			from, till float64 // seconds: surely missing before, surely there after
		}{
			{"HR", v.HR, 2.5, 4}, {"MeanHR", v.MeanHR, 30, 35}, {"RMSSD", v.RMSSD, 30, 35}, {"SDNN", v.SDNN, 60, 65},
			{"LF", v.LF, 285, 300}, {"HF", v.HF, 285, 300}, {"VLF", v.VLF, 285, 300},
		} {
			if there := !math.IsNaN(c.value); there && at < c.from || !there && at > c.till {
				t.Fatalf("%s at %.1f s (beat %d): %v", c.name, at, i, c.value)
			}
		}
		if short := v.Why&Short != 0; short && at > 300 || !short && at > 65 && at < 280 {
			t.Fatalf("Short at %.1f s: %v", at, short)
		}
	}
	v := s.Now(at)
	if v.Why != 0 || math.Abs(v.HR-60) > 3 || math.Abs(v.HF-450) > 150 || math.Abs(v.LF-312) > 120 {
		t.Errorf("full windows: %+v", v)
	}
	if v := s.Now(at + 3.1); !math.IsNaN(v.HR) || v.Why&NoBeats == 0 || math.IsNaN(v.RMSSD) {
		t.Errorf("three seconds of silence: %+v", v)
	}
	if v := s.Now(at + 400); !math.IsNaN(v.HR) || !math.IsNaN(v.RMSSD) || !math.IsNaN(v.SDNN) || !math.IsNaN(v.LF) || v.Why&(Filling|NoBeats) != Filling|NoBeats {
		t.Errorf("after a long silence: %+v", v)
	}
}

// TestThePastIsNotShownAsNow: a full window of beats is no news of a heart that has not been heard since.
func TestThePastIsNotShownAsNow(t *testing.T) {
	s := NewSeries()
	at := play(s, 0, breathing(450, 800, 20, 20, 2))
	if v := s.Now(at + 9.9); math.IsNaN(v.RMSSD) || math.IsNaN(v.SDNN) || math.IsNaN(v.LF) || !math.IsNaN(v.HR) {
		t.Errorf("after ten seconds less a little: %+v", v)
	}
	if v := s.Now(at + 10); !math.IsNaN(v.MeanHR) || !math.IsNaN(v.RMSSD) || !math.IsNaN(v.SDNN) || !math.IsNaN(v.LF) || v.Why&NoBeats == 0 || v.Span < 280 {
		t.Errorf("after ten seconds: %+v", v)
	}
	for range 6 { // heard, but too poor for intervals
		at += 0.8
		s.Add(Beat{At: at, Poor: true})
	}
	if v := s.Now(at); math.IsNaN(v.HR) {
		t.Errorf("4.8 s after the last good interval: %+v", v)
	}
	at += 0.8
	s.Add(Beat{At: at, Poor: true})
	if v := s.Now(at); !math.IsNaN(v.HR) || v.Why&NoBeats != 0 || math.IsNaN(v.RMSSD) {
		t.Errorf("5.6 s after the last good interval: %+v", v)
	}
}

func TestNoIntervalLeadsAcrossAGap(t *testing.T) {
	s := NewSeries()
	rr := breathing(120, 900, 20, 20, 2)
	at := play(s, 0, rr)
	before := s.Now(at)
	if v := s.Add(Beat{At: at + 1.7, AfterGap: true}); v.RR != 0 {
		t.Errorf("interval across a gap: %+v", v)
	}
	at = play(s, at+1.7, rr[:40])
	after := s.Now(at)
	if after.Corrected != 0 || math.Abs(after.SDNN-before.SDNN) > 2 {
		t.Errorf("the gap left a trace: %+v then %+v", before, after)
	}
	if v := s.Add(Beat{At: at + 3.2}); v.RR != 0 {
		t.Errorf("more than three seconds are no interval: %+v", v)
	}
}

func TestPoorBeatsStayOut(t *testing.T) {
	clean, s := NewSeries(), NewSeries()
	at := 0.0
	for i, v := range breathing(200, 900, 20, 20, 2) {
		at += v / 1000
		clean.Add(Beat{At: at})
		wrong := 0.0
		if i%25 == 24 {
			wrong = 0.12
		}
		if got := s.Add(Beat{At: at + wrong, Poor: wrong > 0}); (wrong > 0) != got.LeftOut && i%25 != 0 {
			t.Fatalf("beat %d: %+v", i, got)
		}
	}
	a, b := clean.Now(at), s.Now(at)
	near(t, "RMSSD", b.RMSSD, a.RMSSD, 0.1)
	near(t, "SDNN", b.SDNN, a.SDNN, 0.1)
	if b.Corrected < 0.05 || b.Why&Uncertain == 0 {
		t.Errorf("left-out beats must be counted: %+v", b)
	}
}

func TestTooMuchCorrectedGivesNoValue(t *testing.T) {
	s := NewSeries()
	at := play(s, 0, breathing(60, 900, 10, 10, 2))
	for i := range 160 {
		step := 0.9
		if i%4 == 0 {
			step = 0.45
		} else if i%4 == 1 {
			step = 1.35
		}
		at += step
		s.Add(Beat{At: at})
	}
	if v := s.Now(at); !math.IsNaN(v.RMSSD) || v.Why&TooFixed == 0 {
		t.Errorf("every other interval is wrong: %+v", v)
	}
}

// What was taken for beats while a strap came off must not make the heart that is found afterwards look wrong for ever,
// not even at a pace that is a multiple.
func TestAWrongMemoryIsGivenUp(t *testing.T) {
	for _, wrong := range []float64{300, 360, 420, 560, 1700} {
		s := NewSeries()
		at := play(s, 0, breathing(12, wrong, 5, 5, 3))
		for _, rr := range breathing(25, 833, 8, 5, 2) {
			at += rr / 1000
			s.Add(Beat{At: at})
		}
		if v := s.Now(at); !(math.Abs(v.HR-72) < 2) {
			t.Errorf("after beats every %.0f ms: twenty seconds later the heart rate is %.1f, want 72", wrong, v.HR)
		}
		for _, rr := range breathing(110, 833, 8, 5, 2) {
			at += rr / 1000
			s.Add(Beat{At: at})
		}
		if v := s.Now(at); !(v.RMSSD > 3 && v.RMSSD < 20) || v.Why&TooFixed != 0 && v.Corrected < 0.2 {
			t.Errorf("after beats every %.0f ms: two minutes later %+v", wrong, v)
		}
	}
}

func TestRestlessHeartHasNoShares(t *testing.T) {
	s := NewSeries()
	rr := append(breathing(170, 1000, 20, 20, 2), breathing(260, 650, 20, 20, 2)...)
	at := play(s, 0, rr)
	if v := s.Now(at); v.Why&Restless == 0 || !math.IsNaN(v.LF) || math.IsNaN(v.SDNN) {
		t.Errorf("a heart that changed its pace: %+v", v)
	}
}

// whole runs a series through the same judging as the windows and measures all of it.
func whole(rr []float64) (rmssd, sdnn, share float64) {
	s := NewSeries()
	s.short.seconds, s.long.seconds = math.Inf(1), math.Inf(1)
	at := play(s, 0, rr)
	s.sever(false)
	s.slide(at)
	return s.long.rmssd(), s.long.sdnn(), s.long.share()
}

func FuzzSeries(f *testing.F) {
	f.Add([]byte{80, 82, 79, 81, 80, 200, 40, 41, 80, 1, 0, 255, 80})
	f.Add([]byte{0, 0, 0, 128, 129, 130, 7, 7, 7, 250, 251, 252, 253, 254})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, at := NewSeries(), 0.0
		for _, b := range data {
			step := float64(b) / 100
			switch b {
			case 255:
				step = math.NaN()
			case 254:
				step = math.Inf(1)
			case 253:
				step = -1
			case 252:
				step = 1e-9
			case 251:
				step = 1e6
			}
			v := s.Add(Beat{At: at + step, AfterGap: b == 7, Poor: b == 9})
			if math.IsNaN(v.RR) || v.RR < 0 || v.RR > 3000 {
				t.Fatalf("verdict %+v", v)
			}
			if step > 0 && !math.IsInf(step, 0) {
				at += step
			}
			got := s.Now(at)
			for _, x := range []float64{got.HR, got.MeanHR, got.RMSSD, got.SDNN, got.LF, got.HF, got.VLF} {
				if math.IsInf(x, 0) || x < 0 {
					t.Fatalf("values %+v", got)
				}
			}
			if !(got.Corrected >= 0 && got.Corrected <= 1) || !(got.Span >= 0 && got.Span <= 300) {
				t.Fatalf("values %+v", got)
			}
		}
	})
}

// BenchmarkSeries gave 24 µs and no allocation a beat, the spectrum of every fifth second included, on one core of a busy
// server (go test -run x -bench . ./shared/hrv).
func BenchmarkSeries(b *testing.B) {
	rr := breathing(1000, 850, 30, 25, 5)
	s, at := NewSeries(), 0.0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at += rr[i%len(rr)] / 1000
		s.Add(Beat{At: at})
	}
}

func TestVerdict(t *testing.T) {
	s := NewSeries()
	at := play(s, 0, breathing(60, 900, 15, 15, 2))
	clean := s.Now(at)
	for i, step := range []float64{0.9, 0.5, 1.3, 0.9, 0.9} { // one early beat, and the pause after it
		at += step
		v := s.Add(Beat{At: at})
		if want := i == 1 || i == 2; v.Corrected != want || math.Abs(v.RR-1000*step) > 1e-6 {
			t.Errorf("interval of %.0f ms: %+v, want corrected %v", 1000*step, v, want)
		}
	}
	v := s.Now(at)
	if math.Abs(v.RMSSD-clean.RMSSD) > 2 || math.Abs(v.HR-clean.HR) > 3 || v.Corrected == 0 {
		t.Errorf("an early beat shows: %+v before, %+v after", clean, v)
	}
	if s.Add(Beat{At: at}) != (Verdict{}) || s.Add(Beat{At: math.NaN()}) != (Verdict{}) || s.Add(Beat{At: at - 5}) != (Verdict{}) {
		t.Error("a beat that is not later counts for something")
	}
}

// After a long hole no window reaches back over it, whatever made it: silence, or beats so rare that no interval leads from
// one to the next. A short one leaves what was.
func TestNoWindowReachesOverALongHole(t *testing.T) {
	rr := breathing(450, 800, 20, 20, 2)
	for name, across := range map[string]func(s *Series, at float64) float64{
		"silence": func(_ *Series, at float64) float64 { return at + forget },
		"rare beats": func(s *Series, at float64) float64 {
			for range 5 {
				at += 3.5
				s.Add(Beat{At: at})
			}
			if v := s.Now(at); !math.IsNaN(v.SDNN) || !math.IsNaN(v.RMSSD) || !math.IsNaN(s.Over(60, at).Time.SDNN) {
				t.Errorf("beats without intervals keep the past alive: %+v", v)
			}
			return at + 3.5
		},
		"first beats after gaps": func(s *Series, at float64) float64 {
			for range 25 {
				at += 0.5
				s.Add(Beat{At: at, AfterGap: true})
			}
			return at + longest
		},
	} {
		s := NewSeries()
		at := across(s, play(s, 0, rr))
		at = play(s, at, rr[:2])
		v := s.Now(at)
		if !math.IsNaN(v.HR) || !math.IsNaN(v.MeanHR) || !math.IsNaN(v.RMSSD) || !math.IsNaN(v.SDNN) || !math.IsNaN(v.LF) || v.Why&Filling == 0 || v.Beats != 0 {
			t.Errorf("%s: two intervals later %+v", name, v)
		}
		for _, l := range Lengths {
			if r := s.Over(l, at); r.Span != 0 || !math.IsNaN(r.Time.SDNN) {
				t.Errorf("%s: two intervals later a window of %v s holds %+v", name, l, r)
			}
		}
		at = play(s, at+0.8, rr[:100])
		if v := s.Now(at); math.IsNaN(v.HR) || math.IsNaN(v.RMSSD) || math.IsNaN(v.SDNN) || v.Span > 90 {
			t.Errorf("%s: eighty seconds later %+v", name, v)
		}
	}
	s := NewSeries()
	at := play(s, play(s, 0, rr)+forget-0.1, rr[:2])
	if v := s.Now(at); math.IsNaN(v.SDNN) || math.IsNaN(v.RMSSD) {
		t.Errorf("a short hole: %+v", v)
	}
}
