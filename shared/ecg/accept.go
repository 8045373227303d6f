package ecg

import "math"

const (
	clearOdds = 55  // e⁴: a peak that needs no rhythm to be a beat
	near      = 0.2 // of the usual interval off: still that rhythm
	follow    = 0.1 // of the way a rhythm goes with such an interval
)

// accept takes c as a beat, and gives it out when the heart has proven itself.
func (d *Detector) accept(c candidate, out []Beat) []Beat {
	d.measure(&c)
	slot := d.shapes.take(c.slot, c.like)
	r, height := d.places.place(&d.pos, c.at)
	if r < d.lastR+float64(d.ms(refractoryMS/2)) { // noise, in which waves are found anywhere
		r, height = max(d.lastR+1, float64(c.at)), math.NaN()
	}
	d.learnT(c)
	if d.heard {
		d.pace(c)
	}
	d.levels.accept(c.height)
	d.levels.slope.add(c.slope)
	d.tallP *= tallPFade
	d.last, d.lastR, d.heard = c, r, true

	g := d.quality.beat(c, d.shapes.beat, d.levels.signal.median(), c.between)
	late := float64(d.fed-1)-r > float64(d.ms(lateMS))
	b := Beat{At: r, Height: height, Fed: d.fed - 1, Late: late, AfterGap: d.gap, Normal: slot == d.shapes.usual(), Quality: g.Quality, Why: g.Why}
	d.proven = d.quality.proves(c.height/c.between, d.proven)
	d.gap = !d.proven // a beat kept back leaves a hole that no interval may lead across
	if !d.proven {
		return out
	}
	return append(out, b)
}

// pace learns the interval that leads to c. A rhythm is made of beats that are clear by themselves: were it made of
// peaks believed because they fit, noise between the beats would soon be a rhythm of twice the pace that nothing can
// refute. What the less clear ones may do is lead a known rhythm slowly along.
func (d *Detector) pace(c candidate) {
	rr := float64(c.at - d.last.at)
	off := rr - d.levels.rr.median()
	switch {
	case rr >= deafMS*d.rate/1000:
	case min(c.odds, d.last.odds) > clearOdds:
		d.levels.rr.add(rr)
	case math.Abs(off) < near*(rr-off):
		d.levels.rr.shift(follow * off)
	}
}
