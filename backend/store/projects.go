package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type projectRow struct {
	bun.BaseModel `bun:"table:projects,alias:j"`

	ID   care.ProjectID `bun:",pk"`
	Site care.SiteID
	place
}

func (row projectRow) project() care.Project {
	return care.Project{ID: row.ID, Site: row.Site, Name: row.Name, Version: row.Version, Created: instant(row.Created), Deleted: instant(row.Deleted)}
}

// ListProjects returns the projects by has a role in, by name. Deleted ones are there only for who may bring them back.
func (s *Store) ListProjects(ctx context.Context, by care.Reader) ([]care.Project, error) {
	var rows []projectRow
	err := s.db.NewSelect().Model(&rows).Where("j.id IN (?)", projects(by, access.ReadPlaces)).
		Where("j.deleted = 0 OR j.site IN (?)", sites(by, access.ManageSite)).OrderExpr("j.name, j.id").Scan(ctx)
	list := make([]care.Project, len(rows))
	for i, row := range rows {
		list[i] = row.project()
	}
	return list, failed("list projects", err)
}

// CreateProject makes a project at a site, with the label buttons every project starts with.
func (s *Store) CreateProject(ctx context.Context, by care.Reader, site care.SiteID, name string) (p care.Project, err error) {
	err = s.within(ctx, "create a project", func(ctx context.Context, tx bun.Tx) error {
		if site == "" {
			return errNotFound // the house is no site
		}
		if err := placed(ctx, tx, by, access.ManageSite, care.Place{Site: site}); err != nil {
			return err
		}
		p, err = s.addProject(ctx, tx, site, name)
		return err
	})
	return p, err
}

func (s *Store) addProject(ctx context.Context, tx bun.Tx, site care.SiteID, name string) (p care.Project, err error) {
	row := projectRow{ID: care.NewID[care.ProjectID](), Site: site, place: place{Version: 1, Created: micro(s.now())}}
	if row.Name, err = named(name); err != nil {
		return p, err
	}
	words, err := json.Marshal(care.DefaultVocabulary())
	if err != nil {
		return p, err
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return p, err
	}
	_, err = tx.NewInsert().Model(&vocabularyRow{Project: row.ID, Words: string(words), Version: 1}).Exec(ctx)
	return row.project(), err
}

// RenameProject changes a project's name. Version is the one last read.
func (s *Store) RenameProject(ctx context.Context, by care.Reader, id care.ProjectID, version int64, name string) (care.Project, error) {
	return s.changeProject(ctx, id, version, projects(by, access.ManageProject), func(_ context.Context, _ bun.Tx, row *projectRow) error { return row.rename(name) })
}

// DeleteProject hides a project with its patients and ends the patients' sessions. RestoreProject brings back exactly
// what DeleteProject hid.
func (s *Store) DeleteProject(ctx context.Context, by care.Reader, id care.ProjectID, version int64) (care.Project, error) {
	return s.changeProject(ctx, id, version, ofSites(by), func(ctx context.Context, tx bun.Tx, row *projectRow) error {
		if row.Deleted != 0 {
			return errNotFound
		}
		now := s.now()
		row.Deleted = micro(now)
		if err := bury(ctx, tx, now, "p.project = ?", id); err != nil {
			return err
		}
		return s.hidden(ctx, tx, care.Place{Site: row.Site, Project: id}, row.Deleted)
	})
}

// RestoreProject undoes DeleteProject.
func (s *Store) RestoreProject(ctx context.Context, by care.Reader, id care.ProjectID, version int64) (care.Project, error) {
	return s.changeProject(ctx, id, version, ofSites(by), func(ctx context.Context, tx bun.Tx, row *projectRow) error {
		if row.Deleted == 0 {
			return errNotFound
		}
		var there int
		if err := tx.NewRaw("SELECT 1 FROM sites WHERE id = ? AND deleted = 0", row.Site).Scan(ctx, &there); err != nil {
			return err
		}
		at := care.Place{Site: row.Site, Project: id}
		list, err := buriedAt(ctx, tx, at, row.Deleted)
		if err != nil {
			return err
		}
		if _, err := s.bringBack(ctx, tx, by.Person, row.Deleted, "p.project = ?", id); err != nil {
			return err
		}
		row.Deleted = 0
		return s.shown(ctx, tx, at, list)
	})
}

// ofSites is the list of projects of the sites by manages.
func ofSites(by care.Reader) any {
	return bun.SafeQuery("SELECT id FROM projects WHERE site IN (?)", sites(by, access.ManageSite))
}

func (s *Store) changeProject(ctx context.Context, id care.ProjectID, version int64, list any, edit func(context.Context, bun.Tx, *projectRow) error) (care.Project, error) {
	row, err := changePlace(ctx, s, id, version, "id", list, edit)
	return row.project(), err
}

// ProjectContents counts what a project holds.
func (s *Store) ProjectContents(ctx context.Context, by care.Reader, id care.ProjectID) (care.Contents, error) {
	var yes int
	if err := s.db.NewRaw("SELECT 1 FROM projects WHERE id = ? AND id IN (?)", id, projects(by, access.ManageProject)).Scan(ctx, &yes); err != nil {
		return care.Contents{}, failed("count a project's contents", err)
	}
	c, err := contents(ctx, s.db, "j.id = ?", id)
	return c, failed("count a project's contents", err)
}
