package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about visits.
var (
	ListVisits  = Operation{"list-visits", "GET", Base + "/visits", access.ReadVisits}
	BookVisit   = Operation{"book-visit", "POST", Base + "/visits", access.WriteVisits}
	GetVisit    = Operation{"get-visit", "GET", Base + "/visits/{visit}", access.ReadVisits}
	PatchVisit  = Operation{"patch-visit", "PATCH", Base + "/visits/{visit}", access.WriteVisits}
	CancelVisit = Operation{"cancel-visit", "POST", Base + "/visits/{visit}/cancel", access.WriteVisits}
	BeginVisit  = Operation{"begin-visit", "POST", Base + "/visits/{visit}/begin", access.AdmitGuests}
	EndVisit    = Operation{"end-visit", "POST", Base + "/visits/{visit}/end", access.AdmitGuests}
	GoOnVisit   = Operation{"go-on-visit", "POST", Base + "/visits/{visit}/go-on", access.AdmitGuests}
	HandVisit   = Operation{"hand-visit", "POST", Base + "/visits/{visit}/host", access.WriteVisits}
	LateVisit   = Operation{"late-visit", "POST", Base + "/visits/{visit}/late", access.AdmitGuests}
	PutOutcome  = Operation{"put-visit-outcome", "PUT", Base + "/visits/{visit}/outcome", access.WriteVisits}
	VisitReport = Operation{"get-visit-report", "GET", Base + "/visits/{visit}/report", access.ReadVisits}

	AddGuest      = Operation{"add-guest", "POST", Base + "/visits/{visit}/guests", access.WriteVisits}
	PatchGuest    = Operation{"patch-guest", "PATCH", Base + "/visits/{visit}/guests/{guest}", access.WriteVisits}
	UninviteGuest = Operation{"uninvite-guest", "POST", Base + "/visits/{visit}/guests/{guest}/uninvite", access.WriteVisits}
	InviteGuest   = Operation{"invite-guest", "POST", Base + "/visits/{visit}/guests/{guest}/invite", access.WriteVisits}

	GetQueue   = Operation{"get-queue", "GET", Base + "/visits/queue", access.AdmitGuests}
	AdmitNext  = Operation{"admit-next", "POST", Base + "/visits/queue/next", access.AdmitGuests}
	AdmitGuest = Operation{"admit-guest", "POST", Base + "/visits/{visit}/guests/{guest}/admit", access.AdmitGuests}
	DenyGuest  = Operation{"deny-guest", "POST", Base + "/visits/{visit}/guests/{guest}/deny", access.AdmitGuests}
	TellGuest  = Operation{"tell-guest", "POST", Base + "/visits/{visit}/guests/{guest}/lines", access.AdmitGuests}

	ReadChat      = Operation{"read-visit-chat", "GET", Base + "/visits/{visit}/chat", access.ReadVisitNotes}
	GetVisitNotes = Operation{"get-visit-notes", "GET", Base + "/visits/{visit}/notes", access.ReadVisitNotes}
	PutVisitNotes = Operation{"put-visit-notes", "PUT", Base + "/visits/{visit}/notes", access.WriteVisitNotes}
	OldVisitNotes = Operation{"list-visit-notes", "GET", Base + "/visits/{visit}/notes/versions", access.ReadVisitNotes}

	// PushCaption shows everybody in a visit under way a caption that a service made.
	PushCaption = Operation{"push-caption", "POST", Base + "/visits/{visit}/captions", access.WriteCaptions}
	// OpenVisits are those a service may write captions in right now.
	OpenVisits   = Operation{"list-open-visits", "GET", Base + "/visits/open", access.WriteCaptions}
	StopCaptions = Operation{"stop-captions", "PUT", Base + "/visits/{visit}/captions/{service}", access.AdmitGuests}

	GetVisiting = Operation{"get-visiting", "GET", Base + "/projects/{project}/visiting", access.ReadVisits}
	PutVisiting = Operation{"put-visiting", "PUT", Base + "/projects/{project}/visiting", access.ManageVisiting}
	VisitStaff  = Operation{"list-visit-staff", "GET", Base + "/projects/{project}/visit-staff", access.WriteVisits}
)

