package access

import "slices"

// ServiceScope is something a service may be allowed: another program that acts as itself. Scopes only read, but for
// captions, and none of them opens a name, a contact or an account.
type ServiceScope string

// The scopes a manifest may ask for.
const (
	PlacesRead     ServiceScope = "places.read"     // the sites, projects and groups of its place
	PatientsRead   ServiceScope = "patients.read"   // patients under their pseudonyms
	SittingsRead   ServiceScope = "sittings.read"   // sittings with their labels and baselines
	LimitsRead     ServiceScope = "limits.read"     // alarm limits
	VocabularyRead ServiceScope = "vocabulary.read" // label buttons
	DevicesRead    ServiceScope = "devices.read"    // devices, and who has them
	ConsentsRead   ServiceScope = "consents.read"   // what patients agreed to
	CaptionsWrite  ServiceScope = "captions.write"  // captions in visits under way, where the project lets services write them
)

// ofServices is the whole policy for services: what is not in it is refused. Every scope reaches what lies in the place
// the service belongs to, and nothing else.
var ofServices = map[ServiceScope]Action{
	PlacesRead: ReadPlaces, PatientsRead: ReadPatients, SittingsRead: ReadSittings, LimitsRead: ReadLimits,
	VocabularyRead: ReadVocabulary, DevicesRead: ReadDevices, ConsentsRead: ReadConsents,
	CaptionsWrite: WriteCaptions,
}

// ServiceScopes lists every scope, in the order pages show them.
func ServiceScopes() []ServiceScope {
	return []ServiceScope{PlacesRead, PatientsRead, SittingsRead, LimitsRead, VocabularyRead, DevicesRead, ConsentsRead, CaptionsWrite}
}

// ServiceMay reports whether any of the scopes allows action.
func ServiceMay(scopes []ServiceScope, action Action) bool { return len(Opening(scopes, action)) > 0 }

// Opening are those of the scopes that allow action.
func Opening(scopes []ServiceScope, action Action) (those []ServiceScope) {
	for _, s := range scopes {
		if a, known := ofServices[s]; known && a == action {
			those = append(those, s)
		}
	}
	return those
}

// Event is something services may be told that it happened: with ids, never with names.
type Event string

// The events.
const (
	PatientCreated Event = "patient.created"
	PatientChanged Event = "patient.changed" // moved, hidden, brought back, switched off and anything else about the record
	PatientErased  Event = "patient.erased"
	SittingStarted Event = "sitting.started"
	SittingEnded   Event = "sitting.ended"
	DeviceEnabled  Event = "device.enabled"
	DeviceDisabled Event = "device.disabled"
	ServiceTested  Event = "service.tested" // sent to try a webhook; nobody has to ask for it
)

// told says which scope a service needs to hear of an event.
var told = map[Event]ServiceScope{
	PatientCreated: PatientsRead, PatientChanged: PatientsRead, PatientErased: PatientsRead,
	SittingStarted: SittingsRead, SittingEnded: SittingsRead, DeviceEnabled: DevicesRead, DeviceDisabled: DevicesRead,
}

// Events lists what a manifest may ask for, in the order pages show it.
func Events() []Event {
	return []Event{PatientCreated, PatientChanged, PatientErased, SittingStarted, SittingEnded, DeviceEnabled, DeviceDisabled}
}

// Hears reports whether a service with these scopes may be told of the event.
func Hears(scopes []ServiceScope, e Event) bool {
	needs, known := told[e]
	return known && slices.Contains(scopes, needs)
}
