package ecg

import "math"

const (
	quietMS    = 3000   // so long without a beat and the signal is not called usable
	unsure     = 0.4    // what it is called then
	believe    = 8      // one peak standing out so far is a heart
	believeTwo = 5      // and two of the newest eight that stand out so far
	proofStand = 3.3    // so are several that stand out so far
	proofLike  = 0.85   // and look alike
	doubtStand = 3      // below this, a heart once proven is doubted again
	tiny       = 1e-300 // keeps a quotient finite where nothing moves
)

// quality remembers how the newest beats looked, and what the signal around them was like.
type quality struct {
	rate    float64
	like    tally // likeness to a shape known before
	stand   tally // height over what lies between the beats
	size    tally // from the lowest to the highest point of a beat
	album   album
	survey  survey
	witness witness
	ours    marks // where the first detector saw beats
	body    body
	recent  recent
	joins   bool // the next sample follows a gap
}

func newQuality(rate float64, length int) quality {
	return quality{rate: rate, album: newAlbum(length), survey: newSurvey(rate), witness: newWitness(rate), body: still}
}

// feed takes the next sample, and what the 40 Hz low-pass took away of one.
func (q *quality) feed(v, beyond float64) {
	if q.joins {
		q.witness.rest(v)
		q.joins = false
	}
	q.witness.feed(v)
	q.survey.feed(v, beyond)
}

// gap says that samples are missing: the step across is nobody's baseline.
func (q *quality) gap() {
	q.survey.gap()
	q.joins = true
}

// beat learns from the beat c, whose shape is given, where the heights of beats are usual, and grades it.
func (q *quality) beat(c candidate, shape []float64, usual, between float64) Grade {
	stand := c.height / max(between, tiny)
	q.stand.add(stand)
	if c.slot >= 0 {
		q.like.add(max(0, c.like))
	}
	low, high := shape[0], shape[0]
	for _, v := range shape {
		low, high = min(low, v), max(high, v)
	}
	q.size.add(high - low)
	q.ours.add(float64(c.at))

	s := q.signal()
	s.clear = usual / max(between, tiny)
	apart, why := q.album.apart(shape, guess), Noise
	odds := stand / math.Sqrt(apart+breath)
	if !q.witness.saw(float64(c.at), agreeMS*q.rate/1000) {
		odds *= alone
		why = Disagreement
	}
	if apart > guess {
		why = Disagreement
	}
	if s.clear >= evens {
		q.album.learn(shape)
	}
	g := s.grade(odds, why, q.body.bar)
	q.recent.add(float64(c.at), g)
	return g
}

// proves says whether the newest beats, the last standing out so far, are those of a heart, given whether they were
// before. Pure noise has peaks above its own level too, but they stand out little and look alike by chance only.
func (q *quality) proves(stand float64, before bool) bool {
	usual := q.stand.median()
	switch {
	case stand >= believe, q.stand.atLeast(believeTwo) >= 2, q.like.full() && q.like.median() >= proofLike && usual >= proofStand:
		return true
	case q.stand.full() && usual < doubtStand:
		return false
	}
	return before
}

// Grade is that of the last seconds. Quality is 0 on a flat line, at a rail, without contact and while no heart has been
// made out. It looks through a few seconds of signal: ask a few times a second.
func (d *Detector) Grade() Grade {
	q := &d.quality
	s := q.signal()
	switch {
	case d.guard.flat(flatMS):
		return Grade{0, s.stood()}
	case !d.proven && float64(d.fed) < 1.5*learnMS*d.rate/1000:
		return Grade{}
	case !d.proven:
		return Grade{0, Noise}
	}
	s.clear = d.levels.signal.median() / max(d.between(), tiny)
	g := s.limit(q.recent.grade(float64(d.fed-1), q.rate))
	if d.env.n-1-d.last.at > d.ms(quietMS) {
		g = s.limit(Grade{min(g.Quality, unsure), g.Why})
	}
	return g
}

// Quality is that of Grade.
func (d *Detector) Quality() float64 { return d.Grade().Quality }
