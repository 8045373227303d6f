package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type putBaseline struct {
	OfSitting
	Body api.Baseline
}

func (s *Server) baselineOperations(a huma.API) {
	handle(s, a, api.GetBaseline, "The resting state of a sitting", s.getBaseline)
	handle(s, a, api.PutBaseline, "Set the resting state; it replaces the one before", s.putBaseline)
	handle(s, a, api.DeleteBaseline, "Take the resting state away", s.deleteBaseline)
}

func (s *Server) getBaseline(ctx context.Context, who *asking, in *OfSitting) (*versioned[api.Baseline], error) {
	if _, err := s.sittingFor(ctx, who, in.Sitting); err != nil {
		return nil, err
	}
	b, err := s.Store.Baseline(ctx, who.Reader(), in.Sitting)
	if fault.Is(err, fault.NotFound) { // the sitting is there and may be read: nobody has measured yet, which is no fault
		return baselineOf(care.Baseline{Sitting: in.Sitting}), nil
	}
	if err != nil {
		return nil, err
	}
	return baselineOf(b), nil
}

func (s *Server) putBaseline(ctx context.Context, who *asking, in *putBaseline) (*versioned[api.Baseline], error) {
	sitting, err := s.sittingFor(ctx, who, in.Sitting)
	if err != nil {
		return nil, err
	}
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	rest := care.Baseline{Sitting: in.Sitting, Start: in.Body.Start, End: in.Body.End, Measures: in.Body.Measures, By: who.Person.ID, Version: version}
	if err := rest.Validate(); err != nil {
		return nil, err
	}
	b, err := s.Store.PutBaseline(ctx, who.Reader(), rest)
	if err != nil {
		return nil, err
	}
	s.sittingChanged(ctx, sitting, "baseline")
	return baselineOf(b), nil
}

func (s *Server) deleteBaseline(ctx context.Context, who *asking, in *OfSitting) (*nothing, error) {
	sitting, err := s.sittingFor(ctx, who, in.Sitting)
	if err != nil {
		return nil, err
	}
	if err := s.Store.DeleteBaseline(ctx, who.Reader(), in.Sitting); err != nil {
		return nil, err
	}
	s.sittingChanged(ctx, sitting, "baseline")
	return &nothing{}, nil
}

func baselineOf(b care.Baseline) *versioned[api.Baseline] {
	return &versioned[api.Baseline]{etag(b.Version), api.Baseline{Start: b.Start, End: b.End, Measures: b.Measures, Version: b.Version}}
}
