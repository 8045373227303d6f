package invited

import (
	"strings"
	"time"

	"hearth/shared/words"
)

// Moment writes a time of today as its time of day, any other with its day.
func Moment(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return Day(t) + " " + t.Format("15:04")
}

// Day writes a day with its weekday.
func Day(t time.Time) string {
	return words.T("agenda.weekday."+strings.ToLower(t.Format("Mon"))) + " " + t.Format(dayLayout())
}

func dayLayout() string {
	switch words.Current().Language {
	case words.German:
		return "02.01."
	case words.French, words.Spanish:
		return "02/01"
	}
	return "2 Jan"
}
