package stress

import (
	"time"

	"hearth/shared/care"
)

// Why is a set of reasons for what is shown, marked or hidden.
type Why uint16

// The reasons, those that hide the index first.
const (
	NoRest           Why = 1 << iota // there is no baseline
	NoHeart                          // no mean interval over the last minute
	PoorSignal                       // the signal is bad
	TooManyCorrected                 // more than 20 % of the beats
	TorsoMoves                       // Torso or Burst is over its bound
	TorsoMoved                       // Wait says how long still
	TorsoUnseen                      // no sensor on the torso, or nothing from it
	TorsoLight                       // Torso is over its bound
	HeartSettles                     // it may still tell of an activity
	FewParts                         // a quantity is missing
	ManyCorrected                    // more than 5 % of the beats
	RestUnseen                       // nobody watched the torso when the baseline was made
)

// Reasons lists them in that order.
func (w Why) Reasons() (list []Why) {
	for bit := NoRest; bit <= RestUnseen; bit <<= 1 {
		if w&bit != 0 {
			list = append(list, bit)
		}
	}
	return list
}

// Code is the word of a single reason in catalogues.
func (w Why) Code() string {
	codes := [...]string{"no-rest", "no-heart", "poor-signal", "too-many-corrected", "torso-moves", "torso-moved", "torso-unseen",
		"torso-light", "heart-settles", "few-parts", "many-corrected", "rest-unseen"}
	for i, c := range codes {
		if w == 1<<i {
			return c
		}
	}
	return ""
}

// Explanation is the index at an instant with all that made it, so that a page can say in any language why it shows what
// it shows.
type Explanation struct {
	At        care.Stamp
	Index     float64 // steps away from rest, −5 to 5, the sum of what Parts give; NaN when it cannot be told. Never show it when not Shown
	Shown     bool
	Marked    bool // shown, but with doubt: Why says which
	Raised    bool // shown without doubt, and two steps or more above rest
	Grade     Grade
	State     State
	Why       Why
	Parts     [quantities]Part
	Torso     float64       // m/s², RMS over the last minute; NaN unseen
	Burst     float64       // m/s², RMS over the last ten seconds; NaN unseen
	Wait      time.Duration // until the index can be shown again, if the torso is quiet from now on
	Corrected float64       // share of beats, 0 to 1
	Quality   float64       // of the signal, 0 to 1
	Recovery  Recovery
}

// raisedFrom is how many steps above rest are more than a heart at rest does.
const raisedFrom = 2