// Operations of those who are in a visit: its host and whoever was invited.
var (
	ListAttendance = Operation{"list-attendance", "GET", Base + "/attendance", access.AttendVisit}
	GetAttendance  = Operation{"get-attendance", "GET", Base + "/attendance/{visit}", access.AttendVisit}
	StepAttendance = Operation{"step-attendance", "POST", Base + "/attendance/{visit}/steps", access.AttendVisit}
	ListLines      = Operation{"list-visit-lines", "GET", Base + "/attendance/{visit}/lines", access.AttendVisit}
	AddLine        = Operation{"add-visit-line", "POST", Base + "/attendance/{visit}/lines", access.AttendVisit}
	ReportMinutes  = Operation{"report-visit-minutes", "POST", Base + "/attendance/{visit}/minutes", access.AttendVisit}
	AnswerVisit    = Operation{"answer-visit", "PUT", Base + "/attendance/{visit}/answer", access.AttendVisit}
)

var visitOperations = []Operation{ListVisits, BookVisit, GetVisit, PatchVisit, CancelVisit, BeginVisit, EndVisit, GoOnVisit, HandVisit, LateVisit, PutOutcome,
	VisitReport, AddGuest, PatchGuest, UninviteGuest, InviteGuest, GetQueue, AdmitNext, AdmitGuest, DenyGuest, TellGuest, ReadChat, GetVisitNotes, PutVisitNotes,
	OldVisitNotes, PushCaption, OpenVisits, StopCaptions, GetVisiting, PutVisiting, VisitStaff, ListAttendance, GetAttendance, StepAttendance, ListLines, AddLine, ReportMinutes, AnswerVisit}

// Visit is a visit as staff see it.
type Visit struct {
	ID          care.VisitID    `json:"id"`
	Project     care.ProjectID  `json:"project"`
	Patient     care.PatientID  `json:"patient,omitempty"`
	PatientName string          `json:"patientName,omitempty"` // pseudonym
	Kind        care.VisitKind  `json:"kind"`
	Host        care.PersonID   `json:"host"`
	HostName    string          `json:"hostName"`
	Orphaned    bool            `json:"orphaned,omitempty" doc:"It is booked, and its host is none of those who treat its patient (any more)."`
	Local       string          `json:"local"` // wall clock in Zone, as 2026-11-21T10:30
	Zone        string          `json:"zone"`
	Minutes     int             `json:"minutes"`
	Start       time.Time       `json:"start"`
	End         time.Time       `json:"end"`
	State       care.VisitState `json:"state"`
	Outcome     care.Outcome    `json:"outcome,omitempty"`
	Said        bool            `json:"said,omitempty"` // somebody said the outcome; else the house concluded it
	Ends        *time.Time      `json:"ends,omitempty"` // staff ended it: pages close then
	Late        int             `json:"late,omitempty"` // minutes
	Relay       bool            `json:"relay,omitempty"`
	DropIn      bool            `json:"dropIn,omitempty"`
	Created     time.Time       `json:"created"`
	By          care.PersonID   `json:"by,omitempty"`
	Told        int             `json:"told"` // how often its time was changed
	Guests      []Guest         `json:"guests"`
	Captioners  []Captioner     `json:"captioners,omitempty"` // services that write captions
	Version     int64           `json:"version"`
}

// Captioner is a service that writes captions in a visit.
type Captioner struct {
	Service care.ServiceID `json:"service"`
	Name    string         `json:"name"`
	Since   time.Time      `json:"since"`
	Stopped bool           `json:"stopped"` // by staff, for this visit
}

