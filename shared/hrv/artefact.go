package hrv

import "math"

// judge settles the intervals of a living heart: what is expected comes from the intervals before alone, and two that
// follow have their say. A value once in a window stays.
type judge struct {
	*editor
	kept []mended // newest, settled
	n    int      // settled since the last start
}

const (
	enough = 5    // intervals before anything is called wrong at once
	atOnce = 0.06 // of the interval: a smaller difference is not called that
)

func newJudge() judge {
	j := judge{editor: newEditor(math.NaN()), kept: make([]mended, 0, 4*memory)}
	j.learn(nil)
	return j
}

// reset forgets, after a stretch that no interval bridges for long.
func (j *judge) reset() {
	j.kept, j.n = j.kept[:0], 0
	j.learn(nil)
	j.sever()
}

// sever lets nothing lead on to the next interval; what was learned of the heart stays.
func (j *judge) sever() {
	level := math.NaN()
	if j.n > 0 {
		level = j.middle
	}
	j.line, j.joins = unsure(level), false
}

// odd reports at once whether an interval looks wrong, for those who cannot wait.
func (j *judge) odd(rr float64) bool {
	if j.n < enough {
		return rr < shortest || rr > slowest
	}
	b := max(finest*outlying, atOnce*j.middle, min(j.swing, loosest*outlying*j.middle))
	return math.Abs(rr-j.line.x) > b && math.Abs(rr-j.middle) > b
}

// settle is the editor's, and what it settled is learned from.
func (j *judge) settle(ahead []float64) (Class, int) {
	k, used := j.editor.settle(ahead)
	if len(j.kept)+len(j.out) > cap(j.kept) {
		j.kept = j.kept[:copy(j.kept, j.kept[len(j.kept)-memory:])]
	}
	j.kept = append(j.kept, j.out...)
	j.n += len(j.out)
	j.learn(j.kept[max(0, len(j.kept)-memory-1):])
	return k, used
}
