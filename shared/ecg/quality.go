package ecg

const (
	quietMS    = 3000   // so long without a beat and the signal is not called usable
	unsure     = 0.4    // what it is called then
	clearly    = 5      // a beat this many times what lies between beats stands out clearly
	hardly     = 2      // and one this many times hardly: noise alone does
	believe    = 5      // one peak standing out so far is a heart
	proofStand = 3.3    // so are several that stand out so far
	proofLike  = 0.85   // and look alike
	doubtStand = 3      // below this, a heart once proven is doubted again
	tiny       = 1e-300 // keeps a quotient finite where nothing moves
)

// quality remembers how the newest beats looked.
type quality struct {
	like  tally // likeness to a shape known before
	stand tally // height over what lies between the beats
}

// rate turns how far beats stand out, and how alike they are, into 0 to 1.
func rate(stand, like float64) float64 {
	return min(1, max(0, (stand-hardly)/(clearly-hardly))) * min(1, max(0, like))
}

// beat learns from a beat and rates it.
func (q *quality) beat(stand float64, c candidate) float64 {
	q.stand.add(stand)
	if c.slot >= 0 {
		q.like.add(max(0, c.like))
	}
	return rate(stand, c.like)
}

// proves says whether the newest beats, the last standing out so far, are those of a heart, given whether they were
// before. Pure noise has peaks above its own level too, but they stand out little and look alike by chance only.
func (q *quality) proves(stand float64, before bool) bool {
	usual := q.stand.median()
	switch {
	case stand >= believe, q.like.full() && q.like.median() >= proofLike && usual >= proofStand:
		return true
	case q.stand.full() && usual < doubtStand:
		return false
	}
	return before
}
