package access_test

import (
	"slices"
	"strings"
	"testing"

	"hearth/shared/access"
)

// No scope of a service changes anything but captions, which are nobody else's, or opens names, accounts or the house.
func TestServicesOnlyRead(t *testing.T) {
	opens := map[access.Action]bool{access.WriteCaptions: access.ServiceMay([]access.ServiceScope{access.CaptionsWrite}, access.WriteCaptions)}
	if access.May(append(access.Roles(), access.Guest), access.WriteCaptions) || access.ServiceMay(access.ServiceScopes()[:7], access.WriteCaptions) || !opens[access.WriteCaptions] {
		t.Error("captions are written by other than services that were allowed to")
	}
	for _, a := range access.Actions() {
		if access.ServiceMay(access.ServiceScopes(), a) {
			opens[a] = true
			if !strings.HasPrefix(string(a), "read-") || slices.Contains([]access.Action{access.ReadContacts, access.ReadOwnAccount, access.ReadAudit, access.ReadRights, access.ReadInstallation, access.ReadSharing}, a) {
				t.Errorf("a service may %s", a)
			}
		}
	}
	if len(opens) != len(access.ServiceScopes()) {
		t.Errorf("%d scopes open %d actions", len(access.ServiceScopes()), len(opens))
	}
	if access.ServiceMay([]access.ServiceScope{"", "fly", "patients", "patients.write"}, access.ReadPatients) || access.ServiceMay(nil, access.ReadPatients) {
		t.Error("an unknown scope opens something")
	}
}

func TestEventsNeedTheirScope(t *testing.T) {
	for _, e := range access.Events() {
		if !access.Hears(access.ServiceScopes(), e) || access.Hears(nil, e) || access.Hears([]access.ServiceScope{access.PlacesRead}, e) {
			t.Errorf("%s is not held to its scope", e)
		}
	}
	if access.Hears(access.ServiceScopes(), "patient.named") || access.Hears(access.ServiceScopes(), access.ServiceTested) {
		t.Error("an event nobody may ask for is heard")
	}
}
