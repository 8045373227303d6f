package signal

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/hrv"
)

// told is the report as somebody else reads it.
type told struct {
	Unit       string
	Beats      int
	Duration   float64 `json:"duration_s"`
	Rest       int
	Correction *struct {
		Share           float64
		Warned, Refused bool
		Index           map[string][]int
		Fixed           []int
		RR              []float64
	}
	Windows []struct {
		Window            string
		First, End        int
		Share             *float64
		Warned, Refused   bool
		Time, Welch, Lomb map[string]*float64
	}
}

func MustTell(t testing.TB, rr []float64, args ...string) told {
	t.Helper()
	var in strings.Builder
	for _, v := range rr {
		fmt.Fprintln(&in, v)
	}
	d := json.NewDecoder(strings.NewReader(MustAsk(t, []byte(in.String()), append([]string{"hrv"}, args...)...)))
	d.DisallowUnknownFields()
	var r told
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// steady makes n intervals about a second long that breathe.
func steady(n int) (rr []float64) {
	for i := range n {
		rr = append(rr, 1000+40*math.Sin(float64(i)*1.5)+25*math.Sin(float64(i)*0.6))
	}
	return rr
}

func TestVariability(t *testing.T) {
	rr := steady(400)
	all := MustTell(t, rr)
	if all.Unit != "ms" || all.Beats != 400 || all.Rest != 0 || all.Correction != nil || len(all.Windows) != 1 || math.Abs(all.Duration-400) > 1 {
		t.Fatalf("got %+v", all)
	}
	w := all.Windows[0]
	if w.Window != "all" || w.First != 0 || w.End != 400 || w.Share != nil {
		t.Errorf("got %+v", w)
	}
	for part, names := range map[string][]string{
		"time": {"n", "meanNN", "sdnn", "rmssd", "sdsd", "nn50", "pnn50", "nn20", "pnn20", "minNN", "maxNN", "medianNN", "hr_mean", "hr_of_meanNN",
			"hr_min", "hr_max", "sd1", "sd2", "tri_index", "cvnn", "stress_index"},
		"welch": {"vlf", "lf", "hf", "lf_hf", "lf_nu", "hf_nu", "total", "lf_peak", "hf_peak"},
		"lomb":  {"vlf", "lf", "hf", "lf_hf", "lf_nu", "hf_nu", "total", "lf_peak", "hf_peak"},
	} {
		got := map[string]map[string]*float64{"time": w.Time, "welch": w.Welch, "lomb": w.Lomb}[part]
		for _, n := range names {
			if got[n] == nil {
				t.Errorf("%s has no %s", part, n)
			}
		}
		if len(got) != len(names) {
			t.Errorf("%s has %d fields, want %d", part, len(got), len(names))
		}
	}
	if hf := *w.Welch["hf_peak"]; math.Abs(hf-1.5/2/math.Pi) > 0.01 {
		t.Errorf("breathing at %.3f Hz, want %.3f", hf, 1.5/2/math.Pi)
	}
	short := MustTell(t, rr[:2])
	if s := short.Windows[0]; s.Welch != nil || s.Lomb != nil || s.Time["sdsd"] != nil || s.Time["rmssd"] == nil {
		t.Errorf("of two intervals: %+v", s)
	}
}

// Windows as the reference values cut them: the end of the first interval begins the time. Worked out by hand.
func TestCut(t *testing.T) {
	for what, c := range map[string]struct {
		rr   []float64
		want [][2]int
	}{
		"the first interval does not count": {[]float64{5000, 10000, 10000, 10000, 10000}, [][2]int{{0, 3}}},
		"just not":                          {[]float64{5000, 10000, 10000, 9999}, nil},
		"two":                               {[]float64{900, 15000, 15000, 15000, 15000, 15000, 15000}, [][2]int{{0, 2}, {2, 4}, {4, 6}}},
		"a long one":                        {[]float64{900, 50000, 900, 900}, [][2]int{{0, 1}}},
		"one alone":                         {[]float64{31000}, nil},
	} {
		if got := cut(c.rr, 30); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", what, got, c.want)
		}
	}
}

func TestWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rr := rapid.SliceOfN(rapid.Float64Range(300, 2000), 1, 400).Draw(t, "rr")
		seconds := rapid.SampledFrom([]float64{30, 60, 120, 300}).Draw(t, "seconds")
		at := 0
		for _, w := range cut(rr, seconds) {
			if w[0] != at || w[1] <= w[0] {
				t.Fatalf("window %v begins not at %d", w, at)
			}
			at = w[1]
			inside, more := total(rr[w[0]+1:w[1]]), total(rr[w[0]+1:w[1]+1])
			if inside >= 1000*seconds || more < 1000*seconds-1e-6 {
				t.Fatalf("window %v is %g ms long, and %g with one more", w, inside, more)
			}
		}
		if at < len(rr) && total(rr[at+1:]) >= 1000*seconds {
			t.Fatalf("%g ms are left over", total(rr[at+1:]))
		}
	})
	r := MustTell(t, steady(400), "--window", "120")
	if len(r.Windows) != 3 || r.Windows[2].Window != "120s_2" || r.Windows[1].First != r.Windows[0].End || r.Rest != 400-r.Windows[2].End {
		t.Errorf("got %+v", r)
	}
	if r.Windows[0].Lomb == nil {
		t.Error("two minutes have no spectrum")
	}
	if r := MustTell(t, steady(400), "--window", "60"); len(r.Windows) != 6 || r.Windows[5].Welch != nil || r.Windows[5].Lomb != nil {
		t.Errorf("minutes: %+v", r)
	}
	if r := MustTell(t, steady(20), "--window", "30"); r.Windows == nil || len(r.Windows) != 0 || r.Rest != 20 {
		t.Errorf("of too little: %+v", r)
	}
}

func TestCorrection(t *testing.T) {
	rr := steady(300)
	truth := MustTell(t, rr)
	spoilt := slices.Clone(rr)
	spoilt[100] += spoilt[101] // a beat missed
	spoilt = slices.Delete(spoilt, 101, 102)
	r := MustTell(t, spoilt, "--correct")
	c := r.Correction
	if c == nil || len(c.RR) != 300 || r.Beats != 300 || len(c.Fixed) < 2 || !slices.Equal(c.Index["missed"], []int{101}) || c.Warned || c.Refused || !(c.Share > 0 && c.Share < 0.02) {
		t.Fatalf("a beat missed: %+v", c)
	}
	w := r.Windows[0]
	if w.Share == nil || w.Refused || math.Abs(*w.Time["rmssd"]/(*truth.Windows[0].Time["rmssd"])-1) > 0.03 {
		t.Errorf("a beat missed: %+v", w)
	}
	for _, k := range []string{"missed", "extra", "ectopic", "longshort"} {
		if c.Index[k] == nil {
			t.Errorf("the correction does not say how many were %s", k)
		}
	}
}

// A window's own share decides: over 5 % its numbers are marked, over 20 % there are none.
func TestTrust(t *testing.T) {
	for fixed, want := range map[int]trust{0: {Share: 0}, 5: {Share: 0.05}, 6: {Share: 0.06, Warned: true}, 20: {Share: 0.2, Warned: true}, 21: {0.21, true, true}} {
		c := hrv.Correction{RR: steady(200), Fixed: make([]bool, 200)}
		for i := range 2 * fixed {
			c.Fixed[i] = true
		}
		w := measured("all", [2]int{0, 200}, c, true)
		if *w.trust != want || (w.Time == nil) != want.Refused || (w.Welch == nil) != want.Refused || (w.Lomb == nil) != want.Refused {
			t.Errorf("%d of 100: %+v, want %+v; time %v", fixed, *w.trust, want, w.Time)
		}
	}
}

