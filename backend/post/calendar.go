package post

import (
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"hearth/shared/care"
)

// Calendar is a visit as calendars know it (RFC 5545, RFC 5546). Times are UTC, so it needs no rules of a zone with it.
type Calendar struct {
	UID       string // stays for as long as the invitation does
	Sequence  int    // grows with every change
	Cancel    bool   // takes it out again
	Start     time.Time
	End       time.Time
	Summary   string
	Text      string
	Organizer string // address
	Attendee  string // address
	Made      time.Time
}

// calendarOf is the calendar's part of a message, nil for those that change nothing in it. A cancellation is newer than
// what it cancels (RFC 5546 section 3.2.5), and an invitation after it newer again: what calendars know to be older they ignore
// (section 2.1.4). Of a visit's changes and a guest's own both only grow.
func calendarOf(o Outgoing, s Said, host string, now time.Time) *Calendar {
	switch o.Kind {
	case care.TellInvitation, care.TellChanged, care.TellCancelled:
	default:
		return nil
	}
	c := &Calendar{UID: string(o.Guest.ID) + "@" + host, Sequence: 2 * (o.Visit.Told + int(o.Guest.Version)), Start: o.Visit.Start, End: o.Visit.End, Made: now,
		Summary: s.Book.Say("post.event", "clinic", s.clinic()), Text: s.Book.Say("post.mail." + string(o.Kind))}
	if o.Kind == care.TellCancelled {
		c.Cancel, c.Sequence = true, c.Sequence+1
	}
	return c
}

// Method is what calendars are to do with it.
func (c Calendar) Method() string {
	if c.Cancel {
		return string(ics.MethodCancel)
	}
	return string(ics.MethodRequest)
}

// File is the calendar as a file.
func (c Calendar) File() string {
	cal := ics.NewCalendarFor("Hearth")
	cal.SetProductId("-//Hearth//Visits//EN")
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(ics.Method(c.Method()))
	e := cal.AddEvent(c.UID)
	e.SetDtStampTime(c.Made.UTC())
	e.SetSequence(c.Sequence)
	e.SetStartAt(c.Start.UTC())
	e.SetEndAt(c.End.UTC())
	e.SetSummary(oneLine(c.Summary))
	e.SetDescription(c.Text)
	e.SetClass(ics.ClassificationPrivate)
	status := ics.ObjectStatusConfirmed
	if c.Cancel {
		status = ics.ObjectStatusCancelled
	}
	e.SetStatus(status)
	if c.Organizer != "" && c.Attendee != "" {
		e.SetOrganizer(c.Organizer)
		e.AddAttendee(c.Attendee, ics.ParticipationRoleReqParticipant, ics.ParticipationStatusNeedsAction)
	}
	return cal.Serialize(ics.WithNewLine("\r\n"), ics.WithLineLength(75))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
