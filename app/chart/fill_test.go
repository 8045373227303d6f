package chart

import (
	"slices"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

func pastOf(from, to int, gaps ...telemetry.Gap) (frames []telemetry.Frame) {
	for n := from; n < to; n++ {
		t := numbers(n)
		frames = append(frames, telemetry.Frame{Kind: telemetry.KindTrend, Trend: &t})
	}
	for _, g := range gaps {
		frames = append(frames, telemetry.Frame{Kind: telemetry.KindGap, Gap: &g})
	}
	return frames
}

// What is filled in takes the place of its gap, marked; what the tablet itself has not stays a gap; nothing is there twice;
// and a gap told again covers nothing that was filled in.
func TestFilledInTakesThePlaceOfItsGap(t *testing.T) {
	trend := newTestTrend(func(n int, _ *telemetry.Trend) bool { return n < 300 || n >= 400 })
	away := telemetry.Gap{From: second(300), To: second(400), Cause: telemetry.CauseTransit}
	trend.Gap(away)
	own := telemetry.Gap{From: second(350), To: second(360), Cause: telemetry.CauseLink}
	answer := slices.DeleteFunc(pastOf(290, 410, own), func(f telemetry.Frame) bool {
		return f.Trend != nil && f.Trend.At >= own.From && f.Trend.At < own.To
	})
	for range 2 {
		trend.Fill(answer)
		trend.Gap(away)
	}
	f := trend.Facts(second(599))
	if f.Filled != 90 || f.Gaps != 1 || f.WithoutTime != 10*time.Second {
		t.Errorf("%+v", f)
	}
	if n := len(trend.list); n != 590 || !slices.IsSortedFunc(trend.list, func(a, b moment) int { return int(a.at - b.at) }) {
		t.Errorf("%d moments, or out of order", n)
	}
	on := canvas.NewRecorder(660, 300, 1)
	trend.Frame(0, second(599), on)
	marked := 0
	for _, l := range on.Lines(canvas.Series1) {
		if l.Pen.Dash == canvas.Fine && l.Pen.Alpha < 1 {
			marked++
		}
	}
	if marked != 2 {
		t.Errorf("%d marked pieces of the heart rate, want one on either side of the gap", marked)
	}
}

// A burst of old numbers, all at once, hides nothing that came since; a clock that was set back is followed.
func TestABurstOfOldNumbersHidesNothing(t *testing.T) {
	trend, on := newTestTrend(nil), canvas.NewRecorder(660, 300, 1)
	trend.Frame(0, second(599), on)
	for n := range 200 {
		trend.Add(numbers(n - 400))
	}
	if last := trend.Facts(second(599)).Last.At; last != second(599) {
		t.Errorf("after a burst the newest is of %v", last.Sub(begin))
	}
	for n := range 30 {
		trend.Frame(float64(n)*1000, second(599), on)
		trend.Add(numbers(100 + n))
	}
	if last := trend.Facts(second(599)).Last.At; last >= second(599) {
		t.Errorf("after the clock was set back the newest is of %v", last.Sub(begin))
	}
}

func TestABurstOfOldSamplesHidesNothing(t *testing.T) {
	strip, on := NewStrip(StripOptions{}), canvas.NewRecorder(660, 200, 1)
	run := func(at care.Stamp) {
		strip.ECG(telemetry.Samples{Start: at, PeriodNS: 4e6, Channels: 1, Values: make([]int32, 50)}, 1)
	}
	run(second(100))
	strip.Frame(0, on)
	for n := range 50 {
		run(second(50).Add(time.Duration(n) * 200 * time.Millisecond))
	}
	if head := strip.Head(); head < second(99) {
		t.Errorf("after a burst the cursor stands at %v", head.Sub(begin))
	}
	for n := range 20 {
		strip.Frame(float64(n)*200, on)
		run(second(60).Add(time.Duration(n) * 200 * time.Millisecond))
	}
	if head := strip.Head(); head > second(70) {
		t.Errorf("after the clock was set back the cursor stands at %v", head.Sub(begin))
	}
}
