package chart

import "hearth/wasm/canvas"

// Kind says what a small picture shows.
type Kind uint8

// The small pictures.
const (
	MiniECG      Kind = iota // the heart's signal with its beats, 4 s
	MiniMovement             // three directions, each on its own base line, 6 s
	MiniBeats                // heartbeats of a device without a curve, and how the time between them varies, 30 s
)

// NewMini makes the small live picture of a sensor's tile: a strip without axes and words. Feed and draw it like any
// other strip.
func NewMini(k Kind, o StripOptions) *Strip {
	var lanes []lane
	switch k {
	case MiniMovement:
		lanes = []lane{moveLane(canvas.Series1, canvas.Solid), moveLane(canvas.Series2, canvas.Dashes), moveLane(canvas.Series3, canvas.Solid)}
		for i := range lanes {
			lanes[i].share = 1.0 / 3
		}
	case MiniBeats:
		lanes = []lane{beatLane()}
		o.Window = beatWindow
	default:
		lanes = []lane{ecgLane(o.FastCut)}
		if o.Window == 0 {
			o.Window = miniWindow
		}
	}
	s := newStrip(o, lanes)
	s.place.bare = true
	if k == MiniBeats {
		s.head.least = beatLag
	}
	return s
}

const miniWindow = defaultWindow * 2 / 3
