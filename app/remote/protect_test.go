package remote

import (
	"context"

	"hearth/shared/api"
)

// protectCalls has a call for every operation about programs, the trail and the protection of data.
func protectCalls(a *API) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"list-clients":  func(c context.Context) error { _, err := a.ListClients(c); return err },
		"create-client": func(c context.Context) error { _, err := a.CreateClient(c, api.CreateClientBody{}); return err },
		"patch-client":  func(c context.Context) error { _, err := a.PatchClient(c, "k", api.PatchClientBody{}); return err },
		"new-client-secret": func(c context.Context) error {
			_, err := a.NewClientSecret(c, "k", api.NewClientSecretBody{})
			return err
		},
		"list-agreements":    func(c context.Context) error { _, err := a.ListAgreements(c); return err },
		"delete-agreement":   func(c context.Context) error { return a.DeleteAgreement(c, "k") },
		"list-trail":         func(c context.Context) error { _, err := a.ListTrail(c, api.TrailFilter{}, ""); return err },
		"get-trail-end":      func(c context.Context) error { _, err := a.TrailEnd(c); return err },
		"list-consent-texts": func(c context.Context) error { _, err := a.ListConsentTexts(c, "j"); return err },
		"add-consent-text": func(c context.Context) error {
			_, err := a.AddConsentText(c, "j", api.AddConsentTextBody{})
			return err
		},
		"list-consents":    func(c context.Context) error { _, err := a.ListConsents(c, "p"); return err },
		"add-consent":      func(c context.Context) error { _, err := a.AddConsent(c, "p", api.AddConsentBody{}); return err },
		"plan-export":      func(c context.Context) error { _, err := a.PlanExport(c, "p"); return err },
		"plan-erasure":     func(c context.Context) error { _, err := a.PlanErasure(c, "p"); return err },
		"ask-erasure":      func(c context.Context) error { _, err := a.AskErasure(c, "p", api.AskErasureBody{}); return err },
		"cancel-erasure":   func(c context.Context) error { _, err := a.CancelErasure(c, "p"); return err },
		"hold-patient":     func(c context.Context) error { _, err := a.HoldPatient(c, "p", true); return err },
		"list-connections": func(c context.Context) error { _, err := a.ListConnections(c, "p"); return err },
		"end-connection":   func(c context.Context) error { return a.EndConnection(c, "p", "0123abcd") },
		"list-erasures":    func(c context.Context) error { _, err := a.ListErasures(c); return err },
		"list-retention":   func(c context.Context) error { _, err := a.ListRetention(c); return err },
		"put-retention":    func(c context.Context) error { _, err := a.PutRetention(c, api.Retention{}); return err },
	}
}

// links are the addresses of the operations a browser saves as files, which no call fetches.
func links(a *API) map[string]string {
	return map[string]string{"export-trail": a.TrailFile(api.TrailFilter{}, "csv"), "export-patient": a.PatientFile("p")}
}
