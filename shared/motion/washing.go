package motion

import "time"

const (
	washLeast = 1.0 // m/s² between 1 and 4 Hz: hands that go two centimetres to and fro, 1.3 times a second
	washShare = 0.5 // of the wrist's whole power, so that gestures, reaching and shaking are left out
	washFrom  = 5   // seconds seen, and longer
)

// washing counts the seconds both wrists have moved in a rhythm of 1 to 4 Hz with the torso quiet.
type washing struct {
	seconds, blind int
}

func (w *washing) take(m *Moment, blind bool) time.Duration {
	left, right := m.Sensors[Left], m.Sensors[Right]
	switch {
	case rubs(left) && rubs(right) && m.Band == Quiet:
		w.seconds++
		w.blind = 0
	case blind:
		if w.blind++; w.blind >= mostBlind {
			w.seconds = 0
		}
	default:
		*w = washing{}
	}
	if w.seconds <= washFrom {
		return 0
	}
	return time.Duration(w.seconds) * time.Second
}

func rubs(s Second) bool {
	return s.Rhythm >= washLeast && s.Rhythm*s.Rhythm >= washShare*s.Energy*s.Energy
}
