package ecg

const (
	learnMS    = 2000 // first results come then, and the beats before with them
	deafMS     = 2000 // without a beat for so long everything is learned anew
	memoryMS   = 3000 // older peaks are no longer in the rings
	stubbornMS = 6000 // for so long after a beat, only what looks like one, or is as high, is learned from
	stubborn   = 0.3  // of the signal level: as high
	akin       = 0.8  // correlation with the usual beat: looks like one
	outlier    = 2.5  // the highest peak counts at most this many times the second

	ringSeconds  = 4
	mostPassed   = 32
	recentPoints = 100
)

// overdue acts on silence: ends the first learning, searches back, learns anew.
func (d *Detector) overdue(i int64, out []Beat) []Beat {
	if !d.learned {
		if i-d.since >= d.ms(learnMS) {
			out = d.relearn(i, out)
		}
		return out
	}
	if d.waiting {
		return out
	}
	if rr := d.levels.rr.median(); d.heard && !d.rising && len(d.passed) > 0 && rr > 0 && float64(i-d.last.at) > lateRR*rr+float64(d.ms(holdMS)) {
		out = d.searchBack(i, 0, out)
	}
	if i-max(d.last.at, d.since) >= d.ms(deafMS) {
		d.levels.noise.clear()
		out = d.relearn(i, out)
	}
	return out
}

// relearn sets the levels from the peaks of the last two seconds and takes those of them that are beats. A pause of
// the heart is no reason to take P waves for beats: a rhythm well known is not given up at once.
func (d *Detector) relearn(i int64, out []Beat) []Beat {
	d.since = i
	known := 0.0
	if d.learned && d.shapes.sure() && i-d.last.at < d.ms(stubbornMS) {
		known = d.levels.signal.high()
	}
	held := d.held[:0]
	var first, second float64
	for _, c := range d.passed {
		if i-c.at > d.ms(learnMS+holdMS) || c.usual < akin && c.height < stubborn*known {
			continue
		}
		held = append(held, c)
		first, second = max(first, c.height), max(second, min(first, c.height))
	}
	if first == 0 || first < leastStand*d.between() {
		return out
	}
	level := first
	if second > 0 {
		level = min(first, outlier*second)
	}
	d.levels.restart(level)
	d.learned, d.passed = true, d.passed[:0]
	for _, c := range held {
		if c.height < d.levels.base() || c.height > tooTall*level || d.heard && c.at-d.last.at < d.ms(refractoryMS) || d.tWave(c) || d.noisy(c) {
			continue
		}
		out = d.accept(c, true, out)
	}
	return out
}
