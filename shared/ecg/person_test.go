package ecg_test

import (
	"math"
	"testing"
	"time"

	"hearth/shared/ecg"
	"hearth/shared/hrv"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
)

// The synthetic person's true beats are known: they have to be found, and the numbers made of them to be theirs.
func TestSyntheticPerson(t *testing.T) {
	const seconds = 330
	for _, c := range []struct {
		name    string
		options demo.Options
		wrong   int // beats missed or extra that are allowed
	}{
		{"rest", demo.Options{Seed: 3, Scenario: demo.Rest}, 0},
		{"exposure", demo.Options{Seed: 3, Scenario: demo.Exposure}, 0},
		{"walk", demo.Options{Seed: 3, Scenario: demo.Walk}, 2},
		{"steady", demo.Options{Seed: 3, Scenario: demo.Steady, HeartRate: 72}, 0},
		{"spikes", demo.Options{Seed: 3, Scenario: demo.Rest, Plan: []demo.Disturbance{{Trouble: demo.Spike, At: time.Minute, For: 30 * time.Second}}}, 20},
		{"muscle", demo.Options{Seed: 3, Scenario: demo.Rest, Plan: []demo.Disturbance{{Trouble: demo.Muscle, At: time.Minute, For: 30 * time.Second}}}, 4},
		{"wander", demo.Options{Seed: 3, Scenario: demo.Rest, Plan: []demo.Disturbance{{Trouble: demo.Wander, At: time.Minute, For: 30 * time.Second}}}, 0},
		{"hum", demo.Options{Seed: 3, Scenario: demo.Rest, Plan: []demo.Disturbance{{Trouble: demo.Hum, At: time.Minute, For: 30 * time.Second}}}, 0},
	} {
		source, decoder := demo.NewSource(c.options), demo.NewDecoder()
		detector, err := ecg.NewDetector(demo.ECGRate)
		if err != nil {
			t.Fatal(err)
		}
		var found []ecg.Beat
		for source.Truth().Now < seconds {
			e := source.Next()
			if e.Lost || e.From == sensor.BatteryLevel {
				continue
			}
			blocks, err := decoder.Decode(e.Notification, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range blocks {
				if b.Stream != 0 {
					continue
				}
				for _, v := range b.Values {
					x := float64(v)
					if v == telemetry.NoValue {
						x = math.NaN()
					}
					found = detector.Feed(x, found)
				}
			}
		}
		truth := source.Truth().Beats
		measured, known := hrv.NewSeries(), hrv.NewSeries()
		wrong, i := 0, 0
		for _, b := range truth {
			known.Add(hrv.Beat{At: b.At})
			if b.At < 0.5 || b.At > seconds-2 {
				continue
			}
			for i < len(found) && found[i].At/demo.ECGRate < b.At-0.15 {
				i, wrong = i+1, wrong+1
			}
			if i < len(found) && found[i].At/demo.ECGRate < b.At+0.15 {
				i++
			} else {
				wrong++
			}
		}
		for _, b := range found {
			measured.Add(hrv.Beat{At: b.At / demo.ECGRate, AfterGap: b.AfterGap, Poor: b.Quality < 0.5})
		}
		a, b := measured.Now(seconds), known.Now(seconds)
		t.Logf("%-9s %d true beats, %d wrong; HR %.1f (%.1f) RMSSD %.1f (%.1f) SDNN %.1f (%.1f) LF %.0f (%.0f) HF %.0f (%.0f) corrected %.3f",
			c.name, len(truth), wrong, a.HR, b.HR, a.RMSSD, b.RMSSD, a.SDNN, b.SDNN, a.LF, b.LF, a.HF, b.HF, a.Corrected)
		if wrong > c.wrong+1 { // the first may be cut in half
			t.Errorf("%s: %d beats missed or extra", c.name, wrong)
		}
		if !(math.Abs(a.HR-b.HR) <= 1) || !(math.Abs(a.RMSSD-b.RMSSD) <= 1.5+0.03*b.RMSSD) {
			t.Errorf("%s: measured %+v, truly %+v", c.name, a, b)
		}
	}
}
