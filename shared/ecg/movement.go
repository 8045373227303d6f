package ecg

// Movement of the torso, RMS of the dynamic acceleration over a second, m/s².
const (
	movingFrom = 1.5 // the body moves: more is asked of a beat from here on, and none is looked for once passed over
	strongFrom = 4   // strongly: a beat is usable only when it would be good at rest
	mostAsked  = Good / (1 - Good)
)

// body is what the movement of the torso asks of a beat.
type body struct {
	bar    float64 // odds that make a beat usable, over those at rest: 1 to 4
	moving bool
}

var still = body{bar: 1}

// Move tells how much the torso moves: the RMS of its dynamic acceleration over the last second, m/s², NaN when unknown.
// Tell it once a second; it holds until told otherwise. Below 1.5 m/s² it changes nothing at all.
func (d *Detector) Move(energy float64) {
	d.quality.body = still
	if energy > movingFrom {
		part := min(1, (energy-movingFrom)/(strongFrom-movingFrom))
		d.quality.body = body{bar: 1 + part*(mostAsked-1), moving: true}
	}
}
