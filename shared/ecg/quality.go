package ecg

// tiny keeps a quotient finite where nothing moves.
const tiny = 1e-300

// quality rates beats and seconds.
type quality struct {
	like tally // of the newest beats with what was known
}

// beat rates a beat about to be given out.
func (q *quality) beat(d *Detector, c candidate) float64 {
	like := max(0, c.like)
	if c.slot >= 0 {
		q.like.add(like)
	}
	stand := (c.height/max(d.between(), tiny) - 2) / 3
	return min(1, max(0, stand)) * like
}

// now rates the last seconds.
func (q *quality) now(d *Detector) float64 {
	if d.hand.flat(flatMS) || !d.learned {
		return 0
	}
	stand := (d.levels.signal.median()/max(d.between(), tiny) - 2) / 3
	return min(1, max(0, stand)) * q.like.median()
}
