package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// LendDevice gives a device, or a kit with everything in it, to a patient.
func (a *API) LendDevice(ctx context.Context, id care.DeviceID, patient care.PatientID, version int64) (api.Device, error) {
	return call[api.Device](ctx, a, api.LendDevice, params{"device": string(id)}, api.LendBody{Patient: patient, Version: version})
}

// ReturnDevice takes a device, or a kit with everything in it, back.
func (a *API) ReturnDevice(ctx context.Context, id care.DeviceID, version int64) (api.Device, error) {
	return call[api.Device](ctx, a, api.ReturnDevice, params{"device": string(id)}, api.VersionBody{Version: version})
}

// ListLoans lists who had a device when, the newest first.
func (a *API) ListLoans(ctx context.Context, id care.DeviceID) (api.List[api.Loan], error) {
	return call[api.List[api.Loan]](ctx, a, api.ListLoans, params{"device": string(id)}, nil)
}

// ListPatientLoans lists what a patient had when, the newest first.
func (a *API) ListPatientLoans(ctx context.Context, id care.PatientID) (api.List[api.Loan], error) {
	return call[api.List[api.Loan]](ctx, a, api.ListPatientLoans, params{"patient": string(id)}, nil)
}

// ListDeviceTypes lists the house's types of devices.
func (a *API) ListDeviceTypes(ctx context.Context) (api.List[api.DeviceType], error) {
	return call[api.List[api.DeviceType]](ctx, a, api.ListDeviceTypes, nil, nil)
}

// CreateDeviceType adds a type or subtype.
func (a *API) CreateDeviceType(ctx context.Context, body api.PutDeviceTypeBody) (api.DeviceType, error) {
	return call[api.DeviceType](ctx, a, api.CreateDeviceType, nil, body)
}

// ChangeDeviceType changes, deletes or restores a type: op is PutDeviceType with an api.PutDeviceTypeBody, DeleteDeviceType
// or RestoreDeviceType with an api.VersionBody.
func (a *API) ChangeDeviceType(ctx context.Context, op api.Operation, id care.DeviceTypeID, body any) (api.DeviceType, error) {
	return call[api.DeviceType](ctx, a, op, params{"type": string(id)}, body)
}
