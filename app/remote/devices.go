package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListDevices returns one page of the devices of a project, "" for all; cursor "" is the first.
func (a *API) ListDevices(ctx context.Context, project care.ProjectID, cursor string) (api.List[api.Device], error) {
	return call[api.List[api.Device]](ctx, a, api.ListDevices, params{"project": string(project), "cursor": cursor}, nil)
}

// CreateDevice writes down a device.
func (a *API) CreateDevice(ctx context.Context, body api.PutDeviceBody) (api.Device, error) {
	return call[api.Device](ctx, a, api.CreateDevice, nil, body)
}

// ChangeDevice changes, deletes or restores a device: op is PutDevice with an api.PutDeviceBody, DeleteDevice or
// RestoreDevice with an api.VersionBody.
func (a *API) ChangeDevice(ctx context.Context, op api.Operation, id care.DeviceID, body any) (api.Device, error) {
	return call[api.Device](ctx, a, op, params{"device": string(id)}, body)
}

// CreateDeviceCode makes a code with which devices register at a project; it is shown once.
func (a *API) CreateDeviceCode(ctx context.Context, project care.ProjectID, uses int) (api.DeviceCode, error) {
	return call[api.DeviceCode](ctx, a, api.CreateDeviceCode, params{"project": string(project)}, api.DeviceCodeBody{Uses: uses})
}
