package hrv

import "math"

// settled is one interval in the windows.
type settled struct {
	at    float64 // seconds, when it ends
	rr    float64 // ms
	fixed bool    // not as measured
	wrong int     // beats corrected here
	joins bool    // the interval before it in the list ends where this one begins
	out   bool    // left out: it only counts as a beat that is missing
}

const (
	fiveMinutes = 300.0 // seconds of the longest window
	oneMinute   = 60.0  // of the shorter one
	most        = 2048  // intervals held: 5 min at over 400 beats a minute
	spare       = 32    // of them free, for those added before the windows move
	centred     = 800.0 // ms taken off before squaring, to keep the sums exact
	fewestDiffs = 10    // differences RMSSD needs; half a minute of a slow heart without gaps has twice as many
)

// window is a sliding window over the newest seconds of a history. Every interval is added once and taken off once,
// so its sums cost the same however long it is.
type window struct {
	seconds float64
	from    int // first interval inside, in the history's count
	to      int // after the last

	n, wrong, out int // intervals, beats corrected, intervals left out
	sum, squares  float64
	diffs         int // differences that touch no corrected interval
	diffSquares   float64
	first, last   float64 // ends of the oldest and newest interval ever inside
	everSomething bool
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
	if w.from == w.to { // an empty window has no rounding errors either
		*w = window{seconds: w.seconds, from: w.from, to: w.to}
	}
}

// weigh adds interval i to the sums, or takes it off. A difference belongs to the later of its intervals on the way
// in; on the way out it goes with the earlier one.
func (w *window) weigh(h *history, i, sign int) {
	s, f := h.at(i), float64(sign)
	if s.out {
		w.out += sign
	} else {
		x := s.rr - centred
		w.n += sign
		w.sum += f * x
		w.squares += f * x * x
		w.wrong += sign * s.wrong
	}
	later := i
	if sign < 0 {
		later = i + 1
	}
	if later > w.from && later < h.count {
		if a, b := h.at(later-1), h.at(later); counts(a, b) {
			w.diffs += sign
			w.diffSquares += f * (b.rr - a.rr) * (b.rr - a.rr)
		}
	}
}

// counts reports whether the difference of two neighbours goes into RMSSD: nothing lies between them, and both are as
// measured. Mended intervals would make it too small.
func counts(a, b settled) bool { return b.joins && !a.out && !b.out && !a.fixed && !b.fixed }

// span is the seconds of beats inside.
func (w *window) span() float64 { return max(0, w.sum+centred*float64(w.n)) / 1000 }

// share is that of the beats that were corrected or left out.
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

func (w *window) sdnn() float64 {
	if w.n < 2 {
		return math.NaN()
	}
	n := float64(w.n)
	return math.Sqrt(max(0, w.squares-w.sum*w.sum/n) / (n - 1))
}

func (w *window) rmssd() float64 {
	if w.diffs < fewestDiffs {
		return math.NaN()
	}
	return math.Sqrt(max(0, w.diffSquares) / float64(w.diffs))
}
