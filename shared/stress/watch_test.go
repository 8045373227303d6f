package stress

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hearth/shared/care"
	"hearth/shared/motion"

	"pgregory.net/rapid"
)

// Walking and jumping alone never raise the index, however long, and neither does moving a little.
func TestMovementAloneNeverRaises(t *testing.T) {
	shown, quiet, hours := 0, 0, 0.0
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		p := newPerson(r)
		rest := mustRest(&testing.T{}, p)
		d := (&day{r: r}).add("rest", 30, 0)
		for range rapid.IntRange(1, 5).Draw(t, "bouts") {
			d.add(rapid.SampledFrom([]string{"walk", "jump", "light"}).Draw(t, "what"), rapid.IntRange(1, 600).Draw(t, "long"), 0)
			d.add("rest", rapid.IntRange(5, 900).Draw(t, "pause"), 0)
		}
		var w Watch
		if err := w.SetBaseline(&rest); err != nil {
			t.Fatal(err)
		}
		live(p, &w, d, func(s int, x Explanation) {
			hours += 1.0 / 3600
			if x.Raised {
				t.Fatalf("second %d is raised: %+v", s, x)
			}
			if x.State == Quiet || x.State == Settling {
				quiet++
				if x.Shown {
					shown++
				}
			}
		})
	})
	t.Logf("%.1f hours, %d quiet seconds, %d of them shown", hours, quiet, shown)
}

// A heart that is driven while the torso is quiet is shown as raised, soon, and for as long as it lasts.
func TestDrivenHeartIsRaised(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := newPerson(r)
		rest := mustRest(t, p)
		var w Watch
		if err := w.SetBaseline(&rest); err != nil {
			t.Fatal(err)
		}
		before, first, raised := 0, -1, 0
		live(p, &w, (&day{r: r}).add("rest", 240, 0).add("rest", 300, 22), func(s int, x Explanation) {
			switch {
			case s < 240 && x.Raised:
				before++
			case s >= 240 && x.Raised:
				raised++
				if first < 0 {
					first = s - 240
				}
			}
		})
		if before > 0 || first < 0 || first > 60 || raised < 220 {
			t.Errorf("seed %d: raised %d s at rest, first after %d s of drive, %d s of 300", seed, before, first, raised)
		}
	}
}

// Only in a torso that is quiet and known to be, with good numbers, is the index without a mark; and it is shown again
// after walking.
func TestStatesOfADay(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	p := newPerson(r)
	rest := mustRest(t, p)
	var w Watch
	if err := w.SetBaseline(&rest); err != nil {
		t.Fatal(err)
	}
	d := (&day{r: r}).add("rest", 200, 0).add("light", 120, 0).add("rest", 400, 0).add("walk", 120, 0).add("rest", 700, 0)
	var got []string
	var last Explanation
	live(p, &w, d, func(s int, x Explanation) {
		if len(got) == 0 || x.State != last.State {
			got = append(got, x.State.Code())
			t.Logf("second %d: %s, %v, index %.2f", s, x.State.Code(), codes(x.Why), x.Index)
		}
		if x.Shown == x.State.Hides() || (x.State == Quiet) == x.Marked && x.Grade == Good && !x.State.Hides() {
			t.Errorf("second %d: %+v", s, x)
		}
		if x.State == Recovering && (x.Wait <= 0 || x.Wait > recovery) {
			t.Errorf("second %d: wait %v", s, x.Wait)
		}
		last = x
	})
	if want := "[unseen settling quiet light settling quiet light moving recovering settling quiet]"; fmt.Sprint(got) != want {
		t.Errorf("states %v, want %v", got, want)
	}
	if rec := last.Recovery; !rec.Done || rec.Took.Seconds() < 20 || rec.Took.Seconds() > 300 || rec.Most < p.rate+15 || rec.From.Sub(stamp(300+200+120+400+120)).Abs() > 2e9 {
		t.Errorf("%+v", rec)
	}
}

func codes(w Why) (list []string) {
	for _, r := range w.Reasons() {
		list = append(list, r.Code())
	}
	return list
}

// A torso nobody watches hides nothing and says so, and so does a baseline nobody watched.
func TestNoTorsoSensor(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	p := newPerson(r)
	var rest Rest
	for s := 1.0; s <= 300; s++ {
		p.second(s, 0, 0)
		rest.Numbers(p.numbers(s))
	}
	b, err := rest.Baseline()
	if err != nil || b.Watched {
		t.Fatalf("%+v, %v", b, err)
	}
	var w Watch
	if err := w.SetBaseline(&b); err != nil {
		t.Fatal(err)
	}
	for s := 301.0; s <= 600; s++ {
		p.second(s, 0, 30)
		x := w.Numbers(p.numbers(s))
		if !x.Shown || !x.Marked || x.Raised || x.State != Unseen || x.Why&TorsoUnseen == 0 || x.Why&RestUnseen == 0 {
			t.Fatalf("%+v", x)
		}
	}
}

