package chart

import (
	"sort"

	"hearth/wasm/canvas"
)

// flags draws each label as one dashed line through all lanes with its words in a flag on top. Where flags would
// cover each other the newer one keeps its words; the older one keeps its line, and the list beside has its name.
func (t *Trend) flags(on canvas.Surface) {
	p := &t.place
	em := letters * p.size.Type
	sort.Slice(t.labels, func(a, b int) bool { return t.labels[a].At > t.labels[b].At })
	free := p.right + em
	ink := canvas.Type{Colour: canvas.FlagText, Pixels: letters, Bold: true}
	for _, label := range t.labels {
		if label.At < t.oldest || label.At > t.now {
			continue
		}
		x := align(t.x(label.At), p.size.Ratio)
		t.shape[0], t.shape[1] = canvas.Point{X: x, Y: p.top + 1.6*em}, canvas.Point{X: x, Y: p.bottom}
		on.Line(t.shape[:2], canvas.Pen{Colour: canvas.Cursor, Width: 1, Alpha: 0.55, Dash: canvas.Fine})
		wide := on.Measure(label.Text, ink) + em
		left := min(x, p.right-wide)
		if left+wide+2 > free || left < p.left || label.Text == "" {
			continue
		}
		free = left
		t.flag(on, left, p.top, wide, 1.6*em)
		on.Text(label.Text, left+em/2, p.top+0.85*em, ink)
	}
}

// flag draws the flag itself with a fine edge.
func (t *Trend) flag(on canvas.Surface, x, y, w, h float64) {
	r := t.place.size.Ratio
	x, y = align(x, r), align(y, r)
	on.Fill(x, y, w, h, canvas.Background, 1)
	on.Fill(x, y, w, h, canvas.FlagFill, 1)
	t.shape = [5]canvas.Point{{X: x, Y: y}, {X: x + w, Y: y}, {X: x + w, Y: y + h}, {X: x, Y: y + h}, {X: x, Y: y}}
	on.Line(t.shape[:], canvas.Pen{Colour: canvas.FlagEdge, Width: 1, Alpha: 1})
}
