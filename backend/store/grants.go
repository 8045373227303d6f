package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type grantRow struct {
	bun.BaseModel `bun:"table:grants,alias:g"`

	Person  care.PersonID  `bun:",pk"`
	Role    access.Role    `bun:",pk"`
	Site    care.SiteID    `bun:",pk"` // "" is the house
	Project care.ProjectID `bun:",pk"` // "" is the whole site
	Since   int64
	Author  care.PersonID // who gave it; "" for the house itself
}

// validRoles wants different known roles. A patient is nothing besides: who could read others' data must
// not hold the account a child's tablet is signed in with.
func validRoles(roles []access.Role) error {
	seen := map[access.Role]bool{}
	for _, r := range roles {
		if !slices.Contains(access.Roles(), r) || seen[r] {
			return fault.New(fault.Invalid, "roles.invalid", nil)
		}
		seen[r] = true
	}
	if len(roles) == 0 || (seen[access.Patient] && len(roles) > 1) {
		return fault.New(fault.Invalid, "roles.invalid", nil)
	}
	return nil
}

func (s *Store) addGrants(ctx context.Context, tx bun.Tx, person care.PersonID, at care.Place, roles []access.Role, author care.PersonID) error {
	rows := make([]grantRow, len(roles))
	for i, r := range roles {
		rows[i] = grantRow{Person: person, Role: r, Site: at.Site, Project: at.Project, Since: micro(s.now()), Author: author}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// grantsOf reads the roles of people, in the order pages show them.
func grantsOf(ctx context.Context, db bun.IDB, people []care.PersonID) (map[care.PersonID][]care.Grant, error) {
	grants := map[care.PersonID][]care.Grant{}
	if len(people) == 0 {
		return grants, nil
	}
	var rows []grantRow
	if err := db.NewSelect().Model(&rows).Where("g.person IN (?)", bun.List(people)).OrderExpr("g.site, g.project").Scan(ctx); err != nil {
		return nil, err
	}
	for _, known := range access.Roles() {
		for _, row := range rows {
			if row.Role == known {
				grants[row.Person] = append(grants[row.Person], care.Grant{Role: row.Role, Place: care.Place{Site: row.Site, Project: row.Project}})
			}
		}
	}
	return grants, nil
}

// HasAdministrator reports whether anybody can administer the house as a whole.
func (s *Store) HasAdministrator(ctx context.Context) (bool, error) {
	n, err := administrators(ctx, s.db)
	return n > 0, failed("look for an administrator", err)
}

func administrators(ctx context.Context, db bun.IDB) (int, error) {
	var n int
	err := db.NewRaw("SELECT COUNT(*) FROM grants AS g JOIN people AS w ON w.id = g.person WHERE g.role = ? AND g.site = '' AND NOT w.disabled AND w.deleted = 0",
		access.Administrator).Scan(ctx, &n)
	return n, err
}
