// Package motion says how a body moves: how strongly, with the hands or as a whole, in what rhythm. It reads any sensor of
// acceleration at 10 to 250 samples a second, worn at any angle, and lays several of them on one clock. It never needs to
// know how a sensor is turned, never fills a gap, and never says what a movement means for a person.
//
// All of it is in SI units, in m/s² and rad/s. Nothing here reads a clock or starts a goroutine, time comes with the
// samples, and nothing is allocated after the start. Track and Body belong to one goroutine.
package motion

import (
	"math"

	"hearth/shared/care"
)

// Gravity is standard gravity in m/s² (CGPM 1901).
const Gravity = 9.80665

// Degree is one degree in radians: gyroscopes like to speak of degrees a second.
const Degree = math.Pi / 180

// Vector is three axes of one sensor.
type Vector [3]float64

// NoVector is the vector of a sensor that has no value.
func NoVector() Vector { return Vector{math.NaN(), math.NaN(), math.NaN()} }

func (v Vector) square() float64 { return v[0]*v[0] + v[1]*v[1] + v[2]*v[2] }

func (v Vector) length() float64 { return math.Sqrt(v.square()) }

// Sample is one instant of a sensor. NaN in any axis is no value.
type Sample struct {
	Acc  Vector // m/s², with gravity
	Turn Vector // rad/s; NoVector without a gyroscope
}

// Block is a run of equally spaced samples of one sensor, as packets bring them. Where a block does not begin about one
// period after the end of the one before, samples are missing.
type Block struct {
	Start   care.Stamp // session time of the first sample
	Period  float64    // measured nanoseconds from one sample to the next
	Samples []Sample
}

// Second is what one sensor saw in one whole second of the session clock. NaN is no value: energies need half a second
// of samples.
type Second struct {
	At      care.Stamp // its beginning
	Energy  float64    // m/s², RMS of the acceleration that is left without gravity
	ENMO    float64    // m/s², mean of what |a| exceeds 1 g by, 0 where it does not (van Hees 2013)
	Turn    float64    // rad/s, RMS
	Rhythm  float64    // m/s², RMS of the movement between 1 and 4 Hz
	Steps   float64    // 1/min, cadence of the last five seconds; NaN without one
	Peak    float64    // m/s², largest |a|
	Flight  float64    // s, longest fall that ended in this second: |a| under half of gravity
	Valid   float64    // share of the second there are values of, 0 to 1
	Clipped float64    // share of it in which an axis was at its end: then energies are lower bounds
}

const (
	tickTime    = 20_000 // µs, the one clock all sensors are laid on: 50 Hz
	tickSeconds = 1e-6 * tickTime
	perSecond   = 50
	enough      = perSecond / 2 // ticks a second's numbers need
)
