package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type siteRow struct {
	bun.BaseModel `bun:"table:sites,alias:x"`

	ID care.SiteID `bun:",pk"`
	place
}

func (row siteRow) site() care.Site {
	return care.Site{ID: row.ID, Name: row.Name, Version: row.Version, Created: instant(row.Created), Deleted: instant(row.Deleted)}
}

// ListSites returns the sites by has a role in, by name. Deleted ones are there only for who may bring them back.
func (s *Store) ListSites(ctx context.Context, by care.Reader) ([]care.Site, error) {
	var rows []siteRow
	err := s.db.NewSelect().Model(&rows).Where("x.id IN (?)", around(by, access.ReadPlaces)).
		Where("x.deleted = 0 OR x.id IN (?)", sites(by, access.ManageSites)).OrderExpr("x.name, x.id").Scan(ctx)
	list := make([]care.Site, len(rows))
	for i, row := range rows {
		list[i] = row.site()
	}
	return list, failed("list sites", err)
}

// CreateSite makes a site with a first project, so that people can begin.
func (s *Store) CreateSite(ctx context.Context, by care.Reader, name, project string) (care.Site, care.Project, error) {
	row := siteRow{ID: care.NewID[care.SiteID](), place: place{Version: 1, Created: micro(s.now())}}
	var first care.Project
	err := s.within(ctx, "create a site", func(ctx context.Context, tx bun.Tx) (err error) {
		if err := placed(ctx, tx, by, access.ManageSites, care.TheHouse); err != nil {
			return err
		}
		if row.Name, err = named(name); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		first, err = s.addProject(ctx, tx, row.ID, project)
		return err
	})
	return row.site(), first, err
}

// RenameSite changes a site's name. Version is the one last read.
func (s *Store) RenameSite(ctx context.Context, by care.Reader, id care.SiteID, version int64, name string) (care.Site, error) {
	return s.changeSite(ctx, id, version, sites(by, access.ManageSite), func(_ context.Context, _ bun.Tx, row *siteRow) error { return row.rename(name) })
}

// DeleteSite hides a site with its projects and patients, and ends the patients' sessions. RestoreSite brings back
// exactly what DeleteSite hid.
func (s *Store) DeleteSite(ctx context.Context, by care.Reader, id care.SiteID, version int64) (care.Site, error) {
	return s.changeSite(ctx, id, version, sites(by, access.ManageSites), func(ctx context.Context, tx bun.Tx, row *siteRow) error {
		if row.Deleted != 0 {
			return errNotFound
		}
		now := s.now()
		row.Deleted = micro(now)
		if err := bury(ctx, tx, now, "p.project IN (SELECT id FROM projects WHERE site = ?)", id); err != nil {
			return err
		}
		if _, err := tx.NewRaw("UPDATE projects SET deleted = ?, version = version + 1 WHERE deleted = 0 AND site = ?", row.Deleted, id).Exec(ctx); err != nil {
			return err
		}
		return s.hidden(ctx, tx, care.Place{Site: id}, row.Deleted)
	})
}

// RestoreSite undoes DeleteSite.
func (s *Store) RestoreSite(ctx context.Context, by care.Reader, id care.SiteID, version int64) (care.Site, error) {
	return s.changeSite(ctx, id, version, sites(by, access.ManageSites), func(ctx context.Context, tx bun.Tx, row *siteRow) error {
		if row.Deleted == 0 {
			return errNotFound
		}
		list, err := buriedAt(ctx, tx, care.Place{Site: id}, row.Deleted)
		if err != nil {
			return err
		}
		if _, err := s.bringBack(ctx, tx, by.Person, row.Deleted, "p.project IN (SELECT id FROM projects WHERE site = ?)", id); err != nil {
			return err
		}
		if _, err := tx.NewRaw("UPDATE projects SET deleted = 0, version = version + 1 WHERE deleted = ? AND site = ?", row.Deleted, id).Exec(ctx); err != nil {
			return err
		}
		row.Deleted = 0
		return s.shown(ctx, tx, care.Place{Site: id}, list)
	})
}

func (s *Store) changeSite(ctx context.Context, id care.SiteID, version int64, list any, edit func(context.Context, bun.Tx, *siteRow) error) (care.Site, error) {
	row, err := changePlace(ctx, s, id, version, "id", list, edit)
	return row.site(), err
}

// SiteContents counts what a site holds.
func (s *Store) SiteContents(ctx context.Context, by care.Reader, id care.SiteID) (care.Contents, error) {
	if err := placed(ctx, s.db, by, access.ManageSite, care.Place{Site: id}); err != nil {
		return care.Contents{}, failed("count a site's contents", err)
	}
	c, err := contents(ctx, s.db, "j.site = ?", id)
	return c, failed("count a site's contents", err)
}
