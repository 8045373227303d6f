package ecg

import "hearth/shared/fault"

// Detector finds R peaks sample by sample.
type Detector struct{ rate float64 }

// NewDetector makes a detector for a signal of rate samples per second, 100 to 1000.
func NewDetector(rate float64) (*Detector, error) {
	if !(rate >= 100 && rate <= 1000) {
		return nil, fault.New(fault.Invalid, "ecg.rate", nil)
	}
	return &Detector{rate: rate}, nil
}

// Feed takes the next sample and appends the beats it settles to out.
func (d *Detector) Feed(v float64, out []Beat) []Beat { return out }

// Gap says that samples are missing here.
func (d *Detector) Gap() {}

// Quality is that of the last second, 0 to 1.
func (d *Detector) Quality() float64 { return 0 }

// Contact is false when the signal has been flat for over a second.
func (d *Detector) Contact() bool { return true }
