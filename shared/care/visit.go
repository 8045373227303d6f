package care

import (
	"slices"
	"time"
	"unicode/utf8"

	"hearth/shared/fault"
)

// Identities of a visit and what hangs on it.
type (
	VisitID string
	GuestID string // one person's place in one visit; not the person
)

// VisitKind says who meets whom.
type VisitKind string

// The kinds.
const (
	Therapy      VisitKind = "therapy"      // patient and therapist
	Consultation VisitKind = "consultation" // patient and therapist, once
	Family       VisitKind = "family"       // patient and relatives
	Information  VisitKind = "information"  // relatives and therapist, without the patient
	Meeting      VisitKind = "meeting"      // staff and staff
)

// VisitKinds lists every kind, in the order pages show them.
func VisitKinds() []VisitKind {
	return []VisitKind{Therapy, Consultation, Family, Information, Meeting}
}

// VisitState is how far a visit is.
type VisitState string

// The states. A visit whose End passed long ago without anybody in it was missed, see Outcome.
const (
	Booked    VisitState = "booked"
	Open      VisitState = "open" // somebody of staff began it
	Ended     VisitState = "ended"
	Cancelled VisitState = "cancelled"
)

// Outcome is what became of a visit; "" is not known yet. What a person says goes before what the house concluded.
type Outcome string

// The outcomes.
const (
	Held     Outcome = "held"      // at least two were in it at once
	NoShow   Outcome = "no-show"   // nobody who was invited came
	Unserved Outcome = "unserved"  // somebody came, and nobody let them in
	Failed   Outcome = "technical" // said by staff: it did not work
)

// Outcomes lists every outcome, in the order pages show them.
func Outcomes() []Outcome { return []Outcome{Held, NoShow, Unserved, Failed} }

// Visit is one meeting, booked or begun on the spot. Its time is what the clock on the wall of Zone shows: Start and End
// follow from it, and are computed anew when the rules of the zone change.
type Visit struct {
	ID        VisitID
	Project   ProjectID
	Patient   PatientID // "": a meeting of staff, or a caller nobody has matched with a patient yet
	Kind      VisitKind
	Host      PersonID // of staff, responsible for it; may be handed over
	Local     string   // wall clock, see LocalLayout
	Zone      string   // IANA time zone, such as "Europe/Berlin"
	Minutes   int
	Start     time.Time
	End       time.Time // Start + Minutes
	State     VisitState
	Outcome   Outcome
	Ends      time.Time // staff ended it, and pages close then; zero: not
	Late      int       // minutes the host said they run late
	Relay     bool      // through the relay only, so that nobody learns an address; who came before it was so keeps their connections
	RelaySaid bool      // staff chose it; else the project did, see Relaying
	DropIn    bool      // a caller began it through a clinic's public link
	Created   time.Time
	By        PersonID
	Version   int64 // of what people edit, from 1
	Told      int   // how often its time or place was changed after the first invitation: iCalendar's SEQUENCE
}

// LocalLayout is how wall clock time is written: no zone, no seconds.
const LocalLayout = "2006-01-02T15:04"

// Bounds of a visit.
const (
	LeastMinutes, MostMinutes = 5, 240
	MostGuests                = 8 // invited to one visit; MostInCall are in it at once
	MostInCall                = 6
	MostMesh                  = 3 // up to so many all see each other's full picture
	FarthestVisit             = 2 * 365 * 24 * time.Hour
)

// How long links and lobbies are open around a visit.
const (
	LinkBefore = 24 * time.Hour   // a link shows the waiting room's page from then on
	LinkAfter  = 2 * time.Hour    // after the planned end; a visit that lasts longer keeps its links
	ComeBefore = 30 * time.Minute // "I'm ready" may be pressed from then on
)

// At is the instant a wall clock in zone shows local. Where the clock skips that time (spring), it is the instant it would
// have been had the clock gone on; where the clock shows it twice (autumn), it is the first. The zone's rules come from the
// program's own copy of the IANA database.
//
// Errors: fault.Invalid "visit.local", "visit.zone".
func At(local, zone string) (time.Time, error) {
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return time.Time{}, fault.New(fault.Invalid, "visit.zone", err)
	}
	return Wall(local, where)
}

