package remote

import (
	"context"

	"hearth/shared/api"
	"hearth/shared/care"
)

// ListMessages returns what the guests of a visit were and are to be told, and how they are reached.
func (a *API) ListMessages(ctx context.Context, visit care.VisitID) (api.Messages, error) {
	return call[api.Messages](ctx, a, api.ListMessages, params{"visit": string(visit)}, nil)
}

// SendLinkAgain sends a guest their link once more; only lets no older one open anything any more.
func (a *API) SendLinkAgain(ctx context.Context, visit care.VisitID, guest care.GuestID, only bool) (api.Message, error) {
	given := params{"visit": string(visit), "guest": string(guest)}
	if only {
		given["only"] = "true"
	}
	return call[api.Message](ctx, a, api.SendLinkAgain, given, nil)
}

// PutOptOut notes that a guest wants no SMS or e-mails, or wants them again.
func (a *API) PutOptOut(ctx context.Context, visit care.VisitID, guest care.GuestID, b api.OptOutBody) error {
	_, err := call[none](ctx, a, api.PutOptOut, params{"visit": string(visit), "guest": string(guest)}, b)
	return err
}

// GetPush returns what this browser needs to take notices.
func (a *API) GetPush(ctx context.Context) (api.Push, error) {
	return call[api.Push](ctx, a, api.GetPush, nil, nil)
}

// PutPush has this browser take notices.
func (a *API) PutPush(ctx context.Context, b api.PushBody) error {
	_, err := call[none](ctx, a, api.PutPush, nil, b)
	return err
}

// DeletePush has it take no more.
func (a *API) DeletePush(ctx context.Context, endpoint string) error {
	_, err := call[none](ctx, a, api.DeletePush, nil, api.NoPushBody{Endpoint: endpoint})
	return err
}
