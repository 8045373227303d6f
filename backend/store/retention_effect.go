package store

import (
	"context"

	"hearth/shared/access"
	"hearth/shared/care"
)

// RetentionEffect counts, for somebody who manages a place, how many deleted patients there would be forgotten at once if
// things were kept as r says.
func (s *Store) RetentionEffect(ctx context.Context, by care.Reader, r care.Retention) (patients int, err error) {
	if err := r.Validate(); err != nil {
		return 0, err
	}
	if err := placed(ctx, s.db, by, access.ManageProject, r.Place); err != nil {
		return 0, failed("count who would be forgotten", err)
	}
	said := map[care.Place]care.Retention{}
	var rows []retentionRow
	if err := s.db.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return 0, failed("count who would be forgotten", err)
	}
	for _, row := range rows {
		said[care.Place{Site: row.Site, Project: row.Project}] = row.retention()
	}
	said[r.Place] = r
	var list []struct {
		Site    care.SiteID
		Project care.ProjectID
		Deleted int64
	}
	err = s.db.NewRaw(`SELECT j.site, j.id AS project, p.deleted FROM patients AS p JOIN projects AS j ON j.id = p.project
		WHERE p.deleted <> 0 AND p.held = 0 AND (? = '' OR j.site = ?) AND (? = '' OR j.id = ?)
		AND NOT EXISTS (SELECT 1 FROM erasures AS e WHERE e.patient = p.id AND e.state = 'waiting')`, r.Site, r.Site, r.Project, r.Project).Scan(ctx, &list)
	for _, f := range list {
		keep := said[care.Place{Site: f.Site, Project: f.Project}].Or(said[care.Place{Site: f.Site}]).Or(said[care.TheHouse]).Or(care.DefaultRetention)
		if s.now().Sub(instant(f.Deleted)) >= days(keep.DeletedDays) {
			patients++
		}
	}
	return patients, failed("count who would be forgotten", err)
}