// earliest tries the offsets in force around a wall clock time, the greatest first: that is the earliest instant. In a gap
// none of them comes out right, and the offset before the gap carries the clock over it.
func earliest(wall time.Time, where *time.Location) time.Time {
	_, before := wall.Add(-36 * time.Hour).In(where).Zone()
	_, after := wall.Add(36 * time.Hour).In(where).Zone()
	for _, offset := range []int{max(before, after), min(before, after)} {
		at := wall.Add(-time.Duration(offset) * time.Second)
		if _, is := at.In(where).Zone(); is == offset {
			return at.UTC()
		}
	}
	return wall.Add(-time.Duration(before) * time.Second).UTC()
}

// Plan fills in Start and End from Local, Zone and Minutes and refuses what cannot be a visit.
func (v Visit) Plan(now time.Time) (Visit, error) {
	bad := func(code string) (Visit, error) { return v, fault.New(fault.Invalid, code, nil) }
	switch {
	case !slices.Contains(VisitKinds(), v.Kind):
		return bad("visit.kind")
	case v.Kind == Meeting && v.Patient != "":
		return bad("visit.kind")
	case v.Kind != Meeting && v.Patient == "" && !v.DropIn:
		return bad("visit.patient")
	case v.Minutes < LeastMinutes || v.Minutes > MostMinutes:
		return bad("visit.minutes")
	}
	at, err := At(v.Local, v.Zone)
	if err != nil {
		return v, err
	}
	if at.After(now.Add(FarthestVisit)) || at.Before(now.Add(-24*time.Hour)) {
		return bad("visit.when")
	}
	v.Start, v.End = at, at.Add(time.Duration(v.Minutes)*time.Minute)
	return v, nil
}

// Closed reports whether nobody comes in any more.
func (v Visit) Closed(now time.Time) bool {
	return v.State == Ended || v.State == Cancelled || !v.Ends.IsZero() && !now.Before(v.Ends)
}

// Invited is what somebody is in a visit.
type Invited string

// Who may be invited.
const (
	AsPatient     Invited = "patient"
	AsRelative    Invited = "relative"
	AsInterpreter Invited = "interpreter"
	AsStaff       Invited = "staff"
	AsCaller      Invited = "caller" // by a public link
)

// InvitedAs lists every one, in the order pages show them.
func InvitedAs() []Invited { return []Invited{AsPatient, AsRelative, AsInterpreter, AsStaff, AsCaller} }

// Guest is one person's place in a visit: who they are there, and how far they came. The host is no guest.
type Guest struct {
	ID       GuestID
	Visit    VisitID
	As       Invited
	Relative RelativeID // of the visit's patient, for AsRelative; the address comes from the patient's contact, never from a page
	Person   PersonID   // for AsStaff, and for a patient who signs in
	Name     string     // what others in the visit read: what the clinic chose
	Language string
	Zone     string // their own clock, where it is not the visit's
	State    GuestState
	Since    time.Time // of State
	Reason   string    // code of what led there, such as "revoked"; "" when it speaks for itself
	Ready    *Readiness
	Agreed   int    // version of the visit terms agreed to; 0: not
	AgreedTo string // kind of the project's agreement; "": the built-in terms
	Version  int64
}

// longestShown is the longest name others read in a visit, in characters.
const longestShown = 40

// Validate refuses a place nobody can stand in.
func (g Guest) Validate() error {
	bad := func(code string) error { return fault.New(fault.Invalid, code, nil) }
	switch {
	case !slices.Contains(InvitedAs(), g.As):
		return bad("guest.as")
	case (g.As == AsRelative) != (g.Relative != ""):
		return bad("guest.relative")
	case g.As == AsStaff && g.Person == "":
		return bad("guest.person")
	case !Readable(g.Name, longestShown) || !utf8.ValidString(g.Name):
		return bad("guest.name")
	case Settings(g.Language, "") != nil:
		return bad("guest.language")
	}
	if g.Zone != "" {
		if _, err := time.LoadLocation(g.Zone); err != nil || g.Zone == "Local" {
			return bad("visit.zone")
		}
	}
	return nil
}
