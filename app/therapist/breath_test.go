package therapist

import (
	"math"
	"strings"
	"testing"
	"time"

	"hearth/shared/telemetry"
)

func TestBreathing(t *testing.T) {
	with := func(rate float64) reading {
		r := reading{Any: true, Trend: telemetry.EmptyTrend(1e9)}
		r.Trend.Breath = float32(rate)
		return r
	}
	for _, c := range []struct {
		name      string
		r         reading
		streaming bool
		part      string
		slow      bool
	}{
		{"usual", with(14.4), true, "14 a minute", false},
		{"slow", with(7.2), true, "LF and not in HF", true},
		{"not known", with(math.NaN()), true, "", false},
		{"not streaming", with(14), false, "", false},
		{"of a while ago", func() reading { r := with(14); r.Silent = time.Minute; return r }(), true, "", false},
		{"nothing came yet", reading{Trend: with(14).Trend}, true, "", false},
	} {
		said, slow := breathing(c.r, c.streaming)
		if (c.part == "") != (said == "") || !strings.Contains(said, c.part) || slow != c.slow {
			t.Errorf("%s: %q, %v", c.name, said, slow)
		}
	}
}
