package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Problem is the body of every error answer (RFC 9457, application/problem+json).
type Problem struct {
	Type   string            `json:"type"`           // "about:blank"
	Title  string            `json:"title"`          // the status in words
	Status int               `json:"status"`         // of HTTP, once more
	Code   string            `json:"code"`           // stable; words under "fault."+code
	Detail string            `json:"detail"`         // the words, in the language asked for
	Args   map[string]string `json:"args,omitempty"` // what the words name; of a mistake of ours "line", its line in the log

	Now any `json:"now,omitempty"` // of a change that came too late: what it would have changed, as its operation answers it
}

// Me is who is asking.
type Me struct {
	ID         care.PersonID  `json:"id"`
	Name       string         `json:"name"`
	Login      string         `json:"login"`
	Roles      []access.Role  `json:"roles"`
	Grants     []Grant        `json:"grants"` // the roles with their places
	Language   string         `json:"language"`
	Theme      string         `json:"theme"`
	Patient    care.PatientID `json:"patient,omitempty"` // when the person is a patient
	Site       care.SiteID    `json:"site"`
	Project    care.ProjectID `json:"project"`        // a patient's own; else the first one the person has a role in; "" when none
	MustChange bool           `json:"mustChange"`     // the password was handed out
	Demo       bool           `json:"demo,omitempty"` // the house is a demo
	Pin        bool           `json:"pin,omitempty"`  // the account locks in this browser, and a PIN opens it

	// Seal is a key of 32 bytes that is this person's alone, for those who write notes: what waits in a browser to be sent
	// is sealed with it. It is the same at every signing in, and a page never stores it.
	Seal []byte `json:"seal,omitempty"`
}

// PatchMeBody changes one's own settings; nil leaves as it is.
type PatchMeBody struct {
	Language *string `json:"language,omitempty" maxLength:"2"`
	Theme    *string `json:"theme,omitempty" maxLength:"12"`
}

// ChangePasswordBody changes one's own password.
type ChangePasswordBody struct {
	Old string `json:"old" maxLength:"200"`
	New string `json:"new" maxLength:"200"`
}

// Person is a row of the administrator's list.
type Person struct {
	ID        care.PersonID  `json:"id"`
	Name      string         `json:"name"`
	Login     string         `json:"login"`
	Roles     []access.Role  `json:"roles"`
	Grants    []Grant        `json:"grants"`
	Elsewhere bool           `json:"elsewhere,omitempty" doc:"There are roles at places that are not the reader's."`
	Patient   care.PatientID `json:"patient,omitempty"`
	Disabled  bool           `json:"disabled"`
	Version   int64          `json:"version"`
	Created   time.Time      `json:"created"`
}

// CreatePersonBody makes a person. Without a password one is made up and returned once.
type CreatePersonBody struct {
	Name  string        `json:"name" maxLength:"80"`
	Login string        `json:"login" maxLength:"64"`
	Roles []access.Role `json:"roles" maxItems:"6"`

	// Site and Project are where the roles are held; without both it is the maker's own site.
	Site    care.SiteID    `json:"site,omitempty" maxLength:"26"`
	Project care.ProjectID `json:"project,omitempty" maxLength:"26"`

	Password string `json:"password,omitempty" maxLength:"200"`
}

// HandedOut is a password to hand to its person; it is never shown again.
type HandedOut struct {
	Person   Person `json:"person"`
	Password string `json:"password,omitempty"`
}

// PatchPersonBody changes a person; nil leaves as it is. Version must be the one last read.
type PatchPersonBody struct {
	Version  int64   `json:"version"`
	Name     *string `json:"name,omitempty" maxLength:"80"`
	Disabled *bool   `json:"disabled,omitempty"`
}

// Care is one therapist's care of one patient, and the signals permitted to be streamed to them.
type Care struct {
	Patient       care.PatientID  `json:"patient"`
	PatientName   string          `json:"patientName"`
	Therapist     care.PersonID   `json:"therapist"`
	TherapistName string          `json:"therapistName"`
	Signals       []access.Signal `json:"signals"`
}

// PutCareBody sets which signals are permitted; the assignment is made if it was not there.
type PutCareBody struct {
	Signals []access.Signal `json:"signals" maxItems:"4"`
}

