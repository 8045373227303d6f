package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/jobs"
	"hearth/backend/post"
	"hearth/shared/access"
	"hearth/shared/care"
)

// mostSummoned is how many are called to one guest: a whole clinic, where anybody may let callers in.
const mostSummoned = 200

// rungColumn is when staff were called to a guest last: the job of it may be over.
const rungColumn = `ALTER TABLE guests ADD COLUMN rung BIGINT NOT NULL DEFAULT 0`

// summon has staff called who are not there, when a guest began to wait, and a patient who is not there, when it is their
// turn. Whoever comes back is called for at once, too: what was put off for their first time begins anew. Where no browser takes
// notices there is nothing to do.
func (s *Store) summon(ctx context.Context, tx bun.Tx, g guestRow, was care.GuestState) error {
	kind := post.SummonJob
	switch {
	case g.State.Queued() && !was.Queued():
	case g.State == care.Admitted && g.InvitedAs == care.AsPatient && g.Person != "":
		kind = post.TurnJob
	default:
		return nil
	}
	return s.callStaff(ctx, tx, kind, g.ID)
}

// callStaff has people called because of a guest, beginning now.
func (s *Store) callStaff(ctx context.Context, tx bun.Tx, kind jobs.Kind, guest care.GuestID) error {
	if taken, err := tx.NewSelect().Table("subscriptions").Exists(ctx); err != nil || !taken {
		return err
	}
	return s.renewJob(ctx, tx, jobs.Job{Kind: kind, Key: string(kind) + ":" + string(guest), Due: s.now(), Body: string(guest)})
}

// waits finds in SQL since when a guest i of a visit v waits for staff, by the job that calls them. Its arguments are the
// guest, now, and since when devices that ask are shown.
var waits = map[jobs.Kind]string{
	post.SummonJob: `SELECT i.waiting AS since, ` + calledTo + ` WHERE i.id = ?0 AND i.state IN ('arrived', 'checked', 'waiting') AND ` + notOver,
	post.DeviceJob: `SELECT d.made AS since, ` + calledTo + ` JOIN guest_devices AS d ON d.guest = i.id AND NOT d.allowed AND d.made > ?2 WHERE i.id = ?0 AND ` + notOver,
	post.CallJob:   `SELECT b.wished AS since, ` + calledTo + ` JOIN call_backs AS b ON b.guest = i.id AND b.done = 0 WHERE i.id = ?0 AND i.state <> 'uninvited'`,
}

const (
	calledTo = `i.visit, v.project, v.host, i.person, i.rung, v.drop_in, ` + handed + ` AS handed FROM guests AS i JOIN visits AS v ON v.id = i.visit`
	handed   = `COALESCE((SELECT MAX(e.moment) FROM guest_events AS e WHERE e.visit = i.visit AND e.act = '` + care.VisitHanded + `'), 0)`
	notOver  = `v.state IN ('booked', 'open') AND (v.closing = 0 OR v.closing > ?1)`
)

// Summons finds, for the house, a guest who waits for what a job calls staff to, and the staff who should come and whose browsers
// take notices: the host and who is invited of staff; to a caller nobody knows yet, everybody who lets callers in there.
// fault.NotFound: nobody waits.
func (s *Store) Summons(ctx context.Context, kind jobs.Kind, guest care.GuestID) (out post.Summons, err error) {
	var at struct {
		Visit   care.VisitID
		Project care.ProjectID
		Host    care.PersonID
		Person  care.PersonID
		Since   int64
		Handed  int64 // when the visit became the host's; 0: it was from the beginning
		Rung    int64
		DropIn  bool
	}
	now := s.now()
	err = s.db.NewRaw(waits[kind]+` AND (v.patient IS NULL OR v.patient IN (SELECT p.id FROM patients AS p WHERE p.deleted = 0)) ORDER BY since DESC LIMIT 1`,
		guest, micro(now), micro(now.Add(-asksFor))).Scan(ctx, &at)
	if err != nil {
		return out, failed("find who waits", err)
	}
	out.Since, out.Rung = instant(max(at.Since, at.Handed)), instant(at.Rung) // who took over late is called as often as anybody
	var rows []struct {
		ID        care.PersonID
		Language  string
		Therapist bool
	}
	err = s.db.NewRaw(`SELECT w.id, w.language, EXISTS (SELECT 1 FROM grants AS g WHERE g.person = w.id AND g.role = ? AND `+atProject+` AS therapist
		FROM people AS w JOIN projects AS j ON j.id = ? AND j.deleted = 0 WHERE NOT w.disabled AND w.deleted = 0 AND w.id <> ?
		AND EXISTS (SELECT 1 FROM grants AS g WHERE g.person = w.id AND g.role IN (?) AND `+atProject+`
		AND EXISTS (SELECT 1 FROM subscriptions AS u WHERE u.person = w.id AND `+taking+`)
		AND (w.id = ? OR w.id IN (SELECT i.person FROM guests AS i WHERE i.visit = ? AND i.invited_as = 'staff' AND i.state NOT IN ('uninvited', 'denied')) OR ?)
		ORDER BY w.id LIMIT ?`,
		access.Therapist, at.Project, at.Person, bun.List(hosting), micro(now), at.Host, at.Visit, at.DropIn && at.Host == "", mostSummoned).Scan(ctx, &rows)
	for _, row := range rows {
		out.Staff = append(out.Staff, post.Absent{Person: row.ID, Language: row.Language, Office: !row.Therapist})
	}
	return out, failed("find who should come", err)
}

// Rang notes, for the house, that staff are called to a guest now, and says whether nobody did since they were last.
func (s *Store) Rang(ctx context.Context, guest care.GuestID, last time.Time) (bool, error) {
	done, err := s.db.NewRaw("UPDATE guests SET rung = ? WHERE id = ? AND rung = ?", micro(s.now()), guest, micro(last)).Exec(ctx)
	if err != nil {
		return false, failed("note that staff are called", err)
	}
	n, err := done.RowsAffected()
	return n > 0, failed("note that staff are called", err)
}

// Turn finds, for the house, a patient who signs in, was let in, and is not there. fault.NotFound: it is not so.
func (s *Store) Turn(ctx context.Context, guest care.GuestID) (a post.Absent, err error) {
	err = s.db.NewRaw(`SELECT i.person AS person, w.language AS language FROM guests AS i JOIN visits AS v ON v.id = i.visit JOIN people AS w ON w.id = i.person
		WHERE i.id = ? AND i.invited_as = 'patient' AND i.state = 'admitted' AND v.state = 'open' AND (v.closing = 0 OR v.closing > ?)`, guest, micro(s.now())).Scan(ctx, &a)
	return a, failed("find whose turn it is", err)
}
