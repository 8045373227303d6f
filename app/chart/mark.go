package chart

import (
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// mark draws a heartbeat above the wave: a filled triangle; an open diamond when its interval was corrected; grey when
// it is shown but not counted; with a bar on top when it was found late.
func (s *Strip) mark(on canvas.Surface, flags telemetry.Flags, x, alpha float64) {
	top := s.place.top + 2
	c := canvas.Peak
	if flags&telemetry.Poor != 0 {
		c = canvas.Series6
	}
	if flags&telemetry.Corrected != 0 {
		s.shape = [5]canvas.Point{{X: x, Y: top}, {X: x + 4.5, Y: top + 5}, {X: x, Y: top + 10}, {X: x - 4.5, Y: top + 5}, {X: x, Y: top}}
		on.Line(s.shape[:], canvas.Pen{Colour: c, Width: 1.5, Alpha: alpha})
		return
	}
	if flags&telemetry.Late != 0 {
		on.Fill(x-markHalf, top-1, 2*markHalf, 1.5, c, alpha)
		top += 2
	}
	s.shape[0], s.shape[1], s.shape[2] = canvas.Point{X: x, Y: top + 8}, canvas.Point{X: x - markHalf, Y: top}, canvas.Point{X: x + markHalf, Y: top}
	on.Area(s.shape[:3], c, alpha)
}
