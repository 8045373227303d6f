package care

import (
	"slices"
	"time"

	"hearth/shared/fault"
)

// Planned is a visit with everybody invited, as staff see it.
type Planned struct {
	Visit
	PatientName string // pseudonym
	HostName    string
	Orphaned    bool      // booked, and its host is none of those who treat its patient (any more)
	SaidBy      PersonID  // who said Outcome; "": the house concluded it
	Met         time.Time // when two were in it at once, the first time
	Guests      []Invitation
	Captioners  []Captioner
}

// Staff is somebody who may be invited to visits of a project, and be responsible for those of staff alone.
type Staff struct {
	ID    PersonID
	Name  string
	Hosts bool // may be responsible for visits with patients, too
}

// Invitation is a guest as staff see them.
type Invitation struct {
	Guest
	Relation   Relation  // of a relative, as the contact said when they were invited
	PersonName string    // of somebody of staff
	Own        bool      // has an address of their own, kept sealed, see Address
	Came       time.Time // first pressed "I'm ready"
	Waiting    time.Time // pressed it last, while they wait
	Away       time.Time // since when no page of theirs is open, while they wait; zero: one is
	Told       Told      // while they wait: whose browser took a notice of it
}

// Address is how somebody without a record is reached; Tidy normalises it.
type Address struct {
	Mail   string `json:"mail,omitempty" maxLength:"254"`
	Mobile string `json:"mobile,omitempty" maxLength:"40" doc:"As +4917012345678 (E.164)."`
}

// Empty reports whether nobody can be reached there.
func (a Address) Empty() bool { return a == Address{} }

// Tidy normalises an address and refuses what cannot be one.
func (a Address) Tidy() (Address, error) {
	c, err := Contact{Mail: a.Mail, Mobile: a.Mobile}.Tidy(time.Time{}.AddDate(3000, 0, 0))
	return Address{Mail: c.Mail, Mobile: c.Mobile}, err
}

// NewGuest is who is to be invited. For a relative only the id counts: their address is read from the patient's contact
// whenever something is sent.
type NewGuest struct {
	ID       GuestID // made by whoever asks
	As       Invited
	Relative RelativeID
	Relation Relation // filled in from the contact
	Person   PersonID // of staff
	Name     string   // what others read; "": as the project names guests
	Language string   // "": as the record, the contact or the account says
	Zone     string
	Address  Address // of an interpreter or another who has no record
	Sealed   []byte  // Address, as backend/visit sealed it
}

// NewVisit is what it takes to book a visit.
type NewVisit struct {
	Visit       // ID, Project, Patient, Kind, Host, Local, Zone, Minutes, Relay with RelaySaid
	Now    bool // it begins at once: Local and Zone are filled in
	Guests []NewGuest
}

// Validate refuses guests who do not belong to a visit of this kind, or are there twice.
func (n NewVisit) Validate() error {
	if len(n.Guests) > MostGuests {
		return fault.New(fault.Invalid, "visit.guests", nil)
	}
	for i, g := range n.Guests {
		if err := g.fits(n.Kind, n.Patient); err != nil {
			return err
		}
		if slices.ContainsFunc(n.Guests[:i], g.Same) {
			return fault.New(fault.Invalid, "visit.guest-twice", nil)
		}
	}
	return nil
}

// Same reports whether two are one person in one visit.
func (g NewGuest) Same(o NewGuest) bool {
	return g.ID == o.ID || g.As == o.As && (g.As == AsPatient || g.As == AsRelative && g.Relative == o.Relative || g.As == AsStaff && g.Person == o.Person)
}

func (g NewGuest) fits(kind VisitKind, patient PatientID) error {
	bad := func(code string) error { return fault.New(fault.Invalid, code, nil) }
	switch {
	case !ValidID(g.ID):
		return bad("guest.id")
	case g.As == AsPatient && (patient == "" || kind == Information), g.As == AsRelative && patient == "",
		kind == Meeting && g.As != AsStaff && g.As != AsInterpreter, g.As == AsCaller:
		return bad("guest.as")
	case g.As != AsInterpreter && !g.Address.Empty():
		return bad("guest.address")
	}
	return Guest{ID: g.ID, As: g.As, Relative: g.Relative, Person: g.Person, Name: g.Name, Language: g.Language, Zone: g.Zone}.Validate()
}

// VisitPatch changes a visit; nil leaves as it is. Version must be the one last read.
type VisitPatch struct {
	Version int64
	Kind    *VisitKind
	Local   *string
	Zone    *string
	Minutes *int
	Relay   *bool
	Patient *PatientID // only of a caller nobody has matched yet
}

// GuestPatch changes a guest; nil leaves as it is. Version must be the one last read.
type GuestPatch struct {
	Version  int64
	Name     *string
	Language *string
	Zone     *string
	Address  *Address
	Sealed   []byte // Address, as backend/visit sealed it
}

// VisitFilter narrows a list of visits; what is zero narrows nothing.
type VisitFilter struct {
	Project ProjectID
	Patient PatientID
	From    time.Time // that end after
	Until   time.Time // that begin before
	State   VisitState
	Mine    bool // the reader is host, or invited
}

// Waiting is one guest in the queue.
type Waiting struct {
	Invitation
	Kind        VisitKind
	Project     ProjectID
	Patient     PatientID
	PatientName string // pseudonym
	Host        PersonID
	HostName    string
	Start       time.Time
	Late        int
	DropIn      bool
	Mine        bool      // the reader is the visit's host, or invited to it
	Wrote       time.Time // when they wrote to staff last from the waiting room; zero: nothing
}