// CaptionBody is a caption a service made of what is said in a visit. Four a second may come in the long run.
type CaptionBody struct {
	Text     string `json:"text" minLength:"1" maxLength:"500" doc:"One line, at most 500 bytes in UTF-8."`
	Language string `json:"language,omitempty" maxLength:"35" doc:"Of the text, as a language tag (RFC 5646)."`
	care.Speaker
}

// StopCaptionsBody ends a service's captions in a visit, or lets them go on.
type StopCaptionsBody struct {
	Stopped bool `json:"stopped"`
}

// OpenVisit is a visit under way, as a service that may write captions in it sees it.
type OpenVisit struct {
	Visit  care.VisitID `json:"visit"`
	Start  time.Time    `json:"start"`
	Guests []OpenGuest  `json:"guests"`
}

// OpenGuest is a guest who was let in; its id says who speaks in CaptionBody.
type OpenGuest struct {
	ID care.GuestID `json:"id"`
	As care.Invited `json:"as"`
}

// Guest is somebody invited, as staff see them.
type Guest struct {
	ID         care.GuestID    `json:"id"`
	As         care.Invited    `json:"as"`
	Relative   care.RelativeID `json:"relative,omitempty"`
	Relation   care.Relation   `json:"relation,omitempty"`
	Person     care.PersonID   `json:"person,omitempty"`
	PersonName string          `json:"personName,omitempty"` // of staff
	Name       string          `json:"name,omitempty"`       // what others in the visit read; "": the word for what they are
	Language   string          `json:"language,omitempty"`
	Zone       string          `json:"zone,omitempty"`
	Own        bool            `json:"own,omitempty"` // has an address of their own
	State      care.GuestState `json:"state"`
	Since      time.Time       `json:"since"`
	Reason     string          `json:"reason,omitempty"`
	Ready      *care.Readiness `json:"ready,omitempty"`
	Came       *time.Time      `json:"came,omitempty"`
	Waiting    *time.Time      `json:"waiting,omitempty"` // since when they wait
	Away       *time.Time      `json:"away,omitempty" doc:"Of one who waits: since when no page of theirs has been open. Phones sleep; it is said after about a minute, and it may come back."`
	Agreed     int             `json:"agreed,omitempty" doc:"Version of the terms agreed to."`
	AgreedTo   string          `json:"agreedTo,omitempty" doc:"Kind of the project's agreement it is a version of; none: the built-in terms."`
	Version    int64           `json:"version"`
}

// BookVisitBody books a visit, or begins one at once. Exactly the guests named are invited.
type BookVisitBody struct {
	ID      care.VisitID   `json:"id" maxLength:"26" doc:"Made by the asker (26 of a-z and 2-7, at random), so that asking again books nothing twice."`
	Project care.ProjectID `json:"project" maxLength:"26"`
	Patient care.PatientID `json:"patient,omitempty" maxLength:"26"`
	Kind    care.VisitKind `json:"kind" maxLength:"20"`
	Host    care.PersonID  `json:"host,omitempty" maxLength:"26" doc:"Left out: who asks."`
	Now     bool           `json:"now,omitempty" doc:"Begins at once; local and zone are not looked at."`
	Local   string         `json:"local,omitempty" maxLength:"16" doc:"Wall clock, as 2026-11-21T10:30."`
	Zone    string         `json:"zone,omitempty" maxLength:"64" doc:"IANA time zone. Left out: the project's."`
	Minutes int            `json:"minutes" minimum:"0" maximum:"10000"`
	Relay   *bool          `json:"relay,omitempty" doc:"Through the relay only, so that nobody learns an address. Left out: as the project says, see Visiting.relaying."`
	Guests  []NewGuest     `json:"guests" maxItems:"8"`
}

