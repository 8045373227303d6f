package chart

import (
	"math"
	"slices"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// begin is a round instant: sweeps of 6 s begin there.
const begin = care.Stamp(1_800_000_000_000_000)

const (
	stepNS = 4_000_000 // 250 Hz
	stepUS = stepNS / 1000
)

func testWords() Words {
	return Words{
		Gap:     func(d time.Duration) string { return "no signal " + d.String() },
		Clock:   func(at care.Stamp) string { return "clock" },
		Seconds: func(n int) string { return "+" },
		Filling: "filling up", Now: "now", Movement: "move", HeartRate: "Heart rate", Variability: "Variability", Stress: "Away from rest", Moving: "moving",
	}
}

// run makes count samples from index first on, at their own time, all of the value.
func run(first, count int, v int32) telemetry.Samples {
	r := telemetry.Samples{First: int64(first), Start: begin + care.Stamp(first*stepUS), PeriodNS: stepNS, Channels: 1}
	for range count {
		r.Values = append(r.Values, v)
	}
	return r
}

func newTestStrip(words Words) *Strip { return NewStrip(StripOptions{Words: words, FastCut: -1}) }

// play feeds whole seconds from..to in frames of 48 ms and draws at 60 frames a second.
func play(s *Strip, on canvas.Surface, from, to float64, feed func(first, count int)) {
	frame := from * 1000
	for i := int(from * 1000 / 48); float64(i+1)*48 <= to*1000; i++ {
		feed(i*12, 12)
		for ; frame < float64(i+1)*48; frame += 1000.0 / 60 {
			s.Frame(frame, on)
		}
	}
}

func steady(s *Strip) func(first, count int) {
	return func(first, count int) { s.ECG(run(first, count, 100), 0.001) }
}

// at is the session time of a column, of the sweep the instant near lies in.
func timeOf(s *Strip, x float64, near care.Stamp) care.Stamp { return s.timeAt(x, near-near%s.window) }

func TestNothingIsDrawnBeyondTheCursor(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	feed := steady(s)
	play(s, on, 0, 3, func(first, count int) {
		feed(first, count)
		cursor := s.x(s.drawn)
		for _, op := range on.Lines(canvas.ECG) {
			for _, p := range op.Points {
				if op.Pen.Alpha == 1 && p.X > cursor+0.01 {
					t.Fatalf("a line reaches %.2f, the cursor stands at %.2f", p.X, cursor)
				}
			}
		}
		on.Forget()
	})
	if s.Head() < begin+28e5 || s.Head() > begin+3e6 {
		t.Errorf("after 3 s the cursor stands at %v", s.Head().Sub(begin))
	}
}

func TestTheOlderSweepRestsAtHalfStrengthAfterABlank(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	play(s, on, 0, 8, steady(s))
	on.Forget()
	on.Retheme()
	s.Frame(8001, on)
	cursor := s.x(s.drawn)
	var newer, older bool
	for _, op := range on.Lines(canvas.ECG) {
		first, last := op.Points[0].X, op.Points[len(op.Points)-1].X
		switch op.Pen.Alpha {
		case 1:
			newer = newer || last > cursor-2
		case oldAlpha:
			older = true
			if first < cursor+s.blank()-0.5 {
				t.Errorf("the older sweep begins at %.1f, the blank ends at %.1f", first, cursor+s.blank())
			}
		}
	}
	if !newer || !older {
		t.Errorf("after 8 s: newer line up to the cursor %v, older line %v; want both", newer, older)
	}
}

func TestAGapLeavesNoLineAcrossAndSaysItsWords(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	feed := steady(s)
	hole := telemetry.Gap{From: begin + 1e6, To: begin + 2e6, Cause: telemetry.CauseLink}
	play(s, on, 0, 4, func(first, count int) {
		if at := begin + care.Stamp(first*stepUS); at+care.Stamp(count*stepUS) > hole.From && at < hole.To {
			return
		}
		if begin+care.Stamp(first*stepUS) < hole.To+60_000 && begin+care.Stamp(first*stepUS) >= hole.To {
			s.ECGGap(hole)
		}
		feed(first, count)
	})
	on.Forget()
	on.Retheme()
	s.Frame(4001, on)
	mustNotCross(t, s, on, []telemetry.Gap{hole})
	if !slices.Contains(on.Texts(), "no signal 1s") {
		t.Errorf("words on the strip: %q; the gap's are missing", on.Texts())
	}
	column := false
	for _, op := range on.Ops {
		column = column || op.Verb == canvas.OpFill && op.Colour == canvas.Gap && math.Abs(op.Rect.W-s.width()/6) < 1
	}
	if !column {
		t.Error("no column of one second stands where the signal was missing")
	}
}

func TestLostSamplesAndNoValueBreakTheLine(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(first int, r *telemetry.Samples) bool // false = lost
	}{
		{"one frame lost", func(first int, r *telemetry.Samples) bool { return first != 240 }},
		{"no value", func(first int, r *telemetry.Samples) bool {
			if first == 240 {
				r.Values[5] = telemetry.NoValue
			}
			return true
		}},
		{"the count jumps", func(first int, r *telemetry.Samples) bool {
			if first >= 240 {
				r.First += 1000
			}
			return true
		}},
	} {
		s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
		play(s, on, 0, 3, func(first, count int) {
			if r := run(first, count, 100); c.change(first, &r) {
				s.ECG(r, 0.001)
			}
		})
		on.Forget()
		on.Retheme()
		s.Frame(3001, on)
		if got := len(on.Lines(canvas.ECG)); got != 2 {
			t.Errorf("%s: %d lines, want 2", c.name, got)
		}
	}
}

