package demo

import (
	"math"
	"math/rand/v2"
)

// body is a chest that carries the device: it sways, breathes, fidgets and walks.
type body struct {
	random *rand.Rand
	lean   [3]float64 // pitch, roll, heading in degrees: slow posture
	aim    [3]float64 // what posture drifts to
	turned [3]float64 // angles of the sample before, for the rotation
	begun  bool
	fidget float64 // seconds since the last fidget began
	length float64 // of it
	hz     float64
	toward [3]float64 // m/s²
	stride float64    // phase of the steps
}

const (
	gravity  = 9.81
	cadence  = 1.8 // steps a second
	fieldDip = -43 // µT: the earth's field in central Europe points into the ground
	field    = 20  // µT, its horizontal part
)

func newBody(random *rand.Rand) *body { return &body{random: random, fidget: 1e9, length: 1} }

// sample lets dt seconds pass and returns acceleration (m/s²), rotation (°/s) and magnetic field (µT).
func (b *body) sample(dt, breath float64, c condition) [movementChannels]float64 {
	b.sway(dt, c)
	push, twist := b.restless(dt, c)
	b.stride += 2 * math.Pi * cadence * dt
	push[1] += c.walk * (2.4*math.Sin(b.stride) + 0.8*math.Sin(2*b.stride+0.6))
	push[0] += c.walk * 0.9 * math.Sin(b.stride/2)
	push[2] += c.walk * 1.1 * math.Sin(b.stride+1.1)

	angle := b.lean
	angle[0] += 0.7*math.Sin(breath) + twist
	angle[1] += 1.5*c.walk*math.Sin(b.stride/2) + 0.4*twist
	angle[2] += 3 * c.walk * math.Sin(b.stride/2)
	var out [movementChannels]float64
	sinP, cosP := math.Sincos(angle[0] * math.Pi / 180)
	sinR, cosR := math.Sincos(angle[1] * math.Pi / 180)
	sinH, cosH := math.Sincos(angle[2] * math.Pi / 180)
	up := [3]float64{sinR * cosP, cosR * cosP, sinP}
	for i := range 3 {
		out[i] = gravity*up[i] + push[i] + 0.02*b.random.NormFloat64()
		if b.begun {
			out[3+i] = (angle[i]-b.turned[i])/dt + 0.1*b.random.NormFloat64()
		}
	}
	out[6] = field*sinH*cosR - fieldDip*sinR + 0.1*b.random.NormFloat64()
	out[7] = fieldDip*cosR*cosP + field*cosH*sinP + 0.1*b.random.NormFloat64()
	out[8] = field*cosH*cosP - fieldDip*sinP + 0.1*b.random.NormFloat64()
	b.turned, b.begun = angle, true
	return out
}

// sway moves posture slowly about upright.
func (b *body) sway(dt float64, c condition) {
	for i := range b.lean {
		if b.random.Float64() < dt/12 { // a new posture every twelve seconds or so
			b.aim[i] = c.swayPerMinute * b.random.NormFloat64()
		}
		b.lean[i] += (b.aim[i] - b.lean[i]) * dt / 2.5
	}
}

// restless is the push (m/s²) and twist (°) of a fidget that is going on.
func (b *body) restless(dt float64, c condition) (push [3]float64, twist float64) {
	if b.fidget += dt; b.fidget > b.length && b.random.Float64() < c.fidget*dt {
		b.fidget, b.length, b.hz = 0, 0.5+b.random.Float64(), 2+3*b.random.Float64()
		for i := range b.toward {
			b.toward[i] = c.jolt * b.random.NormFloat64()
		}
	}
	if b.fidget > b.length {
		return push, 0
	}
	swing := math.Sin(math.Pi*b.fidget/b.length) * math.Sin(2*math.Pi*b.hz*b.fidget)
	for i := range push {
		push[i] = b.toward[i] * swing
	}
	return push, 3 * swing
}