// NewGuest is who is to be invited. A relative is named by the id in the patient's contact, from which the address is read
// whenever something is sent; only an interpreter or another without a record has an address here.
type NewGuest struct {
	ID       care.GuestID    `json:"id" maxLength:"26" doc:"Made by the asker, as the visit's."`
	As       care.Invited    `json:"as" maxLength:"20"`
	Relative care.RelativeID `json:"relative,omitempty" maxLength:"26"`
	Person   care.PersonID   `json:"person,omitempty" maxLength:"26"`
	Name     string          `json:"name,omitempty" maxLength:"160"`
	Language string          `json:"language,omitempty" maxLength:"2"`
	Zone     string          `json:"zone,omitempty" maxLength:"64"`
	Address  care.Address    `json:"address,omitzero"`
}

// PatchVisitBody changes a visit; what is left out stays as it is. Version must be the one last read.
type PatchVisitBody struct {
	Version int64           `json:"version"`
	Kind    *care.VisitKind `json:"kind,omitempty" maxLength:"20"`
	Local   *string         `json:"local,omitempty" maxLength:"16"`
	Zone    *string         `json:"zone,omitempty" maxLength:"64"`
	Minutes *int            `json:"minutes,omitempty" minimum:"0" maximum:"10000"`
	Relay   *bool           `json:"relay,omitempty"`
	Patient *care.PatientID `json:"patient,omitempty" maxLength:"26" doc:"Whom a caller turned out to be; once."`
}

// EndVisitBody ends a visit after so many seconds; until then GoOnVisit takes it back.
type EndVisitBody struct {
	Seconds int `json:"seconds" minimum:"0" maximum:"600"`
}

// HandVisitBody hands a visit to somebody else of staff, see VisitStaff.
type HandVisitBody struct {
	Version int64         `json:"version"`
	Person  care.PersonID `json:"person" maxLength:"26"`
}

// LateVisitBody says how many minutes the host runs late; 0: no more.
type LateVisitBody struct {
	Minutes int `json:"minutes" minimum:"0" maximum:"180"`
}

// OutcomeBody says what became of a visit; "" takes back what was said.
type OutcomeBody struct {
	Outcome care.Outcome `json:"outcome" maxLength:"20"`
}

// PatchGuestBody changes a guest; what is left out stays as it is. Version must be the one last read.
type PatchGuestBody struct {
	Version  int64         `json:"version"`
	Name     *string       `json:"name,omitempty" maxLength:"160"`
	Language *string       `json:"language,omitempty" maxLength:"2"`
	Zone     *string       `json:"zone,omitempty" maxLength:"64"`
	Address  *care.Address `json:"address,omitempty"`
}

// DenyBody says why somebody is not let in, or is put out: one of care.DenyReasons.
type DenyBody struct {
	Reason string `json:"reason" maxLength:"20"`
}

// Queued is one guest who waits.
type Queued struct {
	Guest
	Visit       care.VisitID   `json:"visit"`
	Kind        care.VisitKind `json:"kind"`
	Project     care.ProjectID `json:"project"`
	Patient     care.PatientID `json:"patient,omitempty"`
	PatientName string         `json:"patientName,omitempty"` // pseudonym
	Host        care.PersonID  `json:"host"`
	HostName    string         `json:"hostName"`
	Start       time.Time      `json:"start"`
	Late        int            `json:"late,omitempty"`
	DropIn      bool           `json:"dropIn,omitempty"`
	Mine        bool           `json:"mine"` // the reader is host or invited
	Wrote       *time.Time     `json:"wrote,omitempty" doc:"When they wrote to staff last from the waiting room. What, is read by who reads the visit's notes."`
}

// AdmitNextBody lets in who waits longest, of a project or of all: of those whose page is open, or of the others when there is none.
type AdmitNextBody struct {
	Project care.ProjectID `json:"project,omitempty" maxLength:"26"`
	Mine    bool           `json:"mine,omitempty" doc:"Only of visits the asker hosts or is invited to."`
}

// Admitted is who was let in by AdmitNext; nobody when nobody waits.
type Admitted struct {
	Visit *Visit `json:"visit,omitempty"`
	Guest *Guest `json:"guest,omitempty"`
}

