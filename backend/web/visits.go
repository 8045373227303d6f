package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type (
	// OfVisit names a visit in a path.
	OfVisit struct {
		Visit care.VisitID `path:"visit"`
	}
	// OfGuest names a guest of a visit in a path.
	OfGuest struct {
		OfVisit
		Guest care.GuestID `path:"guest"`
	}
	listVisits struct {
		Project care.ProjectID  `query:"project" maxLength:"26"`
		Patient care.PatientID  `query:"patient" maxLength:"26"`
		From    time.Time       `query:"from" doc:"Visits that end after this instant."`
		Until   time.Time       `query:"to" doc:"Visits that begin before this instant."`
		State   care.VisitState `query:"state" enum:"booked,open,ended,cancelled"`
		Mine    bool            `query:"mine" doc:"Only those the asker hosts or is invited to."`
		Cursor  string          `query:"cursor" maxLength:"200"`
		Limit   int             `query:"limit" minimum:"0" maximum:"200"`
	}
	patchVisit struct {
		OfVisit
		Body api.PatchVisitBody
	}
	visitVersion struct {
		OfVisit
		Body api.VersionBody
	}
	endVisit struct {
		OfVisit
		Body api.EndVisitBody
	}
	handVisit struct {
		OfVisit
		Body api.HandVisitBody
	}
	lateVisit struct {
		OfVisit
		Body api.LateVisitBody
	}
	putOutcome struct {
		OfVisit
		Body api.OutcomeBody
	}
)

func (s *Server) visitOperations(a huma.API) {
	handle(s, a, api.ListVisits, "The visits I may see, by their beginning", s.listVisits)
	handle(s, a, api.BookVisit, "Book a visit, or begin one at once; sent twice it books one", s.bookVisit)
	handle(s, a, api.GetVisit, "One of them", func(ctx context.Context, who *asking, in *OfVisit) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.Visit(ctx, who.Reader(), in.Visit))
	})
	handle(s, a, api.PatchVisit, "Change a visit", s.patchVisit)
	handle(s, a, api.CancelVisit, "Call a visit off", func(ctx context.Context, who *asking, in *visitVersion) (*versioned[api.Visit], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		return s.visitChange(ctx, who, in.Visit)(s.Visits.CancelVisit(ctx, who.Reader(), in.Visit, version))
	})
	handle(s, a, api.BeginVisit, "Begin a visit", func(ctx context.Context, who *asking, in *OfVisit) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.BeginVisit(ctx, who.Reader(), in.Visit))
	})
	handle(s, a, api.EndVisit, "End a visit for all, after a notice", func(ctx context.Context, who *asking, in *endVisit) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.EndVisit(ctx, who.Reader(), in.Visit, time.Duration(in.Body.Seconds)*time.Second))
	})
	handle(s, a, api.GoOnVisit, "Take the end back", func(ctx context.Context, who *asking, in *OfVisit) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.GoOnVisit(ctx, who.Reader(), in.Visit))
	})
	handle(s, a, api.HandVisit, "Hand a visit to somebody else", func(ctx context.Context, who *asking, in *handVisit) (*versioned[api.Visit], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		return s.visitChange(ctx, who, in.Visit)(s.Visits.HandVisit(ctx, who.Reader(), in.Visit, version, in.Body.Person))
	})
	handle(s, a, api.LateVisit, "Say that the host runs late", func(ctx context.Context, who *asking, in *lateVisit) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.LateVisit(ctx, who.Reader(), in.Visit, in.Body.Minutes))
	})
	handle(s, a, api.PutOutcome, "Say what became of a visit", func(ctx context.Context, who *asking, in *putOutcome) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.PutOutcome(ctx, who.Reader(), in.Visit, in.Body.Outcome))
	})
	handle(s, a, api.VisitReport, "How a visit went: its steps, what the pages noticed, what guests say", s.visitReport)
	s.guestOperations(a)
	s.queueOperations(a)
	s.visitNoteOperations(a)
	s.attendanceOperations(a)
	s.captionOperations(a)
}

