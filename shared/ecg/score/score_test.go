package score

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var nan = math.NaN()

// A thousand samples a second make a sample a millisecond: every figure here was worked out by hand.
func byHand() (Reference, []Found) {
	return Reference{Rate: 1000, Beats: []Beat{{1000, 1002, "N"}, {2000, 2004, "N"}, {3000, 3002, "V"}, {4000, 4001, "N"}}},
		[]Found{{1004, 1200}, {2010, 2150}, {2030, 2300}, {3100, nan}, {3996, nan}}
}

func TestByHand(t *testing.T) {
	ref, found := byHand()
	for what, c := range map[string]struct {
		rule Rule
		want Tally
	}{
		"150 ms": {Rule{Window: 150}, Tally{TP: 4, FN: 0, FP: 1, Bias: 4, Annotated: 110, Jitter: 107, Intervals: 3, Interval: 199, Delay: []float64{198, 146}}},
		"50 ms":  {Rule{Window: 50}, Tally{TP: 3, FN: 1, FP: 2, Bias: 2, Annotated: 14, Jitter: 11, Intervals: 1, Interval: 4, Delay: []float64{198, 146}}},
		"from 2 s": {Rule{Window: 50, Skip: 2}, Tally{TP: 2, FN: 1, FP: 2, Bias: 0.5, Annotated: 14, Jitter: 11, Intervals: 0, Interval: 0,
			Delay: []float64{146}}},
		// 2010 is not from 2.005 s on a false one: it hits a beat just before.
		"from 2.005 s": {Rule{Window: 50, Skip: 2.005}, Tally{TP: 1, FN: 1, FP: 2, Bias: -5}},
		"from 9 s":     {Rule{Window: 50, Skip: 9}, Tally{Bias: math.NaN()}},
	} {
		got := Of(ref, found, c.rule)
		if !same(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", what, got, c.want)
		}
	}
	ref.Excluded = []Span{{2030, 3000}, {3100, 3100}}
	if got := Of(ref, found, Rule{Window: 50}); got.TP != 3 || got.FN != 0 || got.FP != 0 || got.Intervals != 2 {
		t.Errorf("with stretches excluded: %+v", got)
	}
	if got := Of(ref, nil, Rule{Window: 50}); got.TP != 0 || got.FN != 3 || !math.IsNaN(got.Bias) || !math.IsNaN(got.PPV()) || got.F1() != 0 {
		t.Errorf("nothing found: %+v", got)
	}
}

func same(a, b Tally) bool {
	near := func(x, y float64) bool { return math.Abs(x-y) < 1e-9 || x != x && y != y }
	return a.TP == b.TP && a.FN == b.FN && a.FP == b.FP && a.Intervals == b.Intervals && near(a.Bias, b.Bias) && near(a.Annotated, b.Annotated) &&
		near(a.Jitter, b.Jitter) && near(a.Interval, b.Interval) && slices.EqualFunc(a.Delay, b.Delay, near)
}

// Where nothing was found there is no error, not one of nothing; a record without hits says nothing of the others' bias.
func TestNothingFoundHasNoError(t *testing.T) {
	none := Of(Reference{Rate: 1000, Beats: []Beat{{At: 100, Peak: 100}}}, nil, Rule{Window: 50})
	for what, got := range map[string]float64{"bias": none.Bias, "jitA": none.JitA(), "jitR": none.JitR(), "rrE": none.RRE(),
		"pooled bias": Pool([]Tally{none}).Bias, "pooled jitR": Pool([]Tally{none, none}).JitR()} {
		if !math.IsNaN(got) {
			t.Errorf("%s: got %g, want none", what, got)
		}
	}
	if got := Pool([]Tally{none, {TP: 3, Bias: 7}}).Bias; got != 7 {
		t.Errorf("bias %g, want 7 of the record with hits", got)
	}
}

