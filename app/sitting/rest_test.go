package sitting_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/telemetry"
)

func trend(second int, hr float32, why telemetry.Reason) telemetry.Trend {
	nan := float32(math.NaN())
	return telemetry.Trend{At: care.Stamp(second) * 1e6, HR: hr, MeanHR: hr, RMSSD: nan, SDNN: nan, Why: why}
}

func TestRest(t *testing.T) {
	var r sitting.Rest
	for s := 1; s < sitting.ShortestRest; s++ {
		r.Add(trend(s, 70, 0))
		r.Add(trend(s, 90, 0)) // the same second again is not counted twice
	}
	if _, err := r.Baseline(); fault.Of(err).Code != "baseline.short" {
		t.Fatalf("59 s gave %v, want baseline.short", err)
	}
	r.Add(trend(60, 200, telemetry.TooPoor)) // seen, not counted
	if r.Seconds() != 59 {
		t.Fatalf("a poor second was counted")
	}
	r.Add(trend(61, 80, 0))
	b, err := r.Baseline()
	if err != nil {
		t.Fatal(err)
	}
	if m := b.Measures[sitting.HR]; m.Median != 70 || m.Spread != 0 || m.Count != 60 {
		t.Errorf("heart rate at rest %+v, want 70 ± 0 of 60", m)
	}
	if _, there := b.Measures[sitting.RMSSD]; there {
		t.Error("a quantity without a valid value has a baseline")
	}
	if p, ok := sitting.Against(&b, sitting.HR, 77); !ok || math.Abs(p-10) > 1e-9 {
		t.Errorf("77 against 70 is %v %v, want +10 %%", p, ok)
	}
	if _, ok := sitting.Against(&b, sitting.HR, math.NaN()); ok {
		t.Error("no value was compared")
	}
}

// TestRestIsOfRest: windows that reach back before the measurement, or are shorter than those they will be compared with,
// say nothing of rest.
func TestRestIsOfRest(t *testing.T) {
	numbers := func(second int, rmssd, sdnn float32, why telemetry.Reason) telemetry.Trend {
		n := trend(second, 70, why)
		n.RMSSD, n.SDNN = rmssd, sdnn
		return n
	}
	var r sitting.Rest
	for s := 1; s <= 200; s++ {
		switch {
		case s <= 30:
			r.Add(numbers(s, 10, 20, 0)) // of the minutes before
		case s <= 100:
			r.Add(numbers(s, 40, 20, 0))
		default:
			r.Add(numbers(s, 40, 60, 0))
		}
	}
	b, err := r.Baseline()
	if err != nil {
		t.Fatal(err)
	}
	if m := b.Measures[sitting.RMSSD]; m.Median != 40 || m.Spread != 0 || m.Count != 170 {
		t.Errorf("RMSSD of rest %+v", m)
	}
	if m := b.Measures[sitting.SDNN]; m.Median != 60 || m.Count != 50 {
		t.Errorf("SDNN of rest %+v", m)
	}
	r = sitting.Rest{}
	for s := 1; s <= 200; s++ {
		r.Add(numbers(s, 40, 60, telemetry.Short))
	}
	if b, _ := r.Baseline(); b.Measures[sitting.SDNN].Count != 0 || b.Measures[sitting.RMSSD].Count == 0 {
		t.Errorf("rest from windows of all lengths: %+v", b.Measures)
	}
}

// TestRestIsOneStretch: a hole of over a minute, and another tablet's clock, begin it anew; a short hole does not.
func TestRestIsOneStretch(t *testing.T) {
	var r sitting.Rest
	for s := 1; s <= 40; s++ {
		r.Add(trend(s, 120, 0))
	}
	for s := 90; s <= 100; s++ {
		r.Add(trend(s, 120, 0))
	}
	if r.Seconds() != 51 || r.Start() != second {
		t.Errorf("after a short hole %d s from %v", r.Seconds(), r.Start())
	}
	for _, from := range []int{10_000, 1_000} {
		for s := from; s < from+70; s++ {
			r.Add(trend(s, 70, 0))
		}
		b, err := r.Baseline()
		if err != nil || b.Measures[sitting.HR].Median != 70 || b.Measures[sitting.HR].Count != 70 || b.Start != care.Stamp(from)*second {
			t.Errorf("from %d s on: %+v, %v", from, b, err)
		}
	}
}

func TestMedianSpread(t *testing.T) {
	m, s := sitting.MedianSpread([]float64{1, 2, 3, 4, 100})
	if m != 3 || math.Abs(s-1.4826) > 1e-9 {
		t.Errorf("got %v ± %v, want 3 ± 1.4826", m, s)
	}
}

const second = care.Stamp(time.Second / time.Microsecond)

func guard() *sitting.Guard {
	g := &sitting.Guard{}
	g.Limit(api.Limits{HeartLow: 50, HeartHigh: 120, LeadOff: 10})
	g.Watch(true, 0)
	return g
}

