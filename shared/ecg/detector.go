package ecg

import (
	"math"
	"slices"

	"hearth/shared/fault"
)

// Times of the decision, in milliseconds.
const (
	refractoryMS = 200  // no second beat sooner
	tWaveMS      = 360  // until here a peak may be the T wave of the beat before
	holdMS       = 100  // a peak is over when nothing higher came for so long
	earlyMS      = 60   // or for so long, once the envelope has fallen by half
	doubtMS      = 220  // a peak lower than usual waits so long for a higher one
	patienceMS   = 270  // longer when something is just rising, but never longer than this
	learnMS      = 2000 // first results come then, and the beats before with them
	deafMS       = 2000 // without a beat for so long everything is learned anew
	flatMS       = 200  // so long at one value is no heart
	contactMS    = 1000 // so long, and no electrode touches
	missingMS    = 100  // so long without values is a gap
)

// candidate is a peak of the envelope, measured.
type candidate struct {
	at     int64 // index of the envelope's peak
	height float64
	slope  float64 // steepest step of the signal around it
	like   float64 // correlation with the template it is most like
	slot   int     // which that is; −1 none
	usual  float64 // correlation with the usual template
	known  float64 // the best with any template seen several times
}

// Detector finds R peaks in one lead, sample by sample. It is fed, never asked: what it gives depends on the samples
// alone, not on how they were packed. It is for one goroutine.
//
// The way of a sample: guard (flat, missing) → envelope of the QRS band (wavelet, no memory beyond its taps) → local
// peaks → adaptive threshold, T-wave and noise tests → shape templates → R peak in the 40 Hz low-pass → Beat.
type Detector struct {
	rate float64
	fed  int64
	hand guard

	raw  line
	wave wavelet
	low  smoother
	env  ring // envelope, index = sample index
	pos  ring // signal below 40 Hz, index = sample index

	peak    candidate // the highest peak not yet over
	rising  bool      // peak holds one
	pending candidate // over the threshold, waits for something higher
	waiting bool
	giant   candidate   // the newest peak far above the threshold
	passed  []candidate // rejected since the last beat, for search-back
	held    []candidate // the same, while they are gone through
	scratch []float64

	levels  levels
	shapes  shapes
	tallP   float64 // 1 when a peak taken for a P wave was followed by its QRS, fading with every beat
	learned bool
	proven  bool  // beats stood out, or kept looking alike: this is a heart
	since   int64 // when learning began, or was last reset
	last    int64 // envelope index of the last beat
	lastR   float64
	slope   float64 // of the last beat
	height  float64 // of the last beat
	heard   bool    // there was a beat, and no gap since
	gap     bool    // the next beat is the first after a gap
	blind   int64   // envelope peaks before this index are made of the join at a gap
	index   quality
}

// NewDetector makes a detector for a signal of rate samples per second, 100 to 1000. Any other rate is refused as
// fault.Invalid, "ecg.rate".
func NewDetector(rate float64) (*Detector, error) {
	if !(rate >= 100 && rate <= 1000) {
		return nil, fault.New(fault.Invalid, "ecg.rate", nil)
	}
	d := &Detector{rate: rate, wave: newWavelet(rate, centreHz, sigmaS, reachSigma), low: newSmoother(rate, 40, 0.025)}
	d.raw = newLine(2*d.wave.half + 1)
	d.env, d.pos = newRing(int(4*rate)), newRing(int(4*rate))
	d.shapes = newShapes(rate)
	d.passed, d.held = make([]candidate, 0, 32), make([]candidate, 0, 32)
	d.scratch = make([]float64, 0, 512)
	d.hand = newGuard(rate)
	d.gap, d.blind = true, int64(d.wave.half)
	return d, nil
}

