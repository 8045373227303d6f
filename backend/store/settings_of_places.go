package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// siteSettingsTable keeps what was said about places; the house is the row without a site.
const siteSettingsTable = `
CREATE TABLE site_settings (
	site TEXT PRIMARY KEY,
	slug TEXT NOT NULL DEFAULT '',
	languages TEXT NOT NULL DEFAULT '',
	language TEXT NOT NULL DEFAULT '',
	sign_in TEXT NOT NULL DEFAULT '{}',
	idle_minutes BIGINT NOT NULL DEFAULT 0,
	most_hours BIGINT NOT NULL DEFAULT 0,
	addresses TEXT NOT NULL DEFAULT '',
	version BIGINT NOT NULL
);
CREATE UNIQUE INDEX site_settings_slug ON site_settings (slug) WHERE slug <> ''`

type siteSettingsRow struct {
	bun.BaseModel `bun:"table:site_settings,alias:z"`

	Site        care.SiteID `bun:",pk"`
	Slug        string
	Languages   string // with spaces between
	Language    string
	SignIn      string // JSON of role → level
	IdleMinutes int
	MostHours   int
	Addresses   string // as ParseNetworks reads them
	Version     int64
}

func (row siteSettingsRow) settings() (care.SiteSettings, error) {
	s := care.SiteSettings{Site: row.Site, Slug: row.Slug, Languages: strings.Fields(row.Languages), Language: row.Language, SignIn: map[access.Role]care.Level{},
		IdleMinutes: row.IdleMinutes, MostHours: row.MostHours, Version: row.Version}
	networks, err := care.ParseNetworks(row.Addresses)
	s.Addresses = networks
	return s, errors.Join(err, json.Unmarshal([]byte(row.SignIn), &s.SignIn))
}

func settingsRowOf(s care.SiteSettings) (siteSettingsRow, error) {
	levels := map[access.Role]care.Level{}
	for role, level := range s.SignIn {
		levels[role] = level
	}
	text, err := json.Marshal(levels)
	return siteSettingsRow{Site: s.Site, Slug: s.Slug, Languages: strings.Join(s.Languages, " "), Language: s.Language, SignIn: string(text),
		IdleMinutes: s.IdleMinutes, MostHours: s.MostHours, Addresses: strings.Join(care.NetworkTexts(s.Addresses), " "), Version: s.Version}, err
}

func settingsOf(rows []siteSettingsRow) ([]care.SiteSettings, error) {
	list := make([]care.SiteSettings, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.settings(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ofThere leaves out what was said about sites that are hidden: nobody could change it.
const ofThere = "z.site NOT IN (SELECT id FROM sites WHERE deleted <> 0)"

// SignInSettings returns what was said about the house and about some of its sites that are there. Only identity asks.
func (s *Store) SignInSettings(ctx context.Context, sites []care.SiteID) ([]care.SiteSettings, error) {
	var rows []siteSettingsRow
	err := s.db.NewSelect().Model(&rows).Where("z.site IN (?)", bun.In(append([]care.SiteID{""}, sites...))).Where(ofThere).Scan(ctx)
	if err != nil {
		return nil, failed("read what was said about signing in", err)
	}
	list, err := settingsOf(rows)
	return list, failed("read what was said about signing in", err)
}

// settingsRight is what somebody needs to see and change the settings of a site, or of the house.
func settingsRight(site care.SiteID) access.Action {
	if site == "" {
		return access.ManageSignIn
	}
	return access.ManageSite
}

// SiteSettings returns what was said about a site by manages, or about the house, with what was said about the house.
// What nobody said anything about has version 0.
func (s *Store) SiteSettings(ctx context.Context, by care.Reader, site care.SiteID) (of, house care.SiteSettings, err error) {
	of.Site = site
	if site != "" && !care.ValidID(site) {
		return of, house, errNotFound
	}
	if err := placed(ctx, s.db, by, settingsRight(site), care.Place{Site: site}); err != nil {
		return of, house, failed("read the settings of a place", err)
	}
	list, err := s.SignInSettings(ctx, []care.SiteID{site})
	for _, one := range list {
		if one.Site == "" {
			house = one
		}
		if one.Site == site {
			of = one
		}
	}
	return of, house, err
}

// PutSiteSettings says anew what holds at a site by manages, or in the house. Version is the one last read, 0 when nothing
// was said. Faults: "settings.slug-taken".
func (s *Store) PutSiteSettings(ctx context.Context, by care.Reader, n care.SiteSettings) (care.SiteSettings, error) {
	if n.Site != "" && !care.ValidID(n.Site) {
		return n, errNotFound
	}
	err := s.within(ctx, "change the settings of a place", func(ctx context.Context, tx bun.Tx) error {
		if err := placed(ctx, tx, by, settingsRight(n.Site), care.Place{Site: n.Site}); err != nil {
			return err
		}
		if err := n.Validate(); err != nil {
			return err
		}
		row, err := settingsRowOf(n)
		if err != nil {
			return err
		}
		var other int
		if err := tx.NewRaw("SELECT COUNT(*) FROM site_settings WHERE slug <> '' AND slug = ? AND site <> ?", n.Slug, n.Site).Scan(ctx, &other); err != nil {
			return err
		} else if other > 0 {
			return fault.New(fault.Conflict, "settings.slug-taken", nil)
		}
		row.Version++
		n.Version = row.Version
		if row.Version == 1 {
			return changed(tx.NewInsert().Model(&row).On("CONFLICT (site) DO NOTHING").Exec(ctx))
		}
		return changed(tx.NewUpdate().Model(&row).Where("site = ? AND version = ?", row.Site, row.Version-1).Exec(ctx))
	})
	return n, err
}

// languagesAt are the languages somebody new at some sites begins with; none where nobody said one.
func languagesAt(ctx context.Context, db bun.IDB, homes map[care.ProjectID]care.SiteID) (map[care.SiteID]string, error) {
	var rows []siteSettingsRow
	if err := db.NewSelect().Model(&rows).Where("z.language <> ''").Scan(ctx); err != nil {
		return nil, err
	}
	said := map[care.SiteID]string{}
	for _, row := range rows {
		said[row.Site] = row.Language
	}
	begins := map[care.SiteID]string{}
	for _, site := range homes {
		if begins[site] = said[site]; begins[site] == "" {
			begins[site] = said[""]
		}
	}
	return begins, nil
}

// SettingsFor returns what holds at the site that is called so in addresses, by its id or its slug, the id first; "" is the house. What
// nobody said is filled in. It is for public pages, which anybody may read; fault.NotFound for a site that is not there.
func (s *Store) SettingsFor(ctx context.Context, called string) (care.SiteSettings, care.Site, error) {
	var site siteRow
	if called != "" {
		err := s.db.NewSelect().Model(&site).Where("x.deleted = 0").Where("x.id = ? OR x.id IN (SELECT site FROM site_settings WHERE slug = ? AND slug <> '')", called, called).
			OrderExpr("CASE WHEN x.id = ? THEN 0 ELSE 1 END", called).Limit(1).Scan(ctx)
		if err != nil {
			return care.SiteSettings{}, care.Site{}, failed("find a site by its address", err)
		}
	}
	list, err := s.SignInSettings(ctx, []care.SiteID{site.ID})
	var house care.SiteSettings
	of := care.SiteSettings{Site: site.ID}
	for _, one := range list {
		if one.Site == "" {
			house = one
		}
		if one.Site == site.ID {
			of = one
		}
	}
	return of.Or(house), site.site(), err
}
