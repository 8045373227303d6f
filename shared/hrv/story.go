package hrv

import "math"

// A story says what became of the beats found: this one is none, before that one one is missing. Of a few intervals the
// likeliest story is told before the oldest of them is settled. Where the paper has fixed regions for two successive
// differences, this is one comparison of probabilities with the same classes.
const (
	rare     = 2000 // one beat in so many is wrong in one of the ways there are; 1000 and 5000 do as well
	rarer    = 400  // and so many times rarer is an interval that nothing explains, or a heart that leaps to another pace; 20 to 400 do
	tails    = 5.0  // degrees of freedom of Student's t: differences have a kurtosis of 4 to 9, a normal distribution has 3
	peak     = 2.64 // one over its density at nought, in scales
	mostGone = 3    // beats missing in one interval
	shortest = 250  // ms: 240 a minute
	slowest  = 2500 // ms: 24 a minute
	mostEdit = 3    // things wrong in the intervals looked at
	boldest  = 0.45 // of the interval: no heart changes by more from one beat to the next and means it; 0.4 and 0.5 do nearly as well
	offset   = 0.4  // of an interval, that a beat is early or late: further, it is nearer to another one's place
)

// edit is what a story does with the oldest interval.
type edit struct {
	class Class
	gone  int // beats missing in it
}

// line is the end of the mended series, and what is not known of it.
type line struct {
	x    float64        // newest interval, ms
	d    [order]float64 // newest differences, newest first
	info float64        // 1/ms²: how well the place of the beat put in last is known
	b    [order]float64 // by how much the differences change with that place
	bx   float64        // and the newest interval
	move float64        // ms from the middle to that place
}

// unsure is a line of which only the level is known, NaN for not even that.
func unsure(level float64) line {
	sd := 2 * assumed * level
	if math.IsNaN(level) {
		level, sd = anyHeart, 250
	}
	return line{x: level, bx: 1, info: 1 / (sd * sd)}
}

// price is of an innovation of e ms whose variance is that of the scale times wider, in nats, and never more than that of
// an interval that could be anything.
func (x *expectation) price(e, wider float64) float64 {
	c := (tails+1)/2*math.Log1p(e*e/(x.scale*x.scale*wider)/tails) + math.Log(wider)/2
	return min(c, x.leap)
}

// innovation is what the line does not expect of a difference d that changes by beta with the unknown place.
func (x *expectation) innovation(l *line, d, beta float64) (float64, float64) {
	for k, c := range x.coef {
		d -= c * l.d[k]
		beta -= c * l.b[k]
	}
	return d, beta
}

// follow appends an interval of y ms to the line and gives the price. It also tells more of the unknown place.
func (x *expectation) follow(l *line, y float64) float64 {
	odd := !heartlike(y)
	if odd {
		y = x.expected(l)
	}
	d, own := y-l.x, -l.bx
	e, beta := x.innovation(l, d, own)
	s2, wider := x.scale*x.scale, 1.0
	if l.info > 0 {
		wider += beta * beta / l.info / s2
	}
	price := x.price(e, wider)
	if math.Abs(d) > boldest*x.middle {
		price = x.leap
	}
	if price >= x.leap {
		d, own = d-e, 0 // a new level: nothing follows from how it was reached
	} else if l.info > 0 {
		l.info += beta * beta / s2
		step := -beta * e / s2 / l.info
		l.move += step
		for k := range l.d {
			l.d[k] += step * l.b[k]
		}
		d += step * own
	}
	l.push(d, own)
	l.x, l.bx = y, 0
	if odd {
		return x.leap + 1
	}
	return price
}

// heartlike reports whether a heart can have an interval of so many ms.
func heartlike(y float64) bool { return y >= shortest && y <= slowest }

// push puts a difference in front of the others.
func (l *line) push(d, b float64) {
	copy(l.d[1:], l.d[:order-1])
	copy(l.b[1:], l.b[:order-1])
	l.d[0], l.b[0] = d, b
}

// expected is the interval expected next.
func (x *expectation) expected(l *line) float64 {
	y := l.x
	for k, c := range x.coef {
		y += c * l.d[k]
	}
	return max(shortest, min(slowest, y))
}

// divide appends y ms as two intervals with a beat between, at the place that surprises least.
func (x *expectation) divide(l *line, y float64) float64 {
	half := y / 2
	d := half - l.x
	// Innovations of both with the beat in the middle, and how they change with its place.
	e1, _ := x.innovation(l, d, 0)
	next := *l
	next.push(d, 0)
	e2, _ := x.innovation(&next, 0, 0)
	b1, b2 := 1.0, -2-x.coef[0]
	sum, cross := b1*b1+b2*b2, e1*b1+e2*b2
	u := max(-offset*half, min(offset*half, -cross/sum))
	s2 := x.scale * x.scale
	rest := max(0, e1*e1+e2*e2-cross*cross/sum)
	if l.info > 0 { // a beat put in just before is not known either
		rest /= 1 + l.bx*l.bx/(l.info*s2)
	}
	l.push(d+u, 1)
	l.push(-2*u, -2)
	l.b = [order]float64{-2, 1}
	l.x, l.bx, l.info, l.move = half-u, -1, sum/s2, u
	return x.price(math.Sqrt(rest), 1)
}

// split appends y ms as n equal intervals; what comes between is not known. Were differences independent, the variance of
// their sum would be 1² + 2² + … + n² times theirs.
func (x *expectation) split(l *line, y float64, n int) float64 {
	wider := 0.0
	for k := 1; k <= n; k++ {
		wider += float64(k * k)
	}
	e := y - float64(n)*x.expected(l)
	*l = line{x: y / float64(n), bx: -1, info: 1 / (x.scale * x.scale)}
	return x.price(e/math.Sqrt(wider), 1)
}
