package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about what patients agree to.
var (
	// ListConsentTexts lists every version of every text of a project, by kind, the newest version first.
	ListConsentTexts = Operation{"list-consent-texts", "GET", Base + "/projects/{project}/consent-texts", access.ReadConsents}
	AddConsentText   = Operation{"add-consent-text", "POST", Base + "/projects/{project}/consent-texts", access.ManageProject}
	// ListConsents lists everything a patient said, the latest first; what holds is care.Standing of it.
	ListConsents = Operation{"list-consents", "GET", Base + "/patients/{patient}/consents", access.ReadConsents}
	AddConsent   = Operation{"add-consent", "POST", Base + "/patients/{patient}/consents", access.WriteConsents}
)

// Operations about handing over and forgetting what is known about a patient.
var (
	// PatientFile is everything about a patient as one ZIP archive, see backend/dossier. A page asks PlanExport first: it too
	// needs a fresh proof, and a page can ask for one where a link cannot.
	PatientFile = Operation{"export-patient", "GET", Files + "patients/{patient}", access.ExportPatient}
	PlanExport  = Operation{"plan-export", "GET", Base + "/patients/{patient}/export", access.ExportPatient}

	// PlanErasure says what erasing would delete and when; of one that waits, until when it can be called off.
	PlanErasure   = Operation{"plan-erasure", "GET", Base + "/patients/{patient}/erasure", access.ErasePatient}
	AskErasure    = Operation{"ask-erasure", "POST", Base + "/patients/{patient}/erasure", access.ErasePatient}
	CancelErasure = Operation{"cancel-erasure", "DELETE", Base + "/patients/{patient}/erasure", access.ErasePatient}
	// HoldPatient keeps a patient from being forgotten, by anybody and by the house itself, or lets them go.
	HoldPatient  = Operation{"hold-patient", "PUT", Base + "/patients/{patient}/hold", access.ErasePatient}
	ListErasures = Operation{"list-erasures", "GET", Base + "/erasures", access.ErasePatient}

	ListRetention = Operation{"list-retention", "GET", Base + "/retention", access.ManageProject}
	PutRetention  = Operation{"put-retention", "PUT", Base + "/retention", access.ManageProject}
)

var protectOperations = []Operation{ListConsentTexts, AddConsentText, ListConsents, AddConsent, PatientFile, PlanExport, PlanErasure,
	AskErasure, CancelErasure, HoldPatient, ListErasures, ListRetention, PutRetention}

// ConsentText is one version of a text in one language.
type ConsentText struct {
	Kind       string    `json:"kind"`
	Version    int       `json:"version"`
	Language   string    `json:"language"`
	Title      string    `json:"title"`
	Paragraphs []string  `json:"paragraphs"`
	Created    time.Time `json:"created"`
}

// AddConsentTextBody is the next version of a text, in all its languages.
type AddConsentTextBody struct {
	Kind  string         `json:"kind" maxLength:"40"`
	Texts []ConsentWords `json:"texts" minItems:"1" maxItems:"4"`
}

// ConsentWords are the words of a text in one language: plain paragraphs.
type ConsentWords struct {
	Language   string   `json:"language" maxLength:"2"`
	Title      string   `json:"title" maxLength:"120"`
	Paragraphs []string `json:"paragraphs" maxItems:"60"`
}

// Consent is one thing a patient said.
type Consent struct {
	ID       care.ConsentID `json:"id"`
	Kind     string         `json:"kind"`
	Version  int            `json:"version"`
	Language string         `json:"language"`
	Given    bool           `json:"given"` // else withdrawn
	At       time.Time      `json:"at"`
	Signer   string         `json:"signer"` // "patient" or "guardian"
	Way      string         `json:"way"`    // "paper", "spoken" or "screen"
	Note     string         `json:"note,omitempty"`
	By       care.PersonID  `json:"by"`
	Stored   time.Time      `json:"stored"`
}

// AddConsentBody writes down what a patient said. ID is made by whoever writes it down, so that one sent twice stays one.
type AddConsentBody struct {
	ID       care.ConsentID `json:"id" maxLength:"26"`
	Kind     string         `json:"kind" maxLength:"40"`
	Version  int            `json:"version"`
	Language string         `json:"language" maxLength:"2"`
	Given    bool           `json:"given"`
	At       time.Time      `json:"at"`
	Signer   string         `json:"signer" maxLength:"20"`
	Way      string         `json:"way" maxLength:"20"`
	Note     string         `json:"note,omitempty" maxLength:"500"`
}

// Counts says how many things of which kind there are.
type Counts struct {
	Counts map[string]int `json:"counts"`
}

// Erasure is the forgetting of a patient: planned (no id), waiting, cancelled or done.
type Erasure struct {
	ID      care.ErasureID    `json:"id,omitempty"`
	Patient care.PatientID    `json:"patient"`
	State   care.ErasureState `json:"state,omitempty"`
	Reason  string            `json:"reason,omitempty"`
	Asked   *time.Time        `json:"asked,omitempty"`
	By      care.PersonID     `json:"by,omitempty"`
	Due     time.Time         `json:"due"`
	Done    *time.Time        `json:"done,omitempty"`
	Counts  map[string]int    `json:"counts"`
	Held    *time.Time        `json:"held,omitempty"` // since when nobody may forget the patient
	Kept    *time.Time        `json:"kept,omitempty"` // when the place forgets a deleted patient by itself
	Proof   string            `json:"proof,omitempty"`
}

// HoldBody holds a patient, or lets them go.
type HoldBody struct {
	Hold bool `json:"hold"`
}

// AskErasureBody asks for an erasure: after the waiting time of the place, or at once.
type AskErasureBody struct {
	Reason string `json:"reason" enum:"request,consent,retention,mistake"`
	Now    bool   `json:"now,omitempty"`
}

// Retention is how long things are kept at a place; without a site it is the house. What is 0 is as in the place around.
type Retention struct {
	Site        care.SiteID    `json:"site,omitempty" maxLength:"26"`
	Project     care.ProjectID `json:"project,omitempty" maxLength:"26"`
	TrailYears  int            `json:"trailYears" minimum:"0" maximum:"100"`
	DeletedDays int            `json:"deletedDays" minimum:"0" maximum:"36500"`
	WaitDays    int            `json:"waitDays" minimum:"0" maximum:"365"`
	Version     int64          `json:"version"` // 0: nobody said anything yet
}
