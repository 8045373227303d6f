package ecg

import "math"

const (
	flatMS    = 200  // so long at one value is no heart
	stuckMS   = 60   // nor does a beat end so
	contactMS = 1000 // so long, and no electrode touches
	missingMS = 100  // so long without values is a gap
	far       = 1e12 // beyond any unit an electrode is written in; squares stay far from overflow
)

// guard stands before the filters: it holds the last value through missing ones and counts how long the signal has not
// moved.
type guard struct {
	rate    float64
	held    float64 // last value that was one
	still   int64   // samples since it changed
	missing int64   // samples since there was a value
	begun   bool    // there was one
	begins  bool    // this sample is the first
	resumes bool    // this sample ends a stretch of missing ones that is a gap
}

// pass gives the value to filter.
func (g *guard) pass(v float64) float64 {
	g.begins, g.resumes = false, false
	if math.IsNaN(v) || math.Abs(v) > far {
		g.missing++
		g.still++
		return g.held
	}
	g.begins, g.begun = !g.begun, true
	g.resumes = float64(g.missing) >= missingMS*g.rate/1000
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