func (s *Server) listVisits(ctx context.Context, who *asking, in *listVisits) (*answer[api.List[api.Visit]], error) {
	list, next, err := s.Visits.ListVisits(ctx, who.Reader(), care.VisitFilter{Project: in.Project, Patient: in.Patient, From: in.From, Until: in.Until,
		State: in.State, Mine: in.Mine}, care.Page{After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	who.about(in.Patient)
	return listed(each(list, visitOf), next), nil
}

func (s *Server) bookVisit(ctx context.Context, who *asking, in *body[api.BookVisitBody]) (*versioned[api.Visit], error) {
	b := in.Body
	n := care.NewVisit{Visit: care.Visit{ID: b.ID, Project: b.Project, Patient: b.Patient, Kind: b.Kind, Host: b.Host, Local: b.Local, Zone: b.Zone,
		Minutes: b.Minutes, Relay: b.Relay != nil && *b.Relay, RelaySaid: b.Relay != nil}, Now: b.Now, Guests: each(b.Guests, newGuestOf)}
	return visitAnswer(who)(s.Visits.BookVisit(ctx, who.Reader(), n))
}

func newGuestOf(g api.NewGuest) care.NewGuest {
	return care.NewGuest{ID: g.ID, As: g.As, Relative: g.Relative, Person: g.Person, Name: g.Name, Language: g.Language, Zone: g.Zone, Address: g.Address}
}

func (s *Server) patchVisit(ctx context.Context, who *asking, in *patchVisit) (*versioned[api.Visit], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	b := in.Body
	return s.visitChange(ctx, who, in.Visit)(s.Visits.PatchVisit(ctx, who.Reader(), in.Visit, care.VisitPatch{Version: version, Kind: b.Kind, Local: b.Local,
		Zone: b.Zone, Minutes: b.Minutes, Relay: b.Relay, Patient: b.Patient}))
}

func (s *Server) visitReport(ctx context.Context, who *asking, in *OfVisit) (*answer[api.Report], error) {
	v, r, err := s.Visits.VisitReport(ctx, who.Reader(), in.Visit)
	if err != nil {
		return nil, err
	}
	who.about(v.Patient)
	names := s.staffOf(ctx, who, v)
	events := make([]api.VisitEvent, len(r.Events))
	for i, e := range r.Events {
		events[i] = api.VisitEvent{Guest: e.Guest, At: e.At, Act: e.Act, From: e.From, To: e.To, By: partyOf(v, e.By), Name: names[e.By], Reason: e.Reason}
	}
	return reply(api.Report{Visit: visitOf(v), Events: events,
		Minutes: each(r.Minutes, func(m care.PartyMinute) api.PartyMinute { return api.PartyMinute{Guest: m.Guest, Minute: m.Minute} }),
		Answers: each(r.Answers, func(a care.VisitAnswer) api.VisitAnswer {
			return api.VisitAnswer{Guest: a.Guest, Name: a.Name, As: a.As, Stars: a.Stars, Wrong: a.Wrong, Text: a.Text, Stored: a.Stored}
		})}), nil
}

// staffOf are the names of staff around a visit; whoever may not be shown, or is no more, has none.
func (s *Server) staffOf(ctx context.Context, who *asking, v care.Planned) map[care.PersonID]string {
	names := map[care.PersonID]string{v.Host: v.HostName}
	for _, g := range v.Guests {
		if g.As == care.AsStaff {
			names[g.Person] = g.PersonName
		}
	}
	names[who.Person.ID] = who.Person.Name
	if list, err := s.Visits.VisitStaff(ctx, who.Reader(), v.Project); err == nil {
		for _, p := range list {
			names[p.ID] = p.Name
		}
	}
	delete(names, "")
	return names
}

// partyOf says which side did something.
func partyOf(v care.Planned, by care.PersonID) string {
	if by == "" {
		return ""
	}
	for _, g := range v.Guests {
		if care.PersonID(g.ID) == by || g.Person == by && g.As == care.AsPatient {
			return "guest"
		}
	}
	return "staff"
}

// visitAnswer dresses a visit, and tells the trail whose it is.
func visitAnswer(who *asking) func(care.Planned, error) (*versioned[api.Visit], error) {
	return func(v care.Planned, err error) (*versioned[api.Visit], error) {
		if err != nil {
			return nil, err
		}
		who.about(v.Patient)
		if who.entry.Object == "" {
			who.object(string(v.ID))
		}
		return &versioned[api.Visit]{etag(v.Version), visitOf(v)}, nil
	}
}

// visitChange is visitAnswer for a change from a version: one that came too late is answered with what is there.
func (s *Server) visitChange(ctx context.Context, who *asking, id care.VisitID) func(care.Planned, error) (*versioned[api.Visit], error) {
	return func(v care.Planned, err error) (*versioned[api.Visit], error) {
		if err != nil && fault.Of(err).Code == "changed-elsewhere" {
			if now, readErr := s.Visits.Visit(ctx, who.Reader(), id); readErr == nil {
				err = &ahead{err, visitOf(now)}
			}
		}
		return visitAnswer(who)(v, err)
	}
}

func visitOf(v care.Planned) api.Visit {
	return api.Visit{ID: v.ID, Project: v.Project, Patient: v.Patient, PatientName: v.PatientName, Kind: v.Kind, Host: v.Host, HostName: v.HostName, Orphaned: v.Orphaned, Local: v.Local,
		Zone: v.Zone, Minutes: v.Minutes, Start: v.Start, End: v.End, State: v.State, Outcome: v.Outcome, Said: v.SaidBy != "", Ends: moment(v.Ends), Late: v.Late,
		Relay: v.Relay, DropIn: v.DropIn, Created: v.Created, By: v.By, Told: v.Told, Guests: each(v.Guests, guestOf), Captioners: each(v.Captioners, captionerOf), Version: v.Version}
}

func guestOf(g care.Invitation) api.Guest {
	return api.Guest{ID: g.ID, As: g.As, Relative: g.Relative, Relation: g.Relation, Person: g.Person, PersonName: g.PersonName, Name: g.Name, Language: g.Language,
		Zone: g.Zone, Own: g.Own, State: g.State, Since: g.Since, Reason: g.Reason, Ready: g.Ready, Came: moment(g.Came), Waiting: moment(g.Waiting), Away: moment(g.Away), Agreed: g.Agreed, AgreedTo: g.AgreedTo,
		Version: g.Version}
}
