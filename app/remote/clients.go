package remote

import (
	"context"

	"hearth/shared/api"
)

// ListClients returns the programs that are known here.
func (a *API) ListClients(ctx context.Context) (api.List[api.Client], error) {
	return call[api.List[api.Client]](ctx, a, api.ListClients, nil, nil)
}

// CreateClient makes a program known; its secret is in the answer and nowhere else.
func (a *API) CreateClient(ctx context.Context, body api.CreateClientBody) (api.ClientSecret, error) {
	return call[api.ClientSecret](ctx, a, api.CreateClient, nil, body)
}

// PatchClient changes a program, or disables it.
func (a *API) PatchClient(ctx context.Context, id string, body api.PatchClientBody) (api.Client, error) {
	return call[api.Client](ctx, a, api.PatchClient, params{"client": id}, body)
}

// NewClientSecret makes another secret; the old one is worth nothing from then on.
func (a *API) NewClientSecret(ctx context.Context, id string, body api.NewClientSecretBody) (api.ClientSecret, error) {
	return call[api.ClientSecret](ctx, a, api.NewClientSecret, params{"client": id}, body)
}

// ListAgreements returns which programs may know what of oneself.
func (a *API) ListAgreements(ctx context.Context) (api.List[api.Agreement], error) {
	return call[api.List[api.Agreement]](ctx, a, api.ListAgreements, nil, nil)
}

// DeleteAgreement takes that back.
func (a *API) DeleteAgreement(ctx context.Context, client string) error {
	_, err := call[none](ctx, a, api.DeleteAgreement, params{"client": client}, nil)
	return err
}
