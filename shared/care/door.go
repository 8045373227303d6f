package care

import "time"

// Doorway is a visit as the porch knows it: whoever reads it was given a link, or came by one.
type Doorway struct {
	Attendance
	Site   SiteID
	Clinic string        // the site's name: it is what the invited know the place by
	Theme  string        // of a patient's own account, see Person.Theme; "" of everybody else. Nobody is shown it who only holds a link
	Terms  []ConsentText // the newest version of the project's agreement, in each of its languages; none: the built-in terms
}

// VisitTerms is the version of the built-in terms of visits, which hold where a project has none of its own.
const VisitTerms = 1

// Opens is when whoever was invited may come in. A visit somebody of staff has begun may be come into at once.
func (v Visit) Opens() time.Time { return v.Start.Add(-ComeBefore) }

// Caller is somebody who comes by a clinic's open door.
type Caller struct {
	Name     string // as they wish to be called; ""
	Language string
	Relay    bool // nobody learns the other's address: until somebody lets them in nobody knows who it is
}

// AskingDevice is another device of a guest who is in already. It waits for somebody's yes.
type AskingDevice struct {
	ID          string
	Visit       VisitID
	Guest       GuestID
	Name        string
	As          Invited
	Relation    Relation
	PatientName string // "": the visit is about nobody
	Browser     string
	System      string
	Since       time.Time
	DropIn      bool
	Mine        bool // the reader is the visit's host, or invited to it
}

// CallBack is the wish of somebody who came too late to be called.
type CallBack struct {
	ID          string
	Visit       VisitID
	Guest       GuestID
	As          Invited
	Relation    Relation
	Name        string
	Patient     PatientID
	PatientName string
	Start       time.Time // of the visit
	Wished      time.Time
	DropIn      bool
	Mine        bool // the reader is the visit's host, or invited to it
}
