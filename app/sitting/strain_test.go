package sitting_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/app/chart"
	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
)

const begun = care.Stamp(1_700_000_000_000_000)

// heartAt is a second of a heart: numbers come a little after the second is over.
func heartAt(second int, hr float32) telemetry.Trend {
	t := telemetry.EmptyTrend(begun + care.Stamp(second)*1e6 + 300_000)
	t.HR, t.MeanHR, t.RMSSD, t.SDNN1, t.SI, t.Corrected = hr, hr, 2400/hr, 3000/hr, hr, 0.01
	t.Quality, t.Window = 90, 300
	return t
}

func torsoAt(second int, energy float32) telemetry.Trend {
	t := telemetry.EmptyTrend(begun + care.Stamp(second)*1e6)
	t.Energy = energy
	return t
}

// sat is the rest of a heart of 70 a minute.
func sat(t testing.TB) *stress.Baseline {
	t.Helper()
	var r sitting.Rest
	for s := range 200 {
		r.Torso(torsoAt(s, 0.1))
		r.Add(heartAt(s, 70+float32(s%7)/6))
	}
	b, err := r.Baseline()
	if err != nil || r.Refused() != nil {
		t.Fatal(err, r.Refused())
	}
	still := sitting.Still(&b)
	if still == nil || !still.Watched {
		t.Fatalf("a rest of 200 s gives %+v", b.Measures)
	}
	return still
}

func TestWhatIsSeenWhileMovingIsNotScored(t *testing.T) {
	var s sitting.Strain
	s.SetRest(sat(t))
	for i := range 600 {
		energy := float32(0.1)
		if i >= 200 && i < 260 {
			energy = 3
		}
		s.Torso(torsoAt(i, energy))
		s.Heart(heartAt(i, 80))
	}
	points := s.Points()
	if len(points) != 600 {
		t.Fatalf("%d points of 600 s", len(points))
	}
	for second, want := range map[int]chart.Gate{170: chart.Counted, 199: chart.Counted, 215: chart.Moving, 300: chart.Moving, 440: chart.Marked, 599: chart.Counted} {
		if d := points[second]; d.Gate != want || !(d.Value > 1) {
			t.Errorf("after %d s: %v in gate %d, want gate %d", second, d.Value, d.Gate, want)
		}
	}
	if r := s.Now().Recovery; r.From == 0 {
		t.Errorf("nobody moved: %+v", r)
	}
}

func TestWithoutRestThereIsNothingToDraw(t *testing.T) {
	var s sitting.Strain
	s.Heart(heartAt(1, 80))
	if p := s.Points(); p != nil {
		t.Errorf("without rest there is %v", p)
	}
	if x := s.Now(); x.Shown || x.Why&stress.NoRest == 0 || x.At == 0 {
		t.Errorf("without rest: %+v", x)
	}
	s.SetRest(sat(t))
	if p := s.Points(); len(p) != 1 || !(p[0].Value > 0) || p[0].Gate != chart.Marked {
		t.Errorf("a torso nobody sees: %v", p)
	}
	bad := heartAt(2, 80)
	bad.Quality = 30
	s.Heart(bad)
	if p := s.Points(); p[1].Value == p[1].Value || s.Now().Why&stress.PoorSignal == 0 {
		t.Errorf("a bad signal: %v", p[1])
	}
	short := heartAt(3, 80)
	short.Window = 59
	s.Heart(short)
	if x := s.Now(); x.Shown || x.Why&stress.NoHeart == 0 {
		t.Errorf("from 59 s of beats: %+v", x)
	}
	s.SetRest(nil)
	if p := s.Points(); p != nil {
		t.Errorf("rest was taken away, and there is %v", p)
	}
}

// TestAClockSetBackBeginsAnew: what lies in its future is forgotten, but not for a few late ones.
func TestAClockSetBackBeginsAnew(t *testing.T) {
	var s sitting.Strain
	s.SetRest(sat(t))
	for i := 1000; i < 1100; i++ {
		s.Heart(heartAt(i, 80))
	}
	for i := range 10 {
		s.Heart(heartAt(i, 70))
	}
	if n, x := len(s.Points()), s.Now(); n != 110 || x.At != heartAt(1099, 0).At {
		t.Errorf("%d points up to %v after ten strays", n, x.At)
	}
	s.Heart(heartAt(1100, 80))
	for i := range 40 {
		s.Heart(heartAt(i, 70))
	}
	if n, x := len(s.Points()), s.Now(); n != 40 || x.At != heartAt(39, 0).At {
		t.Errorf("%d points up to %v after the clock was set back", n, x.At)
	}
}

