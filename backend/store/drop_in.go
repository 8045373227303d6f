package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// mostCallers is how many callers may wait at one open door: nobody fills a clinic's queue from a script.
const mostCallers = 30

// A page that waits is heard of every minute, one without scripts every few seconds.
const (
	callerHeard = 2 * time.Minute // who was heard of this lately counts
	callerGone  = 5 * time.Minute // who was not heard of for so long has gone away
)

// OpenDoor is the open door that is called so: by the id of its project, or by the slug of a site that has no other. With its
// hours, whether it is open or not; fault.NotFound where callers never come.
func (s *Store) OpenDoor(ctx context.Context, called string) (care.Doorway, error) {
	project := care.ProjectID(called)
	if !care.ValidID(project) {
		var doors []care.ProjectID
		if err := clean(called); err != nil {
			return care.Doorway{}, errNotFound
		}
		if err := s.db.NewRaw(`SELECT j.id FROM projects AS j JOIN visiting AS z ON z.project = j.id AND z.drop_in JOIN site_settings AS t ON t.site = j.site
			WHERE t.slug = ? AND t.slug <> '' AND j.deleted = 0 LIMIT 2`, called).Scan(ctx, &doors); err != nil || len(doors) != 1 {
			return care.Doorway{}, failed("find an open door", errors.Join(err, errNotFound))
		}
		project = doors[0]
	}
	d, err := openDoor(ctx, s.db, project)
	return d, failed("find an open door", err)
}

func openDoor(ctx context.Context, db bun.IDB, project care.ProjectID) (d care.Doorway, err error) {
	if !care.ValidID(project) {
		return d, errNotFound
	}
	if err = db.NewRaw("SELECT j.name, j.site, x.name FROM projects AS j JOIN sites AS x ON x.id = j.site WHERE j.id = ? AND j.deleted = 0 AND x.deleted = 0", project).
		Scan(ctx, &d.Place, &d.Site, &d.Clinic); err != nil {
		return d, err
	}
	if d.Settings, err = visitingOf(ctx, db, project); err == nil && !d.Settings.DropIn {
		err = errNotFound
	}
	if err == nil {
		d.Terms, err = visitTerms(ctx, db, d.Settings)
	}
	return d, err
}

// Call begins a visit of a caller's own at an open door: nobody hosts it until somebody lets the caller in, and nobody else
// is in it. Faults: Conflict "drop-in.closed", "drop-in.full"; Invalid "guest.name".
func (s *Store) Call(ctx context.Context, project care.ProjectID, who care.Caller) (visit care.VisitID, guest care.GuestID, err error) {
	who.Name = strings.TrimSpace(who.Name)
	err = s.within(ctx, "begin a visit of a caller", func(ctx context.Context, tx bun.Tx) error {
		d, err := openDoor(ctx, tx, project)
		if err != nil {
			return err
		}
		now := s.now()
		if !d.Settings.OpenAt(now) {
			return fault.New(fault.Conflict, "drop-in.closed", nil)
		}
		var waiting int
		if err := tx.NewRaw(`SELECT COUNT(*) FROM guests AS i JOIN visits AS v ON v.id = i.visit WHERE v.project = ? AND v.drop_in AND v.state = 'booked'
			AND i.state NOT IN ('left', 'denied') AND v.created > ? AND EXISTS (SELECT 1 FROM guest_sessions AS s WHERE s.guest = i.id AND s.seen > ?)`,
			project, micro(now.Add(-care.LinkAfter)), micro(now.Add(-callerHeard))).Scan(ctx, &waiting); err != nil {
			return err
		}
		if waiting >= mostCallers {
			return fault.New(fault.Conflict, "drop-in.full", nil)
		}
		visit, guest, err = s.insertCall(ctx, tx, d.Settings, who, now)
		return err
	})
	return visit, guest, err
}

