package live

import (
	"hearth/shared/access"
	"hearth/shared/care"
)

// PersonView is what members of a room may know of each other.
type PersonView struct {
	ID   care.PersonID `json:"id"`
	Name string        `json:"name"`
}

// Snapshot is a room as its reader may see it, after change N of Epoch. Ended are the shares that ended last, so that a
// page that missed the change still learns whose will it was.
type Snapshot struct {
	Room    RoomID         `json:"room"`
	Epoch   string         `json:"epoch"`
	N       uint64         `json:"n"`
	Patient care.PatientID `json:"patient,omitempty"`
	Name    string         `json:"name,omitempty"` // of the patient
	Members []Member       `json:"members"`
	Shares  []Share        `json:"shares"`
	Ended   []Ended        `json:"ended,omitempty"`
}

// MemberState says whether a member's socket is there.
type MemberState string

// The states of a member; a member that left is no longer in the room.
const (
	Here         MemberState = "here"
	Reconnecting MemberState = "reconnecting"
)

// Member is one page in a room.
type Member struct {
	ID      MemberID    `json:"id"`
	Person  PersonView  `json:"person"`
	Portal  Portal      `json:"portal"`
	State   MemberState `json:"state"`
	Since   care.Stamp  `json:"since"`             // of the state, house clock
	Sensors []Sensor    `json:"sensors,omitempty"` // of an aggregator

	Guest care.GuestID `json:"guest,omitempty"` // in the rooms of a visit, of who was invited
	Relay bool         `json:"relay,omitempty"` // in the rooms of a visit, of who came when it went through the relay only: whoever meets them does so there
	Seat  *Seat        `json:"seat,omitempty"`  // in the rooms of a visit, once the page sits in the call
}

// Sensor is what an aggregator announces of one sensor: enough for a list, no signals.
type Sensor struct {
	Key     string        `json:"key"`
	Signal  access.Signal `json:"signal"`
	Name    string        `json:"name"`
	Demo    bool          `json:"demo,omitempty"`
	State   string        `json:"state"`
	Battery int           `json:"battery"` // per cent, −1 unknown
}

// Share is one stream from an aggregator to a therapist's page. With Relay both pages connect through the relay or not at all.
type Share struct {
	ID        ShareID         `json:"id"`
	Therapist PersonView      `json:"therapist"`
	From      MemberID        `json:"from"` // the aggregator
	To        MemberID        `json:"to"`   // the therapist's page
	Signals   []access.Signal `json:"signals"`
	Since     care.Stamp      `json:"since"` // house clock
	Relay     bool            `json:"relay,omitempty"`
}

// Change is one step of a room's history; exactly one of the pointers is set.
type Change struct {
	Room   RoomID    `json:"room"`
	N      uint64    `json:"n"`
	Member *Member   `json:"member,omitempty"` // came, or changed
	Left   *Left     `json:"left,omitempty"`
	Share  *Share    `json:"share,omitempty"` // began, or changed
	Ended  *Ended    `json:"ended,omitempty"`
	Data   *DataNote `json:"data,omitempty"`
}

// Left names a member that is gone.
type Left struct {
	Member MemberID `json:"member"`
	Reason string   `json:"reason"` // "left", "lost", "signed-out"
}

// Ended names a share that is over and says who or what ended it.
type Ended struct {
	Share  ShareID `json:"share"`
	Reason string  `json:"reason"` // "stopped-by-patient", "stopped-by-therapist", "withdrawn", "left", "aggregator-gone"
}

// DataNote says that stored data changed, so open pages read it again through the API, where access is decided. What
// is a resource word of shared/api: "labels", "baseline", "sitting", "limits", "permissions", "people", "vocabulary".
type DataNote struct {
	What string `json:"what"`
	ID   string `json:"id,omitempty"`
}
