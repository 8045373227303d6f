package remote

import (
	"context"

	"hearth/shared/api"
)

// messageCalls has a call for every operation about messages.
func messageCalls(a *API) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"list-messages":   func(c context.Context) error { _, err := a.ListMessages(c, "v"); return err },
		"send-link-again": func(c context.Context) error { _, err := a.SendLinkAgain(c, "v", "g", true); return err },
		"put-opt-out":     func(c context.Context) error { return a.PutOptOut(c, "v", "g", api.OptOutBody{}) },
		"get-push":        func(c context.Context) error { _, err := a.GetPush(c); return err },
		"put-push":        func(c context.Context) error { return a.PutPush(c, api.PushBody{}) },
		"delete-push":     func(c context.Context) error { return a.DeletePush(c, "x") },
	}
}
