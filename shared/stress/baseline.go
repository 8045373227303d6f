package stress

import (
	"encoding/json"
	"errors"
	"fmt"

	"hearth/shared/care"
)

// Version is that of baselines as they are kept. One that is newer is refused.
const Version = 1

// Spread is what one quantity did at rest.
type Spread struct {
	Median float64 `json:"median"`
	MAD    float64 `json:"mad"` // median absolute deviation, not scaled
	Count  int     `json:"count"`
}

// Baseline is a person's resting state, as a house may keep it. It is made by Rest.
type Baseline struct {
	Version   int                 `json:"version"`
	From      care.Stamp          `json:"from"`
	To        care.Stamp          `json:"to"`
	Measures  map[Quantity]Spread `json:"measures"` // MeanNN always, others where there were values
	Corrected float64             `json:"corrected"`
	Watched   bool                `json:"watched"` // a sensor on the torso saw that it was quiet
	Torso     float64             `json:"torso"`   // m/s², RMS; 0 when not watched
}

// ErrVersion is for a baseline of a later Hearth.
var ErrVersion = errors.New("stress: baseline of another version")

// ParseBaseline reads what json.Marshal wrote of a baseline. It refuses other versions with ErrVersion and values no
// heart has.
func ParseBaseline(text []byte) (Baseline, error) {
	var b Baseline
	if err := json.Unmarshal(text, &b); err != nil {
		return Baseline{}, fmt.Errorf("read a baseline: %w", err)
	}
	if err := b.Validate(); err != nil {
		return Baseline{}, err
	}
	return b, nil
}

// possible are the medians a heart can have.
var possible = map[Quantity][2]float64{MeanNN: {250, 2500}, SqrtSI: {0, 1000}, SDNN: {0, 1000}, LnRMSSD: {-5, 7}}

// Validate refuses baselines of other versions and those that no Rest makes.
func (b Baseline) Validate() error {
	if b.Version != Version {
		return fmt.Errorf("%w: %d", ErrVersion, b.Version)
	}
	if !possibleAt(b.From) || !possibleAt(b.To) || b.To <= b.From {
		return errors.New("stress: baseline without a time")
	}
	if _, ok := b.Measures[MeanNN]; !ok {
		return errors.New("stress: baseline without a heart rate")
	}
	for q, s := range b.Measures {
		bound, known := possible[q]
		if !known || !(s.Median > bound[0] && s.Median < bound[1]) || !(s.MAD >= 0 && s.MAD < 1000) || s.Count < 1 {
			return fmt.Errorf("stress: baseline with an impossible %q", q)
		}
	}
	if !(b.Corrected >= 0 && b.Corrected <= 1 && b.Torso >= 0 && b.Torso < 1000) {
		return errors.New("stress: baseline with an impossible share")
	}
	return nil
}

// scale is what a quantity's deviation is measured in.
func (b Baseline) scale(q Quantity) float64 {
	s, t := b.Measures[q], traits[q]
	floor := t.floor
	if t.share {
		floor *= s.Median
	}
	return max(consistency*s.MAD, floor)
}

// back is the heart rate in 1/min that is so many spreads over rest.
func (b Baseline) back(spreads float64) float64 {
	return 60000 / max(b.Measures[MeanNN].Median-spreads*b.scale(MeanNN), 1)
}
