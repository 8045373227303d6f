package ecg

import "math"

// Times of the decision, in milliseconds from the peak of the envelope.
const (
	refractoryMS = 200  // no second beat sooner
	holdMS       = 100  // a peak is over when nothing higher came for so long
	earlyMS      = 60   // or for so long, once the envelope has fallen by half
	waitMS       = 150  // what may be a P wave waits so long for its QRS to rise
	patienceMS   = 230  // and nothing waits longer
	tallPMS      = 270  // but where P waves are tall; what comes afterwards was looked for
	lateMS       = 350  // from R peak to output: late
	pWaveMS      = 320  // no P wave stands farther before its QRS
	idleMS       = 200  // so often, at least, all is weighed again
	memoryMS     = 3000 // older peaks are no longer in the rings
	steepTMS     = 360  // until here a peak may be the T wave of the beat before
	flatTMS      = 450  // and until here a very flat one
)

// How sure one has to be, as a probability.
const (
	sureAtOnce = 0.95 // when a peak is just over: much may follow
	sureInTime = 0.5  // when all patience ends
	sureLate   = 0.6  // and afterwards
	idle       = 0.1  // and below this there is nothing to decide
)

// candidate is a peak of the envelope, measured.
type candidate struct {
	at      int64   // index of the envelope's peak
	height  float64 // of the envelope
	between float64 // what the envelope is between beats, then
	slope   float64 // steepest step of the signal around it
	slot    int     // the template it is most like; −1 none
	like    float64 // correlation with that
	known   float64 // best correlation with a template seen several times
	amount  float64 // how often it holds that template
	usual   float64 // correlation with the usual template
	alone   bool    // a spike: far above everything known, and no other like it
	odds    float64 // that it is a beat, before its rivals are heard
}

// step looks at the newest value of the envelope.
func (d *Detector) step(out []Beat) []Beat {
	i := d.env.n - 1
	if i < 2 {
		return out
	}
	now, mid, before := d.env.at(i), d.env.at(i-1), d.env.at(i-2)
	if mid > before && mid >= now && (!d.rising || mid > d.peak.height) && i > d.blind {
		d.peak, d.rising = candidate{at: i - 1, height: mid}, true
	}
	if age := i - d.peak.at; d.rising && (age >= d.ms(holdMS) || age >= d.ms(earlyMS) && now < 0.5*d.peak.height) {
		d.rising = false
		out = d.settle(d.peak, out)
	}
	if d.learned && d.due(i) {
		out = d.decide(out)
	}
	return d.overdue(i, out)
}

// settle measures a peak that is over and puts it among its rivals.
func (d *Detector) settle(c candidate, out []Beat) []Beat {
	if d.guard.flat(stuckMS) || c.height == 0 || c.at < int64(d.shapes.half) {
		return out
	}
	d.measure(&c)
	c.between = max(d.between(), tiny)
	d.noteT(c)
	if d.learned && d.tWave(c) {
		return out
	}
	if d.learned {
		c.alone = d.spike(c)
		c.odds = d.odds(c)
	}
	d.path.add(c, c.odds, d.rhythm(), d.rate)
	if c.odds == 0 {
		return out
	}
	return d.decide(out)
}

// measure fills in what the signal around the peak says.
func (d *Detector) measure(c *candidate) {
	d.shapes.look(&d.pos, c.at)
	c.slope = d.shapes.steepest()
	c.slot, c.like = d.shapes.match()
	c.known, c.amount = d.shapes.known(), d.shapes.amount()
	c.usual = d.shapes.likeUsual()
}

// due reports whether a peak has just waited long enough, or all has not been weighed for long.
func (d *Detector) due(i int64) bool {
	if i-d.path.at >= d.ms(idleMS) {
		return true
	}
	for k := len(d.path.nodes) - 1; k >= 0; k-- {
		n := &d.path.nodes[k]
		switch age := i - n.c.at; {
		case age > d.ms(tallPMS):
			return false
		case n.p > idle && (age == d.ms(waitMS) || age == d.ms((waitMS+patienceMS)/2) || age == d.ms(patienceMS) || age == d.ms(tallPMS)):
			return true
		}
	}
	return false
}

