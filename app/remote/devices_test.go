package remote

import (
	"context"

	"hearth/shared/api"
)

// deviceCalls has a call for every operation about devices.
func deviceCalls(a *API) map[string]func(context.Context) error {
	change := func(op api.Operation, body any) func(context.Context) error {
		return func(c context.Context) error { _, err := a.ChangeDevice(c, op, "d", body); return err }
	}
	return map[string]func(context.Context) error{
		"list-devices":       func(c context.Context) error { _, err := a.ListDevices(c, "", ""); return err },
		"create-device":      func(c context.Context) error { _, err := a.CreateDevice(c, api.PutDeviceBody{}); return err },
		"create-device-code": func(c context.Context) error { _, err := a.CreateDeviceCode(c, "j", 1); return err },
		"put-device":         change(api.PutDevice, api.PutDeviceBody{}),
		"delete-device":      change(api.DeleteDevice, api.VersionBody{}),
		"restore-device":     change(api.RestoreDevice, api.VersionBody{}),
	}
}