// LineBody is something written.
type LineBody struct {
	ID   care.LineID `json:"id" maxLength:"26" doc:"Made by the writer, so that sending again writes nothing twice."`
	Text string      `json:"text" maxLength:"8000"`
}

// Line is something written in a visit.
type Line struct {
	ID    care.LineID  `json:"id"`
	Guest care.GuestID `json:"guest,omitempty"` // who wrote it; left out: staff
	Name  string       `json:"name"`
	Door  care.GuestID `json:"door,omitempty"` // to this waiting guest alone
	Mine  bool         `json:"mine,omitempty"`
	Text  string       `json:"text"`
	At    time.Time    `json:"at"`
}

// VisitNotes are the notes of a visit, with the parts the project asks for. Version 0: nothing was written.
type VisitNotes struct {
	Parts   []care.NoteText `json:"parts"`
	By      string          `json:"by,omitempty"`
	Stored  *time.Time      `json:"stored,omitempty"`
	Version int64           `json:"version"`
}

// PutVisitNotesBody writes them. Version must be the one last read.
type PutVisitNotesBody struct {
	Parts   []care.NoteText `json:"parts" maxItems:"12"`
	Version int64           `json:"version"`
}

// Visiting is how visits go in a project, see care.Visiting.
type Visiting struct {
	Zone       string          `json:"zone" maxLength:"64"`
	Terms      string          `json:"terms,omitempty" maxLength:"40" doc:"Kind of the agreement guests are shown."`
	Emergency  string          `json:"emergency,omitempty" maxLength:"24"`
	Phone      string          `json:"phone,omitempty" maxLength:"24"`
	DropIn     bool            `json:"dropIn"`
	Hours      []care.Opening  `json:"hours" maxItems:"28"`
	Notes      []care.NotePart `json:"notes" maxItems:"12"`
	Survey     bool            `json:"survey"`
	Reminders  bool            `json:"reminders"`
	Naming     care.Naming     `json:"naming" maxLength:"20"`
	Captions   bool            `json:"captions,omitempty" doc:"Services that may write captions may do so here."`
	Relaying   care.Relaying   `json:"relaying,omitempty" maxLength:"10" doc:"Which visits go through the relay only when nobody chooses: others (where anybody is invited beside the patient and staff), always, never."`
	NoRelay    bool            `json:"noRelay,omitempty" doc:"The house has no relay, so those who meet may learn each other's address. Not looked at when this is put."`
	RelayFails bool            `json:"relayFails,omitempty" doc:"Nothing came through the relay when the house tested it: in visits that go through it perhaps nobody hears anybody. Not looked at when this is put."`
	Version    int64           `json:"version"`
}

// Staff is somebody who may be invited to a visit, and host one of staff alone.
type Staff struct {
	ID    care.PersonID `json:"id"`
	Name  string        `json:"name"`
	Hosts bool          `json:"hosts" doc:"May host visits with patients, too."`
}

// HostsOf leaves those of staff who may be responsible for a visit of a kind.
func HostsOf(kind care.VisitKind, staff []Staff) (list []Staff) {
	for _, s := range staff {
		if s.Hosts || kind == care.Meeting {
			list = append(list, s)
		}
	}
	return list
}

