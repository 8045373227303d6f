package access_test

import (
	"slices"
	"testing"

	"hearth/shared/access"
)

// TestTheTable names what each role must never reach, whoever edits the table next.
func TestTheTable(t *testing.T) {
	forbidden := map[access.Role][]access.Action{
		access.Patient: {
			access.ManagePeople, access.ManageCare, access.ReadPatients, access.ReceiveSignals, access.ReadSittings,
			access.WriteSittings, access.WriteLimits, access.WriteVocabulary, access.ReadInstallation,
		},
		access.Therapist:     {access.ManagePeople, access.ManageCare, access.SendSignals, access.ReadInstallation},
		access.Administrator: {access.ReceiveSignals, access.ReadSittings, access.WriteSittings, access.SendSignals},
	}
	for role, actions := range forbidden {
		for _, a := range actions {
			if got := access.Reach([]access.Role{role}, a); got != access.Nothing {
				t.Errorf("%s reaches %q for %s, want nothing", role, got, a)
			}
		}
	}
	for _, a := range access.Actions() {
		if got := access.Reach([]access.Role{access.Patient}, a); got != access.Nothing && got != access.Self {
			t.Errorf("a patient reaches %q for %s, want at most the own record", got, a)
		}
		if got := access.Reach([]access.Role{access.Therapist}, a); got == access.Site && a != access.ReadVocabulary && a != access.WriteVocabulary {
			t.Errorf("a therapist reaches the whole site for %s", a)
		}
	}
}

func TestRefusedByDefault(t *testing.T) {
	for _, roles := range [][]access.Role{nil, {}, {"owner"}, {""}} {
		for _, a := range append(access.Actions(), "fly") {
			if access.May(roles, a) {
				t.Errorf("%v may %s", roles, a)
			}
		}
	}
	if access.May(access.Roles(), "fly") {
		t.Error("an unknown action is allowed")
	}
}

// TestRolesAdd: with more roles one never reaches less.
func TestRolesAdd(t *testing.T) {
	order := []access.Scope{access.Nothing, access.Self, access.OwnPatients, access.Site}
	for _, a := range access.Actions() {
		all := slices.Index(order, access.Reach(access.Roles(), a))
		for _, r := range access.Roles() {
			if one := slices.Index(order, access.Reach([]access.Role{r}, a)); one > all {
				t.Errorf("%s: %s alone reaches further than with the other roles", a, r)
			}
		}
	}
}

func TestSignals(t *testing.T) {
	for _, s := range access.Signals() {
		if !s.Known() {
			t.Errorf("%q is listed and not known", s)
		}
	}
	if access.Signal("thoughts").Known() {
		t.Error("an unknown signal is known")
	}
}