func TestFramesThatOvertakeEachOtherOrComeTwiceMakeOneLine(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	var held []telemetry.Samples
	play(s, on, 0, 3, func(first, count int) {
		r := run(first, count, 100)
		switch first / 12 % 5 {
		case 1:
			held = append(held, r) // comes two frames late
		case 3:
			s.ECG(r, 0.001)
			s.ECG(r, 0.001)
			for _, h := range held {
				s.ECG(h, 0.001)
			}
			held = held[:0]
		default:
			s.ECG(r, 0.001)
		}
	})
	on.Forget()
	on.Retheme()
	s.Frame(3001, on)
	lines := on.Lines(canvas.ECG)
	if len(lines) != 1 {
		t.Fatalf("%d lines, want 1", len(lines))
	}
	if !slices.IsSortedFunc(lines[0].Points, func(a, b canvas.Point) int { return int(math.Copysign(1, a.X-b.X)) }) {
		t.Error("the line turns back")
	}
}

func TestALateFrameIsDrawnWhereItBelongs(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	play(s, on, 0, 2, func(first, count int) {
		if first != 240 {
			s.ECG(run(first, count, 100), 0.001)
		}
	})
	on.Forget()
	s.ECG(run(240, 12, 100), 0.001)
	s.Frame(2001, on)
	wanted := s.x(begin + 246*stepUS)
	for _, op := range on.Lines(canvas.ECG) {
		if op.Points[0].X < wanted && wanted < op.Points[len(op.Points)-1].X && op.Clip.X < wanted && wanted < op.Clip.X+op.Clip.W {
			return
		}
	}
	t.Errorf("nothing was drawn around %.0f after the late frame came", wanted)
}

