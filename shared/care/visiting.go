package care

import (
	"slices"
	"strings"
	"time"

	"hearth/shared/fault"
)

// Visiting is how visits go in a project.
type Visiting struct {
	Project   ProjectID
	Zone      string     // of new visits, and of Hours
	Terms     string     // kind of the agreement guests are shown, see ConsentText; "": none
	Emergency string     // telephone for emergencies where the clinic is, such as "112"
	Phone     string     // of the clinic, for guests who do not get on
	DropIn    bool       // callers may come by the clinic's public link
	Hours     []Opening  // when they may; none: never
	Notes     []NotePart // what the notes of a visit are divided into
	Survey    bool       // guests are asked afterwards how it was
	Reminders bool       // guests are reminded the day before and ten minutes before
	Naming    Naming
	Captions  bool // services that may write captions may do so here
	Relaying  Relaying
	Version   int64
}

// Naming says what others in a visit read of a guest when nobody chose a name.
type Naming string

// The ways of naming.
const (
	ByRole      Naming = "role"      // "patient", "mother": a word in the reader's language, no name
	ByPseudonym Naming = "pseudonym" // the patient's pseudonym; others by role
)

// NamingWays lists every one, in the order pages show them.
func NamingWays() []Naming { return []Naming{ByRole, ByPseudonym} }

// Opening is when callers may come: on a day of the week (0 is Sunday), from and until a wall clock time such as "08:30".
type Opening struct {
	Day   time.Weekday `json:"day" minimum:"0" maximum:"6"`
	From  string       `json:"from" maxLength:"5"`
	Until string       `json:"until" maxLength:"5" doc:"After From; 24:00 is the end of the day."`
}

// NotePart is a part of a visit's notes. A part without a title is a built-in one, whose words are in the catalogues.
type NotePart struct {
	Key   string `json:"key" maxLength:"40"`
	Title string `json:"title,omitempty" maxLength:"60"`
}

// DefaultNotes are the parts notes have where nobody chose others.
func DefaultNotes() []NotePart {
	return []NotePart{{Key: "said"}, {Key: "observed"}, {Key: "assessed"}, {Key: "planned"}}
}

// DefaultVisiting is what holds in a project nobody said anything about.
func DefaultVisiting(project ProjectID) Visiting {
	return Visiting{Project: project, Zone: "UTC", Notes: DefaultNotes(), Survey: true, Reminders: true, Naming: ByRole, Relaying: RelayOthers}
}

// Bounds of a project's visiting.
const (
	maxOpenings  = 28
	maxNoteParts = 12
	maxPhone     = 24
)

// Tidy trims, sorts the hours and refuses what cannot be.
func (v Visiting) Tidy() (Visiting, error) {
	bad := func(code string) (Visiting, error) { return v, fault.New(fault.Invalid, code, nil) }
	v.Emergency, v.Phone = strings.TrimSpace(v.Emergency), strings.TrimSpace(v.Phone)
	if len(v.Notes) == 0 {
		v.Notes = DefaultNotes()
	}
	if v.Naming == "" {
		v.Naming = ByRole
	}
	if v.Relaying == "" {
		v.Relaying = RelayOthers
	}
	switch _, err := At("2026-01-01T00:00", v.Zone); {
	case err != nil:
		return v, err
	case v.Terms != "" && !keyText(v.Terms):
		return bad("consent.kind")
	case !dialled(v.Emergency) || !dialled(v.Phone):
		return bad("visiting.phone")
	case !slices.Contains(NamingWays(), v.Naming):
		return bad("visiting.naming")
	case !slices.Contains(Relayings(), v.Relaying):
		return bad("visiting.relaying")
	}
	var err error
	if v.Hours, err = tidyHours(v.Hours); err != nil {
		return v, err
	}
	return v, v.notes()
}

// dialled reports whether a text is what people dial, or nothing.
func dialled(s string) bool {
	return len(s) <= maxPhone && strings.Trim(s, "+0123456789 ()/-.*#") == "" && (s == "" || strings.ContainsAny(s, "0123456789"))
}

func (v Visiting) notes() error {
	seen := map[string]bool{}
	if len(v.Notes) > maxNoteParts {
		return fault.New(fault.Invalid, "visiting.notes", nil)
	}
	for _, n := range v.Notes {
		if !keyText(n.Key) || seen[n.Key] || !Readable(n.Title, 60) || strings.TrimSpace(n.Title) == "" && !slices.Contains(DefaultNotes(), n) {
			return fault.New(fault.Invalid, "visiting.notes", nil)
		}
		seen[n.Key] = true
	}
	return nil
}

func tidyHours(list []Opening) ([]Opening, error) {
	if len(list) > maxOpenings {
		return list, fault.New(fault.Invalid, "visiting.hours", nil)
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Opening) int {
		if a.Day != b.Day {
			return int(a.Day) - int(b.Day)
		}
		return strings.Compare(a.From, b.From)
	})
	for i, o := range list {
		if o.Day < time.Sunday || o.Day > time.Saturday || !wallClock(o.From) || !wallClock(o.Until) || o.From >= o.Until ||
			i > 0 && list[i-1].Day == o.Day && list[i-1].Until > o.From {
			return list, fault.New(fault.Invalid, "visiting.hours", nil)
		}
	}
	return list, nil
}

// wallClock reports whether s is a time of day with two digits each, midnight at the end of a day included.
func wallClock(s string) bool {
	if s == "24:00" {
		return true
	}
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == 5
}

// OpenAt reports whether callers may come at an instant: the clock on the wall of the clinic decides, summer time or not.
func (v Visiting) OpenAt(now time.Time) bool {
	where, err := time.LoadLocation(v.Zone)
	if err != nil || !v.DropIn {
		return false
	}
	wall := now.In(where)
	return slices.ContainsFunc(v.Hours, func(o Opening) bool {
		at := wall.Format("15:04")
		return o.Day == wall.Weekday() && o.From <= at && at < o.Until
	})
}
