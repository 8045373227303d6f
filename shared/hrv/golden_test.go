package hrv

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// golden is one file of reference values.
type golden struct {
	Name    string
	RR      []float64
	CleanRR []float64 `json:"clean_rr"`
	Windows []struct {
		Window     string
		First, End int
		Time       map[string]float64
		Welch      map[string]float64
		Lomb       map[string]float64
	}
	Artefacts map[string]struct{ Index map[string][]int }
}

// MustGolden reads the reference series below HEARTH_TEST_DATA/hrv, or says why there are none.
func MustGolden(t *testing.T) []golden {
	t.Helper()
	root := os.Getenv("HEARTH_TEST_DATA")
	if root == "" {
		t.Log("HEARTH_TEST_DATA is not set: reference values are left out, synthetic series stand for them")
		return nil
	}
	files, err := filepath.Glob(filepath.Join(root, "hrv", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no reference values in %s: %v", root, err)
	}
	var all []golden
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		g := golden{}
		if err := json.Unmarshal(raw, &g); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		g.Name = strings.TrimSuffix(filepath.Base(f), ".json")
		all = append(all, g)
	}
	return all
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1e-9, math.Abs(want))) {
		t.Errorf("%s: got %.9g, want %.9g", what, got, want)
	}
}

// The files give eight digits; 1e-6 relative is within them.
func TestTimeMatchesReference(t *testing.T) {
	for _, g := range MustGolden(t) {
		for _, w := range g.Windows {
			got := TimeOf(g.RR[w.First:w.End])
			for name, v := range map[string]float64{"n": float64(got.N), "meanNN": got.MeanNN, "sdnn": got.SDNN, "rmssd": got.RMSSD, "sdsd": got.SDSD,
				"nn50": float64(got.NN50), "pnn50": got.PNN50, "nn20": float64(got.NN20), "pnn20": got.PNN20, "hr_mean": got.HRMean,
				"hr_of_meanNN": got.HROfNN, "hr_min": got.HRMin, "hr_max": got.HRMax, "sd1": got.SD1, "sd2": got.SD2, "minNN": got.MinNN,
				"maxNN": got.MaxNN, "medianNN": got.MedianNN, "tri_index": got.TriNN, "cvnn": got.Quotient} {
				want, ok := w.Time[name]
				if !ok {
					t.Errorf("%s %s: no %s in the reference", g.Name, w.Window, name)
				}
				near(t, g.Name+" "+w.Window+" "+name, v, want, 1e-6)
			}
		}
	}
}

func TestWelchMatchesReference(t *testing.T) {
	for _, g := range MustGolden(t) {
		for _, w := range g.Windows {
			if w.Welch == nil {
				continue
			}
			rr := g.RR[w.First:w.End]
			got := BandsOf(Cumulative(rr), rr)
			bandsMatch(t, g.Name+" "+w.Window+" welch ", got, w.Welch, 1e-4)
		}
	}
}

func TestLombMatchesReference(t *testing.T) {
	for _, g := range MustGolden(t) {
		for _, w := range g.Windows {
			if w.Lomb != nil {
				bandsMatch(t, g.Name+" "+w.Window+" lomb ", Lomb(g.RR[w.First:w.End]), w.Lomb, 1e-3)
			}
		}
	}
}

func bandsMatch(t *testing.T, what string, got Bands, want map[string]float64, tolerance float64) {
	t.Helper()
	for name, v := range map[string]float64{"vlf": got.VLF, "lf": got.LF, "hf": got.HF, "lf_hf": got.Ratio(), "lf_nu": got.LFNu(),
		"hf_nu": got.HFNu(), "total": got.Total(), "lf_peak": got.LFPeak, "hf_peak": got.HFPeak} {
		w, ok := want[name]
		if !ok {
			t.Errorf("%s: no %s in the reference", what, name)
		}
		near(t, what+name, v, w, tolerance)
	}
}

// Other software works on whole milliseconds.
func TestClassesMatchReference(t *testing.T) {
	for _, g := range MustGolden(t) {
		rounded := make([]float64, len(g.RR))
		for i, v := range g.RR {
			rounded[i] = math.RoundToEven(v)
		}
		got := map[string][]int{}
		for i, c := range Classify(rounded) {
			if c != Normal {
				got[c.String()] = append(got[c.String()], i)
			}
		}
		for name, want := range g.Artefacts["neurokit2_one_pass"].Index {
			if !slices.Equal(got[name], want) {
				t.Errorf("%s %s: got %v, want %v", g.Name, name, got[name], want)
			}
		}
	}
}
