package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
)

// PageStore is the memory of what places tell everybody.
type PageStore interface {
	ListPages(ctx context.Context, by care.Reader, site care.SiteID) ([]care.PublicPage, error)
	AddPage(ctx context.Context, by care.Reader, site care.SiteID, kind care.PageKind, was int, texts []care.PublicPage) ([]care.PublicPage, error)
	PublicPage(ctx context.Context, site care.SiteID, kind care.PageKind, version int) ([]care.PublicPage, error)
}

type addPage struct {
	OfSite
	Body api.AddPageBody
}

func (s *Server) pageOperations(a huma.API) {
	handle(s, a, api.ListSitePages, "The public pages of a site, with their older versions", func(ctx context.Context, who *asking, in *OfSite) (*answer[api.PublicPages], error) {
		return s.listPages(ctx, who, in.Site)
	})
	handle(s, a, api.AddSitePage, "Add the next version of a public page of a site", func(ctx context.Context, who *asking, in *addPage) (*answer[api.PublicPages], error) {
		return s.addPage(ctx, who, in.Site, in.Body)
	})
	handle(s, a, api.ListHousePages, "The public pages of the house, with their older versions", func(ctx context.Context, who *asking, _ *nothing) (*answer[api.PublicPages], error) {
		return s.listPages(ctx, who, "")
	})
	handle(s, a, api.AddHousePage, "Add the next version of a public page of the house", func(ctx context.Context, who *asking, in *body[api.AddPageBody]) (*answer[api.PublicPages], error) {
		return s.addPage(ctx, who, "", in.Body)
	})
}

func (s *Server) listPages(ctx context.Context, who *asking, site care.SiteID) (*answer[api.PublicPages], error) {
	list, err := s.Store.ListPages(ctx, who.Reader(), site)
	if err != nil {
		return nil, err
	}
	of, _, err := s.Store.SettingsFor(ctx, string(site))
	if err != nil {
		return nil, err
	}
	who.at(care.Place{Site: site})
	return reply(api.PublicPages{Address: s.address(aboutOf(of)), Languages: append([]string{}, of.Languages...), Language: of.Language, Items: each(list, publicPageOf)}), nil
}

func (s *Server) addPage(ctx context.Context, who *asking, site care.SiteID, b api.AddPageBody) (*answer[api.PublicPages], error) {
	texts := each(b.Texts, func(t api.PageText) care.PublicPage { return care.PublicPage{Language: t.Language, Text: t.Text} })
	if _, err := s.Store.AddPage(ctx, who.Reader(), site, b.Kind, b.Version, texts); err != nil {
		return nil, err
	}
	return s.listPages(ctx, who, site)
}

// aboutOf is where the public pages of a place are.
func aboutOf(of care.SiteSettings) string {
	switch {
	case of.Site == "":
		return api.AboutPage
	case of.Slug != "":
		return api.AboutPage + of.Slug + "/"
	}
	return api.AboutPage + string(of.Site) + "/"
}

func publicPageOf(p care.PublicPage) api.PublicPage {
	return api.PublicPage{Kind: p.Kind, Version: p.Version, Language: p.Language, Text: p.Text, Created: p.Created}
}
