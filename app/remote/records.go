package remote

import (
	"context"
	"strconv"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListRecords returns one part of the records of patients; q's text does not travel in an address, see SearchRecords.
func (a *API) ListRecords(ctx context.Context, q api.RecordQuery) (api.Records, error) {
	limit := ""
	if q.Limit > 0 {
		limit = strconv.Itoa(q.Limit)
	}
	return call[api.Records](ctx, a, api.ListRecords, params{"site": string(q.Site), "project": string(q.Project), "group": string(q.Group),
		"therapist": string(q.Therapist), "state": string(q.State), "after": q.After, "limit": limit}, nil)
}

// SearchRecords is ListRecords by a text too.
func (a *API) SearchRecords(ctx context.Context, q api.RecordQuery) (api.Records, error) {
	return call[api.Records](ctx, a, api.SearchRecords, nil, q)
}

// CreateRecord makes a patient. With an id in the body, asking again makes nobody twice.
func (a *API) CreateRecord(ctx context.Context, body api.CreateRecordBody) (api.Record, error) {
	return call[api.Record](ctx, a, api.CreateRecord, nil, body)
}

// GetRecord returns one record.
func (a *API) GetRecord(ctx context.Context, patient care.PatientID) (api.Record, error) {
	return call[api.Record](ctx, a, api.GetRecord, params{"patient": string(patient)}, nil)
}

// ChangeRecord changes, deletes or restores a record: op is PatchRecord with an api.PatchRecordBody, DeleteRecord or
// RestoreRecord with an api.VersionBody.
func (a *API) ChangeRecord(ctx context.Context, op api.Operation, patient care.PatientID, body any) (api.Record, error) {
	return call[api.Record](ctx, a, op, params{"patient": string(patient)}, body)
}

// MoveRecord takes a patient to another project, or only says what would come of it.
func (a *API) MoveRecord(ctx context.Context, patient care.PatientID, body api.MoveRecordBody) (api.Moved, error) {
	return call[api.Moved](ctx, a, api.MoveRecord, params{"patient": string(patient)}, body)
}

// GetContact returns who a patient really is.
func (a *API) GetContact(ctx context.Context, patient care.PatientID) (api.ContactCard, error) {
	return call[api.ContactCard](ctx, a, api.GetContact, params{"patient": string(patient)}, nil)
}

// PutContact writes it down; Version must be the one last read.
func (a *API) PutContact(ctx context.Context, patient care.PatientID, body api.ContactCard) (api.ContactCard, error) {
	return call[api.ContactCard](ctx, a, api.PutContact, params{"patient": string(patient)}, body)
}
