package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

type (
	// OfCare names an assignment in a path.
	OfCare struct {
		Patient   care.PatientID `path:"patient"`
		Therapist care.PersonID  `path:"therapist"`
	}
	putCare struct {
		OfCare
		Body api.PutCareBody
	}
)

func (s *Server) careOperations(a huma.API) {
	handle(s, a, api.ListCare, "Who cares for whom, and which signals they may receive", s.listCare)
	handle(s, a, api.PutCare, "Assign a patient to a therapist and set which signals may be streamed to them", s.putCare)
	handle(s, a, api.DeleteCare, "End an assignment; running streams end with it", s.deleteCare)
}

func (s *Server) listCare(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Care]], error) {
	list, err := s.Store.ListCare(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	var items []api.Care
	for _, c := range list {
		items = append(items, careOf(c))
	}
	return listed(items, ""), nil
}

func (s *Server) putCare(ctx context.Context, who *asking, in *putCare) (*answer[api.Care], error) {
	var signals []access.Signal
	for _, known := range access.Signals() { // each once, in one order
		for _, asked := range in.Body.Signals {
			if !asked.Known() {
				return nil, fault.New(fault.Invalid, "request.invalid", nil).With("where", "body.signals")
			}
			if asked == known {
				signals = append(signals, known)
				break
			}
		}
	}
	c, err := s.Store.PutCare(ctx, who.Reader(), care.Permission{Patient: in.Patient, Therapist: in.Therapist, Signals: signals})
	if err != nil {
		return nil, err
	}
	s.careChanged(ctx, who, in.OfCare)
	return reply(careOf(c)), nil
}

func (s *Server) deleteCare(ctx context.Context, who *asking, in *OfCare) (*nothing, error) {
	if err := s.Store.DeleteCare(ctx, who.Reader(), in.Patient, in.Therapist); err != nil {
		return nil, err
	}
	s.careChanged(ctx, who, *in)
	return &nothing{}, nil
}

// careChanged withdraws what is no longer permitted before it tells anyone.
func (s *Server) careChanged(ctx context.Context, who *asking, c OfCare) {
	s.Rooms.Recheck(context.WithoutCancel(ctx), c.Patient, c.Therapist)
	note := live.DataNote{What: "permissions", ID: string(c.Patient)}
	s.tell(ctx, live.PatientRoom(c.Patient), note)
	s.tell(ctx, live.SiteRoom(who.Person.Site), note)
	if p, err := s.Store.Patient(ctx, who.Reader(), c.Patient); err == nil { // visits that are booked may be with the wrong one now
		s.tellDesk(ctx, p.Project)
	}
}

func careOf(c care.Care) api.Care {
	return api.Care{Patient: c.Patient, PatientName: c.PatientName, Therapist: c.Therapist, TherapistName: c.TherapistName, Signals: some(c.Signals)}
}
