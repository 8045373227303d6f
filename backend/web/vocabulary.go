package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// OwnWordsStore is the memory of label buttons people chose for themselves.
type OwnWordsStore interface {
	OwnVocabulary(ctx context.Context, by care.Reader, project care.ProjectID) (care.Vocabulary, error)
	PutOwnVocabulary(ctx context.Context, by care.Reader, v care.Vocabulary) (care.Vocabulary, error)
	DeleteOwnVocabulary(ctx context.Context, by care.Reader, project care.ProjectID) error
}

type (
	putVocabulary struct {
		OfProject
		Body api.Vocabulary
	}
)

func (s *Server) vocabularyOperations(a huma.API) {
	handle(s, a, api.GetVocabulary, "The label buttons of a project", s.getVocabulary)
	handle(s, a, api.PutVocabulary, "Change them", s.putVocabulary)
	handle(s, a, api.GetOwnVocabulary, "The label buttons I have in a project: my own, or the project's", s.ownVocabulary)
	handle(s, a, api.PutOwnVocabulary, "Choose my own", s.putOwnVocabulary)
	handle(s, a, api.DeleteOwnVocabulary, "Have the project's again", s.deleteOwnVocabulary)
}

func (s *Server) getVocabulary(ctx context.Context, who *asking, in *OfProject) (*versioned[api.Vocabulary], error) {
	v, err := s.Store.Vocabulary(ctx, who.Reader(), in.Project)
	if err != nil {
		return nil, err
	}
	return vocabularyOf(v), nil
}

func (s *Server) putVocabulary(ctx context.Context, who *asking, in *putVocabulary) (*versioned[api.Vocabulary], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	v, err := s.Store.PutVocabulary(ctx, who.Reader(), care.Vocabulary{Project: in.Project, Words: in.Body.Words, Version: version})
	if err != nil {
		return nil, err
	}
	s.vocabularyChanged(ctx, who, in.Project)
	return vocabularyOf(v), nil
}

func (s *Server) ownVocabulary(ctx context.Context, who *asking, in *OfProject) (*versioned[api.Vocabulary], error) {
	v, err := s.Store.OwnVocabulary(ctx, who.Reader(), in.Project)
	if err != nil {
		return nil, err
	}
	return vocabularyOf(v), nil
}

func (s *Server) putOwnVocabulary(ctx context.Context, who *asking, in *putVocabulary) (*versioned[api.Vocabulary], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	v, err := s.Store.PutOwnVocabulary(ctx, who.Reader(), care.Vocabulary{Project: in.Project, Words: in.Body.Words, Version: version})
	if err != nil {
		return nil, err
	}
	s.vocabularyChanged(ctx, who, in.Project)
	return vocabularyOf(v), nil
}

func (s *Server) deleteOwnVocabulary(ctx context.Context, who *asking, in *OfProject) (*versioned[api.Vocabulary], error) {
	if err := s.Store.DeleteOwnVocabulary(ctx, who.Reader(), in.Project); err != nil {
		return nil, err
	}
	s.vocabularyChanged(ctx, who, in.Project)
	return s.ownVocabulary(ctx, who, in)
}

// vocabularyChanged tells the administrators and the pages around every patient the asker sees. Pages elsewhere read
// the buttons when they open.
func (s *Server) vocabularyChanged(ctx context.Context, who *asking, project care.ProjectID) {
	note := live.DataNote{What: "vocabulary", ID: string(project)}
	s.tell(ctx, live.SiteRoom(who.Person.Site), note)
	if !access.May(who.Person.Roles, access.ReadPatients) {
		return
	}
	patients, err := s.Store.ListPatients(ctx, who.Reader())
	if err != nil {
		s.Log.Error("vocabulary changed, pages not told", "error", err)
		return
	}
	for _, p := range patients {
		s.tell(ctx, live.PatientRoom(p.ID), note)
	}
}

func vocabularyOf(v care.Vocabulary) *versioned[api.Vocabulary] {
	list := v.Words
	if list == nil {
		list = []care.Word{}
	}
	return &versioned[api.Vocabulary]{etag(v.Version), api.Vocabulary{Words: list, Version: v.Version}}
}
