package chart

import (
	"math"

	"hearth/shared/care"
	"hearth/wasm/canvas"
)

// Frame draws what changed since the last one, for the page's time in milliseconds. Call it once per repaint.
func (s *Strip) Frame(nowMS float64, on canvas.Surface) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = nowMS
	if g := on.Generation(); g != s.gen || on.Size() != s.place.size {
		s.gen, s.stale = g, true
		s.place.lay(on.Size())
	}
	if !s.place.room() {
		return
	}
	jumped := s.head.move(nowMS)
	wrapped := s.drawn/s.window != s.head.at/s.window
	if wrapped {
		for i := range s.lanes {
			s.lanes[i].narrow()
			s.lanes[i].trace.gaps.drop(s.head.at - 2*s.window)
		}
	}
	switch {
	case s.stale || jumped || wrapped:
		s.drawAll(on)
	default:
		if s.head.at != s.drawn {
			s.band(on, s.x(s.drawn)-cursorRoom, s.x(s.head.at)+s.blank()+2)
		}
		for _, d := range s.dirty {
			s.mend(on, d)
		}
	}
	s.drawn, s.dirty, s.stale = s.head.at, s.dirty[:0], false
}

const (
	cursorRoom = 8.0  // CSS pixels left of the old cursor that it or a mark may have touched
	markHalf   = 5.0  // half a mark's width
	markRoom   = 16.0 // height above the wave for the marks
	blankShare = 0.042
	oldAlpha   = 0.5
)

func (s *Strip) width() float64 { return s.place.right - s.place.left }

func (s *Strip) blank() float64 { return max(s.width()*blankShare, 2*markHalf+4) }

// x is where an instant lies in its sweep.
func (s *Strip) x(at care.Stamp) float64 { return s.xFrom(at, at-at%s.window) }

// xFrom is where an instant lies when a sweep begins at start; it may lie left or right of the plot.
func (s *Strip) xFrom(at, start care.Stamp) float64 {
	return s.place.left + float64(at-start)/float64(s.window)*s.width()
}

// mend draws a stretch behind the cursor again: in this sweep, in what is left of the one before, or in both.
func (s *Strip) mend(on canvas.Surface, d stretch) {
	sweep := s.head.at - s.head.at%s.window
	if d.to >= sweep {
		s.band(on, s.xFrom(max(d.from, sweep), sweep)-cursorRoom, s.xFrom(min(d.to, s.head.at), sweep)+cursorRoom)
	}
	if d.from < sweep && d.to > s.head.at-s.window {
		s.band(on, s.xFrom(max(d.from, sweep-s.window), sweep-s.window)-cursorRoom, s.xFrom(min(d.to, sweep), sweep-s.window)+cursorRoom)
	}
}

// drawAll draws the whole strip: axes, words, and every column.
func (s *Strip) drawAll(on canvas.Surface) {
	p := &s.place
	on.Clear(0, 0, p.size.Width, p.size.Height)
	s.layLanes()
	if !p.bare {
		s.axes(on)
	}
	s.band(on, p.left, p.right)
}

func (s *Strip) layLanes() {
	top := s.place.top
	for i := range s.lanes {
		l := &s.lanes[i]
		l.span.top, l.span.bottom = top, top+(s.place.bottom-s.place.top)*l.share
		top = l.span.bottom
		if l.beats {
			l.span.top += markRoom
		}
	}
}

// band draws everything between two columns. It is the only way anything gets onto the plot, so a piece drawn now and
// a whole drawn later cannot differ.
func (s *Strip) band(on canvas.Surface, from, to float64) {
	p := &s.place
	from = max(edge(from-0.5/p.size.Ratio, p.size.Ratio), p.left)
	to = min(edge(to+0.5/p.size.Ratio, p.size.Ratio), p.right)
	if to <= from {
		return
	}
	on.Clip(from, p.top, to-from, p.bottom-p.top)
	on.Clear(from, p.top, to-from, p.bottom-p.top)
	s.paper(on, from, to)
	if s.head.set {
		sweep := s.head.at - s.head.at%s.window
		cursor := s.xFrom(s.head.at, sweep)
		if from <= cursor {
			s.part(on, sweep, sweep, s.head.at, from, to, 1)
		}
		if old := max(from, cursor+s.blank()); old < to {
			s.part(on, sweep-s.window, s.timeAt(cursor+s.blank(), sweep-s.window), sweep-1, old, to, oldAlpha)
		}
		if cursor >= from-cursorRoom && cursor <= to+cursorRoom {
			s.cursor(on, cursor)
		}
	}
	on.Unclip()
}

// timeAt is the instant at a column when a sweep begins at start.
func (s *Strip) timeAt(x float64, start care.Stamp) care.Stamp {
	return start + care.Stamp((x-s.place.left)/s.width()*float64(s.window))
}

