package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// readdress follows a change of a patient's contact into the visits that are not over.
func (s *Store) readdress(ctx context.Context, tx bun.Tx, patient care.PatientID, moves []care.Move, by care.PersonID) error {
	for _, m := range moves {
		as := care.AsRelative
		if m.Relative == "" {
			as = care.AsPatient
		}
		var rows []guestRow
		if err := tx.NewSelect().Model(&rows).Where("i.visit IN (SELECT v.id FROM visits AS v WHERE v.patient = ? AND v.state IN ('booked', 'open'))", patient).
			Where("i.invited_as = ? AND i.relative = ?", as, m.Relative).OrderExpr("i.visit, i.id").Scan(ctx); err != nil {
			return err
		}
		for _, g := range rows {
			if err := s.readdressGuest(ctx, tx, g.Visit, g.ID, m, by); err != nil && !fault.Is(failed("", err), fault.NotFound) {
				return err
			}
		}
	}
	return nil
}

// readdressGuest notes that a guest is reached elsewhere. Their version grows, so that no message that was addressed before
// goes out.
func (s *Store) readdressGuest(ctx context.Context, tx bun.Tx, visit care.VisitID, guest care.GuestID, m care.Move, by care.PersonID) error {
	row, err := s.holdVisit(ctx, tx, every, visit)
	if err != nil {
		return err
	}
	g, err := guestIn(ctx, tx, visit, guest)
	if err != nil {
		return err
	}
	g.Version++
	if _, err := tx.NewUpdate().Model(&g).Column("version").WherePK().Exec(ctx); err != nil {
		return err
	}
	if m.Lost || m.Gone {
		if err := s.voidLinks(ctx, tx, g); err != nil {
			return err
		}
	}
	if m.Gone { // there is nowhere to tell them anything
		return nil
	}
	v, err := s.planned(ctx, tx, every, visit)
	if err != nil {
		return err
	}
	return s.herald(ctx, tx, care.VisitNews{What: care.NewsAddress, Was: row.visit(), Visit: v, Guest: guest, By: by, Lost: m.Lost})
}

// voidLinks takes back the links a guest was sent. Who waits or is inside stays: staff see them, and putting out is theirs.
func (s *Store) voidLinks(ctx context.Context, tx bun.Tx, g guestRow) error {
	if !g.State.Queued() && !g.State.Inside() {
		return s.shutOut(ctx, tx, g.ID, true)
	}
	return s.revokeLinks(ctx, tx, g.ID)
}
