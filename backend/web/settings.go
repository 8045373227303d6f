package web

import (
	"context"
	"errors"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// SettingsStore is the memory of what was said about places.
type SettingsStore interface {
	SiteSettings(ctx context.Context, by care.Reader, site care.SiteID) (of, house care.SiteSettings, err error)
	PutSiteSettings(ctx context.Context, by care.Reader, n care.SiteSettings) (care.SiteSettings, error)
	SignInEffect(ctx context.Context, by care.Reader, n care.SiteSettings, was, base care.Level) (care.SignInEffect, error)
	RetentionEffect(ctx context.Context, by care.Reader, r care.Retention) (patients int, err error)
	SettingsFor(ctx context.Context, called string) (care.SiteSettings, care.Site, error)
}

type putSettings struct {
	OfSite
	Body api.PutSettingsBody
}

func (s *Server) settingsOperations(a huma.API) {
	handle(s, a, api.GetSiteSettings, "The settings of a site", func(ctx context.Context, who *asking, in *OfSite) (*versioned[api.SettingsAnswer], error) {
		return s.settingsOf(ctx, who, in.Site)
	})
	handle(s, a, api.PutSiteSettings, "Change them", func(ctx context.Context, who *asking, in *putSettings) (*versioned[api.SettingsAnswer], error) {
		return s.putSettings(ctx, who, in.Site, in.Body)
	})
	handle(s, a, api.PreviewSiteSettings, "What changing them would do", func(ctx context.Context, who *asking, in *putSettings) (*answer[api.SettingsPreview], error) {
		return s.previewSettings(ctx, who, in.Site, in.Body)
	})
	handle(s, a, api.PreviewRetention, "Whom other times of keeping would forget at once", func(ctx context.Context, who *asking, in *body[api.Retention]) (*answer[api.RetentionPreview], error) {
		at := care.Place{Site: in.Body.Site, Project: in.Body.Project}
		n, err := s.Store.RetentionEffect(ctx, who.Reader(), care.Retention{Place: at, TrailYears: in.Body.TrailYears, DeletedDays: in.Body.DeletedDays, WaitDays: in.Body.WaitDays})
		if err != nil {
			return nil, err
		}
		who.at(at)
		who.count(n)
		return reply(api.RetentionPreview{Patients: n}), nil
	})
	handle(s, a, api.GetHouseSettings, "The settings of the house", func(ctx context.Context, who *asking, _ *nothing) (*versioned[api.SettingsAnswer], error) {
		return s.settingsOf(ctx, who, "")
	})
	handle(s, a, api.PutHouseSettings, "Change them", func(ctx context.Context, who *asking, in *body[api.PutSettingsBody]) (*versioned[api.SettingsAnswer], error) {
		return s.putSettings(ctx, who, "", in.Body)
	})
	handle(s, a, api.PreviewHouseSettings, "What changing them would do", func(ctx context.Context, who *asking, in *body[api.PutSettingsBody]) (*answer[api.SettingsPreview], error) {
		return s.previewSettings(ctx, who, "", in.Body)
	})
}

func (s *Server) settingsOf(ctx context.Context, who *asking, site care.SiteID) (*versioned[api.SettingsAnswer], error) {
	of, house, err := s.Store.SiteSettings(ctx, who.Reader(), site)
	if err != nil {
		return nil, err
	}
	base, err := s.Identity.Base(ctx)
	if err != nil {
		return nil, err
	}
	who.at(care.Place{Site: site})
	return &versioned[api.SettingsAnswer]{etag(of.Version), api.SettingsAnswer{SiteSettings: siteSettingsOf(of), House: siteSettingsOf(house), Staff: base,
		Address: s.Address(who.request).String(), Passkeys: s.Identity.PasskeyHost() != ""}}, nil
}

// wanted reads settings as they were sent.
func wanted(site care.SiteID, version int64, b api.SiteSettings) (care.SiteSettings, error) {
	networks, err := care.ParseNetworks(strings.Join(b.Addresses, "\n"))
	if err != nil {
		return care.SiteSettings{}, err
	}
	levels := map[access.Role]care.Level{}
	for _, one := range b.SignIn {
		if one.Level != care.AnyLevel {
			levels[one.Role] = one.Level
		}
	}
	n := care.SiteSettings{Site: site, Slug: strings.ToLower(strings.TrimSpace(b.Slug)), Languages: b.Languages, Language: b.Language, SignIn: levels,
		IdleMinutes: b.IdleMinutes, MostHours: b.MostHours, Addresses: networks, Version: version}
	return n, n.Validate()
}

// putSettings keeps settings. Every page of the house asks anew whether it may stay.
func (s *Server) putSettings(ctx context.Context, who *asking, site care.SiteID, b api.PutSettingsBody) (*versioned[api.SettingsAnswer], error) {
	version, err := who.version(b.Version)
	if err != nil {
		return nil, err
	}
	if _, _, err := s.Store.SiteSettings(ctx, who.Reader(), site); err != nil { // first whether it is theirs at all
		return nil, err
	}
	n, err := wanted(site, version, b.SiteSettings)
	if err != nil {
		return nil, err
	}
	if err := s.Identity.CheckLevels(n.SignIn); err != nil {
		return nil, err
	}
	if err := staffLevel(site, b.Staff); err != nil {
		return nil, err
	}
	if len(n.Addresses) > 0 && !b.ShutOut && !care.InNetworks(n.Addresses, who.Address()) {
		return nil, fault.New(fault.Conflict, "settings.shut-out", nil).With("address", s.Address(who.request).String())
	}
	if _, err := s.Store.PutSiteSettings(ctx, who.Reader(), n); err != nil {
		return nil, err
	}
	if b.Staff != care.AnyLevel {
		if err := s.Identity.RequireSecond(ctx, b.Staff == care.SecondLevel); err != nil { // the settings are kept all the same
			s.Rooms.LookAgain(context.WithoutCancel(ctx))
			return nil, errors.Join(err, s.remember(ctx, who, api.PutHouseSettings))
		}
	}
	s.Rooms.LookAgain(context.WithoutCancel(ctx))
	s.tell(ctx, live.SiteRoom(who.Person.Site), live.DataNote{What: "places", ID: string(site)})
	return s.settingsOf(ctx, who, site)
}

func (s *Server) previewSettings(ctx context.Context, who *asking, site care.SiteID, b api.PutSettingsBody) (*answer[api.SettingsPreview], error) {
	if _, _, err := s.Store.SiteSettings(ctx, who.Reader(), site); err != nil {
		return nil, err
	}
	n, err := wanted(site, b.Version, b.SiteSettings)
	if err != nil {
		return nil, err
	}
	if err := s.Identity.CheckLevels(n.SignIn); err != nil {
		return nil, err
	}
	base, err := s.Identity.Base(ctx)
	if err != nil {
		return nil, err
	}
	if err := staffLevel(site, b.Staff); err != nil {
		return nil, err
	}
	then := base
	if b.Staff != care.AnyLevel {
		then = b.Staff
	}
	e, err := s.Store.SignInEffect(ctx, who.Reader(), n, base, then)
	if err != nil {
		return nil, err
	}
	who.at(care.Place{Site: site})
	return reply(api.SettingsPreview{People: e.People, SetUp: e.SetUp, Again: e.Again, Addresses: care.NetworkTexts(n.Addresses),
		Inside: len(n.Addresses) == 0 || care.InNetworks(n.Addresses, who.Address())}), nil
}

// staffLevel refuses what the house cannot ask of all its staff, and what a site says about it.
func staffLevel(site care.SiteID, l care.Level) error {
	if l == care.AnyLevel || site == "" && (l == care.PasswordOnly || l == care.SecondLevel) {
		return nil
	}
	return fault.New(fault.Invalid, "settings.sign-in", nil)
}

func siteSettingsOf(v care.SiteSettings) api.SiteSettings {
	return api.SiteSettings{Slug: v.Slug, Languages: append([]string{}, v.Languages...), Language: v.Language, SignIn: api.RoleLevels(v.SignIn), IdleMinutes: v.IdleMinutes,
		MostHours: v.MostHours, Addresses: care.NetworkTexts(v.Addresses), Version: v.Version}
}
