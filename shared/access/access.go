// Package access says who may do what. One table decides: the server asks it before it acts and turns its scopes into
// SQL, the pages ask it to hide what would be refused. It never looks anything up and knows no person by name.
package access

import "slices"

// Role is what a person is to a site or project.
type Role string

// The roles.
const (
	Administrator Role = "administrator" // runs a house, a site or a project; sees who is there, never what a sitting held
	Therapist     Role = "therapist"     // treats the patients assigned to them
	Clerk         Role = "clerk"         // receives patients: their records, names, relatives, devices
	Researcher    Role = "researcher"    // reads what was measured, under pseudonyms
	Auditor       Role = "auditor"       // reads the trail, and nothing it speaks of
	Patient       Role = "patient"       // the one in therapy
	Guest         Role = "guest"         // was invited to one visit, and came; nobody holds it at a place
)

// Roles lists every role people hold, in the order pages show them. Guest is none of them: it comes with an invitation and
// goes with the visit.
func Roles() []Role { return []Role{Administrator, Therapist, Clerk, Researcher, Auditor, Patient} }

// Staff lists the roles of people who work here.
func Staff() []Role { return Roles()[:5] }

// Action is something a person may ask the server to do.
type Action string

// The actions. A new operation of the API names the one it needs, or the build's own test fails.
const (
	ReadPlaces     Action = "read-places"     // the sites, projects and groups one has a role in
	ManageSites    Action = "manage-sites"    // make and remove whole sites
	ManageSite     Action = "manage-site"     // name and settings of a site, its projects
	ManageProject  Action = "manage-project"  // name and settings of a project, its groups
	ManagePeople   Action = "manage-people"   // list, create, disable people
	EnrolPeople    Action = "enrol-people"    // hand out codes that let in anew: patients, and whom one manages
	ManageRoles    Action = "manage-roles"    // give and take roles
	ManageSignIn   Action = "manage-sign-in"  // what the house asks of those who sign in
	ManageServices Action = "manage-services" // other programs that may use the house

	ReadPatients      Action = "read-patients"       // list patients and whether they are there
	WritePatients     Action = "write-patients"      // create, change, move, disable and import patients
	ReadContacts      Action = "read-contacts"       // who a patient really is: name, contact, relatives
	WriteContacts     Action = "write-contacts"      // change that
	ManageCare        Action = "manage-care"         // assign patients to therapists, set streaming permissions
	ReadDevices       Action = "read-devices"        // tablets, sensors and kits, and who has them
	WriteDevices      Action = "write-devices"       // enable, lend and take back devices
	ManageDeviceTypes Action = "manage-device-types" // the house's list of types of devices
	ReadConsents      Action = "read-consents"       // what a patient agreed to
	WriteConsents     Action = "write-consents"      // write down that they did, or do no more
	ExportPatient     Action = "export-patient"      // everything about a patient as one archive
	ErasePatient      Action = "erase-patient"       // forget a patient for good

	ReadAudit  Action = "read-audit"  // who read or changed what
	ReadRights Action = "read-rights" // who may do what to whom, and why

	ReadSharing    Action = "read-sharing"    // see who may receive and who receives which signal
	StopSharing    Action = "stop-sharing"    // end a stream of one's own signals
	ReceiveSignals Action = "receive-signals" // ask for a live stream; the permission per kind is checked besides
	SendSignals    Action = "send-signals"    // run an aggregator and answer streams

	ReadSittings    Action = "read-sittings"    // sittings with their labels and baselines
	WriteSittings   Action = "write-sittings"   // begin and end sittings, label, measure a baseline
	ReadLimits      Action = "read-limits"      // the alarm limits of a patient
	WriteLimits     Action = "write-limits"     // change them
	ReadVocabulary  Action = "read-vocabulary"  // the label buttons of a project
	WriteVocabulary Action = "write-vocabulary" // edit them

	ReadVisits      Action = "read-visits"       // visits, who is invited, who waits, how it went
	WriteVisits     Action = "write-visits"      // book, change and cancel visits, invite to them
	AdmitGuests     Action = "admit-guests"      // let in who waits, begin and end visits
	AttendVisit     Action = "attend-visit"      // be in a visit one is host of or invited to
	ReadVisitNotes  Action = "read-visit-notes"  // what was written in a visit and about it
	WriteVisitNotes Action = "write-visit-notes" // write about it
	ManageVisiting  Action = "manage-visiting"   // how visits go in a project
	WriteCaptions   Action = "write-captions"    // show captions in visits; of services alone

	ReadOwnAccount   Action = "read-own-account"  // who am I
	WriteOwnAccount  Action = "write-own-account" // password, language, theme
	ReadInstallation Action = "read-installation" // health of the house: relay, versions
)

