package store

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// sendHome takes everybody who waits or is inside out of a visit that is over; who never came did not come.
func (s *Store) sendHome(ctx context.Context, tx bun.Tx, v visitRow, by care.PersonID, reason string) error {
	rows, err := guestsOf(ctx, tx, v.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		step := care.Step{Act: care.Leave, Reason: reason}
		if rows[i].State == care.NotCome && v.State != care.Cancelled {
			step = care.Step{Act: care.Miss}
		}
		if _, err := s.stepped(ctx, tx, &v, &rows[i], step, by); err != nil {
			return err
		}
	}
	return nil
}

// CloseVisit closes, for the house, a visit whose end has come: who is inside or waits leaves, who never came did not come,
// and the house concludes what became of it unless somebody said. It answers false when there was nothing to close.
func (s *Store) CloseVisit(ctx context.Context, id care.VisitID) (v care.Planned, closed bool, err error) {
	v, err = s.changeVisit(ctx, "close a visit", every, id, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		all, err := s.withGuests(ctx, tx, []visitRow{*row})
		if err != nil {
			return err
		}
		if closed = s.due(all[0]); !closed {
			return nil
		}
		was := row.visit()
		row.State, row.Over = care.Ended, micro(s.now())
		if err := s.sendHome(ctx, tx, *row, "", "over"); err != nil {
			return err
		}
		if row.SaidBy == "" {
			row.Outcome = care.Conclude(instant(row.Met), all[0].Guests)
		}
		if err := s.visitEvent(ctx, tx, id, care.VisitEvent{Act: care.VisitClosed, From: string(was.State), To: string(row.State)}); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.tellNews(ctx, tx, care.NewsOver, was, *row, "", "")
	})
	if fault.Is(err, fault.NotFound) { // forgotten meanwhile
		return v, false, nil
	}
	return v, closed, err
}

// due reports whether a visit's end has come: as staff said, or long after its time.
func (s *Store) due(v care.Planned) bool {
	if v.State != care.Booked && v.State != care.Open {
		return false
	}
	inside := false
	for _, g := range v.Guests {
		inside = inside || g.State.Inside()
	}
	return v.Closed(s.now()) || v.Over(s.now(), inside)
}

// DueVisits lists visits that may be due to be closed, the longest due first, at most some at once.
func (s *Store) DueVisits(ctx context.Context) (ids []care.VisitID, err error) {
	now := s.now()
	err = s.db.NewRaw(`SELECT v.id FROM visits AS v WHERE v.state IN ('booked', 'open') AND ((v.closing > 0 AND v.closing <= ?) OR (v.ends <= ?
		AND (v.ends <= ? OR NOT EXISTS (SELECT 1 FROM guests AS i WHERE i.visit = v.id AND i.state IN ('admitted', 'in-call', 'reconnecting')))))
		ORDER BY v.ends LIMIT 200`, micro(now), micro(now.Add(-care.LinkAfter)), micro(now.Add(-12*time.Hour))).Scan(ctx, &ids)
	return ids, failed("look for visits that are over", err)
}

// AttendGuest is how the room says that a guest's page stands in the visit (care.Join), broke off (care.Lose) or went
// (care.Leave). Somebody of staff who was invited walks in: nobody lets them in, and the steps in between are theirs.
func (s *Store) AttendGuest(ctx context.Context, guest care.GuestID, act care.GuestAct) (out care.Stepped, err error) {
	var at struct {
		Visit     care.VisitID
		InvitedAs care.Invited
	}
	if err := s.db.NewRaw("SELECT i.visit, i.invited_as FROM guests AS i WHERE i.id = ?", guest).Scan(ctx, &at); err != nil {
		return out, failed("find a guest", err)
	}
	if act != care.Join || at.InvitedAs != care.AsStaff {
		return s.stepGuest(ctx, every, "", at.Visit, guest, care.Step{Act: act}, "")
	}
	out.Visit, err = s.changeVisit(ctx, "let in a colleague", every, at.Visit, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		g, err := guestIn(ctx, tx, at.Visit, guest)
		if err != nil {
			return err
		}
		for _, act := range []care.GuestAct{care.Arrive, care.Admit, care.Join} {
			moved, err := s.stepped(ctx, tx, row, &g, care.Step{Act: act}, g.Person)
			if err != nil {
				return err
			}
			out.Changed = out.Changed || moved
		}
		out.Moved = out.Changed
		out.Guest, err = g.invitation()
		return err
	})
	return out, err
}

// ReplanVisits computes anew when the visits to come begin: the wall clock stays, and the rules of its time zone may have
// changed with the program. It returns the visits that moved.
func (s *Store) ReplanVisits(ctx context.Context) (moved []care.Planned, err error) {
	var rows []visitRow
	if err := s.db.NewSelect().Model(&rows).Where("v.state = ? AND v.begins > ?", care.Booked, micro(s.now())).Scan(ctx); err != nil {
		return nil, failed("plan visits anew", err)
	}
	var wrong []error
	for _, row := range rows {
		if at, err := care.At(row.LocalTime, row.Zone); err != nil || micro(at) == row.Begins {
			continue // a zone that is gone stays as it was planned
		}
		v, err := s.changeVisit(ctx, "plan a visit anew", every, row.ID, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
			at, err := care.At(row.LocalTime, row.Zone)
			if err != nil || row.State != care.Booked {
				return err
			}
			was := row.visit()
			row.Begins, row.Ends = micro(at), micro(at.Add(time.Duration(row.Minutes)*time.Minute))
			if err := s.visitEvent(ctx, tx, row.ID, care.VisitEvent{Act: care.VisitReplanned}); err != nil {
				return err
			}
			if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
				return err
			}
			return s.tellNews(ctx, tx, care.NewsReplanned, was, *row, "", "")
		})
		switch {
		case fault.Is(err, fault.NotFound): // forgotten meanwhile
		case err != nil:
			wrong = append(wrong, err)
		default:
			moved = append(moved, v)
		}
	}
	return moved, errors.Join(wrong...)
}

// ForgetVisits forgets, for the house, visits that belong to no patient (callers nobody matched, meetings of staff) when
// their place forgets what was deleted so long ago.
func (s *Store) ForgetVisits(ctx context.Context) (gone int, err error) {
	var places []struct {
		Site    care.SiteID
		Project care.ProjectID
	}
	if err := s.db.NewRaw(`SELECT j.site, j.id AS project FROM projects AS j WHERE EXISTS (SELECT 1 FROM visits AS v WHERE v.project = j.id AND v.patient IS NULL AND v.over > 0)
		ORDER BY j.id`).Scan(ctx, &places); err != nil {
		return 0, failed("look for visits to forget", err)
	}
	for _, at := range places { // each place by itself: one that keeps long holds up no other
		keep, err := retentionAt(ctx, s.db, care.Place{Site: at.Site, Project: at.Project})
		if err != nil {
			return gone, failed("forget visits", err)
		}
		done, err := s.db.NewRaw("DELETE FROM visits WHERE project = ? AND patient IS NULL AND over > 0 AND over <= ?", at.Project, micro(s.now().Add(-days(keep.DeletedDays)))).Exec(ctx)
		if err != nil {
			return gone, failed("forget visits", err)
		}
		n, err := done.RowsAffected()
		if gone += int(n); err != nil {
			return gone, failed("forget visits", err)
		}
	}
	return gone, nil
}
