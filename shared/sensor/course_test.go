package sensor

import (
	"math"
	"math/rand/v2"
	"testing"

	"hearth/shared/care"
	"hearth/shared/telemetry"

	"pgregory.net/rapid"
)

// The two lines kept bound all that pass within room of every stamp, as the stamps themselves say taken two by two; and a
// stamp is taken exactly when there is such a line.
func TestCourseKnowsEveryPossibleLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const flattest, steepest = 0.98, 1.02
		c := course{room: rapid.Float64Range(0.01, 2).Draw(t, "room")}
		slope, jitter := rapid.Float64Range(0.97, 1.03).Draw(t, "slope"), rapid.Float64Range(0, 2.2).Draw(t, "jitter")
		tick := rapid.SampledFrom([]float64{0.001, 0.5, 1, 2}).Draw(t, "tick")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		const first, start = 1_000_000, 1e10 // at 1e12 floats lie a ten-thousandth apart, and lines far along show it
		var stamps []spot
		for index := int64(first); len(stamps) < 80; index += 1 + random.Int64N(20) {
			at := tick * math.Round((float64(index-first)*slope+(2*random.Float64()-1)*jitter)/tick)
			flat, steep := flattest, steepest // of all lines past two edges
			for i, a := range stamps {
				for _, b := range stamps[i+1:] {
					flat = max(flat, (b.at-a.at-2*c.room)/(b.index-a.index))
					steep = min(steep, (b.at-a.at+2*c.room)/(b.index-a.index))
				}
			}
			low, high := math.Inf(-1), math.Inf(1)
			for _, a := range stamps {
				low = max(low, a.at-c.room+flat*(float64(index-first)-a.index))
				high = min(high, a.at+c.room+steep*(float64(index-first)-a.index))
			}
			if len(stamps) == 0 {
				at = 0
				c.begin(index, start, flattest, steepest)
			} else {
				middle, slack := c.due(index)
				if got, want := middle-start, (high+low)/2; math.Abs(got-want) > 1e-3 {
					t.Fatalf("stamp %d is due at %v, want %v", len(stamps), got, want)
				}
				if got, want := slack, (high-low)/2+c.room; math.Abs(got-want) > 1e-3 {
					t.Fatalf("stamp %d is possible within %v, want %v", len(stamps), got, want)
				}
				edge := min(math.Abs(at-(high+c.room)), math.Abs(at-(low-c.room))) < 1e-3
				if got, want := c.add(index, start+at), at >= low-c.room && at <= high+c.room; got != want && !edge {
					t.Fatalf("stamp %d at %v, possible from %v to %v, is taken: %v", len(stamps), at, low-c.room, high+c.room, got)
				} else if !got {
					return
				}
			}
			stamps = append(stamps, spot{float64(index - first), at})
		}
	})
}

// Clocks worse than the line they should follow, whether the driver knows it or not: stamps that jitter by a tenth of a
// sample, or a fifth when it is known, a rate that wanders with the warmth of the body. Once it is known how bad they are, every lost packet is counted and nothing else, and the period
// stays right.
func TestTimelineBearsBadClocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]float64{52, 130, 250, 500}).Draw(t, "rate")
		n := rapid.SampledFrom([]int{8, 16, 73}).Draw(t, "samples")
		clock := Clock{Bits: 64, Hz: rapid.SampledFrom([]float64{1e3, 1e6, 1e9}).Draw(t, "hz")}
		jitter := rapid.Float64Range(0, 0.1).Draw(t, "jitter") / rate
		if rapid.Bool().Draw(t, "known") {
			jitter *= 2
			clock.Jitter = jitter
		}
		wander := rapid.Float64Range(0, 20e-6).Draw(t, "wander")
		off := 1 + rapid.Float64Range(-0.01, 0.01).Draw(t, "off nominal")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		line := NewTimeline(mustStream(rate, clock))
		for k := range int(150 * rate / float64(n)) {
			if k*n > int(10*rate) && random.IntN(40) == 0 {
				continue // lost
			}
			at := float64(k*n) / rate / off
			at += wander * 100 * math.Sin(at/100)
			stamp := at + (2*random.Float64()-1)*jitter + 1000
			p := line.Place(n, uint64(math.Round(stamp*clock.Hz)), FirstSample, noon+care.Stamp(at*1e6))
			if p.Placement != Placed || p.First != int64(k*n) {
				t.Fatalf("packet %d, sample %d, is %d and begins with sample %d", k, k*n, p.Placement, p.First)
			}
			if k*n > int(60*rate) {
				if got := line.period * rate * off / 1e9; math.Abs(got-1) > 500e-6 {
					t.Fatalf("at packet %d the period is %v of the true one, room %v of a sample", k, got, line.course.room/line.period)
				}
			}
		}
	})
}

// What is lost for a minute before the rate is known cannot be counted to the sample. What comes behind it is, and the
// counter is not blamed.
func TestALongHoleBeforeTheRateIsKnown(t *testing.T) {
	for _, off := range []float64{-0.018, -0.01, 0.004, 0.01, 0.018} {
		line := NewTimeline(mustStream(250, Clock{Bits: 32, Hz: 1000}))
		room, gaps := 0.0, 0
		for k := range 3000 {
			switch at := float64(k*16) / 250 / (1 + off); {
			case k > 20 && k < 1000:
				continue
			case k == 1000:
				line.Break(telemetry.CauseLink)
				room = line.course.room
				fallthrough
			default:
				p := line.Place(16, uint64(math.Round(at*1000)), FirstSample, noon+care.Stamp(at*1e6))
				if p.Placement != Placed {
					t.Fatalf("%v off: packet %d is %d", off, k, p.Placement)
				}
				if p.Gap != nil {
					gaps++
				}
			}
		}
		if got := line.period * 250 * (1 + off) / 1e9; gaps != 1 || line.course.room != room || math.Abs(got-1) > 100e-6 {
			t.Errorf("%v off: %d gaps, the period is %v of the true one, room went from %v to %v", off, gaps, got, room, line.course.room)
		}
	}
}
