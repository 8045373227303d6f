package motion

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hearth/shared/care"
)

// watch lets a body read devices, packets in the order they come.
func watch(t testing.TB, r *rand.Rand, p *person, long float64, devices ...device) (moments []Moment, events []Event) {
	t.Helper()
	b := NewBody()
	var all []arrival
	for _, d := range devices {
		if err := b.Wear(d.place, About{Rate: d.rate}); err != nil {
			t.Fatal(err)
		}
		all = append(all, d.record(r, p, long)...)
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.end, b.end) })
	var some []Moment
	for _, a := range all {
		some = b.Feed(a.place, a.block, some[:0])
		for _, m := range some {
			if m.Event.Kind != None {
				events = append(events, m.Event)
			}
			moments = append(moments, m)
		}
	}
	return moments, events
}

func threeDevices(r *rand.Rand) []device {
	return []device{newDevice(r, Torso), newDevice(r, Left), newDevice(r, Right)}
}

// doing gives the moments that lie wholly inside an act.
func doing(moments []Moment, a act) (in []Moment) {
	for _, m := range moments {
		if at := m.At.Sub(noon).Seconds(); at >= a.at && at+1 <= a.at+a.long {
			in = append(in, m)
		}
	}
	return in
}

// A raised hand is told from a jump, with drifting clocks, lost packets and sensors at any angle.
func TestJumpOrHand(t *testing.T) {
	right, all, wrongShare := 0, 0, 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		begin := 6 + r.Float64()
		for _, c := range []struct {
			what string
			want Kind
		}{{"raise", HandAlone}, {"jump", Jump}} {
			p := newPerson(r, act{c.what, begin, 3 + 30*map[string]float64{"raise": 1}[c.what]})
			_, events := watch(t, r, p, 20, threeDevices(r)...)
			all++
			if len(events) == 1 && events[0].Kind == c.want {
				right++
				if s := events[0].Share; c.want == HandAlone && !(s > 0.9) || c.want == Jump && !(s < 0.3) {
					wrongShare++
				}
			} else {
				t.Logf("seed %d %s: %+v", seed, c.what, events)
			}
		}
	}
	t.Logf("%d of %d right, %d of them with a share out of bounds", right, all, wrongShare)
	if float64(right) < 0.98*float64(all) || float64(wrongShare) > 0.01*float64(all) {
		t.Errorf("%d of %d right, want 98 %%; %d shares out of bounds, want 1 %% at most", right, all, wrongShare)
	}
}

// What is neither is called neither: a lean, a few steps, the chair.
func TestNeitherJumpNorHand(t *testing.T) {
	wrong, all := 0, 0
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 6))
		begin := 6 + r.Float64()
		for _, a := range []act{{"lean", begin, 30}, {"walk", begin, 1 + 2*r.Float64()}, {"stand", begin, 30}} {
			_, events := watch(t, r, newPerson(r, a), 18, threeDevices(r)...)
			all++
			for _, e := range events {
				if e.Kind != Other {
					t.Logf("seed %d %s: %+v", seed, a.what, e)
					wrong++
				}
			}
		}
	}
	t.Logf("%d of %d called a jump or a hand", wrong, all)
	if float64(wrong) > 0.02*float64(all) {
		t.Errorf("%d of %d called a jump or a hand, want 2 %% at most", wrong, all)
	}
}

func TestActs(t *testing.T) {
	rest, wash, walk := act{"rest", 0, 15}, act{"wash", 15, 25}, act{"walk", 45, 25}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := newPerson(r, rest, wash, walk)
		moments, events := watch(t, r, p, 80, threeDevices(r)...)
		if len(moments) < 70 {
			t.Fatalf("seed %d: %d moments of 80 s", seed, len(moments))
		}
		if len(events) > 0 {
			t.Errorf("seed %d: washing and walking are called %+v", seed, events)
		}
		for _, m := range doing(moments, rest) {
			if m.Band == Light || m.Band == Moving || m.Sensors[Torso].Energy > 0.3 || !math.IsNaN(m.Hands[0].Share) || m.Washing > 0 {
				t.Errorf("seed %d: rest is %+v", seed, m)
			}
		}
		longest := time.Duration(0)
		for _, m := range doing(moments, wash) {
			longest = max(longest, m.Washing)
			for _, h := range m.Hands {
				if m.Band == Quiet && h.Share < 0.9 || m.Band > Quiet {
					t.Errorf("seed %d: washing has share %.2f in band %v", seed, h.Share, m.Band)
				}
			}
		}
		if longest < 6*time.Second {
			t.Errorf("seed %d: 25 s of washing hint at %v", seed, longest)
		}
		for _, m := range doing(moments, walk) {
			if m.Band == Quiet || m.Band == Light || m.Washing > 0 {
				t.Errorf("seed %d: walking is %v, washing for %v", seed, m.Band, m.Washing)
			}
			if s := m.Sensors[Torso].Steps; m.At.Sub(noon).Seconds() > walk.at+6 && math.Abs(s-60*p.stepHz) > 3 {
				t.Errorf("seed %d: %.1f steps a minute, want %.1f", seed, s, 60*p.stepHz)
			}
		}
	}
}