func TestOnlyNewColumnsAreDrawn(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 2)
	play(s, on, 0, 2, steady(s))
	on.Forget()
	now := 2000.0
	for range 20 {
		now += 1000.0 / 60
		s.Frame(now, on)
		steady(s)(int(now/4), 4)
	}
	points := 0
	for _, op := range on.Ops {
		if op.Verb == canvas.OpClear && op.Rect.W > 80 {
			t.Errorf("a frame cleared %.0f pixels", op.Rect.W)
		}
		points += len(op.Points)
	}
	if points > 20*40 {
		t.Errorf("20 frames drew %d points", points)
	}
	// What is cleared must end between two screen pixels, or seams stay.
	for _, op := range on.Ops {
		if op.Verb == canvas.OpClear {
			for _, v := range []float64{op.Rect.X * 2, (op.Rect.X + op.Rect.W) * 2} {
				if math.Abs(v-math.Round(v)) > 1e-9 {
					t.Fatalf("a cleared edge lies at screen pixel %.3f", v)
				}
			}
		}
	}
}

func TestNewThemeSizeAndWordsDrawEverything(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Strip, *canvas.Recorder)
	}{
		{"theme", func(_ *Strip, on *canvas.Recorder) { on.Retheme() }},
		{"size", func(_ *Strip, on *canvas.Recorder) { on.Resize(500, 180) }},
		{"words", func(s *Strip, _ *canvas.Recorder) { s.Speak(testWords()) }},
		{"wrap", func(s *Strip, _ *canvas.Recorder) { s.ECG(run(1500, 250, 0), 0.001) }},
	} {
		s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
		play(s, on, 0, 5.9, steady(s))
		on.Forget()
		c.change(s, on)
		now := 5900.0
		for range 30 {
			now += 1000.0 / 60
			s.Frame(now, on)
		}
		if on.Ops[0].Verb != canvas.OpClear || !slices.Contains(on.Texts(), "clock") {
			found := false
			for _, op := range on.Ops {
				found = found || op.Verb == canvas.OpClear && op.Rect.W == on.Size().Width
			}
			if !found {
				t.Errorf("%s: the strip was not drawn anew", c.name)
			}
		}
	}
}

func TestBeatsAreMarkedOnceAndByKind(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	play(s, on, 0, 4, steady(s))
	for range 3 { // repeated, as frames repeat them
		s.Beats([]telemetry.Beat{
			{N: 1, At: begin + 1e6}, {N: 2, At: begin + 2e6, Flags: telemetry.Corrected}, {N: 3, At: begin + 3e6, Flags: telemetry.Poor},
		})
	}
	on.Forget()
	on.Retheme()
	s.Frame(4001, on)
	areas := map[canvas.Colour]int{}
	for _, op := range on.Ops {
		if op.Verb == canvas.OpArea {
			areas[op.Colour]++
		}
	}
	if areas[canvas.Peak] != 1 || areas[canvas.Series6] != 1 || len(on.Lines(canvas.Peak)) != 1 {
		t.Errorf("filled marks %v, open ones %d; want one of each kind", areas, len(on.Lines(canvas.Peak)))
	}
}

func TestTheRangeHoldsTallBeatsAndIgnoresOneSpike(t *testing.T) {
	feed := func(s *Strip, on canvas.Surface, tall func(second int) bool) {
		play(s, on, 0, 6, func(first, count int) {
			r := run(first, count, 0)
			if first%252 == 0 && tall(first/252) {
				r.Values[3] = 2600
			}
			s.ECG(r, 0.001)
		})
	}
	s := newTestStrip(testWords())
	feed(s, canvas.NewRecorder(660, 200, 1), func(second int) bool { return second == 3 })
	if _, hi := s.Range(); hi != 1.5 {
		t.Errorf("one spike moved the range to %v", hi)
	}
	s = newTestStrip(testWords())
	feed(s, canvas.NewRecorder(660, 200, 1), func(int) bool { return true })
	if _, hi := s.Range(); hi != 3 {
		t.Errorf("beats of 2.6 mV have the range end at %v, want 3", hi)
	}
}

func TestAClockThatIsSetBackDoesNotFreezeTheStrip(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	absurd := run(0, 12, 0)
	absurd.Start += care.Stamp((1000 * time.Hour).Microseconds())
	s.ECG(absurd, 0.001)
	play(s, on, 0, 4, steady(s))
	if got := s.Head(); got < begin+3e6 || got > begin+4e6 {
		t.Errorf("the cursor stands %v from the beginning", got.Sub(begin))
	}
}

