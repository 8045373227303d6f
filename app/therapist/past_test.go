package therapist

import (
	"testing"
	"time"

	"hearth/app/chart"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// What is told of the past reaches the trend, and neither the limits, nor rest, nor the newest number.
func TestThePastRaisesNoAlarm(t *testing.T) {
	now := care.StampOf(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	trend := chart.NewTrend(chart.Words{})
	f := newFeed(chart.NewStrip(chart.StripOptions{}), trend, func() care.Stamp { return now })
	f.limit(api.Limits{HeartLow: 50, HeartHigh: 120, LeadOff: 60})
	f.tick(now, true, nil)
	f.measure()
	var frames []telemetry.Frame
	for i := range 30 {
		frames = append(frames, telemetry.Frame{Kind: telemetry.KindTrend, Trend: &telemetry.Trend{At: now.Add(time.Duration(i-60) * time.Second), HR: 190}})
	}
	f.Past(telemetry.Sensor{Key: "demo-ecg", Signal: "ecg"}, frames)
	if alarm, _ := f.tick(now, true, nil); alarm != "" {
		t.Errorf("the past raised the alarm %q", alarm)
	}
	if r := f.read(); r.Any || r.Seconds != 0 {
		t.Errorf("the past is the newest reading: %+v", r)
	}
	if facts := trend.Facts(now); facts.Filled != 30 || facts.HighestHR != 190 {
		t.Errorf("the trend has %+v", facts)
	}
}

// A moment the house has told of is not shown a second time because the tablet knows it too.
func TestMarksShowOnce(t *testing.T) {
	a, b, c := care.NewID[care.LabelID](), care.NewID[care.LabelID](), care.NewID[care.LabelID]()
	told := []telemetry.Mark{
		{ID: a, At: 100, Kind: care.Rating, Level: 40}, {ID: b, At: 110, Kind: care.Rating, Level: 50},
		{ID: c, At: 120, Kind: care.Rating, Level: 60, Removed: true}, {ID: care.NewID[care.LabelID](), At: 50, Kind: care.Rating},
	}
	if list := others(told, told[:1], 90); len(list) != 1 || list[0].At != 110 {
		t.Errorf("shown: %+v", list)
	}
	if list := others(told, nil, 0); len(list) != 0 {
		t.Errorf("shown without a sitting: %+v", list)
	}
}
