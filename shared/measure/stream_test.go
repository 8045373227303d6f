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
		if f.Samples == nil {
			continue
		}
		if got, want := float64(f.Samples.PeriodNS), 1e9/26; math.Abs(got-want) > 0.03*want {
			t.Errorf("%d samples %.0f ns apart, want %.0f", f.Samples.Count(), got, want)
		}
	}
}

// Over a thin line few frames go, with the same samples in them.
func TestSparse(t *testing.T) {
	for _, sparse := range []bool{false, true, false} {
		st := mustStream(t)
		st.Sparse(!sparse)
		st.Sparse(sparse)
		for i := range 26 * 10 {
			give(st, i, 1, 981)
		}
		frames, samples := 0, 0
		for _, f := range st.Take() {
			if f.Samples != nil {
				frames++
				samples += f.Samples.Count()
			}
		}
		samples += int(st.Waiting())
		if few := frames <= 10*1000/int(sparseTime.Milliseconds()); few != sparse || samples != 26*10 {
			t.Errorf("sparse %v: %d samples in %d frames of 10 s", sparse, samples, frames)
		}
		if err := st.shape(st.kind); err != nil || (st.least >= 10) != sparse {
			t.Errorf("sparse %v: after another link %d samples make a frame (%v)", sparse, st.least, err)
		}
	}
}

// shake feeds n samples of a body that goes up and down three times a second, by 2 m/s² RMS.
func shake(st *Stream, index, n int) {
	for i := index; i < index+n; i++ {
		give(st, i, 1, int32(math.Round(981+283*math.Sin(2*math.Pi*3*float64(i)/26))))
	}
}

// What moves is told every second, with when it was; an accelerometer that measures nothing any more says nothing.
func TestActivity(t *testing.T) {
	st := mustStream(t)
	shake(st, 0, 6*26)
	if got := st.Activity(); math.Abs(got-2) > 0.1 {
		t.Errorf("2 m/s² give %.3f", got)
	}
	told := 0
	for _, f := range st.Take() {
		if f.Trend == nil {
			continue
		}
		told++
		if f.Trend.At%1_000_000 != 0 || f.Trend.At <= noon || f.Trend.At > st.Latest() || !(f.Trend.HR != f.Trend.HR) {
			t.Errorf("told %+v", *f.Trend)
		}
		if e := float64(f.Trend.Energy); told > 2 && math.Abs(e-2) > 0.1 {
			t.Errorf("second %d: %.3f m/s²", told, e)
		}
	}
	if told < 4 {
		t.Errorf("%d seconds of 6 were told", told)
	}
	if n := len(st.History().Trends(noon, noon.Add(time.Hour))); n != told {
		t.Errorf("the history has %d seconds of %d", n, told)
	}
	give(st, 6*26, 5*26, telemetry.NoValue)
	if got := st.Activity(); !math.IsNaN(got) {
		t.Errorf("without a value for seconds: %.3f", got)
	}
	st.gap(telemetry.Gap{From: noon, To: noon.Add(time.Hour), Cause: telemetry.CauseLink})
	if got := st.Activity(); !math.IsNaN(got) {
		t.Errorf("right after a gap: %.3f", got)
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

// A movement stream that brings nothing any more says nothing of now, while others of its device go on: nobody asks more of
// a heart for a walk that may long be over.
func TestMovementOfThePastIsNotEnergy(t *testing.T) {
	move := mustStream(t)
	heart, err := newStream("heart", sensor.Description{}, sensor.Stream{Key: "y", Signal: access.ECG, Rate: 250,
		Channels: []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: 1}}, Clock: sensor.Clock{Bits: 32, Hz: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	s := &Sensor{streams: []*Stream{move, heart}, worn: sensor.Chest}
	beat := func(from, to int) { // seconds
		for i := from; i < to; i++ {
			heart.feed(sensor.Block{Tick: uint64(1000 * i), Values: make([]int32, 250)}, noon.Add(time.Duration(i+1)*time.Second))
		}
	}
	shake(move, 0, 6*26)
	beat(0, 6)
	if got := s.Energy(); math.Abs(got-2) > 0.1 {
		t.Errorf("both go on: %.3f", got)
	}
	beat(6, 12)
	if got := s.Energy(); !math.IsNaN(got) {
		t.Errorf("six seconds after the last movement: %.3f", got)
	}
	if got := (&Sensor{streams: []*Stream{heart}}).Energy(); !math.IsNaN(got) {
		t.Errorf("without a movement sensor: %.3f", got)
	}
}
