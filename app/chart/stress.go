package chart

import (
	"cmp"
	"math"
	"slices"

	"hearth/shared/care"
	"hearth/wasm/canvas"
)

// Deviation is how far a heart was from rest at an instant, in spreads of rest; up is further away.
type Deviation struct {
	At    care.Stamp
	Value float32 // −5 to 5; NaN when nothing can be said
	Gate  Gate
}

// Gate says what movement leaves of a deviation.
type Gate uint8

// The gates.
const (
	Counted Gate = iota
	Marked       // shown with a mark: some movement, or nobody knows
	Moving       // seen, not scored: the body moves, or has just moved
)

// stressLane is the lane under the others, there as soon as there is a resting state to compare with.
type stressLane struct {
	ledge
	list []Deviation
}

const stressShare = 0.28

const narrow = 6.0 // CSS pixels

func newStressLane() stressLane {
	return stressLane{ledge: ledge{
		name: func(w Words) string { return w.Stress }, lows: ladder{-1, -2, -5}, highs: ladder{3, 5}, ticks: []float64{1, 2, 5},
	}}
}

// Deviations sets all that is known, in order of time: a new resting state changes the past too. None takes the lane away.
func (t *Trend) Deviations(list []Deviation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stress.list = append(t.stress.list[:0], list[max(0, len(list)-trendRoom):]...)
	t.stale = true
}

// Deviate takes in what came last; what is not later than that is passed over.
func (t *Trend) Deviate(d Deviation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.stress.list
	if n := len(list); d.At <= 0 || n > 0 && d.At <= list[n-1].At {
		return
	}
	if len(list) >= trendRoom {
		list = slices.Delete(list, 0, trendRoom/8)
	}
	t.stress.list = append(list, d)
}

// inSight are the deviations of the window, with the one before it, from which a line may lead in.
func (l *stressLane) inSight(oldest, now care.Stamp) []Deviation {
	from, _ := slices.BinarySearchFunc(l.list, oldest, byTime)
	to, _ := slices.BinarySearchFunc(l.list, now+1, byTime)
	return l.list[max(0, from-1):to]
}

func byTime(d Deviation, at care.Stamp) int { return cmp.Compare(d.At, at) }

