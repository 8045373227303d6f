package porch

import (
	"strconv"
	"strings"
	"time"

	"hearth/shared/words"
)

// Visit is what a page of the porch may say about a visit to somebody who was invited.
type Visit struct {
	Setting
	Clinic string // whose visit it is, as the place is called
	Phone  string // of the clinic, as people dial it; "" when it has none
	Urgent string // telephone for emergencies where the clinic is, such as "112"; ""
	Host   string // as the clinic shows them; "" as long as nobody may know
	Start  time.Time
	End    time.Time
	Zone   string    // the visit's clock, IANA
	Own    string    // the guest's clock, where somebody said that it is another
	Now    time.Time // the house's
	Opens  time.Time // from then on they may come in
	Moved  bool      // the time is another than first said
}

// Unnamed is how a clinic is called that has no name yet: as what it runs.
const Unnamed = "Hearth"

// titled is what a document of a clinic is called, before the name of the product.
func titled(title, clinic string) string {
	if clinic == "" || clinic == Unnamed {
		return title
	}
	return title + " · " + words.Isolate(clinic)
}

// Come is the page where somebody says that they are ready, or waits until they may.
type Come struct {
	Visit
	Action  string // where the button posts to
	To      string // address of the visit's page; no secret is in it
	Link    string // whole address of this very page, to be opened in another browser; "" for whoever signed in
	Terms   Terms  // they agree to
	Second  bool   // another device is in already: its code, or the staff's yes, is needed
	Asked   bool   // the staff were asked
	Where   string // as typed just now
	Told    string // the day they last said where they are, in words; "" when they never did. What they said is not for whoever holds a link
	Sits    bool   // it matters most where they are: the patient, or a caller nobody knows
	Load    Load
	Version string
	Trouble Trouble
}

// At is the page of somebody who came: the program moves into it, and without it it says where things are.
type At struct {
	Visit
	State   string // "waiting", "inside"
	Ahead   int    // callers who wait longer at an open door
	Leave   string // where the button that leaves posts to
	Code    string // for a second device; "" as long as nobody asked
	Load    Load
	Version string
	Slot    string
}

// Gone is the page of a link that opens nothing (any more).
type Gone struct {
	Visit
	Key    string // "late", "over", "cancelled", "unknown", "denied"
	Call   string // where "please call me back" posts to; "" when nobody could be called
	Ending string // the last two digits of the number that would be called; ""
	Called bool   // it was asked for
}

// DropIn is a clinic's public page: whoever comes gets a visit of their own.
type DropIn struct {
	Setting
	Clinic  string
	Phone   string
	Urgent  string
	Where   string
	Open    bool
	Until   string // when it closes today, by the clinic's clock
	Days    []Day
	Zone    string
	Action  string
	Terms   Terms
	Trouble Trouble

	Before string // when somebody called from this browser who waits, or is in, still
	Name   string // that was typed
	Agreed string // what the form that asks said was agreed to
}

// Terms are what guests agree to by coming in: the project's own, or without paragraphs the built-in ones.
type Terms struct {
	Value      string // what the form says was agreed to
	Version    int
	Language   string // of the paragraphs
	Title      string
	Paragraphs []string
}

// Day is a line of opening hours.
type Day struct{ Name, Hours string }

// Ready reports whether they may come in now.
func (v Visit) Ready() bool { return !v.Now.Before(v.Opens) }

// at is an instant on a clock.
func at(t time.Time, zone string) time.Time {
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		where = time.UTC
	}
	return t.In(where)
}

// Time is when the visit begins, by its own clock, such as "10:30".
func (v Visit) Time() string { return at(v.Start, v.Zone).Format("15:04") }

// Date is the day it begins, such as "Thursday 12 June"; today and tomorrow are said besides.
func (v Visit) Date() string {
	day := DateIn(v.Setting, at(v.Start, v.Zone))
	switch days := dayNumber(at(v.Start, v.Zone)) - dayNumber(at(v.Now, v.Zone)); days {
	case 0:
		return v.Say("visit.today", "date", day)
	case 1:
		return v.Say("visit.tomorrow", "date", day)
	}
	return day
}

func dayNumber(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// DateIn writes a day as the language does, such as "Thursday 12 June".
func DateIn(s Setting, t time.Time) string {
	nth := func(key string, n int) string {
		list := strings.Split(s.Say(key), ",")
		return list[n%len(list)]
	}
	return s.Say("visit.date", "weekday", nth("visit.weekdays", int(t.Weekday())), "day", strconv.Itoa(t.Day()), "month", nth("visit.months", int(t.Month())-1))
}

// Elsewhere is the same instant on the guest's own clock, "" when it shows the same.
func (v Visit) Elsewhere() string {
	if v.Own == "" {
		return ""
	}
	own, there := at(v.Start, v.Own), at(v.Start, v.Zone)
	_, a := own.Zone()
	_, b := there.Zone()
	if a == b {
		return ""
	}
	words := own.Format("15:04")
	if dayNumber(own) != dayNumber(there) {
		words = DateIn(v.Setting, own) + ", " + words
	}
	return v.Say("visit.your-clock", "time", words)
}

// ZoneName is how a zone is called to people, such as "Berlin".
func (v Visit) ZoneName() string {
	parts := strings.Split(v.Zone, "/")
	return strings.ReplaceAll(parts[len(parts)-1], "_", " ")
}

// Until says how long it is until the visit begins, or that it is time.
func (v Visit) Until() string {
	left := v.Start.Sub(v.Now)
	switch {
	case left <= 0:
		return v.Say("visit.begins-now")
	case left < 90*time.Minute:
		return v.Say("visit.starts-in", "time", v.Words.Count("porch.visit.minutes", int((left+time.Minute-1)/time.Minute)))
	case left < 48*time.Hour:
		return v.Say("visit.starts-in", "time", v.Words.Count("porch.visit.hours", int((left+30*time.Minute)/time.Hour)))
	}
	return v.Say("visit.starts-in", "time", v.Words.Count("porch.visit.days", int((left+12*time.Hour)/(24*time.Hour))))
}

// iso is an instant for scripts.
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// dial is a number as a link.
func dial(phone string) string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
}

// host is whom one waits for.
func (v Visit) host() string {
	if v.Host == "" {
		return v.Say("visit.somebody")
	}
	return v.Host
}

// told says who was told that somebody is here.
func (v Visit) told() string { return v.Say("visit.told") }
