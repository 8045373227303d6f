package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
)

func (s *Server) proofOperations(a huma.API) {
	handle(s, a, api.Prove, "Prove that it is me, before what is dangerous", s.proveByPassword)
	handle(s, a, api.BeginProof, "What to ask my device for, to prove that it is me", s.beginProof)
	handle(s, a, api.ProvePasskey, "Prove by a passkey that it is me", s.provePasskey)
	handle(s, a, api.PutSignIn, "Change what the house asks of those who sign in", s.putSignIn)
	handle(s, a, api.EndConnections, "Sign a person out everywhere", s.endConnections)
}

func (s *Server) proveByPassword(_ context.Context, who *asking, in *body[api.ProveBody]) (*nothing, error) {
	return &nothing{}, s.Identity.Prove(who.request, who.Who, in.Body.Password, in.Body.Code)
}

func (s *Server) beginProof(_ context.Context, who *asking, _ *nothing) (*answer[api.Question], error) {
	options, err := s.Identity.BeginProof(who.writer, who.request, who.Who)
	if err != nil {
		return nil, err
	}
	return reply(api.Question{Options: string(options)}), nil
}

func (s *Server) provePasskey(_ context.Context, who *asking, in *body[api.Answer]) (*nothing, error) {
	return &nothing{}, s.Identity.ProvePasskey(who.request, who.Who, []byte(in.Body.Credential))
}

func (s *Server) putSignIn(ctx context.Context, _ *asking, in *body[api.SignInRule]) (*answer[api.SignInRule], error) {
	if err := s.Identity.RequireSecond(ctx, in.Body.SecondStep); err != nil {
		return nil, err
	}
	s.Rooms.LookAgain(context.WithoutCancel(ctx))
	return reply(in.Body), nil
}

func (s *Server) endConnections(ctx context.Context, who *asking, in *OfPerson) (*answer[api.Person], error) {
	p, err := s.Identity.EndConnections(ctx, who.Who, in.Person)
	if err != nil {
		return nil, err
	}
	who.about(p.Patient)
	s.Rooms.SignedOutEverywhere(context.WithoutCancel(ctx), p.ID, "")
	s.peopleChanged(ctx, who, p)
	return reply(who.person(p)), nil
}
