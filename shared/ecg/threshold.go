package ecg

import "slices"

const (
	share    = 0.35 // of the way from noise to signal stands the threshold
	maxNoise = 0.6  // of the signal: noise counts no higher
	maxGrow  = 2    // a new peak counts at most this many times the median: no spike blinds
	slackRR  = 1.3  // usual intervals after which the threshold starts to fall
	lowestRR = 2    // and at which it is lowest
	lowest   = 0.4  // of itself
	tooTall  = 6    // times the signal: a spike, not a beat, unless it comes again
)

// tally remembers the newest eight values of something and gives their median: one outlier moves it by a place, never
// by its size.
type tally struct {
	v         [8]float64
	n         int // how many are held
	i         int // where the next goes
	mid, tall float64
}

func (t *tally) add(v float64) {
	t.v[t.i] = v
	t.i = (t.i + 1) % len(t.v)
	t.n = min(t.n+1, len(t.v))
	s := t.v
	slices.Sort(s[:t.n])
	t.mid, t.tall = (s[(t.n-1)/2]+s[t.n/2])/2, s[t.n-1-t.n/4]
}

func (t *tally) clear() { *t = tally{} }

func (t *tally) full() bool { return t.n == len(t.v) }

// median is 0 while there is nothing.
func (t *tally) median() float64 { return t.mid }

// high is the sixth of eight from below: when every other peak taken for a beat is a P or T wave, it still is that of
// the QRS, so the wrong ones fall under the threshold again.
func (t *tally) high() float64 { return t.tall }

// levels are what the detector has learned about heights of the envelope and about time.
type levels struct {
	signal tally // of accepted peaks
	noise  tally // of rejected ones
	slope  tally // steepest steps of accepted ones
	rr     tally // intervals, in samples
}

// accept learns from a peak taken as a beat.
func (l *levels) accept(height float64) {
	if m := l.signal.median(); m > 0 {
		height = min(height, maxGrow*m)
	}
	l.signal.add(height)
}

// reject learns from a peak taken as noise.
func (l *levels) reject(height float64) {
	if m := l.signal.median(); m > 0 {
		height = min(height, m)
	}
	l.noise.add(height)
}

// restart takes one height for all that was learned, and forgets how steep beats were.
func (l *levels) restart(height float64) {
	l.signal.clear()
	l.slope.clear()
	l.signal.add(height)
}

// base is the threshold before it falls with waiting.
func (l *levels) base() float64 {
	s := l.signal.high()
	n := min(l.noise.median(), maxNoise*s)
	return n + share*(s-n)
}

// at is the threshold wait samples after the last beat.
func (l *levels) at(wait float64) float64 {
	rr := l.rr.median()
	if rr == 0 {
		return l.base()
	}
	f := (wait/rr - slackRR) / (lowestRR - slackRR)
	return l.base() * (1 - (1-lowest)*min(1, max(0, f)))
}
