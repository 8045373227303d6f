package ecg

const (
	learnMS    = 2000 // first results come then, and the beats before with them
	deafMS     = 2000 // without a beat for so long everything is learned anew
	stubbornMS = 6000 // for so long after a beat, only what looks like one, or is as high, is learned from
	stubborn   = 0.3  // of the signal level: as high
	akin       = 0.8  // correlation with the usual beat: looks like one
	outlier    = 2.5  // the highest peak counts at most this many times the second
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
	if i-max(d.last.at, d.since) >= d.ms(deafMS) {
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
	var first, second float64
	for k := range d.path.nodes {
		c := &d.path.nodes[k].c
		if i-c.at > d.ms(learnMS+holdMS) || c.usual < akin && c.height < stubborn*known {
			continue
		}
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
	d.learned, d.path.start = true, 1
	for k := range d.path.nodes {
		c := &d.path.nodes[k].c
		c.alone = c.height > tooTall*level
		c.odds = d.odds(*c)
		d.path.lead(k, c.odds, d.rhythm(), d.rate)
	}
	return d.decide(out)
}