// Scope is how far an allowed action reaches. The store turns it into SQL, so a list never holds what its reader may
// not see.
type Scope string

// The scopes, from nothing to everything.
const (
	Nothing     Scope = ""             // refused
	Self        Scope = "self"         // the person's own record only
	OwnPatients Scope = "own-patients" // patients assigned to this therapist
	Held        Scope = "held"         // everything in the places the role is held: a project, a site, or the house
	House       Scope = "house"        // everything, for whoever holds the role at the house itself; nothing for others
)

// scopes in their order: of two roles the wider reach counts.
var scopes = []Scope{Nothing, Self, OwnPatients, Held, House}

// table is the whole policy. What is not in it is refused.
var table = map[Role]map[Action]Scope{
	Administrator: {
		ReadPlaces: Held, ManageSites: House, ManageSite: Held, ManageProject: Held, ManagePeople: Held, ManageRoles: Held,
		ManageServices: House, ManageSignIn: House, ManageDeviceTypes: House, EnrolPeople: Held,
		ReadPatients: Held, WritePatients: Held, ReadContacts: Held, WriteContacts: Held, ManageCare: Held, ReadSharing: Held,
		ReadDevices: Held, WriteDevices: Held, ReadConsents: Held, WriteConsents: Held, ExportPatient: Held, ErasePatient: Held,
		ReadAudit: Held, ReadRights: Held, ReadVocabulary: Held, WriteVocabulary: Held, ReadInstallation: House,
		ReadVisits: Held, WriteVisits: Held, AdmitGuests: Held, AttendVisit: Self, ManageVisiting: Held,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Therapist: {
		ReadPlaces: Held, ReadPatients: OwnPatients, ReadContacts: OwnPatients, ReadConsents: OwnPatients,
		ReadSharing: OwnPatients, ReceiveSignals: OwnPatients, ReadSittings: OwnPatients, WriteSittings: OwnPatients,
		ReadLimits: OwnPatients, WriteLimits: OwnPatients, ReadVocabulary: Held, WriteVocabulary: Held,
		ReadVisits: OwnPatients, WriteVisits: OwnPatients, AdmitGuests: OwnPatients, AttendVisit: Self, ReadVisitNotes: OwnPatients, WriteVisitNotes: OwnPatients,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Clerk: {
		ReadPlaces: Held, ReadPatients: Held, WritePatients: Held, ReadContacts: Held, WriteContacts: Held, ManageCare: Held,
		EnrolPeople: Held, ReadDevices: Held, WriteDevices: Held, ReadConsents: Held, WriteConsents: Held,
		ReadVisits: Held, WriteVisits: Held, AdmitGuests: Held, AttendVisit: Self,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Researcher: {
		ReadPlaces: Held, ReadPatients: Held, ReadSittings: Held, ReadVocabulary: Held,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Auditor: {
		ReadPlaces: Held, ReadAudit: Held, ReadRights: Held,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Patient: {
		ReadSharing: Self, StopSharing: Self, SendSignals: Self, AttendVisit: Self,
		ReadOwnAccount: Self, WriteOwnAccount: Self,
	},
	Guest: {
		AttendVisit: Self, SendSignals: Self,
	},
}

// Reach returns how far action reaches for somebody with these roles: the widest scope any of them gives.
func Reach(roles []Role, action Action) Scope {
	widest := Nothing
	for _, r := range roles {
		if s := table[r][action]; slices.Index(scopes, s) > slices.Index(scopes, widest) {
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
