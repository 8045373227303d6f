package remote

import (
	"context"

	"hearth/shared/api"
)

// visitCalls has a call for every operation about visits.
func visitCalls(a *API) map[string]func(context.Context) error {
	change := func(op api.Operation, body any) func(context.Context) error {
		return func(c context.Context) error { _, err := a.ChangeVisit(c, op, "v", body); return err }
	}
	guest := func(op api.Operation, body any) func(context.Context) error {
		return func(c context.Context) error { _, err := a.ChangeGuest(c, op, "v", "g", body); return err }
	}
	return map[string]func(context.Context) error{
		"list-visits":          func(c context.Context) error { _, err := a.ListVisits(c, VisitQuery{Mine: true}, ""); return err },
		"stop-captions":        func(c context.Context) error { _, err := a.StopCaptions(c, "v", "v", true); return err },
		"book-visit":           func(c context.Context) error { _, err := a.BookVisit(c, api.BookVisitBody{}); return err },
		"get-visit":            func(c context.Context) error { _, err := a.GetVisit(c, "v"); return err },
		"patch-visit":          change(api.PatchVisit, api.PatchVisitBody{}),
		"cancel-visit":         change(api.CancelVisit, api.VersionBody{}),
		"begin-visit":          change(api.BeginVisit, nil),
		"end-visit":            change(api.EndVisit, api.EndVisitBody{}),
		"go-on-visit":          change(api.GoOnVisit, nil),
		"hand-visit":           change(api.HandVisit, api.HandVisitBody{}),
		"late-visit":           change(api.LateVisit, api.LateVisitBody{}),
		"put-visit-outcome":    change(api.PutOutcome, api.OutcomeBody{}),
		"add-guest":            change(api.AddGuest, api.NewGuest{}),
		"patch-guest":          guest(api.PatchGuest, api.PatchGuestBody{}),
		"uninvite-guest":       guest(api.UninviteGuest, nil),
		"invite-guest":         guest(api.InviteGuest, nil),
		"admit-guest":          guest(api.AdmitGuest, nil),
		"deny-guest":           guest(api.DenyGuest, api.DenyBody{}),
		"get-visit-report":     func(c context.Context) error { _, err := a.VisitReport(c, "v"); return err },
		"get-queue":            func(c context.Context) error { _, err := a.Queue(c, "j", true); return err },
		"admit-next":           func(c context.Context) error { _, err := a.AdmitNext(c, api.AdmitNextBody{}); return err },
		"tell-guest":           func(c context.Context) error { _, err := a.TellGuest(c, "v", "g", api.LineBody{}); return err },
		"read-visit-chat":      func(c context.Context) error { _, err := a.ReadChat(c, "v"); return err },
		"get-visit-notes":      func(c context.Context) error { _, err := a.VisitNotes(c, "v"); return err },
		"list-visit-notes":     func(c context.Context) error { _, err := a.OldVisitNotes(c, "v"); return err },
		"put-visit-notes":      func(c context.Context) error { _, err := a.PutVisitNotes(c, "v", api.PutVisitNotesBody{}); return err },
		"get-visiting":         func(c context.Context) error { _, err := a.Visiting(c, "j"); return err },
		"put-visiting":         func(c context.Context) error { _, err := a.PutVisiting(c, "j", api.Visiting{}); return err },
		"list-visit-staff":     func(c context.Context) error { _, err := a.VisitStaff(c, "j"); return err },
		"list-attendance":      func(c context.Context) error { _, err := a.Attendances(c); return err },
		"get-attendance":       func(c context.Context) error { _, err := a.Attendance(c, "v"); return err },
		"step-attendance":      func(c context.Context) error { _, err := a.StepAttendance(c, "v", api.StepBody{}); return err },
		"list-visit-lines":     func(c context.Context) error { _, err := a.VisitLines(c, "v"); return err },
		"add-visit-line":       func(c context.Context) error { _, err := a.AddLine(c, "v", api.LineBody{}); return err },
		"report-visit-minutes": func(c context.Context) error { return a.ReportMinutes(c, "v", nil) },
		"answer-visit":         func(c context.Context) error { return a.AnswerVisit(c, "v", api.AnswerBody{}) },
	}
}
