package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/shared/access"
	"hearth/shared/care"
)

type retentionRow struct {
	bun.BaseModel `bun:"table:retention,alias:r"`

	Site        care.SiteID    `bun:",pk"`
	Project     care.ProjectID `bun:",pk"`
	TrailYears  int
	DeletedDays int
	WaitDays    int
	Version     int64
}

func (row retentionRow) retention() care.Retention {
	return care.Retention{Place: care.Place{Site: row.Site, Project: row.Project}, TrailYears: row.TrailYears, DeletedDays: row.DeletedDays,
		WaitDays: row.WaitDays, Version: row.Version}
}

// retentionAt is how long things are kept at a place: as said there, else at its site, else in the house, else the default.
func retentionAt(ctx context.Context, db bun.IDB, at care.Place) (care.Retention, error) {
	var rows []retentionRow
	err := db.NewSelect().Model(&rows).Where("(r.site = ? AND r.project = ?) OR (r.site = ? AND r.project = '') OR r.site = ''", at.Site, at.Project, at.Site).
		OrderExpr("CASE WHEN r.project <> '' THEN 0 WHEN r.site <> '' THEN 1 ELSE 2 END").Scan(ctx)
	keep := care.Retention{Place: at}
	for _, row := range rows {
		keep = keep.Or(row.retention())
	}
	return keep.Or(care.DefaultRetention), err
}

// ListRetention returns what was said about keeping at the places by manages.
func (s *Store) ListRetention(ctx context.Context, by care.Reader) ([]care.Retention, error) {
	const atRow = `(g.site = '' OR (g.site = r.site AND r.site <> '' AND (g.project = '' OR g.project = r.project))))`
	ways, args := way(by, access.ManageProject, atRow, held)
	var rows []retentionRow
	err := s.db.NewSelect().Model(&rows).Where(either(ways), args...).OrderExpr("r.site, r.project").Scan(ctx)
	list := make([]care.Retention, len(rows))
	for i, row := range rows {
		list[i] = row.retention()
	}
	return list, failed("list what is kept", err)
}

// PutRetention says how long things are kept at a place by manages. Version is the one last read, 0 when nothing was said.
func (s *Store) PutRetention(ctx context.Context, by care.Reader, r care.Retention) (care.Retention, error) {
	if err := r.Validate(); err != nil {
		return r, err
	}
	row := retentionRow{Site: r.Site, Project: r.Project, TrailYears: r.TrailYears, DeletedDays: r.DeletedDays, WaitDays: r.WaitDays, Version: r.Version + 1}
	err := s.within(ctx, "say how long things are kept", func(ctx context.Context, tx bun.Tx) error {
		if err := placed(ctx, tx, by, access.ManageProject, r.Place); err != nil {
			return err
		}
		if r.Version == 0 {
			return changed(tx.NewInsert().Model(&row).On("CONFLICT (site, project) DO NOTHING").Exec(ctx))
		}
		return changed(tx.NewUpdate().Model(&row).Where("site = ? AND project = ? AND version = ?", r.Site, r.Project, r.Version).Exec(ctx))
	})
	return row.retention(), err
}

// EraseExpired asks, for the house, for the erasure of patients who were deleted so long ago that their place forgets
// them, at most some at once, and says how many. They are erased by their jobs.
func (s *Store) EraseExpired(ctx context.Context) (asked int, err error) {
	type found struct {
		ID      care.PatientID
		Site    care.SiteID
		Project care.ProjectID
		Deleted int64
	}
	const some = 200
	after := care.PatientID("")
	for {
		var list []found
		if err := s.db.NewRaw(`SELECT p.id, j.site, j.id AS project, p.deleted FROM patients AS p JOIN projects AS j ON j.id = p.project
			WHERE p.deleted <> 0 AND p.held = 0 AND p.id > ? AND NOT EXISTS (SELECT 1 FROM erasures AS e WHERE e.patient = p.id AND e.state = 'waiting') ORDER BY p.id LIMIT ?`,
			after, some).Scan(ctx, &list); err != nil || len(list) == 0 {
			return asked, failed("look for who is to be forgotten", err)
		}
		for _, f := range list {
			after = f.ID
			at := care.Place{Site: f.Site, Project: f.Project}
			err := s.within(ctx, "forget who was deleted long ago", func(ctx context.Context, tx bun.Tx) error {
				keep, err := retentionAt(ctx, tx, at)
				if err != nil || s.now().Sub(instant(f.Deleted)) < days(keep.DeletedDays) {
					return err
				}
				var p patientRow
				if err := s.locked(tx.NewSelect().Model(&p).Where("p.id = ? AND p.deleted = ? AND p.held = 0", f.ID, f.Deleted)).Scan(ctx); err != nil {
					return err
				}
				asked++
				_, err = s.askErasure(ctx, tx, p, at, "", "retention", true)
				return err
			})
			if err != nil {
				return asked, err
			}
		}
	}
}

// ForgetTrail takes the oldest entries off the audit trail: those that every place has kept long enough. The entry that
// says so, and the anchor the trail begins after from then on, are written with it. It returns how many entries went.
func (s *Store) ForgetTrail(ctx context.Context) (gone int64, err error) {
	err = s.within(ctx, "forget old entries of the trail", func(ctx context.Context, tx bun.Tx) error {
		var most int
		if err := tx.NewRaw("SELECT COALESCE(MAX(trail_years), 0) FROM retention").Scan(ctx, &most); err != nil {
			return err
		}
		house, err := retentionAt(ctx, tx, care.TheHouse)
		if err != nil {
			return err
		}
		before := s.now().AddDate(-max(most, house.TrailYears), 0, 0)
		if _, err := s.end(ctx, tx, "tail", true); err != nil { // nobody appends meanwhile
			return err
		}
		base, err := s.end(ctx, tx, "base", true)
		if err != nil {
			return err
		}
		var rows []trailRow
		if err := tx.NewSelect().Model(&rows).Where("e.number < COALESCE((SELECT MIN(number) FROM trail WHERE moment >= ?), 0)", micro(before)).
			OrderExpr("e.number DESC").Limit(1).Scan(ctx); err != nil || len(rows) == 0 {
			return err
		}
		last := rows[0].link().Anchor()
		gone = last.Number - base.Number
		if err := moveEnd(ctx, tx, "base", last); err != nil {
			return err
		}
		if _, err := tx.NewRaw("DELETE FROM trail WHERE number <= ?", last.Number).Exec(ctx); err != nil {
			return err
		}
		return s.appendTrail(ctx, tx, []audit.Entry{{At: s.now().UTC().Truncate(time.Microsecond), Action: audit.Forgotten, Object: last.String(), Count: int(gone)}})
	})
	return gone, err
}
