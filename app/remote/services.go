package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListServices returns the services, hidden ones too.
func (a *API) ListServices(ctx context.Context) (api.List[api.Service], error) {
	return call[api.List[api.Service]](ctx, a, api.ListServices, nil, nil)
}

// PreviewService says what a manifest asks for.
func (a *API) PreviewService(ctx context.Context, body api.ManifestBody) (api.ServicePreview, error) {
	return call[api.ServicePreview](ctx, a, api.PreviewService, nil, body)
}

// CreateService registers a service; what it is given is in the answer and nowhere else.
func (a *API) CreateService(ctx context.Context, body api.ManifestBody) (api.ServiceMade, error) {
	return call[api.ServiceMade](ctx, a, api.CreateService, nil, body)
}

// PutService replaces the manifest of a service.
func (a *API) PutService(ctx context.Context, id care.ServiceID, body api.ManifestBody) (api.ServiceMade, error) {
	return call[api.ServiceMade](ctx, a, api.PutService, params{"service": string(id)}, body)
}

// ChangeService switches, hides or brings back a service: op is PatchService with an api.PatchServiceBody, DeleteService or
// RestoreService with an api.VersionBody.
func (a *API) ChangeService(ctx context.Context, op api.Operation, id care.ServiceID, body any) (api.Service, error) {
	return call[api.Service](ctx, a, op, params{"service": string(id)}, body)
}

// RenewService gives a service another secret: op is NewServiceProof or NewWebhookSecret.
func (a *API) RenewService(ctx context.Context, op api.Operation, id care.ServiceID, version int64) (api.ServiceMade, error) {
	return call[api.ServiceMade](ctx, a, op, params{"service": string(id)}, api.VersionBody{Version: version})
}

// TestWebhook has a service told that it is tested.
func (a *API) TestWebhook(ctx context.Context, id care.ServiceID) (api.Delivery, error) {
	return call[api.Delivery](ctx, a, api.TestWebhook, params{"service": string(id)}, nil)
}

// ListDeliveries returns one page of what a service was and is to be told, the newest first; cursor "" is the first.
func (a *API) ListDeliveries(ctx context.Context, id care.ServiceID, cursor string) (api.List[api.Delivery], error) {
	return call[api.List[api.Delivery]](ctx, a, api.ListDeliveries, params{"service": string(id), "cursor": cursor}, nil)
}

// SendAgain sends one of these once more.
func (a *API) SendAgain(ctx context.Context, id care.ServiceID, delivery care.DeliveryID) (api.Delivery, error) {
	return call[api.Delivery](ctx, a, api.SendAgain, params{"service": string(id), "delivery": string(delivery)}, nil)
}

// ListServicePages returns the pages services show in the reader's portals.
func (a *API) ListServicePages(ctx context.Context) (api.List[api.ShownPage], error) {
	return call[api.List[api.ShownPage]](ctx, a, api.ListServicePages, nil, nil)
}
