package hrv

// mended is one interval as it goes into the windows.
type mended struct {
	rr    float64 // ms
	fixed bool    // not as measured
	joins bool    // the interval before it ends where it begins
	slack float64 // ms², variance of the place of the beat at its end; below nought where that is not known
}

// editor settles intervals one by one, oldest first.
type editor struct {
	expectation
	teller teller
	line   line
	joins  bool // the next interval follows the last one settled
	out    []mended
}

func newEditor(level float64) *editor {
	e := &editor{line: unsure(level)}
	e.teller.expectation = &e.expectation
	return e
}

// settle settles the first of the intervals ahead, out of what was learned of those around. What goes into the windows is
// in out until the next call. An extra beat leaves nothing there, and its interval is added to the next one ahead. It
// gives the class of the beat at that interval's end, and how many intervals were used up.
func (e *editor) settle(ahead []float64) (Class, int) {
	e.out = e.out[:0]
	t := e.teller.tell(e.line, ahead)
	y, class := ahead[0], t.first.class
	if class == Normal && !heartlike(y) {
		class = LongShort
	}
	switch class {
	case Extra:
		ahead[1] += y
	case Missed:
		if t.first.gone == 1 {
			e.pair(y, t)
			break
		}
		n := t.first.gone + 1
		e.split(&e.line, y, n)
		for range n {
			e.put(mended{rr: y / float64(n), fixed: true, slack: -1})
		}
	case Ectopic:
		e.pair(y+ahead[1], t)
		return Ectopic, 2
	case LongShort:
		y = e.expected(&e.line)
		e.follow(&e.line, y)
		e.put(mended{rr: y, fixed: true, slack: -1})
	default:
		e.follow(&e.line, y)
		e.put(mended{rr: y})
	}
	return class, 1
}

// pair puts out the two intervals that make y, with a beat at the place the story found.
func (e *editor) pair(y float64, t tale) {
	e.divide(&e.line, y)
	u := max(-offset*y/2, min(offset*y/2, t.place))
	e.put(mended{rr: y/2 + u, fixed: true, slack: 1 / t.info})
	e.put(mended{rr: y/2 - u, fixed: true})
}

func (e *editor) put(m mended) {
	m.joins, e.joins = e.joins, true
	e.out = append(e.out, m)
}
