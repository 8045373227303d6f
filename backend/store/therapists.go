package store

import (
	"context"

	"hearth/shared/access"
	"hearth/shared/care"
)

// ListTherapists returns, by name, who may be given patients of a project in which by manages care.
func (s *Store) ListTherapists(ctx context.Context, by care.Reader, project care.ProjectID) ([]care.Person, error) {
	if !care.ValidID(project) {
		return nil, errNotFound
	}
	mine, err := s.db.NewSelect().TableExpr("projects AS j").
		Where("j.id = ? AND j.deleted = 0 AND j.id IN (?)", project, projects(by, access.ManageCare)).Exists(ctx)
	if err != nil || !mine {
		return nil, failed("list therapists", orNotFound(err))
	}
	var rows []personRow
	err = s.db.NewSelect().Model(&rows).Column("id", "name", "login").Where("w.deleted = 0 AND NOT w.disabled").
		Where("EXISTS (SELECT 1 FROM grants AS g JOIN projects AS j ON j.id = ? WHERE g.person = w.id AND g.role = ? AND "+atProject,
			project, access.Therapist).OrderExpr("w.name, w.id").Scan(ctx)
	list := make([]care.Person, len(rows))
	for i, row := range rows {
		list[i] = care.Person{ID: row.ID, Name: row.Name, Login: row.Login}
	}
	return list, failed("list therapists", err)
}

// orNotFound is err, or that there is nothing to see.
func orNotFound(err error) error {
	if err == nil {
		return errNotFound
	}
	return err
}
