package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Pages of those who were invited.
const (
	LinkPage   = "/i/"     // + the link's secret: GET shows, POST says "I'm ready"; + "/call" asks to be called
	VisitPage  = "/visit/" // + guest: the page of somebody who came; no secret is in it
	DropInPage = "/c/"     // + project, or the slug of its site: a clinic's open door; + "/poster": its address to print

	// LinkCardPage draws a link that was just made, to print or to be scanned, from a posted form.
	LinkCardPage = "/visits/link-card"
)

// Operations at the door of visits.
var (
	// MakeDeviceCode makes the code that lets in one more device of the guest who asks.
	MakeDeviceCode = Operation{"make-visit-device-code", "POST", Base + "/attendance/{visit}/code", access.AttendVisit}

	// MakeGuestLink is for guests no message reaches: the link is shown once, to be handed over. Links from before stay good.
	MakeGuestLink = Operation{"make-guest-link", "POST", Base + "/visits/{visit}/guests/{guest}/link/shown", access.WriteVisits}

	ListVisitDevices = Operation{"list-visit-devices", "GET", Base + "/visit-devices", access.AdmitGuests}
	AllowVisitDevice = Operation{"allow-visit-device", "POST", Base + "/visit-devices/{knock}/allow", access.AdmitGuests}
	ListCallBacks    = Operation{"list-call-backs", "GET", Base + "/call-backs", access.AdmitGuests}
	GetCallNumber    = Operation{"get-call-number", "GET", Base + "/call-backs/{callback}/number", access.AdmitGuests}
	DoneCallBack     = Operation{"done-call-back", "POST", Base + "/call-backs/{callback}/done", access.AdmitGuests}
	GetWhereabouts   = Operation{"get-whereabouts", "GET", Base + "/visits/{visit}/guests/{guest}/whereabouts", access.AdmitGuests}
)

var doorOperations = []Operation{MakeDeviceCode, MakeGuestLink, ListVisitDevices, AllowVisitDevice, ListCallBacks, GetCallNumber, DoneCallBack, GetWhereabouts}

// VisitCode lets in one more device of a guest, once.
type VisitCode struct {
	Code  string    `json:"code"` // six digits
	Until time.Time `json:"until"`
}

// GuestLink is somebody's way into a visit, to hand over; it is never shown again.
type GuestLink struct {
	Link  string    `json:"link"`  // whole address
	Until time.Time `json:"until"` // when the visit is not prolonged
}

// VisitDevice is another device of a guest who is in already; it waits for somebody's yes.
type VisitDevice struct {
	ID          string        `json:"id"`
	Visit       care.VisitID  `json:"visit"`
	Guest       care.GuestID  `json:"guest"`
	As          care.Invited  `json:"as"`
	Relation    care.Relation `json:"relation,omitempty"`
	Name        string        `json:"name,omitempty"`
	PatientName string        `json:"patientName,omitempty"`
	Browser     string        `json:"browser,omitempty"`
	System      string        `json:"system,omitempty"`
	Since       time.Time     `json:"since"`
	DropIn      bool          `json:"dropIn,omitempty"`
	Mine        bool          `json:"mine"` // the reader is host or invited
}

// CallBack is somebody who came too late and wants to be called. The number is read by GetCallNumber alone, so that the trail says who
// looked it up.
type CallBack struct {
	ID          string         `json:"id"`
	Visit       care.VisitID   `json:"visit"`
	Guest       care.GuestID   `json:"guest"`
	As          care.Invited   `json:"as"`
	Relation    care.Relation  `json:"relation,omitempty"`
	Name        string         `json:"name,omitempty"`
	Patient     care.PatientID `json:"patient,omitempty"`
	PatientName string         `json:"patientName,omitempty"`
	Start       time.Time      `json:"start"` // of the visit they came too late for
	Wished      time.Time      `json:"wished"`
	DropIn      bool           `json:"dropIn,omitempty"`
	Mine        bool           `json:"mine"` // the reader is host or invited
}

// CallNumber is how somebody who wants to be called is reached; empty when nobody wrote it down.
type CallNumber struct {
	Mobile string `json:"mobile,omitempty" doc:"E.164"`
	Mail   string `json:"mail,omitempty"`
}

// CallBacks are the newest wishes for a call.
type CallBacks struct {
	Items []CallBack `json:"items"`
	More  int        `json:"more,omitempty"` // older ones, which are listed when others are done
}

// Len is how many are listed.
func (c CallBacks) Len() int { return len(c.Items) }

// Whereabouts is where a guest said they are, and whom to call in an emergency; empty when they said nothing.
type Whereabouts struct {
	Text string     `json:"text,omitempty"`
	At   *time.Time `json:"at,omitempty"`
}

// Came answers somebody who pressed "I'm ready" in a page with scripts.
type Came struct {
	Guest care.GuestID `json:"guest"`
	Visit care.VisitID `json:"visit"`
	Slot  string       `json:"slot"`            // of the session, for AsHeader
	To    string       `json:"to"`              // the page of the visit
	Theme string       `json:"theme,omitempty"` // of a patient's own pages; "": none is known
}
