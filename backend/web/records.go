package web

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/records"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

type (
	listRecords struct {
		Site      care.SiteID      `query:"site" maxLength:"26"`
		Project   care.ProjectID   `query:"project" maxLength:"26"`
		Group     care.GroupID     `query:"group" maxLength:"26"`
		Therapist care.PersonID    `query:"therapist" maxLength:"26"`
		State     care.RecordState `query:"state" enum:"active,disabled,deleted"`
		After     string           `query:"after" maxLength:"400" doc:"Cursor: the next of the part before."`
		Limit     int              `query:"limit" minimum:"0" maximum:"200"`
	}
	patchRecord struct {
		OfPatient
		Body api.PatchRecordBody
	}
	moveRecord struct {
		OfPatient
		Body api.MoveRecordBody
	}
	recordVersion struct {
		OfPatient
		Body api.VersionBody
	}
	putContact struct {
		OfPatient
		Body api.ContactCard
	}
)

func (s *Server) recordOperations(a huma.API) {
	handle(s, a, api.ListRecords, "The records of the patients I may see", func(ctx context.Context, who *asking, in *listRecords) (*answer[api.Records], error) {
		return s.listRecords(ctx, who, api.RecordQuery{Site: in.Site, Project: in.Project, Group: in.Group, Therapist: in.Therapist,
			State: in.State, After: in.After, Limit: in.Limit})
	})
	handle(s, a, api.SearchRecords, "The same, by a text that must not stand in an address", func(ctx context.Context, who *asking, in *body[api.RecordQuery]) (*answer[api.Records], error) {
		return s.listRecords(ctx, who, in.Body)
	})
	handle(s, a, api.CreateRecord, "Make a patient with account, care and contact in one step; sent twice it makes one", s.createRecord)
	handle(s, a, api.GetRecord, "One of them", func(ctx context.Context, who *asking, in *OfPatient) (*versioned[api.Record], error) {
		return recordAnswer(s.Records.Record(ctx, who.Reader(), in.Patient))
	})
	handle(s, a, api.PatchRecord, "Change a record, disable or enable the patient", s.patchRecord)
	handle(s, a, api.MoveRecord, "Take a patient to another project; says who cares for them no more", s.moveRecord)
	handle(s, a, api.DeleteRecord, "Hide a patient; they can be brought back", func(ctx context.Context, who *asking, in *recordVersion) (*versioned[api.Record], error) {
		return s.changedRecord(ctx, who, in.Patient, in.Body.Version, s.Records.DeleteRecord)
	})
	handle(s, a, api.RestoreRecord, "Bring back a patient", func(ctx context.Context, who *asking, in *recordVersion) (*versioned[api.Record], error) {
		return s.changedRecord(ctx, who, in.Patient, in.Body.Version, s.Records.RestoreRecord)
	})
	handle(s, a, api.GetContact, "Who a patient really is, and their relatives", s.getContact)
	handle(s, a, api.PutContact, "Write it down; the same relative twice becomes one", s.putContact)
}

func (s *Server) listRecords(ctx context.Context, who *asking, q api.RecordQuery) (*answer[api.Records], error) {
	list, next, total, err := s.Records.List(ctx, who.Reader(), care.RecordFilter{Site: q.Site, Project: q.Project, Group: q.Group,
		Therapist: q.Therapist, State: q.State, Text: q.Text}, care.Page{After: q.After, Limit: q.Limit})
	if err != nil {
		return nil, err
	}
	who.count(len(list))
	return reply(api.Records{Items: each(list, recordOf), Next: next, Total: total}), nil
}

func (s *Server) createRecord(ctx context.Context, who *asking, in *body[api.CreateRecordBody]) (*versioned[api.Record], error) {
	b := in.Body
	switch key := who.request.Header.Get(api.IdempotencyKey); {
	case b.ID != "" && !care.ValidID(b.ID), len(key) > 200:
		return nil, fault.New(fault.Invalid, "request.invalid", nil).With("where", "body.id")
	case b.ID == "" && key != "":
		b.ID = records.IDOf(who.Person.ID, key)
	case b.ID == "":
		b.ID = care.NewID[care.PatientID]()
	}
	n := care.NewRecord{ID: b.ID, Name: b.Name, Project: b.Project, Group: b.Group, Language: b.Language, Theme: b.Theme, Game: b.Game,
		LinkOnly: b.LinkOnly, Login: b.Login}
	for _, c := range b.Care {
		n.Therapist = append(n.Therapist, care.Permission{Patient: n.ID, Therapist: c.Therapist, Signals: c.Signals})
	}
	r, err := s.Records.Create(ctx, who.Reader(), n, b.Contact)
	if err != nil {
		return nil, err
	}
	who.about(r.ID)
	s.recordChanged(ctx, who, r)
	return recordAnswer(r, nil)
}

func (s *Server) patchRecord(ctx context.Context, who *asking, in *patchRecord) (*versioned[api.Record], error) {
	b := in.Body
	return s.changedRecord(ctx, who, in.Patient, b.Version, func(ctx context.Context, by care.Reader, id care.PatientID, version int64) (care.Record, error) {
		return s.Records.PatchRecord(ctx, by, id, care.RecordPatch{Version: version, Name: b.Name, Group: b.Group, Login: b.Login,
			LinkOnly: b.LinkOnly, Language: b.Language, Theme: b.Theme, Game: b.Game, Disabled: b.Disabled})
	})
}

