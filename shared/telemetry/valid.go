package telemetry

import (
	"fmt"
	"math"
	"time"

	"hearth/shared/care"
)

func validStamp(s care.Stamp) bool { return s >= MinStamp && s <= MaxStamp }
func validIndex(i int64) bool      { return i >= 0 && i <= maxIndex }

// validNumber takes what a trend may hold: nothing is measured below zero, and NaN means not valid.
func validNumber(f float32) bool { return f != f || f >= 0 && !math.IsInf(float64(f), 0) }

// check refuses a run that no frame may carry. The last sample's index and time have to be sane too.
func (s *Samples) check() error {
	switch n := len(s.Values); {
	case s.Channels < 1 || s.Channels > MaxChannels:
		return fmt.Errorf("%w: %d channels", ErrFrame, s.Channels)
	case n == 0 || n%s.Channels != 0:
		return fmt.Errorf("%w: %d values in %d channels", ErrFrame, n, s.Channels)
	case n > MaxValues:
		return ErrTooLong
	case !validIndex(s.First) || !validIndex(s.Sent):
		return fmt.Errorf("%w: index %d after %d sent", ErrFrame, s.First, s.Sent)
	case !validStamp(s.Start) || s.Came != 0 && !validStamp(s.Came):
		return fmt.Errorf("%w: stamps %d, %d", ErrFrame, s.Start, s.Came)
	case s.PeriodNS == 0 || s.PeriodNS > MaxPeriod:
		return fmt.Errorf("%w: period %d ns", ErrFrame, s.PeriodNS)
	}
	return nil
}

// maxRR is the longest interval between two beats a frame may claim, in milliseconds.
const maxRR = 60_000

func (b Beat) valid() bool {
	return validStamp(b.At) && b.Quality <= 100 && b.RR >= 0 && b.RR <= maxRR
}

func (t *Trend) valid() bool {
	for _, v := range t.numbers() {
		if !validNumber(*v) {
			return false
		}
	}
	return validStamp(t.At) && t.Quality <= 100 && !(t.Corrected > 1)
}

func (g *Gap) valid() bool {
	return validStamp(g.From) && validStamp(g.To) && g.To >= g.From && validIndex(g.Lost) &&
		g.Cause >= CauseLink && g.Cause <= CauseUnusable
}

// End is the session time just after the run's last sample.
func (s *Samples) End() care.Stamp { return s.At(s.Count()) }

// At is the session time of the run's i-th sample.
func (s *Samples) At(i int) care.Stamp {
	return s.Start + care.Stamp(int64(i)*int64(s.PeriodNS)/1000)
}

func (s *Samples) period() time.Duration { return time.Duration(s.PeriodNS) }
