package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// PreviewImport says what a list of patients would make, and what is wrong with it.
func (a *API) PreviewImport(ctx context.Context, project care.ProjectID, body api.ImportBody) (api.ImportPreview, error) {
	return call[api.ImportPreview](ctx, a, api.PreviewImport, params{"project": string(project)}, body)
}

// CommitImport makes them, all or none. With the same id, asking again makes nobody twice.
func (a *API) CommitImport(ctx context.Context, project care.ProjectID, body api.CommitImportBody) (api.Imported, error) {
	return call[api.Imported](ctx, a, api.CommitImport, params{"project": string(project)}, body)
}

// ExportRecords returns a list as a file; it needs a fresh proof.
func (a *API) ExportRecords(ctx context.Context, q api.RecordQuery) (api.Export, error) {
	return call[api.Export](ctx, a, api.ExportRecords, nil, q)
}