// lay takes the lane's room from the bottom, and gives what is left.
func (l *stressLane) lay(seen []Deviation, top, bottom, em float64) float64 {
	lo, hi := 0.0, 0.0
	for _, d := range seen {
		if v := float64(d.Value); !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	l.fit(lo, hi)
	rest := bottom - (bottom-top)*stressShare
	l.span.top, l.span.bottom = rest+1.8*em, bottom-0.3*em
	return rest
}

// strain draws the lane: the band of rest, the area under the line, the line, and over it what movement hides.
func (t *Trend) strain(on canvas.Surface) {
	l := &t.stress
	seen := l.inSight(t.oldest, t.now)
	on.Clip(t.place.left, l.span.top, t.place.right-t.place.left, l.span.bottom-l.span.top)
	t.restBand(on)
	for from := 0; from < len(seen); {
		to := from + 1
		for to < len(seen) && seen[to].Gate == seen[from].Gate && t.leads(seen[to-1], seen[to]) {
			to++
		}
		t.piece(on, seen[from:to])
		if to < len(seen) && t.leads(seen[to-1], seen[to]) { // between two manners the marked one goes on
			t.bridge(on, seen[to-1], seen[to])
		}
		from = to
	}
	on.Unclip()
	t.hatches(on, seen)
	t.stressMark(on, seen)
}

// restBand is where rest was most of the time.
func (t *Trend) restBand(on canvas.Surface) {
	p, s := &t.place, &t.stress.span
	on.Fill(p.left, s.y(1), p.right-p.left, s.y(-1)-s.y(1), canvas.Soft5, 0.6)
	y := align(s.y(0), p.size.Ratio)
	t.shape[0], t.shape[1] = canvas.Point{X: p.left, Y: y}, canvas.Point{X: p.right, Y: y}
	on.Line(t.shape[:2], canvas.Pen{Colour: canvas.Series5, Width: 1, Alpha: 0.6, Dash: canvas.Dashes})
}

// leads reports whether a line may lead from one deviation to the next.
func (t *Trend) leads(a, b Deviation) bool {
	return a.Value == a.Value && b.Value == b.Value && b.At.Sub(a.At) <= breakOver &&
		!t.gaps.holds(a.At) && !t.gaps.holds(b.At) && !t.gaps.part(a.At, b.At)
}

// piece draws deviations of one gate that belong together.
func (t *Trend) piece(on canvas.Surface, list []Deviation) {
	if list[0].Value != list[0].Value || t.gaps.holds(list[0].At) {
		return
	}
	t.line = t.line[:0]
	for i, d := range list {
		at := canvas.Point{X: t.x(d.At), Y: t.stress.span.y(float64(d.Value))}
		if n := len(t.line); n == 0 || i == len(list)-1 || at.X-t.line[n-1].X >= slowStep {
			t.line = append(t.line, at)
		}
	}
	if list[0].Gate == Counted && len(t.line) > 1 && t.line[len(t.line)-1].X-t.line[0].X > narrow { // less is a bar, no area
		zero, n := t.stress.span.y(0), len(t.line)
		t.line = append(t.line, canvas.Point{X: t.line[n-1].X, Y: zero}, canvas.Point{X: t.line[0].X, Y: zero})
		on.Area(t.line, canvas.Soft5, 1)
		t.line = t.line[:n]
	}
	t.stroke(on, stressPens[list[0].Gate])
}

// stressPens: what does not count is grey dots, what counts with a mark is finely dashed.
var stressPens = [...]canvas.Pen{
	Counted: {Colour: canvas.Series5, Width: 2, Alpha: 1},
	Marked:  {Colour: canvas.Series5, Width: 2, Alpha: 0.8, Dash: canvas.Fine},
	Moving:  {Colour: canvas.Series6, Width: 2, Alpha: 1, Dash: canvas.Sparse},
}

func (t *Trend) bridge(on canvas.Surface, a, b Deviation) {
	t.shape[0] = canvas.Point{X: t.x(a.At), Y: t.stress.span.y(float64(a.Value))}
	t.shape[1] = canvas.Point{X: t.x(b.At), Y: t.stress.span.y(float64(b.Value))}
	on.Line(t.shape[:2], stressPens[max(a.Gate, b.Gate)])
}

const hatchApart = 6.0 // CSS pixels

// hatches shade the time the body moved, and name it where there is room.
func (t *Trend) hatches(on canvas.Surface, seen []Deviation) {
	for from := 0; from < len(seen); from++ {
		if seen[from].Gate != Moving {
			continue
		}
		to := from
		for to+1 < len(seen) && seen[to+1].Gate == Moving && seen[to+1].At.Sub(seen[to].At) <= breakOver {
			to++
		}
		t.hatch(on, max(t.x(seen[from].At), t.place.left), t.x(seen[to].At))
		from = to
	}
}

func (t *Trend) hatch(on canvas.Surface, left, right float64) {
	s, em := &t.stress.span, letters*t.place.size.Type
	right = max(right, left+1)
	tall := s.bottom - s.top
	on.Clip(left, s.top, right-left, tall)
	for x := left - math.Mod(left, hatchApart) - tall; x < right; x += hatchApart {
		t.shape[0], t.shape[1] = canvas.Point{X: x, Y: s.bottom}, canvas.Point{X: x + tall, Y: s.top}
		on.Line(t.shape[:2], canvas.Pen{Colour: canvas.Series6, Width: 1, Alpha: 0.45})
	}
	on.Unclip()
	ink := canvas.Type{Colour: canvas.Text, Pixels: letters, Bold: true, Align: canvas.Centre}
	if wide := on.Measure(t.words.Moving, ink) + 0.8*em; t.words.Moving != "" && wide < right-left {
		on.Fill((left+right-wide)/2, s.bottom-1.8*em, wide, 1.6*em, canvas.Background, 0.85)
		on.Text(t.words.Moving, (left+right)/2, s.bottom-em, ink)
	}
}

// stressMark is a triangle on the newest deviation, while it is new and counts.
func (t *Trend) stressMark(on canvas.Surface, seen []Deviation) {
	if len(seen) == 0 {
		return
	}
	d := seen[len(seen)-1]
	if d.Value != d.Value || d.Gate != Counted || t.now.Sub(d.At) > fresh || t.gaps.part(d.At, t.now) {
		return
	}
	x, y := t.x(d.At), t.stress.span.y(float64(d.Value))
	t.shape[0], t.shape[1], t.shape[2] = canvas.Point{X: x, Y: y - 5}, canvas.Point{X: x + 5, Y: y + 4}, canvas.Point{X: x - 5, Y: y + 4}
	on.Area(t.shape[:3], canvas.Series5, 1)
}
