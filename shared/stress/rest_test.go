package stress

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// somebody is a baseline of a heart of 75 beats a minute.
func somebody() Baseline {
	return Baseline{Version: Version, From: noon, To: noon.Add(300e9), Watched: true, Torso: 0.1, Measures: map[Quantity]Spread{
		MeanNN: {800, 10, 49}, SqrtSI: {10, 1, 49}, SDNN: {50, 4, 49}, LnRMSSD: {math.Log(35), 0.1, 49},
	}}
}

// The baseline is median and MAD of the windows; each way of spoiling it has its own refusal.
func TestRefusals(t *testing.T) {
	type course struct {
		seconds int
		energy  func(s int) float64
		change  func(s int, n *Numbers)
	}
	quiet := func(int) float64 { return 0.1 }
	same := func(int, *Numbers) {}
	for _, c := range []struct {
		name string
		course
		want Refusal
	}{
		{"five minutes", course{300, quiet, same}, 0},
		{"three minutes", course{180, quiet, same}, 0},
		{"one minute of ten", course{600, func(s int) float64 { return map[bool]float64{true: 3, false: 0.1}[s < 240] }, same}, 0},
		{"too short", course{175, quiet, same}, TooShort},
		{"nothing", course{0, quiet, same}, TooShort},
		{"restless", course{300, func(int) float64 { return 0.4 }, same}, Moved},
		{"stood up twice", course{300, func(s int) float64 { return map[bool]float64{true: 4, false: 0.1}[s == 100 || s == 200] }, same}, Moved},
		{"the sensor went", course{300, func(s int) float64 { return map[bool]float64{true: 0.1, false: math.NaN()}[s < 100] }, same}, NotSeen},
		{"no numbers for long", course{300, quiet, func(s int, n *Numbers) {
			if s > 120 && s < 220 {
				n.At = 0
			}
		}}, TooFew},
		{"bad signal", course{300, quiet, func(s int, n *Numbers) { n.Quality = 0.4 }}, TooPoor},
		{"no heart", course{300, quiet, func(s int, n *Numbers) { n.MeanNN = math.NaN() }}, TooPoor},
		{"too many corrected", course{300, quiet, func(s int, n *Numbers) { n.Corrected = 0.06 }}, TooFixed},
		{"far too many corrected", course{300, quiet, func(s int, n *Numbers) { n.Corrected = 0.3 }}, TooPoor},
		{"no heart has it", course{300, quiet, func(s int, n *Numbers) { n.MeanNN = 100 }}, TooPoor},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		p, rest := newPerson(r), Rest{}
		for s := range c.seconds {
			p.second(float64(s+1), 0, 0)
			rest.Torso(stamp(float64(s)), c.energy(s))
			n := p.numbers(float64(s + 1))
			c.change(s, &n)
			rest.Numbers(n)
		}
		b, err := rest.Baseline()
		var refused *Refused
		if errors.As(err, &refused); c.want == 0 && err != nil || c.want != 0 && (refused == nil || refused.Why != c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want.Code())
			continue
		}
		if err == nil {
			checkRest(t, c.name, p, b)
		}
	}
}

// checkRest compares a baseline with the person it is of.
func checkRest(t *testing.T, name string, p *person, b Baseline) {
	t.Helper()
	nn := b.Measures[MeanNN]
	if could := int((b.To.Sub(b.From)-window)/restStep) + 1; nn.Count > could || nn.Count < could*3/4 {
		t.Errorf("%s: %d windows of %d", name, nn.Count, could)
	}
	if math.Abs(60000/nn.Median-p.rate) > 2 || nn.MAD <= 0 || nn.MAD > 20 || len(b.Measures) != quantities || !b.Watched || b.To.Sub(b.From) > longestRest {
		t.Errorf("%s: %+v of a heart of %.1f", name, b, p.rate)
	}
}

