package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
)

// hidden hides a place whose patients were buried with it at that instant: services around it are told of every one, those
// of the place itself nothing any more.
func (s *Store) hidden(ctx context.Context, tx bun.Tx, at care.Place, when int64) error {
	if err := turn(ctx, tx, at, when); err != nil {
		return err
	}
	list, err := buriedAt(ctx, tx, at, when)
	if err == nil {
		err = s.tell(ctx, tx, access.PatientChanged, list...)
	}
	if err != nil {
		return err
	}
	return s.eachServiceOf(ctx, tx, at, func(id care.ServiceID) error { return s.hush(ctx, tx, id, "off") })
}

// shown brings back a place with the patients of list: services around it and of it are told, and those of it of the
// erasures meanwhile.
func (s *Store) shown(ctx context.Context, tx bun.Tx, at care.Place, list []happening) error {
	if err := turn(ctx, tx, at, 0); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, access.PatientChanged, list...); err != nil {
		return err
	}
	return s.eachServiceOf(ctx, tx, at, func(id care.ServiceID) error { return s.catchUp(ctx, tx, id) })
}

// turn hides the row of a place or shows it, at once, so that services are told as it is then.
func turn(ctx context.Context, tx bun.Tx, at care.Place, deleted int64) (err error) {
	if at.Project != "" {
		_, err = tx.NewRaw("UPDATE projects SET deleted = ? WHERE id = ?", deleted, at.Project).Exec(ctx)
	} else {
		_, err = tx.NewRaw("UPDATE sites SET deleted = ? WHERE id = ?", deleted, at.Site).Exec(ctx)
	}
	return err
}

// buriedAt are the patients of a place that were hidden at that instant.
func buriedAt(ctx context.Context, tx bun.Tx, at care.Place, when int64) ([]happening, error) {
	var rows []struct {
		ID      care.PatientID
		Project care.ProjectID
	}
	err := tx.NewRaw(`SELECT p.id, p.project FROM patients AS p JOIN projects AS j ON j.id = p.project
		WHERE p.deleted = ? AND j.site = ? AND (j.id = ? OR ? = '') ORDER BY p.id`, when, at.Site, at.Project, at.Project).Scan(ctx, &rows)
	list := make([]happening, len(rows))
	for i, row := range rows {
		list[i] = aboutPatient(row.ID, care.Place{Site: at.Site, Project: row.Project})
	}
	return list, err
}

// eachServiceOf does something to the services that belong to a place or to a part of it.
func (s *Store) eachServiceOf(ctx context.Context, tx bun.Tx, at care.Place, do func(care.ServiceID) error) error {
	var ids []care.ServiceID
	if err := tx.NewRaw("SELECT id FROM services WHERE site = ? AND (project = ? OR ? = '') ORDER BY id", at.Site, at.Project, at.Project).Scan(ctx, &ids); err != nil {
		return err
	}
	for _, id := range ids {
		if err := do(id); err != nil {
			return err
		}
	}
	return nil
}
