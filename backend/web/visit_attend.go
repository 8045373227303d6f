package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
)

type (
	stepAttendance struct {
		OfVisit
		Body api.StepBody
	}
	addLine struct {
		OfVisit
		Body api.LineBody
	}
	reportMinutes struct {
		OfVisit
		Body api.MinutesBody
	}
	answerVisit struct {
		OfVisit
		Body api.AnswerBody
	}
)

func (s *Server) attendanceOperations(a huma.API) {
	handle(s, a, api.ListAttendance, "The visits I am host of or invited to", func(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Attendance]], error) {
		list, err := s.Visits.Attendances(ctx, who.Reader())
		if err != nil {
			return nil, err
		}
		return listed(each(list, s.attendanceOf), ""), nil
	})
	handle(s, a, api.GetAttendance, "One of them, as I see it", func(ctx context.Context, who *asking, in *OfVisit) (*answer[api.Attendance], error) {
		return s.attendanceAnswer(who)(s.Visits.Attendance(ctx, who.Reader(), in.Visit))
	})
	handle(s, a, api.StepAttendance, "My device was checked; I wait; I leave", func(ctx context.Context, who *asking, in *stepAttendance) (*answer[api.Attendance], error) {
		return s.attendanceAnswer(who)(s.Visits.OwnStep(ctx, who.Reader(), in.Visit, care.Step{Act: in.Body.Act, Ready: in.Body.Ready}))
	})
	handle(s, a, api.ListLines, "What was written, as far as I may read it", func(ctx context.Context, who *asking, in *OfVisit) (*answer[api.List[api.Line]], error) {
		list, err := s.Visits.Lines(ctx, who.Reader(), in.Visit)
		if err != nil {
			return nil, err
		}
		return listed(each(list, lineOf(who)), ""), nil
	})
	handle(s, a, api.AddLine, "Write a line; sent twice it is written once", func(ctx context.Context, who *asking, in *addLine) (*answer[api.Line], error) {
		l, err := s.Visits.AddLine(ctx, who.Reader(), care.Line{ID: in.Body.ID, Visit: in.Visit, Text: in.Body.Text})
		if err != nil {
			return nil, err
		}
		return reply(lineOf(who)(l)), nil
	})
	handle(s, a, api.ReportMinutes, "What my page noticed of the connection, minute by minute", func(ctx context.Context, who *asking, in *reportMinutes) (*nothing, error) {
		return &nothing{}, s.Visits.ReportMinutes(ctx, who.Reader(), in.Visit, in.Body.Minutes)
	})
	handle(s, a, api.AnswerVisit, "How it was; said once", func(ctx context.Context, who *asking, in *answerVisit) (*nothing, error) {
		return &nothing{}, s.Visits.AnswerVisit(ctx, who.Reader(), in.Visit, care.VisitAnswer{Stars: in.Body.Stars, Wrong: in.Body.Wrong, Text: in.Body.Text})
	})
}

func (s *Server) attendanceAnswer(who *asking) func(care.Attendance, error) (*answer[api.Attendance], error) {
	return func(a care.Attendance, err error) (*answer[api.Attendance], error) {
		if err != nil {
			return nil, err
		}
		who.about(a.Visit.Patient)
		return reply(s.attendanceOf(a)), nil
	}
}

// attendanceOf shows a visit to somebody in it: no pseudonym, no address, and whose patient it is only to staff and to the
// patient who was let in.
func (s *Server) attendanceOf(a care.Attendance) api.Attendance {
	v, g := a.Visit, a.Guest
	out := api.Attendance{Visit: v.ID, Guest: g.ID, Kind: v.Kind, Local: v.Local, Zone: v.Zone, Minutes: v.Minutes, Start: v.Start, End: v.End,
		Opens: v.Start.Add(-care.ComeBefore), VisitIs: v.State, Ends: moment(v.Ends), Late: v.Late, Relay: v.Relay, Host: a.HostName, Place: a.Place, As: g.As,
		Relation: g.Relation, Name: g.Name, State: g.State, Since: moment(g.Since), Reason: g.Reason, Agreed: g.Agreed, Phone: a.Settings.Phone,
		Emergency: a.Settings.Emergency, Ahead: a.Ahead, Told: a.Told, Others: []api.Other{}}
	if g.ID == "" || g.As == care.AsStaff || g.As == care.AsPatient && g.State.Inside() {
		out.Patient = v.Patient
	}
	out.Near = g.ID != "" && g.As != care.AsStaff && g.State.Inside() && s.Rooms.Near(v.ID, g.ID)
	out.Survey = a.Settings.Survey && !a.Answered && g.ID != "" && g.As != care.AsStaff && !g.Came.IsZero()
	for _, o := range a.Others {
		out.Others = append(out.Others, api.Other{Guest: o.ID, As: o.As, Relation: o.Relation, Name: o.Name, State: o.State})
	}
	return out
}

// lineOf shows a line to whoever asks.
func lineOf(who *asking) func(care.Line) api.Line {
	return func(l care.Line) api.Line {
		mine := l.Person != "" && l.Person == who.Person.ID || l.Guest != "" && care.PersonID(l.Guest) == who.Person.ID
		return api.Line{ID: l.ID, Guest: l.Guest, Name: l.Name, Door: l.Door, Mine: mine, Text: l.Text, At: l.At}
	}
}
