package ecg

// What makes a peak doubtful or a T wave. Heights are shares of the signal level, slopes of the usual slope.
const (
	higher     = 1.3  // times another peak's height: plainly higher
	doubtful   = 0.75 // lower than this, a peak may be a P wave
	doubtfulP  = 0.85 // lower than this where P waves are known to be tall
	sureSlope  = 0.6  // unless it is at least so steep
	sureLike   = 0.9  // and so like the usual beat
	sureHeight = 0.4  // and so high
	tallPOdds  = 0.3  // a P wave is tall when its odds to be a beat are these
	tallPMin   = 0.2  // from here on P waves are known to be tall
	tallPStep  = 0.3  // of the way there is left is gone with each: one may have been a bump
	tallPFade  = 0.97 // what a beat leaves of that knowledge
	tHeight    = 0.6  // a T wave is lower than this
	tSlope     = 0.5  // and flatter than this share of its QRS
	tLike      = 0.7  // and less like the usual beat than this
	tFlat      = 0.4  // or flatter than this, whatever it looks like
	wholeBeat  = 0.5  // but no peak is one that holds so much of a known beat
	tMost      = 2    // nor one after a usual beat that is so many times as high as T waves are after those
)

// waits reports whether c may be a P wave whose QRS is still to come.
func (d *Detector) waits(c candidate, age int64) bool {
	if !d.doubts(c) {
		return false
	}
	if d.rising && d.peak.height > higher*c.height && d.peak.at-c.at < d.ms(pWaveMS) {
		return true
	}
	if d.tallP > tallPMin {
		return age < d.ms(tallPMS)
	}
	return age < d.ms(waitMS) || age < d.ms(patienceMS) && d.env.at(d.env.n-1) > c.height
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

// blame notices a tall P wave before the beat i.
func (d *Detector) blame(i int) {
	beat := d.path.nodes[i].c
	for k := i - 1; k >= 0 && beat.at-d.path.nodes[k].c.at <= d.ms(pWaveMS); k-- {
		if n := &d.path.nodes[k]; n.odds > tallPOdds && beat.height > higher*n.c.height {
			d.tallP += tallPStep * (1 - d.tallP)
		}
	}
}

// tWave reports whether c is the T wave of the beat before: soon after it, low, flat and of another shape.
func (d *Detector) tWave(c candidate) bool {
	if !d.heard || c.height >= tHeight*d.levels.signal.high() || c.known > same && c.amount > wholeBeat {
		return false
	}
	if d.last.usual >= same && d.tWaves.full() && c.height > tMost*d.tWaves.high()*d.last.height {
		return false
	}
	wait := c.at - d.last.at
	return wait < d.ms(steepTMS) && c.slope < tSlope*d.last.slope && c.usual < tLike ||
		wait < d.ms(flatTMS) && c.slope < tFlat*max(d.last.slope, d.levels.slope.median())
}

// noteT notes how high it gets where T waves are.
func (d *Detector) noteT(c candidate) {
	if wait := c.at - d.last.at; d.heard && wait >= d.ms(refractoryMS) && wait < d.ms(flatTMS) {
		d.tNow = max(d.tNow, c.height)
	}
}

// learnT learns from the beat before c how high T waves are after a usual beat, as a share of it.
func (d *Detector) learnT(c candidate) {
	if d.heard && d.last.usual >= same && c.at-d.last.at >= d.ms(flatTMS+holdMS) {
		d.tWaves.add(d.tNow / d.last.height)
	}
	d.tNow = 0
}
