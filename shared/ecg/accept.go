package ecg

const (
	lateRR     = 1.5 // usual intervals after which a beat is looked for among those passed over
	lateHeight = 0.5 // of the threshold that it must have
	lateUsual  = 0.6 // likeness to the usual beat, or
	lateLike   = 0.8 // to any known
	beforeMS   = 300 // so close before the next beat a lower peak is its P wave
	beforeLow  = 0.7 // when it is lower than this share of it
)

// accept takes c as a beat, and gives it out when the heart has proven itself.
func (d *Detector) accept(c candidate, late bool, out []Beat) []Beat {
	if !late && d.heard {
		out = d.searchBack(c.at, c.height, out)
	}
	d.measure(&c)
	slot := d.shapes.take(c.slot, c.like)
	r := max(d.lastR+1, d.places.place(&d.pos, c.at))
	if rr := float64(c.at - d.last.at); d.heard && rr < 2*d.rate {
		d.levels.rr.add(rr)
	}
	d.levels.accept(c.height)
	d.levels.slope.add(c.slope)
	d.tallP *= tallPFade
	d.last, d.lastR, d.heard, d.passed = c, r, true, d.passed[:0]

	between := d.between()
	g := d.quality.beat(c, d.shapes.beat, d.levels.signal.median(), between)
	b := Beat{At: r, Fed: d.fed - 1, Late: late, AfterGap: d.gap, Normal: slot == d.shapes.usual(), Quality: g.Quality, Why: g.Why}
	d.proven = d.quality.proves(c.height/max(between, tiny), d.proven)
	d.gap = !d.proven // a beat kept back leaves a hole that no interval may lead across
	if !d.proven {
		return out
	}
	return append(out, b)
}

// searchBack looks for beats missed between the last one and next, where there is a peak of height (0: only silence so
// far): the highest of those passed over that is like a beat.
func (d *Detector) searchBack(next int64, height float64, out []Beat) []Beat {
	rr := d.levels.rr.median()
	if rr == 0 || float64(next-d.last.at) < lateRR*rr || d.quality.body.moving {
		return out
	}
	best := -1
	for i, c := range d.passed {
		if d.missed(c, next, height) && (best < 0 || c.height > d.passed[best].height) {
			best = i
		}
	}
	if best < 0 || d.passed[best].height > tooTall*d.levels.signal.median() || d.noisy(d.passed[best]) {
		return out
	}
	c, later := d.passed[best], d.passed[best+1:]
	out = d.accept(c, true, out)
	d.passed = append(d.passed, later...)
	return d.searchBack(next, height, out)
}

// missed reports whether c may be a beat between the last one and next.
func (d *Detector) missed(c candidate, next int64, height float64) bool {
	ahead := next - c.at
	switch {
	case c.at-d.last.at < d.ms(refractoryMS) || ahead < d.ms(refractoryMS) || ahead > d.ms(memoryMS):
		return false
	case ahead < d.ms(beforeMS) && c.height < beforeLow*height:
		return false
	}
	return (c.usual >= lateUsual || c.like >= lateLike) && c.height >= lateHeight*d.levels.base()
}
