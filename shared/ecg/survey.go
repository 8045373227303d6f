package ecg

import "math"

const (
	blockMS    = 40
	blocksKept = 128 // five seconds
	inSecond   = 1000 / blockMS
)

// survey measures the signal itself, whatever beats there are, in blocks of 40 ms. A sample costs it a few additions.
type survey struct {
	size int     // samples a block
	long float64 // and so many seconds
	n    int     // blocks done
	now  block
	in   int     // samples in it
	part float64 // sum of what is beyond 40 Hz over 4 ms, so that what counts ends at some 100 Hz at any rate
	held int     // samples in that
	hold int     // and so many are 4 ms
	kept [blocksKept]block
	sort [blocksKept]float64
	ends ends
}

// block sums up 40 ms.
type block struct {
	mean      float64
	beyond    float64 // mean square of what a 40 Hz low-pass takes away
	squares   int     // of so many
	step      float64 // sum of steps from sample to sample
	moves     int     // how many there were
	low, high float64
}

func newSurvey(rate float64) survey {
	s := survey{size: int(math.Round(blockMS * rate / 1000)), hold: max(1, int(rate/250)), ends: newEnds(rate)}
	s.now, s.long = empty, float64(s.size)/rate
	return s
}

var empty = block{low: math.Inf(1), high: math.Inf(-1)}

// feed takes the next sample, and what the low-pass took away of one.
func (s *survey) feed(v, beyond float64) {
	step := math.Abs(v - s.ends.last)
	if s.ends.at < 0 {
		step = 0
	}
	if s.ends.feed(v, step) {
		s.ends.judge(s)
	}
	b := &s.now
	b.mean += v
	b.step += step
	if step > 0 {
		b.moves++
	}
	b.low, b.high = min(b.low, v), max(b.high, v)
	s.part += beyond
	if s.held++; s.held == s.hold {
		b.beyond += s.part * s.part
		b.squares++
		s.part, s.held = 0, 0
	}
	if s.in++; s.in < s.size {
		return
	}
	size := float64(s.size)
	b.mean, b.beyond = b.mean/size, b.beyond/float64(b.squares*s.hold*s.hold)
	s.kept[s.n%blocksKept] = *b
	s.n++
	s.now, s.in = empty, 0
}

// gap forgets the blocks: nothing is measured across.
func (s *survey) gap() { s.now, s.in, s.n = empty, 0, 0 }

// block is the one so many before the newest.
func (s *survey) block(before int) *block { return &s.kept[(s.n-1-before)%blocksKept] }

// hiss is the size of what lies beyond 40 Hz over the last blocks: the root of the middle power, so that the steep parts
// of QRS complexes stay out.
func (s *survey) hiss(last int) float64 {
	last = min(last, s.n, blocksKept)
	if last == 0 {
		return 0
	}
	for k := range last {
		s.sort[k] = s.block(k).beyond
	}
	return math.Sqrt(middle(s.sort[:last]))
}

// drift is the greatest speed of the baseline over the last seconds, per second: the baseline is the mean over a
// second, which leaves below 1 Hz, its speed that over half a second.
func (s *survey) drift(seconds int) float64 {
	const half = inSecond / 2
	most := 0.0
	for k := 0; k+half+inSecond < min(s.n, blocksKept) && k < seconds*inSecond; k += half / 2 {
		// Of two means half a second apart, what they share falls out: the halves at either end are left, a second apart.
		way := 0.0
		for j := range half {
			way += s.block(k+j).mean - s.block(k+inSecond+j).mean
		}
		most = max(most, math.Abs(way)/half/(inSecond*s.long))
	}
	return most
}

// extremes are those of the last five seconds, and the mean step from one value to another: the grid of a coarse signal
// makes no step look like a hurry.
func (s *survey) extremes() (low, high, step float64) {
	low, high, step = s.now.low, s.now.high, s.now.step
	moves := s.now.moves
	for k := range min(s.n, blocksKept) {
		b := s.block(k)
		low, high, step, moves = min(low, b.low), max(high, b.high), step+b.step, moves+b.moves
	}
	return low, high, step / float64(max(1, moves))
}
