package hrv

import "math"

// Series turns beats into variability over sliding windows.
type Series struct{ last Beat }

// NewSeries starts with no beat.
func NewSeries() *Series { return &Series{} }

// Add takes the next beat; beats come in order of time.
func (s *Series) Add(b Beat) Verdict { return Verdict{} }

// Now gives the values at time at, in seconds on the axis of the beats; at is not before the last beat.
func (s *Series) Now(at float64) Values {
	n := math.NaN()
	return Values{HR: n, MeanHR: n, RMSSD: n, SDNN: n, LF: n, HF: n, VLF: n, Why: Filling}
}
