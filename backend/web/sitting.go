package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

type (
	// OfSitting names a sitting in a path.
	OfSitting struct {
		Sitting care.SittingID `path:"sitting"`
	}
	listSittings struct {
		OfPatient
		After string `query:"after" maxLength:"200" doc:"Cursor: the next of the page before."`
		Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	}
)

func (s *Server) sittingOperations(a huma.API) {
	handle(s, a, api.OpenSitting, "The patient's open sitting; begins one when there is none", s.openSitting)
	handle(s, a, api.ListSittings, "A patient's sittings, the newest first", s.listSittings)
	handle(s, a, api.EndSitting, "End a sitting; asking twice is harmless", s.endSitting)
}

func (s *Server) openSitting(ctx context.Context, who *asking, in *OfPatient) (*answer[api.Sitting], error) {
	sitting, err := s.Store.OpenSitting(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	who.object(string(sitting.ID))
	s.sittingChanged(ctx, sitting, "sitting")
	return reply(sittingOf(sitting)), nil
}

func (s *Server) listSittings(ctx context.Context, who *asking, in *listSittings) (*answer[api.List[api.Sitting]], error) {
	list, next, err := s.Store.ListSittings(ctx, who.Reader(), in.Patient, care.Page{After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	var items []api.Sitting
	for _, one := range list {
		items = append(items, sittingOf(one))
	}
	return listed(items, next), nil
}

func (s *Server) endSitting(ctx context.Context, who *asking, in *OfSitting) (*answer[api.Sitting], error) {
	sitting, err := s.Store.EndSitting(ctx, who.Reader(), in.Sitting)
	if err != nil {
		return nil, err
	}
	who.about(sitting.Patient)
	s.sittingChanged(ctx, sitting, "sitting")
	return reply(sittingOf(sitting)), nil
}

// sittingFor finds the sitting something hangs on, and tells the trail whose it is.
func (s *Server) sittingFor(ctx context.Context, who *asking, id care.SittingID) (care.Sitting, error) {
	sitting, err := s.Store.Sitting(ctx, who.Reader(), id)
	if err == nil {
		who.about(sitting.Patient)
	}
	return sitting, err
}

// sittingChanged tells the pages around the patient that something of a sitting is new.
func (s *Server) sittingChanged(ctx context.Context, sitting care.Sitting, what string) {
	s.tell(ctx, live.PatientRoom(sitting.Patient), live.DataNote{What: what, ID: string(sitting.ID)})
}

func sittingOf(c care.Sitting) api.Sitting {
	out := api.Sitting{ID: c.ID, Patient: c.Patient, Start: c.Start}
	if !c.End.IsZero() {
		out.End = &c.End
	}
	return out
}