// Hands that wash while the torso is quiet change nothing.
func TestWristsHideNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	p := newPerson(r)
	rest := mustRest(t, p)
	body := motion.NewBody()
	for _, place := range []motion.Place{motion.Torso, motion.Left, motion.Right} {
		if err := body.Wear(place, motion.About{Rate: 50}); err != nil {
			t.Fatal(err)
		}
	}
	var w Watch
	if err := w.SetBaseline(&rest); err != nil {
		t.Fatal(err)
	}
	washing, raised := 0, 0
	for s := range 400 {
		end := 300 + float64(s+1)
		p.second(end, 0, map[bool]float64{true: 25}[s > 200])
		for place, rms := range [...]float64{0.05, 6, 6} {
			b := motion.Block{Start: stamp(end - 1), Period: 2e7}
			for i := range 50 {
				x := rms * math.Sqrt2 * math.Sin(2*math.Pi*2*float64(i)/50)
				b.Samples = append(b.Samples, motion.Sample{Acc: motion.Vector{x, 0, motion.Gravity}, Turn: motion.NoVector()})
			}
			for _, m := range body.Feed(motion.Place(place), b, nil) {
				w.Torso(m.At, m.Sensors[motion.Torso].Energy)
				if m.Washing > 0 {
					washing++
				}
			}
		}
		if x := w.Numbers(p.numbers(end)); s > 200 && !x.Shown {
			t.Fatalf("hidden while hands wash: %+v", x)
		} else if x.Raised {
			raised++
		}
	}
	if washing < 300 || raised < 100 {
		t.Errorf("%d s of washing, %d s raised", washing, raised)
	}
}

// The gate: hidden while the torso moves and 90 s on, without a mark only when a minute was seen to be quiet, and never
// closed for good.
func TestGateStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w Watch
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var all []float64
		moved := -1 << 30
		for range rapid.IntRange(1, 8).Draw(t, "pieces") {
			level := rapid.SampledFrom([]float64{0.1, 0.4, 0.6, 1.4, 1.6, 4, 12, math.NaN()}).Draw(t, "level")
			for range rapid.IntRange(1, 200).Draw(t, "long") {
				all = append(all, level*(0.9+0.2*r.Float64()))
			}
		}
		for range 1000 {
			all = append(all, 0.1)
		}
		late := rapid.IntRange(0, 3).Draw(t, "late")
		for s := range all {
			if k := s - late; k >= 0 {
				w.Torso(stamp(float64(k)), all[k])
			}
			x := w.Numbers(Numbers{At: stamp(float64(s + 1)), MeanNN: 800, Quality: 1})
			minute, seen := rmsOf(all[:max(0, s+1-late)], 60-late)
			short, _ := rmsOf(all[:max(0, s+1-late)], 10-late)
			if moving := minute > lightBelow*1.0001 || short > lightBelow*1.0001; moving && x.State != Moving {
				t.Fatalf("second %d: %v at %.2f and %.2f m/s²", s, x.State.Code(), minute, short)
			} else if moving {
				moved = s
			}
			if s-moved < 90 && !x.State.Hides() {
				t.Fatalf("second %d: %v, %d s after movement", s, x.State.Code(), s-moved)
			}
			if x.State == Quiet && (seen < 30 || minute > quietBelow*1.0001) {
				t.Fatalf("second %d: quiet at %.2f m/s², %d s seen", s, minute, seen)
			}
		}
		if w.gate.state != Quiet {
			t.Fatalf("%v after %d quiet seconds", w.gate.state.Code(), 1000)
		}
	})
}

func rmsOf(list []float64, span int) (rms float64, seen int) {
	for _, v := range list[max(0, len(list)-span):] {
		if !math.IsNaN(v) {
			rms, seen = rms+v*v, seen+1
		}
	}
	return math.Sqrt(rms / float64(seen)), seen
}

// Stamps that cannot be, and clocks that are set, break nothing.
func TestHostileStamps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w Watch
		rest := somebody()
		if err := w.SetBaseline(&rest); err != nil {
			t.Fatal(err)
		}
		var r Rest
		number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), 0, -1, 800, 1}))
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			at := care.Stamp(rapid.OneOf(rapid.Int64(), rapid.Int64Range(int64(noon), int64(noon)+1e9)).Draw(t, "at"))
			n := Numbers{at, number.Draw(t, "hr"), number.Draw(t, "nn"), number.Draw(t, "sdnn"), number.Draw(t, "rmssd"), number.Draw(t, "si"), number.Draw(t, "fixed"), number.Draw(t, "quality")}
			e := number.Draw(t, "energy")
			w.Torso(at, e)
			r.Torso(at, e)
			r.Numbers(n)
			if x := w.Numbers(n); math.Abs(x.Index) > mostZ || x.Shown && math.IsNaN(x.Index) || x.Raised && !x.Shown || x.Wait < 0 || x.Wait > recovery || x.Recovery.Took < 0 {
				t.Fatalf("%+v", x)
			}
		}
		if b, err := r.Baseline(); err == nil && b.Validate() != nil {
			t.Fatalf("%+v", b)
		}
	})
}

func BenchmarkWatch(b *testing.B) {
	var w Watch
	rest := somebody()
	if err := w.SetBaseline(&rest); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := range b.N {
		at := stamp(float64(i))
		w.Torso(at, 0.2)
		w.Numbers(Numbers{At: at.Add(1e9), MeanNN: 800, SDNN: 40, RMSSD: 30, SI: 100, Quality: 1})
	}
}