func TestAlarmNeedsTimeAndEndsWithTime(t *testing.T) {
	g := guard()
	var at care.Stamp
	run := func(seconds int, hr float32, why telemetry.Reason) (alarm sitting.Alarm, loud bool) {
		for range seconds {
			at += second
			g.See(trend(0, hr, why), at)
			alarm, loud = g.Tick(at)
		}
		return alarm, loud
	}
	steps := []struct {
		seconds int
		hr      float32
		why     telemetry.Reason
		want    sitting.Alarm
	}{
		{3, 80, 0, sitting.NoAlarm},
		{4, 130, 0, sitting.NoAlarm}, // four seconds are not five
		{1, 80, 0, sitting.NoAlarm},
		{7, 130, 0, sitting.TooHigh},
		{3, 80, 0, sitting.TooHigh}, // not yet well for long enough
		{4, 80, 0, sitting.NoAlarm},
		{7, 40, 0, sitting.TooLow},
		{9, 80, 0, sitting.NoAlarm},
		{9, float32(math.NaN()), telemetry.NoContact, sitting.NoAlarm},
		{3, float32(math.NaN()), telemetry.NoContact, sitting.LeadOff},
		{1, 80, 0, sitting.NoAlarm},
	}
	for i, s := range steps {
		if got, _ := run(s.seconds, s.hr, s.why); got != s.want {
			t.Fatalf("step %d (%v s at %v): alarm %q, want %q", i, s.seconds, s.hr, got, s.want)
		}
	}
	run(7, 130, 0)
	g.Quiet(at)
	if a, loud := run(1, 130, 0); a != sitting.TooHigh || loud {
		t.Errorf("hushed: %q loud=%v, want the words without the sound", a, loud)
	}
	if _, loud := run(121, 130, 0); !loud {
		t.Error("still hushed after two minutes")
	}
}

// TestAlarmOfNoNumbers: a stream that stalls after one bad number raises no alarm of it; a low alarm is not ended by a
// heart that stopped, but handed over; and none stands for ever on what was long ago.
func TestAlarmOfNoNumbers(t *testing.T) {
	at := care.Stamp(0)
	silence := func(g *sitting.Guard, seconds int, tell bool) (alarm sitting.Alarm) {
		for range seconds {
			at += second
			if tell {
				g.See(trend(0, float32(math.NaN()), telemetry.NoBeats), at)
			}
			alarm, _ = g.Tick(at)
			if alarm == sitting.TooHigh {
				return alarm
			}
		}
		return alarm
	}
	g := guard()
	g.Limit(api.Limits{HeartLow: 50, HeartHigh: 120})
	g.See(trend(0, 180, 0), at)
	if a := silence(g, 60, false); a != sitting.NoAlarm {
		t.Errorf("one number and then nothing: %q", a)
	}
	for _, tell := range []bool{false, true} {
		for _, leadOff := range []int{0, 10} {
			g := guard()
			g.Limit(api.Limits{HeartLow: 50, HeartHigh: 120, LeadOff: leadOff})
			for range 8 {
				at += second
				g.See(trend(0, 30, 0), at)
			}
			if a := silence(g, 9, tell); a != sitting.TooLow {
				t.Errorf("told %v, lead off %d: 9 s after a low heart rate %q", tell, leadOff, a)
			}
			want := sitting.NoAlarm
			if leadOff > 0 {
				want = sitting.LeadOff
			}
			if a := silence(g, 7, tell); a != want {
				t.Errorf("told %v, lead off %d: 16 s after %q, want %q", tell, leadOff, a, want)
			}
		}
	}
}

// TestAlarmNeverWithoutCause: within the limits and with signal no sequence of numbers raises an alarm, and a watch that
// is off never does.
func TestAlarmNeverWithoutCause(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := guard()
		on := rapid.Bool().Draw(r, "on")
		if !on {
			g.Watch(false, 0)
		}
		var at care.Stamp
		for range rapid.IntRange(1, 100).Draw(r, "numbers") {
			at += care.Stamp(rapid.IntRange(1, 9).Draw(r, "seconds")) * second
			hr := float32(rapid.Float64Range(50, 120).Draw(r, "hr"))
			if !on {
				hr = float32(rapid.Float64Range(0, 300).Draw(r, "any"))
			}
			g.See(trend(0, hr, 0), at)
			if a, _ := g.Tick(at); a != sitting.NoAlarm {
				r.Fatalf("alarm %q at %v", a, hr)
			}
		}
	})
}

// TestQuietIsForOneAlarm: whoever silenced a slipped strap still hears a racing heart.
func TestQuietIsForOneAlarm(t *testing.T) {
	g := guard()
	var at care.Stamp
	for range 12 {
		at += second
		g.See(trend(0, float32(math.NaN()), telemetry.NoContact), at)
		g.Tick(at)
	}
	g.Quiet(at)
	if a, loud := g.Tick(at); a != sitting.LeadOff || loud {
		t.Fatalf("alarm %q, loud %v; want the silenced strap", a, loud)
	}
	var alarm sitting.Alarm
	var loud bool
	for range 8 {
		at += second
		g.See(trend(0, 150, 0), at)
		alarm, loud = g.Tick(at)
	}
	if alarm != sitting.TooHigh || !loud {
		t.Errorf("alarm %q, loud %v; want the heart heard", alarm, loud)
	}
}
