package stress

import (
	"maps"
	"math"

	"hearth/shared/care"
)

// Watch follows one person. It costs 2 µs for each second of torso and numbers on a busy core of a server (go test -bench
// Watch ./shared/stress), and nothing is allocated. The zero value is ready, without a baseline.
type Watch struct {
	gate gate
	rest *Baseline
}

// SetBaseline replaces the resting state; nil takes it away. What the torso did stays known. It refuses what Validate
// refuses.
func (w *Watch) SetBaseline(b *Baseline) error {
	if b == nil {
		w.rest, w.gate.heart.rest = nil, rates{}
		return nil
	}
	if err := b.Validate(); err != nil {
		return err
	}
	own := *b
	own.Measures = maps.Clone(b.Measures)
	w.rest, w.gate.heart.rest = &own, rates{near: own.back(2), usual: own.back(1)}
	return nil
}

// Torso takes the energy in m/s² of the torso over the second that begins at an instant (see motion.Second). Without a
// sensor on the torso it is never called; what is worn on a wrist is never given to it.
func (w *Watch) Torso(at care.Stamp, energy float64) {
	if possibleAt(at) {
		w.gate.see(at, energy)
	}
}

// Numbers takes those of the heart, one a second or so, and explains the index.
func (w *Watch) Numbers(n Numbers) Explanation {
	g := &w.gate
	if possibleAt(n.At) {
		g.step(n.At)
		g.heart.beat(n.At, n.rate(), g.active)
	}
	x := Explanation{
		At: n.At, Index: math.NaN(), State: g.state, Wait: g.wait(), Corrected: n.Corrected, Quality: n.Quality, Recovery: g.heart.last,
	}
	_, x.Torso, _ = g.torso.over(g.now, window)
	_, x.Burst, _ = g.torso.over(g.now, burst)
	w.compare(&x, n)
	w.judge(&x)
	return x
}

// compare makes the index.
func (w *Watch) compare(x *Explanation, n Numbers) {
	rest := Baseline{}
	if w.rest == nil {
		x.Why |= NoRest
	} else {
		rest = *w.rest
		if !rest.Watched {
			x.Why |= RestUnseen
		}
	}
	var why Why
	x.Parts, x.Index = rest.parts(n)
	x.Grade, why = grade(n, x.Parts)
	if w.rest == nil {
		why &^= FewParts
	}
	x.Why |= why
}

// judge says what may be shown.
func (w *Watch) judge(x *Explanation) {
	switch x.State {
	case Unseen:
		x.Why |= TorsoUnseen
	case Light:
		x.Why |= TorsoLight
	case Moving:
		x.Why |= TorsoMoves
	case Recovering:
		x.Why |= TorsoMoved
	case Settling:
		x.Why |= HeartSettles
	}
	x.Shown = !math.IsNaN(x.Index) && x.Grade != Bad && !x.State.Hides()
	x.Marked = x.Shown && x.Why != 0
	x.Raised = x.Shown && !x.Marked && x.Index >= raisedFrom
}
