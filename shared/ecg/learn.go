package ecg

const (
	learnMS    = 2000 // first results come then, and the beats before with them
	deafMS     = 2000 // without a beat for so long everything is learned anew
	againMS    = 1000 // and, while there is none, again after so long
	stubbornMS = 6000 // for so long after a beat, only what looks like one, or is as high, is learned from
	stubborn   = 0.3  // of the signal level: as high
	akin       = 0.8  // correlation with the usual beat: looks like one
	outlier    = 2.5  // the highest peak counts at most this many times the highest of another beat
	leastStand = 2.2  // nothing is learned from what stands out less of what lies between

	ringSeconds  = 4
	recentPoints = 100
)

// overdue acts on silence: ends the first learning, learns anew.
func (d *Detector) overdue(i int64, out []Beat) []Beat {
	if !d.learned {
		if i-d.since >= d.ms(learnMS) {
			out = d.relearn(i, out)
		}
		return out
	}
	if i-d.last.at >= d.ms(deafMS) && i-d.since >= d.ms(againMS) {
		out = d.relearn(i, out)
	}
	return out
}

// relearn sets the levels from the peaks of the last two seconds and weighs them by these. A pause of
// the heart is no reason to take P waves for beats: a rhythm well known is not given up at once.
func (d *Detector) relearn(i int64, out []Beat) []Beat {
	d.since = i
	known := 0.0
	if d.learned && d.shapes.sure() && i-d.last.at < d.ms(stubbornMS) {
		known = d.levels.signal.high()
	}
	between := d.between()
	fits := func(c candidate) bool {
		return i-c.at <= d.ms(learnMS+holdMS) && (c.usual >= akin || c.height >= stubborn*known)
	}
	var tallest candidate
	for _, n := range d.path.nodes {
		if fits(n.c) && n.c.height > tallest.height {
			tallest = n.c
		}
	}
	if tallest.height == 0 || tallest.height < leastStand*between {
		return out
	}
	second := 0.0 // highest of another beat; what stands out less is noise and says nothing of beats
	for _, n := range d.path.nodes {
		if apart := abs(n.c.at - tallest.at); fits(n.c) && apart >= d.ms(1000*soonest) && n.c.height > proofStand*between {
			second = max(second, n.c.height)
		}
	}
	level := tallest.height
	if second > 0 && level > outlier*second {
		level, d.giant = outlier*second, tallest
	}
	d.learned = true
	d.renew(level)
	return d.decide(out)
}

// renew starts again from one level, and weighs by it all that is remembered.
func (d *Detector) renew(level float64) {
	d.levels.restart(level)
	d.path.start = 1
	for k := range d.path.nodes {
		c := &d.path.nodes[k].c
		c.alone = c.height > tooTall*level
		c.odds = d.odds(*c)
		d.path.lead(k, c.odds, d.rhythm(), d.rate)
	}
}

func abs(x int64) int64 { return max(x, -x) }