var (
	centreHz   = 14.0
	sigmaS     = 0.025
	reachSigma = 2.75
	crestMin   = 2.2
	doubt      = 0.75
	sbRR       = 1.5
	sbShare    = 0.5
	sbLike     = 0.6
	tSlope     = 0.5
	tHigh      = 0.6
	tUsual     = 0.7
	doubtT     = 235.0
	tTime      = 360.0
	tTime2     = 450.0
	tSlope2    = 0.4
	slopeMin   = 0.25
	relLike    = 0.8
	relTime    = 6000.0
	crestB     = 5.0
	tMed       = 1.0
	sbNext     = 300.0
	sbNextH    = 0.7
	needTop    = 0.9
	needLow    = 0.4
	believe    = 5.0
	doubtTall  = 0.85
	proof      = 0.85
	proofCrest = 3.3
	doubtCrest = 3.0
	tallMin    = 0.2
	tallFade   = 0.97
	surely     = 0.6
	doubtLow   = 0.4
	baseT      = 1000.0
	nearT      = 25.0
)

var taken func(Beat, candidate)
var dbg func(candidate, string)

// ms is a time in samples.
func (d *Detector) ms(t float64) int64 { return int64(math.Round(t * d.rate / 1000)) }

// Feed takes the next sample, in any unit, and appends to out the beats it settles: none, seldom one, by search-back
// more. NaN is a missing sample. It allocates nothing while out has room.
func (d *Detector) Feed(v float64, out []Beat) []Beat {
	v = d.hand.pass(v)
	if d.hand.resumed {
		d.Gap()
	}
	if d.fed == 0 {
		d.raw.fill(v)
	}
	d.raw.push(v)
	d.fed++
	half := int64(d.wave.half)
	if d.fed > int64(d.low.half) {
		d.pos.push(d.low.smooth(d.raw.window(), 2*d.wave.half-d.low.half))
	}
	if d.fed <= half {
		return out
	}
	d.env.push(d.wave.envelope(d.raw.window()))
	return d.step(out)
}

// Gap says that samples are missing here. No interval will lead across; what was learned is kept.
func (d *Detector) Gap() {
	d.gap, d.heard = true, false
	d.blind = d.fed + int64(d.wave.half)
	d.rising, d.waiting, d.passed = false, false, d.passed[:0]
}

// step looks at the newest value of the envelope.
func (d *Detector) step(out []Beat) []Beat {
	i := d.env.n - 1
	if i < 2 {
		return out
	}
	now := d.env.at(i)
	if mid := d.env.at(i - 1); mid > d.env.at(i-2) && mid >= now && (!d.rising || mid > d.peak.height) && i > d.blind {
		d.peak, d.rising = candidate{at: i - 1, height: mid}, true
	}
	if age := i - d.peak.at; d.rising && (age >= d.ms(holdMS) || age >= d.ms(earlyMS) && now < 0.5*d.peak.height) {
		d.rising = false
		out = d.settle(d.peak, out)
	}
	if age := i - d.pending.at; d.waiting && age >= d.ms(doubtT) {
		switch {
		case d.rising && d.peak.height > 1.3*d.pending.height: // a P wave: the QRS is here
			d.keep(d.pending)
			d.waiting, d.tallP = false, 1
		case now < d.pending.height || age >= d.ms(patienceMS):
			d.waiting = false
			out = d.accept(d.pending, false, out)
		}
	}
	return d.overdue(i, out)
}

