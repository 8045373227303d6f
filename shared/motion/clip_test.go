package motion

import (
	"math"
	"testing"

	"hearth/shared/care"
)

// An axis at its end is noticed, whether its range is known or shows itself.
func TestClipping(t *testing.T) {
	for _, c := range []struct {
		about About
		end   float64
		want  bool
	}{{About{Rate: 52}, 14.7, true}, {About{Rate: 52, Range: 14.7}, 14.7, true}, {About{Rate: 52}, 1e9, false}, {About{Rate: 52, Range: 80}, 1e9, false}} {
		track := mustTrack(t, c.about)
		clipped := 0.0
		for i := range 520 {
			x := 25 * math.Sin(2*math.Pi*1.5*float64(i)/52)
			s := Sample{Vector{min(max(x, -c.end), c.end), 0, Gravity}, NoVector()}
			for _, s := range track.Feed(Block{Start: noon + care.Stamp(i*1_000_000/52), Period: 1e9 / 52, Samples: []Sample{s}}, nil) {
				clipped += s.Clipped / 10
			}
		}
		if got := clipped > 0.3; got != c.want || !c.want && clipped > 0 {
			t.Errorf("%+v, end at %v: %.2f clipped", c.about, c.end, clipped)
		}
	}
}
