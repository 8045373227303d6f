package demo

import (
	"math"
	"math/rand/v2"
)

// skin lies between heart and electrodes, and is where most signals go wrong.
type skin struct {
	random *rand.Rand
	swing  float64 // mV, slow part of shifted electrodes
	pace   float64
	spike  float64 // mV, fading
	off    float64 // seconds an electrode has been off
}

const (
	rail = 16.3 // mV: where the amplifier ends
	dt   = 1.0 / ECGRate

	spikeEvery = 2 // s, on average
)

// through is what the device measures of mv at device time t; ok is false where it has no value.
func (s *skin) through(mv, t float64, plan []Disturbance) (seen float64, ok bool) {
	shifting, off := false, false
	for _, d := range plan {
		if !d.on(t) {
			continue
		}
		since := t - d.At.Seconds()
		switch d.Trouble {
		case Motion:
			shifting = true
			mv += s.swing + 0.12*s.random.NormFloat64()
		case Wander:
			mv += 0.6*math.Sin(2*math.Pi*0.17*since) + 0.3*math.Sin(2*math.Pi*0.41*since)
		case Muscle:
			mv += 0.12 * s.random.NormFloat64()
		case Spike:
			if s.spike *= math.Exp(-dt / 0.015); s.random.Float64() < dt/spikeEvery {
				s.spike = 8
			}
			mv += s.spike
		case Hum:
			mv += 0.2*math.Sin(2*math.Pi*50*t) + 0.05*math.Sin(2*math.Pi*100*t)
		case LeadOff:
			off = true
		}
	}
	s.shift(shifting)
	if !off {
		s.off = 0
		return mv, true
	}
	s.off += dt
	return rail, s.off > 0.1
}

// shift lets the slow part of shifted electrodes wander, about 0.7 mV wide with most power at 1 to 5 Hz.
func (s *skin) shift(on bool) {
	drive := 0.0
	if on {
		drive = 120 * s.random.NormFloat64()
	}
	s.pace += (drive - 12*s.pace - 180*s.swing) * dt
	s.swing += s.pace * dt
}
