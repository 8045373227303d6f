package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListConsentTexts returns every version of what patients of a project are asked to agree to.
func (a *API) ListConsentTexts(ctx context.Context, project care.ProjectID) (api.List[api.ConsentText], error) {
	return call[api.List[api.ConsentText]](ctx, a, api.ListConsentTexts, params{"project": string(project)}, nil)
}

// AddConsentText adds the next version of such a text, in all its languages.
func (a *API) AddConsentText(ctx context.Context, project care.ProjectID, body api.AddConsentTextBody) (api.List[api.ConsentText], error) {
	return call[api.List[api.ConsentText]](ctx, a, api.AddConsentText, params{"project": string(project)}, body)
}

// ListConsents returns everything a patient agreed to and withdrew, the latest first.
func (a *API) ListConsents(ctx context.Context, patient care.PatientID) (api.List[api.Consent], error) {
	return call[api.List[api.Consent]](ctx, a, api.ListConsents, params{"patient": string(patient)}, nil)
}

// AddConsent writes down that a patient agreed, or does so no more.
func (a *API) AddConsent(ctx context.Context, patient care.PatientID, body api.AddConsentBody) (api.Consent, error) {
	return call[api.Consent](ctx, a, api.AddConsent, params{"patient": string(patient)}, body)
}

// PlanExport counts what an export of a patient holds.
func (a *API) PlanExport(ctx context.Context, patient care.PatientID) (api.Counts, error) {
	return call[api.Counts](ctx, a, api.PlanExport, params{"patient": string(patient)}, nil)
}

// PatientFile is the address under which a browser saves everything about a patient. It needs a fresh proof.
func (a *API) PatientFile(patient care.PatientID) string {
	return a.file(api.Files+"patients/"+string(patient), nil)
}

// PlanErasure says what erasing a patient would delete, and when.
func (a *API) PlanErasure(ctx context.Context, patient care.PatientID) (api.Erasure, error) {
	return call[api.Erasure](ctx, a, api.PlanErasure, params{"patient": string(patient)}, nil)
}

// AskErasure has a patient erased. It needs a fresh proof.
func (a *API) AskErasure(ctx context.Context, patient care.PatientID, body api.AskErasureBody) (api.Erasure, error) {
	return call[api.Erasure](ctx, a, api.AskErasure, params{"patient": string(patient)}, body)
}

// CancelErasure calls an erasure off.
func (a *API) CancelErasure(ctx context.Context, patient care.PatientID) (api.Erasure, error) {
	return call[api.Erasure](ctx, a, api.CancelErasure, params{"patient": string(patient)}, nil)
}

// HoldPatient keeps a patient from being forgotten, or lets them go.
func (a *API) HoldPatient(ctx context.Context, patient care.PatientID, hold bool) (api.Erasure, error) {
	return call[api.Erasure](ctx, a, api.HoldPatient, params{"patient": string(patient)}, api.HoldBody{Hold: hold})
}

// ListErasures returns who was erased or waits for it.
func (a *API) ListErasures(ctx context.Context) (api.List[api.Erasure], error) {
	return call[api.List[api.Erasure]](ctx, a, api.ListErasures, nil, nil)
}

// ListRetention returns what was said about how long things are kept.
func (a *API) ListRetention(ctx context.Context) (api.List[api.Retention], error) {
	return call[api.List[api.Retention]](ctx, a, api.ListRetention, nil, nil)
}

// PutRetention says how long things are kept at a place. It needs a fresh proof.
func (a *API) PutRetention(ctx context.Context, body api.Retention) (api.Retention, error) {
	return call[api.Retention](ctx, a, api.PutRetention, nil, body)
}