// part draws the signal of one sweep that begins at start: what was measured from since to until and lies between two columns.
func (s *Strip) part(on canvas.Surface, start, since, until care.Stamp, from, to, alpha float64) {
	first := max(since, s.timeAt(from-cursorRoom, start))
	last := min(until, s.timeAt(to+cursorRoom, start))
	for i := range s.lanes {
		l := &s.lanes[i]
		if l.beats && !s.place.bare {
			s.gradeRow(on, l, start, first, last, alpha)
		}
		s.gapColumns(on, l, start, since, until, from)
		s.wave(on, l, start, first, last, first > since, alpha)
	}
	for i := s.beats.from(first); i < len(s.beats.list) && s.beats.list[i].At <= last; i++ {
		if b := s.beats.list[i]; s.lanes[0].beats && !s.lanes[0].trace.gaps.holds(b.At) {
			s.mark(on, b.Flags, s.xFrom(b.At, start), alpha)
		}
	}
}

// gapColumns fills the columns without signal and names them.
func (s *Strip) gapColumns(on canvas.Surface, l *lane, start, since, until care.Stamp, from float64) {
	top := l.span.top
	if l.beats {
		top -= markRoom
	}
	for _, g := range l.trace.gaps.list {
		a, b := max(g.from, since), min(g.to, until)
		if b <= a {
			continue
		}
		left, right := s.xFrom(a, start), s.xFrom(b, start)
		on.Fill(left, top, right-left, l.span.bottom-top, canvas.Gap, 1)
		em := letters * s.place.size.Type
		at := s.xFrom(max(g.from, start), start) + 0.9*em // stays where it is while the column grows
		if s.place.bare || !l.beats || at-0.8*em < left || at+0.8*em > right {
			continue
		}
		ink := canvas.Type{Colour: canvas.Axis, Pixels: letters, Align: canvas.Centre, Turned: true}
		if on.Measure(g.words, ink) < l.span.bottom-top {
			on.Text(g.words, at, (top+l.span.bottom)/2, ink)
		}
	}
}

// wave draws the lane's samples from first to last, and the next on either side where a line leads out of the columns,
// but never one that is not due yet.
func (s *Strip) wave(on canvas.Surface, l *lane, start, first, last care.Stamp, lead bool, alpha float64) {
	t := &l.trace
	pen := l.pen
	pen.Alpha = alpha
	// A dash that began where the piece began would crawl; so dashes stand at fixed columns.
	shown, every := 0.0, 0.0
	if d := pen.Dash.Pattern(); len(d) == 2 {
		shown, every, pen.Dash = d[0], d[0]+d[1], canvas.Solid
	}
	i := t.from(first)
	if lead && i > 0 {
		i--
	}
	s.line = s.line[:0]
	var before sample
	for ; i < len(t.points); i++ {
		q := t.points[i]
		if q.at > s.head.at || (q.at > last && (len(s.line) == 0 || before.at > last)) {
			break
		}
		if math.IsNaN(q.v) || t.gaps.holds(q.at) {
			s.flush(on, pen)
			continue
		}
		if len(s.line) > 0 && !t.joined(before, q) {
			s.flush(on, pen)
		}
		x := s.xFrom(q.at, start)
		if every > 0 && math.Mod(x-s.place.left, every) > shown {
			s.flush(on, pen)
			continue
		}
		s.line = append(s.line, canvas.Point{X: x, Y: min(max(l.span.y(q.v), s.place.top-50), s.place.bottom+50)})
		before = q
		if len(s.line) == cap(s.line) {
			s.flush(on, pen)
		}
	}
	s.flush(on, pen)
}

// flush draws the line gathered so far; a sample alone between two holes is a dot.
func (s *Strip) flush(on canvas.Surface, pen canvas.Pen) {
	switch {
	case len(s.line) == 1:
		on.Disc(s.line[0].X, s.line[0].Y, pen.Width/2, pen.Colour, pen.Alpha)
	case len(s.line) > 1:
		on.Line(s.line, pen)
	}
	s.line = s.line[:0]
}

// cursor draws where now is, and a dot on the newest sample.
func (s *Strip) cursor(on canvas.Surface, x float64) {
	p := &s.place
	on.Fill(edge(x, p.size.Ratio)-0.5, p.top, 1.5, p.bottom-p.top, canvas.Cursor, 1)
	l := &s.lanes[0]
	if !l.beats {
		return
	}
	i := l.trace.from(s.head.at+1) - 1
	if i < 0 {
		return
	}
	if q := l.trace.points[i]; s.head.at-q.at < 1e5 && !math.IsNaN(q.v) && !l.trace.gaps.part(q.at, s.head.at) {
		on.Disc(x, l.span.y(q.v), 3.5, canvas.Peak, 1)
	}
}
