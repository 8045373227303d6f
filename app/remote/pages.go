package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListPages returns the public pages of a site, or of the house when site is "".
func (a *API) ListPages(ctx context.Context, site care.SiteID) (api.PublicPages, error) {
	if site == "" {
		return call[api.PublicPages](ctx, a, api.ListHousePages, nil, nil)
	}
	return call[api.PublicPages](ctx, a, api.ListSitePages, params{"site": string(site)}, nil)
}

// AddPage adds the next version of one of them.
func (a *API) AddPage(ctx context.Context, site care.SiteID, body api.AddPageBody) (api.PublicPages, error) {
	if site == "" {
		return call[api.PublicPages](ctx, a, api.AddHousePage, nil, body)
	}
	return call[api.PublicPages](ctx, a, api.AddSitePage, params{"site": string(site)}, body)
}