// A baseline survives being kept, and what is kept badly is refused.
func TestBaselineIsKept(t *testing.T) {
	b := somebody()
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseBaseline(text)
	if err != nil || !reflect.DeepEqual(got, b) {
		t.Errorf("%+v, %v, want %+v", got, err, b)
	}
	for _, c := range [][2]string{
		{`"version":1`, `"version":2`}, {`"median":800`, `"median":0`}, {`"median":800`, `"median":-800`}, {`"mad":10`, `"mad":-1`},
		{`"mean-nn"`, `"mean"`}, {`"to":`, `"until":`}, {`"version":1`, `"version":"1"`}, {`"corrected":0`, `"corrected":2`}, {`{`, `[`},
	} {
		bad := strings.Replace(string(text), c[0], c[1], 1)
		if bad == string(text) {
			t.Fatalf("%s is not in %s", c[0], text)
		}
		_, err := ParseBaseline([]byte(bad))
		if err == nil || strings.HasSuffix(c[1], "2") && strings.HasPrefix(c[1], `"v`) != errors.Is(err, ErrVersion) {
			t.Errorf("%s is taken: %v", c[1], err)
		}
	}
}

func FuzzParseBaseline(f *testing.F) {
	text, err := json.Marshal(somebody())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"version":1,"from":1,"to":2,"measures":{"mean-nn":{"median":1e999}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := ParseBaseline(text)
		if err != nil {
			return
		}
		var w Watch
		if err := w.SetBaseline(&b); err != nil {
			t.Fatal(err)
		}
		if x := w.Numbers(Numbers{At: noon, MeanNN: 800, SDNN: 40, RMSSD: 30, SI: 100, Quality: 1}); !(math.Abs(x.Index) <= mostZ) {
			t.Fatalf("%+v against %s", x, text)
		}
	})
}

// The index goes with each of its inputs in one direction, is 0 at rest, stays within its bounds, and is what its parts
// add up to.
func TestIndexIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := somebody()
		in := func(a, z float64, name string) float64 { return rapid.Float64Range(a, z).Draw(t, name) }
		n := Numbers{At: noon, MeanNN: in(300, 1600, "nn"), SDNN: in(1, 200, "sdnn"), RMSSD: in(1, 200, "rmssd"), SI: in(1, 3000, "si"), Quality: 1}
		for _, miss := range rapid.SliceOfN(rapid.SampledFrom([]*float64{&n.SDNN, &n.RMSSD, &n.SI}), 0, 2).Draw(t, "missing") {
			*miss = math.NaN()
		}
		parts, index := b.parts(n)
		sum, weights := 0.0, 0.0
		for _, p := range parts {
			sum, weights = sum+p.Gives, weights+p.Weight
		}
		if math.Abs(sum-index) > 1e-9 || math.Abs(weights-1) > 1e-9 || math.Abs(index) > mostZ {
			t.Fatalf("%+v give %v", parts, index)
		}
		more := in(1, 5, "more")
		for _, c := range []struct {
			name string
			v    *float64
			up   bool
		}{{"mean", &n.MeanNN, false}, {"sdnn", &n.SDNN, false}, {"rmssd", &n.RMSSD, false}, {"si", &n.SI, true}} {
			was := *c.v
			*c.v *= more
			_, then := b.parts(n)
			*c.v = was
			if c.up && then < index-1e-9 || !c.up && then > index+1e-9 {
				t.Fatalf("more %s: %v becomes %v", c.name, index, then)
			}
		}
	})
	if _, index := somebody().parts(Numbers{MeanNN: 800, SDNN: 50, RMSSD: 35, SI: 100}); math.Abs(index) > 1e-9 {
		t.Errorf("rest itself is %v away from rest", index)
	}
	if _, index := somebody().parts(Numbers{MeanNN: math.NaN(), SDNN: 50, RMSSD: 35, SI: 100}); !math.IsNaN(index) {
		t.Errorf("without a mean interval the index is %v", index)
	}
}
