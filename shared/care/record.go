package care

import (
	"time"

	"hearth/shared/fault"
)

// Record is a patient as those who administer them see it: no name but the pseudonym, no signal.
type Record struct {
	ID       PatientID
	Site     SiteID
	Project  ProjectID
	Group    GroupID  // "" when in none
	Person   PersonID // the account the patient signs in with
	Name     string   // the pseudonym, unique at the house
	Login    string   // "" for who comes by link, and for a reader who does not write records
	LinkOnly bool     // comes by link and never signs in
	Language string
	Theme    string
	Game     Game
	Disabled bool
	Version  int64 // grows with every change of the record or its account
	Created  time.Time
	Deleted  time.Time // zero: it is there
	Held     time.Time // since when nobody may forget the patient; zero: not held
	Care     []Care    // by the therapist's name

	CalledOff bool // said of who was just brought back: an erasure waited, and is called off
}

// RecordState narrows a list of records.
type RecordState string

// The states of records.
const (
	RecordActive   RecordState = "active"
	RecordDisabled RecordState = "disabled"
	RecordDeleted  RecordState = "deleted" // only for who may bring them back
	RecordThere    RecordState = ""        // active or disabled
)

// NoGroup asks for the patients that are in no group.
const NoGroup GroupID = "none"

// RecordFilter narrows a list of records; what is zero narrows nothing.
type RecordFilter struct {
	Site      SiteID
	Project   ProjectID
	Group     GroupID // or NoGroup
	Therapist PersonID
	State     RecordState
	Text      string      // part of the pseudonym or login
	Also      []PatientID // whom the text fits by what only another room can read
}

// NewRecord is what it takes to make a patient.
type NewRecord struct {
	ID        PatientID // made by whoever asks, so that asking again makes nobody twice
	Name      string    // "" for a made-up pseudonym
	Project   ProjectID
	Group     GroupID
	Language  string
	Theme     string
	Game      Game
	LinkOnly  bool
	Login     string // "" for one made of the pseudonym
	Therapist []Permission
	Sealed    []byte // who the patient is, as backend/records sealed it; none when it is not known
}

// RecordPatch changes a record; nil leaves as it is. Version must be the one last read.
type RecordPatch struct {
	Version  int64
	Name     *string
	Group    *GroupID
	Login    *string
	LinkOnly *bool
	Language *string
	Theme    *string
	Game     *Game
	Disabled *bool
}

// RecordMove takes a patient to another project.
type RecordMove struct {
	Version int64
	Project ProjectID
	Group   GroupID
	Try     bool // only say what would come of it
}

// Moved is a moved patient, with the assignments that ended because the therapist has no role in the new project.
type Moved struct {
	Record Record
	Ended  []Care
}

// Settings checks a language and a theme a person may have; "" follows the browser or the system.
func Settings(language, theme string) error {
	switch language {
	case "", "en", "de", "fr", "es":
	default:
		return fault.New(fault.Invalid, "request.settings", nil)
	}
	switch theme {
	case "", "light", "dark", "child", "child dark":
	default:
		return fault.New(fault.Invalid, "request.settings", nil)
	}
	return nil
}