func TestIntervals(t *testing.T) {
	rr, err := readIntervals(strings.NewReader("\ufeff# a series\r\n\r\n 812 \r\n799.5 # odd\n\n8.2e2"))
	if err != nil || !slices.Equal(rr, []float64{812, 799.5, 820}) {
		t.Errorf("got %v, %v", rr, err)
	}
	for in, says := range map[string]string{
		"":                                 "no interval",
		"# nothing\n":                      "no interval",
		"800\n\nabc\n":                     `Line 3: "abc"`,
		"0.8\n":                            "milliseconds",
		"-5\n":                             "Line 1",
		"NaN\n":                            "Line 1",
		"+Inf\n":                           "Line 1",
		"800,810\n":                        "Line 1",
		"800\n" + strings.Repeat("8", 9e3): "Line 2 is longer",
	} {
		if code, out, errs := ask(t, []byte(in), "hrv"); code != failed || out != "" || !strings.Contains(errs, says) {
			t.Errorf("%.20q: exit %d, said %q, want a word of %q", in, code, errs, says)
		}
	}
	for _, args := range [][]string{{"hrv", "--window", "45"}, {"hrv", "x"}, {"hrv", "--nonsense"}} {
		if code, _, errs := ask(t, []byte("800\n"), args...); code != misled || errs == "" {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

func FuzzIntervals(f *testing.F) {
	f.Add("812\n# x\n\n799.5\n")
	f.Add("0x1p9\n1_000\n8e2")
	f.Fuzz(func(t *testing.T, text string) {
		rr, err := readIntervals(strings.NewReader(text))
		if (err == nil) != (len(rr) > 0) {
			t.Fatalf("%d intervals and %v", len(rr), err)
		}
		for _, v := range rr {
			if !(v >= shortest && v <= slowest) {
				t.Fatalf("an interval of %g", v)
			}
		}
	})
}

// Every reference value there is of a window from the start has to come out of the command.
func TestReferenceValues(t *testing.T) {
	root := os.Getenv("HEARTH_TEST_DATA")
	if root == "" {
		t.Log("HEARTH_TEST_DATA is not set: reference values are left out, synthetic series stand for them")
		return
	}
	files, err := filepath.Glob(filepath.Join(root, "hrv", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no reference values in %s: %v", root, err)
	}
	tolerance := map[string]float64{"time": 1e-6, "welch": 1e-4, "lomb": 1e-3}
	compared := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			RR      []float64
			Windows []struct {
				Window            string
				First, End        int
				Time, Welch, Lomb map[string]float64
			}
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		for _, w := range want.Windows {
			if w.First != 0 {
				continue
			}
			length, _, _ := strings.Cut(w.Window, "s_")
			got := MustTell(t, want.RR, "--window", length).Windows[0]
			if got.Window != w.Window || got.First != 0 || got.End != w.End {
				t.Errorf("%s: window %s 0-%d, want %s 0-%d", f, got.Window, got.End, w.Window, w.End)
			}
			for part, values := range map[string]map[string]float64{"time": w.Time, "welch": w.Welch, "lomb": w.Lomb} {
				told := map[string]map[string]*float64{"time": got.Time, "welch": got.Welch, "lomb": got.Lomb}[part]
				if (told == nil) != (values == nil) {
					t.Errorf("%s %s: %s is %v, want %v", f, w.Window, part, told, values)
				}
				for name, v := range values {
					compared++
					if g := told[name]; g == nil || math.Abs(*g-v) > tolerance[part]*math.Max(1e-9, math.Abs(v)) {
						t.Errorf("%s %s %s.%s: got %v, want %g", f, w.Window, part, name, g, v)
					}
				}
			}
		}
	}
	t.Logf("%d values compared", compared)
}

// A spectrum of a month would never end: so long a series is refused in one piece, and measured in windows.
func TestSpectraAreBounded(t *testing.T) {
	long := []byte(strings.Repeat("60000\n", 60*mostSpectral+1))
	if code, out, errs := ask(t, long, "hrv"); code != failed || out != "" || !strings.Contains(errs, "48 at most") || !strings.Contains(errs, "--window") {
		t.Errorf("exit status %d, %q, %q", code, out, errs)
	}
	if code, out, errs := ask(t, long, "hrv", "--window", "300"); code != well || out == "" || errs != "" {
		t.Errorf("by windows: exit status %d, %q", code, errs)
	}
}