// decide weighs all peaks and gives out what is believed and not contradicted by what is out already.
func (d *Detector) decide(out []Beat) []Beat {
	now := d.env.n - 1
	for len(d.path.nodes) > 0 && now-d.path.nodes[0].c.at > d.ms(memoryMS) {
		d.path.drop(1)
	}
	d.path.weigh(now, d.rhythm(), d.rate)
	for i := range d.path.nodes {
		n := &d.path.nodes[i]
		if n.given || n.odds == 0 || d.heard && n.c.at <= d.last.at {
			continue
		}
		age := now - n.c.at
		if d.heard && n.c.at-d.last.at < d.ms(refractoryMS) {
			d.regard(n, age)
			continue
		}
		if late := age > d.ms(tallPMS)+1; n.p >= d.need(age, late) && !d.waits(n.c, age) {
			n.given = true
			d.blame(i)
			out = d.accept(n.c, out)
		}
	}
	return out
}

// need is how sure one has to be of a peak of that age: the longer it was waited, the less is still to come. A body
// that moves makes peaks enough for any pause: nothing is looked for there afterwards.
func (d *Detector) need(age int64, late bool) float64 {
	switch {
	case late && d.quality.body.moving:
		return math.Inf(1)
	case late:
		return sureLate
	}
	waited := float64(age-d.ms(holdMS)) / float64(d.ms(tallPMS)-d.ms(holdMS))
	return sureAtOnce + (sureInTime-sureAtOnce)*min(max(waited, 0), 1)
}

// regard learns the height of a beat that came too soon after what was given out in its stead.
func (d *Detector) regard(n *node, age int64) {
	if n.p > sureInTime && !n.regarded && age >= d.ms(patienceMS) {
		n.regarded = true
		d.levels.accept(n.c.height)
	}
}

// spike reports whether c is far above everything known and alone. Two of a height within two seconds, plainly above
// it and clear, are a signal grown: the levels start again from them.
func (d *Detector) spike(c candidate) bool {
	usual := d.levels.signal.high()
	if c.height <= outlier*usual || c.height < believeTwo*c.between {
		return false
	}
	g, alone := d.giant, c.height > tooTall*usual
	fresh := g.height > 0 && c.at-g.at <= d.ms(deafMS)
	if fresh && (c.height < 0.5*g.height || c.at-g.at < d.ms(1000*soonest)) {
		return alone // and not the second beat: too low or the other end of what the giant began
	}
	d.giant = c
	if !fresh || c.height > 2*g.height {
		return alone
	}
	if !d.levels.rr.full() {
		d.levels.rr.clear() // it may have been that of P and T waves
	}
	d.renew(min(c.height, g.height))
	d.giant.height = 0
	return false
}

// between is the median of the envelope over the last three seconds: with a heart in it, what lies between the beats.
// Where the signal stood still there was nothing to tell of it.
func (d *Detector) between() float64 {
	step := max(1, d.ms(3000.0/recentPoints))
	s := d.recent[:0]
	for i := d.env.n - 1; i >= max(0, d.env.n-step*recentPoints); i -= step {
		if v := d.env.at(i); v > 0 {
			s = append(s, v)
		}
	}
	if len(s) == 0 {
		return 0
	}
	return middle(s)
}

// middle is the median of s, which it reorders (Hoare 1961).
func middle(s []float64) float64 {
	want, low, high := len(s)/2, 0, len(s)-1
	for low < high {
		pivot, i, j := s[(low+high)/2], low, high
		for i <= j {
			for s[i] < pivot {
				i++
			}
			for s[j] > pivot {
				j--
			}
			if i <= j {
				s[i], s[j] = s[j], s[i]
				i, j = i+1, j-1
			}
		}
		if want <= j {
			high = j
		} else if want >= i {
			low = i
		} else {
			break
		}
	}
	return s[want]
}
