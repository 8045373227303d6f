package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
)

// TherapistStore knows who may be given patients.
type TherapistStore interface {
	ListTherapists(ctx context.Context, by care.Reader, project care.ProjectID) ([]care.Person, error)
}

func (s *Server) therapistOperations(a huma.API) {
	handle(s, a, api.ListTherapists, "Who may be given patients of a project", func(ctx context.Context, who *asking, in *OfProject) (*answer[api.List[api.Colleague]], error) {
		list, err := s.Store.ListTherapists(ctx, who.Reader(), in.Project)
		if err != nil {
			return nil, err
		}
		return listed(each(list, func(p care.Person) api.Colleague { return api.Colleague{ID: p.ID, Name: p.Name} }), ""), nil
	})
}
