package sensor

// course is the straight line the stamps of a device follow over the indices of its samples. A stamp says only that the
// line passes within room of it: a counter is coarse. All lines that pass within room of every stamp so far are possible,
// and two of them bound the others at every later sample: the steepest and the flattest (O'Rourke 1981, "An on-line
// algorithm for fitting straight lines between data ranges", Communications of the ACM 24(9), 574–578). So what cannot be,
// for instance that nothing was lost, is known from the first stamp on that excludes it, and not before.
//
// The steepest line lies on a stamp's lower edge and, later, on another's upper one. Of the stamps before a new one only
// those on the convex hull can bind it, and of these only those behind the point of the present line: each comes and goes
// once, so a stamp costs the same however many came before.
type course struct {
	origin      int64   // index and stamp coordinates are counted from, so that they stay short
	start       float64 //
	newest      float64 // the last index
	room        float64 // how far a stamp may lie off the line, ns
	steep, flat ray
	over, under chain // of the stamps, and of the stamps upside down
}

// ray is a line: at index 0 of a course, and how much it gains per sample.
type ray struct{ at, slope float64 }

func (r ray) reach(index float64) float64 { return r.at + r.slope*index }

// begin starts anew at a stamp, with nothing known but the bounds of the slope.
func (c *course) begin(index int64, stamp, flattest, steepest float64) {
	c.origin, c.start, c.newest = index, stamp, 0
	c.steep, c.flat = ray{c.room, steepest}, ray{-c.room, flattest}
	c.over.n, c.under.n = 0, 0
	c.over.add(spot{})
	c.under.add(spot{})
}

// due is where the stamp of a sample to come is due: at the middle, and possible up to slack from it.
func (c *course) due(index int64) (middle, slack float64) {
	i := float64(index - c.origin)
	high, low := c.steep.reach(i), c.flat.reach(i)
	return c.start + (high+low)/2, (high-low)/2 + c.room
}

// allows reports whether a sample to come may have the stamp.
func (c *course) allows(index int64, stamp float64) bool {
	middle, slack := c.due(index)
	return stamp >= middle-slack && stamp <= middle+slack
}

// add takes the stamp of a sample behind all others. It is false when no line fits them all: the device's clock wanders,
// or is worse than it was said to be. Then nothing is taken.
func (c *course) add(index int64, stamp float64) bool {
	if !c.allows(index, stamp) {
		return false
	}
	p := spot{float64(index - c.origin), stamp - c.start}
	if top := p.at + c.room; top < c.steep.reach(p.index) {
		slope := min(c.steep.slope, c.over.tangent(spot{p.index, top + c.room}))
		c.steep = ray{top - slope*p.index, slope}
	}
	if bottom := p.at - c.room; bottom > c.flat.reach(p.index) {
		slope := max(c.flat.slope, -c.under.tangent(spot{p.index, -(bottom - c.room)}))
		c.flat = ray{bottom - slope*p.index, slope}
	}
	c.over.add(p)
	c.under.add(spot{p.index, -p.at})
	c.newest = p.index
	return true
}

// unsure is how far the middle of the possible slopes may be off.
func (c *course) unsure() float64 { return (c.steep.slope - c.flat.slope) / 2 }

// spot is a stamp in the coordinates of a course.
type spot struct{ index, at float64 }

func (p spot) slopeTo(q spot) float64 { return (q.at - p.at) / (q.index - p.index) }

// chain is the upper convex hull of stamps, from the last one that matters on. A coarse clock's have a handful: the hull
// of a digital line grows with the logarithm of its length.
type chain struct {
	spots [32]spot
	n     int
}

// add puts a spot behind the others. What then lies under the hull goes; when there are too many, the first goes, which
// leaves more lines possible than there are.
func (c *chain) add(p spot) {
	for c.n >= 2 && c.spots[c.n-2].slopeTo(c.spots[c.n-1]) <= c.spots[c.n-1].slopeTo(p) {
		c.n--
	}
	if c.n == len(c.spots) {
		c.drop()
	}
	c.spots[c.n] = p
	c.n++
}

// tangent is the slope of the flattest line from the hull to p behind it, and forgets what lies before the point it
// touches: lines to come are flatter and touch later ones.
func (c *chain) tangent(p spot) float64 {
	for c.n >= 2 && c.spots[1].slopeTo(p) <= c.spots[0].slopeTo(p) {
		c.drop()
	}
	return c.spots[0].slopeTo(p)
}

func (c *chain) drop() {
	copy(c.spots[:], c.spots[1:c.n])
	c.n--
}
