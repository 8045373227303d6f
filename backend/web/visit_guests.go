package web

import (
	"context"
	"errors"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type (
	addGuest struct {
		OfVisit
		Body api.NewGuest
	}
	patchGuest struct {
		OfGuest
		Body api.PatchGuestBody
	}
	denyGuest struct {
		OfGuest
		Body api.DenyBody
	}
	tellGuest struct {
		OfGuest
		Body api.LineBody
	}
	getQueue struct {
		Project care.ProjectID `query:"project" maxLength:"26"`
		Mine    bool           `query:"mine" doc:"Only of visits the asker hosts or is invited to."`
	}
)

func (s *Server) guestOperations(a huma.API) {
	handle(s, a, api.AddGuest, "Invite one more, before a visit or in the middle of it", func(ctx context.Context, who *asking, in *addGuest) (*versioned[api.Visit], error) {
		return visitAnswer(who)(s.Visits.AddGuest(ctx, who.Reader(), in.Visit, newGuestOf(in.Body)))
	})
	handle(s, a, api.PatchGuest, "Change how a guest is called, or reached", s.patchGuest)
	handle(s, a, api.UninviteGuest, "Take an invitation back", s.stepGuest(care.Uninvite))
	handle(s, a, api.InviteGuest, "Invite a guest again", s.stepGuest(care.Invite))
	handle(s, a, api.AdmitGuest, "Let a guest in; asking again changes nothing", s.stepGuest(care.Admit))
	handle(s, a, api.DenyGuest, "Do not let a guest in, or put them out, with a reason", func(ctx context.Context, who *asking, in *denyGuest) (*versioned[api.Visit], error) {
		if _, err := s.Visits.Visit(ctx, who.Reader(), in.Visit); err != nil {
			return nil, err
		}
		if !slices.Contains(care.DenyReasons(), in.Body.Reason) {
			return nil, fault.New(fault.Invalid, "guest.reason", nil)
		}
		return s.steppedGuest(ctx, who, in.OfGuest, care.Step{Act: care.Deny, Reason: in.Body.Reason})
	})
}

func (s *Server) patchGuest(ctx context.Context, who *asking, in *patchGuest) (*versioned[api.Visit], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	b := in.Body
	return s.visitChange(ctx, who, in.Visit)(s.Visits.PatchGuest(ctx, who.Reader(), in.Visit, in.Guest, care.GuestPatch{Version: version, Name: b.Name, Language: b.Language,
		Zone: b.Zone, Address: b.Address}))
}

// stepGuest does an act of staff to a guest. What means nothing any more is answered as it is.
func (s *Server) stepGuest(act care.GuestAct) func(context.Context, *asking, *OfGuest) (*versioned[api.Visit], error) {
	return func(ctx context.Context, who *asking, in *OfGuest) (*versioned[api.Visit], error) {
		return s.steppedGuest(ctx, who, *in, care.Step{Act: act})
	}
}

func (s *Server) steppedGuest(ctx context.Context, who *asking, in OfGuest, step care.Step) (*versioned[api.Visit], error) {
	out, err := s.Visits.StepGuest(ctx, who.Reader(), in.Visit, in.Guest, step)
	if err == nil {
		s.met(ctx, who, out.Met)
	}
	return visitAnswer(who)(out.Visit, err)
}

// met writes down that wishes for a call ended because whoever wished was let in, and has nobody of staff call them. They are in
// by now, and the visit's story has it: what cannot be written besides is told to the log and to nobody who waits for an answer.
func (s *Server) met(ctx context.Context, who *asking, guests []care.GuestID) {
	for _, g := range guests {
		err := errors.Join(s.Identity.NoteOn(who.request, who.Who, "visit.call-ended", string(g)), s.done(ctx, g))
		if err != nil {
			s.Log.Error("a wish for a call ended and was not written down", "guest", g, "error", err)
		}
	}
}

func (s *Server) queueOperations(a huma.API) {
	handle(s, a, api.GetQueue, "Who waits to be let in, who came first first", func(ctx context.Context, who *asking, in *getQueue) (*answer[api.List[api.Queued]], error) {
		list, err := s.Visits.Queue(ctx, who.Reader(), in.Project, in.Mine)
		if err != nil {
			return nil, err
		}
		return listed(each(list, queuedOf), ""), nil
	})
	handle(s, a, api.AdmitNext, "Let in who waits longest", func(ctx context.Context, who *asking, in *body[api.AdmitNextBody]) (*answer[api.Admitted], error) {
		out, err := s.Visits.AdmitNext(ctx, who.Reader(), in.Body.Project, in.Body.Mine)
		if err != nil || out.Guest.ID == "" {
			return reply(api.Admitted{}), err
		}
		who.about(out.Visit.Patient)
		who.object(string(out.Guest.ID))
		s.met(ctx, who, out.Met)
		v, g := visitOf(out.Visit), guestOf(out.Guest)
		return reply(api.Admitted{Visit: &v, Guest: &g}), nil
	})
	handle(s, a, api.TellGuest, "Write to a guest who waits", func(ctx context.Context, who *asking, in *tellGuest) (*answer[api.Line], error) {
		l, err := s.Visits.TellGuest(ctx, who.Reader(), in.Guest, care.Line{ID: in.Body.ID, Visit: in.Visit, Text: in.Body.Text})
		if err != nil {
			return nil, err
		}
		return reply(lineOf(who)(l)), nil
	})
}

func queuedOf(w care.Waiting) api.Queued {
	return api.Queued{Guest: guestOf(w.Invitation), Visit: w.Visit, Kind: w.Kind, Project: w.Project, Patient: w.Patient, PatientName: w.PatientName, Host: w.Host,
		HostName: w.HostName, Start: w.Start, Late: w.Late, DropIn: w.DropIn, Mine: w.Mine, Wrote: moment(w.Wrote)}
}
