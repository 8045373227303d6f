package stress

import "math"

// Part is what one quantity gives to the index.
type Part struct {
	Quantity Quantity
	Value    float64 // in the quantity's own unit; NaN where there is none
	Median   float64 // at rest
	Scale    float64 // what counts as one step away from it
	Z        float64 // steps away from rest, upwards as a heart under strain goes, −5 to 5
	Weight   float64 // share in the index, those of all parts that have a value add up to 1
	Gives    float64 // Z × Weight: these add up to the index
}

// Grade is how far the numbers can be relied on.
type Grade uint8

// The grades.
const (
	Bad  Grade = iota // no index
	Fair              // with a mark
	Good
)

// parts compares numbers with rest. The index is the sum of what they give, −5 to 5; it is NaN without a mean interval.
func (b Baseline) parts(n Numbers) (parts [quantities]Part, index float64) {
	whole := 0.0
	for i, q := range Quantities() {
		p := Part{Quantity: q, Value: n.value(q), Median: math.NaN(), Scale: math.NaN(), Z: math.NaN()}
		if s, known := b.Measures[q]; known {
			p.Median, p.Scale = s.Median, b.scale(q)
			p.Z = max(-mostZ, min(mostZ, traits[q].sign*(p.Value-p.Median)/p.Scale))
		}
		if !math.IsNaN(p.Z) {
			p.Weight = traits[q].weight
			whole += p.Weight
		}
		parts[i] = p
	}
	if math.IsNaN(parts[0].Z) {
		return parts, math.NaN()
	}
	for i := range parts {
		if p := &parts[i]; p.Weight > 0 {
			p.Weight /= whole
			p.Gives = p.Z * p.Weight
			index += p.Gives
		}
	}
	return parts, max(-mostZ, min(mostZ, index))
}

// grade says how far numbers can be relied on, and why not further.
func grade(n Numbers, parts [quantities]Part) (Grade, Why) {
	var why Why
	g := Good
	for _, p := range parts {
		if math.IsNaN(p.Z) {
			g, why = Fair, why|FewParts
		}
	}
	if n.Corrected > fewFixed {
		g, why = Fair, why|ManyCorrected
	}
	switch {
	case math.IsNaN(parts[0].Value):
		return Bad, why | NoHeart
	case !(n.Quality >= poor):
		return Bad, why | PoorSignal
	case !(n.Corrected <= mostFixed):
		return Bad, why&^ManyCorrected | TooManyCorrected
	}
	return g, why
}
