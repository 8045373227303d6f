package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// Shapes of requests at the door of visits.
type (
	ofAttended struct {
		Visit care.VisitID `path:"visit"`
	}
	ofKnock struct {
		Knock string `path:"knock"`
	}
	ofCallBack struct {
		CallBack string `path:"callback"`
	}
	ofWhereabouts struct {
		Visit care.VisitID `path:"visit"`
		Guest care.GuestID `path:"guest"`
	}
)

func (s *Server) doorOperations(a huma.API) {
	handle(s, a, api.MakeDeviceCode, "Make a code that lets in one more device of the guest who asks; any code before is void", s.makeDeviceCode)
	handle(s, a, api.MakeGuestLink, "Make a link for a guest no message reaches, to be handed over: it is shown once, and links from before stay good", func(ctx context.Context, who *asking, in *OfGuest) (*answer[api.GuestLink], error) {
		link, v, err := s.Door.HandLink(ctx, who.Reader(), in.Visit, in.Guest)
		if err != nil {
			return nil, err
		}
		who.about(v.Patient)
		return reply(api.GuestLink{Link: link, Until: v.End.Add(care.LinkAfter)}), nil
	})
	handle(s, a, api.ListVisitDevices, "Devices of guests who are in already, waiting for somebody's yes", func(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.VisitDevice]], error) {
		list, err := s.Door.ListGuestDevices(ctx, who.Reader())
		return listed(each(list, func(d care.AskingDevice) api.VisitDevice {
			return api.VisitDevice{ID: d.ID, Visit: d.Visit, Guest: d.Guest, As: d.As, Relation: d.Relation, Name: d.Name, PatientName: d.PatientName, Browser: d.Browser, System: d.System, Since: d.Since,
				DropIn: d.DropIn, Mine: d.Mine}
		}), ""), err
	})
	handle(s, a, api.AllowVisitDevice, "Let in one more device of a guest", func(ctx context.Context, who *asking, in *ofKnock) (*nothing, error) {
		guest, err := s.Door.AllowGuestDevice(ctx, who.Reader(), in.Knock)
		if err == nil {
			who.object(string(guest))
			err = s.done(ctx, guest)
		}
		return &nothing{}, err
	})
	handle(s, a, api.ListCallBacks, "Who came too late and wants to be called, the newest wish first", func(ctx context.Context, who *asking, _ *nothing) (*answer[api.CallBacks], error) {
		list, more, err := s.Door.ListCallBacks(ctx, who.Reader())
		return reply(api.CallBacks{Items: append([]api.CallBack{}, each(list, callBackOf)...), More: more}), err
	})
	handle(s, a, api.GetCallNumber, "How somebody who wants to be called is reached", s.callNumber)
	handle(s, a, api.DoneCallBack, "Say that somebody was called, or need not be", func(ctx context.Context, who *asking, in *ofCallBack) (*nothing, error) {
		guest, err := s.Door.DoneCallBack(ctx, who.Reader(), in.CallBack)
		if err == nil {
			err = s.done(ctx, guest)
		}
		return &nothing{}, err
	})
	handle(s, a, api.GetWhereabouts, "Where a guest said they are, and whom to call in an emergency", func(ctx context.Context, who *asking, in *ofWhereabouts) (*answer[api.Whereabouts], error) {
		text, at, err := s.Door.Where(ctx, who.Reader(), in.Visit, in.Guest)
		out := api.Whereabouts{Text: text}
		if text != "" {
			out.At = &at
		}
		return reply(out), err
	})
}

// callNumber is read when a hand is on the telephone, and stands in the trail of whom it is about.
func (s *Server) callNumber(ctx context.Context, who *asking, in *ofCallBack) (*answer[api.CallNumber], error) {
	guest, err := s.Door.CallBackGuest(ctx, who.Reader(), in.CallBack)
	if err != nil {
		return nil, err
	}
	who.object(string(guest))
	r, err := s.Visits.Reach(ctx, guest)
	who.about(r.Visit.Patient)
	if fault.Is(err, fault.Gone) { // nobody is written to any more who is out of the contact or invited no more; a wish for a call stands
		err = nil
	}
	return reply(api.CallNumber{Mobile: r.Address.Mobile, Mail: r.Address.Mail}), err
}

func callBackOf(c care.CallBack) api.CallBack {
	return api.CallBack{ID: c.ID, Visit: c.Visit, Guest: c.Guest, As: c.As, Relation: c.Relation, Name: c.Name, Patient: c.Patient, PatientName: c.PatientName,
		Start: c.Start, Wished: c.Wished, DropIn: c.DropIn, Mine: c.Mine}
}

// makeDeviceCode is for guests alone: whoever signs in signs in on the other device.
func (s *Server) makeDeviceCode(ctx context.Context, who *asking, in *ofAttended) (*answer[api.VisitCode], error) {
	if who.Person.Guest == "" || who.Person.Visit != in.Visit {
		return nil, fault.New(fault.NotFound, "not-found", nil)
	}
	who.object(string(who.Person.Guest))
	code, until, err := s.Door.Code(ctx, who.Person.Guest)
	return reply(api.VisitCode{Code: code, Until: until}), err
}

// tellDesk tells the staff of a project that something about who comes changed.
func (s *Server) tellDesk(ctx context.Context, project care.ProjectID) {
	s.tell(ctx, live.DeskRoom(project), live.DataNote{What: "visits"})
}

// done says that somebody of staff did what a guest waited for, so that no colleague does it again.
func (s *Server) done(ctx context.Context, guest care.GuestID) error {
	d, err := s.Door.Doorway(context.WithoutCancel(ctx), guest)
	if err == nil {
		s.tellDesk(ctx, d.Visit.Project)
	}
	if fault.Is(err, fault.NotFound) { // erased meanwhile: nobody waits for anything
		err = nil
	}
	return err
}
