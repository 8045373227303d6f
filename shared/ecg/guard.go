package ecg

import "math"

// far is beyond any unit an electrode is written in; from here on squares could overflow.
const far = 1e12

// guard stands before the filters: it holds the last value through missing ones and counts how long the signal has not
// moved.
type guard struct {
	rate    float64
	held    float64 // last value that was one
	still   int64   // samples since it changed
	missing int64   // samples since there was a value
	resumed bool    // this sample ends a stretch of missing ones that is a gap
}

func newGuard(rate float64) guard { return guard{rate: rate} }

// pass gives the value to filter.
func (g *guard) pass(v float64) float64 {
	g.resumed = false
	if math.IsNaN(v) || math.Abs(v) > far {
		g.missing++
		g.still++
		return g.held
	}
	g.resumed = float64(g.missing) >= missingMS*g.rate/1000
	g.missing = 0
	if v == g.held {
		g.still++
	} else {
		g.still, g.held = 0, v
	}
	return v
}

// flat reports whether the signal has not moved for so many milliseconds.
func (g *guard) flat(ms float64) bool { return float64(g.still) >= ms*g.rate/1000 }
