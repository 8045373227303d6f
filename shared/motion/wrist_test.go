package motion

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hearth/shared/care"
)

// A real wrist gives numbers a wrist can have: about 1 g on the mean, some rest and some movement, no holes. The recording
// has no labels and proves no more.
func TestRealWrist(t *testing.T) {
	dir := os.Getenv("HEARTH_TEST_DATA")
	if dir == "" {
		t.Skip("HEARTH_TEST_DATA is not set: the synthetic person stands for the real wrist")
	}
	f, err := os.Open(filepath.Join(dir, "imu", "flirt-e4-ACC.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	track := mustTrack(t, About{Rate: 32, Range: 2 * Gravity})
	var seconds []Second
	lines, n := bufio.NewScanner(z), 0
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		x, err := strconv.Atoi(cells[0])
		if err != nil || len(cells) != 3 {
			continue // a header
		}
		y, _ := strconv.Atoi(cells[1])
		w, _ := strconv.Atoi(cells[2])
		const step = Gravity / 64
		s := Sample{Vector{step * float64(x), step * float64(y), step * float64(w)}, NoVector()}
		seconds = track.Feed(Block{Start: noon + care.Stamp(n*31_250), Period: 31_250_000, Samples: []Sample{s}}, seconds)
		n++
	}
	quiet, moving, most := 0, 0, 0.0
	for _, s := range seconds[2:] {
		if math.IsNaN(s.Energy) || s.Valid != 1 || !math.IsNaN(s.Turn) || s.Peak < 0.5*Gravity || s.Peak > math.Sqrt(12)*Gravity {
			t.Fatalf("%+v", s)
		}
		most = max(most, s.Energy)
		switch BandOf(s.Energy) {
		case Quiet:
			quiet++
		case Moving:
			moving++
		}
	}
	t.Logf("%d samples, %d seconds: %d quiet, %d moving, most %.1f m/s²", n, len(seconds), quiet, moving, most)
	if n < 4990 || len(seconds) < n/32-3 || quiet == 0 || most > 30 {
		t.Errorf("%d samples are %d seconds, %d of them quiet, most %.1f m/s²", n, len(seconds), quiet, most)
	}
}
