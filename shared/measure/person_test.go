package measure

import (
	"fmt"
	"math"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/hrv"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
)

const noon care.Stamp = 1_780_000_000_000_000

// play measures a made-up person for so long, and hands every frame on.
type play struct {
	source *demo.Source
	sensor *Sensor
	see    func(st *Stream, f telemetry.Frame)
	end    care.Stamp
}

func mustPlay(t testing.TB, o demo.Options) *play {
	t.Helper()
	o.Start = noon
	s, err := New("demo", demo.Driver{}.Describe())
	if err != nil {
		t.Fatal(err)
	}
	p := &play{source: demo.NewSource(o), sensor: s, see: func(*Stream, telemetry.Frame) {}}
	p.mustBegin(t)
	return p
}

func (p *play) mustBegin(t testing.TB) {
	t.Helper()
	if err := p.sensor.Begin(demo.NewDecoder()); err != nil {
		t.Fatal(err)
	}
}

func (p *play) mustRun(t testing.TB, length time.Duration) {
	t.Helper()
	lost := false
	for p.end = p.end.Add(length); ; {
		e := p.source.Next()
		if e.At.Sub(noon) > time.Duration(p.end)*time.Microsecond {
			return
		}
		if e.Lost {
			p.sensor.Lose(telemetry.CauseLink)
			lost = true
			continue
		}
		if lost {
			p.mustBegin(t)
			lost = false
		}
		if err := p.sensor.Feed(e.Notification); err != nil {
			t.Fatalf("feeding: %v", err)
		}
		for _, st := range p.sensor.Streams() {
			for _, f := range st.Take() {
				p.see(st, f)
			}
		}
	}
}

// TestNumbersAreTheTruth holds the whole way, from the heart over packets, detector and windows to the trend, against
// what the heart truly did: against windows that are given the true beats, and against the truth itself, where windows
// may think a true beat wrong now and then.
func TestNumbersAreTheTruth(t *testing.T) {
	for _, scenario := range demo.Scenarios() {
		for _, ppm := range []float64{0, 80} {
			t.Run(fmt.Sprint(scenario, " ", ppm), func(t *testing.T) {
				p := mustPlay(t, demo.Options{Scenario: scenario, Seed: 7, PPM: ppm})
				device := func(at care.Stamp) float64 { return at.Sub(noon).Seconds() * (1 + ppm*1e-6) }
				beats := map[uint32]telemetry.Beat{}
				ideal, next := hrv.NewSeries(), 0
				var count, apart, wrongHR, wrongRMSSD int
				p.see = func(st *Stream, f telemetry.Frame) {
					truth := p.source.Truth()
					for _, b := range f.Beats {
						beats[b.N] = b
					}
					for ; len(f.Beats) > 0 && next < len(truth.Beats) && truth.Beats[next].At < device(f.Beats[len(f.Beats)-1].At)+0.1; next++ {
						if truth.Beats[next].At > device(beats[0].At)-0.1 {
							ideal.Add(hrv.Beat{At: truth.Beats[next].At})
						}
					}
					if f.Trend == nil || len(beats) == 0 {
						return
					}
					got, at := *f.Trend, device(f.Trend.At)
					want := ideal.Now(max(at, truth.Beats[next-1].At))
					if !same(got.HR, want.HR, 0.5, 0) || !same(got.MeanHR, want.MeanHR, 0.2, 0) || !same(got.RMSSD, want.RMSSD, 1, 0.03) || !same(got.SDNN, want.SDNN, 1, 0.02) {
						apart++
					}
					if at < 65 {
						return
					}
					count++
					// The beat of the last half second may or may not be out yet.
					if !same(got.HR, truth.HeartRate(at), 1, 0) && !same(got.HR, truth.HeartRate(at-0.5), 1, 0) {
						wrongHR++
					}
					if !same(got.MeanHR, truth.MeanHeartRate(at, 60), 1, 0) {
						t.Errorf("at %.0f s the mean heart rate reads %.2f, truth %.2f", at, got.MeanHR, truth.MeanHeartRate(at, 60))
					}
					if !same(got.RMSSD, truth.RMSSD(at, 60), 1, 0.06) {
						wrongRMSSD++
					}
				}
				p.mustRun(t, 12*time.Minute)
				compareBeats(t, beats, p.source.Truth(), device)
				t.Logf("of %d seconds: %d apart from windows of the true beats; heart rate off by over 1/min in %d, RMSSD by over 6 %% and 1 ms in %d; drift found %.1f ppm",
					count, apart, wrongHR, wrongRMSSD, -p.sensor.Streams()[0].Drift())
				if count < 650 {
					t.Errorf("%d trends in eleven minutes", count)
				}
				if apart > count/100 || wrongHR > count/20 || wrongRMSSD > count/10 {
					t.Errorf("the numbers are not the truth's")
				}
				if drift := p.sensor.Streams()[0].Drift(); math.Abs(drift+ppm) > 10 {
					t.Errorf("drift found is %.1f ppm, the device's %.0f", -drift, ppm)
				}
			})
		}
	}
}

