package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

type (
	// OfPatient names a patient in a path.
	OfPatient struct {
		Patient care.PatientID `path:"patient"`
	}
	putLimits struct {
		OfPatient
		Body api.Limits
	}
)

func (s *Server) patientOperations(a huma.API) {
	handle(s, a, api.ListPatients, "The patients I may see, with the signals I may receive", s.listPatients)
	handle(s, a, api.GetPatient, "One of them", s.getPatient)
	handle(s, a, api.GetLimits, "A patient's alarm limits", s.getLimits)
	handle(s, a, api.PutLimits, "Change them", s.putLimits)
}

func (s *Server) listPatients(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Patient]], error) {
	patients, err := s.Store.ListPatients(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	signals, err := s.signals(ctx, who)
	if err != nil {
		return nil, err
	}
	var items []api.Patient
	for _, p := range patients {
		items = append(items, api.Patient{ID: p.ID, Name: p.Name, Project: p.Project, Signals: some(signals[p.ID])})
	}
	return listed(items, ""), nil
}

func (s *Server) getPatient(ctx context.Context, who *asking, in *OfPatient) (*answer[api.Patient], error) {
	p, err := s.Store.Patient(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	signals, err := s.signals(ctx, who)
	if err != nil {
		return nil, err
	}
	return reply(api.Patient{ID: p.ID, Name: p.Name, Project: p.Project, Signals: some(signals[p.ID])}), nil
}

// signals is what who may receive, by patient.
func (s *Server) signals(ctx context.Context, who *asking) (map[care.PatientID][]access.Signal, error) {
	if !access.May(who.Person.Roles, access.ReceiveSignals) {
		return nil, nil // an administrator sees patients and receives nothing
	}
	list, err := s.Store.Permissions(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	m := make(map[care.PatientID][]access.Signal, len(list))
	for _, p := range list {
		m[p.Patient] = p.Signals
	}
	return m, nil
}

func (s *Server) getLimits(ctx context.Context, who *asking, in *OfPatient) (*versioned[api.Limits], error) {
	l, err := s.Store.Limits(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	return limitsOf(l), nil
}

func (s *Server) putLimits(ctx context.Context, who *asking, in *putLimits) (*versioned[api.Limits], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	l := care.Limits{Patient: in.Patient, HeartLow: in.Body.HeartLow, HeartHigh: in.Body.HeartHigh, LeadOff: in.Body.LeadOff, Version: version}
	if err := l.Validate(); err != nil {
		return nil, err
	}
	if l, err = s.Store.PutLimits(ctx, who.Reader(), l); err != nil {
		return nil, err
	}
	s.tell(ctx, live.PatientRoom(in.Patient), live.DataNote{What: "limits", ID: string(in.Patient)})
	return limitsOf(l), nil
}

func limitsOf(l care.Limits) *versioned[api.Limits] {
	return &versioned[api.Limits]{etag(l.Version), api.Limits{HeartLow: l.HeartLow, HeartHigh: l.HeartHigh, LeadOff: l.LeadOff, Version: l.Version}}
}