// lane is a chart that only remembers.
type lane struct{ list []chart.Deviation }

func (l *lane) Deviations(list []chart.Deviation) { l.list = append(l.list[:0], list...) }
func (l *lane) Deviate(d chart.Deviation)         { l.list = append(l.list, d) }

func alike(a, b []chart.Deviation) bool {
	return slices.EqualFunc(a, b, func(x, y chart.Deviation) bool {
		return x.At == y.At && x.Gate == y.Gate && (x.Value == y.Value || x.Value != x.Value && y.Value != y.Value)
	})
}

// TestWhenItBecameKnownDoesNotMatter: as it happened, a bit late, filled in later in any order, twice, with rest set before
// or after, told to a chart now or then: the series is the same.
func TestWhenItBecameKnownDoesNotMatter(t *testing.T) {
	baseline := sat(t)
	rapid.Check(t, func(t *rapid.T) {
		const long = 400
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var heart, torso []telemetry.Trend
		hr, moving := float32(75), 0
		for i := range long {
			if moving--; moving < -60 && r.IntN(60) == 0 {
				moving = r.IntN(40)
			}
			energy := 0.3 * r.Float32()
			if moving > 0 {
				energy = 4 * r.Float32()
			}
			if r.IntN(20) > 0 {
				torso = append(torso, torsoAt(i, energy))
			}
			h := heartAt(i, hr+float32(moving)/4)
			h.Quality = uint8(40 + r.IntN(60))
			if r.IntN(20) > 0 {
				heart = append(heart, h)
			}
		}
		var whole sitting.Strain
		whole.SetRest(baseline)
		for _, h := range heart {
			whole.HeartPast(h)
		}
		for _, x := range torso {
			whole.TorsoPast(x)
		}
		want := whole.Points()

		type item struct {
			t     telemetry.Trend
			torso bool
			key   int64
		}
		var items []item
		lateBy := rapid.SampledFrom([]int64{0, 2e6, 45e6, long * 1e6}).Draw(t, "late by")
		for i, list := range [][]telemetry.Trend{heart, torso} {
			for _, x := range list {
				for range 1 + r.IntN(8)/7 {
					items = append(items, item{x, i == 1, int64(x.At) + r.Int64N(lateBy+1)})
				}
			}
		}
		slices.SortStableFunc(items, func(a, b item) int { return int(min(max(a.key-b.key, -1), 1)) })
		var s sitting.Strain
		var drawn lane
		restAfter := rapid.IntRange(0, len(items)-1).Draw(t, "rest after")
		every := rapid.IntRange(1, 50).Draw(t, "told every")
		for i, x := range items {
			if i == restAfter {
				s.SetRest(baseline)
			}
			if x.torso {
				s.TorsoPast(x.t)
			} else {
				s.HeartPast(x.t)
			}
			if i%every == 0 {
				s.Tell(&drawn)
			}
		}
		s.Tell(&drawn)
		if got := s.Points(); !alike(got, want) {
			t.Fatalf("%d points, want %d; first other at %d", len(got), len(want), differs(got, want))
		}
		if !alike(drawn.list, want) {
			t.Fatalf("drawn are %d points, want %d; first other at %d", len(drawn.list), len(want), differs(drawn.list, want))
		}
		if a, b := s.Now(), whole.Now(); a.At != b.At || a.State != b.State || a.Why != b.Why || a.Recovery.Took != b.Recovery.Took {
			t.Fatalf("now is %+v, want %+v", a, b)
		}
	})
}

func differs(a, b []chart.Deviation) int {
	for i := range min(len(a), len(b)) {
		if !alike(a[i:i+1], b[i:i+1]) {
			return i
		}
	}
	return min(len(a), len(b))
}

