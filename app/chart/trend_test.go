package chart

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

var missing = float32(math.NaN())

func second(n int) care.Stamp { return begin.Add(time.Duration(n) * time.Second) }

func numbers(n int) telemetry.Trend {
	return telemetry.Trend{At: second(n), HR: 80, MeanHR: 82, RMSSD: 40, SDNN: 55}
}

// newTestTrend holds ten minutes, changed on the way.
func newTestTrend(change func(n int, t *telemetry.Trend) bool) *Trend {
	trend := NewTrend(testWords())
	for n := range 600 {
		if t := numbers(n); change == nil || change(n, &t) {
			trend.Add(t)
		}
	}
	return trend
}

func drawn(t *Trend) *canvas.Recorder {
	on := canvas.NewRecorder(660, 400, 1)
	t.Frame(1000, second(600), on)
	return on
}

func TestATrendDrawsEachSeriesInItsColourDashAndMark(t *testing.T) {
	on := drawn(newTestTrend(nil))
	for _, want := range []struct {
		colour canvas.Colour
		dash   canvas.Dash
		mark   canvas.Verb
	}{
		{canvas.Series1, canvas.Solid, canvas.OpDisc}, {canvas.Series2, canvas.Dashes, canvas.OpArea},
		{canvas.Series3, canvas.Solid, canvas.OpDisc}, {canvas.Series4, canvas.Dots, canvas.OpFill},
	} {
		lines := on.Lines(want.colour)
		if len(lines) != 1 || len(lines[0].Points) < 290 || lines[0].Pen.Dash != want.dash {
			t.Errorf("%s: %d lines", want.colour.Token(), len(lines))
		}
		if !slices.ContainsFunc(on.Ops, func(op canvas.Op) bool { return op.Verb == want.mark && op.Colour == want.colour }) {
			t.Errorf("%s: no mark on the last value", want.colour.Token())
		}
	}
	if !slices.Contains(on.Texts(), "now") || !slices.Contains(on.Texts(), "Heart rate") {
		t.Errorf("words: %q", on.Texts())
	}
}

func TestATrendBreaksAtGapsAndMissingNumbers(t *testing.T) {
	hole := telemetry.Gap{From: second(200), To: second(214)}
	for _, c := range []struct {
		name   string
		change func(n int, t *telemetry.Trend) bool
		gap    bool
		want   int
	}{
		{"no gap", nil, false, 1},
		{"a named gap with numbers on both sides", func(n int, _ *telemetry.Trend) bool { return n < 200 || n >= 214 }, true, 2},
		{"numbers inside a gap are not drawn", nil, true, 2},
		{"nothing came for a while", func(n int, _ *telemetry.Trend) bool { return n < 200 || n >= 214 }, false, 2},
		{"not valid", func(n int, t *telemetry.Trend) bool {
			if n == 300 {
				t.HR = missing
			}
			return true
		}, false, 2},
	} {
		trend := newTestTrend(c.change)
		if c.gap {
			trend.Gap(hole)
		}
		on := drawn(trend)
		if got := len(on.Lines(canvas.Series1)); got != c.want {
			t.Errorf("%s: %d lines, want %d", c.name, got, c.want)
		}
		dots := 0
		for _, op := range on.Ops {
			if op.Verb == canvas.OpDisc && op.Colour == canvas.Series1 {
				dots++
			}
		}
		if dots != 1 {
			t.Errorf("%s: %d dots, want only the mark on the last value", c.name, dots)
		}
		if c.gap && !slices.Contains(on.Texts(), "no signal 14s") {
			t.Errorf("%s: words %q lack the gap's", c.name, on.Texts())
		}
	}
}

