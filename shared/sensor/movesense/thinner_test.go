package movesense

import (
	"math"
	"os"
	"testing"

	"hearth/shared/sensor"
	"hearth/shared/sensor/sensortest"
	"hearth/shared/telemetry"
)

// thinned gives a thinner a signal in packets of 16, the first sample at ms start, and returns what comes out with the
// time of each sample in ms.
func thinned(start uint32, signal []int32) (out []int32, at []float64) {
	t := newThinner()
	for i := 0; i+16 <= len(signal); i += 16 {
		out, at = thinPacket(t, start+uint32(2*(i+15)), signal[i:i+16], out, at)
	}
	return out, at
}

func thinPacket(t *thinner, stamp uint32, in, out []int32, at []float64) ([]int32, []float64) {
	last, got := t.thin(stamp, in)
	for j, v := range got {
		out, at = append(out, v), append(at, float64(uint32(last))-4*float64(len(got)-1-j))
	}
	return out, at
}

func wave(n int, hz float64) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(math.Round(10_000 * math.Sin(2*math.Pi*hz*float64(i)/500)))
	}
	return s
}

// TestThinnerKeepsShapeAndTime: up to 95 Hz a wave comes out as it went in, at the time it says; above 155 Hz, what would
// fold into the curve is gone.
func TestThinnerKeepsShapeAndTime(t *testing.T) {
	for hz := 1.0; hz < 250; hz += 3 {
		out, at := thinned(1000, wave(4000, hz))
		if len(out) < 1990 {
			t.Fatalf("of 4000 samples %d come out", len(out))
		}
		worst, loudest := 0.0, 0.0
		for i := 20; i < len(out); i++ {
			worst = max(worst, math.Abs(float64(out[i])-10_000*math.Sin(2*math.Pi*hz*(at[i]-1000)/1000)))
			loudest = max(loudest, math.Abs(float64(out[i])))
		}
		switch {
		case hz <= 95 && worst > 50:
			t.Errorf("%.0f Hz is up to %.0f of 10000 off", hz, worst)
		case hz >= 155 && loudest > 40:
			t.Errorf("%.0f Hz comes through with %.0f of 10000", hz, loudest)
		}
	}
}

// TestThinnedStandsBesideMovement: what the filter holds back does not move the curve against what came at the same time.
func TestThinnedStandsBesideMovement(t *testing.T) {
	trace := sensortest.MustRead(t, os.DirFS("testdata"), "activity-0.7.bin")
	link := sensortest.NewLink(trace)
	d, err := Driver{}.Prepare(t.Context(), link, nil)
	if err != nil {
		t.Fatal(err)
	}
	lines := []*sensor.Timeline{sensor.NewTimeline(d.Streams()[0]), sensor.NewTimeline(d.Streams()[1])}
	var tied [2]float64 // session time − device time of the newest sample, ms
	for n := range link.Notifications() {
		blocks, err := d.Decode(n, nil)
		if err != nil && n.From != sensor.BatteryLevel {
			t.Fatal(err)
		}
		for _, b := range blocks {
			count := len(b.Values) / len(d.Streams()[b.Stream].Channels)
			p := lines[b.Stream].Place(count, b.Tick, b.Anchor, n.At)
			end := float64(p.Start) + float64(count-1)*float64(p.PeriodNS)/1e3
			tied[b.Stream] = end/1e3 - float64(b.Tick)
		}
	}
	if behind := tied[0] - tied[1]; math.Abs(behind) > 10 {
		t.Errorf("the curve stands %.0f ms behind the movement", behind)
	}
}

// TestThinnerCountsOn: 4 ms from sample to sample, over the wrap of the counter too.
func TestThinnerCountsOn(t *testing.T) {
	_, at := thinned(math.MaxUint32-2001, make([]int32, 4000))
	for i := 1; i < len(at); i++ {
		if d := math.Mod(at[i]-at[i-1]+(1<<32), 1<<32); d != 4 {
			t.Fatalf("%v ms from sample %d to the next", d, i-1)
		}
	}
}

// TestThinnerBeginsAnewAtGaps: nothing is made of what lies before a gap together with what lies behind it.
func TestThinnerBeginsAnewAtGaps(t *testing.T) {
	flat := func(v int32) []int32 {
		s := make([]int32, 16)
		for i := range s {
			s[i] = v
		}
		return s
	}
	th := newThinner()
	var out []int32
	var at []float64
	stamp := uint32(30)
	for i := range 20 {
		if i == 10 {
			stamp += 32 // a packet is missing
		}
		out, at = thinPacket(th, stamp, flat(map[bool]int32{true: 100, false: 900}[i < 10]), out, at)
		stamp += 32
	}
	for i, v := range out {
		if want := map[bool]int32{true: 100, false: 900}[at[i] < 320]; v != want {
			t.Errorf("at %v ms it says %d, not %d", at[i], v, want)
		}
		if at[i] > 290 && at[i] < 352 {
			t.Errorf("a sample at %v ms, where none was", at[i])
		}
	}
}

// TestThinnerPassesNoValue: where the device measured nothing, nothing is said, and soon after everything again.
func TestThinnerPassesNoValue(t *testing.T) {
	in := make([]int32, 4000)
	in[2000] = telemetry.NoValue
	out, at := thinned(0, in)
	none := 0
	for i, v := range out {
		if v == telemetry.NoValue {
			none++
			if math.Abs(at[i]-4000) > 2*delay {
				t.Errorf("no value at %v ms", at[i])
			}
		} else if v != 0 {
			t.Errorf("%d at %v ms", v, at[i])
		}
	}
	if none != delay && none != delay+1 {
		t.Errorf("%d samples without a value", none)
	}
}
