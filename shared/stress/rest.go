package stress

import (
	"fmt"
	"math"
	"slices"
	"time"

	"hearth/shared/care"
)

// Refusal says why a measurement is not taken.
type Refusal uint8

// The refusals.
const (
	TooShort Refusal = iota + 1 // not three minutes yet; Has and Needs are seconds
	Moved                       // the torso was not quiet; Has and Needs are m/s²
	NotSeen                     // the torso's sensor was away for too much of it; shares
	TooFew                      // too few numbers came; shares
	TooPoor                     // the signal was bad for too much of it; shares
	TooFixed                    // too many beats were corrected; shares
)

// Code is the word of a refusal in catalogues.
func (r Refusal) Code() string {
	return [...]string{"", "too-short", "moved", "not-seen", "too-few", "too-poor", "too-fixed"}[min(r, TooFixed)]
}

// Refused is the error of a measurement that is not taken: what was there, and what it takes.
type Refused struct {
	Why        Refusal
	Has, Needs float64
}

// Error is for the log.
func (r *Refused) Error() string {
	return fmt.Sprintf("stress: measurement refused, %s: %.3g of %.3g", r.Why.Code(), r.Has, r.Needs)
}

const (
	shortestRest = 3 * time.Minute
	longestRest  = 5 * time.Minute
	restStep     = 5 * time.Second
	restStill    = 0.3 // m/s², a torso that sits, breathes and talks
	interrupted  = time.Minute
	mostWindows  = int((longestRest-window)/restStep) + 1
	enough       = 0.75 // share of the windows there could be
)

// Rest collects a resting measurement: at least three minutes of sitting quietly; of more the last five. Torso and Numbers
// may come in any order, each in its own order of time. The zero value is ready.
type Rest struct {
	from, to care.Stamp
	torso    seconds
	watched  bool
	list     []Numbers // a window each
}

// Torso takes the energy in m/s² of the torso over the second that begins at an instant. It is never called without a
// sensor there: then the baseline says that nobody watched.
func (r *Rest) Torso(at care.Stamp, energy float64) {
	if math.IsNaN(energy) || !possibleAt(at) {
		return
	}
	r.reach(at)
	r.torso.put(at, energy)
	r.watched = true
}

// Numbers takes those of the heart; one at least every five seconds.
func (r *Rest) Numbers(n Numbers) {
	if !possibleAt(n.At) {
		return
	}
	r.reach(n.At)
	if k := len(r.list); k > 0 && n.At.Sub(r.list[k-1].At) < restStep {
		return
	}
	if len(r.list) == mostWindows {
		r.list = slices.Delete(r.list, 0, 1)
	}
	r.list = append(r.list, n)
}

// reach moves the end of the measurement; after a minute of nothing, or on another clock, it begins anew.
func (r *Rest) reach(at care.Stamp) {
	if away := at.Sub(r.to); r.from == 0 || away.Abs() > interrupted {
		*r = Rest{from: at}
	}
	r.to = max(r.to, at)
}

// Lasted is how long the measurement has been going.
func (r *Rest) Lasted() time.Duration { return r.to.Sub(r.from) }

// Baseline makes the resting state, or refuses with a *Refused.
func (r *Rest) Baseline() (Baseline, error) {
	if r.Lasted() < shortestRest {
		return Baseline{}, &Refused{TooShort, r.Lasted().Seconds(), shortestRest.Seconds()}
	}
	from := max(r.from, r.to.Add(-longestRest))
	good, err := r.good(from)
	if err != nil {
		return Baseline{}, err
	}
	b := Baseline{Version: Version, From: from, To: r.to, Measures: map[Quantity]Spread{}, Watched: r.watched}
	if r.watched {
		_, b.Torso, _ = r.torso.over(r.to, r.to.Sub(from))
	}
	for _, n := range good {
		b.Corrected += n.Corrected / float64(len(good))
	}
	if b.Corrected > fewFixed {
		return Baseline{}, &Refused{TooFixed, b.Corrected, fewFixed}
	}
	for _, q := range Quantities() {
		if s, ok := spread(good, q); ok {
			b.Measures[q] = s
		}
	}
	if err := b.Validate(); err != nil { // a heart no heart has
		return Baseline{}, &Refused{TooPoor, 0, enough}
	}
	return b, nil
}

// good are the windows that tell of quiet sitting; an error where they are too few of those there could be.
func (r *Rest) good(from care.Stamp) (good []Numbers, err error) {
	could := math.Floor(float64(r.to.Sub(from)-window)/float64(restStep)) + 1
	var all, seen, still, clear float64
	loudest := 0.0
	for _, n := range r.list {
		if n.At.Sub(from) < window { // tells of the time before, too
			continue
		}
		all++
		_, rms, known := r.torso.over(n.At, window)
		if r.watched && known < int(window/time.Second)/2 {
			continue
		}
		seen++
		if r.watched && !(rms < restStill) {
			loudest = max(loudest, rms)
			continue
		}
		still++
		if !(n.Quality >= poor) || !(n.Corrected <= mostFixed) || math.IsNaN(n.value(MeanNN)) {
			continue
		}
		clear++
		good = append(good, n)
	}
	switch {
	case all < enough*could:
		return nil, &Refused{TooFew, all / could, enough}
	case seen < enough*all:
		return nil, &Refused{NotSeen, seen / all, enough}
	case still < enough*seen:
		return nil, &Refused{Moved, loudest, restStill}
	case clear < enough*still:
		return nil, &Refused{TooPoor, clear / still, enough}
	}
	return good, nil
}

// spread is median and MAD of a quantity; ok is false when fewer than three quarters of the windows have it.
func spread(list []Numbers, q Quantity) (s Spread, ok bool) {
	var v []float64
	for _, n := range list {
		if x := n.value(q); !math.IsNaN(x) {
			v = append(v, x)
		}
	}
	if float64(len(v)) < enough*float64(len(list)) || len(v) == 0 {
		return Spread{}, false
	}
	s = Spread{Median: median(v), Count: len(v)}
	for i := range v {
		v[i] = math.Abs(v[i] - s.Median)
	}
	s.MAD = median(v)
	return s, true
}

// median sorts v.
func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
