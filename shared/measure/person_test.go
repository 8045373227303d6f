package measure

import (
	"math"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/ecg"
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
	wire   [telemetry.MaxFrame]byte
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
				if _, err := f.Append(p.wire[:0]); err != nil {
					t.Fatalf("a frame that cannot be sent: %v", err)
				}
				p.see(st, f)
			}
		}
	}
}

// TestNumbersAreTheTruth holds the whole way, from the heart over packets, detector and windows to the trend, against
// what the heart truly did: exactly against windows that are given the true beats, and against the truth itself, where
// windows may think a true beat wrong now and then.
func TestNumbersAreTheTruth(t *testing.T) {
	for _, scenario := range demo.Scenarios() {
		t.Run(string(scenario), func(t *testing.T) {
			ppm, length := 80.0, 6*time.Minute
			if scenario == demo.Session {
				ppm, length = -80, 12*time.Minute
			}
			p := mustPlay(t, demo.Options{Scenario: scenario, Seed: 7, PPM: ppm})
			w := &witness{t: t, source: p.source, ppm: ppm, beats: map[uint32]telemetry.Beat{}, ideal: hrv.NewSeries()}
			p.see = w.see
			p.mustRun(t, length)
			compareBeats(t, w.beats, p.source.Truth(), w.device)
			drift := -p.sensor.Streams()[0].Drift()
			t.Logf("of %d seconds the heart rate is off by over 1/min in %d, RMSSD by over 6 %% and 1 ms in %d; drift found %.1f ppm", w.count, w.wrongHR, w.wrongRMSSD, drift)
			if float64(w.count) < length.Seconds()-70 {
				t.Errorf("%d trends in %v", w.count, length)
			}
			if w.wrongHR > w.count/20 || w.wrongRMSSD > w.count/20 {
				t.Errorf("the numbers are not the truth's")
			}
			if math.Abs(drift-ppm) > 5 {
				t.Errorf("drift found is %.1f ppm, the device's %.0f", drift, ppm)
			}
		})
	}
}

// witness holds the frames of a heart against the truth.
type witness struct {
	t      *testing.T
	source *demo.Source
	ppm    float64
	beats  map[uint32]telemetry.Beat
	ideal  *hrv.Series // of the true beats
	given  int         // true beats it was given or that were before the first one found

	count, wrongHR, wrongRMSSD int
}

// device is a session time on the device's clock.
func (w *witness) device(at care.Stamp) float64 { return at.Sub(noon).Seconds() * (1 + w.ppm*1e-6) }

func (w *witness) see(st *Stream, f telemetry.Frame) {
	if st.Signal() != access.ECG || len(f.Beats) == 0 && f.Trend == nil {
		return
	}
	truth := w.source.Truth()
	for _, b := range f.Beats {
		w.beats[b.N] = b
	}
	for ; len(f.Beats) > 0 && w.given < len(truth.Beats) && truth.Beats[w.given].At < w.device(f.Beats[len(f.Beats)-1].At)+0.1; w.given++ {
		if truth.Beats[w.given].At > w.device(w.beats[0].At)-0.1 {
			w.ideal.Add(hrv.Beat{At: truth.Beats[w.given].At})
		}
	}
	if f.Trend != nil && w.device(f.Trend.At) > 65 { // all but the longest window are full
		w.compare(*f.Trend, truth)
	}
}

func (w *witness) compare(got telemetry.Trend, truth demo.Truth) {
	at := w.device(got.At)
	want := w.ideal.Now(max(at, truth.Beats[w.given-1].At))
	if !same(got.HR, want.HR, 0.3, 0) || !same(got.MeanHR, want.MeanHR, 0.1, 0) || !same(got.RMSSD, want.RMSSD, 0.5, 0.02) || !same(got.SDNN, want.SDNN, 0.2, 0.02) {
		w.t.Errorf("at %.0f s: %+v, windows of the true beats say %+v", at, got, want)
	}
	if mean := truth.MeanHeartRate(at, 60); !same(got.MeanHR, mean, 1, 0) {
		w.t.Errorf("at %.0f s the mean heart rate reads %.2f, truth %.2f", at, got.MeanHR, mean)
	}
	w.count++
	// The beat of the last half second may or may not be out yet.
	if !same(got.HR, truth.HeartRate(at), 1, 0) && !same(got.HR, truth.HeartRate(at-0.5), 1, 0) {
		w.wrongHR++
	}
	if !same(got.RMSSD, truth.RMSSD(at, 60), 1, 0.06) {
		w.wrongRMSSD++
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

// The bits of flaws on the wire are those of the detector's causes.
func TestFlawsAreTheCauses(t *testing.T) {
	for cause, flaw := range map[ecg.Cause]telemetry.Flaws{
		ecg.Flat: telemetry.FlawFlat, ecg.Rail: telemetry.FlawRail, ecg.Noise: telemetry.FlawNoise,
		ecg.Baseline: telemetry.FlawBaseline, ecg.Disagreement: telemetry.FlawDispute, ecg.Movement: telemetry.FlawMovement,
	} {
		if uint8(cause) != uint8(flaw) {
			t.Errorf("cause %b is flaw %b", cause, flaw)
		}
	}
	if ecg.Good*100 != telemetry.Good || ecg.Usable*100 != telemetry.Usable {
		t.Error("good and usable mean something else on the wire")
	}
}

// Who walks is told so by the heart's own quality, and a device that may be anywhere says nothing of the trunk.
func TestWalkingAsksMoreOfTheHeart(t *testing.T) {
	for _, worn := range []sensor.Worn{sensor.Chest, sensor.Anywhere} {
		p := mustPlay(t, demo.Options{Scenario: demo.Walk, Seed: 3})
		p.sensor.worn = worn
		told, moved := 0, 0
		p.see = func(st *Stream, f telemetry.Frame) {
			for _, b := range f.Beats {
				if told++; b.Flaws&telemetry.FlawMovement != 0 {
					moved++
				}
			}
		}
		p.mustRun(t, 60*time.Second)
		if known := worn == sensor.Chest; known != (moved > 0) {
			t.Errorf("worn %q: %d of %d beats told are less than good for movement", worn, moved, told)
		}
	}
}

// The made-up person at rest breathes 14.4 times a minute, and the heart says so.
func TestBreathIsTheTruth(t *testing.T) {
	p := mustPlay(t, demo.Options{Scenario: demo.Rest, Seed: 5})
	told, known := 0, 0
	p.see = func(st *Stream, f telemetry.Frame) {
		if st.Signal() != access.ECG || f.Trend == nil || f.Trend.At < noon.Add(70*time.Second) {
			return
		}
		told++
		if b := float64(f.Trend.Breath); !math.IsNaN(b) {
			known++
			if math.Abs(b-14.4) > 1 {
				t.Errorf("%v: %.1f breaths a minute", f.Trend.At.Sub(noon), b)
			}
		}
	}
	p.mustRun(t, 3*time.Minute)
	if told < 100 || known < told*9/10 {
		t.Errorf("told in %d of %d seconds", known, told)
	}
}
