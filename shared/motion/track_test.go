package motion

import (
	"math"
	"math/rand/v2"
	"testing"

	"hearth/shared/care"

	"pgregory.net/rapid"
)

func mustTrack(t testing.TB, about About) *Track {
	t.Helper()
	track, err := NewTrack(about)
	if err != nil {
		t.Fatal(err)
	}
	return track
}

// read lets a new track read a movement along one axis, beside gravity, for some seconds, in packets of one size.
func read(t testing.TB, rate float64, packet int, long float64, m [3]Vector, acc func(t float64) Vector) (seconds []Second) {
	t.Helper()
	track := mustTrack(t, About{Rate: rate})
	n := int(long * rate)
	for i := 0; i < n; i += packet {
		b := Block{Start: noon + care.Stamp(math.Round(float64(i)/rate*1e6)), Period: 1e9 / rate}
		for k := i; k < min(n, i+packet); k++ {
			b.Samples = append(b.Samples, Sample{turned(m, acc(float64(k)/rate)), turned(m, Vector{0.6, 0, 0.8})})
		}
		seconds = track.Feed(b, seconds)
	}
	return seconds
}

// shake is a movement of one frequency with an RMS in m/s².
func shake(hz, rms float64) func(float64) Vector {
	return func(t float64) Vector {
		return Vector{rms * math.Sqrt2 * math.Sin(2*math.Pi*hz*t), 0, Gravity}
	}
}

// The energy is that of the movement: at 2 Hz along x or along gravity, and none for a body that sits still at any angle.
func TestEnergyIsThatOfTheMovement(t *testing.T) {
	for _, c := range []struct {
		name         string
		acc          func(float64) Vector
		energy, enmo float64
	}{
		{"still", shake(2, 0), 0, 0},
		{"level", shake(2, 3), 3, 0.44}, // |a|−g is about a²/2g here
		{"along gravity", func(t float64) Vector {
			return Vector{0, 0, Gravity + 2*math.Sqrt2*math.Sin(4*math.Pi*t)}
		}, 2, 2 * math.Sqrt2 / math.Pi},
	} {
		seconds := read(t, 100, 10, 20, rotation(rand.New(rand.NewPCG(1, 1))), c.acc)
		if len(seconds) < 18 {
			t.Fatalf("%s: %d seconds of 20", c.name, len(seconds))
		}
		for _, s := range seconds[3:] {
			if math.Abs(s.Energy-c.energy) > 0.04*c.energy+1e-9 || math.Abs(s.ENMO-c.enmo) > 0.05*c.enmo+1e-9 || math.Abs(s.Turn-1) > 1e-6 || s.Valid != 1 || s.Clipped != 0 {
				t.Errorf("%s: %+v, want %.2f and %.2f", c.name, s, c.energy, c.enmo)
			}
		}
	}
}

// Steps are counted one by one, not by the pair, from a slow walk to a run; what goes in no rhythm has no cadence.
func TestCadence(t *testing.T) {
	for hz := 1.25; hz < 3.3; hz += 0.13 {
		seconds := read(t, 52, 8, 12, upright, func(t float64) Vector {
			return Vector{0.8 * math.Sin(math.Pi*hz*t), 0, Gravity + 3*math.Sin(2*math.Pi*hz*t) + math.Sin(4*math.Pi*hz*t+1)}
		})
		for _, s := range seconds[6:] {
			if math.Abs(s.Steps-60*hz) > 2 {
				t.Errorf("%.1f steps a minute are called %.1f", 60*hz, s.Steps)
			}
		}
	}
	r, v := rand.New(rand.NewPCG(2, 2)), 0.0
	for _, s := range read(t, 52, 8, 60, upright, func(float64) Vector {
		v = 0.8*v + 1.5*r.NormFloat64()
		return Vector{0, 0, Gravity + v}
	})[6:] {
		if !math.IsNaN(s.Steps) {
			t.Errorf("fidgeting has %.1f steps a minute", s.Steps)
		}
	}
}

