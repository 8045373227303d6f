package stress

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// walks lets a person walk on the spot for a trial.
func walks(p *person, what string, seconds int, change func(*Numbers)) *Trial {
	var trial Trial
	d := (&day{r: p.r}).add(what, seconds, 0)
	for s, e := range d.energy {
		end := p.begin() + float64(s+1)
		p.second(end, e, 0)
		trial.Torso(stamp(end-1), e)
		n := p.numbers(end)
		if change != nil {
			change(&n)
		}
		trial.Numbers(n)
	}
	p.skip(float64(seconds))
	return &trial
}

func TestTrial(t *testing.T) {
	for _, c := range []struct {
		name, what string
		seconds    int
		change     func(*Numbers)
		want       Refusal
	}{
		{"two minutes", "walk", 121, nil, 0},
		{"four minutes", "walk", 240, nil, 0},
		{"too short", "walk", 100, nil, TooShort},
		{"sits", "rest", 130, nil, TooStill},
		{"a heart that does not answer", "walk", 130, func(n *Numbers) { n.MeanNN = 1500 }, NoAnswer},
		{"bad signal", "walk", 130, func(n *Numbers) { n.Quality = 0.2 }, TooFew},
		{"corrected", "walk", 130, func(n *Numbers) { n.Corrected = 0.1 }, TooFew},
	} {
		p := newPerson(rand.New(rand.NewPCG(3, 3)))
		rest := mustRest(t, p)
		walk, err := walks(p, c.what, c.seconds, c.change).Walk(rest)
		var refused *Refused
		if errors.As(err, &refused); c.want == 0 && err != nil || c.want != 0 && (refused == nil || refused.Why != c.want) {
			t.Errorf("%s: %+v, %v, want %q", c.name, walk, err, c.want.Code())
		}
		if could := (c.seconds-90)/5 + 1; err == nil && (walk.Count > could || walk.Count < could-1) {
			t.Errorf("%s: %d windows, want %d", c.name, walk.Count, could)
		}
	}
	if _, err := (&Trial{}).Walk(Baseline{}); err == nil {
		t.Error("a trial without a baseline is taken")
	}
}

// What is taken off for movement brings a heart nearer to rest, never past it, and only while the torso moves a little.
func TestEasing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Walk{Slope: -rapid.Float64Range(1, 200).Draw(t, "slope")}
		rest, nn := rapid.Float64Range(500, 1200).Draw(t, "rest"), rapid.Float64Range(300, 1500).Draw(t, "nn")
		pace := rapid.Float64Range(0, 3).Draw(t, "pace")
		got, by := w.ease(nn, rest, pace)
		if got < nn || by < 0 || math.Abs(got-nn-by) > 1e-9 || got > max(rest, nn) {
			t.Fatalf("%v at rest %v becomes %v by %v", nn, rest, got, by)
		}
	})
	near, plain := 0.0, 0.0
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := newPerson(r)
		rest := mustRest(t, p)
		walk, err := walks(p, "walk", 130, nil).Walk(rest)
		if err != nil {
			t.Fatal(err)
		}
		var with, without Watch
		if err := without.SetBaseline(&rest); err != nil {
			t.Fatal(err)
		}
		rest.Walk = &walk
		if err := with.SetBaseline(&rest); err != nil {
			t.Fatal(err)
		}
		d := (&day{r: r}).add("rest", 900, 0).add("light", 200, 0)
		from := p.begin()
		live(p, &without, d, func(s int, x Explanation) {
			with.Torso(stamp(from+float64(s)), d.energy[s])
			y := with.Numbers(p.numbers(from + float64(s+1)))
			if s < 1050 {
				return
			}
			if x.State != Light || x.Why&NoWalk == 0 || y.Why&Eased == 0 || !y.Marked || y.Index > x.Index || y.Raised {
				t.Fatalf("%+v eased %+v", x, y)
			}
			near, plain = near+math.Abs(y.Parts[0].Z), plain+math.Abs(x.Parts[0].Z)
		})
	}
	t.Logf("light movement: the mean interval is %.2f steps from rest, eased %.2f", plain/4500, near/4500)
	if near > plain/2 {
		t.Errorf("eased by less than half: %.0f of %.0f", near, plain)
	}
}
