package chart

import "hearth/wasm/canvas"

// place is where a chart's parts lie on the surface, in CSS pixels.
type place struct {
	size                     canvas.Size
	left, right, top, bottom float64
	bare                     bool // no axes and no words
}

// letters is the height of what is written on charts, before the reader's own text size.
const letters = 11.0

// lay divides the surface. Edges lie between screen pixels, so that what is cleared leaves no seam.
func (p *place) lay(size canvas.Size) {
	p.size = size
	em := letters * size.Type
	left, right, top, bottom := 0.0, 0.0, 1.0, 1.0
	if !p.bare {
		left, right, top, bottom = 4*em, 1.1*em, 0.5*em, 2*em
	}
	p.left, p.right = edge(left, size.Ratio), edge(size.Width-right, size.Ratio)
	p.top, p.bottom = edge(top, size.Ratio), edge(size.Height-bottom, size.Ratio)
}

// room reports whether there is anything to draw on.
func (p *place) room() bool { return p.right-p.left >= 16 && p.bottom-p.top >= 16 }

func (p *place) ink(c canvas.Colour, a canvas.Align) canvas.Type {
	return canvas.Type{Colour: c, Pixels: letters, Align: a}
}
