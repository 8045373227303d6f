package remote

import (
	"context"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
)

// VisitQuery narrows a list of visits; what is zero narrows nothing.
type VisitQuery struct {
	Project care.ProjectID
	Patient care.PatientID
	From    time.Time // visits that end after
	Until   time.Time // visits that begin before
	State   care.VisitState
	Mine    bool // that I host or am invited to
}

// ListVisits returns one page of the visits I may see; cursor "" is the first.
func (a *API) ListVisits(ctx context.Context, q VisitQuery, cursor string) (api.List[api.Visit], error) {
	p := params{"project": string(q.Project), "patient": string(q.Patient), "state": string(q.State), "cursor": cursor}
	if !q.From.IsZero() {
		p["from"] = q.From.UTC().Format(time.RFC3339)
	}
	if !q.Until.IsZero() {
		p["to"] = q.Until.UTC().Format(time.RFC3339)
	}
	if q.Mine {
		p["mine"] = "true"
	}
	return call[api.List[api.Visit]](ctx, a, api.ListVisits, p, nil)
}

// BookVisit books a visit or begins one at once. Asking again with the same ids books nothing twice.
func (a *API) BookVisit(ctx context.Context, b api.BookVisitBody) (api.Visit, error) {
	return call[api.Visit](ctx, a, api.BookVisit, nil, b)
}

// GetVisit returns one visit.
func (a *API) GetVisit(ctx context.Context, id care.VisitID) (api.Visit, error) {
	return a.ChangeVisit(ctx, api.GetVisit, id, nil)
}

// ChangeVisit does something to a visit: op is PatchVisit with api.PatchVisitBody, CancelVisit with api.VersionBody,
// BeginVisit and GoOnVisit with nil, EndVisit with api.EndVisitBody, HandVisit with api.HandVisitBody, LateVisit with
// api.LateVisitBody, PutOutcome with api.OutcomeBody, AddGuest with api.NewGuest.
func (a *API) ChangeVisit(ctx context.Context, op api.Operation, id care.VisitID, body any) (api.Visit, error) {
	return call[api.Visit](ctx, a, op, params{"visit": string(id)}, body)
}

// ChangeGuest does something to a guest of a visit: op is PatchGuest with api.PatchGuestBody, DenyGuest with api.DenyBody,
// UninviteGuest, InviteGuest and AdmitGuest with nil.
func (a *API) ChangeGuest(ctx context.Context, op api.Operation, visit care.VisitID, guest care.GuestID, body any) (api.Visit, error) {
	return call[api.Visit](ctx, a, op, params{"visit": string(visit), "guest": string(guest)}, body)
}

// StopCaptions ends a service's captions in a visit, or lets them go on.
func (a *API) StopCaptions(ctx context.Context, visit care.VisitID, service care.ServiceID, stopped bool) (api.Visit, error) {
	return call[api.Visit](ctx, a, api.StopCaptions, params{"visit": string(visit), "service": string(service)}, api.StopCaptionsBody{Stopped: stopped})
}

// VisitReport returns how a visit went.
func (a *API) VisitReport(ctx context.Context, id care.VisitID) (api.Report, error) {
	return call[api.Report](ctx, a, api.VisitReport, params{"visit": string(id)}, nil)
}

// Queue returns who waits, of one project or of all, or only of my own visits.
func (a *API) Queue(ctx context.Context, project care.ProjectID, mine bool) (api.List[api.Queued], error) {
	p := params{"project": string(project)}
	if mine {
		p["mine"] = "true"
	}
	return call[api.List[api.Queued]](ctx, a, api.GetQueue, p, nil)
}

// AdmitNext lets in who waits longest.
func (a *API) AdmitNext(ctx context.Context, b api.AdmitNextBody) (api.Admitted, error) {
	return call[api.Admitted](ctx, a, api.AdmitNext, nil, b)
}

// TellGuest writes to a guest who waits.
func (a *API) TellGuest(ctx context.Context, visit care.VisitID, guest care.GuestID, b api.LineBody) (api.Line, error) {
	return call[api.Line](ctx, a, api.TellGuest, params{"visit": string(visit), "guest": string(guest)}, b)
}

