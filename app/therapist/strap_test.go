package therapist

import (
	"math"
	"testing"
	"time"

	"hearth/app/chart"
	"hearth/app/watch"
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// TestAStrapWithoutACurve: its numbers are followed, its silence is a gap, and a curve takes its place at once.
func TestAStrapWithoutACurve(t *testing.T) {
	now := care.Stamp(1_800_000_000_000_000)
	f := newFeed(chart.NewStrip(chart.StripOptions{}), chart.NewTrend(chart.Words{}), func() care.Stamp { return now })
	strap := telemetry.Sensor{Key: "heart-rate-pulse", Signal: "ecg", State: "streaming"}
	f.Trend(strap, telemetry.Trend{At: now, HR: 64})
	if r := f.read(); !r.Any || r.Trend.HR != 64 {
		t.Fatalf("the strap's numbers are not shown: %+v", r)
	}
	now = now.Add(watch.Silence + 2*time.Second)
	f.tick(now, true, nil)
	if got := f.trend.Facts(now).Gaps; got != 1 {
		t.Errorf("%d gaps while the strap is silent", got)
	}
	ecg := telemetry.Sensor{Key: "demo-ecg", Signal: "ecg", State: "streaming", Rate: 250, Channels: []telemetry.Channel{{Name: "ecg", Unit: "mV", Scale: 0.001}}}
	f.Trend(strap, telemetry.Trend{At: now, HR: 65})
	f.Samples(ecg, telemetry.Samples{Start: now, PeriodNS: 4e6, Channels: 1, Values: make([]int32, 16)})
	f.Trend(ecg, telemetry.Trend{At: now, HR: 66})
	f.Trend(strap, telemetry.Trend{At: now, HR: 99})
	if r := f.read(); r.Trend.HR != 66 {
		t.Errorf("heart rate %v beside a curve", r.Trend.HR)
	}
	list := []watch.Sensor{{Sensor: strap}, {Sensor: ecg}}
	if s, ok := heart(list); !ok || s.Key != ecg.Key {
		t.Errorf("the heart is %v", s.Key)
	}
	if s, _ := heart([]watch.Sensor{{Sensor: telemetry.Sensor{Key: "idle", Signal: "ecg", State: "idle", Channels: ecg.Channels}}, {Sensor: strap}}); s.Key != strap.Key {
		t.Errorf("the heart is %v beside one that is put away", s.Key)
	}
	words := missing(reading{Any: true, Trend: telemetry.Trend{Why: telemetry.NoIntervals}}, true, "rmssd", math.NaN())
	if words == "" || words == missing(reading{Any: true}, true, "rmssd", math.NaN()) {
		t.Errorf("no variability for the reason %q", words)
	}
}
