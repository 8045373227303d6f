package store

import (
	"context"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// captionsTables say which services wrote captions in a visit, and which were stopped there; what they wrote is nowhere.
const captionsTables = `
ALTER TABLE visiting ADD COLUMN captions BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE visit_captions (
	visit TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE, service TEXT NOT NULL,
	began BIGINT NOT NULL, stopped BIGINT NOT NULL, author TEXT NOT NULL,
	PRIMARY KEY (visit, service))`

type captionsRow struct {
	bun.BaseModel `bun:"table:visit_captions,alias:q"`

	Visit   care.VisitID   `bun:",pk"`
	Service care.ServiceID `bun:",pk"`
	Began   int64
	Stopped int64         // 0: it goes on
	Author  care.PersonID // who stopped it

	Name string `bun:",scanonly"`
}

// errStopped is the fault of writing captions where staff stopped it.
var errStopped = fault.New(fault.Conflict, "captions.stopped", nil)

// captionable is true in SQL for every visit v by may write captions in: under way, in a project that lets services do so.
func captionable(by care.Reader) sight {
	ways, args := way(by, access.WriteCaptions, atProject, held)
	return sight{"v.state = 'open' AND v.project IN (SELECT j.id FROM projects AS j JOIN visiting AS z ON z.project = j.id WHERE j.deleted = 0 AND z.captions AND (" + either(ways) +
		")) AND (v.patient IS NULL OR v.patient IN (SELECT p.id FROM patients AS p WHERE p.deleted = 0))", args}
}

// Captioning lets a service write a caption in a visit, and returns the visit; first says that it is its first there. Faults:
// NotFound; Invalid "captions.speaker"; Conflict "captions.stopped".
func (s *Store) Captioning(ctx context.Context, by care.Reader, id care.VisitID, who care.Speaker) (v care.Planned, first bool, err error) {
	if v, err = s.planned(ctx, s.db, captionable(by), id); err != nil {
		return v, false, failed("write a caption", err)
	}
	there := who.Guest == ""
	for _, g := range v.Guests {
		there = there || g.ID == who.Guest && g.State.Inside()
	}
	if !there {
		return v, false, fault.New(fault.Invalid, "captions.speaker", nil)
	}
	for _, c := range v.Captioners {
		if c.Service == by.Service {
			if !c.Stopped.IsZero() {
				err = errStopped
			}
			return v, false, err
		}
	}
	row := captionsRow{Visit: id, Service: by.Service, Began: micro(s.now())}
	done, err := s.db.NewInsert().Model(&row).On("CONFLICT (visit, service) DO NOTHING").Exec(ctx)
	if err != nil {
		return v, false, failed("write a caption", err)
	}
	n, err := done.RowsAffected() // of several that come at once one is the first
	return v, n > 0, failed("write a caption", err)
}

// OpenVisits are the visits a service may write captions in right now, at most 200, those that began last first.
func (s *Store) OpenVisits(ctx context.Context, by care.Reader) (list []care.OpenVisit, err error) {
	var rows []visitRow
	if err := selectVisits(s.db, captionable(by), &rows).OrderExpr("v.begins DESC, v.id").Limit(200).Scan(ctx); err != nil {
		return nil, failed("list visits under way", err)
	}
	all, err := s.withGuests(ctx, s.db, rows)
	for _, v := range all {
		o := care.OpenVisit{Visit: v.ID, Start: v.Start}
		for _, g := range v.Guests {
			if g.State.Inside() {
				o.Guests = append(o.Guests, care.OpenGuest{ID: g.ID, As: g.As})
			}
		}
		list = append(list, o)
	}
	return list, failed("list visits under way", err)
}

// StopCaptions ends a service's captions in a visit by lets guests into, or lets them go on.
func (s *Store) StopCaptions(ctx context.Context, by care.Reader, id care.VisitID, service care.ServiceID, stopped bool) (v care.Planned, err error) {
	err = s.within(ctx, "stop captions", func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.holdVisit(ctx, tx, visitsOf(by, access.AdmitGuests), id); err != nil {
			return err
		}
		at := int64(0)
		if stopped {
			at = micro(s.now())
		}
		if err := changed(tx.NewRaw("UPDATE visit_captions SET stopped = CASE WHEN stopped > 0 AND ? > 0 THEN stopped ELSE ? END, author = ? WHERE visit = ? AND service = ?",
			at, at, by.Person, id, service).Exec(ctx)); errors.Is(err, errChanged) {
			return errNotFound
		} else if err != nil {
			return err
		}
		v, err = s.planned(ctx, tx, visitsOf(by, access.AdmitGuests), id)
		return err
	})
	return v, err
}

// captioners are the services that wrote captions in visits.
func captioners(ctx context.Context, db bun.IDB, visits []care.VisitID, show func(care.VisitID, care.Captioner)) error {
	var rows []captionsRow
	err := db.NewSelect().Model(&rows).ColumnExpr("q.*, COALESCE((SELECT g.name FROM services AS g WHERE g.id = q.service), '') AS name").
		Where("q.visit IN (?)", bun.List(visits)).OrderExpr("q.visit, q.began, q.service").Scan(ctx)
	for _, row := range rows {
		c := care.Captioner{Service: row.Service, Name: strings.TrimSpace(row.Name), Since: instant(row.Began)}
		if row.Stopped > 0 {
			c.Stopped = instant(row.Stopped)
		}
		show(row.Visit, c)
	}
	return err
}
