package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about the records of patients. What may hold somebody's name travels in bodies, never in addresses.
var (
	ListRecords   = Operation{"list-records", "GET", Base + "/records", access.ReadPatients}
	SearchRecords = Operation{"search-records", "POST", Base + "/records/search", access.ReadPatients}
	CreateRecord  = Operation{"create-record", "POST", Base + "/records", access.WritePatients}
	GetRecord     = Operation{"get-record", "GET", Base + "/records/{patient}", access.ReadPatients}
	PatchRecord   = Operation{"patch-record", "PATCH", Base + "/records/{patient}", access.WritePatients}
	MoveRecord    = Operation{"move-record", "POST", Base + "/records/{patient}/move", access.WritePatients}
	DeleteRecord  = Operation{"delete-record", "DELETE", Base + "/records/{patient}", access.WritePatients}
	RestoreRecord = Operation{"restore-record", "POST", Base + "/records/{patient}/restore", access.WritePatients}

	GetContact = Operation{"get-contact", "GET", Base + "/records/{patient}/contact", access.ReadContacts}
	PutContact = Operation{"put-contact", "PUT", Base + "/records/{patient}/contact", access.WriteContacts}
)

var recordOperations = []Operation{ListRecords, SearchRecords, CreateRecord, GetRecord, PatchRecord, MoveRecord, DeleteRecord,
	RestoreRecord, GetContact, PutContact}

// IdempotencyKey is the header that makes asking for a new record twice make one; a body's own id does the same.
const IdempotencyKey = "Idempotency-Key"

// Record is a patient as those who administer them see it.
type Record struct {
	ID       care.PatientID `json:"id"`
	Site     care.SiteID    `json:"site"`
	Project  care.ProjectID `json:"project"`
	Group    care.GroupID   `json:"group,omitempty"`
	Person   care.PersonID  `json:"person"` // the account
	Name     string         `json:"name"`   // the pseudonym
	Login    string         `json:"login,omitempty"`
	LinkOnly bool           `json:"linkOnly"` // comes by link and never signs in
	Language string         `json:"language"`
	Theme    string         `json:"theme"`
	Game     care.Game      `json:"game"`
	Disabled bool           `json:"disabled"`
	Care     []RecordCare   `json:"care"`
	Version  int64          `json:"version"`
	Created  time.Time      `json:"created"`
	Deleted  *time.Time     `json:"deleted,omitempty"`
	Held     *time.Time     `json:"held,omitempty"` // since when nobody may forget the patient

	CalledOff bool `json:"calledOff,omitempty"` // bringing the patient back called off the erasure that waited
}

// RecordCare is a therapist of a patient, with the signals that may be streamed to them.
type RecordCare struct {
	Therapist care.PersonID   `json:"therapist"`
	Name      string          `json:"name"`
	Signals   []access.Signal `json:"signals"`
}

// Records is one part of a list of records, by pseudonym.
type Records struct {
	Items []Record `json:"items"`
	Next  string   `json:"next,omitempty"`
	Total int      `json:"total"` // of all parts; only in the first
}

// RecordQuery narrows a list of records; what is left out narrows nothing.
type RecordQuery struct {
	Text      string           `json:"text,omitempty" maxLength:"80" doc:"Part of the pseudonym, of the sign-in name for who writes records, of names, addresses and numbers for who reads contacts."`
	Site      care.SiteID      `json:"site,omitempty" maxLength:"26"`
	Project   care.ProjectID   `json:"project,omitempty" maxLength:"26"`
	Group     care.GroupID     `json:"group,omitempty" maxLength:"26" doc:"An id, or none."`
	Therapist care.PersonID    `json:"therapist,omitempty" maxLength:"26"`
	State     care.RecordState `json:"state,omitempty" enum:"active,disabled,deleted" doc:"Left out: active and disabled."`
	After     string           `json:"after,omitempty" maxLength:"400" doc:"Cursor: the next of the part before."`
	Limit     int              `json:"limit,omitempty" minimum:"0" maximum:"200" doc:"How many at most; 0 is 50."`
}

// CreateRecordBody makes a patient, with everything, in one step.
type CreateRecordBody struct {
	ID       care.PatientID `json:"id,omitempty" maxLength:"26" doc:"Made by the asker (26 of a-z and 2-7, at random), so that asking again makes nobody twice."`
	Project  care.ProjectID `json:"project" maxLength:"26"`
	Name     string         `json:"name,omitempty" maxLength:"80" doc:"A pseudonym; left out, one is made up."`
	Group    care.GroupID   `json:"group,omitempty" maxLength:"26"`
	Language string         `json:"language,omitempty" maxLength:"2"`
	Theme    string         `json:"theme,omitempty" maxLength:"12"`
	Game     care.Game      `json:"game,omitzero"`
	LinkOnly bool           `json:"linkOnly,omitempty" doc:"Comes by link and never signs in."`
	Login    string         `json:"login,omitempty" maxLength:"64" doc:"Left out, one is made of the pseudonym."`
	Care     []NewCare      `json:"care,omitempty" maxItems:"10"`
	Contact  *care.Contact  `json:"contact,omitempty"`
}

// NewCare is a therapist a new patient is assigned to.
type NewCare struct {
	Therapist care.PersonID   `json:"therapist" maxLength:"26"`
	Signals   []access.Signal `json:"signals" maxItems:"4"`
}

// PatchRecordBody changes a record; what is left out stays as it is. Version must be the one last read.
type PatchRecordBody struct {
	Version  int64         `json:"version"`
	Name     *string       `json:"name,omitempty" maxLength:"80"`
	Group    *care.GroupID `json:"group,omitempty" maxLength:"26" doc:"Empty: in none."`
	Login    *string       `json:"login,omitempty" maxLength:"64"`
	LinkOnly *bool         `json:"linkOnly,omitempty"`
	Language *string       `json:"language,omitempty" maxLength:"2"`
	Theme    *string       `json:"theme,omitempty" maxLength:"12"`
	Game     *care.Game    `json:"game,omitempty"`
	Disabled *bool         `json:"disabled,omitempty"`
}

// MoveRecordBody takes a patient to another project.
type MoveRecordBody struct {
	Version int64          `json:"version"`
	Project care.ProjectID `json:"project" maxLength:"26"`
	Group   care.GroupID   `json:"group,omitempty" maxLength:"26"`
	Try     bool           `json:"try,omitempty" doc:"Only say what would come of it."`
}

// Moved is what came of it: who has no role in the new project cares for the patient no more.
type Moved struct {
	Record Record       `json:"record"`
	Ended  []RecordCare `json:"ended"`
}

// ContactCard is who a patient really is, with the version to change it by; 0 when nobody wrote anything down.
type ContactCard struct {
	Contact care.Contact `json:"contact"`
	Version int64        `json:"version"`
}
