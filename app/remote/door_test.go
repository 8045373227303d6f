package remote

import "context"

// doorCalls is every call at the door of visits.
func doorCalls(a *API) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"make-visit-device-code": func(c context.Context) error { _, err := a.MakeDeviceCode(c, "v"); return err },
		"make-guest-link":        func(c context.Context) error { _, err := a.MakeGuestLink(c, "v", "g"); return err },
		"list-visit-devices":     func(c context.Context) error { _, err := a.ListVisitDevices(c); return err },
		"allow-visit-device":     func(c context.Context) error { return a.AllowVisitDevice(c, "k") },
		"list-call-backs":        func(c context.Context) error { _, err := a.ListCallBacks(c); return err },
		"done-call-back":         func(c context.Context) error { return a.DoneCallBack(c, "b") },
		"get-call-number":        func(c context.Context) error { _, err := a.CallNumber(c, "b"); return err },
		"get-whereabouts":        func(c context.Context) error { _, err := a.Whereabouts(c, "v", "g"); return err },
	}
}
