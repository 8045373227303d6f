package sitting

import (
	"errors"
	"math"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
)

// What a baseline holds for stress goes under names of its own: its numbers are of windows of a minute of a person who sat
// still, the others of every second.
const (
	stillPrefix = "stress-"
	stillTorso  = stillPrefix + "torso" // m/s²; there when somebody watched
)

// normal makes a median absolute deviation a standard deviation (Rousseeuw & Croux 1993).
const normal = 1.4826

// Torso takes in a second of movement as a sensor worn on the torso tells it. Without one it is never called.
func (r *Rest) Torso(t telemetry.Trend) {
	if t.At > 0 {
		r.still.Torso(t.At-second, float64(t.Energy))
	}
}

// StillFor is how long the measurement has been going, as stress counts it: it needs StillNeeds.
func (r *Rest) StillFor() time.Duration { return r.still.Lasted() }

// StillNeeds is how long a measurement has to be for how far a heart is from rest to be told.
const StillNeeds = 3 * time.Minute

// Refused says why what was collected so far is not enough to tell how far a heart is from rest; nil when it is.
func (r *Rest) Refused() *stress.Refused {
	_, err := r.still.Baseline()
	var refused *stress.Refused
	if errors.As(err, &refused) {
		return refused
	}
	return nil
}

// keepStill writes what stress found into a baseline, where it does not refuse.
func (r *Rest) keepStill(into map[string]care.Measure) {
	b, err := r.still.Baseline()
	if err != nil {
		return
	}
	for q, s := range b.Measures {
		into[stillPrefix+string(q)] = care.Measure{Median: s.Median, Spread: normal * s.MAD, Count: s.Count}
	}
	if b.Watched {
		into[stillTorso] = care.Measure{Median: b.Torso, Count: 1}
	}
}

// Still is a baseline as stress compares with it; nil where it holds none.
func Still(b *api.Baseline) *stress.Baseline {
	if b == nil {
		return nil
	}
	s := &stress.Baseline{Version: stress.Version, From: b.Start, To: b.End, Measures: map[stress.Quantity]stress.Spread{}}
	for _, q := range stress.Quantities() {
		if m, there := b.Measures[stillPrefix+string(q)]; there {
			s.Measures[q] = stress.Spread{Median: m.Median, MAD: m.Spread / normal, Count: m.Count}
		}
	}
	if m, there := b.Measures[stillTorso]; there {
		s.Watched, s.Torso = true, math.Max(0, m.Median)
	}
	if s.Validate() != nil {
		return nil
	}
	return s
}
