package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/post"
	"hearth/shared/care"
)

// standColumns are since when no page of who waits is open (0: one is, as far as anybody knows), and who was sent a notice of
// them: a care.Told. A step writes neither.
const standColumns = `ALTER TABLE guests ADD COLUMN away BIGINT NOT NULL DEFAULT 0; ALTER TABLE guests ADD COLUMN told TEXT NOT NULL DEFAULT ''`

// stands is true in SQL for guests who wait.
const stands = `state IN ('arrived', 'checked', 'waiting')`

// arrives begins anew what is known of a guest who begins to wait: their page was here a moment ago, and nobody was told.
func (s *Store) arrives(ctx context.Context, tx bun.Tx, g guestRow, was care.GuestState) error {
	if !g.State.Queued() || was.Queued() {
		return nil
	}
	_, err := tx.NewRaw("UPDATE guests SET away = 0, told = '' WHERE id = ?", g.ID).Exec(ctx)
	return err
}

// StandGuest notes, for the house, since when no page of a guest who waits is open, zero: one is. It says whether that is news.
func (s *Store) StandGuest(ctx context.Context, guest care.GuestID, away time.Time) (bool, error) {
	return s.notes(ctx, "UPDATE guests SET away = ? WHERE id = ? AND "+stands+" AND away <> ?", micro(away), guest, micro(away))
}

// NoticeTaken notes, for the house, that these people were sent a notice that a guest waits.
func (s *Store) NoticeTaken(ctx context.Context, guest care.GuestID, people []care.PersonID) (bool, error) {
	if len(people) == 0 {
		return false, nil
	}
	return s.notes(ctx, `UPDATE guests SET told = CASE WHEN visit IN (SELECT v.id FROM visits AS v WHERE v.host IN (?)) THEN 'sent-host' ELSE 'sent-clinic' END
		WHERE id = ? AND `+stands+` AND told <> 'sent-host'`, bun.List(people), guest)
}

// callsAnew has who is host of a visit from now on called to those who wait: what the host before was sent is no knowledge of
// theirs, and that staff were called a moment ago is no reason to wait.
func (s *Store) callsAnew(ctx context.Context, tx bun.Tx, visit care.VisitID) error {
	var waiting []care.GuestID
	err := tx.NewRaw(`UPDATE guests SET rung = 0, told = CASE WHEN told = '' THEN '' ELSE 'sent-clinic' END
		WHERE visit = ? AND `+stands+` RETURNING id`, visit).Scan(ctx, &waiting)
	for _, g := range waiting {
		if err == nil {
			err = s.callStaff(ctx, tx, post.SummonJob, g)
		}
	}
	return err
}

func (s *Store) notes(ctx context.Context, query string, args ...any) (bool, error) {
	done, err := s.db.NewRaw(query, args...).Exec(ctx)
	if err != nil {
		return false, failed("note who is there", err)
	}
	n, err := done.RowsAffected()
	return n > 0, failed("note who is there", err)
}

// How long who waits is not heard of before their page counts as closed although it never stood at the door, as one without
// scripts does not, or before the house began: longer than a page that is open keeps silent, see the touch of sessions.
const (
	guestSilent  = 3 * time.Minute
	personSilent = 7 * time.Minute
)

// silent is true in SQL for guests i of whom nothing was heard for a while.
const silent = `i.waiting <= ? AND NOT EXISTS (SELECT 1 FROM guest_sessions AS s WHERE s.guest = i.id AND s.seen > ?)
	AND NOT EXISTS (SELECT 1 FROM sessions AS s WHERE s.person = i.person AND i.person <> '' AND s.seen > ?)`

// returned is how much later than it closed a page must be heard of to be open again: its last words arrive after it.
const returned = 10 * time.Second

// MissGuests notes, for the house, whose pages are closed though no room says so, and which of those are heard of again. It
// lists them.
func (s *Store) MissGuests(ctx context.Context) (changed []care.GuestID, err error) {
	now := s.now()
	long, longer := micro(now.Add(-guestSilent)), micro(now.Add(-personSilent))
	var rows []struct {
		ID     care.GuestID
		Heard  int64 // last, by a link
		Signed int64 // last, by who signs in
		Waited int64
	}
	err = s.db.NewRaw(`SELECT i.id, i.waiting AS waited, COALESCE((SELECT MAX(s.seen) FROM guest_sessions AS s WHERE s.guest = i.id), 0) AS heard,
		COALESCE((SELECT MAX(s.seen) FROM sessions AS s WHERE s.person = i.person AND i.person <> ''), 0) AS signed
		FROM guests AS i JOIN visits AS v ON v.id = i.visit WHERE v.state IN ('booked', 'open') AND i.invited_as <> 'staff' AND i.`+stands+` AND i.away = 0 AND `+silent+` LIMIT 200`,
		long, long, longer).Scan(ctx, &rows)
	if err != nil {
		return nil, failed("look who went away", err)
	}
	for _, row := range rows {
		is, err := s.notes(ctx, "UPDATE guests AS i SET away = ? WHERE i.id = ? AND i."+stands+" AND i.away = 0 AND "+silent, max(row.Heard, row.Signed, row.Waited), row.ID, long, long, longer)
		if err != nil {
			return changed, err
		}
		if is {
			changed = append(changed, row.ID)
		}
	}
	var back []care.GuestID
	err = s.db.NewRaw(`UPDATE guests SET away = 0 WHERE away > 0 AND `+stands+` AND (EXISTS (SELECT 1 FROM guest_sessions AS s
		WHERE s.guest = guests.id AND s.seen > guests.away + ?0) OR EXISTS (SELECT 1 FROM sessions AS s
		WHERE s.person = guests.person AND guests.person <> '' AND s.seen > guests.away + ?0)) RETURNING id`, returned.Microseconds()).Scan(ctx, &back)
	return slices.Concat(changed, back), failed("look who came back", err)
}
