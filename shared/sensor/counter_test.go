package sensor

import (
	"fmt"
	"testing"

	"hearth/shared/care"
)

// A real quartz keeps its rate within a hundredth of a per cent, a real accelerometer within two per cent. Neither makes a
// gap of what is there, whatever the size of a packet, and a packet that is lost among the first is one.
func TestRatesThatAreOff(t *testing.T) {
	for _, c := range []struct {
		rate float64
		n    int
		hz   float64
	}{
		{4, 1, 1000}, {26, 8, 1000}, {52, 8, 1000}, {52, 8, 1e6}, {60, 1, 1e6}, {104, 8, 1000}, {125, 16, 1e6}, {130, 73, 1e9},
		{200, 36, 1e9}, {208, 8, 1e6}, {250, 16, 1000}, {250, 16, 1e6}, {500, 16, 1000}, {500, 16, 1e6},
	} {
		for _, off := range []float64{-0.019, -0.01, -0.002, 0.0005, 0.002, 0.01, 0.019} {
			t.Run(fmt.Sprintf("%v Hz by %d at %v Hz off %v", c.rate, c.n, c.hz, off), func(t *testing.T) {
				line := NewTimeline(Stream{Rate: c.rate, Clock: Clock{Bits: 64, Hz: c.hz}})
				for k := range 1000 {
					if k == 3 {
						continue // lost
					}
					at := float64((k+1)*c.n-1) / (c.rate * (1 + off))
					p := line.Place(c.n, uint64(at*c.hz), LastSample, care.Stamp(1_780_000_000_000_000+at*1e6))
					switch {
					case p.Placement != Placed:
						t.Fatalf("packet %d is placed %d", k, p.Placement)
					case k != 4 && p.Gap != nil:
						t.Fatalf("a gap of %d before packet %d", p.Gap.Lost, k)
					case k == 4 && (p.Gap == nil || p.Gap.Lost != int64(c.n)):
						t.Fatalf("a lost packet of %d is gap %v", c.n, p.Gap)
					}
				}
				if got := 1e9 / line.period / (c.rate * (1 + off)); got < 0.999 || got > 1.001 {
					t.Errorf("measured %.4f of the true rate", got)
				}
			})
		}
	}
}
