package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// OwnVocabulary returns the label buttons the reader has in a project: their own, or the project's with version 0.
func (a *API) OwnVocabulary(ctx context.Context, project care.ProjectID) (api.Vocabulary, error) {
	return call[api.Vocabulary](ctx, a, api.GetOwnVocabulary, params{"project": string(project)}, nil)
}

// PutOwnVocabulary makes them the reader's own.
func (a *API) PutOwnVocabulary(ctx context.Context, project care.ProjectID, body api.Vocabulary) (api.Vocabulary, error) {
	return call[api.Vocabulary](ctx, a, api.PutOwnVocabulary, params{"project": string(project)}, body)
}

// DeleteOwnVocabulary gives the reader the project's again.
func (a *API) DeleteOwnVocabulary(ctx context.Context, project care.ProjectID) (api.Vocabulary, error) {
	return call[api.Vocabulary](ctx, a, api.DeleteOwnVocabulary, params{"project": string(project)}, nil)
}
