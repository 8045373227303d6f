package stress

import (
	"math"
	"time"

	"hearth/shared/care"
)

// Walk is how a person's heart goes with the torso's movement, from two minutes of walking on the spot.
type Walk struct {
	Slope float64 `json:"slope"` // ms of the mean interval per m/s² of the torso, under 0
	Count int     `json:"count"` // windows it was made from
}

const (
	shortestWalk = 2 * time.Minute
	lag          = 30 * time.Second // a heart follows movement about that much later
	steepest     = 1000             // ms per m/s²
)

// Trial collects a walk on the spot. The zero value is ready.
type Trial struct {
	from, to care.Stamp
	torso    seconds
	list     []Numbers
	paces    []float64 // m/s², mean of the torso for each of list
}

// Torso takes the energy in m/s² of the torso over the second that begins at an instant.
func (t *Trial) Torso(at care.Stamp, energy float64) {
	if possibleAt(at) {
		t.reach(at)
		t.torso.put(at, energy)
	}
}

// Numbers takes those of the heart. Only windows wholly inside the walk, with what the torso did before them, count.
func (t *Trial) Numbers(n Numbers) {
	if !possibleAt(n.At) {
		return
	}
	t.reach(n.At)
	pace, ok := paceOf(&t.torso, n.At)
	if !ok || n.At.Sub(t.from) < window+lag || len(t.list) == mostWindows {
		return
	}
	if k := len(t.list); k > 0 && n.At.Sub(t.list[k-1].At) < restStep || math.IsNaN(n.value(MeanNN)) || !(n.Quality >= poor) || !(n.Corrected <= fewFixed) {
		return
	}
	t.list, t.paces = append(t.list, n), append(t.paces, pace)
}

func (t *Trial) reach(at care.Stamp) {
	if t.from == 0 || at.Sub(t.to).Abs() > interrupted {
		*t = Trial{from: at}
	}
	t.to = max(t.to, at)
}

// paceOf is what the torso did for the numbers of a window: its mean over a minute, half a minute earlier. ok is false
// where less than half of that was seen.
func paceOf(l *seconds, at care.Stamp) (pace float64, ok bool) {
	mean, _, seen := l.over(at.Add(-lag), window)
	return mean, 2*seen >= int(window/time.Second)
}

// Walk fits the line from rest through the walk, or refuses with a *Refused.
func (t *Trial) Walk(rest Baseline) (Walk, error) {
	s, ok := rest.Measures[MeanNN]
	if !ok {
		return Walk{}, &Refused{Why: NoBaseline}
	}
	if lasted := t.to.Sub(t.from); lasted < shortestWalk {
		return Walk{}, &Refused{TooShort, lasted.Seconds(), shortestWalk.Seconds()}
	}
	could := float64(int((shortestWalk-window-lag)/restStep) + 1)
	if float64(len(t.list)) < enough*could {
		return Walk{}, &Refused{TooFew, float64(len(t.list)) / could, enough}
	}
	var sum, xy, xx float64
	for i, n := range t.list {
		x := t.paces[i]
		sum, xy, xx = sum+x, xy+x*(n.MeanNN-s.Median), xx+x*x
	}
	if pace := sum / float64(len(t.list)); pace < quietBelow {
		return Walk{}, &Refused{TooStill, pace, quietBelow}
	}
	w := Walk{Slope: xy / xx, Count: len(t.list)}
	if !(w.Slope < 0 && w.Slope > -steepest) {
		return Walk{}, &Refused{NoAnswer, w.Slope, 0}
	}
	return w, nil
}

// ease takes off a mean interval what the movement has made it shorter by, never beyond rest; it returns the interval
// and the ms that were added.
func (w Walk) ease(meanNN, rest, pace float64) (eased, by float64) {
	if !(meanNN < rest) || !(pace > 0) {
		return meanNN, 0
	}
	eased = min(meanNN-w.Slope*pace, rest)
	return eased, eased - meanNN
}
