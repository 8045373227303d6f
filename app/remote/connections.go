package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListConnections returns where a person is signed in right now.
func (a *API) ListConnections(ctx context.Context, person care.PersonID) (api.List[api.Connection], error) {
	return call[api.List[api.Connection]](ctx, a, api.ListConnections, params{"person": string(person)}, nil)
}

// EndConnection signs a person out in one place.
func (a *API) EndConnection(ctx context.Context, person care.PersonID, id string) error {
	_, err := call[none](ctx, a, api.EndConnection, params{"person": string(person)}, api.EndConnectionBody{ID: id})
	return err
}
