package care

import "slices"

// Relaying says which visits of a project go through the relay when nobody of staff chose.
type Relaying string

// The ways.
const (
	RelayOthers Relaying = "others" // where anybody is invited beside the patient and staff
	RelayAlways Relaying = "always"
	RelayNever  Relaying = "never"
)

// Relayings lists every one, in the order pages show them.
func Relayings() []Relaying { return []Relaying{RelayOthers, RelayAlways, RelayNever} }

// Relays reports whether a visit to which these are invited goes through the relay by itself. A patient and the clinic that
// treats them know of each other; a relative, an interpreter or a caller need not learn from where in the network the others
// come, nor they from where these do. What is not known is RelayOthers.
func (r Relaying) Relays(who ...Invited) bool {
	switch r {
	case RelayAlways:
		return true
	case RelayNever:
		return false
	}
	return slices.ContainsFunc(who, func(as Invited) bool { return as != AsPatient && as != AsStaff })
}

// Relayed is the visit with these invited to it by a project's rule. What staff chose stays, and so does what was decided
// before: a visit through the relay never leaves it because somebody does not come.
func (v Visit) Relayed(rule Relaying, who ...Invited) Visit {
	if !v.RelaySaid && rule.Relays(who...) {
		v.Relay = true
	}
	return v
}
