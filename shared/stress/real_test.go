package stress

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// Real hearts at rest, with an answer to walking and jumping put into them, are not raised when they were not without it.
// The recordings have no labels: they show the gate, and nothing about strain.
func TestRealHeartsAndPutInMovement(t *testing.T) {
	dir := os.Getenv("HEARTH_TEST_DATA")
	if dir == "" {
		t.Skip("HEARTH_TEST_DATA is not set: the synthetic person stands for real hearts")
	}
	for _, name := range []string{"rb_rest", "hrvas_sampledata", "nsr001_h2"} {
		text, err := os.ReadFile(filepath.Join(dir, "hrv", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var of struct{ RR []float64 }
		if err := json.Unmarshal(text, &of); err != nil {
			t.Fatal(err)
		}
		d := (&day{r: rand.New(rand.NewPCG(1, 1))}).add("rest", 400, 0).add("walk", 120, 0).add("rest", 400, 0)
		still := (&day{r: rand.New(rand.NewPCG(1, 1))}).add("rest", 1080, 0)
		plain, own, _ := watchReal(t, of.RR, still)
		raised, beat, shown := watchReal(t, of.RR, d)
		alone := 0
		for s := range raised {
			if raised[s] && !near(plain, own, beat[s]) {
				alone++
			}
		}
		t.Logf("%s: shown %d s of %d, raised %d, %d of them with the same beats not raised as they are", name, shown, len(raised), count(raised), alone)
		if alone > 0 || shown < 300 {
			t.Errorf("%s: %d s raised by movement alone, shown %d s", name, alone, shown)
		}
	}
}

// near reports whether within a minute of a beat some second was raised.
func near(raised []bool, beat []int, at int) bool {
	for s, b := range beat {
		if raised[s] && max(b-at, at-b) < 70 {
			return true
		}
	}
	return false
}

func count(list []bool) (n int) {
	for _, x := range list {
		if x {
			n++
		}
	}
	return n
}

// watchReal plays intervals with a torso, the first five minutes as rest. For each second it says whether the index was
// raised and which interval it had come to: with movement put in, the same intervals come sooner.
func watchReal(t *testing.T, rr []float64, d *day) (raised []bool, beat []int, shown int) {
	t.Helper()
	p := &person{r: rand.New(rand.NewPCG(2, 2)), rate: 1, gain: 10}
	var rest Rest
	var w Watch
	next := 0
	for s, e := range d.energy {
		end := float64(s + 1)
		for p.answer(e); next < len(rr) && p.at < end; next++ {
			v := 60000 / (60000/rr[next] + p.quick + p.main + p.late)
			p.at += v / 1000
			p.rr, p.ends = append(p.rr, v), append(p.ends, p.at)
		}
		n := p.numbers(end)
		w.Torso(stamp(end-1), e)
		if s < 300 {
			rest.Torso(stamp(end-1), e)
			rest.Numbers(n)
		}
		if s == 300 {
			b, err := rest.Baseline()
			if err != nil {
				t.Fatal(err)
			}
			if err := w.SetBaseline(&b); err != nil {
				t.Fatal(err)
			}
		}
		x := w.Numbers(n)
		raised, beat = append(raised, x.Raised), append(beat, next)
		if x.Shown {
			shown++
		}
	}
	return raised, beat, shown
}