func (s *Server) moveRecord(ctx context.Context, who *asking, in *moveRecord) (*versioned[api.Moved], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	moved, err := s.Records.MoveRecord(ctx, who.Reader(), in.Patient, care.RecordMove{Version: version, Project: in.Body.Project, Group: in.Body.Group, Try: in.Body.Try})
	if err != nil {
		return nil, s.recordNow(ctx, who, in.Patient, err)
	}
	if !in.Body.Try {
		s.recordChanged(ctx, who, moved.Record)
		s.careEnded(ctx, in.Patient, moved.Ended)
	}
	return &versioned[api.Moved]{etag(moved.Record.Version), api.Moved{Record: recordOf(moved.Record), Ended: each(moved.Ended, recordCareOf)}}, nil
}

// careEnded withdraws what therapists receive of a patient who is not theirs any more.
func (s *Server) careEnded(ctx context.Context, patient care.PatientID, ended []care.Care) {
	s.Rooms.Recheck(context.WithoutCancel(ctx), patient, each(ended, func(c care.Care) care.PersonID { return c.Therapist })...)
	s.tell(ctx, live.PatientRoom(patient), live.DataNote{What: "permissions", ID: string(patient)})
}

// changedRecord runs a change of a record and tells everybody whom it concerns.
func (s *Server) changedRecord(ctx context.Context, who *asking, id care.PatientID, body int64,
	do func(ctx context.Context, by care.Reader, id care.PatientID, version int64) (care.Record, error)) (*versioned[api.Record], error) {
	version, err := who.version(body)
	if err != nil {
		return nil, err
	}
	r, err := do(ctx, who.Reader(), id, version)
	if err != nil {
		return nil, s.recordNow(ctx, who, id, err)
	}
	s.recordChanged(ctx, who, r)
	return recordAnswer(r, nil)
}

// recordNow adds to "somebody changed this first" what the record is now, so that a page can show what changed.
func (s *Server) recordNow(ctx context.Context, who *asking, id care.PatientID, err error) error {
	if fault.Of(err).Code != "changed-elsewhere" {
		return err
	}
	r, now := s.Records.Record(ctx, who.Reader(), id)
	if now != nil {
		return err
	}
	return &ahead{err, recordOf(r)}
}

// recordChanged tells the administrators' pages, and those around the patient. Who may not come in any more leaves.
func (s *Server) recordChanged(ctx context.Context, who *asking, r care.Record) {
	if r.Disabled || r.LinkOnly || !r.Deleted.IsZero() {
		s.Rooms.Withdraw(context.WithoutCancel(ctx), r.Person)
	}
	note := live.DataNote{What: "people", ID: string(r.Person)}
	s.tell(ctx, live.SiteRoom(who.Person.Site), note)
	s.tell(ctx, live.PatientRoom(r.ID), note)
	s.Rooms.Recheck(context.WithoutCancel(ctx), r.ID, each(r.Care, func(c care.Care) care.PersonID { return c.Therapist })...)
}

func (s *Server) getContact(ctx context.Context, who *asking, in *OfPatient) (*versioned[api.ContactCard], error) {
	c, version, err := s.Records.Who(ctx, who.Reader(), in.Patient)
	if err != nil {
		return nil, err
	}
	return &versioned[api.ContactCard]{etag(version), api.ContactCard{Contact: c, Version: version}}, nil
}

func (s *Server) putContact(ctx context.Context, who *asking, in *putContact) (*versioned[api.ContactCard], error) {
	version, err := who.version(in.Body.Version)
	if err != nil {
		return nil, err
	}
	c, version, err := s.Records.PutWho(ctx, who.Reader(), in.Patient, in.Body.Contact, version)
	if fault.Is(err, fault.Conflict) {
		if now, version, again := s.Records.Who(ctx, who.Reader(), in.Patient); again == nil {
			err = &ahead{err, api.ContactCard{Contact: now, Version: version}}
		}
	}
	if err != nil {
		return nil, err
	}
	return &versioned[api.ContactCard]{etag(version), api.ContactCard{Contact: c, Version: version}}, nil
}

func recordAnswer(r care.Record, err error) (*versioned[api.Record], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[api.Record]{etag(r.Version), recordOf(r)}, nil
}

func recordOf(r care.Record) api.Record {
	return api.Record{ID: r.ID, Site: r.Site, Project: r.Project, Group: r.Group, Person: r.Person, Name: r.Name, Login: r.Login, LinkOnly: r.LinkOnly,
		Language: r.Language, Theme: r.Theme, Game: r.Game, Disabled: r.Disabled, Care: each(r.Care, recordCareOf), Version: r.Version, Created: r.Created, Deleted: moment(r.Deleted), Held: moment(r.Held), CalledOff: r.CalledOff}
}

func recordCareOf(c care.Care) api.RecordCare {
	return api.RecordCare{Therapist: c.Therapist, Name: c.TherapistName, Signals: some(c.Signals)}
}

// ahead is a change that came too late, with what was there first.
type ahead struct {
	error
	now any
}

func (a *ahead) Unwrap() error { return a.error }

// nowOf is what a change that came too late would have changed; nil when nobody looked.
func nowOf(err error) any {
	var a *ahead
	if errors.As(err, &a) {
		return a.now
	}
	return nil
}
