package remote

import (
	"context"

	"hearth/shared/api"
)

// serviceCalls has a call for every operation about services.
func serviceCalls(a *API) map[string]func(context.Context) error {
	change := func(op api.Operation) func(context.Context) error {
		return func(c context.Context) error { _, err := a.ChangeService(c, op, "v", api.VersionBody{}); return err }
	}
	renew := func(op api.Operation) func(context.Context) error {
		return func(c context.Context) error { _, err := a.RenewService(c, op, "v", 1); return err }
	}
	return map[string]func(context.Context) error{
		"list-services":      func(c context.Context) error { _, err := a.ListServices(c); return err },
		"preview-service":    func(c context.Context) error { _, err := a.PreviewService(c, api.ManifestBody{}); return err },
		"create-service":     func(c context.Context) error { _, err := a.CreateService(c, api.ManifestBody{}); return err },
		"put-service":        func(c context.Context) error { _, err := a.PutService(c, "v", api.ManifestBody{}); return err },
		"patch-service":      change(api.PatchService),
		"delete-service":     change(api.DeleteService),
		"restore-service":    change(api.RestoreService),
		"new-service-secret": renew(api.NewServiceProof),
		"new-webhook-secret": renew(api.NewWebhookSecret),
		"test-webhook":       func(c context.Context) error { _, err := a.TestWebhook(c, "v"); return err },
		"list-deliveries":    func(c context.Context) error { _, err := a.ListDeliveries(c, "v", "x"); return err },
		"send-again":         func(c context.Context) error { _, err := a.SendAgain(c, "v", "y"); return err },
		"list-service-pages": func(c context.Context) error { _, err := a.ListServicePages(c); return err },
	}
}
