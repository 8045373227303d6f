package web

import (
	"context"
	"math"

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
	if err := soundBaseline(in.Body); err != nil {
		return nil, err
	}
	b, err := s.Store.PutBaseline(ctx, who.Reader(), care.Baseline{Sitting: in.Sitting, Start: in.Body.Start, End: in.Body.End,
		Measures: in.Body.Measures, By: who.Person.ID, Version: version})
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

// maxMeasures bounds the quantities of a baseline; a house knows fewer than ten.
const maxMeasures = 16

// soundBaseline refuses spans and figures that cannot be: whatever is compared with a baseline would be wrong for the
// whole sitting.
func soundBaseline(b api.Baseline) error {
	bad := fault.New(fault.Invalid, "baseline.invalid", nil)
	if b.Start <= 0 || b.End <= b.Start || b.End > 1<<53 || len(b.Measures) == 0 || len(b.Measures) > maxMeasures {
		return bad
	}
	for name, m := range b.Measures {
		finite := !math.IsNaN(m.Median) && !math.IsInf(m.Median, 0) && !math.IsNaN(m.Spread) && !math.IsInf(m.Spread, 0)
		if name == "" || len(name) > 24 || !finite || m.Median < 0 || m.Spread < 0 || m.Count < 1 {
			return bad
		}
	}
	return nil
}

func baselineOf(b care.Baseline) *versioned[api.Baseline] {
	return &versioned[api.Baseline]{etag(b.Version), api.Baseline{Start: b.Start, End: b.End, Measures: b.Measures, Version: b.Version}}
}
