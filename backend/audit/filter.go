package audit

import (
	"strings"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Filter narrows a list of the trail; what is empty narrows nothing.
type Filter struct {
	Person  care.PersonID
	Patient care.PatientID
	Action  string // an action, with all that begin with it and a dot
	Place   care.Place
	From    time.Time // not before
	Until   time.Time // before
	Refused bool      // only what was refused or wrong
}

// Validate refuses what is no id and no action.
func (f Filter) Validate() error {
	bad := func(where string) error {
		return fault.New(fault.Invalid, "request.invalid", nil).With("where", "query."+where)
	}
	switch {
	case f.Person != "" && !care.ValidID(f.Person):
		return bad("person")
	case f.Patient != "" && !care.ValidID(f.Patient):
		return bad("patient")
	case f.Place.Site != "" && !care.ValidID(f.Place.Site):
		return bad("site")
	case f.Place.Project != "" && !care.ValidID(f.Place.Project):
		return bad("project")
	case strings.Trim(f.Action, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || len(f.Action) > 80:
		return bad("action")
	}
	return nil
}

// Seen is a link as a reader sees it, with the names the reader may know.
type Seen struct {
	Link
	PersonName  string // of who works here; "" of patients and of who was forgotten
	PatientName string // pseudonym of a patient the reader may see
}