// Hands that go with the body follow it, hands that go alone do not.
func TestCoherence(t *testing.T) {
	apart := 0.0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		wash, walk := act{"wash", 0, 30}, act{"walk", 40, 30}
		moments, _ := watch(t, r, newPerson(r, wash, walk), 80, threeDevices(r)...)
		mean := func(a act) float64 {
			sum, n := 0.0, 0
			for _, m := range doing(moments, act{a.what, a.at + 10, a.long - 10}) {
				if c := m.Hands[0].Coherence; !math.IsNaN(c) {
					sum += c
					n++
				}
			}
			return sum / float64(n)
		}
		if c := mean(walk); c < 0.6 {
			t.Errorf("seed %d: walking has coherence %.2f", seed, c)
		}
		apart += mean(wash) / 20
	}
	t.Logf("independent hands have coherence %.2f on the mean", apart)
	if apart > 0.1 {
		t.Errorf("independent hands have coherence %.2f on the mean, want none", apart)
	}
}

// A body tells every second once, in order, whoever is late, and waits for nobody who was taken off.
func TestMomentsInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	p := newPerson(r, act{"walk", 5, 20})
	b := NewBody()
	devices := threeDevices(r)
	var all []arrival
	for i, d := range devices {
		if err := b.Wear(d.place, About{Rate: d.rate}); err != nil {
			t.Fatal(err)
		}
		for _, a := range d.record(r, p, 60) {
			a.end += float64(i) * 0.9 // the right wrist's packets come 1.8 s late
			if d.place != Right || a.end < 30 {
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.end, b.end) })
	var moments []Moment
	for _, a := range all {
		if a.end > 45 {
			b.Remove(Right)
		}
		moments = b.Feed(a.place, a.block, moments)
	}
	both := 0
	for i, m := range moments {
		if i > 0 && m.At.Sub(moments[i-1].At) != time.Second {
			t.Errorf("%v after %v", m.At.Sub(noon), moments[i-1].At.Sub(noon))
		}
		if at := m.At.Sub(noon).Seconds(); at > 2 && at < 27 && !math.IsNaN(m.Sensors[Right].Energy) {
			both++
		}
	}
	if len(moments) < 57 || both < 22 {
		t.Errorf("%d moments of 60 s, %d with the late wrist of 24", len(moments), both)
	}
}

func TestWearRefuses(t *testing.T) {
	b := NewBody()
	for _, about := range []About{{}, {Rate: 9}, {Rate: 251}, {Rate: math.NaN()}} {
		if err := b.Wear(Torso, about); err == nil {
			t.Errorf("%+v is worn", about)
		}
	}
	if err := b.Wear(places, About{Rate: 52}); err == nil {
		t.Error("a sensor without a place is worn")
	}
	if out := b.Feed(Left, Block{Start: noon, Period: 1e7, Samples: make([]Sample, 100)}, nil); len(out) > 0 {
		t.Errorf("a sensor nobody wears tells %v", out)
	}
}

func BenchmarkBody(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 5))
	p := newPerson(r, act{"walk", 0, 1e6})
	body := NewBody()
	var all []arrival
	for _, d := range threeDevices(r) {
		if err := body.Wear(d.place, About{Rate: d.rate}); err != nil {
			b.Fatal(err)
		}
		d.loss, d.drift, d.packet, d.rate = 0, 0, int(d.rate), math.Round(d.rate)
		all = append(all, d.record(r, p, 61)[:60]...)
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.end, b.end) })
	out := make([]Moment, 0, 16)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		for _, a := range all[i%60*3 : i%60*3+3] {
			a.block.Start += care.Stamp(i/60) * 60_000_000
			out = body.Feed(a.place, a.block, out[:0])
		}
	}
}
