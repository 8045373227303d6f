package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
)

type (
	putVisitNotes struct {
		OfVisit
		Body api.PutVisitNotesBody
	}
	putVisiting struct {
		OfProject
		Body api.Visiting
	}
)

func (s *Server) visitNoteOperations(a huma.API) {
	handle(s, a, api.ReadChat, "What was written in a visit", func(ctx context.Context, who *asking, in *OfVisit) (*answer[api.List[api.Line]], error) {
		list, err := s.Visits.Chat(ctx, who.Reader(), in.Visit)
		if err != nil {
			return nil, err
		}
		return listed(each(list, lineOf(who)), ""), nil
	})
	handle(s, a, api.GetVisitNotes, "The notes of a visit", func(ctx context.Context, who *asking, in *OfVisit) (*versioned[api.VisitNotes], error) {
		list, err := s.Visits.VisitNotes(ctx, who.Reader(), in.Visit)
		if err != nil {
			return nil, err
		}
		return visitNotesAnswer(list[0]), nil
	})
	handle(s, a, api.OldVisitNotes, "Every version of them, the newest first", func(ctx context.Context, who *asking, in *OfVisit) (*answer[api.List[api.VisitNotes]], error) {
		list, err := s.Visits.VisitNotes(ctx, who.Reader(), in.Visit)
		if err != nil {
			return nil, err
		}
		return listed(each(list, visitNotesOf), ""), nil
	})
	handle(s, a, api.PutVisitNotes, "Write the next version; earlier ones stay", func(ctx context.Context, who *asking, in *putVisitNotes) (*versioned[api.VisitNotes], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		n, err := s.Visits.PutVisitNotes(ctx, who.Reader(), care.VisitNotes{Visit: in.Visit, Parts: in.Body.Parts, Version: version})
		if err != nil {
			return nil, err
		}
		return visitNotesAnswer(n), nil
	})
	handle(s, a, api.GetVisiting, "How visits go in a project", func(ctx context.Context, who *asking, in *OfProject) (*versioned[api.Visiting], error) {
		return s.visitingAnswer(s.Visits.Visiting(ctx, who.Reader(), in.Project))
	})
	handle(s, a, api.PutVisiting, "Say how they go", func(ctx context.Context, who *asking, in *putVisiting) (*versioned[api.Visiting], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		b := in.Body
		return s.visitingAnswer(s.Visits.PutVisiting(ctx, who.Reader(), care.Visiting{Project: in.Project, Zone: b.Zone, Terms: b.Terms, Emergency: b.Emergency, Phone: b.Phone,
			DropIn: b.DropIn, Hours: b.Hours, Notes: b.Notes, Survey: b.Survey, Reminders: b.Reminders, Naming: b.Naming, Captions: b.Captions, Relaying: b.Relaying, Version: version}))
	})
	handle(s, a, api.VisitStaff, "Who may host visits of a project, or be invited to them", func(ctx context.Context, who *asking, in *OfProject) (*answer[api.List[api.Staff]], error) {
		list, err := s.Visits.VisitStaff(ctx, who.Reader(), in.Project)
		if err != nil {
			return nil, err
		}
		return listed(each(list, func(p care.Staff) api.Staff { return api.Staff(p) }), ""), nil
	})
}

func visitNotesOf(n care.VisitNotes) api.VisitNotes {
	if n.Parts == nil {
		n.Parts = []care.NoteText{}
	}
	return api.VisitNotes{Parts: n.Parts, By: n.ByName, Stored: moment(n.Stored), Version: n.Version}
}

func visitNotesAnswer(n care.VisitNotes) *versioned[api.VisitNotes] {
	return &versioned[api.VisitNotes]{etag(n.Version), visitNotesOf(n)}
}

func (s *Server) visitingAnswer(v care.Visiting, err error) (*versioned[api.Visiting], error) {
	if err != nil {
		return nil, err
	}
	if v.Hours == nil {
		v.Hours = []care.Opening{}
	}
	relay := s.Health.Relay()
	return &versioned[api.Visiting]{etag(v.Version), api.Visiting{Zone: v.Zone, Terms: v.Terms, Emergency: v.Emergency, Phone: v.Phone, DropIn: v.DropIn, Hours: v.Hours,
		Notes: v.Notes, Survey: v.Survey, Reminders: v.Reminders, Naming: v.Naming, Captions: v.Captions, Relaying: v.Relaying,
		NoRelay: relay.Code == relayOff, RelayFails: relay.Fails, Version: v.Version}}, nil
}
