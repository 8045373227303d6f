package motion

import (
	"math"
	"testing"
)

func TestNothingIsAllocated(t *testing.T) {
	track := mustTrack(t, About{Rate: 208})
	b := Block{Start: noon, Period: 1e9 / 208, Samples: make([]Sample, 208)}
	for i := range b.Samples {
		b.Samples[i].Acc = Vector{5 * math.Sin(float64(i)/15), 0, Gravity}
	}
	out := make([]Second, 0, 8)
	if n := testing.AllocsPerRun(100, func() {
		out = track.Feed(b, out[:0])
		b.Start += 1_000_000
	}); n > 0 {
		t.Errorf("%v allocations a second", n)
	}
	if len(out) == 0 || math.IsNaN(out[0].Energy) {
		t.Errorf("nothing was measured: %+v", out)
	}
}

func BenchmarkTrack(b *testing.B) {
	for _, rate := range []float64{52, 250} {
		b.Run(map[float64]string{52: "52Hz", 250: "250Hz"}[rate], func(b *testing.B) {
			track := mustTrack(b, About{Rate: rate})
			block := Block{Start: noon, Period: 1e9 / rate, Samples: make([]Sample, int(rate))}
			for i := range block.Samples {
				block.Samples[i] = Sample{Vector{5 * math.Sin(float64(i)*12/rate), 0, Gravity}, Vector{1, 0, 0}}
			}
			out := make([]Second, 0, 8)
			b.ReportAllocs()
			for range b.N {
				out = track.Feed(block, out[:0])
				block.Start += 1_000_000
			}
		})
	}
}
