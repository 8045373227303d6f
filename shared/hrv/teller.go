package hrv

import "math"

// teller finds the best story.
type teller struct {
	*expectation
	ahead []float64
	best  tale
}

// tale is a story on its way through the intervals ahead.
type tale struct {
	line
	i     int     // intervals told
	carry float64 // ms of the next one that lie before a beat that was none
	price float64
	edits int
	first edit
	place float64 // ms from the middle, of the beat the first edit put in
	info  float64 // and how well that is known
	track bool    // and is still being found out
}

// tell finds the best story of the intervals ahead, oldest first.
func (t *teller) tell(l line, ahead []float64) tale {
	t.ahead, t.best = ahead, tale{price: math.Inf(1)}
	t.walk(tale{line: l})
	return t.best
}

// walk tries every way a story can go on, the likeliest first, and leaves it where it costs more than the best one: with
// nothing wrong in sight there is one story only.
func (t *teller) walk(s tale) {
	if s.price >= t.best.price {
		return
	}
	if s.track {
		s.place, s.info = s.move, s.line.info
	}
	if s.i == len(t.ahead) {
		t.best = s
		return
	}
	y := s.carry + t.ahead[s.i]
	next := s
	next.i, next.carry = s.i+1, 0
	next.price += t.follow(&next.line, y)
	t.walk(next)
	if s.edits < mostEdit {
		t.missed(s, y)
		t.wrong(s, y)
	}
}

// missed goes on with beats missing in the interval.
func (t *teller) missed(s tale, y float64) {
	next := s.edit(edit{Missed, 1}, 1)
	next.price += t.event + t.divide(&next.line, y)
	next.track = s.i == 0
	t.walk(next)
	for gone := 2; gone <= mostGone; gone++ {
		next = s.edit(edit{Missed, gone}, 1)
		next.price += t.event + t.split(&next.line, y, gone+1)
		t.walk(next)
	}
}

// wrong goes on with a beat out of its place, with one that is none, and with an interval that nothing explains. The first
// two have been found somewhere, and could have been found anywhere: that is their price.
func (t *teller) wrong(s tale, y float64) {
	more := s.i+1 < len(t.ahead)
	if more {
		next := s.edit(edit{class: Ectopic}, 2)
		next.price += t.event + t.anywhere + t.divide(&next.line, y+t.ahead[s.i+1])
		next.track = s.i == 0
		t.walk(next)
	}
	if more || s.i > 0 {
		next := s.edit(edit{class: Extra}, 1)
		next.price += t.event + t.anywhere
		next.carry = y
		t.walk(next)
	}
	next := s.edit(edit{class: LongShort}, 1)
	next.price += t.leap
	t.follow(&next.line, t.expected(&next.line))
	t.walk(next)
}

// edit is the story so many intervals further, with something done to the first of them.
func (s tale) edit(e edit, n int) tale {
	if s.i == 0 {
		s.first = e
	}
	s.track = false
	s.edits++
	s.i += n
	s.carry = 0
	return s
}
