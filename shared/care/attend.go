package care

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hearth/shared/fault"
)

// LineID names a line of a visit's chat; made by whoever writes it, so that sending again makes no second.
type LineID string

// Line is something written in a visit. It is kept with the visit and goes with the patient.
type Line struct {
	ID     LineID
	Visit  VisitID
	Guest  GuestID  // who wrote it; "": somebody of staff
	Person PersonID // of staff
	Name   string   // as others read it
	Door   GuestID  // staff wrote it to this waiting guest alone; "": to everybody in the call
	Text   string
	At     time.Time
}

// Bounds of a chat.
const (
	MaxLine  = 2000 // characters
	MaxLines = 1000 // of a visit
)

// ValidLine refuses an empty, overlong or broken text.
func ValidLine(text string) error {
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > MaxLine || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fault.New(fault.Invalid, "visit.line", nil)
	}
	return nil
}

// VisitNotes is what a therapist wrote down about a visit, by part.
type VisitNotes struct {
	Visit   VisitID
	Parts   []NoteText
	By      PersonID
	ByName  string
	Stored  time.Time
	Version int64 // 0: nothing was written
}

// NoteText is one part of the notes.
type NoteText struct {
	Key   string `json:"key" maxLength:"40"`
	Title string `json:"title,omitempty" maxLength:"60"`
	Text  string `json:"text" maxLength:"8000"`
}

// Validate refuses notes nobody can keep.
func (n VisitNotes) Validate() error {
	bad := fault.New(fault.Invalid, "visit.notes", nil)
	seen := map[string]bool{}
	if len(n.Parts) > maxNoteParts {
		return bad
	}
	for _, p := range n.Parts {
		if !keyText(p.Key) || seen[p.Key] || !Readable(p.Title, 60) || utf8.RuneCountInString(p.Text) > 8000 || !utf8.ValidString(p.Text) || strings.ContainsRune(p.Text, 0) {
			return bad
		}
		seen[p.Key] = true
	}
	return nil
}

// Minute is what one page in a call noticed in one minute.
type Minute struct {
	At      int64  `json:"at" doc:"Minutes since 1970."`
	Quality int    `json:"quality" minimum:"0" maximum:"4" doc:"1 poor to 4 very good; 0 not known."`
	Sound   int    `json:"sound" minimum:"0" maximum:"60" doc:"60 less the seconds in which no sound arrived although somebody meant to be heard."`
	Picture int    `json:"picture" minimum:"0" maximum:"60" doc:"Seconds in which a picture arrived."`
	RTT     int    `json:"rtt,omitempty" minimum:"0" maximum:"60000" doc:"There and back, ms."`
	Lost    int    `json:"lost,omitempty" minimum:"0" maximum:"1000" doc:"Packets lost, per mille."`
	Kbps    int    `json:"kbps,omitempty" minimum:"0" maximum:"1000000" doc:"Upwards."`
	Breaks  int    `json:"breaks,omitempty" minimum:"0" maximum:"60" doc:"How often the connection was gone."`
	Way     string `json:"way,omitempty" enum:",direct,relay"`
}

// MaxMinutes is how many minutes one report may hold.
const MaxMinutes = 60

// Validate refuses what no page notices: the minute must be of the visit's time.
func (m Minute) Validate(from, until time.Time) error {
	at := time.Unix(m.At*60, 0)
	if m.At < 0 || m.At > 1<<40 || at.Before(from.Add(-time.Minute)) || at.After(until) || m.Quality < 0 || m.Quality > 4 || m.Sound < 0 || m.Sound > 60 ||
		m.Picture < 0 || m.Picture > 60 || m.RTT < 0 || m.Lost < 0 || m.Lost > 1000 || m.Kbps < 0 || m.Breaks < 0 || !slices.Contains([]string{"", "direct", "relay"}, m.Way) {
		return fault.New(fault.Invalid, "visit.minute", nil)
	}
	return nil
}

// VisitAnswer is how a guest says it was.
type VisitAnswer struct {
	Guest  GuestID
	Name   string // of the guest, as others read it
	As     Invited
	Stars  int      // 1 to 5
	Wrong  []string // of VisitTroubles
	Text   string
	Stored time.Time
}

// VisitTroubles are what may have been wrong, in the order pages ask.
func VisitTroubles() []string {
	return []string{"sound", "picture", "dropped", "sensor", "link", "device"}
}

// Validate refuses what nobody can mean.
func (a VisitAnswer) Validate() error {
	known := func(w string) bool { return slices.Contains(VisitTroubles(), w) }
	if a.Stars < 1 || a.Stars > 5 || len(a.Wrong) > len(VisitTroubles()) || slices.ContainsFunc(a.Wrong, func(w string) bool { return !known(w) }) ||
		utf8.RuneCountInString(a.Text) > 1000 || !utf8.ValidString(a.Text) || strings.ContainsRune(a.Text, 0) {
		return fault.New(fault.Invalid, "visit.answer", nil)
	}
	return nil
}
