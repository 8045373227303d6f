package store

import (
	"context"

	"github.com/uptrace/bun"

	"hearth/shared/care"
	"hearth/shared/fault"
)

const pagesTable = `
CREATE TABLE public_pages (
	site TEXT NOT NULL,
	kind TEXT NOT NULL,
	version BIGINT NOT NULL,
	language TEXT NOT NULL,
	words TEXT NOT NULL,
	created BIGINT NOT NULL,
	author TEXT NOT NULL,
	PRIMARY KEY (site, kind, version, language)
)`

type pageRow struct {
	bun.BaseModel `bun:"table:public_pages,alias:u"`

	Site     care.SiteID   `bun:",pk"`
	Kind     care.PageKind `bun:",pk"`
	Version  int           `bun:",pk"`
	Language string        `bun:",pk"`
	Words    string
	Created  int64
	Author   care.PersonID
}

func (row pageRow) page() care.PublicPage {
	return care.PublicPage{Site: row.Site, Kind: row.Kind, Version: row.Version, Language: row.Language, Text: row.Words, Created: instant(row.Created), By: row.Author}
}

func pagesOf(rows []pageRow) []care.PublicPage {
	list := make([]care.PublicPage, len(rows))
	for i, row := range rows {
		list[i] = row.page()
	}
	return list
}

// ListPages returns every version of the public pages of a site by manages, or of the house, the newest first.
func (s *Store) ListPages(ctx context.Context, by care.Reader, site care.SiteID) ([]care.PublicPage, error) {
	if site != "" && !care.ValidID(site) {
		return nil, errNotFound
	}
	if err := placed(ctx, s.db, by, settingsRight(site), care.Place{Site: site}); err != nil {
		return nil, failed("list public pages", err)
	}
	var rows []pageRow
	err := s.db.NewSelect().Model(&rows).Where("u.site = ?", site).OrderExpr("u.kind, u.version DESC, u.language").Scan(ctx)
	return pagesOf(rows), failed("list public pages", err)
}

// AddPage adds the next version of a public page of a site by manages, or of the house, in all its languages. Was is the
// version last read, 0 for the first.
func (s *Store) AddPage(ctx context.Context, by care.Reader, site care.SiteID, kind care.PageKind, was int, texts []care.PublicPage) ([]care.PublicPage, error) {
	if site != "" && !care.ValidID(site) {
		return nil, errNotFound
	}
	rows := make([]pageRow, len(texts))
	err := s.within(ctx, "add a public page", func(ctx context.Context, tx bun.Tx) error {
		if err := placed(ctx, tx, by, settingsRight(site), care.Place{Site: site}); err != nil {
			return err
		}
		if len(texts) == 0 {
			return fault.New(fault.Invalid, "page.empty", nil)
		}
		var newest int
		if err := tx.NewRaw("SELECT COALESCE(MAX(version), 0) FROM public_pages WHERE site = ? AND kind = ?", site, kind).Scan(ctx, &newest); err != nil {
			return err
		}
		if newest != was {
			return errChanged
		}
		for i, p := range texts {
			p.Site, p.Kind = site, kind
			if err := p.Validate(); err != nil {
				return err
			}
			rows[i] = pageRow{Site: site, Kind: kind, Version: newest + 1, Language: p.Language, Words: p.Text, Created: micro(s.now()), Author: by.Person}
			for _, other := range rows[:i] {
				if other.Language == p.Language {
					return fault.New(fault.Invalid, "page.language", nil)
				}
			}
		}
		return changed(tx.NewInsert().Model(&rows).On("CONFLICT (site, kind, version, language) DO NOTHING").Exec(ctx))
	})
	return pagesOf(rows), err
}

// PublicPage returns one version of a public page in all its languages, 0 for the newest. What a site has not written is
// the house's; what the house has not written is that of its only site. None is an empty list: anybody may ask.
func (s *Store) PublicPage(ctx context.Context, site care.SiteID, kind care.PageKind, version int) ([]care.PublicPage, error) {
	places := []care.SiteID{site}
	if site != "" {
		places = append(places, "")
	} else {
		var sites []care.SiteID
		if err := s.db.NewRaw("SELECT id FROM sites WHERE deleted = 0 LIMIT 2").Scan(ctx, &sites); err != nil {
			return nil, failed("find a public page", err)
		}
		if len(sites) == 1 {
			places = append(places, sites[0])
		}
	}
	for _, place := range places {
		var rows []pageRow
		q := s.db.NewSelect().Model(&rows).Where("u.site = ? AND u.kind = ?", place, kind).OrderExpr("u.language")
		if version > 0 {
			q = q.Where("u.version = ?", version)
		} else {
			q = q.Where("u.version = (SELECT MAX(version) FROM public_pages WHERE site = ? AND kind = ?)", place, kind)
		}
		if err := q.Scan(ctx); err != nil || len(rows) > 0 {
			return pagesOf(rows), failed("read a public page", err)
		}
	}
	return nil, nil
}