// Ahead is how many callers wait longer at the same open door than one who waits.
func (s *Store) Ahead(ctx context.Context, caller care.GuestID) (n int, err error) {
	err = s.db.NewRaw(`SELECT COUNT(*) FROM guests AS i JOIN visits AS v ON v.id = i.visit JOIN guests AS me ON me.id = ? JOIN visits AS mine ON mine.id = me.visit
		WHERE v.drop_in AND v.state = 'booked' AND v.project = mine.project AND i.invited_as = 'caller' AND i.state IN ('arrived', 'checked', 'waiting')
		AND (i.waiting < me.waiting OR i.waiting = me.waiting AND i.id < me.id)`, caller).Scan(ctx, &n)
	return n, failed("count callers", err)
}

// GoneCallers lists, for the house, callers who wait at open doors and whose pages have not been heard of for a while.
func (s *Store) GoneCallers(ctx context.Context) (ids []care.GuestID, err error) {
	long := micro(s.now().Add(-callerGone))
	err = s.db.NewRaw(`SELECT i.id FROM guests AS i JOIN visits AS v ON v.id = i.visit WHERE v.drop_in AND v.state IN ('booked', 'open')
		AND i.invited_as = 'caller' AND i.state IN ('arrived', 'checked', 'waiting') AND i.waiting <= ?
		AND NOT EXISTS (SELECT 1 FROM guest_sessions AS s WHERE s.guest = i.id AND s.seen > ?) ORDER BY i.waiting LIMIT 200`, long, long).Scan(ctx, &ids)
	return ids, failed("look for callers who went away", err)
}

// LetGoCaller takes a caller out of the queue who went away. Whoever was let in, or was heard of, since the house looked stays.
func (s *Store) LetGoCaller(ctx context.Context, caller care.GuestID) (out care.Stepped, err error) {
	var visit care.VisitID
	if err := s.db.NewRaw("SELECT i.visit FROM guests AS i WHERE i.id = ? AND i.invited_as = 'caller'", caller).Scan(ctx, &visit); err != nil {
		return out, failed("find a caller", err)
	}
	long := micro(s.now().Add(-callerGone))
	out.Visit, err = s.changeVisit(ctx, "let a caller go", every, visit, func(ctx context.Context, tx bun.Tx, row *visitRow) error {
		g, err := guestIn(ctx, tx, visit, caller)
		if err != nil {
			return err
		}
		heard, err := tx.NewSelect().Table("guest_sessions").Where("guest = ? AND seen > ?", caller, long).Exists(ctx)
		if err != nil {
			return err
		}
		if g.State.Queued() && g.Waiting <= long && !heard {
			if out.Changed, err = s.stepped(ctx, tx, row, &g, care.Step{Act: care.Leave}, ""); err != nil {
				return err
			}
			out.Moved = out.Changed
		}
		out.Guest, err = g.invitation()
		return err
	})
	return out, err
}

func (s *Store) insertCall(ctx context.Context, tx bun.Tx, set care.Visiting, who care.Caller, now time.Time) (care.VisitID, care.GuestID, error) {
	wall, err := wallIn(now, set.Zone)
	if err != nil {
		return "", "", err
	}
	v := visitRow{ID: care.NewID[care.VisitID](), Project: set.Project, Kind: care.Consultation, LocalTime: wall, Zone: set.Zone, Minutes: usualMinutes,
		Begins: micro(now), Ends: micro(now.Add(usualMinutes * time.Minute)), State: care.Booked, DropIn: true, Relay: who.Relay, Created: micro(now), Version: 1}
	g := guestRow{ID: care.NewID[care.GuestID](), Visit: v.ID, InvitedAs: care.AsCaller, Name: who.Name, Language: who.Language, State: care.NotCome,
		Since: micro(now), Version: 1, Created: micro(now)}
	i, err := g.invitation()
	if err == nil {
		err = i.Guest.Validate()
	}
	if err == nil {
		err = clean(who.Name)
	}
	if err != nil {
		return "", "", err
	}
	if _, err := tx.NewInsert().Model(&v).Exec(ctx); err != nil {
		return "", "", fmt.Errorf("store a caller's visit: %w", err)
	}
	if _, err := tx.NewInsert().Model(&g).Exec(ctx); err != nil {
		return "", "", fmt.Errorf("store a caller: %w", err)
	}
	return v.ID, g.ID, s.visitEvent(ctx, tx, v.ID, care.VisitEvent{Act: care.VisitBooked, To: string(care.Booked), By: care.PersonID(g.ID)})
}
