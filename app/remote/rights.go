package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// SearchPeople returns one part of the people the reader manages.
func (a *API) SearchPeople(ctx context.Context, q api.PeopleQuery) (api.People, error) {
	return call[api.People](ctx, a, api.SearchPeople, nil, q)
}

// GiveRole gives a person a role at a place; it needs a fresh proof.
func (a *API) GiveRole(ctx context.Context, person care.PersonID, role api.Grant) (api.Person, error) {
	return call[api.Person](ctx, a, api.GiveRole, params{"person": string(person)}, role)
}

// TakeRole takes it; it needs a fresh proof.
func (a *API) TakeRole(ctx context.Context, person care.PersonID, role api.Grant) (api.RoleTaken, error) {
	return call[api.RoleTaken](ctx, a, api.TakeRole, params{"person": string(person)}, role)
}

// GetRoles returns the whole policy.
func (a *API) GetRoles(ctx context.Context) (api.Roles, error) {
	return call[api.Roles](ctx, a, api.GetRoles, nil, nil)
}

// WhoMay says who may do what to a patient, and why.
func (a *API) WhoMay(ctx context.Context, patient care.PatientID) (api.List[api.Rights], error) {
	return call[api.List[api.Rights]](ctx, a, api.WhoMay, params{"patient": string(patient)}, nil)
}

// GetRights says what one person may do to a patient, and why.
func (a *API) GetRights(ctx context.Context, patient care.PatientID, person care.PersonID) (api.Rights, error) {
	return call[api.Rights](ctx, a, api.GetRights, params{"patient": string(patient), "person": string(person)}, nil)
}
