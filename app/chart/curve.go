package chart

import (
	"math"
	"time"

	"hearth/wasm/canvas"
)

// slowStep is the least distance between two points of a number made over a window, in CSS pixels: nearer ones hide
// the dashes and show nothing. The heart rate itself is drawn with every moment.
const slowStep = 1.5

// curve draws one series. A line leads from one moment to the next only when both are valid, near in time and on the
// same side of every gap; what is shown but not counted is grey dots, what was filled in later is dim and finely dashed.
func (t *Trend) curve(on canvas.Surface, l *ledge, s *series) {
	pens := [...]canvas.Pen{
		sure:   {Colour: s.colour, Width: s.width, Alpha: 1, Dash: s.dash},
		grey:   {Colour: canvas.Series6, Width: s.width, Alpha: 1, Dash: canvas.Sparse},
		filled: {Colour: s.colour, Width: s.width, Alpha: 0.6, Dash: canvas.Fine},
	}
	t.line = t.line[:0]
	var before moment
	manner := sure
	for _, m := range t.list[t.firstInSight():] {
		v := float64(m.values[s.of])
		if m.at > t.now {
			break
		}
		if math.IsNaN(v) || t.gaps.holds(m.at) {
			t.stroke(on, pens[manner])
			continue
		}
		at := canvas.Point{X: t.x(m.at), Y: l.span.y(v)}
		now := s.manner(m)
		if len(t.line) > 0 {
			switch {
			case m.at.Sub(before.at) > breakOver || t.gaps.part(before.at, m.at):
				t.stroke(on, pens[manner])
			case now != manner: // the piece between belongs to the side that is marked
				end := t.line[len(t.line)-1]
				if manner != sure {
					t.line = append(t.line, at)
				}
				t.stroke(on, pens[manner])
				if manner == sure {
					t.line = append(t.line, end)
				}
			}
		}
		before, manner = m, now
		if n := len(t.line); n > 0 && s.of != heartRate && at.X-t.line[n-1].X < slowStep {
			continue
		}
		t.line = append(t.line, at)
	}
	t.stroke(on, pens[manner])
}

// How a piece of a curve is drawn.
const (
	sure = iota
	grey
	filled
)

func (s *series) manner(m moment) int {
	switch {
	case m.why&s.greyFor != 0:
		return grey
	case m.filled:
		return filled
	}
	return sure
}

// stroke draws the line gathered so far; a moment alone between two holes is a dot.
func (t *Trend) stroke(on canvas.Surface, pen canvas.Pen) {
	switch {
	case len(t.line) == 1:
		on.Disc(t.line[0].X, t.line[0].Y, pen.Width/2, pen.Colour, pen.Alpha)
	case len(t.line) > 1:
		on.Line(t.line, pen)
	}
	t.line = t.line[:0]
}

// fresh is how old the newest moment may be to carry a mark.
const fresh = 10 * time.Second

// lastMark puts the series' mark on its newest value, while that is new and valid.
func (t *Trend) lastMark(on canvas.Surface, l *ledge, s *series) {
	i := len(t.list) - 1
	for i >= 0 && t.list[i].at > t.now {
		i--
	}
	if i < 0 {
		return
	}
	m := t.list[i]
	v := float64(m.values[s.of])
	if math.IsNaN(v) || m.why&s.greyFor != 0 || t.now.Sub(m.at) > fresh || t.gaps.part(m.at, t.now) {
		return
	}
	x, y := t.x(m.at), l.span.y(v)
	if y < l.span.top || y > l.span.bottom {
		return
	}
	switch s.mark {
	case dot:
		on.Disc(x, y, 4, s.colour, 1)
	case diamond:
		t.shape = [5]canvas.Point{{X: x, Y: y - 5}, {X: x + 5, Y: y}, {X: x, Y: y + 5}, {X: x - 5, Y: y}}
		on.Area(t.shape[:4], s.colour, 1)
	case square:
		on.Fill(x-3.5, y-3.5, 7, 7, s.colour, 1)
	}
}

// filling writes that a window is filling up over the newest grey stretch, where there is room for the words.
func (t *Trend) filling(on canvas.Surface, l *ledge) {
	if t.words.Filling == "" {
		return
	}
	em := letters * t.place.size.Type
	ink := t.place.ink(canvas.Axis, canvas.Left)
	wide := on.Measure(t.words.Filling, ink)
	for i := len(t.list) - 1; i >= 0 && t.list[i].at >= t.oldest; i-- {
		last := i
		high := math.Inf(1)
		for ; i >= 0 && t.list[i].at >= t.oldest && l.grey(t.list[i]); i-- {
			for _, s := range l.series {
				if v := float64(t.list[i].values[s.of]); v >= l.span.lo {
					high = min(high, l.span.y(v))
				}
			}
		}
		if last == i {
			continue
		}
		left, right := t.x(t.list[i+1].at), t.x(t.list[last].at)
		if right-left > wide*0.7 && !math.IsInf(high, 0) {
			on.Text(t.words.Filling, min(left+0.5*em, t.place.right-wide), max(high-em, l.span.top+em), ink)
			return
		}
	}
}

// grey reports whether any series of the lane is shown but not counted at a moment.
func (l *ledge) grey(m moment) bool {
	for _, s := range l.series {
		if m.why&s.greyFor != 0 && !math.IsNaN(float64(m.values[s.of])) {
			return true
		}
	}
	return false
}
