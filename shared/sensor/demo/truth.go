package demo

import (
	"math"
	"slices"
)

// Truth is what a made-up heart truly did. Instants are seconds on the device's clock since the source began.
type Truth struct {
	Now   float64 // up to when
	Beats []Beat  // the last hour's, oldest first
}

// HeartRate is 60 over the median of the last five intervals at an instant, in 1/min: the number that moves. NaN with
// fewer beats.
func (t Truth) HeartRate(at float64) float64 {
	rr := t.intervals(math.Inf(-1), at)
	if len(rr) < 5 {
		return math.NaN()
	}
	last := slices.Clone(rr[len(rr)-5:])
	slices.Sort(last)
	return 60 / last[2]
}

// MeanHeartRate is 60 over the mean interval of the window seconds before an instant, in 1/min.
func (t Truth) MeanHeartRate(at, window float64) float64 {
	rr := t.intervals(at-window, at)
	sum := 0.0
	for _, x := range rr {
		sum += x
	}
	return 60 * float64(len(rr)) / sum
}

// RMSSD is that of the window seconds before an instant, in ms.
func (t Truth) RMSSD(at, window float64) float64 {
	rr := t.intervals(at-window, at)
	sum := 0.0
	for i := 1; i < len(rr); i++ {
		sum += (rr[i] - rr[i-1]) * (rr[i] - rr[i-1])
	}
	return 1000 * math.Sqrt(sum/float64(len(rr)-1))
}

// intervals are those whose both beats lie after from and up to to.
func (t Truth) intervals(from, to float64) []float64 {
	var rr []float64
	for _, b := range t.Beats {
		if b.RR > 0 && b.At-b.RR >= from && b.At <= to {
			rr = append(rr, b.RR)
		}
	}
	return rr
}