func TestWhatIsNotCountedIsGreyDots(t *testing.T) {
	on := drawn(newTestTrend(func(n int, t *telemetry.Trend) bool {
		switch {
		case n < 60:
			t.RMSSD, t.SDNN, t.MeanHR = missing, missing, missing
		case n < 120:
			t.Why = telemetry.Filling
		case n < 300:
			t.Why = telemetry.Short
		}
		return true
	}))
	grey := on.Lines(canvas.Series6)
	if len(grey) != 3 { // mean, SDNN and RMSSD; the heart rate needs no window
		t.Fatalf("%d grey lines, want 3", len(grey))
	}
	for _, op := range grey {
		if op.Pen.Dash != canvas.Sparse {
			t.Errorf("grey in pattern %v", op.Pen.Dash)
		}
	}
	share := func(c canvas.Colour) float64 {
		points := on.Lines(c)[0].Points
		return (points[len(points)-1].X - points[0].X) / (660 - 5.1*letters)
	}
	if got := share(canvas.Series3); math.Abs(got-0.8) > 0.01 {
		t.Errorf("RMSSD counts over %.2f of the window, want 0.8", got)
	}
	if got := share(canvas.Series4); math.Abs(got-0.5) > 0.01 {
		t.Errorf("SDNN counts over %.2f of the window, want 0.5 because it was short before", got)
	}
	if !slices.Contains(on.Texts(), "filling up") {
		t.Errorf("words %q lack filling up", on.Texts())
	}
}

func TestRangesWidenInSteps(t *testing.T) {
	trend := newTestTrend(func(n int, t *telemetry.Trend) bool {
		if n == 400 {
			t.HR, t.SDNN = 203, 95
		}
		return true
	})
	drawn(trend)
	if hr, hrv := trend.ledges[0].span, trend.ledges[1].span; hr.lo != 50 || hr.hi != 220 || hrv.lo != 0 || hrv.hi != 120 {
		t.Errorf("ranges %v-%v and %v-%v", hr.lo, hr.hi, hrv.lo, hrv.hi)
	}
	trend = newTestTrend(nil)
	drawn(trend)
	if hr := trend.ledges[0].span; hr.lo != 50 || hr.hi != 180 {
		t.Errorf("calm range %v-%v, want 50-180", hr.lo, hr.hi)
	}
}

func TestALabelIsOneLineThroughAllLanes(t *testing.T) {
	trend := newTestTrend(nil)
	trend.Labels([]Label{{second(100), "Before"}, {second(590), "A long word at the edge"}, {second(580), "Hidden under it"}, {second(-5), "Gone"}})
	on := drawn(trend)
	lines := 0
	for _, op := range on.Lines(canvas.Cursor) {
		lines++
		if op.Points[0].X != op.Points[1].X || op.Points[0].Y > trend.ledges[0].span.top || op.Points[1].Y < trend.ledges[1].span.bottom {
			t.Errorf("a label's line goes from %v to %v", op.Points[0], op.Points[1])
		}
	}
	if lines != 3 {
		t.Errorf("%d lines for three labels in sight", lines)
	}
	for text, want := range map[string]bool{"Before": true, "A long word at the edge": true, "Hidden under it": false, "Gone": false} {
		if got := slices.Contains(on.Texts(), text); got != want {
			t.Errorf("%q written %v, want %v", text, got, want)
		}
	}
}

func TestRestIsABandWithADashedMedian(t *testing.T) {
	trend := newTestTrend(nil)
	trend.Baseline(care.Baseline{Measures: map[string]care.Measure{"hr": {Median: 74, Spread: 4, Count: 9}, "rmssd": {Median: 41, Spread: 5, Count: 0}}})
	on := drawn(trend)
	band := func(c canvas.Colour) bool {
		return slices.ContainsFunc(on.Ops, func(op canvas.Op) bool { return op.Verb == canvas.OpFill && op.Colour == c })
	}
	if !band(canvas.Soft1) {
		t.Error("no band for the heart rate at rest")
	}
	if band(canvas.Soft3) {
		t.Error("a band made from no values")
	}
	if l := on.Lines(canvas.Series1); len(l) != 2 || l[0].Pen.Dash != canvas.Dashes {
		t.Errorf("%d lines in the heart rate's colour, want the median and the series", len(l))
	}
}

