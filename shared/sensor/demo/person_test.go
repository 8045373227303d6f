package demo

import (
	"bytes"
	"math"
	"testing"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// live lets a source run for so many seconds and returns the values of both streams.
func live(t *testing.T, o Options, seconds float64) (*Source, [2][]int32, []Event) {
	t.Helper()
	s := NewSource(o)
	var values [2][]int32
	var events []Event
	d := NewDecoder()
	for {
		e := s.Next()
		if s.now > seconds {
			return s, values, events
		}
		events = append(events, e)
		if e.Lost || e.From == sensor.BatteryLevel {
			continue
		}
		blocks, err := d.Decode(e.Notification, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			values[b.Stream] = append(values[b.Stream], b.Values...)
		}
	}
}

func TestSameSeedSamePerson(t *testing.T) {
	_, _, a := live(t, Options{Seed: 4, Scenario: Walk}, 20)
	_, _, b := live(t, Options{Seed: 4, Scenario: Walk}, 20)
	_, _, c := live(t, Options{Seed: 5, Scenario: Walk}, 20)
	if len(a) != len(b) {
		t.Fatalf("%d and %d events", len(a), len(b))
	}
	same := true
	for i := range a {
		if a[i].At != b[i].At || !bytes.Equal(a[i].Bytes, b[i].Bytes) {
			t.Fatalf("event %d differs", i)
		}
		same = same && i < len(c) && bytes.Equal(a[i].Bytes, c[i].Bytes)
	}
	if same {
		t.Error("another seed is the same person")
	}
}

func TestScenariosAreWhatTheySay(t *testing.T) {
	for _, c := range []struct {
		scenario         Scenario
		at               float64
		rate, off        float64
		rmssdLow, rmssdH float64
	}{
		{Rest, 150, 70, 1, 25, 55},
		{Exposure, 150, 105, 1, 4, 12},
		{Walk, 150, 95, 1, 6, 18},
		{Steady, 150, 72, 0.3, 2, 12},
		{Session, 170, 70, 1, 25, 55},
		{Session, 400, 105, 1, 4, 12},
		{Session, 700, 70, 1.5, 25, 60},
	} {
		s, _, _ := live(t, Options{Seed: 2, Scenario: c.scenario}, c.at)
		truth := s.Truth()
		if hr := truth.MeanHeartRate(c.at, 60); math.Abs(hr-c.rate) > c.off {
			t.Errorf("%s at %.0f s beats at %.1f/min, not %.0f", c.scenario, c.at, hr, c.rate)
		}
		if r := truth.RMSSD(c.at, 60); r < c.rmssdLow || r > c.rmssdH {
			t.Errorf("%s at %.0f s has an RMSSD of %.1f ms", c.scenario, c.at, r)
		}
	}
	s, _, _ := live(t, Options{Scenario: Steady, HeartRate: 50}, 90)
	if hr := s.Truth().MeanHeartRate(90, 60); math.Abs(hr-50) > 0.3 {
		t.Errorf("steady at 50/min beats at %.2f", hr)
	}
}

// The intervals have the two humps of the paper: power about 0.1 Hz and about the breath, little between and beyond.
func TestSpectrumHasTwoHumps(t *testing.T) {
	s, _, _ := live(t, Options{Seed: 9, Scenario: Rest}, 400)
	beats := s.Truth().Beats
	power := func(lo, hi float64) float64 { // Lomb-like: the intervals against cosines and sines, per band
		mean := 0.0
		for _, b := range beats[1:] {
			mean += b.RR / float64(len(beats)-1)
		}
		sum := 0.0
		for hz := lo; hz < hi; hz += 1.0 / 400 {
			var re, im float64
			for _, b := range beats[1:] {
				sin, cos := math.Sincos(2 * math.Pi * hz * b.At)
				re += (b.RR - mean) * cos
				im += (b.RR - mean) * sin
			}
			sum += 2 * (re*re + im*im) / float64(len(beats)*len(beats))
		}
		return sum * 1e6
	}
	lf, hf, beyond := power(0.04, 0.15), power(0.15, 0.4), power(0.4, 0.55)
	if lf < 250 || lf > 800 || hf < 500 || hf > 1400 || beyond > hf/5 {
		t.Errorf("LF %.0f ms², HF %.0f ms², beyond %.0f ms²", lf, hf, beyond)
	}
}

// The trace has an R peak of about a millivolt where the truth says, to the sample.
func TestPeaksAreWhereTheTruthIs(t *testing.T) {
	s, values, _ := live(t, Options{Seed: 6, Scenario: Rest}, 60)
	for _, b := range s.Truth().Beats {
		at := int(math.Round(b.At * ECGRate))
		if at < 30 || at+30 >= len(values[0]) {
			continue
		}
		top := at
		for i := at - 25; i <= at+25; i++ {
			if values[0][i] > values[0][top] {
				top = i
			}
		}
		if mv := float64(values[0][top]) * microVoltStep / 1000; top < at-1 || top > at+1 || mv < 0.8 || mv > 1.5 {
			t.Errorf("the beat at %.3f s peaks %d samples away at %.2f mV", b.At, top-at, mv)
		}
	}
}

func TestTroubles(t *testing.T) {
	const from, length = 10 * time.Second, 5 * time.Second
	plain, calm, packets := live(t, Options{Seed: 3, Scenario: Rest}, 30)
	for _, trouble := range Troubles() {
		s, values, events := live(t, Options{Seed: 3, Scenario: Rest, Plan: []Disturbance{{trouble, from, length}}}, 30)
		if a, b := s.Truth().Beats, plain.Truth().Beats; len(a) != len(b) || a[20] != b[20] {
			t.Errorf("%s reaches the heart", trouble)
		}
		lost, none, rails, level := 0, 0, 0, 0
		for _, e := range events {
			if e.Lost {
				lost++
			}
			if e.From == sensor.BatteryLevel {
				level = int(e.Bytes[0])
			}
		}
		changed := len(values[0]) != len(calm[0])
		for i, v := range values[0] {
			if v == telemetry.NoValue {
				none++
			}
			if v == int32(rail*1000/microVoltStep) {
				rails++
			}
			changed = changed || v != calm[0][i]
		}
		switch trouble {
		case LinkLoss:
			if lost != 1 || len(events) > len(packets)-100 {
				t.Errorf("%s: lost %d times, %d events", trouble, lost, len(events))
			}
		case PacketLoss:
			if n := len(packets) - len(events); n < 30 || n > 45 || lost > 0 {
				t.Errorf("%s swallows %d packets in %v", trouble, n, length)
			}
		case LeadOff:
			if none < 20 || none > 40 || rails < 1100 {
				t.Errorf("%s: %d without value, %d at the rail", trouble, none, rails)
			}
		case LowBattery:
			if level != 87 || len(events) != len(packets)+2 {
				t.Errorf("%s: in the end %d %%, %d more events", trouble, level, len(events)-len(packets))
			}
		case Bursts:
			held := 0
			for i := 1; i < len(events); i++ {
				if events[i].At < events[i-1].At {
					t.Fatalf("%s: time runs backwards", trouble)
				}
				if events[i].At == events[i-1].At {
					held++
				}
			}
			if held < 60 || changed {
				t.Errorf("%s: %d packets come together, values changed: %v", trouble, held, changed)
			}
		default:
			if !changed {
				t.Errorf("%s changes nothing", trouble)
			}
		}
	}
}

// BenchmarkSecond is one second of a person's life and of their device: 0.13 ms on one core of a server
// (go test -bench Second ./shared/sensor/demo).
func BenchmarkSecond(b *testing.B) {
	s := NewSource(Options{})
	for range b.N {
		for until := s.now + 1; s.now < until; {
			s.Next()
		}
	}
}
