package chart

import (
	"math"
	"time"

	"hearth/shared/care"
	"hearth/wasm/canvas"
)

func (t *Trend) x(at care.Stamp) float64 {
	return t.place.left + float64(at-t.oldest)/float64(t.now-t.oldest)*(t.place.right-t.place.left)
}

// draw draws everything: paper, rest, gaps, lines, labels, words, from the back to the front.
func (t *Trend) draw(on canvas.Surface) {
	p := &t.place
	on.Clear(0, 0, p.size.Width, p.size.Height)
	em := letters * p.size.Type
	bottom := p.bottom
	if len(t.stress.list) > 0 {
		bottom = t.stress.lay(t.stress.inSight(t.oldest, t.now), p.top+1.6*em, bottom, em)
	}
	t.layLedges(p.top+1.6*em, bottom)
	t.times(on)
	for i := range t.ledges {
		t.numbers(on, &t.ledges[i])
	}
	on.Clip(p.left, p.top, p.right-p.left, p.bottom-p.top)
	for i := range t.ledges {
		t.restOf(on, &t.ledges[i])
	}
	on.Unclip()
	t.gapColumns(on)
	for i := range t.ledges {
		l := &t.ledges[i]
		on.Clip(p.left, l.span.top, p.right-p.left, l.span.bottom-l.span.top)
		for j := range l.series {
			t.curve(on, l, &l.series[j])
		}
		on.Unclip()
		for j := range l.series {
			t.lastMark(on, l, &l.series[j])
		}
		t.filling(on, l)
	}
	if len(t.stress.list) > 0 {
		t.numbers(on, &t.stress.ledge)
		t.strain(on)
	}
	t.flags(on)
	for i := range t.ledges {
		t.nameOf(on, &t.ledges[i])
	}
	if len(t.stress.list) > 0 {
		t.nameOf(on, &t.stress.ledge)
	}
}

// nameOf writes a lane's name above it, over whatever passes there.
func (t *Trend) nameOf(on canvas.Surface, l *ledge) {
	name := l.name(t.words)
	if name == "" {
		return
	}
	em := letters * t.place.size.Type
	ink := canvas.Type{Colour: canvas.Text, Pixels: letters, Bold: true}
	x, y := t.place.left+0.5*em, l.span.top-0.9*em
	on.Fill(x-0.3*em, y-0.8*em, on.Measure(name, ink)+0.6*em, 1.6*em, canvas.Background, 0.8)
	on.Text(name, x, y, ink)
}

// layLedges puts the lanes below each other and chooses their ranges by what is in sight.
func (t *Trend) layLedges(top, bottom float64) {
	em := letters * t.place.size.Type
	first := t.firstInSight()
	for i := range t.ledges {
		l := &t.ledges[i]
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, m := range t.list[first:] {
			for _, s := range l.series {
				if v := float64(m.values[s.of]); m.at <= t.now && !math.IsNaN(v) {
					lo, hi = min(lo, v), max(hi, v)
				}
			}
		}
		l.fit(lo, hi)
		height := (bottom - top) * l.share
		l.span.top, l.span.bottom = top, top+height-0.8*em
		if i == len(t.ledges)-1 {
			l.span.bottom = bottom - 0.3*em
		}
		l.span.top += 1.8 * em
		top += height
	}
}

// firstInSight is the place of the last moment left of the window, so that a line may lead in.
func (t *Trend) firstInSight() int {
	i := len(t.list)
	for i > 0 && t.list[i-1].at >= t.oldest {
		i--
	}
	return max(i-1, 0)
}

// times draws the vertical lines at round times and writes them below.
func (t *Trend) times(on canvas.Surface) {
	p := &t.place
	em := letters * p.size.Type
	hair := max(1/p.size.Ratio, 0.5)
	step := timeStep(t.window, p.right-p.left, 5*em)
	y := p.bottom + 1.1*em
	nowWide := on.Measure(t.words.Now, canvas.Type{Pixels: letters, Bold: true})
	unit := care.Stamp(step.Microseconds())
	for at := t.start + (t.oldest-t.start)/unit*unit; at <= t.now; at += unit {
		x := t.x(at)
		if x < p.left {
			continue
		}
		on.Fill(edge(x, p.size.Ratio), p.top+2*em, hair, p.bottom-p.top-2*em, canvas.GridStrong, 1)
		words := t.words.clock(at)
		if half := on.Measure(words, p.ink(canvas.Axis, canvas.Centre)) / 2; x+half < p.right-nowWide-em && x-half > 0 {
			on.Text(words, x, y, p.ink(canvas.Axis, canvas.Centre))
		}
	}
	on.Text(t.words.Now, p.right, y, canvas.Type{Colour: canvas.Text, Pixels: letters, Bold: true, Align: canvas.Right})
}

// timeStep is the round time from one number of a time axis to the next, for numbers at least room pixels apart.
func timeStep(window time.Duration, width, room float64) time.Duration {
	steps := []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute}
	for _, step := range steps {
		if float64(step)/float64(window)*width >= room && window/step <= 7 {
			return step
		}
	}
	return steps[len(steps)-1]
}

// numbers draws a lane's horizontal lines and writes their values.
func (t *Trend) numbers(on canvas.Surface, l *ledge) {
	p := &t.place
	em := letters * p.size.Type
	hair := max(1/p.size.Ratio, 0.5)
	step := l.span.tick(2*em, l.ticks...)
	for v := l.span.first(step); v <= l.span.hi; v += step {
		y := l.span.y(v)
		on.Fill(p.left, edge(y, p.size.Ratio), p.right-p.left, hair, canvas.Grid, 1)
		on.Text(t.words.number(v), p.left-0.7*em, y, p.ink(canvas.Axis, canvas.Right))
	}
}

// restOf draws the resting state: a soft band of median ± spread and a dashed median, in the series' own hue.
func (t *Trend) restOf(on canvas.Surface, l *ledge) {
	p := &t.place
	for _, s := range l.series {
		m, ok := t.rest.Measures[s.key]
		if !ok || m.Count == 0 || math.IsNaN(m.Median) || !s.band {
			continue
		}
		if m.Spread > 0 {
			top, bottom := max(l.span.y(m.Median+m.Spread), l.span.top), min(l.span.y(m.Median-m.Spread), l.span.bottom)
			on.Fill(p.left, top, p.right-p.left, max(bottom-top, 0), s.soft, 1)
		}
		if y := align(l.span.y(m.Median), p.size.Ratio); y >= l.span.top && y <= l.span.bottom {
			t.shape[0], t.shape[1] = canvas.Point{X: p.left, Y: y}, canvas.Point{X: p.right, Y: y}
			on.Line(t.shape[:2], canvas.Pen{Colour: s.colour, Width: 1, Alpha: 0.6, Dash: canvas.Dashes})
		}
	}
}

func (t *Trend) gapColumns(on canvas.Surface) {
	p := &t.place
	em := letters * p.size.Type
	for _, g := range t.gaps.list {
		if g.to <= t.oldest || g.from >= t.now {
			continue
		}
		left, right := t.x(max(g.from, t.oldest)), t.x(min(g.to, t.now))
		right = max(right, left+1) // a short gap is still seen
		on.Fill(left, p.top+2*em, right-left, p.bottom-p.top-2*em, canvas.Gap, 1)
		if right-left >= em {
			on.Text(g.words, (left+right)/2, (t.ledges[0].span.top+t.ledges[0].span.bottom)/2,
				canvas.Type{Colour: canvas.Axis, Pixels: letters, Align: canvas.Centre, Turned: true})
		}
	}
}
