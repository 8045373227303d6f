package hrv

import "math"

// settled is one interval in the windows.
type settled struct {
	at    float64 // seconds, when it ends
	rr    float64 // ms
	fixed bool    // not as measured
	wrong int     // 1 when not as measured, and one more for every extra beat taken out of it
	joins bool    // the interval before it in the list ends where this one begins
	out   bool    // left out: it only counts as a beat that is missing
}

const (
	fiveMinutes = 300.0 // seconds of the longest window
	most        = 2048  // intervals held: 5 min at over 400 beats a minute
	spare       = 32    // of them free, for those added before the windows move
	centred     = 800.0 // ms taken off before squaring, to keep the sums exact
	fewestDiffs = 10    // differences RMSSD needs; half a minute of a slow heart without gaps has twice as many
)

// window is a sliding window over the newest seconds of a history. Every interval is added once and taken off once,
// so its sums cost the same however long it is: 0.25 µs a beat for 30 s and for 5 min alike, histograms and extremes
// included (BenchmarkWindow, one core of a busy server).
type window struct {
	seconds float64
	from    int // first interval inside, in the history's count
	to      int // after the last
	used    bool

	n, wrong, out int // intervals, what was wrong with them, intervals left out
	sum, squares  float64
	rates         float64 // 60000/rr

	diffs        int // differences that touch no corrected interval
	diffSum      float64
	diffSquares  float64
	over50       int
	over20       int
	pairs        int // of intervals that join, corrected or not
	pairSum      float64
	pairSquares  float64
	fine, coarse histogram
	least, most  extreme
}

func newWindow(seconds float64) window {
	w := window{seconds: seconds}
	w.least, w.most = extreme{sign: 1, queue: make([]int, most)}, extreme{sign: -1, queue: make([]int, most)}
	w.fine.bin, w.coarse.bin = triBin, siBin
	return w
}

// empty forgets all sums, and their rounding errors.
func (w *window) empty() {
	*w = window{seconds: w.seconds, from: w.from, to: w.to, fine: histogram{bin: triBin}, coarse: histogram{bin: siBin},
		least: extreme{sign: 1, queue: w.least.queue}, most: extreme{sign: -1, queue: w.most.queue}}
}

// begin starts behind all there is.
func (w *window) begin(h *history) {
	w.from, w.to = h.count, h.count
	w.empty()
}

// history is the settled intervals of the longest window.
type history struct {
	v     [most]settled
	count int // ever added
}

func (h *history) at(i int) settled { return h.v[i%most] }

func (h *history) add(s settled) { h.v[h.count%most] = s; h.count++ }

// take moves the front of the window to the newest interval, and its back to seconds before now.
func (w *window) take(h *history, now float64) {
	for ; w.to < h.count; w.to++ {
		w.weigh(h, w.to, 1)
	}
	for w.from < w.to && (h.at(w.from).at <= now-w.seconds || h.count-w.from > most-spare) {
		w.weigh(h, w.from, -1)
		w.from++
	}
	w.least.leave(w.from)
	w.most.leave(w.from)
	if w.from == w.to && w.used { // an empty window has no rounding errors either
		w.empty()
	}
}

// weigh adds interval i to the sums, or takes it off. A difference belongs to the later of its intervals on the way
// in; on the way out it goes with the earlier one.
func (w *window) weigh(h *history, i, sign int) {
	s, f := h.at(i), float64(sign)
	w.used = true
	if s.out {
		w.out += sign
	} else {
		x := s.rr - centred
		w.n += sign
		w.sum += f * x
		w.squares += f * x * x
		w.rates += f * 60000 / s.rr
		w.wrong += sign * s.wrong
		w.fine.add(s.rr, sign)
		w.coarse.add(s.rr, sign)
		if sign > 0 {
			w.least.add(h, i)
			w.most.add(h, i)
		}
	}
	later := i
	if sign < 0 {
		later = i + 1
	}
	if later > w.from && later < h.count {
		w.pair(h.at(later-1), h.at(later), sign)
	}
}

// pair adds two neighbours, or takes them off.
func (w *window) pair(a, b settled, sign int) {
	f := float64(sign)
	if b.joins && !a.out && !b.out {
		p := a.rr + b.rr - 2*centred
		w.pairs += sign
		w.pairSum += f * p
		w.pairSquares += f * p * p
	}
	if !counts(a, b) {
		return
	}
	d := b.rr - a.rr
	w.diffs += sign
	w.diffSum += f * d
	w.diffSquares += f * d * d
	if math.Abs(d) > 50 {
		w.over50 += sign
	}
	if math.Abs(d) > 20 {
		w.over20 += sign
	}
}

// counts reports whether the difference of two neighbours goes into RMSSD: nothing lies between them, and both are as
// measured. Mended intervals would make it too small.
func counts(a, b settled) bool { return b.joins && !a.out && !b.out && !a.fixed && !b.fixed }

// span is the seconds of beats inside.
func (w *window) span() float64 { return max(0, w.sum+centred*float64(w.n)) / 1000 }

// share is that of what was corrected or left out: of a beat out of its place both intervals count.
func (w *window) share() float64 {
	if all := w.n + w.out; all > 0 {
		return min(1, float64(w.wrong+w.out)/float64(all))
	}
	return 0
}

func (w *window) meanHR() float64 {
	if w.n == 0 {
		return math.NaN()
	}
	return 60000 / (centred + w.sum/float64(w.n))
}

func (w *window) sdnn() float64 { return deviation(w.n, w.sum, w.squares) }

// deviation is the sample standard deviation of n values out of their sums, NaN for fewer than two.
func deviation(n int, sum, squares float64) float64 {
	if n < 2 {
		return math.NaN()
	}
	return math.Sqrt(max(0, squares-sum*sum/float64(n)) / float64(n-1))
}

func (w *window) rmssd() float64 {
	if w.diffs < fewestDiffs {
		return math.NaN()
	}
	return math.Sqrt(max(0, w.diffSquares) / float64(w.diffs))
}

// time is what TimeOf gives of the intervals inside, at one price for any length: without the median, and what is made of
// differences without those that touch a corrected interval.
func (w *window) time(h *history) Time {
	t := TimeOf(nil)
	if t.N = w.n; w.n == 0 {
		return t
	}
	n := float64(w.n)
	t.MeanNN, t.SDNN, t.HRMean = centred+w.sum/n, w.sdnn(), w.rates/n
	t.HROfNN, t.Quotient = 60000/t.MeanNN, t.SDNN/t.MeanNN
	t.MinNN, t.MaxNN = h.at(w.least.queue[w.least.head%most]).rr, h.at(w.most.queue[w.most.head%most]).rr
	t.HRMin, t.HRMax = 60000/t.MaxNN, 60000/t.MinNN
	t.TriNN = n / float64(w.fine.height)
	t.SI = stress(w.coarse.mode(), w.coarse.height, w.n, t.MaxNN-t.MinNN)
	t.SIRoot = math.Sqrt(t.SI)
	t.SD2 = deviation(w.pairs, w.pairSum, w.pairSquares) / math.Sqrt2
	if w.diffs == 0 {
		return t
	}
	d := float64(w.diffs)
	t.NN50, t.NN20, t.RMSSD = w.over50, w.over20, math.Sqrt(max(0, w.diffSquares)/d)
	t.PNN50, t.PNN20 = 100*float64(w.over50)/d, 100*float64(w.over20)/d
	t.SDSD = deviation(w.diffs, w.diffSum, w.diffSquares)
	t.SD1 = t.SDSD / math.Sqrt2
	return t
}
