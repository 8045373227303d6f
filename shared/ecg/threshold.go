package ecg

import (
	"math"
	"slices"
)

const (
	maxGrow = 2 // a new peak counts at most this many times the median: no spike blinds
	tooTall = 6 // times the signal: a spike, not a beat, unless it comes again
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

// shift moves all values.
func (t *tally) shift(by float64) {
	for i := range t.v[:t.n] {
		t.v[i] += by
	}
	t.mid, t.tall = t.mid+by, t.tall+by
}

func (t *tally) clear() { *t = tally{} }

func (t *tally) full() bool { return t.n == len(t.v) }

// median is 0 while there is nothing.
func (t *tally) median() float64 { return t.mid }

// high is the sixth of eight from below: when every other peak taken for a beat is a P or T wave, it still is that of
// the QRS, so the wrong ones fall behind again.
func (t *tally) high() float64 { return t.tall }

// atLeast counts the values from least on.
func (t *tally) atLeast(least float64) (n int) {
	for _, v := range t.v[:t.n] {
		if v >= least {
			n++
		}
	}
	return n
}

// away is the median distance of the values from their median.
func (t *tally) away() float64 {
	var a tally
	for _, v := range t.v[:t.n] {
		a.add(math.Abs(v - t.mid))
	}
	return a.mid
}

// levels are what the detector has learned about heights of the envelope and about time.
type levels struct {
	signal tally // of accepted peaks
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

// restart takes one height for all that was learned, and forgets how steep beats were.
func (l *levels) restart(height float64) {
	l.signal.clear()
	l.slope.clear()
	l.signal.add(height)
}
