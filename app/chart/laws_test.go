package chart

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// mustNotCross fails when any piece of the drawn signal has its ends on different sides of a gap, or inside it.
func mustNotCross(t interface{ Fatalf(string, ...any) }, s *Strip, on *canvas.Recorder, gaps []telemetry.Gap) {
	const slack = 3 // microseconds lost in the way through pixels
	sweep := s.head.at - s.head.at%s.window
	for _, op := range on.Lines(canvas.ECG) {
		start := sweep
		if op.Pen.Alpha == oldAlpha {
			start -= s.window
		}
		for i := 1; i < len(op.Points); i++ {
			a, b := s.timeAt(op.Points[i-1].X, start), s.timeAt(op.Points[i].X, start)
			for _, g := range gaps {
				if a+slack < g.To && b-slack > g.From {
					t.Fatalf("a line leads from %v to %v through the gap from %v to %v", a.Sub(begin), b.Sub(begin), g.From.Sub(begin), g.To.Sub(begin))
				}
			}
		}
	}
}

// Whatever comes, in whatever order, no line ever joins what a gap parts, and none leads beyond the cursor.
func TestNoLineEverCrossesAGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
		var gaps []telemetry.Gap
		next, now := 0, 0.0
		for i := range rapid.IntRange(5, 120).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"run", "run", "run", "late", "hole", "gap", "beat", "theme"}).Draw(t, fmt.Sprint("do", i)) {
			case "run":
				n := rapid.IntRange(1, 60).Draw(t, "count")
				r := run(next, n, rapid.Int32Range(-3000, 3000).Draw(t, "value"))
				if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
					r.Values[n/2] = telemetry.NoValue
				}
				s.ECG(r, 0.001)
				next += n
			case "late":
				s.ECG(run(max(0, next-rapid.IntRange(1, 400).Draw(t, "back")), rapid.IntRange(1, 30).Draw(t, "count"), 50), 0.001)
			case "hole":
				next += rapid.IntRange(1, 300).Draw(t, "lost")
			case "gap":
				from := begin + care.Stamp(max(0, next-rapid.IntRange(-50, 900).Draw(t, "ago"))*stepUS+rapid.IntRange(0, stepUS).Draw(t, "off"))
				if len(gaps) < 12 {
					g := telemetry.Gap{From: from, To: from + care.Stamp(rapid.IntRange(1, 2_000_000).Draw(t, "long"))}
					if !slices.ContainsFunc(gaps, func(o telemetry.Gap) bool { return o.From == g.From }) {
						gaps = append(gaps, g)
						s.ECGGap(g)
					}
				}
			case "beat":
				s.Beats([]telemetry.Beat{{N: uint32(i), At: begin + care.Stamp(next*stepUS)}})
			case "theme":
				on.Retheme()
			}
			before := s.Head()
			now += rapid.Float64Range(0, 80).Draw(t, "ms")
			on.Forget()
			s.Frame(now, on)
			mustNotCross(t, s, on, gaps)
			if s.Head() < before {
				t.Fatalf("the cursor turned back from %v to %v", before, s.Head())
			}
			if s.head.set && s.Head() > s.head.newest {
				t.Fatalf("the cursor passed the newest sample")
			}
		}
	})
}