func TestRates(t *testing.T) {
	a := Tally{TP: 90, FN: 10, FP: 30, Bias: 1, Annotated: 180, Jitter: 90, Intervals: 50, Interval: 100, Delay: []float64{100, 300, 200}}
	b := Tally{TP: 10, FN: 0, FP: 0, Bias: 4}
	for what, c := range map[string]struct{ got, want float64 }{
		"Se":           {a.Se(), 90},
		"PPV":          {a.PPV(), 75},
		"F1":           {a.F1(), 100 * 180.0 / 220},
		"jitA":         {a.JitA(), 2},
		"jitR":         {a.JitR(), 1},
		"rrE":          {a.RRE(), 2},
		"half late":    {a.Late(0.5), 200},
		"all late":     {a.Late(1), 300},
		"pooled Se":    {Pool([]Tally{a, b}).Se(), 100 * 100.0 / 110},
		"pooled bias":  {Pool([]Tally{a, b}).Bias, 2.5},
		"mean Se":      {Mean([]Tally{a, b, {}}, Tally.Se), 95},
		"worst":        {float64(Worst([]Tally{b, a, {}})), 1},
		"worst of no":  {float64(Worst([]Tally{{}})), -1},
		"even median":  {Median([]float64{4, 1, 3, 2}), 2.5},
		"nearest odd":  {Median([]float64{4, 1, 3}), 3},
		"beats pooled": {float64(Pool([]Tally{a, b}).Beats()), 110},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: got %g, want %g", what, c.got, c.want)
		}
	}
	if !math.IsNaN(b.Late(0.5)) || !math.IsNaN(Median(nil)) || !math.IsNaN(Mean(nil, Tally.Se)) {
		t.Error("figures of nothing are numbers")
	}
}

// Nearest first: the one found at 160 belongs to the beat at 200, and the two around 140 share the beats as nearest.
func TestNearestFirst(t *testing.T) {
	for what, c := range map[string]struct {
		beats, found []float64
		want         []int
	}{
		"between":  {[]float64{100, 200}, []float64{160}, []int{-1, 0}},
		"two":      {[]float64{100, 140}, []float64{130, 150}, []int{1, 0}},
		"at bound": {[]float64{100}, []float64{160}, []int{0}},
		"beyond":   {[]float64{100}, []float64{160.001}, []int{-1}},
	} {
		var beats []Beat
		for _, b := range c.beats {
			beats = append(beats, Beat{At: b})
		}
		var found []Found
		for _, f := range c.found {
			found = append(found, Found{At: f})
		}
		if got, _ := match(beats, found, 60); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", what, got, c.want)
		}
	}
}

// Whatever was found: every beat is hit or missed, everything found hit or is extra, and neither the rate nor when the
// record began matters.
func TestEveryBeatCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfDistinct(rapid.IntRange(0, 4000), rapid.ID[int])
		b, f := times.Draw(t, "beats"), times.Draw(t, "found")
		slices.Sort(b)
		slices.Sort(f)
		scale, shift := rapid.SampledFrom([]float64{1, 2, 4}).Draw(t, "scale"), float64(rapid.IntRange(0, 100).Draw(t, "shift"))
		var ref, moved Reference
		var found, later []Found
		ref.Rate, moved.Rate = 250, 250*scale
		for _, v := range b {
			ref.Beats = append(ref.Beats, Beat{At: float64(v), Peak: float64(v) + 0.25})
			moved.Beats = append(moved.Beats, Beat{At: (float64(v) + shift) * scale, Peak: (float64(v) + 0.25 + shift) * scale})
		}
		for _, v := range f {
			found = append(found, Found{At: float64(v), Fed: float64(v + 40)})
			later = append(later, Found{At: (float64(v) + shift) * scale, Fed: (float64(v+40) + shift) * scale})
		}
		got, again := Of(ref, found, Rule{Window: 150}), Of(moved, later, Rule{Window: 150})
		if got.TP+got.FN != len(b) || got.TP+got.FP != len(f) || len(got.Delay) != got.TP {
			t.Fatalf("%d beats, %d found: %+v", len(b), len(f), got)
		}
		if !same(got, again) {
			t.Fatalf("moved and at another rate: %+v, was %+v", again, got)
		}
		if perfect := Of(ref, found, Rule{Window: 0}); perfect.Jitter > 1e-9 || perfect.TP > 0 && math.Abs(perfect.Bias+1) > 1e-9 {
			t.Fatalf("exact hits: %+v", perfect)
		}
	})
}