// Gravity that turns slowly is no movement, and a sensor that begins at any angle says nothing before it has settled.
func TestGravityIsNoMovement(t *testing.T) {
	tilt := func(t float64) Vector {
		s, c := math.Sincos(0.2 * math.Sin(2*math.Pi*0.02*t))
		return Vector{Gravity * s, 0, Gravity * c}
	}
	for _, s := range read(t, 52, 8, 120, upright, tilt) {
		if s.Energy > 0.2 {
			t.Fatalf("slow leaning is movement of %.2f", s.Energy)
		}
	}
}

// How a sensor is turned changes nothing.
func TestAnyAngle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		p := newPerson(r, act{"walk", 0, 3}, act{"raise", 3, 3}, act{"jump", 6, 2})
		d := device{place: Right, rate: 104, packet: 8, mount: upright}
		a, b := mustTrack(&testing.T{}, About{Rate: 104}), mustTrack(&testing.T{}, About{Rate: 104})
		m := rotation(r)
		var as, bs []Second
		for _, x := range d.record(r, p, 8) {
			as = a.Feed(x.block, as)
			for i, s := range x.block.Samples {
				x.block.Samples[i].Acc = turned(m, s.Acc)
			}
			bs = b.Feed(x.block, bs)
		}
		for i := range as {
			if !alikeSeconds(as[i], bs[i], 1e-9) {
				t.Fatalf("%+v turned is %+v", as[i], bs[i])
			}
		}
	})
}

func alikeSeconds(a, b Second, tolerance float64) bool {
	near := func(x, y float64) bool {
		return math.Abs(x-y) <= tolerance*max(1, math.Abs(x)) || math.IsNaN(x) && math.IsNaN(y)
	}
	return a.At == b.At && near(a.Energy, b.Energy) && near(a.ENMO, b.ENMO) && near(a.Turn, b.Turn) && near(a.Rhythm, b.Rhythm) &&
		near(a.Peak, b.Peak) && near(a.Valid, b.Valid) && near(a.Steps, b.Steps)
}

// A movement is the same at any rate that can hold it.
func TestAnyRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(10, 250).Draw(t, "rate")
		hz := rapid.Float64Range(0.8, min(8, 0.22*rate)).Draw(t, "hz")
		rms := rapid.Float64Range(0.1, 8).Draw(t, "rms")
		seconds := read(&testing.T{}, rate, 1+int(rate/10), 9, rotation(rand.New(rand.NewPCG(uint64(rate), 0))), shake(hz, rms))
		want := rms / math.Sqrt(1+gravityPass*gravityPass/(hz*hz)) // what the gravity filter leaves
		sum := 0.0
		for _, s := range seconds[2:] {
			sum += s.Energy * s.Energy / float64(len(seconds[2:]))
		}
		if got := math.Sqrt(sum); math.Abs(got-want) > 0.06*want {
			t.Fatalf("%.2f m/s² at %.2f Hz, %.1f samples a second: %.3f", want, hz, rate, got)
		}
	})
}

// What shakes faster than a body can is not folded into what it does: 46 to 60 Hz at a rate that shows it.
func TestNoAliases(t *testing.T) {
	for _, rate := range []float64{125, 128, 208, 250} {
		for hz := 32.0; hz < 60; hz += 3.7 {
			for _, s := range read(t, rate, 16, 8, upright, shake(hz, 5))[2:] {
				if s.Energy > 0.1 {
					t.Errorf("5 m/s² at %.1f Hz, %v samples a second, are movement of %.3f", hz, rate, s.Energy)
				}
			}
		}
	}
}

// How samples are packed changes nothing.
func TestAnyPacket(t *testing.T) {
	p := newPerson(rand.New(rand.NewPCG(3, 3)), act{"walk", 2, 5}, act{"jump", 8, 2})
	acc := func(t float64) Vector { return p.acc(Left, t) }
	want := read(t, 125, 1, 12, upright, acc)
	rapid.Check(t, func(t *rapid.T) {
		packet := rapid.IntRange(1, 1600).Draw(t, "packet")
		got := read(&testing.T{}, 125, packet, 12, upright, acc)
		if len(got) != len(want) {
			t.Fatalf("%d seconds by %d, %d one by one", len(got), packet, len(want))
		}
		for i := range got {
			if !alikeSeconds(got[i], want[i], 1e-6) {
				t.Fatalf("by %d: %+v, one by one %+v", packet, got[i], want[i])
			}
		}
	})
}

