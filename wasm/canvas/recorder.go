package canvas

import "slices"

// Verb says what an operation did.
type Verb string

// The verbs of a Recorder's operations, named after the Surface's methods.
const (
	OpClear  Verb = "clear"
	OpFill   Verb = "fill"
	OpLine   Verb = "line"
	OpArea   Verb = "area"
	OpDisc   Verb = "disc"
	OpText   Verb = "text"
	OpClip   Verb = "clip"
	OpUnclip Verb = "unclip"
)

// Op is one call a Recorder saw. Rectangles keep corner and size in Rect; a disc keeps its radius in Rect.W.
type Op struct {
	Verb   Verb
	Rect   Rect
	Points []Point
	Pen    Pen
	Text   string
	Type   Type
	Colour Colour
	Alpha  float64
	Clip   Rect // in force when it was drawn; zero = none
}

// Rect is a rectangle in CSS pixels.
type Rect struct{ X, Y, W, H float64 }

// Recorder is a surface that remembers what was drawn on it, for tests. With Deaf it only counts, and allocates nothing.
type Recorder struct {
	Ops   []Op
	Deaf  bool
	Count int // of calls that draw

	size Size
	gen  uint32
	clip Rect
}

// NewRecorder returns a surface of w × h CSS pixels at the ratio.
func NewRecorder(w, h, ratio float64) *Recorder {
	return &Recorder{size: Size{Width: w, Height: h, Ratio: ratio, Type: 1}, gen: 1}
}

// Resize gives the surface another size: what was drawn is lost.
func (r *Recorder) Resize(w, h float64) {
	r.size.Width, r.size.Height = w, h
	r.gen++
}

// Retheme is another theme: what was drawn has the wrong colours.
func (r *Recorder) Retheme() { r.gen++ }

// Forget drops the operations seen so far.
func (r *Recorder) Forget() { r.Ops, r.Count = r.Ops[:0], 0 }

// Lines returns the points of every line drawn in the colour.
func (r *Recorder) Lines(c Colour) []Op {
	var found []Op
	for _, op := range r.Ops {
		if op.Verb == OpLine && op.Pen.Colour == c {
			found = append(found, op)
		}
	}
	return found
}

// Texts returns every text written, in order.
func (r *Recorder) Texts() []string {
	var found []string
	for _, op := range r.Ops {
		if op.Verb == OpText {
			found = append(found, op.Text)
		}
	}
	return found
}

func (r *Recorder) note(op Op) {
	r.Count++
	if r.Deaf {
		return
	}
	op.Clip = r.clip
	op.Points = slices.Clone(op.Points)
	r.Ops = append(r.Ops, op)
}

// Size implements Surface.
func (r *Recorder) Size() Size { return r.size }

// Generation implements Surface.
func (r *Recorder) Generation() uint32 { return r.gen }

// Clear implements Surface.
func (r *Recorder) Clear(x, y, w, h float64) { r.note(Op{Verb: OpClear, Rect: Rect{x, y, w, h}}) }

// Fill implements Surface.
func (r *Recorder) Fill(x, y, w, h float64, c Colour, alpha float64) {
	r.note(Op{Verb: OpFill, Rect: Rect{x, y, w, h}, Colour: c, Alpha: alpha})
}

// Line implements Surface.
func (r *Recorder) Line(points []Point, pen Pen) {
	r.note(Op{Verb: OpLine, Points: points, Pen: pen, Colour: pen.Colour, Alpha: pen.Alpha})
}

// Area implements Surface.
func (r *Recorder) Area(points []Point, c Colour, alpha float64) {
	r.note(Op{Verb: OpArea, Points: points, Colour: c, Alpha: alpha})
}

// Disc implements Surface.
func (r *Recorder) Disc(x, y, radius float64, c Colour, alpha float64) {
	r.note(Op{Verb: OpDisc, Rect: Rect{x, y, radius, 0}, Colour: c, Alpha: alpha})
}

// Text implements Surface.
func (r *Recorder) Text(s string, x, y float64, t Type) {
	r.note(Op{Verb: OpText, Text: s, Rect: Rect{X: x, Y: y}, Type: t, Colour: t.Colour, Alpha: 1})
}

// Measure implements Surface with an average width, good enough to lay out by.
func (r *Recorder) Measure(s string, t Type) float64 {
	return float64(len(s)) * t.Pixels * r.size.Type * 0.56
}

// Clip implements Surface.
func (r *Recorder) Clip(x, y, w, h float64) {
	r.clip = Rect{x, y, w, h}
	r.note(Op{Verb: OpClip, Rect: r.clip})
}

// Unclip implements Surface.
func (r *Recorder) Unclip() {
	r.clip = Rect{}
	r.note(Op{Verb: OpUnclip})
}
