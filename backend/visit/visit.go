// Package visit is the clinic's book of visits: who is invited where, who waits, who was let in, and how it ends. It looks
// relatives up in the patient's contact, keeps addresses of others sealed, closes visits in time, and lets the live rooms
// know of every step that is stored. Who may do what is the store's to say, and it never sends a message itself.
//
// # Addresses
//
// A visit holds ids alone. Whoever sends something asks Reach at that moment, which reads the patient's contact of that
// moment: a link cannot go to who was taken off the list, and never to somebody of another patient.
package visit

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// Store is what the book needs of the house's memory.
type Store interface {
	ListVisits(ctx context.Context, by care.Reader, f care.VisitFilter, page care.Page) (list []care.Planned, next string, err error)
	Visit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error)
	BookVisit(ctx context.Context, by care.Reader, n care.NewVisit) (care.Planned, error)
	PatchVisit(ctx context.Context, by care.Reader, id care.VisitID, p care.VisitPatch) (care.Planned, error)
	CancelVisit(ctx context.Context, by care.Reader, id care.VisitID, version int64) (care.Planned, error)
	BeginVisit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error)
	EndVisit(ctx context.Context, by care.Reader, id care.VisitID, notice time.Duration) (care.Planned, error)
	GoOnVisit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error)
	HandVisit(ctx context.Context, by care.Reader, id care.VisitID, version int64, to care.PersonID) (care.Planned, error)
	LateVisit(ctx context.Context, by care.Reader, id care.VisitID, minutes int) (care.Planned, error)
	PutOutcome(ctx context.Context, by care.Reader, id care.VisitID, o care.Outcome) (care.Planned, error)
	VisitReport(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, care.VisitReport, error)

	AddGuest(ctx context.Context, by care.Reader, id care.VisitID, g care.NewGuest) (care.Planned, error)
	PatchGuest(ctx context.Context, by care.Reader, id care.VisitID, guest care.GuestID, p care.GuestPatch) (care.Planned, error)
	StepGuest(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, step care.Step) (care.Stepped, error)
	AttendGuest(ctx context.Context, guest care.GuestID, act care.GuestAct) (care.Stepped, error)
	Queue(ctx context.Context, by care.Reader, project care.ProjectID, mine bool) ([]care.Waiting, error)
	AdmitNext(ctx context.Context, by care.Reader, project care.ProjectID, mine bool) (care.Stepped, error)
	// StandGuest, NoticeTaken and MissGuests note who is there, and whom they changed.
	StandGuest(ctx context.Context, guest care.GuestID, away time.Time) (bool, error)
	NoticeTaken(ctx context.Context, guest care.GuestID, people []care.PersonID) (bool, error)
	MissGuests(ctx context.Context) ([]care.GuestID, error)
	// GuestAt returns a visit with the sealed address of one of its guests.
	GuestAt(ctx context.Context, id care.GuestID) (v care.Planned, sealed []byte, err error)

	CloseVisit(ctx context.Context, id care.VisitID) (v care.Planned, closed bool, err error)
	DueVisits(ctx context.Context) ([]care.VisitID, error)
	ExpectedGuests(ctx context.Context) ([]care.GuestID, error)
	GoneCallers(ctx context.Context) ([]care.GuestID, error)
	LetGoCaller(ctx context.Context, caller care.GuestID) (care.Stepped, error)
	ReplanVisits(ctx context.Context) ([]care.Planned, error)

	Attendances(ctx context.Context, by care.Reader) ([]care.Attendance, error)
	Attendance(ctx context.Context, by care.Reader, id care.VisitID) (care.Attendance, error)
	Lines(ctx context.Context, by care.Reader, id care.VisitID) ([]care.Line, error)
	Chat(ctx context.Context, by care.Reader, id care.VisitID) ([]care.Line, error)
	AddLine(ctx context.Context, by care.Reader, l care.Line) (care.Line, error)
	TellGuest(ctx context.Context, by care.Reader, guest care.GuestID, l care.Line) (care.Line, error)
	ReportMinutes(ctx context.Context, by care.Reader, id care.VisitID, list []care.Minute) error
	AnswerVisit(ctx context.Context, by care.Reader, id care.VisitID, a care.VisitAnswer) error
	VisitNotes(ctx context.Context, by care.Reader, id care.VisitID) ([]care.VisitNotes, error)
	PutVisitNotes(ctx context.Context, by care.Reader, n care.VisitNotes) (care.VisitNotes, error)

	Captioning(ctx context.Context, by care.Reader, id care.VisitID, who care.Speaker) (v care.Planned, first bool, err error)
	StopCaptions(ctx context.Context, by care.Reader, id care.VisitID, service care.ServiceID, stopped bool) (care.Planned, error)
	OpenVisits(ctx context.Context, by care.Reader) ([]care.OpenVisit, error)

	Visiting(ctx context.Context, by care.Reader, project care.ProjectID) (care.Visiting, error)
	PutVisiting(ctx context.Context, by care.Reader, v care.Visiting) (care.Visiting, error)
	VisitStaff(ctx context.Context, by care.Reader, project care.ProjectID) ([]care.Staff, error)
}

