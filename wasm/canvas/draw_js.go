package canvas

import (
	"math"
	"strconv"
	"syscall/js"
)

// pencil draws on the element's 2D context. Methods are bound once, so that a call does not carry the method's name
// across as text, and settings that already hold are not sent again.
type pencil struct {
	context js.Value
	colours [colourCount]js.Value
	family  string
	path    []byte

	beginPath, moveTo, lineTo, stroke, fill, arc, closePath  js.Value
	clearRect, fillRect, rect, clip, save, restore, fillText js.Value
	setTransform, measureText, path2D, reflectSet            js.Value
	strokeStyle, fillStyle, globalAlpha, lineWidth           js.Value // names of settings
	dashes                                                   [dashCount]js.Value
	setLineDash                                              js.Value

	inStroke, inFill Colour
	inAlpha, inWidth float64
	inDash           Dash
	inType           Type
	scale            float64 // reader's text size the font in force was made for
}

const unset = 0xff

func (p *pencil) open(context js.Value) {
	p.context = context
	for name, method := range map[string]*js.Value{
		"beginPath": &p.beginPath, "moveTo": &p.moveTo, "lineTo": &p.lineTo, "stroke": &p.stroke, "fill": &p.fill,
		"arc": &p.arc, "closePath": &p.closePath, "clearRect": &p.clearRect, "fillRect": &p.fillRect, "rect": &p.rect,
		"clip": &p.clip, "save": &p.save, "restore": &p.restore, "fillText": &p.fillText, "setTransform": &p.setTransform,
		"measureText": &p.measureText, "setLineDash": &p.setLineDash,
	} {
		*method = context.Get(name).Call("bind", context)
	}
	p.path2D = js.Global().Get("Path2D")
	reflect := js.Global().Get("Reflect")
	p.reflectSet = reflect.Get("set").Call("bind", reflect)
	p.strokeStyle, p.fillStyle = js.ValueOf("strokeStyle"), js.ValueOf("fillStyle")
	p.globalAlpha, p.lineWidth = js.ValueOf("globalAlpha"), js.ValueOf("lineWidth")
	for d := range dashCount {
		list := js.Global().Get("Array").New()
		for _, length := range d.Pattern() {
			list.Call("push", length)
		}
		p.dashes[d] = list
	}
}

// reset brings a context whose settings were lost back to ours.
func (p *pencil) reset(ratio float64) {
	p.setTransform.Invoke(ratio, 0, 0, ratio, 0, 0)
	p.context.Set("lineJoin", "round")
	p.context.Set("lineCap", "butt")
	p.context.Set("textBaseline", "middle")
	p.forget()
}

// forget makes the next call send every setting again.
func (p *pencil) forget() {
	p.inStroke, p.inFill, p.inDash = unset, unset, unset
	p.inAlpha, p.inWidth = -1, -1
	p.inType = Type{Colour: unset}
}

func (p *pencil) set(name js.Value, value any) { p.reflectSet.Invoke(p.context, name, value) }

func (p *pencil) alpha(a float64) {
	if p.inAlpha != a {
		p.inAlpha = a
		p.set(p.globalAlpha, a)
	}
}

func (p *pencil) paint(c Colour, alpha float64) {
	if p.inFill != c {
		p.inFill = c
		p.set(p.fillStyle, p.colours[c%colourCount])
	}
	p.alpha(alpha)
}

func (p *pencil) take(pen Pen) {
	if p.inStroke != pen.Colour {
		p.inStroke = pen.Colour
		p.set(p.strokeStyle, p.colours[pen.Colour%colourCount])
	}
	if p.inWidth != pen.Width {
		p.inWidth = pen.Width
		p.set(p.lineWidth, pen.Width)
	}
	if p.inDash != pen.Dash {
		p.inDash = pen.Dash
		p.setLineDash.Invoke(p.dashes[pen.Dash%dashCount])
	}
	p.alpha(pen.Alpha)
}

// Clear implements Surface.
func (w *web) Clear(x, y, width, height float64) { w.clearRect.Invoke(x, y, width, height) }

// Fill implements Surface.
func (w *web) Fill(x, y, width, height float64, c Colour, alpha float64) {
	w.paint(c, alpha)
	w.fillRect.Invoke(x, y, width, height)
}

// Line implements Surface.
func (w *web) Line(points []Point, pen Pen) {
	if len(points) < 2 {
		return
	}
	w.take(pen)
	if len(points) >= longLine {
		w.stroke.Invoke(w.long(points))
		return
	}
	w.trace(points)
	w.stroke.Invoke()
}

// Area implements Surface.
func (w *web) Area(points []Point, c Colour, alpha float64) {
	if len(points) < 3 {
		return
	}
	w.paint(c, alpha)
	if len(points) >= longLine {
		w.pencil.fill.Invoke(w.long(points))
		return
	}
	w.trace(points)
	w.pencil.fill.Invoke()
}

func (p *pencil) trace(points []Point) {
	p.beginPath.Invoke()
	p.moveTo.Invoke(points[0].X, points[0].Y)
	for _, q := range points[1:] {
		p.lineTo.Invoke(q.X, q.Y)
	}
}

func (p *pencil) long(points []Point) js.Value {
	p.path = appendPath(p.path[:0], points)
	return p.path2D.New(string(p.path))
}

// Disc implements Surface.
func (w *web) Disc(x, y, r float64, c Colour, alpha float64) {
	w.paint(c, alpha)
	w.beginPath.Invoke()
	w.arc.Invoke(x, y, r, 0, 2*math.Pi)
	w.pencil.fill.Invoke()
}

var aligns = [...]string{Left: "left", Centre: "center", Right: "right"}

func (w *web) write(t Type) {
	if was := w.inType; was.Pixels != t.Pixels || was.Bold != t.Bold || was.Colour == unset || w.scale != w.size.Type {
		weight := "normal "
		if t.Bold {
			weight = "600 "
		}
		w.context.Set("font", weight+strconv.FormatFloat(t.Pixels*w.size.Type, 'f', 2, 64)+"px "+w.family)
		w.scale = w.size.Type
	}
	if w.inType.Align != t.Align || w.inType.Colour == unset {
		w.context.Set("textAlign", aligns[t.Align])
	}
	w.inType = t
}

// Text implements Surface.
func (w *web) Text(s string, x, y float64, t Type) {
	if s == "" {
		return
	}
	w.write(t)
	w.paint(t.Colour, 1)
	if !t.Turned {
		w.fillText.Invoke(s, x, y)
		return
	}
	r := w.size.Ratio
	w.setTransform.Invoke(0, -r, r, 0, x*r, y*r)
	w.fillText.Invoke(s, 0, 0)
	w.setTransform.Invoke(r, 0, 0, r, 0, 0)
}

// Measure implements Surface.
func (w *web) Measure(s string, t Type) float64 {
	w.write(t)
	return w.measureText.Invoke(s).Get("width").Float()
}

// Clip implements Surface.
func (w *web) Clip(x, y, width, height float64) {
	w.save.Invoke()
	w.beginPath.Invoke()
	w.rect.Invoke(x, y, width, height)
	w.pencil.clip.Invoke()
}

// Unclip implements Surface.
func (w *web) Unclip() {
	w.restore.Invoke()
	w.forget() // restore brought back the settings of before the clip
}