// ReadChat returns everything that was written in a visit, for those who read its notes.
func (a *API) ReadChat(ctx context.Context, id care.VisitID) (api.List[api.Line], error) {
	return call[api.List[api.Line]](ctx, a, api.ReadChat, params{"visit": string(id)}, nil)
}

// VisitNotes returns the notes of a visit.
func (a *API) VisitNotes(ctx context.Context, id care.VisitID) (api.VisitNotes, error) {
	return call[api.VisitNotes](ctx, a, api.GetVisitNotes, params{"visit": string(id)}, nil)
}

// OldVisitNotes returns every version of them, the newest first.
func (a *API) OldVisitNotes(ctx context.Context, id care.VisitID) (api.List[api.VisitNotes], error) {
	return call[api.List[api.VisitNotes]](ctx, a, api.OldVisitNotes, params{"visit": string(id)}, nil)
}

// PutVisitNotes writes the next version.
func (a *API) PutVisitNotes(ctx context.Context, id care.VisitID, b api.PutVisitNotesBody) (api.VisitNotes, error) {
	return call[api.VisitNotes](ctx, a, api.PutVisitNotes, params{"visit": string(id)}, b)
}

// Visiting returns how visits go in a project.
func (a *API) Visiting(ctx context.Context, project care.ProjectID) (api.Visiting, error) {
	return call[api.Visiting](ctx, a, api.GetVisiting, params{"project": string(project)}, nil)
}

// PutVisiting says how they go.
func (a *API) PutVisiting(ctx context.Context, project care.ProjectID, b api.Visiting) (api.Visiting, error) {
	return call[api.Visiting](ctx, a, api.PutVisiting, params{"project": string(project)}, b)
}

// VisitStaff returns who may host visits of a project or be invited to them.
func (a *API) VisitStaff(ctx context.Context, project care.ProjectID) (api.List[api.Staff], error) {
	return call[api.List[api.Staff]](ctx, a, api.VisitStaff, params{"project": string(project)}, nil)
}

// Attendances returns the visits I am host of or invited to.
func (a *API) Attendances(ctx context.Context) (api.List[api.Attendance], error) {
	return call[api.List[api.Attendance]](ctx, a, api.ListAttendance, nil, nil)
}

// Attendance returns one of them.
func (a *API) Attendance(ctx context.Context, id care.VisitID) (api.Attendance, error) {
	return call[api.Attendance](ctx, a, api.GetAttendance, params{"visit": string(id)}, nil)
}

// StepAttendance says that my device was checked, that I wait, or that I leave.
func (a *API) StepAttendance(ctx context.Context, id care.VisitID, b api.StepBody) (api.Attendance, error) {
	return call[api.Attendance](ctx, a, api.StepAttendance, params{"visit": string(id)}, b)
}

// VisitLines returns what was written in a visit, as far as I may read it.
func (a *API) VisitLines(ctx context.Context, id care.VisitID) (api.List[api.Line], error) {
	return call[api.List[api.Line]](ctx, a, api.ListLines, params{"visit": string(id)}, nil)
}

// AddLine writes into a visit.
func (a *API) AddLine(ctx context.Context, id care.VisitID, b api.LineBody) (api.Line, error) {
	return call[api.Line](ctx, a, api.AddLine, params{"visit": string(id)}, b)
}

// ReportMinutes says what my page noticed of the connection.
func (a *API) ReportMinutes(ctx context.Context, id care.VisitID, list []care.Minute) error {
	_, err := call[struct{}](ctx, a, api.ReportMinutes, params{"visit": string(id)}, api.MinutesBody{Minutes: list})
	return err
}

// AnswerVisit says how a visit was.
func (a *API) AnswerVisit(ctx context.Context, id care.VisitID, b api.AnswerBody) error {
	_, err := call[struct{}](ctx, a, api.AnswerVisit, params{"visit": string(id)}, b)
	return err
}
