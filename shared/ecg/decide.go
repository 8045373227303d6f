package ecg

import (
	"math"
	"slices"
)

// Times of the decision, in milliseconds.
const (
	refractoryMS = 200 // no second beat sooner
	holdMS       = 100 // a peak is over when nothing higher came for so long
	earlyMS      = 60  // or for so long, once the envelope has fallen by half
	doubtMS      = 235 // a doubtful peak waits so long for a higher one: the QRS after a P wave
	patienceMS   = 270 // longer when something is just rising, but never longer than this
	steepTMS     = 360 // until here a peak may be the T wave of the beat before
	flatTMS      = 450 // and until here a very flat one
)

// What makes a peak doubtful, a T wave or noise. Heights are shares of the signal level, slopes of the usual slope.
const (
	higher     = 1.3  // times another peak's height: plainly higher
	doubtful   = 0.75 // lower than this, a peak waits
	doubtfulP  = 0.85 // lower than this where P waves are known to be tall
	sureSlope  = 0.6  // unless it is at least so steep
	sureLike   = 0.9  // and so like the usual beat
	sureHeight = 0.4  // and so high
	tallPMin   = 0.2  // from here on P waves are known to be tall
	tallPFade  = 0.97 // what a beat leaves of that knowledge
	tHeight    = 0.6  // a T wave is lower than this
	tSlope     = 0.5  // and flatter than this share of its QRS
	tLike      = 0.7  // and less like the usual beat than this
	tFlat      = 0.4  // or flatter than this, whatever it looks like
	flattest   = 0.25 // nothing flatter is a beat
	leastStand = 2.2  // nor anything that stands out less of what lies between
	freeStand  = 5    // from here on no likeness is asked for
	likeAtMost = 0.9  // likeness asked for at leastStand
	likeLeast  = 0.4  // and just below freeStand
)

// candidate is a peak of the envelope, measured.
type candidate struct {
	at     int64   // index of the envelope's peak
	height float64 // of the envelope
	slope  float64 // steepest step of the signal around it
	slot   int     // the template it is most like; −1 none
	like   float64 // correlation with that
	known  float64 // best correlation with a template seen several times
	usual  float64 // correlation with the usual template
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
	if age := i - d.pending.at; d.waiting && age >= d.ms(doubtMS) {
		switch {
		case d.rising && d.peak.height > higher*d.pending.height:
			d.overtake()
		case now < d.pending.height || age >= d.ms(patienceMS):
			d.waiting = false
			out = d.accept(d.pending, false, out)
		}
	}
	return d.overdue(i, out)
}

// overtake gives up the pending peak: it was a P wave, and its QRS is here.
func (d *Detector) overtake() {
	d.keep(d.pending)
	d.waiting, d.tallP = false, 1
}

// settle measures a peak that is over and decides.
func (d *Detector) settle(c candidate, out []Beat) []Beat {
	if d.guard.flat(stuckMS) || c.height == 0 || c.at < int64(d.shapes.half) {
		return out
	}
	d.measure(&c)
	switch {
	case !d.learned:
		d.keep(c)
		return out
	case d.heard && c.at-d.last.at < d.ms(refractoryMS):
		d.regret(c)
		return out
	case d.tWave(c):
		return out
	case d.spike(c) || c.height < d.threshold(c) || d.noisy(c):
		d.levels.reject(c.height)
		d.keep(c)
		return out
	}
	if d.waiting {
		if c.height < higher*d.pending.height {
			d.keep(c)
			return out
		}
		d.overtake()
	}
	if d.doubts(c) {
		d.pending, d.waiting = c, true
		return out
	}
	return d.accept(c, false, out)
}

// measure fills in what the signal around the peak says.
func (d *Detector) measure(c *candidate) {
	d.shapes.look(&d.pos, c.at)
	c.slope = d.shapes.steepest()
	c.slot, c.like = d.shapes.match()
	c.known = d.shapes.known()
	c.usual = d.shapes.likeUsual()
}

// keep holds a rejected peak for search-back.
func (d *Detector) keep(c candidate) {
	if len(d.passed) == mostPassed {
		d.passed = d.passed[:copy(d.passed, d.passed[1:])]
	}
	d.passed = append(d.passed, c)
}

// regret learns from a plainly higher peak right behind a beat: that was a P wave or a spike. A beat given out stays,
// but the next of its kind will be told apart.
func (d *Detector) regret(c candidate) {
	if c.height > higher*d.last.height && c.height < tooTall*d.levels.signal.high() {
		d.levels.accept(c.height)
		d.tallP = 1
	}
}

// threshold is what c has to reach.
func (d *Detector) threshold(c candidate) float64 {
	if !d.heard {
		return d.levels.at(math.Inf(1))
	}
	return d.levels.at(float64(c.at - d.last.at))
}

// doubts reports whether c may be the P wave of a beat about to come: low, and flatter or of another shape than beats
// are. Where P waves have been tall before, low is enough.
func (d *Detector) doubts(c candidate) bool {
	signal := d.levels.signal.high()
	if d.tallP > tallPMin {
		return c.height < doubtfulP*signal
	}
	return c.height < doubtful*signal &&
		(c.slope < sureSlope*d.levels.slope.median() || c.usual < sureLike || c.height < sureHeight*signal)
}

// tWave reports whether c is the T wave of the beat before: soon after it, low, flat and of another shape.
func (d *Detector) tWave(c candidate) bool {
	if !d.heard || c.height >= tHeight*d.levels.signal.high() {
		return false
	}
	wait := c.at - d.last.at
	return wait < d.ms(steepTMS) && c.slope < tSlope*d.last.slope && c.usual < tLike ||
		wait < d.ms(flatTMS) && c.slope < tFlat*max(d.last.slope, d.levels.slope.median())
}

// spike reports whether c is far above everything known and alone. Two of a height within two seconds are a signal
// grown: the levels start again from them.
func (d *Detector) spike(c candidate) bool {
	if c.height <= tooTall*d.levels.signal.high() {
		return false
	}
	g := d.giant
	d.giant = c
	if g.height == 0 || c.at-g.at > d.ms(deafMS) || c.height > 2*g.height || c.height < 0.5*g.height {
		return true
	}
	d.levels.signal.clear()
	d.levels.signal.add(min(c.height, g.height))
	d.giant.height = 0
	return false
}

// noisy reports whether c hardly stands out of what lies between the beats without being like a known one, or is flat.
func (d *Detector) noisy(c candidate) bool {
	stand := c.height / max(d.between(), tiny)
	if stand < leastStand || c.slope < flattest*d.levels.slope.median() {
		return true
	}
	if stand >= freeStand || !d.shapes.sure() {
		return false
	}
	return c.known < likeAtMost-(stand-leastStand)*(likeAtMost-likeLeast)/(freeStand-leastStand)
}

// between is the median of the envelope over the last three seconds: with a heart in it, what lies between the beats.
func (d *Detector) between() float64 {
	step := max(1, d.ms(3000.0/recentPoints))
	s := d.recent[:0]
	for i := d.env.n - 1; i >= 0 && len(s) < recentPoints; i -= step {
		s = append(s, d.env.at(i))
	}
	if len(s) == 0 {
		return 0
	}
	slices.Sort(s)
	return s[len(s)/2]
}
