package visit

import (
	"context"
	"encoding/json"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Reached is somebody invited, with how they are reached at this moment. Nothing of it is kept.
type Reached struct {
	Visit    care.Planned
	Guest    care.Invitation
	Name     string // who they really are; "" where nobody wrote it down
	Address  care.Address
	Language string // theirs; "" when nobody said
	Settings care.Visiting
}

// Reach says how a guest is reached right now, for the house, which is about to send something: a patient and a relative as
// the patient's contact says, anybody else as was said of them. Faults: NotFound when the guest is gone; Gone
// "guest.relative" when the contact names the relative no more, "guest.uninvited", with everything filled in, when they are
// not invited any more: all that may still be sent them is that.
func (b *Book) Reach(ctx context.Context, id care.GuestID) (r Reached, err error) {
	v, sealed, err := b.Store.GuestAt(ctx, id)
	if err != nil {
		return r, err
	}
	r.Visit = v
	for _, g := range v.Guests {
		if g.ID == id {
			r.Guest, r.Language = g, g.Language
		}
	}
	if r.Settings, err = b.Store.Visiting(ctx, b.c.House, v.Project); err != nil {
		return r, err
	}
	if err = b.fill(ctx, &r, sealed); err == nil && (r.Guest.State == care.Uninvited || r.Guest.State == care.Denied) {
		err = fault.New(fault.Gone, "guest.uninvited", nil)
	}
	return r, err
}

func (b *Book) fill(ctx context.Context, r *Reached, sealed []byte) (err error) {
	switch r.Guest.As {
	case care.AsPatient, care.AsRelative:
		return b.reachKin(ctx, r)
	case care.AsStaff:
		r.Name = r.Guest.PersonName
		return nil
	}
	r.Name = r.Guest.Name
	if len(sealed) > 0 {
		r.Address, err = b.open(ctx, r.Guest.ID, sealed)
	}
	return err
}

// reachKin reads the contact of a visit's patient.
func (b *Book) reachKin(ctx context.Context, r *Reached) error {
	contact, _, err := b.c.Contacts.Who(ctx, b.c.House, r.Visit.Patient)
	if err != nil {
		return err
	}
	if r.Guest.As == care.AsPatient {
		r.Name, r.Address = contact.Name, care.Address{Mail: contact.Mail, Mobile: contact.Mobile}
		return nil
	}
	kin, there := relative(contact, r.Guest.Relative)
	if !there {
		return errRelativeGone
	}
	if r.Name, r.Address = kin.Name, (care.Address{Mail: kin.Mail, Mobile: kin.Mobile}); r.Language == "" {
		r.Language = kin.Language
	}
	return nil
}

var errRelativeGone = fault.New(fault.Gone, "guest.relative", nil)

func (b *Book) open(ctx context.Context, id care.GuestID, sealed []byte) (a care.Address, err error) {
	plain, err := b.c.Ring.Open(ctx, purpose, sealed, []byte("guests/"+string(id)))
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(plain, &a)
}
