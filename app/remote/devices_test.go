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
	kind := func(op api.Operation, body any) func(context.Context) error {
		return func(c context.Context) error { _, err := a.ChangeDeviceType(c, op, "y", body); return err }
	}
	return map[string]func(context.Context) error{
		"lend-device":         func(c context.Context) error { _, err := a.LendDevice(c, "d", "p", 1); return err },
		"return-device":       func(c context.Context) error { _, err := a.ReturnDevice(c, "d", 1); return err },
		"list-loans":          func(c context.Context) error { _, err := a.ListLoans(c, "d"); return err },
		"list-patient-loans":  func(c context.Context) error { _, err := a.ListPatientLoans(c, "p"); return err },
		"list-device-types":   func(c context.Context) error { _, err := a.ListDeviceTypes(c); return err },
		"create-device-type":  func(c context.Context) error { _, err := a.CreateDeviceType(c, api.PutDeviceTypeBody{}); return err },
		"put-device-type":     kind(api.PutDeviceType, api.PutDeviceTypeBody{}),
		"delete-device-type":  kind(api.DeleteDeviceType, api.VersionBody{}),
		"restore-device-type": kind(api.RestoreDeviceType, api.VersionBody{}),
		"list-devices":        func(c context.Context) error { _, err := a.ListDevices(c, "", ""); return err },
		"create-device":       func(c context.Context) error { _, err := a.CreateDevice(c, api.PutDeviceBody{}); return err },
		"create-device-code":  func(c context.Context) error { _, err := a.CreateDeviceCode(c, "j", 1); return err },
		"put-device":          change(api.PutDevice, api.PutDeviceBody{}),
		"delete-device":       change(api.DeleteDevice, api.VersionBody{}),
		"restore-device":      change(api.RestoreDevice, api.VersionBody{}),
	}
}