func TestJunkIsNotDrawn(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	for _, r := range []telemetry.Samples{
		{}, {Channels: 1, PeriodNS: 1}, {Start: begin, Channels: 9, PeriodNS: stepNS, Values: []int32{1}},
		{Start: begin, Channels: 1, PeriodNS: 0, Values: []int32{1, 2}}, {Start: -5, Channels: 1, PeriodNS: stepNS, Values: []int32{1}},
		{Start: begin, Channels: -1, PeriodNS: stepNS, Values: []int32{1}},
	} {
		s.ECG(r, 0.001)
		s.Movement(r, 0.001)
	}
	s.ECGGap(telemetry.Gap{From: begin, To: begin})
	s.ECG(run(0, 12, math.MaxInt32), math.Inf(1))
	s.Frame(16, on)
	s.Frame(math.NaN(), on)
	if n := len(on.Lines(canvas.ECG)); n != 0 {
		t.Errorf("%d lines were drawn from junk", n)
	}
	for _, op := range on.Ops {
		for _, p := range op.Points {
			if math.IsNaN(p.X + p.Y) {
				t.Fatalf("not a place: %v", p)
			}
		}
	}
}

func TestAFrameTakesNoMemory(t *testing.T) {
	s, on := NewStrip(StripOptions{Words: testWords(), Movement: true}), canvas.NewRecorder(660, 200, 2)
	on.Deaf = true
	now := 0.0
	r, move := run(0, 5, 300), telemetry.Samples{PeriodNS: 20_000_000, Channels: 3, Values: make([]int32, 3)}
	step := func() {
		now += 1000.0 / 60
		r.First, r.Start = r.First+5, r.Start+5*stepUS
		move.First, move.Start = move.First+1, r.Start
		s.ECG(r, 0.001)
		s.Movement(move, 0.001)
		s.Frame(now, on)
	}
	for range 1000 {
		step()
	}
	if n := testing.AllocsPerRun(2000, step); n != 0 {
		t.Errorf("a frame takes memory %v times", n)
	}
}

func TestMovementShowsThreeLinesOnTheirOwnBases(t *testing.T) {
	s, on := NewMini(MiniMovement, StripOptions{}), canvas.NewRecorder(320, 100, 1)
	for i := range 120 {
		s.Movement(telemetry.Samples{First: int64(i), Start: begin + care.Stamp(i*20_000), PeriodNS: 20_000_000, Channels: 9,
			Values: []int32{100, 200, 9810, 1, 1, 1, 1, 1, 1}}, 0.001)
	}
	s.Frame(16, on)
	s.Frame(32, on)
	var heights []float64
	for _, c := range []canvas.Colour{canvas.Series1, canvas.Series2, canvas.Series3} {
		lines := on.Lines(c)
		if len(lines) == 0 {
			t.Fatalf("no line in colour %v", c.Token())
		}
		heights = append(heights, lines[0].Points[0].Y)
	}
	if !(heights[0]+20 < heights[1] && heights[1]+20 < heights[2]) {
		t.Errorf("base lines at %v, want three apart", heights)
	}
	if n := len(on.Texts()); n != 0 {
		t.Errorf("a small picture says %q", on.Texts())
	}
}

func BenchmarkStripFrame(b *testing.B) {
	s, on := NewStrip(StripOptions{Words: testWords(), Movement: true}), canvas.NewRecorder(660, 200, 2)
	on.Deaf = true
	now, r := 0.0, run(0, 12, 300)
	for i := 0; b.Loop(); i++ {
		now += 1000.0 / 60
		if i%3 == 0 {
			s.ECG(r, 0.001)
			r.First, r.Start = r.First+12, r.Start+12*stepUS
		}
		s.Frame(now, on)
	}
}
