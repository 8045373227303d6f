package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// MakeDeviceCode makes the digits that let in one more device of the asker.
func (a *API) MakeDeviceCode(ctx context.Context, visit care.VisitID) (api.VisitCode, error) {
	return call[api.VisitCode](ctx, a, api.MakeDeviceCode, params{"visit": string(visit)}, nil)
}

// ListVisitDevices returns the further devices of guests that wait for somebody's yes.
func (a *API) ListVisitDevices(ctx context.Context) (api.List[api.VisitDevice], error) {
	return call[api.List[api.VisitDevice]](ctx, a, api.ListVisitDevices, nil, nil)
}

// AllowVisitDevice lets one of them in.
func (a *API) AllowVisitDevice(ctx context.Context, knock string) error {
	_, err := call[none](ctx, a, api.AllowVisitDevice, params{"knock": knock}, nil)
	return err
}

// ListCallBacks returns who came too late and wants to be called.
func (a *API) ListCallBacks(ctx context.Context) (api.CallBacks, error) {
	return call[api.CallBacks](ctx, a, api.ListCallBacks, nil, nil)
}

// CallNumber returns how somebody who wants to be called is reached.
func (a *API) CallNumber(ctx context.Context, id string) (api.CallNumber, error) {
	return call[api.CallNumber](ctx, a, api.GetCallNumber, params{"callback": id}, nil)
}

// DoneCallBack says that somebody was called.
func (a *API) DoneCallBack(ctx context.Context, id string) error {
	_, err := call[none](ctx, a, api.DoneCallBack, params{"callback": id}, nil)
	return err
}

// Whereabouts returns where a guest said they are.
func (a *API) Whereabouts(ctx context.Context, visit care.VisitID, guest care.GuestID) (api.Whereabouts, error) {
	return call[api.Whereabouts](ctx, a, api.GetWhereabouts, params{"visit": string(visit), "guest": string(guest)}, nil)
}

// MakeGuestLink makes a link to hand over; it is never shown again.
func (a *API) MakeGuestLink(ctx context.Context, visit care.VisitID, guest care.GuestID) (api.GuestLink, error) {
	return call[api.GuestLink](ctx, a, api.MakeGuestLink, params{"visit": string(visit), "guest": string(guest)}, nil)
}
