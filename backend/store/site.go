package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// Home returns the built-in site and project, the first ones made.
func (s *Store) Home(ctx context.Context) (site care.SiteID, project care.ProjectID, err error) {
	site, project, err = home(ctx, s.db)
	return site, project, failed("find the built-in project", err)
}

func home(ctx context.Context, db bun.IDB) (site care.SiteID, project care.ProjectID, err error) {
	err = db.NewRaw("SELECT site, id FROM projects ORDER BY created, id LIMIT 1").Scan(ctx, &site, &project)
	return site, project, err
}
