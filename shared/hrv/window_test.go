package hrv

import (
	"math"
	"testing"
)

// Where gaps leave hardly two intervals in a row, half a minute of beats gives a mean heart rate, but no RMSSD out of the
// few differences there are.
func TestFewDifferencesAreNoRMSSD(t *testing.T) {
	s, at := NewSeries(), 0.0
	for i := range 75 {
		at += 0.8
		s.Add(Beat{At: at, AfterGap: i%3 == 0 && i != 36})
		// Intervals stand in pairs, but only every second one of them leads to another.
		if i%3 == 1 && i != 37 {
			at += 0.8
			s.Add(Beat{At: at, AfterGap: true})
		}
	}
	v := s.Now(at)
	if math.Abs(v.MeanHR-75) > 0.5 || !math.IsNaN(v.RMSSD) || v.Why&Filling == 0 {
		t.Errorf("mean heart rate %.1f, RMSSD %.1f, why %b", v.MeanHR, v.RMSSD, v.Why)
	}
}
