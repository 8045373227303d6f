package agenda

import (
	"strings"
	"time"

	"hearth/app/invited"
	"hearth/shared/care"
	"hearth/shared/words"
	"hearth/wasm/zone"
)

// When is a time as somebody writes it down: what the clock on the wall of Zone shows.
type When struct {
	Date  string // 2026-11-21
	Clock string // 10:30
	Zone  string // IANA
}

// WhenOf reads a wall clock time back.
func WhenOf(local, zone string) When {
	date, clock, _ := strings.Cut(local, "T")
	return When{date, clock, zone}
}

// WhenAt is an instant on the wall of a zone; where the zone is not known, in UTC.
func WhenAt(at time.Time, name string) When {
	where, err := zone.Named(name)
	if err != nil {
		where, name = time.UTC, "UTC"
	}
	return WhenOf(at.In(where).Format(care.LocalLayout), name)
}

// Local is the time as care.LocalLayout writes it.
func (w When) Local() string { return w.Date + "T" + w.Clock }

// Complete reports whether all of it is there.
func (w When) Complete() bool { return len(w.Date) == 10 && len(w.Clock) >= 5 && w.Zone != "" }

// At is the instant, once the time is complete and its zone known.
func (w When) At() (time.Time, bool) {
	where, err := zone.Named(w.Zone)
	if err != nil || !w.Complete() {
		return time.Time{}, false
	}
	at, err := care.Wall(w.Local(), where)
	return at, err == nil
}

// Edge is what is odd about the time.
func (w When) Edge() care.Edge {
	where, err := zone.Named(w.Zone)
	if err != nil || !w.Complete() {
		return care.NoEdge
	}
	return care.EdgeOf(w.Local(), where)
}

// Warning says in words what the clocks' change does to the time; "" where nothing is odd.
func (w When) Warning() string {
	at, ok := w.At()
	edge := w.Edge()
	if !ok || edge == care.NoEdge {
		return ""
	}
	return words.T("agenda.edge."+string(edge), "clock", w.Clock, "city", City(w.Zone), "then", WhenAt(at, w.Zone).Clock)
}

// Elsewhere is what the clock in another zone shows then, and on which day; "" where it shows the same.
func (w When) Elsewhere(name string) string {
	at, ok := w.At()
	if !ok || name == "" || name == w.Zone {
		return ""
	}
	if _, err := zone.Named(name); err != nil {
		return ""
	}
	other := WhenAt(at, name)
	if other.Local() == WhenAt(at, w.Zone).Local() {
		return ""
	}
	text := other.Clock
	if other.Date != w.Date {
		text = shortDay(other.Date) + " " + text
	}
	return text
}

// City is what a zone is called where one reads it: the last part of its name.
func City(zone string) string {
	if i := strings.LastIndexByte(zone, '/'); i >= 0 {
		zone = zone[i+1:]
	}
	return strings.ReplaceAll(zone, "_", " ")
}

// shortDay writes a day such as 2026-11-21 with its weekday.
func shortDay(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return invited.Day(t)
}
