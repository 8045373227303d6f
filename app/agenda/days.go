package agenda

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hearth/app/invited"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// day is the visits of one day of the reader's.
type day struct {
	Date   string
	Visits []api.Visit
}

// byDay groups visits by the days of a clock, earliest first; newest turns both round.
func byDay(list []api.Visit, clock *time.Location, newest bool) (days []day) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b api.Visit) int {
		c := cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
		if newest {
			return -c
		}
		return c
	})
	for _, v := range list {
		date := v.Start.In(clock).Format(time.DateOnly)
		if n := len(days); n == 0 || days[n-1].Date != date {
			days = append(days, day{Date: date})
		}
		last := &days[len(days)-1]
		last.Visits = append(last.Visits, v)
	}
	return days
}

// dayWord is the heading of a day, seen from now.
func dayWord(date string, now time.Time) string {
	text := shortDay(date)
	switch date {
	case now.Format(time.DateOnly):
		return words.T("agenda.today") + ", " + text
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return words.T("agenda.tomorrow") + ", " + text
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return words.T("agenda.yesterday") + ", " + text
	}
	if len(date) >= 4 && date[:4] != now.Format("2006") {
		text += " " + date[:4]
	}
	return text
}

// times is when a visit is, on the reader's clock.
func times(v api.Visit) string {
	return v.Start.Local().Format("15:04") + "–" + v.End.Local().Format("15:04")
}

// there is what the visit's own clock shows then, where that is something else.
func there(v api.Visit) string {
	start := v.Start.Local()
	if start.Format(care.LocalLayout) == v.Local {
		return ""
	}
	w := WhenOf(v.Local, v.Zone)
	clock := w.Clock
	if w.Date != start.Format(time.DateOnly) {
		clock = shortDay(w.Date) + " " + clock
	}
	return words.T("agenda.there", "time", clock, "city", City(v.Zone))
}

// fits reports whether a visit is about what somebody looks for: its patient, its host, or somebody invited.
func fits(v api.Visit, text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return true
	}
	names := []string{v.PatientName, v.HostName}
	for _, g := range v.Guests {
		names = append(names, invited.Name(g, v.PatientName), g.Name)
	}
	return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(strings.ToLower(n), text) })
}

// doing is the one thing to do with a visit.
type doing string

const (
	goIn   doing = "room"
	begin  doing = "begin"
	change doing = "change"
	look   doing = "details"
)

// next says what to do with a visit now: go in while it is open, begin it when its time has come, change it before, and look at
// it afterwards. Whoever attends none is not sent in.
func next(v api.Visit, now time.Time, attends, writes bool) doing {
	switch over := v.State == care.Ended || v.State == care.Cancelled; {
	case over:
		return look
	case v.State == care.Open && attends:
		return goIn
	case v.State == care.Booked && attends && now.After(v.Start.Add(-care.ComeBefore)) && now.Before(v.End.Add(care.LinkAfter)):
		return begin
	case v.State == care.Booked && writes && now.Before(v.End):
		return change
	}
	return look
}

// waiting is how many of a visit's guests wait to be let in.
func waiting(v api.Visit) (n int) {
	for _, g := range v.Guests {
		if g.State.Queued() {
			n++
		}
	}
	return n
}
