package stress

import (
	"math"
	"testing"
)

// What is wrong with the numbers marks the index or hides it, and is named.
func TestGrades(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name   string
		change func(*Numbers)
		grade  Grade
		why    Why
	}{
		{"good", func(*Numbers) {}, Good, 0},
		{"some corrected", func(n *Numbers) { n.Corrected = 0.06 }, Fair, ManyCorrected},
		{"too many corrected", func(n *Numbers) { n.Corrected = 0.21 }, Bad, TooManyCorrected},
		{"nobody knows how many", func(n *Numbers) { n.Corrected = nan }, Bad, TooManyCorrected},
		{"bad signal", func(n *Numbers) { n.Quality = 0.4 }, Bad, PoorSignal},
		{"unknown signal", func(n *Numbers) { n.Quality = nan }, Bad, PoorSignal},
		{"no SI", func(n *Numbers) { n.SI = nan }, Fair, FewParts},
		{"no mean", func(n *Numbers) { n.MeanNN = nan }, Bad, NoHeart | FewParts},
	} {
		var w Watch
		rest := somebody()
		if err := w.SetBaseline(&rest); err != nil {
			t.Fatal(err)
		}
		var x Explanation
		for s := range 300 {
			w.Torso(stamp(float64(s)), 0.1)
			n := Numbers{At: stamp(float64(s + 1)), HR: 75, MeanNN: 650, SDNN: 30, RMSSD: 20, SI: 300, Quality: 1}
			c.change(&n)
			x = w.Numbers(n)
		}
		if x.State != Quiet && x.State != Settling {
			t.Fatalf("%s: state %s", c.name, x.State.Code())
		}
		if x.Why &^= HeartSettles; x.Grade != c.grade || x.Why != c.why || x.Shown != (c.grade != Bad) || x.Marked != (c.grade == Fair) || x.Raised != (c.grade == Good) {
			t.Errorf("%s: %+v, want grade %d, %v", c.name, x, c.grade, codes(c.why))
		}
	}
	var w Watch
	if x := w.Numbers(Numbers{At: noon, MeanNN: 800, Quality: 1}); x.Shown || x.Why != NoRest|TorsoUnseen || !math.IsNaN(x.Index) {
		t.Errorf("without a baseline: %+v", x)
	}
}

// Every reason, state and refusal has a word of its own.
func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	add := func(code string) {
		if code == "" || seen[code] {
			t.Errorf("%q is no word, or there twice", code)
		}
		seen[code] = true
	}
	all := Why(1<<16 - 1).Reasons()
	if len(all) != 12 || all[len(all)-1] != RestUnseen {
		t.Errorf("%d reasons", len(all))
	}
	for _, r := range all {
		add(r.Code())
	}
	for s := Unseen; s <= Settling; s++ {
		add("state " + s.Code())
	}
	for r := TooShort; r <= TooFixed; r++ {
		add("refusal " + r.Code())
	}
	if got := (NoRest | NoHeart).Code(); got != "" {
		t.Errorf("two reasons are one word: %q", got)
	}
}

// How long the heart took to come back is measured from the torso's last movement, and shows while it lasts.
func TestRecovery(t *testing.T) {
	rest := somebody()
	var w Watch
	if err := w.SetBaseline(&rest); err != nil {
		t.Fatal(err)
	}
	var x Explanation
	for s := range 400 {
		energy, rate := 0.1, 75.0
		switch {
		case s >= 100 && s < 160:
			energy, rate = 3, 110
		case s >= 160 && s < 220: // comes back in a minute
			rate = 110 - 35*float64(s-160)/60
		}
		w.Torso(stamp(float64(s)), energy)
		x = w.Numbers(Numbers{At: stamp(float64(s + 1)), HR: rate, MeanNN: 800, Quality: 1})
		switch {
		case s < 100 && x.Recovery.From != 0:
			t.Fatalf("second %d: %+v before any movement", s, x.Recovery)
		case s == 200 && (x.Recovery.Done || x.Recovery.Took.Seconds() < 30):
			t.Fatalf("second %d: %+v", s, x.Recovery)
		}
	}
	// Two spreads over rest are 78.1 a minute: reached after 54.7 s, and by a mean over 15 s a little later.
	if r := x.Recovery; !r.Done || r.From != stamp(160) || math.Abs(r.Took.Seconds()-55) > 3 || math.Abs(r.Most-110) > 1e-9 {
		t.Errorf("%+v, want 55 s from %d", r, stamp(160))
	}
}
