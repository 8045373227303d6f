// Package canvas is a <canvas> of the page: sized to the screen's own pixels, coloured by the stylesheet's tokens, and
// drawn through a surface small enough to be faked. It knows nothing of hearts or charts and never decides what to draw.
package canvas

import "errors"

// ErrUnavailable is what Open answers where there is no browser, or no canvas of that id on the page.
var ErrUnavailable = errors.New("canvas: not available here")

// Point is a place on the surface in CSS pixels from its upper left corner.
type Point struct{ X, Y float64 }

// Size is how large the surface is.
type Size struct {
	Width, Height float64 // CSS pixels
	Ratio         float64 // the screen's pixels per CSS pixel: align hairlines to 1/Ratio
	Type          float64 // the reader's text size against 16 px: multiply what is written or must hold writing
}

// Dash is a line pattern of the design system.
type Dash uint8

// The patterns, in CSS pixels on and off.
const (
	Solid  Dash = iota
	Dashes      // 7 4
	Dots        // 2 4
	Sparse      // 1 4
	Fine        // 2 3
	dashCount
)

// Pattern returns the lengths on and off; none for a solid line.
func (d Dash) Pattern() []float64 { return patterns[d%dashCount] }

var patterns = [dashCount][]float64{Solid: {}, Dashes: {7, 4}, Dots: {2, 4}, Sparse: {1, 4}, Fine: {2, 3}}

// Pen draws lines. Alpha is 0 to 1.
type Pen struct {
	Colour Colour
	Width  float64 // CSS pixels
	Alpha  float64
	Dash   Dash
}

// Align says which end of a text its place names. Charts run left to right in every language.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Centre
	Right
)

// Type is how a text is written; its place is the middle of its height.
type Type struct {
	Colour Colour
	Pixels float64 // CSS pixels, before the reader's text size
	Bold   bool
	Align  Align
	Turned bool // upwards, a quarter turn to the left
}

// Surface is what charts draw on. Calls take effect in order; coordinates are CSS pixels.
type Surface interface {
	Size() Size
	// Generation changes whenever all that was drawn is lost or has the wrong colours: a new size, another theme.
	Generation() uint32
	// Clear makes a rectangle transparent. To leave no seams its edges must lie on whole screen pixels.
	Clear(x, y, w, h float64)
	Fill(x, y, w, h float64, c Colour, alpha float64)
	// Line draws one unbroken line through the points; the points may be reused after the call.
	Line(points []Point, pen Pen)
	// Area fills the closed shape through the points.
	Area(points []Point, c Colour, alpha float64)
	Disc(x, y, r float64, c Colour, alpha float64)
	Text(s string, x, y float64, t Type)
	// Measure is how wide a text would be.
	Measure(s string, t Type) float64
	// Clip limits all drawing to a rectangle until Unclip; clips do not nest.
	Clip(x, y, w, h float64)
	Unclip()
}

// Canvas is a surface on the page.
type Canvas interface {
	Surface
	// Animate calls frame before every repaint of the screen with the page's time in milliseconds, and at once after
	// a change of size, so that nothing flickers. It rests while the page is hidden. One animation runs per canvas:
	// a second call replaces the first. Calling stop twice is fine; frame is not called after it.
	Animate(frame func(nowMS float64)) (stop func())
	// Close ends the animation and lets go of the page. It may be called twice.
	Close()
}

// None is the canvas where there is none: it has no size, draws nothing and never animates.
type None struct{}

// Size implements Surface.
func (None) Size() Size { return Size{Ratio: 1, Type: 1} }

// Generation implements Surface.
func (None) Generation() uint32 { return 0 }

// Clear implements Surface.
func (None) Clear(x, y, w, h float64) {}

// Fill implements Surface.
func (None) Fill(x, y, w, h float64, c Colour, alpha float64) {}

// Line implements Surface.
func (None) Line([]Point, Pen) {}

// Area implements Surface.
func (None) Area([]Point, Colour, float64) {}

// Disc implements Surface.
func (None) Disc(x, y, r float64, c Colour, alpha float64) {}

// Text implements Surface.
func (None) Text(string, float64, float64, Type) {}

// Measure implements Surface.
func (None) Measure(string, Type) float64 { return 0 }

// Clip implements Surface.
func (None) Clip(x, y, w, h float64) {}

// Unclip implements Surface.
func (None) Unclip() {}

// Animate implements Canvas.
func (None) Animate(func(float64)) (stop func()) { return func() {} }

// Close implements Canvas.
func (None) Close() {}