// settle measures a peak that is over and decides.
func (d *Detector) settle(c candidate, out []Beat) []Beat {
	if d.hand.flat(earlyMS) || c.height == 0 || c.at < int64(d.shapes.half) {
		return out
	}
	d.measure(&c)
	if dbg != nil {
		dbg(c, "")
	}
	if !d.learned {
		d.keep(c)
		return out
	}
	if d.heard && c.at-d.last < d.ms(refractoryMS) {
		// A beat given out stays, but so much higher a peak right behind it says that it was a P wave or a spike: the
		// levels learn from the higher one, and the next will be told apart.
		if c.height > 1.3*d.height && c.height < 6*d.levels.signal.high() {
			d.levels.accept(c.height)
			d.tallP = 1
		}
		return out
	}
	wait := math.Inf(1)
	if d.heard {
		wait = float64(c.at - d.last)
	}
	signal := d.levels.signal.high()
	switch {
	case d.tWave(c):
		return out
	case c.height > 6*signal && !d.recurs(c), c.height < d.levels.at(wait), d.noisy(c):
		d.levels.reject(c.height)
		d.keep(c)
		return out
	}
	if d.waiting {
		if c.height < 1.3*d.pending.height {
			d.keep(c)
			return out
		}
		d.keep(d.pending)
		d.waiting, d.tallP = false, 1
	}
	doubt := doubt
	if d.tallP > tallMin {
		doubt = doubtTall
	}
	if c.height < doubt*signal && (d.tallP > tallMin || c.slope < surely*d.levels.slope.median() || c.usual < 0.9 || c.height < doubtLow*signal) {
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
	if u := d.shapes.usual(); u >= 0 {
		c.usual = correlate(d.shapes.slot[u].v, d.shapes.beat)
	}
}

// keep holds a rejected peak for search-back.
func (d *Detector) keep(c candidate) {
	if len(d.passed) == cap(d.passed) {
		d.passed = append(d.passed[:0], d.passed[1:]...)
	}
	d.passed = append(d.passed, c)
}

// tWave reports whether c is the T wave of the beat before: soon after it, flatter, lower and of another shape.
func (d *Detector) tWave(c candidate) bool {
	if !d.heard {
		return false
	}
	wait, low := c.at-d.last, c.height < tHigh*d.levels.signal.high()
	return low && (wait < d.ms(tTime) && c.slope < tSlope*d.slope && c.usual < tUsual || wait < d.ms(tTime2) && c.slope < tSlope2*max(d.slope, tMed*d.levels.slope.median()))
}

// recurs reports whether a peak far above everything known is not alone: two of a height within two seconds are a
// signal grown, one is a spike. Then the levels start again from it.
func (d *Detector) recurs(c candidate) bool {
	g := d.giant
	d.giant = c
	if g.height == 0 || c.at-g.at > d.ms(deafMS) || c.height > 2*g.height || c.height < 0.5*g.height {
		return false
	}
	d.levels.signal.clear()
	d.levels.signal.add(min(c.height, g.height))
	d.giant.height = 0
	return true
}

// noisy reports whether the envelope hardly stands out of what lies between the beats.
func (d *Detector) noisy(c candidate) bool {
	b := d.between()
	return c.height < crestMin*b || d.shapes.sure() && c.known < need(c.height/b) || c.slope < slopeMin*d.levels.slope.median()
}

// need is the likeness to a known shape that a peak has to have which stands out of the noise by so much.
func need(crest float64) float64 {
	return needTop - (crest-crestMin)*(needTop-needLow)/(crestB-crestMin)*b2(crest < crestB) - 2*b2(crest >= crestB)
}

func b2(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// between is the median of the envelope over the last three seconds: with a heart in it, what lies between the beats.
func (d *Detector) between() float64 {
	step := max(1, d.ms(10))
	s := d.scratch[:0]
	for i, k := d.env.n-1, 0; i >= 0 && k < 300; i, k = i-step, k+1 {
		s = append(s, d.env.at(i))
	}
	slices.Sort(s)
	return s[len(s)/2]
}

// accept gives a beat out.
func (d *Detector) accept(c candidate, late bool, out []Beat) []Beat {
	if !late && d.heard {
		out = d.searchBack(c.at, c.height, out)
	}
	d.shapes.look(&d.pos, c.at)
	c.slot, c.like = d.shapes.match()
	d.shapes.level(&d.pos, c.at, d.ms(baseT), max(1, d.ms(10)))
	slot := d.shapes.take(c.slot, c.like)
	r := d.shapes.peak(&d.pos, c.at, slot, int(d.ms(nearT)))
	if d.heard {
		if rr := float64(c.at - d.last); rr < 2*d.rate {
			d.levels.rr.add(rr)
		}
		r = max(r, d.lastR+1)
	}
	d.tallP *= tallFade
	d.levels.accept(c.height)
	d.levels.slope.add(c.slope)
	b := Beat{At: r, Fed: d.fed - 1, Late: late, AfterGap: d.gap, Normal: slot == d.shapes.usual()}
	b.Quality = d.index.beat(d, c)
	if taken != nil {
		taken(b, c)
	}
	d.last, d.lastR, d.slope, d.height = c.at, r, c.slope, c.height
	d.heard = true
	d.passed = d.passed[:0]
	crest := c.height / max(d.between(), tiny)
	d.levels.crest.add(crest)
	switch usual := d.levels.crest.median(); {
	case crest >= believe, d.index.like.n == 8 && d.index.like.median() >= proof && usual >= proofCrest:
		d.proven = true
	case d.levels.crest.n == 8 && usual < doubtCrest:
		d.proven = false
	}
	if !d.proven {
		return out // perhaps only noise: learned from, not given out
	}
	d.gap = false
	return append(out, b)
}

// searchBack looks for a beat missed between the last and the peak at next.
func (d *Detector) searchBack(next int64, height float64, out []Beat) []Beat {
	rr := d.levels.rr.median()
	if rr == 0 || float64(next-d.last) < sbRR*rr {
		return out
	}
	best := -1
	for i, c := range d.passed {
		if c.at-d.last < d.ms(refractoryMS) || next-c.at < d.ms(refractoryMS) || next-c.at < d.ms(sbNext) && c.height < sbNextH*height || c.usual < sbLike && c.like < 0.8 || c.height < sbShare*d.levels.base() {
			continue
		}
		if best < 0 || c.height > d.passed[best].height {
			best = i
		}
	}
	if best < 0 {
		return out
	}
	c := d.passed[best]
	if c.height > 6*d.levels.signal.median() || d.noisy(c) {
		return out
	}
	rest := len(d.passed) - best - 1
	later := d.scratchCandidates(best+1, rest)
	out = d.accept(c, true, out)
	d.passed = append(d.passed[:0], later...)
	return d.searchBack(next, height, out)
}

func (d *Detector) scratchCandidates(from, n int) []candidate { return d.passed[from : from+n] }

// overdue acts on silence: ends the learning, searches back, learns anew.
func (d *Detector) overdue(i int64, out []Beat) []Beat {
	if !d.learned {
		if i-d.since >= d.ms(learnMS) {
			out = d.relearn(i, out)
		}
		return out
	}
	if d.heard && !d.waiting && !d.rising {
		if rr := d.levels.rr.median(); rr > 0 && float64(i-d.last) > sbRR*rr+float64(d.ms(holdMS)) && len(d.passed) > 0 {
			out = d.searchBack(i, 0, out)
		}
	}
	if quiet := i - max(d.last, d.since); quiet >= d.ms(deafMS) && !d.waiting {
		d.levels.noise.clear()
		d.since = i
		out = d.relearn(i, out)
	}
	return out
}

// relearn sets the levels from the peaks of the last two seconds and takes those of them that are beats.
func (d *Detector) relearn(i int64, out []Beat) []Beat {
	d.since = i
	var first, second float64
	for _, c := range d.passed {
		if i-c.at > d.ms(learnMS)+d.ms(holdMS) {
			continue
		}
		switch {
		case d.learned && d.shapes.sure() && i-d.last < d.ms(relTime) && c.usual < relLike && c.height < 0.3*d.levels.signal.high():
		case c.height > first:
			first, second = c.height, first
		case c.height > second:
			second = c.height
		}
	}
	level := first
	if second > 0 {
		level = min(first, 2.5*second)
	}
	if level == 0 || first < crestMin*d.between() {
		return out
	}
	before := 0.0
	if d.learned && i-d.last < d.ms(relTime) && d.shapes.sure() {
		before = d.levels.signal.high()
	}
	d.levels.signal.clear()
	d.levels.slope.clear()
	d.levels.signal.add(level)
	d.learned = true
	held := append(d.held[:0], d.passed...)
	d.passed = d.passed[:0]
	for _, c := range held {
		if c.height < d.levels.base() || c.height > 6*level || d.heard && c.at-d.last < d.ms(refractoryMS) {
			continue
		}
		if d.tWave(c) || d.noisy(c) || c.usual < relLike && c.height < 0.3*before {
			continue
		}
		out = d.accept(c, true, out)
	}
	return out
}

// Quality is that of the last seconds, 0 to 1: 0 on a flat line, at the rail and without contact.
func (d *Detector) Quality() float64 { return d.index.now(d) }

// Contact is false when the signal has been flat, at a rail or missing for over a second.
func (d *Detector) Contact() bool { return !d.hand.flat(contactMS) }
