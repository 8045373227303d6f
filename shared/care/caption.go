package care

import (
	"regexp"
	"time"

	"hearth/shared/fault"
)

// Captioner is a service that writes captions in a visit.
type Captioner struct {
	Service ServiceID
	Name    string
	Since   time.Time // its first caption
	Stopped time.Time // by staff, for this visit; zero: it goes on
}

// Speaker says who speaks: a guest, or the host; neither where it is not known.
type Speaker struct {
	Guest GuestID `json:"guest,omitempty" maxLength:"26"`
	Host  bool    `json:"host,omitempty"`
}

// Check refuses what is nobody.
func (s Speaker) Check() error {
	if s.Guest != "" && (s.Host || !ValidID(s.Guest)) {
		return fault.New(fault.Invalid, "captions.speaker", nil)
	}
	return nil
}

// maxTag is the longest language tag that is taken (RFC 5646 section 4.4.1).
const maxTag = 35

var tag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// LanguageTag reports whether s has the form of a language tag (RFC 5646), such as "es" or "pt-BR".
func LanguageTag(s string) bool { return len(s) <= maxTag && tag.MatchString(s) }

// OpenVisit is a visit under way as a service that writes captions sees it: no name, no patient.
type OpenVisit struct {
	Visit  VisitID
	Start  time.Time
	Guests []OpenGuest
}

// OpenGuest is who was invited to it and let in.
type OpenGuest struct {
	ID GuestID
	As Invited
}
