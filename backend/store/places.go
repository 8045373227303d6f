package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
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

// FirstProject returns the project somebody works in when they name none: a patient's own, else the first one where they
// have a role.
func (s *Store) FirstProject(ctx context.Context, by care.Reader) (id care.ProjectID, err error) {
	err = s.db.NewRaw(`SELECT j.id FROM projects AS j LEFT JOIN patients AS p ON p.project = j.id AND p.person = ?
		WHERE j.deleted = 0 AND EXISTS (SELECT 1 FROM grants AS g WHERE g.person = ? AND `+strings.TrimSuffix(atProject, ")")+`)
		ORDER BY CASE WHEN p.id IS NULL THEN 1 ELSE 0 END, CASE WHEN j.site = ? THEN 0 ELSE 1 END, j.created, j.id LIMIT 1`,
		by.Person, by.Person, by.Site).Scan(ctx, &id)
	if err = failed("find a project", err); fault.Is(err, fault.NotFound) {
		return "", nil // somebody without any role works in none
	}
	return id, err
}

// placed answers fault.NotFound unless by may do action to the whole of a place that is there.
func placed(ctx context.Context, db bun.IDB, by care.Reader, action access.Action, at care.Place) error {
	var yes int
	switch {
	case at == care.TheHouse:
		ways, args := way(by, action, atHouse, held)
		return db.NewRaw("SELECT 1 FROM (SELECT 1 AS one) AS y WHERE "+either(ways), args...).Scan(ctx, &yes)
	case at.Project == "":
		return db.NewRaw("SELECT 1 FROM sites WHERE id = ? AND deleted = 0 AND id IN (?)", at.Site, sites(by, action)).Scan(ctx, &yes)
	}
	return db.NewRaw("SELECT 1 FROM projects WHERE id = ? AND site = ? AND deleted = 0 AND id IN (?)",
		at.Project, at.Site, projects(by, action)).Scan(ctx, &yes)
}

// named makes a name of a place fit to store.
func named(name string) (string, error) {
	name = strings.TrimSpace(name)
	if err := clean(name); err != nil {
		return "", err
	}
	return name, care.ValidateName(name)
}

// bury marks a project's or patient's people as deleted at one instant and ends their sessions; raise undoes exactly
// that. where narrows patients p.
func bury(ctx context.Context, tx bun.Tx, at time.Time, where string, arg any) error {
	for _, one := range []string{
		"DELETE FROM sessions WHERE person IN (SELECT p.person FROM patients AS p WHERE p.deleted = 0 AND " + where + ")",
		"UPDATE people SET deleted = ?1, version = version + 1 WHERE deleted = 0 AND id IN (SELECT p.person FROM patients AS p WHERE p.deleted = 0 AND " + where + ")",
		"UPDATE patients AS p SET deleted = ?1, version = version + 1 WHERE deleted = 0 AND " + where,
	} {
		if _, err := tx.NewRaw(strings.ReplaceAll(one, "?1", "?"), raised(one, micro(at), arg)...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func raise(ctx context.Context, tx bun.Tx, at int64, where string, arg any) error {
	for _, one := range []string{
		"UPDATE people SET deleted = 0, version = version + 1 WHERE deleted = ?1 AND id IN (SELECT p.person FROM patients AS p WHERE " + where + ")",
		"UPDATE patients AS p SET deleted = 0, version = version + 1 WHERE deleted = ?1 AND " + where,
	} {
		if _, err := tx.NewRaw(strings.ReplaceAll(one, "?1", "?"), raised(one, at, arg)...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// raised are the arguments of one of the statements above: the instant where it asks for it, then what narrows.
func raised(statement string, at int64, arg any) []any {
	if strings.Contains(statement, "?1") {
		return []any{at, arg}
	}
	return []any{arg}
}

// contents counts what lies in some projects, for whoever is about to delete them.
func contents(ctx context.Context, db bun.IDB, projects string, arg any) (c care.Contents, err error) {
	err = db.NewRaw(`SELECT
		(SELECT COUNT(*) FROM projects AS j WHERE j.deleted = 0 AND `+projects+`) AS projects,
		(SELECT COUNT(*) FROM patients AS p JOIN projects AS j ON j.id = p.project WHERE p.deleted = 0 AND `+projects+`) AS patients,
		(SELECT COUNT(*) FROM sittings AS s JOIN patients AS p ON p.id = s.patient JOIN projects AS j ON j.id = p.project WHERE p.deleted = 0 AND `+projects+`) AS sittings`,
		arg, arg, arg).Scan(ctx, &c.Projects, &c.Patients, &c.Sittings)
	return c, err
}
