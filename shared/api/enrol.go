package api

import (
	"time"

	"hearth/shared/access"
)

// IssueEnrolment makes a code with which a person makes a passkey or chooses a password. Any code of theirs before is void.
var IssueEnrolment = Operation{"issue-enrolment", "POST", Base + "/people/{person}/enrolment", access.EnrolPeople}

var enrolOperations = []Operation{IssueEnrolment}

// Enrolment is a code to hand over; it is never shown again.
type Enrolment struct {
	Person  Person    `json:"person"`
	Code    string    `json:"code"`    // "ABCDE-FGHJK"
	Address string    `json:"address"` // of the page where it is entered
	Expires time.Time `json:"expires"`
}