func TestATrendDrawsTwiceASecondOrWhenItMust(t *testing.T) {
	trend, on := newTestTrend(nil), canvas.NewRecorder(660, 400, 1)
	draws := 0
	for ms := 0.0; ms < 2000; ms += 1000.0 / 60 {
		if trend.Frame(ms, second(600), on) {
			draws++
		}
	}
	if draws < 4 || draws > 5 {
		t.Errorf("%d drawings in 2 s, want 4", draws)
	}
	if trend.Frame(2001, second(600), on); trend.Frame(2002, second(600), on) {
		t.Error("drew again after a millisecond")
	}
	on.Retheme()
	if !trend.Frame(2003, second(600), on) {
		t.Error("another theme did not draw at once")
	}
	trend.Labels(nil)
	if !trend.Frame(2004, second(600), on) {
		t.Error("a label did not draw at once")
	}
}

func TestNumbersInAnyOrderMakeTheSamePicture(t *testing.T) {
	mixed := NewTrend(testWords())
	for n := 0; n < 600; n += 2 {
		mixed.Add(numbers(n + 1))
		mixed.Add(numbers(n))
		mixed.Add(numbers(n))
	}
	if got, want := len(mixed.list), 600; got != want {
		t.Fatalf("%d moments, want %d", got, want)
	}
	if !slices.IsSortedFunc(mixed.list, func(a, b moment) int { return int(a.at - b.at) }) {
		t.Error("moments are out of order")
	}
}

func TestAClockThatIsSetBackDoesNotFreezeTheTrend(t *testing.T) {
	trend := NewTrend(testWords())
	trend.Add(telemetry.Trend{At: second(1 << 40), HR: 1})
	for n := range 120 {
		trend.Add(numbers(n))
	}
	if f := trend.Facts(second(120)); f.Last.At != second(119) {
		t.Errorf("the last moment is %v from the beginning", f.Last.At.Sub(begin))
	}
}

func TestFactsSpeakOfWhatIsInSight(t *testing.T) {
	trend := newTestTrend(func(n int, t *telemetry.Trend) bool {
		t.HR = float32(60 + n/10)
		return true
	})
	trend.Window(TwoMinutes)
	trend.Gap(telemetry.Gap{From: second(470), To: second(490)})
	trend.Gap(telemetry.Gap{From: second(1), To: second(2)})
	f := trend.Facts(second(600))
	if f.LowestHR != 108 || f.HighestHR != 119 || f.Gaps != 1 || f.WithoutTime != 10*time.Second {
		t.Errorf("facts: %+v", f)
	}
}

func TestNoTrendLineEverCrossesAGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trend, on := NewTrend(testWords()), canvas.NewRecorder(660, 400, 1)
		var gaps []telemetry.Gap
		for i := range rapid.IntRange(0, 12).Draw(t, "gaps") {
			from := rapid.IntRange(0, 590_000).Draw(t, fmt.Sprint("from", i))
			g := telemetry.Gap{From: begin + care.Stamp(from*1000), To: begin + care.Stamp((from+rapid.IntRange(1, 60_000).Draw(t, "long"))*1000)}
			if !slices.ContainsFunc(gaps, func(o telemetry.Gap) bool { return o.From == g.From }) {
				gaps = append(gaps, g)
				trend.Gap(g)
			}
		}
		for n := 0; n < 600; n += rapid.IntRange(1, 9).Draw(t, "next") {
			m := numbers(n)
			m.Why = telemetry.Reason(rapid.IntRange(0, 3).Draw(t, "why"))
			if rapid.IntRange(0, 20).Draw(t, "missing") == 0 {
				m.HR, m.SDNN = missing, missing
			}
			trend.Add(m)
		}
		trend.Frame(1, second(600), on)
		width := trend.place.right - trend.place.left
		at := func(x float64) care.Stamp {
			return trend.oldest + care.Stamp((x-trend.place.left)/width*float64(trend.now-trend.oldest))
		}
		for _, c := range []canvas.Colour{canvas.Series1, canvas.Series2, canvas.Series3, canvas.Series4, canvas.Series6} {
			for _, op := range on.Lines(c) {
				for i := 1; i < len(op.Points); i++ {
					a, b := at(op.Points[i-1].X), at(op.Points[i].X)
					for _, g := range gaps {
						if a+9 < g.To && b-9 > g.From {
							t.Fatalf("%s leads from %v to %v through the gap from %v to %v", c.Token(), a.Sub(begin), b.Sub(begin), g.From.Sub(begin), g.To.Sub(begin))
						}
					}
				}
			}
		}
	})
}

