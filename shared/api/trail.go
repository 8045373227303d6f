package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Files is the prefix of what a browser saves to a file by following a link. A link cannot carry AsHeader, so there the
// account slot travels as the query "as".
const Files = Base + "/files/"

// Operations about the audit trail. All take the filters of TrailFilter as query; ListTrail also "cursor" and "limit".
var (
	ListTrail = Operation{"list-trail", "GET", Base + "/trail", access.ReadAudit}
	// TrailEnd is an anchor: the number and hash of the newest entry, to be kept elsewhere.
	TrailEnd = Operation{"get-trail-end", "GET", Base + "/trail/end", access.ReadAudit}
	// TrailFile is what ListTrail lists, all of it, as "format=csv" (RFC 4180) or "format=jsonl" (one TrailEntry a line).
	TrailFile = Operation{"export-trail", "GET", Files + "trail", access.ReadAudit}
)

var trailOperations = []Operation{ListTrail, TrailEnd, TrailFile}

// TrailFilter narrows the trail; what is empty narrows nothing. The names are those of the query.
type TrailFilter struct {
	Person  care.PersonID  `query:"person" maxLength:"26"`
	Patient care.PatientID `query:"patient" maxLength:"26"`
	Action  string         `query:"action" maxLength:"80" doc:"an action, with all that begin with it and a dot"`
	Site    care.SiteID    `query:"site" maxLength:"26"`
	Project care.ProjectID `query:"project" maxLength:"26"`
	From    time.Time      `query:"from" doc:"not before"`
	Until   time.Time      `query:"until" doc:"before"`
	Refused bool           `query:"refused" doc:"only what was refused or wrong"`
}

// TrailEntry is one entry of the audit trail. The name of a person who works here is there for every reader, a patient's
// pseudonym for those who may see the patient; who was forgotten has an id and no name.
type TrailEntry struct {
	Number      int64          `json:"number"`
	At          time.Time      `json:"at"`
	Person      care.PersonID  `json:"person,omitempty"`
	PersonName  string         `json:"personName,omitempty"`
	Action      string         `json:"action"`
	Patient     care.PatientID `json:"patient,omitempty"`
	PatientName string         `json:"patientName,omitempty"`
	Object      string         `json:"object,omitempty"`
	Network     string         `json:"network,omitempty"`
	Site        care.SiteID    `json:"site,omitempty"`
	Project     care.ProjectID `json:"project,omitempty"`
	Count       int            `json:"count,omitempty"`
	Hash        string         `json:"hash"`
}

// Anchor is an entry of the trail by number and hash: "1234:4f09…".
type Anchor struct {
	Anchor string `json:"anchor"`
}
