package stress

import (
	"math"
	"time"

	"hearth/shared/care"
)

// seconds remember one number, second by second, over the last minutes. The zero value is ready.
type seconds struct {
	second [memory]int64 // of the session clock
	value  [memory]float64
	newest int64
}

const memory = 512 // seconds

// put takes what was seen in the second that begins at an instant. NaN is nothing seen.
func (l *seconds) put(at care.Stamp, v float64) {
	s := second(at)
	if !possibleAt(at) || !(v >= 0) || math.IsInf(v, 0) || s <= l.newest-memory {
		return
	}
	l.second[s%memory], l.value[s%memory] = s, v
	l.newest = max(l.newest, s)
}

// possibleAt reports whether an instant can be one; times between such never overflow.
func possibleAt(at care.Stamp) bool { return at > 0 && at <= 1<<53 }

func second(at care.Stamp) int64 { return int64(at) / 1_000_000 }

// over gives the mean and the RMS of the number over the seconds that end by an instant, and how many of them were seen.
func (l *seconds) over(to care.Stamp, span time.Duration) (mean, rms float64, seen int) {
	end := second(to)
	sum, squares := 0.0, 0.0
	for s := end - int64(span/time.Second); s < end; s++ {
		if s > 0 && l.second[s%memory] == s {
			e := l.value[s%memory]
			sum, squares, seen = sum+e, squares+e*e, seen+1
		}
	}
	if seen == 0 {
		return math.NaN(), math.NaN(), 0
	}
	return sum / float64(seen), math.Sqrt(squares / float64(seen)), seen
}
