package admin

import (
	"strconv"
	"time"

	"hearth/shared/words"
)

// day writes a date as the page's language does, in numbers.
func day(t time.Time) string { return t.Local().Format(layout()) }

// moment writes a date with its time of day.
func moment(t time.Time) string { return t.Local().Format(layout() + ", 15:04") }

func layout() string {
	switch words.Current().Language {
	case words.German:
		return "02.01.2006"
	case words.French, words.Spanish:
		return "02/01/2006"
	}
	return "2 Jan 2006"
}

// lasting says how long something lasts in the largest unit that fits.
func lasting(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return words.N("admin.minutes", max(int(d/time.Minute), 0))
	case d < 48*time.Hour:
		return words.N("admin.hours", int(d/time.Hour))
	}
	return words.N("admin.days", int(d/(24*time.Hour)))
}

func count(n int) string { return strconv.Itoa(n) }
