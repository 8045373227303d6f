package therapist

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

func TestMain(m *testing.M) {
	words.Use(catalogue.Load(words.English))
	os.Exit(m.Run())
}

var nan = float32(math.NaN())

// numbers is a second of a good signal.
func numbers() telemetry.Trend {
	return telemetry.Trend{At: 1e9, HR: 90.4, MeanHR: 94, RMSSD: 23, SDNN: 36, LF: 400, HF: 200, VLF: 300, Quality: 90, Window: 300}
}

func rest() *api.Baseline {
	return &api.Baseline{Start: 1, End: 60e6, Measures: map[string]care.Measure{
		sitting.HR: {Median: 74, Spread: 4, Count: 60}, sitting.RMSSD: {Median: 41, Spread: 5, Count: 60}, sitting.MeanHR: {Median: 94, Spread: 1, Count: 60}}}
}

// fullRest was measured long enough for every quantity.
func fullRest() *api.Baseline {
	b := rest()
	b.Measures[sitting.SDNN] = care.Measure{Median: 50, Spread: 4, Count: 60}
	return b
}

func TestFigures(t *testing.T) {
	without := func(why telemetry.Reason, window uint16) telemetry.Trend {
		return telemetry.Trend{At: 1e9, HR: nan, MeanHR: nan, RMSSD: nan, SDNN: nan, LF: nan, HF: nan, VLF: nan, Why: why, Window: window}
	}
	short := numbers()
	short.Why, short.Window = telemetry.Short, 70
	poor := numbers()
	poor.Why = telemetry.TooPoor
	doubtful := numbers()
	doubtful.Why = telemetry.Uncertain
	for _, c := range []struct {
		name      string
		r         reading
		streaming bool
		rest      *api.Baseline
		id        string
		want      figure
	}{
		{"against rest", reading{Trend: numbers(), Any: true}, true, rest(), "hr", figure{Value: "90", Data: "90.4", Arrow: "arrow-up", Change: "+22 % vs rest", Unit: "bpm"}},
		{"less than rest", reading{Trend: numbers(), Any: true}, true, rest(), "rmssd", figure{Value: "23", Data: "23.0", Arrow: "arrow-down", Change: "−44 % vs rest", Unit: "ms"}},
		{"as rest", reading{Trend: numbers(), Any: true}, true, rest(), "mean-hr", figure{Value: "94", Data: "94.0", Change: "as at rest", Unit: "bpm"}},
		{"a quantity rest does not have", reading{Trend: numbers(), Any: true}, true, rest(), "sdnn", figure{Value: "36", Data: "36.0", Change: "rest was too short", Unit: "ms"}},
		{"no rest", reading{Trend: numbers(), Any: true}, true, nil, "hr", figure{Value: "90", Data: "90.4", Change: "no rest yet", Unit: "bpm"}},
		{"a short window", reading{Trend: short, Any: true}, true, nil, "sdnn", figure{Value: "36", Data: "36.0", Change: "over 1:10 min", Unit: "ms", Dim: true}},
		{"a short window is not held against a full one", reading{Trend: short, Any: true}, true, fullRest(), "sdnn", figure{Value: "36", Data: "36.0", Change: "over 1:10 min", Unit: "ms", Dim: true}},
		{"shown and poor", reading{Trend: poor, Any: true}, true, nil, "hr", figure{Value: "90", Data: "90.4", Change: "no rest yet", Unit: "bpm", Dim: true}},
		{"much corrected", reading{Trend: doubtful, Any: true}, true, nil, "rmssd", figure{Value: "23", About: true, Data: "23.0", Change: "no rest yet", Unit: "ms"}},
		{"filling", reading{Trend: without(telemetry.Filling, 20), Any: true}, true, nil, "rmssd", figure{Value: "–", Change: "from 30 s on"}},
		{"filling the longer window", reading{Trend: without(telemetry.Filling, 40), Any: true}, true, nil, "sdnn", figure{Value: "–", Change: "from 60 s on"}},
		{"filling again after a gap", reading{Trend: without(telemetry.Filling, 250), Any: true}, true, nil, "rmssd", figure{Value: "–", Change: "filling up"}},
		{"filling heart rate", reading{Trend: without(telemetry.Filling, 2), Any: true}, true, nil, "hr", figure{Value: "–", Change: "filling up"}},
		{"electrodes off", reading{Trend: without(telemetry.NoContact|telemetry.NoBeats, 200), Any: true}, true, nil, "hr", figure{Value: "–", Change: "no skin contact"}},
		{"no beats", reading{Trend: without(telemetry.NoBeats, 200), Any: true}, true, nil, "sdnn", figure{Value: "–", Change: "no heartbeat"}},
		{"too poor", reading{Trend: without(telemetry.TooPoor, 200), Any: true}, true, nil, "mean-hr", figure{Value: "–", Change: "signal too poor"}},
		{"too old", reading{Trend: numbers(), Any: true, Silent: 14 * time.Second}, true, rest(), "hr", figure{Value: "–", Change: "no signal 14 s"}},
		{"stopped this very moment", reading{Trend: numbers(), Any: true}, false, rest(), "hr", figure{Value: "–", Change: "not streaming"}},
		{"never began", reading{}, false, nil, "hr", figure{Value: "–", Change: "not streaming"}},
		{"about to begin", reading{}, true, nil, "hr", figure{Value: "–", Change: "waiting"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, f := range figures(c.r, c.streaming, c.rest) {
				if f.ID != c.id {
					continue
				}
				c.want.ID, c.want.Quantity, c.want.Line = f.ID, f.Quantity, f.Line
				if f != c.want {
					t.Errorf("got %+v\nwant %+v", f, c.want)
				}
			}
		})
	}
}

