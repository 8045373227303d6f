package store

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// AddGuest invites one more to a visit by writes, in the middle of it too. Inviting twice with one id is inviting once; a
// patient or relative who was uninvited is invited again.
func (s *Store) AddGuest(ctx context.Context, by care.Reader, id care.VisitID, g care.NewGuest) (care.Planned, error) {
	return s.changeVisit(ctx, "invite a guest", visitsOf(by, access.WriteVisits), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		rows, err := guestsOf(ctx, tx, id)
		if err != nil || slices.ContainsFunc(rows, func(o guestRow) bool { return o.ID == g.ID }) {
			return err
		}
		if err := s.running(*row); err != nil {
			return err
		}
		n := care.NewVisit{Visit: row.visit(), Guests: []care.NewGuest{g}}
		for _, o := range rows {
			if o.State != care.Uninvited && o.InvitedAs != care.AsCaller {
				n.Guests = append(n.Guests, care.NewGuest{ID: o.ID, As: o.InvitedAs, Relative: o.Relative, Person: o.Person})
			}
		}
		if err := n.Validate(); err != nil {
			return err
		}
		set, err := visitingOf(ctx, tx, row.Project)
		if err != nil {
			return err
		}
		if err := s.relayFor(ctx, tx, row, g.As); err != nil {
			return err
		}
		var patient bookedPatient
		if g.As == care.AsPatient {
			if err := tx.NewRaw(`SELECT p.id, p.person, w.name, w.language, w.link_only FROM patients AS p JOIN people AS w ON w.id = p.person
				WHERE p.id = ?`, row.Patient).Scan(ctx, &patient); err != nil {
				return err
			}
		}
		host := *row
		host.Author = by.Person
		if err := s.insertGuest(ctx, tx, host, set, patient, g, nextPlace(rows)); err != nil {
			return err
		}
		return s.tellNews(ctx, tx, care.NewsInvited, row.visit(), *row, g.ID, by.Person)
	})
}

// PatchGuest changes how a guest is called and reached.
func (s *Store) PatchGuest(ctx context.Context, by care.Reader, id care.VisitID, guest care.GuestID, p care.GuestPatch) (care.Planned, error) {
	return s.changeVisit(ctx, "change a guest", visitsOf(by, access.WriteVisits), id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		g, err := guestIn(ctx, tx, id, guest)
		if err != nil {
			return err
		}
		if g.Version != p.Version {
			return errChanged
		}
		lost := false
		if p.Name != nil {
			g.Name = *p.Name
		}
		if p.Language != nil {
			g.Language = *p.Language
		}
		if p.Zone != nil {
			g.Zone = *p.Zone
		}
		if p.Address != nil {
			if g.InvitedAs != care.AsInterpreter && g.InvitedAs != care.AsCaller {
				return fault.New(fault.Invalid, "guest.address", nil)
			}
			lost = g.Sealed != ""
			g.Sealed = base64.StdEncoding.EncodeToString(p.Sealed)
		}
		i, err := g.invitation()
		if err != nil {
			return err
		}
		if err := i.Guest.Validate(); err != nil {
			return err
		}
		if p.Address == nil { // else it grows below
			g.Version++
		}
		if _, err = tx.NewUpdate().Model(&g).WherePK().Exec(ctx); err != nil || p.Address == nil {
			return err
		}
		return s.readdressGuest(ctx, tx, id, guest, care.Move{Lost: lost}, by.Person)
	})
}

// guestIn reads a guest of a visit that is held.
func guestIn(ctx context.Context, db bun.IDB, visit care.VisitID, id care.GuestID) (g guestRow, err error) {
	if !care.ValidID(id) {
		return g, errNotFound
	}
	return g, db.NewSelect().Model(&g).Where("i.id = ? AND i.visit = ?", id, visit).Scan(ctx)
}