// Attendance is a visit as its host, or somebody invited, sees it.
type Attendance struct {
	Visit     care.VisitID    `json:"visit"`
	Guest     care.GuestID    `json:"guest,omitempty"` // the reader's own place; left out: the host
	Kind      care.VisitKind  `json:"kind"`
	Local     string          `json:"local"`
	Zone      string          `json:"zone"`
	Minutes   int             `json:"minutes"`
	Start     time.Time       `json:"start"`
	End       time.Time       `json:"end"`
	Opens     time.Time       `json:"opens"` // "I'm ready" may be pressed from then on
	VisitIs   care.VisitState `json:"visitIs"`
	Ends      *time.Time      `json:"ends,omitempty"`
	Late      int             `json:"late,omitempty"`
	Relay     bool            `json:"relay,omitempty"`
	Near      bool            `json:"near,omitempty" doc:"Another guest who was let in is behind the same address of the internet: perhaps in the same room, where two devices echo. Nobody is told which."`
	Host      string          `json:"host"`  // name
	Place     string          `json:"place"` // the name the clinic is known by: its site's
	As        care.Invited    `json:"as,omitempty"`
	Relation  care.Relation   `json:"relation,omitempty"`
	Name      string          `json:"name,omitempty"`
	State     care.GuestState `json:"state,omitempty"`
	Since     *time.Time      `json:"since,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Agreed    int             `json:"agreed,omitempty"`
	Patient   care.PatientID  `json:"patient,omitempty"` // for staff, and for the patient who was let in
	Others    []Other         `json:"others"`            // who else is invited and came; none before being let in
	Phone     string          `json:"phone,omitempty"`
	Emergency string          `json:"emergency,omitempty"`
	Survey    bool            `json:"survey,omitempty"` // is wanted, and not answered
	Ahead     int             `json:"ahead,omitempty" doc:"Callers who wait longer at the same open door, for one who waits."`
	Told      care.Told       `json:"told,omitempty" enum:"clinic,host,sent-clinic,sent-host" doc:"Who knows that I wait: the host, or others who may let me in, have a page open that shows it. With sent: nobody does, and they were sent a notice, which they may not have seen. Left out: neither."`
}

// Other is somebody else in a visit.
type Other struct {
	Guest    care.GuestID    `json:"guest"`
	As       care.Invited    `json:"as"`
	Relation care.Relation   `json:"relation,omitempty"`
	Name     string          `json:"name,omitempty"`
	State    care.GuestState `json:"state"`
}

// StepBody is what a guest's page says of its guest: check with what was found, wait, or leave. Arriving is the porch's.
type StepBody struct {
	Act   care.GuestAct   `json:"act" enum:"check,wait,leave"`
	Ready *care.Readiness `json:"ready,omitempty"`
}

// MinutesBody is what a page noticed.
type MinutesBody struct {
	Minutes []care.Minute `json:"minutes" maxItems:"60"`
}

// AnswerBody is how a guest says it was; said once.
type AnswerBody struct {
	Stars int      `json:"stars" minimum:"1" maximum:"5"`
	Wrong []string `json:"wrong,omitempty" maxItems:"6" doc:"Of sound, picture, dropped, sensor, link, device."`
	Text  string   `json:"text,omitempty" maxLength:"4000"`
}

// Report is how a visit went.
type Report struct {
	Visit   Visit         `json:"visit"`
	Events  []VisitEvent  `json:"events"`
	Minutes []PartyMinute `json:"minutes"`
	Answers []VisitAnswer `json:"answers"`
}

// VisitEvent is one step of a guest, or of the visit.
type VisitEvent struct {
	Guest  care.GuestID `json:"guest,omitempty"`
	At     time.Time    `json:"at"`
	Act    string       `json:"act"`
	From   string       `json:"from,omitempty"`
	To     string       `json:"to,omitempty"`
	By     string       `json:"by,omitempty"`   // "staff", "guest"; left out: the house
	Name   string       `json:"name,omitempty"` // of staff, where it is known still
	Reason string       `json:"reason,omitempty"`
}

// PartyMinute is a minute as a guest's page noticed it, or one of staff's.
type PartyMinute struct {
	Guest care.GuestID `json:"guest,omitempty"`
	care.Minute
}

// VisitAnswer is how a guest said it was.
type VisitAnswer struct {
	Guest  care.GuestID `json:"guest"`
	Name   string       `json:"name,omitempty"`
	As     care.Invited `json:"as"`
	Stars  int          `json:"stars"`
	Wrong  []string     `json:"wrong"`
	Text   string       `json:"text,omitempty"`
	Stored time.Time    `json:"stored"`
}
