package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
)

func (s *Server) houseOperations(a huma.API) {
	handle(s, a, api.GetSharing, "Who may receive which of my signals", s.getSharing)
	handle(s, a, api.GetInstallation, "How the house is", s.getInstallation)
	handle(s, a, api.TestRelay, "Test the relay now", s.testRelay)
}

func (s *Server) getSharing(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.SharingEntry]], error) {
	list, err := s.Store.Sharing(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	who.about(who.Person.Patient)
	var items []api.SharingEntry
	for _, c := range list {
		if c.Patient != who.Person.Patient { // staff see others' sharing where it says whose it is
			continue
		}
		items = append(items, api.SharingEntry{Therapist: c.Therapist, Name: c.TherapistName, Signals: some(c.Signals)})
	}
	return listed(items, ""), nil
}

func (s *Server) getInstallation(ctx context.Context, _ *asking, _ *nothing) (*answer[api.Installation], error) {
	second, err := s.Identity.SecondRequired(ctx)
	if err != nil {
		return nil, err
	}
	is := api.Installation{Version: s.Version, Started: s.started, Database: s.Store.Database(), Relay: s.Health.Relay(),
		Pages: s.Rooms.Pages(), Demo: s.Demo, SecondStep: second}
	if ends := s.Health.Certificate(); !ends.IsZero() {
		is.Certificate = &ends
	}
	return reply(is), nil
}

func (s *Server) testRelay(ctx context.Context, _ *asking, _ *nothing) (*answer[api.Relay], error) {
	return reply(s.Health.Test(ctx)), nil
}
