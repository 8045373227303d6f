package signal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// What an interval in ms can be. A second is no interval in ms: who writes 0.8 means seconds.
const (
	shortest  = 1
	slowest   = 60000
	intervals = 10_000_000 // more are not kept: a hundred days of them
	lineBytes = 4096
)

var errNone = errors.New("There is no interval in the input.")

// readIntervals reads intervals in ms, one a line. Blank lines and comments, from # on, are passed over.
func readIntervals(r io.Reader) ([]float64, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, lineBytes), lineBytes)
	var rr []float64
	n := 0
	for in.Scan() {
		n++
		text, _, _ := strings.Cut(in.Text(), "#")
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff") // as some editors begin a file
		}
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || v < shortest || v > slowest {
			return nil, fmt.Errorf("Line %d: %q is no interval in milliseconds, %d to %d.", n, text, shortest, slowest)
		}
		if len(rr) == intervals {
			return nil, fmt.Errorf("Line %d: more than %d intervals are not kept.", n, intervals)
		}
		rr = append(rr, v)
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("Line %d is longer than %d characters.", n+1, lineBytes)
	case err != nil:
		return nil, fmt.Errorf("The intervals could not be read: %w", err)
	case len(rr) == 0:
		return nil, errNone
	}
	return rr, nil
}
