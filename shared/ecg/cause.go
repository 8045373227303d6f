package ecg

import "strings"

// Cause says what keeps a signal from being good. The bits are in the order of telemetry's flaws.
type Cause uint8

// The causes. Several may hold at once; a beat or a second of quality Good and more has none.
const (
	Flat         Cause = 1 << iota // the signal stood still: no electrode touches, or nothing comes
	Rail                           // it stood at the end of its range, or the tops are cut off
	Noise                          // muscles, mains: much lies between the beats, or beyond 40 Hz
	Baseline                       // it wanders: a loose electrode, a deep breath
	Disagreement                   // the second detector, or the shape known so far, says otherwise, and nothing above tells why
	Movement                       // the body moves, so that more is asked of a beat
)

// Steps of quality.
const (
	Good   = 0.8 // nothing to wish for
	Usable = 0.5 // below, a beat is shown and kept out of heart rate variability
)

// Has reports whether all of some causes hold.
func (c Cause) Has(some Cause) bool { return c&some == some }

// String names the causes, as "noise+baseline"; "" for none.
func (c Cause) String() string {
	var names []string
	for i, name := range [...]string{"flat", "rail", "noise", "baseline", "disagreement", "movement"} {
		if c.Has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "+")
}

// Grade is how good a signal is.
type Grade struct {
	Quality float64 // 0 to 1
	Why     Cause   // what keeps it below Good; 0 also while too little was heard to say
}
