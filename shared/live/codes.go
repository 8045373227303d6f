package live

import "hearth/shared/fault"

// The fault codes of the live socket; their words stand in the catalogues under "fault."+code.
const (
	CodeVersion   = "live.version"    // the page speaks another protocol: reload it
	CodeSignedOut = "live.signed-out" // the session ended, or the account was disabled
	CodeMoved     = "guest.moved"     // of a guest: another device took the place of this one
	CodePortal    = "live.portal"     // this person has no such portal
	CodeMember    = "live.member"     // the member id is somebody else's
	CodeJunk      = "live.junk"       // a message made no sense
	CodeTooMany   = "live.too-many"   // too many pages of one person, or too many messages
	CodeNoRoom    = "live.no-room"    // the page does not stand in this room, or no longer
	CodeForbidden = "live.forbidden"  // this page may not do that
	CodeNotNow    = "live.not-now"    // the house cannot look it up at the moment
	CodeNoSignal  = "live.no-signal"  // the streaming permission is missing
	CodeAway      = "live.away"       // the page asked for is not there
	CodeNoShare   = "live.no-share"   // the share has ended
	CodeClosed    = "live.closed"     // our own page has closed its side
)

var kinds = map[string]fault.Kind{
	CodeVersion:   fault.Gone,
	CodeSignedOut: fault.SignedOut,
	CodeMoved:     fault.SignedOut,
	CodePortal:    fault.NotFound,
	CodeMember:    fault.Conflict,
	CodeJunk:      fault.Invalid,
	CodeTooMany:   fault.TooMany,
	CodeNoRoom:    fault.NotFound,
	CodeForbidden: fault.NotFound,
	CodeNotNow:    fault.Unavailable,
	CodeNoSignal:  fault.NotFound,
	CodeAway:      fault.Unavailable,
	CodeNoShare:   fault.Gone,
	CodeClosed:    fault.Unavailable,
}

// Codes lists every code, for the test that looks for their words.
func Codes() []string {
	var all []string
	for c := range kinds {
		all = append(all, c)
	}
	return all
}

// Fault makes the fault of a code that came over the socket; a code we do not know is the house's own trouble.
func Fault(code string) *fault.Error {
	if kind, ok := kinds[code]; ok {
		return fault.New(kind, code, nil)
	}
	return fault.New(fault.Internal, "internal", nil)
}

// Err is nil when the command was done, else its fault.
func (r Reply) Err() error {
	if r.Code == "" {
		return nil
	}
	return Fault(r.Code)
}
