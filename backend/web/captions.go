package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

type (
	pushCaption struct {
		OfVisit
		Body api.CaptionBody
	}
	stopCaptions struct {
		OfVisit
		OfService
		Body api.StopCaptionsBody
	}
)

// captionRate is what a service may write in one visit: as fast as people speak.
var captionRate = Rate{Each: 250 * time.Millisecond, Burst: 20}

func (s *Server) captionOperations(a huma.API) {
	handle(s, a, api.PushCaption, "Show everybody in a visit a caption; it is kept nowhere", s.pushCaption)
	handle(s, a, api.OpenVisits, "The visits under way in which captions may be written", func(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.OpenVisit]], error) {
		list, err := s.Visits.OpenVisits(ctx, who.Reader())
		if err != nil {
			return nil, err
		}
		who.quiet = len(list) == 0 // a service looks every few seconds, and learnt of nobody
		return listed(each(list, func(v care.OpenVisit) api.OpenVisit {
			return api.OpenVisit{Visit: v.Visit, Start: v.Start, Guests: each(v.Guests, func(g care.OpenGuest) api.OpenGuest { return api.OpenGuest{ID: g.ID, As: g.As} })}
		}), ""), nil
	})
	handle(s, a, api.StopCaptions, "End a service's captions in a visit, or let them go on", func(ctx context.Context, who *asking, in *stopCaptions) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.StopCaptions(ctx, who.Reader(), in.Visit, in.Service, in.Body.Stopped))
	})
}

// pushCaption writes the trail once a visit: a line every second would bury everything else in it.
func (s *Server) pushCaption(ctx context.Context, who *asking, in *pushCaption) (*nothing, error) {
	if wait, ok := s.captions.allow(string(who.Service)+"/"+string(in.Visit), s.Now()); !ok {
		s.slow(who.writer, wait)
		return nil, fault.New(fault.TooMany, "request.too-many", nil)
	}
	b := in.Body
	v, first, err := s.Visits.Caption(ctx, who.Reader(), in.Visit, b.Text, live.Made{Service: who.Service, Name: who.Person.Name, Language: b.Language, Speaker: b.Speaker})
	if err != nil {
		return nil, err
	}
	who.about(v.Patient)
	who.quiet = !first
	return &nothing{}, nil
}

func captionerOf(c care.Captioner) api.Captioner {
	return api.Captioner{Service: c.Service, Name: c.Name, Since: c.Since, Stopped: !c.Stopped.IsZero()}
}
