package hrv

import "math"

// Measure is a number made of a window of intervals.
type Measure uint8

// Measures.
const (
	MeanHR Measure = iota
	RMSSD          // and what else differences are made into: SDSD, SD1, pNN50, pNN20
	SDNN           // and what else grows with the window: SD2, triangular index, Baevsky's index
	HF
	LF
	LFHF
	VLF
)

// Rule says how long a window a measure needs.
type Rule struct {
	Least, Good float64 // seconds: no value before, marked provisional until
	Equal       bool    // grows with the window: only to be compared with windows as long
	Doubtful    bool    // marked as not reliable however long the window is here
}

// Rules are those of the Task Force (1996) and of studies of short windows since (Munoz et al. 2015, Shaffer & Ginsberg
// 2017): ten waves of the slowest that counts for HF, five for LF.
var Rules = [...]Rule{
	MeanHR: {Least: 10, Good: 30},
	RMSSD:  {Least: 30, Good: 60},
	SDNN:   {Least: 60, Good: 300, Equal: true},
	HF:     {Least: 60, Good: 120},
	LF:     {Least: 120, Good: 300},
	LFHF:   {Least: 300, Good: 300},
	VLF:    {Least: 300, Good: 3000, Equal: true, Doubtful: true},
}

// Shares of the beats corrected or left out from which numbers are marked, and over which there are none.
const (
	Warned  = 0.05
	Refused = 0.20
)

// Mark is a set of what to say with a number.
type Mark uint8

// Mark bits.
const (
	TooShort    Mark = 1 << iota // no value: the window is shorter than the measure needs
	TooWrong                     // no value: too many beats corrected
	Provisional                  // shorter than is good
	Corrected                    // more beats corrected than one would like
	EqualOnly                    // compare with windows of this length only
	Unreliable                   // show as not reliable
)

// Valid reports whether there is a value to show.
func (m Mark) Valid() bool { return m&(TooShort|TooWrong) == 0 }

// Judge says what to say with a measure of so many seconds of beats, that share of them corrected. A window of a length
// counts as full when the beats in it cover all but a long interval at each end.
func Judge(m Measure, seconds, share float64) Mark {
	r, marks := Rules[m], Mark(0)
	if !(seconds >= r.Least*full) {
		marks |= TooShort
	}
	if !(seconds >= r.Good*full) {
		marks |= Provisional
	}
	if !(share <= Refused) {
		marks |= TooWrong
	}
	if !(share <= Warned) {
		marks |= Corrected
	}
	if r.Equal {
		marks |= EqualOnly
	}
	if r.Doubtful {
		marks |= Unreliable
	}
	return marks
}

// Length is that of a sliding window, in seconds.
type Length float64

// Lengths there are.
var Lengths = [...]Length{30, 60, 120, 300}

// Reading is what a sliding window holds.
type Reading struct {
	Length Length
	Span   float64 // seconds of beats inside
	Share  float64 // of them corrected or left out
	Time   Time    // MedianNN is NaN: it cannot be had for the same price however long the window is
}

// Mark says what to say with a measure of the reading.
func (r Reading) Mark(m Measure) Mark { return Judge(m, r.Span, r.Share) }

// Value is RMSSD, SDNN or MeanHR of the reading, NaN where the rules have none.
func (r Reading) Value(m Measure) float64 {
	if !r.Mark(m).Valid() {
		return math.NaN()
	}
	switch m {
	case MeanHR:
		return r.Time.HROfNN
	case RMSSD:
		return r.Time.RMSSD
	case SDNN:
		return r.Time.SDNN
	}
	return math.NaN()
}

// Change is a measure of r over that of before; NaN where one of them has none, or where it grows with the window and
// the two are not equally long.
func (r Reading) Change(m Measure, before Reading) float64 {
	if Rules[m].Equal && (r.Length != before.Length || math.Abs(r.Span-before.Span) > (1-full)*float64(r.Length)) {
		return math.NaN()
	}
	return r.Value(m) / before.Value(m)
}
