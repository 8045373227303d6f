package store

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// The faults of booking.
var (
	errHost        = fault.New(fault.Invalid, "visit.host", nil)
	errGuestID     = fault.New(fault.Invalid, "guest.id", nil)
	errGuestPerson = fault.New(fault.Invalid, "guest.person", nil)
	errPatient     = fault.New(fault.Invalid, "visit.patient", nil)
)

// BookVisit books a visit with exactly the guests named, or begins it at once. When its id is there already an earlier asking
// booked it, and it comes back as it is. Relatives were looked up in the patient's contact by whoever calls.
func (s *Store) BookVisit(ctx context.Context, by care.Reader, n care.NewVisit) (v care.Planned, err error) {
	if !care.ValidID(n.ID) || !care.ValidID(n.Project) || n.Patient != "" && !care.ValidID(n.Patient) {
		return v, errNotFound
	}
	err = s.within(ctx, "book a visit", func(ctx context.Context, tx bun.Tx) error {
		there, err := tx.NewSelect().Model((*visitRow)(nil)).Where("v.id = ?", n.ID).Exists(ctx)
		if err != nil {
			return err
		}
		if !there {
			if err := s.bookVisit(ctx, tx, by, n); err != nil {
				return err
			}
		}
		v, err = s.planned(ctx, tx, visitsOf(by, access.WriteVisits), n.ID)
		return err
	})
	return v, err
}

func (s *Store) bookVisit(ctx context.Context, tx bun.Tx, by care.Reader, n care.NewVisit) error {
	patient, err := visitPatient(ctx, tx, by, n.Project, n.Patient)
	if err != nil {
		return err
	}
	if n.Host == "" {
		n.Host = by.Person
	}
	if err := hostAt(ctx, tx, n.Project, n.Host, hostsOf(n.Kind)...); err != nil {
		return err
	}
	set, err := visitingOf(ctx, tx, n.Project)
	if err != nil {
		return err
	}
	v, err := s.plan(n, set)
	if err != nil {
		return err
	}
	v.By = by.Person
	if v, err = s.relayed(v, set.Relaying, each(n.Guests, func(g care.NewGuest) care.Invited { return g.As })...); err != nil {
		return err
	}
	if err := n.Validate(); err != nil {
		return err
	}
	row := visitRow{ID: v.ID, Project: v.Project, Created: micro(s.now()), Author: by.Person}
	row.set(v)
	if v.State == care.Open && v.Host == by.Person {
		row.HostIn = row.Created
	}
	done, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if first, err := done.RowsAffected(); err != nil || first == 0 { // the same asking, sent twice, booked it in this moment
		return err
	}
	for i, g := range n.Guests {
		if err := s.insertGuest(ctx, tx, row, set, patient, g, i); err != nil {
			return err
		}
	}
	if err := s.visitEvent(ctx, tx, row.ID, care.VisitEvent{Act: care.VisitBooked, To: string(v.State), By: by.Person}); err != nil {
		return err
	}
	return s.tellNews(ctx, tx, care.NewsBooked, care.Visit{}, row, "", by.Person)
}

// plan fills in what follows from a wall clock, or from now.
func (s *Store) plan(n care.NewVisit, set care.Visiting) (care.Visit, error) {
	v, now := n.Visit, s.now()
	if v.Zone == "" || n.Now {
		v.Zone = set.Zone
	}
	if v.Minutes == 0 {
		v.Minutes = usualMinutes
	}
	v.State, v.Outcome, v.Version, v.Told, v.Late, v.DropIn, v.Ends = care.Booked, "", 1, 0, 0, n.DropIn, instant(0)
	if !n.Now {
		return v.Plan(now)
	}
	wall, err := wallIn(now, v.Zone)
	if err != nil {
		return v, err
	}
	v.Local = wall
	if v, err = v.Plan(now); err != nil {
		return v, err
	}
	// The wall clock has no seconds and shows an hour twice in autumn; now is now.
	v.Start, v.End, v.State = now.UTC(), now.UTC().Add(v.End.Sub(v.Start)), care.Open
	return v, nil
}

// usualMinutes is how long a visit is planned when nobody says.
const usualMinutes = 30

// bookedPatient is what booking needs to know of a patient.
type bookedPatient struct {
	ID       care.PatientID
	Person   care.PersonID
	Name     string
	Language string
	LinkOnly bool
}

