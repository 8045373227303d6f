package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListPlaces returns the sites, projects and groups the reader has a role in.
func (a *API) ListPlaces(ctx context.Context) (api.Places, error) {
	return call[api.Places](ctx, a, api.ListPlaces, nil, nil)
}

// CreateSite makes a site with its first project.
func (a *API) CreateSite(ctx context.Context, body api.CreateSiteBody) (api.SiteMade, error) {
	return call[api.SiteMade](ctx, a, api.CreateSite, nil, body)
}

// ChangeSite renames, deletes or restores a site: op is PatchSite with an api.RenameBody, DeleteSite or RestoreSite with
// an api.VersionBody.
func (a *API) ChangeSite(ctx context.Context, op api.Operation, id care.SiteID, body any) (api.Site, error) {
	return call[api.Site](ctx, a, op, params{"site": string(id)}, body)
}

// SiteContents counts what goes with a site that is deleted.
func (a *API) SiteContents(ctx context.Context, id care.SiteID) (api.Contents, error) {
	return call[api.Contents](ctx, a, api.SiteContents, params{"site": string(id)}, nil)
}

// CreateProject makes a project at a site.
func (a *API) CreateProject(ctx context.Context, site care.SiteID, body api.NameBody) (api.Project, error) {
	return call[api.Project](ctx, a, api.CreateProject, params{"site": string(site)}, body)
}

// ChangeProject is ChangeSite for a project: op is PatchProject, DeleteProject or RestoreProject.
func (a *API) ChangeProject(ctx context.Context, op api.Operation, id care.ProjectID, body any) (api.Project, error) {
	return call[api.Project](ctx, a, op, params{"project": string(id)}, body)
}

// ProjectContents counts what goes with a project that is deleted.
func (a *API) ProjectContents(ctx context.Context, id care.ProjectID) (api.Contents, error) {
	return call[api.Contents](ctx, a, api.ProjectContents, params{"project": string(id)}, nil)
}

// CreateGroup makes a group of patients in a project.
func (a *API) CreateGroup(ctx context.Context, project care.ProjectID, body api.NameBody) (api.Group, error) {
	return call[api.Group](ctx, a, api.CreateGroup, params{"project": string(project)}, body)
}

// ChangeGroup is ChangeSite for a group: op is PatchGroup, DeleteGroup or RestoreGroup.
func (a *API) ChangeGroup(ctx context.Context, op api.Operation, id care.GroupID, body any) (api.Group, error) {
	return call[api.Group](ctx, a, op, params{"group": string(id)}, body)
}
