package ecg

import "math"

const (
	plateauMS = 12   // so long at one value, entered in a hurry at an end of the range: a top is cut off
	hurry     = 2    // times the usual step
	stillMS   = 1000 // after the signal stood still, so long nothing is believed
)

// ends watches a signal stand still, and whether it does so at an end of its range. The range is not known: its ends
// are the extremes of the last seconds, and a top is cut off when it is reached in a hurry and kept.
type ends struct {
	least   int // samples at one value that are a plateau
	flat    int // and so many are no heart
	at      int64
	last    float64
	entered float64 // the step into the value it stands at, or the one before: the last is cut short with the top
	step    float64 // the newest step
	still   int     // samples at that value
	extreme bool    // it is one
	cut     bool    // and was entered in a hurry

	flatAt  int64 // newest sample at which it had stood still too long
	flatEnd bool  // at an end of the range
	cutAt   int64 // newest sample of a top cut off
	cutSize int   // how many samples that is long
}

const never = math.MinInt64 / 2

func newEnds(rate float64) ends {
	return ends{
		least: max(3, int(math.Ceil(plateauMS*rate/1000))), flat: int(flatMS * rate / 1000),
		at: -1, flatAt: never, cutAt: never,
	}
}

// feed takes a sample and its step from the last one, and asks to be judged when a plateau begins.
func (e *ends) feed(v, step float64) bool {
	e.at++
	if v != e.last || e.at == 0 {
		e.last, e.entered, e.step, e.still = v, max(step, e.step), step, 1
		return false
	}
	if e.still++; e.still < e.least {
		return false
	}
	if e.still > e.flat {
		e.flatAt, e.flatEnd = e.at, e.extreme
	}
	if e.cut && e.still > e.least {
		e.cutAt, e.cutSize = e.at, e.still
	}
	return e.still == e.least
}

// judge says what the plateau is that has just begun.
func (e *ends) judge(s *survey) {
	low, high, step := s.extremes()
	e.extreme = low < high && (e.last <= low || e.last >= high)
	e.cut = e.extreme && e.entered > hurry*step && s.n >= inSecond // what is usual takes a second to know
	if e.cut {
		e.cutAt, e.cutSize = e.at, e.still
	}
}
