// Package sound plays the few tones of the house: an alarm, a soft notice. It never plays music and never speaks.
package sound

// Tone is a sound with a meaning.
type Tone string

// The tones.
const (
	Alarm  Tone = "alarm"  // two rising notes, for a limit that was passed
	Notice Tone = "notice" // one soft note
)

// Player plays tones. Browsers keep silent until somebody has touched the page; Ready tells whether a tone would be
// heard, Unlock is called from a gesture.
type Player interface {
	Ready() bool
	Unlock()
	Play(Tone)
}

// None is silence.
type None struct{}

func (None) Ready() bool { return false }
func (None) Unlock()     {}
func (None) Play(Tone)   {}
