package web

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/dossier"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// ProtectStore is the memory's side of handing over and forgetting what is known about a patient.
type ProtectStore interface {
	PlanDossier(ctx context.Context, by care.Reader, id care.PatientID) (map[string]int, error)
	Dossier(ctx context.Context, by care.Reader, id care.PatientID, file func(kind string, rows iter.Seq2[json.RawMessage, error]) error) error

	PlanErasure(ctx context.Context, by care.Reader, id care.PatientID) (care.Erasure, error)
	AskErasure(ctx context.Context, by care.Reader, id care.PatientID, reason string, now bool) (care.Erasure, error)
	CancelErasure(ctx context.Context, by care.Reader, id care.PatientID) (care.Erasure, error)
	Erase(ctx context.Context, id care.ErasureID) (care.Erasure, error)
	HoldPatient(ctx context.Context, by care.Reader, id care.PatientID, hold bool) (care.Erasure, error)
	ListErasures(ctx context.Context, by care.Reader) ([]care.Erasure, error)

	ListRetention(ctx context.Context, by care.Reader) ([]care.Retention, error)
	PutRetention(ctx context.Context, by care.Reader, r care.Retention) (care.Retention, error)
}

type (
	askErasure struct {
		OfPatient
		Body api.AskErasureBody
	}
	holdPatient struct {
		OfPatient
		Body api.HoldBody
	}
)

func (s *Server) protectOperations(a huma.API) {
	handle(s, a, api.PlanExport, "How much an export of a patient holds", s.planExport)
	handle(s, a, api.PatientFile, "Everything about a patient as one archive", s.patientFile)
	handle(s, a, api.PlanErasure, "What erasing a patient would delete, and when", s.planErasure)
	handle(s, a, api.AskErasure, "Have a patient erased: after the waiting time, or at once", s.askErasure)
	handle(s, a, api.CancelErasure, "Call an erasure off and bring the patient back", s.cancelErasure)
	handle(s, a, api.HoldPatient, "Keep a patient from being forgotten, or let them go", s.holdPatient)
	handle(s, a, api.ListErasures, "Who was erased or waits for it, with the proofs", s.listErasures)
	handle(s, a, api.ListRetention, "How long things are kept", s.listRetention)
	handle(s, a, api.PutRetention, "Say how long things are kept", s.putRetention)
}

func (s *Server) planExport(ctx context.Context, who *asking, in *OfPatient) (*answer[api.Counts], error) {
	counts, err := s.Store.PlanDossier(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	return reply(api.Counts{Counts: counts}), nil
}

func (s *Server) patientFile(ctx context.Context, who *asking, in *OfPatient) (*download, error) {
	counts, err := s.Store.PlanDossier(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	who.count(care.Erasure{Counts: counts}.Total())
	now := s.Now()
	return s.save(who, "patient-"+now.UTC().Format(time.DateOnly)+".zip", "application/zip", func(ctx context.Context, w io.Writer) error {
		d := dossier.NewWriter(w, in.Patient, who.Person.ID, now)
		if err := s.Store.Dossier(ctx, who.Reader(), in.Patient, d.Rows); err != nil {
			return err
		}
		if err := s.contactFile(ctx, who, in.Patient, d); err != nil {
			return err
		}
		return d.Close()
	}), nil
}

// contactFile adds who the patient is, for those who may read it.
func (s *Server) contactFile(ctx context.Context, who *asking, patient care.PatientID, d *dossier.Writer) error {
	if !care.May(who.Person.Grants, access.ReadContacts) {
		d.Leave("contact", "right")
		return nil
	}
	c, version, err := s.Records.Who(ctx, who.Reader(), patient)
	switch {
	case fault.Is(err, fault.NotFound):
		d.Leave("contact", "hidden")
		return nil
	case err != nil || version == 0:
		return err
	}
	return d.One("contact", c)
}

func (s *Server) planErasure(ctx context.Context, who *asking, in *OfPatient) (*answer[api.Erasure], error) {
	return erasureAnswer(s.Store.PlanErasure(ctx, who.Reader(), in.Patient))
}

func (s *Server) askErasure(ctx context.Context, who *asking, in *askErasure) (*answer[api.Erasure], error) {
	e, err := s.Store.AskErasure(ctx, who.Reader(), in.Patient, in.Body.Reason, in.Body.Now)
	if err == nil && in.Body.Now {
		person := e.Person
		e, err = s.Store.Erase(ctx, e.ID)
		e.Person = person
	}
	if err != nil {
		return nil, err
	}
	who.at(e.Place) // the patient may not be there any more to say so
	s.erasureChanged(ctx, who, e)
	return erasureAnswer(e, nil)
}

func (s *Server) cancelErasure(ctx context.Context, who *asking, in *OfPatient) (*answer[api.Erasure], error) {
	e, err := s.Store.CancelErasure(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	s.erasureChanged(ctx, who, e)
	return erasureAnswer(e, nil)
}

func (s *Server) holdPatient(ctx context.Context, who *asking, in *holdPatient) (*answer[api.Erasure], error) {
	e, err := s.Store.HoldPatient(ctx, who.Reader(), in.Patient, in.Body.Hold)
	if err != nil {
		return nil, err
	}
	s.tell(ctx, live.SiteRoom(e.Place.Site), live.DataNote{What: "people", ID: string(e.Person)})
	return erasureAnswer(e, nil)
}

// erasureChanged ends what a patient who is hidden or gone has open, and tells the pages.
func (s *Server) erasureChanged(ctx context.Context, who *asking, e care.Erasure) {
	who.object(string(e.ID))
	who.count(e.Total())
	if e.State != care.ErasureCancelled && e.Person != "" {
		s.Rooms.Withdraw(context.WithoutCancel(ctx), e.Person)
	}
	s.tell(ctx, live.SiteRoom(e.Place.Site), live.DataNote{What: "people", ID: string(e.Person)})
}

func (s *Server) listErasures(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Erasure]], error) {
	list, err := s.Store.ListErasures(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	return listed(each(list, erasureOf), ""), nil
}

func (s *Server) listRetention(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.Retention]], error) {
	list, err := s.Store.ListRetention(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	return listed(each(list, retentionOf), ""), nil
}

func (s *Server) putRetention(ctx context.Context, who *asking, in *body[api.Retention]) (*versioned[api.Retention], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	at := care.Place{Site: in.Body.Site, Project: in.Body.Project}
	r, err := s.Store.PutRetention(ctx, who.Reader(), care.Retention{Place: at, TrailYears: in.Body.TrailYears, DeletedDays: in.Body.DeletedDays,
		WaitDays: in.Body.WaitDays, Version: version})
	if err != nil {
		return nil, err
	}
	who.at(at)
	return &versioned[api.Retention]{etag(r.Version), retentionOf(r)}, nil
}

func erasureAnswer(e care.Erasure, err error) (*answer[api.Erasure], error) {
	if err != nil {
		return nil, err
	}
	return reply(erasureOf(e)), nil
}

func erasureOf(e care.Erasure) api.Erasure {
	return api.Erasure{ID: e.ID, Patient: e.Patient, State: e.State, Reason: e.Reason, Asked: moment(e.Asked), By: e.By, Due: e.Due,
		Done: moment(e.Done), Counts: e.Counts, Held: moment(e.Held), Kept: moment(e.Kept), Proof: e.Proof}
}

func retentionOf(r care.Retention) api.Retention {
	return api.Retention{Site: r.Site, Project: r.Project, TrailYears: r.TrailYears, DeletedDays: r.DeletedDays, WaitDays: r.WaitDays, Version: r.Version}
}
