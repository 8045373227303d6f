package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// GetSettings returns the settings of a site, or of the house when site is "".
func (a *API) GetSettings(ctx context.Context, site care.SiteID) (api.SettingsAnswer, error) {
	if site == "" {
		return call[api.SettingsAnswer](ctx, a, api.GetHouseSettings, nil, nil)
	}
	return call[api.SettingsAnswer](ctx, a, api.GetSiteSettings, params{"site": string(site)}, nil)
}

// PutSettings changes them. It needs a fresh proof.
func (a *API) PutSettings(ctx context.Context, site care.SiteID, body api.PutSettingsBody) (api.SettingsAnswer, error) {
	if site == "" {
		return call[api.SettingsAnswer](ctx, a, api.PutHouseSettings, nil, body)
	}
	return call[api.SettingsAnswer](ctx, a, api.PutSiteSettings, params{"site": string(site)}, body)
}

// PreviewRetention says whom other times of keeping would forget at once.
func (a *API) PreviewRetention(ctx context.Context, body api.Retention) (api.RetentionPreview, error) {
	return call[api.RetentionPreview](ctx, a, api.PreviewRetention, nil, body)
}

// PreviewSettings says what changing them would do.
func (a *API) PreviewSettings(ctx context.Context, site care.SiteID, body api.PutSettingsBody) (api.SettingsPreview, error) {
	if site == "" {
		return call[api.SettingsPreview](ctx, a, api.PreviewHouseSettings, nil, body)
	}
	return call[api.SettingsPreview](ctx, a, api.PreviewSiteSettings, params{"site": string(site)}, body)
}
