package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// ConsentStore is the memory of what patients agreed to.
type ConsentStore interface {
	ListConsentTexts(ctx context.Context, by care.Reader, project care.ProjectID) ([]care.ConsentText, error)
	AddConsentText(ctx context.Context, by care.Reader, texts []care.ConsentText) ([]care.ConsentText, error)
	ListConsents(ctx context.Context, by care.Reader, patient care.PatientID) ([]care.Consent, error)
	AddConsent(ctx context.Context, by care.Reader, c care.Consent) (care.Consent, error)
}

type (
	addConsentText struct {
		OfProject
		Body api.AddConsentTextBody
	}
	addConsent struct {
		OfPatient
		Body api.AddConsentBody
	}
)

func (s *Server) consentOperations(a huma.API) {
	handle(s, a, api.ListConsentTexts, "What patients of a project are asked to agree to, every version", s.listConsentTexts)
	handle(s, a, api.AddConsentText, "Add the next version of such a text", s.addConsentText)
	handle(s, a, api.ListConsents, "What a patient agreed to and withdrew, the latest first", s.listConsents)
	handle(s, a, api.AddConsent, "Write down that a patient agreed, or does so no more", s.addConsent)
}

func (s *Server) listConsentTexts(ctx context.Context, who *asking, in *OfProject) (*answer[api.List[api.ConsentText]], error) {
	list, err := s.Store.ListConsentTexts(ctx, who.Reader(), in.Project)
	if err != nil {
		return nil, err
	}
	return listed(each(list, consentTextOf), ""), nil
}

func (s *Server) addConsentText(ctx context.Context, who *asking, in *addConsentText) (*answer[api.List[api.ConsentText]], error) {
	texts := each(in.Body.Texts, func(w api.ConsentWords) care.ConsentText {
		return care.ConsentText{Project: in.Project, Kind: in.Body.Kind, Language: w.Language, Title: w.Title, Paragraphs: w.Paragraphs}
	})
	added, err := s.Store.AddConsentText(ctx, who.Reader(), texts)
	if err != nil {
		return nil, err
	}
	return listed(each(added, consentTextOf), ""), nil
}

func (s *Server) listConsents(ctx context.Context, who *asking, in *OfPatient) (*answer[api.List[api.Consent]], error) {
	list, err := s.Store.ListConsents(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	return listed(each(list, consentOf), ""), nil
}

func (s *Server) addConsent(ctx context.Context, who *asking, in *addConsent) (*answer[api.Consent], error) {
	b := in.Body
	c, err := s.Store.AddConsent(ctx, who.Reader(), care.Consent{ID: b.ID, Patient: in.Patient, Kind: b.Kind, Version: b.Version, Language: b.Language,
		Given: b.Given, At: b.At, Signer: b.Signer, Way: b.Way, Note: b.Note})
	if err != nil {
		return nil, err
	}
	who.object(string(c.ID))
	s.tell(ctx, live.PatientRoom(in.Patient), live.DataNote{What: "consents", ID: string(in.Patient)})
	return reply(consentOf(c)), nil
}

func consentTextOf(t care.ConsentText) api.ConsentText {
	return api.ConsentText{Kind: t.Kind, Version: t.Version, Language: t.Language, Title: t.Title, Paragraphs: t.Paragraphs, Created: t.Created}
}

func consentOf(c care.Consent) api.Consent {
	return api.Consent{ID: c.ID, Kind: c.Kind, Version: c.Version, Language: c.Language, Given: c.Given, At: c.At, Signer: c.Signer, Way: c.Way,
		Note: c.Note, By: c.By, Stored: c.Stored}
}