// Contacts says who a patient really is; records.Book is one.
type Contacts interface {
	Who(ctx context.Context, by care.Reader, id care.PatientID) (care.Contact, int64, error)
}

// Ring seals and opens; keys.Ring is one.
type Ring interface {
	Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error)
}

// Rooms is the live rooms; room.Hub is one. Every call comes after the change is stored.
type Rooms interface {
	Reroom(ctx context.Context, people ...care.PersonID)
	Resettle(ctx context.Context, room live.RoomID)
	Changed(ctx context.Context, room live.RoomID, note live.DataNote)
	Caption(ctx context.Context, n live.Nudged)
}

// Config is what a book is opened with.
type Config struct {
	Store    Store
	Contacts Contacts
	Ring     Ring
	Rooms    Rooms
	House    care.Reader      // who asks when the house does something by itself
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: silence
}

// Book is the book of visits. What it does not add to is the store's own.
type Book struct {
	Store
	c Config

	mu      sync.Mutex // guards what follows
	closing bool
	ends    map[care.VisitID]*time.Timer
	spared  map[string]*sparing
	watch   map[care.GuestID][]care.PersonID // whose open pages show that a guest waits
	running sync.WaitGroup
}

// Open opens the book.
func Open(c Config) *Book {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Book{Store: c.Store, c: c, ends: map[care.VisitID]*time.Timer{}, spared: map[string]*sparing{}, watch: map[care.GuestID][]care.PersonID{}}
}

// errRelative is the fault of inviting somebody the patient's contact does not name.
var errRelative = fault.New(fault.Invalid, "guest.relative", nil)

// BookVisit books a visit, or begins it at once. Relatives must stand in the patient's contact as it is now.
func (b *Book) BookVisit(ctx context.Context, by care.Reader, n care.NewVisit) (care.Planned, error) {
	for i := range n.Guests {
		if err := b.known(ctx, by, n.Patient, &n.Guests[i]); err != nil {
			return care.Planned{}, err
		}
	}
	return b.told(ctx, true)(b.Store.BookVisit(ctx, by, n))
}

// AddGuest invites one more, in the middle of a visit too.
func (b *Book) AddGuest(ctx context.Context, by care.Reader, id care.VisitID, g care.NewGuest) (care.Planned, error) {
	v, err := b.Store.Visit(ctx, by, id)
	if err != nil {
		return v, err
	}
	if err := b.known(ctx, by, v.Patient, &g); err != nil {
		return v, err
	}
	return b.told(ctx, false)(b.Store.AddGuest(ctx, by, id, g))
}

// PatchGuest changes how a guest is called and reached.
func (b *Book) PatchGuest(ctx context.Context, by care.Reader, id care.VisitID, guest care.GuestID, p care.GuestPatch) (care.Planned, error) {
	if p.Address != nil {
		is, err := p.Address.Tidy()
		if err != nil {
			return care.Planned{}, err
		}
		was, err := b.addressOf(ctx, guest)
		if err != nil {
			return care.Planned{}, err
		}
		if p.Address = &is; was == is { // nobody is reached elsewhere
			p.Address = nil
		} else if p.Sealed, err = b.seal(ctx, guest, is); err != nil {
			return care.Planned{}, err
		}
	}
	return b.told(ctx, false)(b.Store.PatchGuest(ctx, by, id, guest, p))
}

// addressOf is the sealed address of a guest; none of who is not there.
func (b *Book) addressOf(ctx context.Context, guest care.GuestID) (a care.Address, err error) {
	_, sealed, err := b.Store.GuestAt(ctx, guest)
	if err == nil && len(sealed) > 0 {
		return b.open(ctx, guest, sealed)
	}
	if fault.Is(err, fault.NotFound) {
		err = nil // the store says so to whoever may hear it
	}
	return a, err
}

// known fills in what a patient's contact says of a relative, and seals the address of who is in none. What somebody may
// not read of a patient they cannot invite from.
func (b *Book) known(ctx context.Context, by care.Reader, patient care.PatientID, g *care.NewGuest) (err error) {
	if g.Relation = ""; g.As == care.AsRelative && patient != "" {
		contact, _, err := b.c.Contacts.Who(ctx, by, patient)
		if err != nil {
			return err
		}
		r, there := relative(contact, g.Relative)
		if !there {
			return errRelative
		}
		if g.Relation = r.Relation; g.Language == "" {
			g.Language = r.Language
		}
	}
	if !g.Address.Empty() {
		g.Sealed, err = b.seal(ctx, g.ID, g.Address)
	}
	return err
}

func relative(c care.Contact, id care.RelativeID) (care.Relative, bool) {
	for _, r := range c.Relatives {
		if r.ID == id && id != "" {
			return r, true
		}
	}
	return care.Relative{}, false
}

// purpose is what addresses of guests are sealed for.
const purpose = "guests"

func (b *Book) seal(ctx context.Context, id care.GuestID, a care.Address) ([]byte, error) {
	a, err := a.Tidy()
	if err != nil || a.Empty() {
		return nil, err
	}
	plain, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return b.c.Ring.Seal(ctx, purpose, plain, []byte("guests/"+string(id)))
}