// TestANumberIsNeverInvented: whatever the reasons and however old, what is not valid has no digits.
func TestANumberIsNeverInvented(t *testing.T) {
	for why := telemetry.Reason(0); why < 1<<8; why++ {
		trend := telemetry.Trend{At: 1e9, HR: nan, MeanHR: nan, RMSSD: nan, SDNN: nan, Why: why, Window: 300}
		for _, streaming := range []bool{true, false} {
			for _, f := range figures(reading{Trend: trend, Any: true}, streaming, rest()) {
				if f.Value != "–" || f.Data != "" || f.Change == "" || f.Arrow != "" {
					t.Fatalf("for reasons %b: %+v", why, f)
				}
			}
		}
	}
}

func TestWhyNoShares(t *testing.T) {
	with := func(why telemetry.Reason, window uint16) reading {
		n := numbers()
		n.Why, n.Window = why, window
		return reading{Trend: n, Any: true}
	}
	for want, r := range map[string]reading{
		"They need 5:00 min of heartbeats; 0:40 min so far.":                                with(telemetry.Filling, 40),
		"They need 5:00 min of heartbeats; 1:20 min so far.":                                with(telemetry.Filling|telemetry.Short, 80),
		"The heart rate drifts too much at the moment. They come back when it is steadier.": with(telemetry.Restless, 298),
		"Not valid at the moment.":                                                          with(telemetry.Filling, 298),
		"too many gaps":                                                                     with(telemetry.TooFixed|telemetry.Restless, 300),
		"signal too poor":                                                                   with(telemetry.TooPoor, 300),
		"waiting":                                                                           {},
	} {
		if got := whyNoShares(r, true); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSpoken(t *testing.T) {
	got := spoken(figures(reading{Trend: numbers(), Any: true}, true, rest()), "Wren-23")
	for _, part := range []string{"Wren-23", "Heart rate: 90 bpm, +22 % vs rest", "RMSSD: 23 ms, −44 % vs rest"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q lacks %q", got, part)
		}
	}
}

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0:00", 0: "0:00", 999 * time.Millisecond: "0:00", 65 * time.Second: "1:05",
		59*time.Minute + 59*time.Second: "59:59", time.Hour + 65*time.Second: "1:01:05", 30 * time.Hour: "30:00:00",
	} {
		if got := elapsed(d); got != want {
			t.Errorf("elapsed(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestNumberSpeaksTheLanguage(t *testing.T) {
	defer words.Use(catalogue.Load(words.English))
	for l, want := range map[words.Language]string{words.English: "0.5", words.German: "0,5", words.French: "0,5", words.Spanish: "0,5"} {
		words.Use(catalogue.Load(l))
		if got := number(0.5); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}