// TestMemoryIsBounded: hours go in, three stay, and the newest are right.
func TestMemoryIsBounded(t *testing.T) {
	var s, fresh sitting.Strain
	s.SetRest(sat(t))
	fresh.SetRest(sat(t))
	var drawn lane
	const long = 12_500
	for i := range long {
		s.Torso(torsoAt(i, 0.1))
		s.Heart(heartAt(i, 80+float32(i%20)))
		if i%30 == 0 {
			s.Tell(&drawn)
		}
		if i >= long-2000 {
			fresh.Torso(torsoAt(i, 0.1))
			fresh.Heart(heartAt(i, 80+float32(i%20)))
		}
	}
	got, want := s.Points(), fresh.Points()
	if len(got) > 10_800 || len(got) < 9_000 {
		t.Errorf("%d points are kept", len(got))
	}
	if !alike(got[len(got)-1800:], want[len(want)-1800:]) {
		t.Error("the newest half hour is not what it is alone")
	}
}

func TestStillIsKeptWithTheBaseline(t *testing.T) {
	b := api.Baseline{Start: 1, End: 180e6, Measures: map[string]care.Measure{sitting.HR: {Median: 70, Spread: 3, Count: 180}}}
	if s := sitting.Still(&b); s != nil || sitting.Still(nil) != nil {
		t.Errorf("a baseline without any gives %+v", s)
	}
	still := sat(t)
	if m := still.Measures[stress.MeanNN]; math.Abs(m.Median-60000/70.5) > 10 || m.Count < 20 {
		t.Errorf("mean interval at rest %+v", m)
	}
	if len(still.Measures) != 4 || math.Abs(still.Torso-0.1) > 1e-6 {
		t.Errorf("rest is %+v", still)
	}
	b.Measures["stress-mean-nn"] = care.Measure{Median: -3, Count: 1}
	if sitting.Still(&b) != nil {
		t.Error("a mean interval below nothing is taken")
	}
}

// TestWhyRestIsRefused: each reason, while the ordinary baseline is set all the same.
func TestWhyRestIsRefused(t *testing.T) {
	for want, second := range map[stress.Refusal]func(r *sitting.Rest, i int) bool{
		0:               func(*sitting.Rest, int) bool { return true },
		stress.TooShort: func(_ *sitting.Rest, i int) bool { return i < 130 },
		stress.Moved:    func(r *sitting.Rest, i int) bool { r.Torso(torsoAt(i, 0.6)); return true },
		stress.NotSeen: func(r *sitting.Rest, i int) bool {
			if i < 40 {
				r.Torso(torsoAt(i, 0.1))
			}
			return true
		},
		stress.TooFew: func(_ *sitting.Rest, i int) bool { return i%40 == 0 || i < 61 || i > 190 },
		stress.TooPoor: func(r *sitting.Rest, i int) bool {
			h := heartAt(i, 70)
			if i > 100 {
				h.Quality = 30
			}
			r.Add(h)
			return true
		},
		stress.TooFixed: func(r *sitting.Rest, i int) bool {
			h := heartAt(i, 70)
			h.Corrected = 0.1
			r.Add(h)
			return true
		},
	} {
		var r sitting.Rest
		for i := range 200 {
			if second(&r, i) {
				r.Add(heartAt(i, 70))
			}
		}
		refused, got := r.Refused(), stress.Refusal(0)
		if refused != nil {
			got = refused.Why
		}
		if got != want {
			t.Errorf("refused as %q, want %q", got.Code(), want.Code())
		}
		b, err := r.Baseline()
		if err != nil || b.Measures[sitting.HR].Count < sitting.ShortestRest {
			t.Errorf("%s: the ordinary baseline is %+v, %v", want.Code(), b, err)
		}
		if (sitting.Still(&b) != nil) != (want == 0) {
			t.Errorf("%s: kept is %+v", want.Code(), b.Measures)
		}
	}
}

func BenchmarkStrain(b *testing.B) {
	var s sitting.Strain
	rest := sat(b)
	s.SetRest(rest)
	i := 0
	add := func() {
		s.Torso(torsoAt(i, 0.1))
		s.Heart(heartAt(i, 80))
		i++
	}
	for range 10_000 {
		add()
	}
	s.Now()
	b.Run("a second", func(b *testing.B) {
		for b.Loop() {
			add()
			s.Now()
		}
	})
	b.Run("all anew", func(b *testing.B) {
		for b.Loop() {
			s.SetRest(nil)
			s.SetRest(rest)
			s.Now()
		}
	})
	b.Run("half an hour ago", func(b *testing.B) {
		for k := 0; b.Loop(); k++ {
			t := heartAt(i-1800, 80)
			t.At += care.Stamp(time.Duration(k+1) % 200_000)
			s.HeartPast(t)
			s.Now()
		}
	})
}
