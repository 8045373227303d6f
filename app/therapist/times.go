package therapist

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hearth/shared/care"
	"hearth/shared/words"
)

// elapsed writes how far into a sitting something is: "4:05", and from an hour on "1:04:05". Before the beginning is
// the beginning.
func elapsed(d time.Duration) string {
	s := max(0, int(d/time.Second))
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// minutes writes a length: "3:00 min".
func minutes(d time.Duration) string { return elapsed(d) + " min" }

// clock writes the time of day, in the reader's zone and with 24 hours as all our languages do.
func clock(at time.Time) string { return at.Local().Format("15:04") }

// sinceWhen writes since when something is: the time today, the date as well before that.
func sinceWhen(at care.Stamp, now time.Time) string {
	t, today := at.Time().Local(), now.Local()
	if t.YearDay() == today.YearDay() && t.Year() == today.Year() {
		return clock(t)
	}
	return t.Format("2006-01-02 15:04")
}

// number writes a number as the reader's language does: English has a point, the others a comma.
func number(v float64) string { return inLanguage(strconv.FormatFloat(v, 'f', -1, 64)) }

// fixed writes it with so many digits behind the point.
func fixed(v float64, digits int) string { return inLanguage(strconv.FormatFloat(v, 'f', digits, 64)) }

func inLanguage(s string) string {
	if words.Current().Language != words.English {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}