// Nothing is said about time without samples, and what comes after a hole does not know what was before it.
func TestGapsAreNotBridged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]float64{26, 52, 128, 250}).Draw(t, "rate")
		from := rapid.Float64Range(3, 6).Draw(t, "from")
		long := rapid.Float64Range(0.2, 400).Draw(t, "long")
		track := mustTrack(&testing.T{}, About{Rate: rate})
		var seconds []Second
		moved := 0.0
		for i := range int(10 * rate) {
			at, acc := float64(i)/rate, Vector{0, 0, Gravity}
			if at >= from {
				at += long
				acc = Vector{Gravity, 0, 0} // lies on its side afterwards
			}
			b := Block{Start: noon + care.Stamp(math.Round(at*1e6)), Period: 1e9 / rate, Samples: []Sample{{acc, NoVector()}}}
			seconds = track.Feed(b, seconds)
		}
		for i, s := range seconds {
			at := s.At.Sub(noon).Seconds()
			if i > 0 && s.At <= seconds[i-1].At {
				t.Fatalf("second %v after %v", s.At, seconds[i-1].At)
			}
			inside := max(0, min(at+1, from+long)-max(at, from))
			if s.Valid > 1-inside+2/rate {
				t.Fatalf("%.2f of second %v are valid, %.2f of it were in the hole", s.Valid, at, inside)
			}
			if s.Energy > moved {
				moved = s.Energy
			}
		}
		if long > 0.6 && moved > 1e-6 {
			t.Fatalf("a hole of %.1f s is movement of %.3f", long, moved)
		}
	})
}

// Whatever comes, nothing breaks and no number is impossible.
func TestHostileBlocks(t *testing.T) {
	strange := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 2e3, math.MaxFloat64, -30, 14.7, 14.7, 14.7}
	rapid.Check(t, func(t *rapid.T) {
		b, r := NewBody(), rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		odd := rapid.Float64Range(0, 1).Draw(t, "odd")
		number := func() float64 {
			if r.Float64() < odd {
				return strange[r.IntN(len(strange))]
			}
			return 80 * (r.Float64() - 0.5)
		}
		for p := range places {
			if err := b.Wear(p, About{Rate: rapid.Float64Range(10, 250).Draw(t, "rate"), Range: rapid.SampledFrom([]float64{0, 20}).Draw(t, "range")}); err != nil {
				t.Fatal(err)
			}
		}
		at := noon
		last := care.Stamp(0)
		for range rapid.IntRange(1, 30).Draw(t, "blocks") {
			block := Block{Start: at, Period: rapid.SampledFrom([]float64{4e6, 1e7, 2e7, 1e8, 0, -1, math.NaN(), math.Inf(1), 1e300}).Draw(t, "period")}
			if rapid.IntRange(0, 9).Draw(t, "wild") == 0 {
				block.Start = care.Stamp(rapid.Int64().Draw(t, "start"))
			}
			for range rapid.IntRange(0, 200).Draw(t, "samples") {
				block.Samples = append(block.Samples, Sample{Vector{number(), 0, Gravity}, Vector{number(), 0, 0}})
			}
			at = at.Add(1e9)
			for _, m := range b.Feed(Place(rapid.IntRange(0, int(places)).Draw(t, "place")), block, nil) {
				if m.At < last {
					t.Fatalf("%v after %v", m.At, last)
				}
				last = m.At
				for _, s := range m.Sensors {
					for _, v := range []float64{s.Energy, s.ENMO, s.Turn, s.Rhythm, s.Peak, s.Flight, s.Valid, s.Clipped} {
						if v < 0 || math.IsInf(v, 0) || s.Valid > 1 {
							t.Fatalf("%+v", s)
						}
					}
				}
				for _, h := range m.Hands {
					if h.Share < 0 || h.Share > 1 || h.Coherence < 0 || h.Coherence > 1 {
						t.Fatalf("%+v", h)
					}
				}
			}
		}
	})
}
