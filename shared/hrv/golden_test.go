package hrv

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
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
	}
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
			for name, v := range map[string]float64{"meanNN": got.MeanNN, "sdnn": got.SDNN, "rmssd": got.RMSSD, "sdsd": got.SDSD,
				"pnn50": got.PNN50, "pnn20": got.PNN20, "hr_mean": got.HRMean, "hr_of_meanNN": got.HROfNN, "sd1": got.SD1, "sd2": got.SD2,
				"minNN": got.MinNN, "maxNN": got.MaxNN, "tri_index": got.TriNN, "cvnn": got.Quotient} {
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
			near(t, g.Name+" "+w.Window+" vlf", got.VLF, w.Welch["vlf"], 1e-4)
			near(t, g.Name+" "+w.Window+" lf", got.LF, w.Welch["lf"], 1e-4)
			near(t, g.Name+" "+w.Window+" hf", got.HF, w.Welch["hf"], 1e-4)
		}
	}
}