// visitPatient is the patient of a visit by may book in a project. Without one, by must be able to book there at all.
func visitPatient(ctx context.Context, db bun.IDB, by care.Reader, project care.ProjectID, id care.PatientID) (p bookedPatient, err error) {
	if err := visitingAt(ctx, db, by, access.WriteVisits, project); err != nil || id == "" {
		return p, err
	}
	err = db.NewRaw(`SELECT p.id, p.person, w.name, w.language, w.link_only FROM patients AS p JOIN people AS w ON w.id = p.person
		WHERE p.id = ? AND p.project = ? AND p.id IN (?)`, id, project, visible(by, access.WriteVisits)).Scan(ctx, &p)
	return p, err
}

// hostAt refuses a host who does not work where the visit is, in one of these roles.
func hostAt(ctx context.Context, db bun.IDB, project care.ProjectID, host care.PersonID, roles ...access.Role) error {
	if _, err := staffAt(ctx, db, project, host, roles...); fault.Is(failed("", err), fault.NotFound) {
		return errHost
	} else if err != nil {
		return err
	}
	return nil
}

// insertGuest invites somebody to a visit that is held.
func (s *Store) insertGuest(ctx context.Context, tx bun.Tx, v visitRow, set care.Visiting, patient bookedPatient, g care.NewGuest, place int) error {
	row := guestRow{ID: g.ID, Visit: v.ID, Place: place, InvitedAs: g.As, Relative: g.Relative, Relation: g.Relation, Name: g.Name, Language: g.Language, Zone: g.Zone,
		State: care.NotCome, Since: micro(s.now()), Version: 1, Created: micro(s.now())}
	if err := errors.Join(clean(g.Name, string(g.Relative), string(g.Relation)), s.newGuest(g)); err != nil {
		return err
	}
	switch taken, err := tx.NewSelect().Table("people").Where("id = ?", string(g.ID)).Exists(ctx); {
	case err != nil:
		return err
	case taken:
		return errGuestID // a session of the guest's would be taken for that person's
	}
	if len(g.Sealed) > 0 {
		row.Sealed = base64.StdEncoding.EncodeToString(g.Sealed)
	}
	switch g.As {
	case care.AsPatient:
		if !patient.LinkOnly {
			row.Person = patient.Person
		}
		if row.Name == "" && set.Naming == care.ByPseudonym {
			row.Name = shortened(patient.Name)
		}
		if row.Language == "" {
			row.Language = patient.Language
		}
	case care.AsStaff:
		name, err := staffAt(ctx, tx, v.Project, g.Person)
		if fault.Is(failed("", err), fault.NotFound) || err == nil && g.Person == v.Host {
			return errGuestPerson
		} else if err != nil {
			return err
		}
		row.Person = g.Person
		if row.Name == "" {
			row.Name = shortened(name)
		}
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	return s.visitEvent(ctx, tx, v.ID, care.VisitEvent{Guest: row.ID, Act: string(care.Invite), To: string(care.NotCome), By: v.Author})
}

func (s *Store) newGuest(g care.NewGuest) error {
	return care.Guest{ID: g.ID, As: g.As, Relative: g.Relative, Person: g.Person, Name: g.Name, Language: g.Language, Zone: g.Zone}.Validate()
}

// shortened is a name as long as one in a visit may be.
func shortened(name string) string {
	letters := []rune(name)
	return string(letters[:min(len(letters), 40)])
}

// visitEvent writes down that something happened. Events of a visit have an order of their own: several may happen at once.
func (s *Store) visitEvent(ctx context.Context, tx bun.Tx, visit care.VisitID, e care.VisitEvent) error {
	_, err := tx.NewRaw(`INSERT INTO guest_events (id, visit, guest, moment, place, act, was, becomes, author, reason)
		VALUES (?, ?, ?, ?, (SELECT COALESCE(MAX(o.place), 0) + 1 FROM guest_events AS o WHERE o.visit = ?), ?, ?, ?, ?, ?)`,
		care.NewID[string](), visit, e.Guest, micro(s.now()), visit, e.Act, e.From, e.To, e.By, e.Reason).Exec(ctx)
	return err
}

// tellNews tells the heralds what is true from now on.
func (s *Store) tellNews(ctx context.Context, tx bun.Tx, what string, was care.Visit, row visitRow, guest care.GuestID, by care.PersonID) error {
	v, err := s.planned(ctx, tx, every, row.ID)
	if err != nil {
		return err
	}
	return s.herald(ctx, tx, care.VisitNews{What: what, Was: was, Visit: v, Guest: guest, By: by})
}