// TestNoGapInSightIsForgotten: a network that drops twice a minute makes more gaps in half an hour than once were kept,
// and silences come in any order.
func TestNoGapInSightIsForgotten(t *testing.T) {
	trend, on := NewTrend(testWords()), canvas.NewRecorder(660, 400, 1)
	trend.Window(ThirtyMinutes)
	const every = 10 // seconds; between two of them nothing comes for four, less than breaks a line by itself
	for n := range 1800 {
		if n%every < every-3 {
			trend.Add(numbers(n))
		}
	}
	for n := 1800 - every; n >= 0; n -= every {
		trend.Gap(telemetry.Gap{From: second(n + every - 4), To: second(n + every)})
	}
	trend.Frame(1, second(1800), on)
	if got := len(on.Lines(canvas.Series1)); got != 1800/every {
		t.Errorf("%d lines over %d silences", got, 1800/every)
	}
	if f := trend.Facts(second(1800)); f.Gaps != 1800/every || f.WithoutTime != 12*time.Minute {
		t.Errorf("facts: %d gaps, %v without", f.Gaps, f.WithoutTime)
	}
}

// TestTooManyGapsBecomeOne: when there is no room for more, the nearest are joined: all that was silent stays so.
func TestTooManyGapsBecomeOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		few := gaps{most: 5}
		all := map[care.Stamp]care.Stamp{}
		words := func(time.Duration) string { return "" }
		for range rapid.IntRange(1, 40).Draw(t, "told") {
			from := care.Stamp(rapid.IntRange(1, 400).Draw(t, "from"))
			to := from + care.Stamp(rapid.IntRange(1, 30).Draw(t, "long"))
			all[from] = max(all[from], to)
			few.add(telemetry.Gap{From: from, To: all[from]}, words)
		}
		if len(few.list) > few.most {
			t.Fatalf("%d gaps kept", len(few.list))
		}
		for from, to := range all {
			for at := from; at < to; at++ {
				if !few.part(at, at+1) {
					t.Fatalf("a line may lead from %d to %d through %d-%d", at, at+1, from, to)
				}
			}
		}
	})
}

// TestABeginningThatTremblesDrawsNothing: the clocks are compared again and again, and each time the sitting begins a
// little elsewhere.
func TestABeginningThatTremblesDrawsNothing(t *testing.T) {
	trend, on := newTestTrend(nil), canvas.NewRecorder(660, 400, 1)
	trend.Start(second(0))
	draws := 0
	for i := range 120 {
		trend.Start(second(0).Add(time.Duration(i%7) * 100 * time.Millisecond))
		if trend.Frame(float64(i)*1000/60, second(600), on) {
			draws++
		}
	}
	if draws < 4 || draws > 5 {
		t.Errorf("%d drawings in 2 s, want 4", draws)
	}
	trend.Start(second(30))
	if !trend.Frame(2000.5, second(600), on) {
		t.Error("another beginning did not draw at once")
	}
}

// BenchmarkTrembling is a second of frames while the beginning of the sitting moves a little at each.
func BenchmarkTrembling(b *testing.B) {
	trend, on := newTestTrend(nil), canvas.NewRecorder(660, 400, 2)
	on.Deaf = true
	ms, draws := 0.0, 0
	for i := 0; b.Loop(); i++ {
		for range 60 {
			ms += 1000.0 / 60
			trend.Start(second(0).Add(time.Duration(int(ms)%7) * 100 * time.Millisecond))
			if trend.Frame(ms, second(600), on) {
				draws++
			}
		}
	}
	b.ReportMetric(float64(draws)/float64(b.N), "drawings/s")
}

func BenchmarkTrendFrame(b *testing.B) {
	trend, on := newTestTrend(nil), canvas.NewRecorder(660, 400, 2)
	on.Deaf = true
	ms := 0.0
	for b.Loop() {
		ms += redrawMS
		trend.Frame(ms, second(600), on)
	}
}
