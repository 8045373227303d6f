package chart

import (
	"testing"

	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// The row under the heart says every second how good the signal was, in three ways that need no colour, and nothing of the
// future.
func TestTheRowTellsHowGoodTheSignalWas(t *testing.T) {
	s, on := newTestStrip(testWords()), canvas.NewRecorder(660, 200, 1)
	play(s, on, 0, 4, steady(s))
	for n, q := range []uint8{95, 70, 20} {
		s.Quality(telemetry.Trend{At: second(n + 1), Quality: q})
		s.Quality(telemetry.Trend{At: second(n + 1), Quality: 0}) // told again: nothing new
	}
	s.Quality(telemetry.Trend{At: second(60), Quality: 20})
	on.Forget()
	on.Retheme()
	s.Frame(4000, on)
	wide := map[string]float64{}
	cursor := s.x(s.drawn)
	for _, op := range on.Ops {
		if op.Verb != canvas.OpFill || op.Rect.X > cursor+0.01 {
			continue
		}
		switch {
		case op.Colour == canvas.ECG && op.Alpha < 1:
			wide["good"] += op.Rect.W
		case op.Colour == canvas.ECG:
			wide["usable"] += op.Rect.W
		case op.Colour == canvas.Series6 && op.Rect.H == 4:
			wide["poor"] += op.Rect.W
			if op.Rect.X+op.Rect.W > cursor+0.01 {
				t.Errorf("the row reaches %.1f, the cursor stands at %.1f", op.Rect.X+op.Rect.W, cursor)
			}
		}
	}
	each := s.width() / 6
	for what, want := range map[string]float64{"good": each, "usable": each / 2, "poor": each} {
		if got := wide[what]; got < want-0.5 || got > want+0.5 {
			t.Errorf("%s: %.1f wide, want %.1f", what, got, want)
		}
	}
}
