package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

type groupRow struct {
	bun.BaseModel `bun:"table:patient_groups,alias:u"`

	ID      care.GroupID `bun:",pk"`
	Project care.ProjectID
	place
}

func (row groupRow) group() care.Group {
	return care.Group{ID: row.ID, Project: row.Project, Name: row.Name, Version: row.Version, Created: instant(row.Created), Deleted: instant(row.Deleted)}
}

// ListGroups returns the groups of the projects by has a role in, by name. Deleted ones are there only for who may bring
// them back.
func (s *Store) ListGroups(ctx context.Context, by care.Reader) ([]care.Group, error) {
	var rows []groupRow
	err := s.db.NewSelect().Model(&rows).Join("JOIN projects AS j ON j.id = u.project AND j.deleted = 0").
		Where("u.project IN (?)", projects(by, access.ReadPlaces)).
		Where("u.deleted = 0 OR u.project IN (?)", projects(by, access.ManageProject)).OrderExpr("u.name, u.id").Scan(ctx)
	list := make([]care.Group, len(rows))
	for i, row := range rows {
		list[i] = row.group()
	}
	return list, failed("list groups", err)
}

// CreateGroup makes a group in a project.
func (s *Store) CreateGroup(ctx context.Context, by care.Reader, project care.ProjectID, name string) (care.Group, error) {
	row := groupRow{ID: care.NewID[care.GroupID](), Project: project, place: place{Version: 1, Created: micro(s.now())}}
	err := s.within(ctx, "create a group", func(ctx context.Context, tx bun.Tx) (err error) {
		var yes int
		if err := tx.NewRaw("SELECT 1 FROM projects WHERE id = ? AND deleted = 0 AND id IN (?)", project, projects(by, access.ManageProject)).Scan(ctx, &yes); err != nil {
			return err
		}
		if row.Name, err = named(name); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return row.group(), err
}

// ChangeGroup renames a group, or hides it or brings it back when deleted says so; nil leaves as it is. A hidden group
// keeps its patients, who are in none meanwhile.
func (s *Store) ChangeGroup(ctx context.Context, by care.Reader, id care.GroupID, version int64, name *string, deleted *bool) (care.Group, error) {
	row, err := changePlace(ctx, s, id, version, "project", projects(by, access.ManageProject), func(_ context.Context, _ bun.Tx, row *groupRow) error {
		switch {
		case deleted == nil:
		case *deleted:
			row.Deleted = micro(s.now())
		default:
			row.Deleted = 0
		}
		if name == nil {
			return nil
		}
		return row.rename(*name)
	})
	return row.group(), err
}
