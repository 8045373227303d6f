package care

import (
	"strings"
	"time"
	"unicode/utf8"

	"hearth/shared/access"
	"hearth/shared/fault"
)

// Person is somebody who signs in. A patient who signs in is a person too, and Patient points at it.
type Person struct {
	ID       PersonID
	Site     SiteID
	Name     string        // as shown to others: "Mira Solano"; a pseudonym for patients: "Wren-23"
	Login    string        // lower case, unique at the installation
	Grants   []Grant       // roles with the places they are held at
	Roles    []access.Role // the different roles among Grants
	Language string        // "en", "de", "fr", "es", or "" to follow the browser
	Theme    string        // "light", "dark", "child", "child dark", or "" to follow the system
	Disabled bool
	Version  int64 // for optimistic changes
	Created  time.Time
	Patient  PatientID // when the person is a patient, else ""
	LinkOnly bool      // a patient who comes by link and never signs in
	Guest    GuestID   // of somebody who came by the link of an invitation; the id of the person says the same
	Visit    VisitID   // they came to
}

// Patient is the one in therapy.
type Patient struct {
	ID      PatientID
	Project ProjectID
	Group   GroupID  // "" when in none
	Person  PersonID // the account the patient signs in with
	Name    string   // the pseudonym staff see
	Version int64
	Created time.Time
}

// Permission says which signals of a patient a therapist may receive live. No entry means none.
type Permission struct {
	Patient   PatientID
	Therapist PersonID
	Signals   []access.Signal
}

// ValidateName refuses empty, overlong and invisible names. Names are trimmed before.
func ValidateName(name string) error {
	switch name = strings.TrimSpace(name); {
	case name == "":
		return fault.New(fault.Invalid, "name.empty", nil)
	case !Readable(name, 80):
		return fault.New(fault.Invalid, "name.invalid", nil)
	}
	return nil
}

// ValidateLogin refuses what cannot be a sign-in name: 3 to 64 of a-z, 0-9, dot, dash, underscore, at.
func ValidateLogin(login string) error {
	if len(login) < 3 || len(login) > 64 {
		return fault.New(fault.Invalid, "login.length", nil)
	}
	for _, c := range login {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-_@", c) {
			return fault.New(fault.Invalid, "login.letters", nil)
		}
	}
	return nil
}

// Readable reports whether a text of one line is what it seems: valid UTF-8 of at most so many characters, none of which
// controls, breaks the line, or turns or hides what stands beside it.
func Readable(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, invisible)
}

func invisible(r rune) bool {
	return r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}
