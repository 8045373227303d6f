package post

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hearth/shared/words"
)

// clock is an instant as its reader says it: on their own clock and, where that differs, on the clinic's beside it.
type clock struct {
	book  *words.Catalogue
	at    time.Time
	zone  string // the reader's; "" is home
	home  string // the visit's
	plain bool   // short words of the telephones' alphabet
}

// String is such as "Tue 24 Nov, 09:00 London (10:00 Berlin)".
func (c clock) String() string {
	home, err := time.LoadLocation(c.home)
	if err != nil {
		home = time.UTC
	}
	own := home
	if c.zone != "" {
		if l, err := time.LoadLocation(c.zone); err == nil {
			own = l
		}
	}
	mine, theirs := c.at.In(own), c.at.In(home)
	_, a := mine.Zone()
	_, b := theirs.Zone()
	if a == b {
		return c.day(mine)
	}
	there := theirs.Format("15:04")
	if mine.YearDay() != theirs.YearDay() {
		there = c.day(theirs)
	}
	return c.book.Say("post.when.two", "here", c.day(mine), "city", city(own), "there", there, "home", city(home))
}

func (c clock) day(t time.Time) string {
	if c.plain {
		return c.book.Say("post.when", "day", c.book.Say(fmt.Sprint("post.day.", int(t.Weekday()))), "date", strconv.Itoa(t.Day()),
			"mon", c.book.Say(fmt.Sprint("post.mon.", int(t.Month()))), "time", t.Format("15:04"))
	}
	return c.book.Say("post.when.long", "day", c.book.Say(fmt.Sprint("post.weekday.", int(t.Weekday()))), "date", strconv.Itoa(t.Day()),
		"mon", c.book.Say(fmt.Sprint("post.month.", int(t.Month()))), "year", strconv.Itoa(t.Year()), "time", t.Format("15:04"))
}

// city is the place a time zone is named after.
func city(where *time.Location) string {
	name := where.String()
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}
