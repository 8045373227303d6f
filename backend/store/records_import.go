package store

import (
	"context"
	"strings"

	"hearth/backend/records"
	"hearth/shared/access"
	"hearth/shared/care"
)

// ImportDesk returns what a list of patients is held against: the groups of a project where by writes records, and its
// therapists where by assigns them.
func (s *Store) ImportDesk(ctx context.Context, by care.Reader, project care.ProjectID) (records.Desk, error) {
	desk := records.Desk{Groups: map[string]care.GroupID{}, Therapists: map[string]care.PersonID{}}
	var site care.SiteID
	err := s.db.NewRaw("SELECT site FROM projects WHERE id = ? AND deleted = 0 AND id IN (?)", project, projects(by, access.WritePatients)).Scan(ctx, &site)
	if err != nil {
		return desk, failed("find a project", err)
	}
	var groups []groupRow
	if err := s.db.NewSelect().Model(&groups).Where("u.project = ? AND u.deleted = 0", project).OrderExpr("u.id DESC").Scan(ctx); err != nil {
		return desk, failed("read groups", err)
	}
	for _, g := range groups {
		desk.Groups[strings.ToLower(g.Name)] = g.ID
	}
	therapists, err := s.ListTherapists(ctx, by, project)
	for _, p := range therapists {
		desk.Therapists[p.Login] = p.ID
	}
	return desk, err
}

// Taken says which pseudonyms, as their keys, and sign-in names are taken at the house.
func (s *Store) Taken(ctx context.Context, keys, logins []string) (takenKeys, takenLogins map[string]bool, err error) {
	if takenKeys, err = othersOf(ctx, s.db, "patients", "mark", keys); err == nil {
		takenLogins, err = othersOf(ctx, s.db, "people", "login", logins)
	}
	return takenKeys, takenLogins, failed("look for names", err)
}