// same compares within an absolute or a relative bound; two missing numbers are the same.
func same(got float32, want, absolute, relative float64) bool {
	g := float64(got)
	return math.IsNaN(g) && math.IsNaN(want) || math.Abs(g-want) <= max(absolute, relative*math.Abs(want))
}

// compareBeats finds every true beat, where it was, and no other.
func compareBeats(t *testing.T, beats map[uint32]telemetry.Beat, truth demo.Truth, device func(care.Stamp) float64) {
	t.Helper()
	last := uint32(len(beats) - 1)
	first := device(beats[0].At)
	var want []demo.Beat
	for _, b := range truth.Beats {
		if b.At > first-0.1 && b.At < device(beats[last].At)+0.1 {
			want = append(want, b)
		}
	}
	if first > 2.5 {
		t.Errorf("the first beat found is at %.2f s", first)
	}
	if len(want) != len(beats) {
		t.Fatalf("%d beats found, truth %d", len(beats), len(want))
	}
	for i, b := range want {
		got := beats[uint32(i)]
		if off := device(got.At) - b.At; math.Abs(off) > 0.030 {
			t.Errorf("beat %d at %.3f s is %.1f ms off", i, b.At, 1000*off)
		}
		if i > 0 && math.Abs(float64(got.RR)/1000-b.RR) > 0.004 {
			t.Errorf("beat %d at %.3f s: interval %.1f ms, truth %.1f", i, b.At, got.RR, 1000*b.RR)
		}
	}
}

func TestMovementIsTold(t *testing.T) {
	activity := map[demo.Scenario]float64{}
	for _, scenario := range []demo.Scenario{demo.Rest, demo.Walk} {
		p := mustPlay(t, demo.Options{Scenario: scenario, Seed: 3})
		p.mustRun(t, 20*time.Second)
		st := p.sensor.Streams()[1]
		if st.Signal() != access.Movement || st.Key() != "demo-movement" {
			t.Fatalf("stream 1 is %s %q", st.Signal(), st.Key())
		}
		activity[scenario] = st.Activity()
		up := st.Recent(1, make([]float32, 52))
		if len(up) != 52 || math.Abs(float64(up[0])-9.8) > 4 {
			t.Errorf("%s: the newest second of up is %v", scenario, up)
		}
	}
	if !(activity[demo.Rest] < 0.3 && activity[demo.Walk] > 1.0) {
		t.Errorf("activity %v: rest should be below 0.3 m/s², walking above 1", activity)
	}
	p := mustPlay(t, demo.Options{})
	if a := p.sensor.Streams()[1].Activity(); !math.IsNaN(a) {
		t.Errorf("activity before the first sample is %v, want NaN", a)
	}
}

var _ sensor.Decoder = demo.NewDecoder()
