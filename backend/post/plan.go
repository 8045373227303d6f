package post

import (
	"strconv"
	"time"

	"hearth/shared/care"
)

// Event is something that happened to a visit or an invitation and that guests hear of.
type Event string

// The events.
const (
	Booked    Event = "booked"    // a visit was booked or begun, or somebody was invited to it, for the first time or again
	Changed   Event = "changed"   // its time changed
	Cancelled Event = "cancelled" // the visit, or an invitation was taken back
	Late      Event = "late"      // the host runs late, or no more
	Ended     Event = "ended"     // it is over: what was not said is not said any more
	Again     Event = "again"     // the link once more

	Readdressed Event = "readdressed" // they are reached elsewhere
)

// When messages are sent.
const (
	soonBefore  = 10 * time.Minute
	noticeAhead = 3 * time.Hour    // a reminder of the day before comes at least so long after the invitation
	firstHour   = 8                // on the reader's clock: no reminder the day before comes earlier
	lastHour    = 20               // or later
	lateAfter   = 20 * time.Second // whoever tries out how late they are is believed once
)

// Plan is a message that is to be sent.
type Plan struct {
	Kind     care.MessageKind
	Occasion string
	Due      time.Time
}

// Heard is what a guest knows of their visit.
type Heard struct {
	Told  bool // they heard, or may have heard, of it, and not since that it is off
	Lost  bool // a link they were sent opens nothing any more
	Waits bool // an invitation or a link is on its way to them
}

// Planned says what follows from an event for one guest. Callers are on the house's page and need no message.
func Planned(e Event, v care.Visit, g care.Guest, h Heard, reminders bool, now time.Time) (list []Plan) {
	if g.As == care.AsCaller || e != Cancelled && !wanted(v, g, now) {
		return nil
	}
	at := Moment(v.Start)
	one := func(k care.MessageKind, occasion string, due time.Time) {
		list = append(list, Plan{Kind: k, Occasion: occasion, Due: due})
	}
	again := func() { one(care.TellAgain, care.NewID[string](), now) }
	soon := func() {
		if due := v.Start.Add(-soonBefore); due.After(now) {
			one(care.TellSoon, at, due)
		} else if h.Lost { // what was sent for this very time
			again()
		} else if v.State == care.Open || !now.Before(v.Start) {
			one(care.TellNow, at, now)
		} else {
			one(care.TellSoon, at, now)
		}
	}
	before := func() {
		if due := DayBefore(v, g.Zone); reminders && due.After(now.Add(noticeAhead)) {
			one(care.TellDayBefore, at, due)
		}
	}
	switch e {
	case Booked:
		if v.Start.Add(-soonBefore).After(now) && v.State == care.Booked {
			one(care.TellInvitation, strconv.FormatInt(g.Since.UnixMicro(), 36), now)
			before()
		}
		soon()
	case Changed:
		if h.Told {
			one(care.TellChanged, strconv.Itoa(v.Told)+"."+at, now)
		}
		before()
		soon()
	case Cancelled:
		if h.Told && now.Before(v.End) {
			one(care.TellCancelled, strconv.FormatInt(v.Version, 10)+"."+strconv.FormatInt(g.Version, 10), now)
		}
	case Late:
		if h.Told && v.Late > 0 {
			one(care.TellLate, at+"."+strconv.FormatInt(now.UnixMicro(), 36), now.Add(lateAfter))
		}
	case Again:
		again()
	case Readdressed:
		switch {
		case h.Told || h.Waits || g.State.Queued() || g.State.Inside():
		case !h.Lost && v.State == care.Booked && v.Start.Add(-soonBefore).After(now):
			one(care.TellInvitation, strconv.FormatInt(now.UnixMicro(), 36), now)
			soon()
		default:
			again()
		}
	}
	return list
}

// Moment is a start as an occasion names it.
func Moment(start time.Time) string { return start.UTC().Format("20060102T1504Z") }

// DayBefore is when somebody is reminded: at the visit's hour of the day before, but not at night on their own clock.
func DayBefore(v care.Visit, zone string) time.Time {
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		if where, err = time.LoadLocation(v.Zone); err != nil {
			where = time.UTC
		}
	}
	at := v.Start.In(where)
	hour, minute := at.Hour(), at.Minute()
	if hour < firstHour {
		hour, minute = firstHour, 0
	} else if hour >= lastHour {
		hour, minute = lastHour, 0
	}
	return time.Date(at.Year(), at.Month(), at.Day()-1, hour, minute, 0, 0, where).UTC()
}

// wanted reports whether somebody is to come to a visit that is not over.
func wanted(v care.Visit, g care.Guest, now time.Time) bool {
	switch g.State {
	case care.Uninvited, care.Denied:
		return false
	}
	return !v.Closed(now) && now.Before(over(v, now))
}

// over is when a visit is over: late when it began late, and not yet while it goes on.
func over(v care.Visit, now time.Time) time.Time {
	end := v.End.Add(time.Duration(v.Late) * time.Minute)
	if v.State == care.Open && !now.Before(end) {
		return now.Add(time.Minute)
	}
	return end
}

// Sense says whether a message makes sense now, and the code of why not.
func Sense(m care.Message, v care.Visit, g care.Guest, now time.Time) (reason string, sound bool) {
	if m.Kind == care.TellCancelled {
		switch {
		case v.State != care.Cancelled && g.State != care.Uninvited:
			return "moved", false
		case !now.Before(v.End):
			return "late", false
		}
		return "", true
	}
	switch {
	case g.State == care.Uninvited || g.State == care.Denied:
		return "uninvited", false
	case v.Closed(now):
		return "closed", false
	}
	last := v.Start // an invitation or a reminder for a visit that began is none
	switch m.Kind {
	case care.TellDayBefore:
		last = v.Start.Add(-2 * soonBefore)
	case care.TellSoon, care.TellNow, care.TellLate:
		last = over(v, now)
	case care.TellAgain:
		last = over(v, now).Add(care.LinkAfter)
	}
	switch {
	case !now.Before(last):
		return "late", false
	case about(m) != "" && about(m) != Moment(v.Start):
		return "moved", false
	case m.Kind != care.TellAgain && (g.State.Inside() || m.Kind != care.TellLate && g.State.Queued()):
		return "came", false
	}
	return "", true
}

// about is the start a message was made for; "" for those that are about the visit whenever it is.
func about(m care.Message) string {
	switch m.Kind {
	case care.TellDayBefore, care.TellSoon, care.TellNow:
		return m.Occasion
	case care.TellLate:
		return m.Occasion[:min(len(m.Occasion), len("20060102T1504Z"))]
	}
	return ""
}
