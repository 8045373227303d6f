package zone

import (
	"errors"
	"sync"
	"time"
)

// known are the zones that were asked for: asking takes some ten milliseconds.
var (
	mu    sync.Mutex // guards known
	known = map[string]*time.Location{}
)

// errName refuses the two names that mean no zone of their own (package time).
var errName = errors.New("no name of a time zone")

// Named is a zone by its IANA name, with its summer times in the years around now; see From.
func Named(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errName
	}
	mu.Lock()
	loc := known[name]
	mu.Unlock()
	if loc != nil {
		return loc, nil
	}
	loc, err := load(name)
	if err != nil {
		return nil, err
	}
	mu.Lock()
	defer mu.Unlock()
	known[name] = loc
	return loc, nil
}