// Told is who knows that a guest waits, for a page of theirs that shows it is open, or else who was sent a notice of it: a push
// service took one, which nobody may ever see.
type Told string

// Who does.
const (
	ToldNobody Told = ""
	ToldClinic Told = "clinic" // somebody who may let them in, and not the host
	ToldHost   Told = "host"

	SentClinic Told = "sent-clinic" // somebody who may let them in, and not the host
	SentHost   Told = "sent-host"
)

// Knows reports whether somebody has a page open that shows it.
func (t Told) Knows() bool { return t == ToldClinic || t == ToldHost }

// Attendance is a visit as somebody invited sees it.
type Attendance struct {
	Visit    Visit
	Guest    Invitation // the reader's own place; without an id for the host
	HostName string
	Place    string       // what the clinic is known by: its site's name
	Others   []Invitation // who else is in it: their names, and nothing else; none before being let in
	Settings Visiting     // of the project
	Answered bool         // the survey
	Ahead    int          // callers who wait longer at the same open door
	Told     Told         // of one who waits
}

// VisitEvent is one step of a guest, or of the visit when Guest is "".
type VisitEvent struct {
	Guest  GuestID
	At     time.Time
	Act    string   // a GuestAct, or what happened to the visit, see the Visit… acts
	From   string   // the state before
	To     string   // and after
	By     PersonID // of staff, the guest themselves, or "" for the house
	Reason string
}

// What happens to a visit, besides what happens to its guests.
const (
	VisitBooked    = "book"
	VisitChanged   = "change"
	VisitBegun     = "begin"
	VisitEnding    = "end"
	VisitGoesOn    = "go-on"
	VisitClosed    = "close"
	VisitCancel    = "cancel"
	VisitHanded    = "hand-over"
	VisitLate      = "late"
	VisitOutcome   = "outcome"
	VisitReplanned = "replan" // the rules of the time zone changed
)

// CallsEnded happens to a guest who is let in: what they wished to be called for is settled by that. They stay where they are.
const CallsEnded = "calls-ended"

// VisitReport is what is known about how a visit went.
type VisitReport struct {
	Events  []VisitEvent
	Minutes []PartyMinute
	Answers []VisitAnswer
}

// PartyMinute is a Minute with who noticed it: a guest, or "" for somebody of staff.
type PartyMinute struct {
	Guest GuestID
	Minute
}

// DenyReasons are why staff do not let somebody in, or put them out, in the order pages show them. Words under "guest."+code.
func DenyReasons() []string { return []string{"later", "mistaken", "done", "removed"} }

// Step is one thing that happens to a guest.
type Step struct {
	Act    GuestAct
	Reason string     // a code, with words under "guest."
	Ready  *Readiness // with Check
	Agreed int        // with Arrive: the version of the terms agreed to
	// AgreedTo is the kind of the project's agreement it is a version of; "": the built-in terms.
	AgreedTo string
}

// Stepped is what came of a step. Changed is false when it meant nothing there: done already, or too late.
type Stepped struct {
	Visit   Planned
	Guest   Invitation
	Changed bool
	Moved   bool      // the guest's state is another one; else something was found out about their device
	Met     []GuestID // whose wishes for a call ended with it
}

// VisitNews is something invited people may have to be told. It is told inside the transaction that makes it true.
type VisitNews struct {
	What  string  // one of News…
	Was   Visit   // before it
	Visit Planned // after
	Guest GuestID // whom it concerns alone; "": everybody invited
	By    PersonID
	Lost  bool // of NewsAddress: what they were sent before went where they are reached no more
}

// What invited people may have to be told.
const (
	NewsBooked    = "booked"    // and invited, each of Guests
	NewsInvited   = "invited"   // one more, or one again
	NewsUninvited = "uninvited" // one
	NewsDenied    = "denied"    // one was not let in, or put out: their links and sessions are worth nothing now
	NewsAddress   = "address"   // one is reached elsewhere from now on
	NewsChanged   = "changed"   // its time or zone; Told has grown
	NewsReplanned = "replanned" // the wall clock stays and the instant is another: nobody is told, reminders move
	NewsCancelled = "cancelled"
	NewsLate      = "late" // Late minutes
	NewsOver      = "over" // it was closed: what still waits to be sent is not sent
)

// Conclude is what the house takes to have become of a visit that is over, when nobody says.
func Conclude(met time.Time, guests []Invitation) Outcome {
	if !met.IsZero() {
		return Held
	}
	if slices.ContainsFunc(guests, func(g Invitation) bool { return !g.Came.IsZero() }) {
		return Unserved
	}
	return NoShow
}

// Over is when a visit that nobody ends is over: two hours after its end while nobody is in it, and half a day after it
// whoever is.
func (v Visit) Over(now time.Time, inside bool) bool {
	after := LinkAfter
	if inside {
		after = 12 * time.Hour
	}
	return !now.Before(v.End.Add(after))
}

// Comes refuses a guest who comes too early or too late. Faults: Conflict "visit.early", Gone "visit.cancelled", "visit.over".
func (v Visit) Comes(now time.Time) error {
	switch {
	case v.State == Cancelled:
		return fault.New(fault.Gone, "visit.cancelled", nil)
	case v.Closed(now), v.State != Open && !now.Before(v.End.Add(LinkAfter)):
		return fault.New(fault.Gone, "visit.over", nil)
	case v.State != Open && now.Before(v.Start.Add(-ComeBefore)):
		return fault.New(fault.Conflict, "visit.early", nil)
	}
	return nil
}
