package chart

import (
	"math"

	"hearth/wasm/canvas"
)

// axes writes the numbers at the left and the seconds below.
func (s *Strip) axes(on canvas.Surface) {
	p, w := &s.place, s.opts.Words
	em := letters * p.size.Type
	for i := range s.lanes {
		l := &s.lanes[i]
		if l.name != nil {
			on.Text(l.name(w), p.left-0.7*em, (l.span.top+l.span.bottom)/2, p.ink(canvas.Axis, canvas.Right))
		}
		if l.grid == 0 {
			continue
		}
		step := l.span.tick(1.5*em, l.grid, 1, 2, 5)
		for v := l.span.first(step); v <= l.span.hi; v += step {
			if y := l.span.y(v); y > l.span.top+em/2 && y < l.span.bottom-em/2 {
				on.Text(w.number(v), p.left-0.7*em, y, p.ink(canvas.Axis, canvas.Right))
			}
		}
	}
	y := p.bottom + 1.1*em
	per := s.width() / float64(len(s.secs)-1)
	free := p.left
	if s.head.set {
		began := w.clock(s.head.at - s.head.at%s.window)
		on.Text(began, p.left, y, p.ink(canvas.Axis, canvas.Left))
		free += on.Measure(began, p.ink(canvas.Axis, canvas.Left))
	}
	every := 1
	for float64(every)*per < 4*em {
		every++
	}
	for i := every; i < len(s.secs); i += every {
		ink := p.ink(canvas.Axis, canvas.Centre)
		if i == len(s.secs)-1 {
			ink.Align = canvas.Right
		}
		if x := p.left + float64(i)*per; x-2*em > free {
			on.Text(s.secs[i], x, y, ink)
		}
	}
}

// paper draws the grid: 0.2 s and 1 s, 0.5 mV and 1 mV.
func (s *Strip) paper(on canvas.Surface, from, to float64) {
	p := &s.place
	hair := 1 / p.size.Ratio
	if p.size.Ratio < 1.5 {
		hair = 1
	}
	fifth := s.width() / float64(s.window) * 2e5
	for i := int(math.Ceil((from - p.left - 1) / fifth)); ; i++ {
		x := p.left + float64(i)*fifth
		if x > to+1 {
			break
		}
		c := canvas.Grid
		if i%5 == 0 {
			c = canvas.GridStrong
		} else if fifth < 6 {
			continue
		}
		on.Fill(edge(x, p.size.Ratio), p.top, hair, p.bottom-p.top, c, 1)
	}
	for i := range s.lanes {
		l := &s.lanes[i]
		if i > 0 && !p.bare {
			on.Fill(from, edge(l.span.top, p.size.Ratio), to-from, hair, canvas.GridStrong, 1)
		}
		if l.grid == 0 {
			continue
		}
		for v := l.span.first(l.grid); v <= l.span.hi; v += l.grid {
			c := canvas.Grid
			if v == math.Trunc(v) {
				c = canvas.GridStrong
			}
			on.Fill(from, edge(l.span.y(v), p.size.Ratio), to-from, hair, c, 1)
		}
	}
}
