package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// thereToo narrows services g to those whose place is there.
const thereToo = `g.deleted = 0 AND (g.site = '' OR EXISTS (SELECT 1 FROM sites AS x WHERE x.id = g.site AND x.deleted = 0))
	AND (g.project = '' OR EXISTS (SELECT 1 FROM projects AS j WHERE j.id = g.project AND j.deleted = 0))`

// thereNow says whether a service and its place are there.
func (s *Store) thereNow(ctx context.Context, db bun.IDB, id care.ServiceID) (bool, error) {
	return db.NewSelect().Model((*serviceRow)(nil)).Where("g.id = ?", id).Where(thereToo).Exists(ctx)
}

// Service finds one that is there, in a place that is there; disabled too. Only the house asks, for a service that shows
// its token.
func (s *Store) Service(ctx context.Context, id care.ServiceID) (care.Service, error) {
	if !care.ValidID(id) {
		return care.Service{}, errNotFound
	}
	v, err := one(s.services(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("g.id = ?", id).Where(thereToo) }))
	return v, failed("find a service", err)
}

// ServicePages are the pages services show in portals of by: a service's place and one where by has a role of the portal
// lie in each other.
func (s *Store) ServicePages(ctx context.Context, by care.Reader) (pages []care.ShownPage, err error) {
	list, err := s.services(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("NOT g.disabled").Where(thereToo)
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var grants []care.Grant
	err = s.db.NewRaw(`SELECT o.role, o.site, o.project FROM grants AS o JOIN people AS h ON h.id = o.person
		WHERE o.person = ? AND NOT h.disabled AND h.deleted = 0`, by.Person).Scan(ctx, &grants)
	for _, v := range list {
		for _, p := range v.Manifest.Pages {
			if slices.ContainsFunc(grants, func(g care.Grant) bool {
				return slices.Contains(p.Portal.Roles(), g.Role) && (g.Holds(v.Place) || v.Place.Holds(g.Place))
			}) {
				pages = append(pages, care.ShownPage{Service: v.ID, Name: v.Manifest.Name, Page: p})
			}
		}
	}
	return pages, failed("list the pages of services", err)
}