// Patient is a patient as a therapist's list shows them. Presence comes through the live socket.
type Patient struct {
	ID      care.PatientID  `json:"id"`
	Name    string          `json:"name"`
	Project care.ProjectID  `json:"project"`
	Signals []access.Signal `json:"signals"` // what the reader may receive
}

// Limits are a patient's alarm limits.
type Limits struct {
	HeartLow  int   `json:"heartLow"`
	HeartHigh int   `json:"heartHigh"`
	LeadOff   int   `json:"leadOff"`
	Version   int64 `json:"version"` // 0: the defaults, nobody set any
}

// Sitting is one stretch of measuring.
type Sitting struct {
	ID      care.SittingID `json:"id"`
	Patient care.PatientID `json:"patient"`
	Start   time.Time      `json:"start"`
	End     *time.Time     `json:"end,omitempty"`
}

// Label is a named moment. PutLabel with a known id changes it; with Removed set it is undone.
type Label struct {
	ID      care.LabelID   `json:"id"`
	At      care.Stamp     `json:"at"`
	Kind    care.LabelKind `json:"kind"`
	Word    string         `json:"word,omitempty" maxLength:"40"`
	Company care.Company   `json:"company,omitempty" maxLength:"20"`
	Text    string         `json:"text,omitempty" maxLength:"2000"`
	Rating  int            `json:"rating,omitempty"`
	Visit   care.VisitID   `json:"visit,omitempty" maxLength:"26" doc:"In whose call it was said."`
	Into    int64          `json:"into,omitempty" doc:"Milliseconds since that visit's start, by the house's clock."`
	Removed bool           `json:"removed,omitempty"`
	Version int64          `json:"version"` // 0 for a new label; else the one last read
}

// Baseline is the resting state of a sitting.
type Baseline struct {
	Start    care.Stamp              `json:"start"`
	End      care.Stamp              `json:"end"`
	Measures map[string]care.Measure `json:"measures"`
	Version  int64                   `json:"version"` // 0: none was measured yet
}

// Vocabulary is the label buttons of a project.
type Vocabulary struct {
	Words   []care.Word `json:"words" maxItems:"24"`
	Version int64       `json:"version"`
}

// SharingEntry says who may receive which of the reader's own signals.
type SharingEntry struct {
	Therapist care.PersonID   `json:"therapist"`
	Name      string          `json:"name"`
	Signals   []access.Signal `json:"signals"`
}

// Installation tells an administrator how the house is.
type Installation struct {
	Version    string    `json:"version"`
	Started    time.Time `json:"started"`
	Database   string    `json:"database"` // "sqlite" or "postgres"
	Relay      Relay     `json:"relay"`
	Pages      int       `json:"pages"` // open live sockets
	Demo       bool      `json:"demo"`
	SecondStep bool      `json:"secondStep"` // staff who sign in by password need a second step

	Certificate *time.Time `json:"certificate,omitempty"` // end of the pages' certificate; none behind a proxy
}

// Relay is what the relay's last self-test found.
type Relay struct {
	Code   string     `json:"code"`             // fault code of what is wrong with all of it, such as "relay.off"; else ""
	Ways   []RelayWay `json:"ways"`             // in the order pages try them
	Tested *time.Time `json:"tested,omitempty"` // not yet when there is none

	Name     string `json:"name"`     // name or address that pages are given
	NameCode string `json:"nameCode"` // fault code of what is wrong with the name, or ""

	Fails bool `json:"fails,omitempty" doc:"In two tests in a row nothing came through by any way: in visits that go through it perhaps nobody hears anybody."`
}

// RelayWay is one way to the relay.
type RelayWay struct {
	Way    string  `json:"way" enum:"udp,tcp,tls"`
	Code   string  `json:"code"`   // fault code, or "" when a packet came back
	Millis float64 `json:"millis"` // that it took, 0 when none came back

	Ends *time.Time `json:"ends,omitempty"` // end of the certificate, for tls
}

// List is one page of a list. Next is the cursor of the following page, "" at the end.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Len is how many items the page holds.
func (l List[T]) Len() int { return len(l.Items) }
