package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListTherapists returns who may be given patients of a project.
func (a *API) ListTherapists(ctx context.Context, project care.ProjectID) (api.List[api.Colleague], error) {
	return call[api.List[api.Colleague]](ctx, a, api.ListTherapists, params{"project": string(project)}, nil)
}
