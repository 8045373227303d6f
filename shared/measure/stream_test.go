package measure

import (
	"math"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// mustStream is a movement stream of 26 samples a second, stamped in milliseconds.
func mustStream(t *testing.T) *Stream {
	t.Helper()
	kind := sensor.Stream{Key: "x", Signal: access.Movement, Rate: 26, Clock: sensor.Clock{Bits: 32, Hz: 1000}}
	for _, axis := range []string{"acc-x", "acc-y", "acc-z"} {
		kind.Channels = append(kind.Channels, telemetry.Channel{Name: axis, Unit: "m/s²", Scale: 0.01})
	}
	st, err := newStream("move", sensor.Description{}, kind)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// give feeds n samples of one acceleration along x, the first of them index samples into the measurement.
func give(st *Stream, index, n int, x int32) {
	values := make([]int32, 3*n)
	for i := range n {
		values[3*i] = x
	}
	at := noon.Add(time.Duration(index+n) * time.Second / 26)
	st.feed(sensor.Block{Tick: uint64(math.Round(float64(index) * 1000 / 26)), Values: values}, at)
}

// A packet may hold many seconds; the samples of the frame it joins are still as far apart as they were measured.
func TestLongBlocksKeepTheirPeriod(t *testing.T) {
	st := mustStream(t)
	give(st, 0, 1, 981)
	give(st, 1, 256, 981)
	frames := st.Take()
	if len(frames) == 0 {
		t.Fatal("no frame")
	}
	for _, f := range frames {
		if got, want := float64(f.Samples.PeriodNS), 1e9/26; math.Abs(got-want) > 0.03*want {
			t.Errorf("%d samples %.0f ns apart, want %.0f", f.Samples.Count(), got, want)
		}
	}
}

// An accelerometer that measures nothing any more says nothing, and one that clips for a moment still says how much.
func TestActivityWithoutValues(t *testing.T) {
	st := mustStream(t)
	give(st, 0, 52, 1181)
	if got := st.Activity(); math.Abs(got-2) > 0.01 {
		t.Errorf("2 m/s² over gravity give %.3f", got)
	}
	give(st, 52, 8, telemetry.NoValue)
	if got := st.Activity(); math.Abs(got-2) > 0.01 {
		t.Errorf("with a third of a second missing %.3f", got)
	}
	give(st, 60, 26, telemetry.NoValue)
	if got := st.Activity(); !math.IsNaN(got) {
		t.Errorf("a second without a value is called %.3f", got)
	}
}

// A clock that is set right by decades leaves a gap, not old samples beside new ones.
func TestRecentAfterDecades(t *testing.T) {
	st := mustStream(t)
	give(st, 0, 52, 981)
	st.gap(telemetry.Gap{From: noon, To: noon.Add(30 * 365 * 24 * time.Hour), Cause: telemetry.CauseRestart})
	for i, v := range st.Recent(0, make([]float32, 26)) {
		if !math.IsNaN(float64(v)) {
			t.Fatalf("sample %d from the end is %v", 26-i, v)
		}
	}
}
