package care

import (
	"time"

	"hearth/shared/fault"
)

// Wall is the instant a wall clock in where shows local, by the rules of At. Pages use it, whose zones the browser tells.
//
// Errors: fault.Invalid "visit.local".
func Wall(local string, where *time.Location) (time.Time, error) {
	wall, err := time.Parse(LocalLayout, local)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "visit.local", err)
	}
	return earliest(wall, where), nil
}

// Edge says what is odd about a wall clock time.
type Edge string

// The edges, where the clocks change.
const (
	NoEdge  Edge = ""
	Skipped Edge = "skipped" // the clock never shows it: it goes on an hour later
	Twice   Edge = "twice"   // the clock shows it twice: the first is meant
)

// EdgeOf finds out whether the clock in where shows local once, twice or never.
func EdgeOf(local string, where *time.Location) Edge {
	at, err := Wall(local, where)
	if err != nil {
		return NoEdge
	}
	if at.In(where).Format(LocalLayout) != local {
		return Skipped
	}
	_, now := at.In(where).Zone()
	_, later := at.Add(36 * time.Hour).In(where).Zone()
	if again := at.Add(time.Duration(now-later) * time.Second); later < now && again.In(where).Format(LocalLayout) == local {
		return Twice
	}
	return NoEdge
}
