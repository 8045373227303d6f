package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type roleRow struct {
	bun.BaseModel `bun:"table:roles,alias:g"`

	Person care.PersonID `bun:",pk"`
	Role   access.Role   `bun:",pk"`
	Site   care.SiteID   `bun:",pk"`
}

// validRoles wants one to three different known roles. A patient is nothing besides: who could read others' data must
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

func addRoles(ctx context.Context, tx bun.Tx, person care.PersonID, site care.SiteID, roles []access.Role) error {
	rows := make([]roleRow, len(roles))
	for i, r := range roles {
		rows[i] = roleRow{Person: person, Role: r, Site: site}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// rolesOf reads the roles of people at their own site, in the order pages show them.
func rolesOf(ctx context.Context, db bun.IDB, people []care.PersonID) (map[care.PersonID][]access.Role, error) {
	roles := map[care.PersonID][]access.Role{}
	if len(people) == 0 {
		return roles, nil
	}
	var rows []roleRow
	err := db.NewSelect().Model(&rows).Join("JOIN people AS w ON w.id = g.person AND w.site = g.site").
		Where("g.person IN (?)", bun.List(people)).Scan(ctx)
	if err != nil {
		return nil, err
	}
	for _, known := range access.Roles() {
		for _, row := range rows {
			if row.Role == known {
				roles[row.Person] = append(roles[row.Person], row.Role)
			}
		}
	}
	return roles, nil
}

// HasAdministrator reports whether anybody can administer the house.
func (s *Store) HasAdministrator(ctx context.Context) (bool, error) {
	n, err := administrators(ctx, s.db)
	return n > 0, failed("look for an administrator", err)
}

func administrators(ctx context.Context, db bun.IDB) (int, error) {
	var n int
	err := db.NewRaw("SELECT COUNT(*) FROM roles AS g JOIN people AS w ON w.id = g.person WHERE g.role = ? AND NOT w.disabled",
		access.Administrator).Scan(ctx, &n)
	return n, err
}
