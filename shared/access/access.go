// Package access says who may do what. One table decides: the server asks it before it acts and turns its scopes into
// SQL, the pages ask it to hide what would be refused. It never looks anything up and knows no person by name.
package access

import "slices"

// Role is what a person is to a site or project.
type Role string

// The roles of the first house. Clerk, researcher and auditor join when the table grows rows for them.
const (
	Administrator Role = "administrator"
	Therapist     Role = "therapist"
	Patient       Role = "patient"
)

// Roles lists every role, in the order pages show them.
func Roles() []Role { return []Role{Administrator, Therapist, Patient} }

// Action is something a person may ask the server to do.
type Action string

// The actions. A new operation of the API names the one it needs, or the build's own test fails.
const (
	ManagePeople     Action = "manage-people"     // list, create, disable people
	ManageCare       Action = "manage-care"       // assign patients to therapists, set streaming permissions
	ReadPatients     Action = "read-patients"     // list patients and whether they are there
	ReadSharing      Action = "read-sharing"      // see who may receive and who receives which signal
	StopSharing      Action = "stop-sharing"      // end a stream of one's own signals
	ReceiveSignals   Action = "receive-signals"   // ask for a live stream; the permission per kind is checked besides
	SendSignals      Action = "send-signals"      // run an aggregator and answer streams
	ReadSittings     Action = "read-sittings"     // sittings with their labels and baselines
	WriteSittings    Action = "write-sittings"    // begin and end sittings, label, measure a baseline
	ReadLimits       Action = "read-limits"       // the alarm limits of a patient
	WriteLimits      Action = "write-limits"      // change them
	ReadVocabulary   Action = "read-vocabulary"   // the label buttons of a project
	WriteVocabulary  Action = "write-vocabulary"  // edit them
	ReadOwnAccount   Action = "read-own-account"  // who am I
	WriteOwnAccount  Action = "write-own-account" // password, language, theme
	ReadInstallation Action = "read-installation" // health of the house: relay, versions
)

// Scope is how far an allowed action reaches. The store turns it into SQL, so a list never holds what its reader may
// not see.
type Scope string

// The scopes, from nothing to the whole site.
const (
	Nothing     Scope = ""             // refused
	Self        Scope = "self"         // the person's own record only
	OwnPatients Scope = "own-patients" // patients assigned to this therapist
	Site        Scope = "site"         // everyone at the person's site
)

// table is the whole policy. What is not in it is refused.
var table = map[Role]map[Action]Scope{
	Administrator: {
		ManagePeople: Site, ManageCare: Site, ReadPatients: Site, ReadSharing: Site,
		ReadVocabulary: Site, WriteVocabulary: Site, ReadInstallation: Site,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Therapist: {
		ReadPatients: OwnPatients, ReadSharing: OwnPatients, ReceiveSignals: OwnPatients,
		ReadSittings: OwnPatients, WriteSittings: OwnPatients,
		ReadLimits: OwnPatients, WriteLimits: OwnPatients,
		ReadVocabulary: Site, WriteVocabulary: Site,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Patient: {
		ReadSharing: Self, StopSharing: Self, SendSignals: Self,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
}

// Reach returns how far action reaches for somebody with these roles: the widest scope any of them gives.
func Reach(roles []Role, action Action) Scope {
	order := []Scope{Nothing, Self, OwnPatients, Site}
	widest := Nothing
	for _, r := range roles {
		if s := table[r][action]; slices.Index(order, s) > slices.Index(order, widest) {
			widest = s
		}
	}
	return widest
}

// May reports whether any of the roles allows action at all.
func May(roles []Role, action Action) bool { return Reach(roles, action) != Nothing }

// Actions lists every action any role may take; tests walk it.
func Actions() []Action {
	var all []Action
	for _, rights := range table {
		for a := range rights {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	slices.Sort(all)
	return all
}
