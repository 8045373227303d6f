package access_test

import (
	"slices"
	"testing"

	"hearth/shared/access"
)

// TestTheTable names what each role must never reach, whoever edits the table next.
func TestTheTable(t *testing.T) {
	measured := []access.Action{access.ReadSittings, access.WriteSittings, access.ReceiveSignals, access.WriteLimits}
	named := []access.Action{access.ReadContacts, access.WriteContacts}
	running := []access.Action{access.ManageSites, access.ManageSite, access.ManageProject, access.ManagePeople, access.ManageRoles,
		access.ManageServices, access.ManageSignIn, access.ExportPatient, access.ErasePatient, access.ReadInstallation}
	trail := []access.Action{access.ReadAudit, access.ReadRights}
	writing := []access.Action{access.WritePatients, access.WriteContacts, access.WriteConsents, access.WriteDevices, access.ManageCare,
		access.WriteSittings, access.WriteLimits, access.WriteVocabulary}
	notes := []access.Action{access.ReadVisitNotes, access.WriteVisitNotes}
	visits := []access.Action{access.ReadVisits, access.WriteVisits, access.AdmitGuests, access.ManageVisiting}
	measured = append(measured, notes...) // neither clerks nor administrators read what was said
	forbidden := map[access.Role][]access.Action{
		access.Guest: slices.Concat(measured, named, running, trail, writing, visits, []access.Action{access.EnrolPeople, access.ReadPatients, access.ReadPlaces,
			access.ReadSharing, access.StopSharing, access.ReadOwnAccount, access.WriteOwnAccount}),
		access.Patient:       slices.Concat(measured, named, running, trail, writing, visits, []access.Action{access.EnrolPeople, access.ReadPatients, access.ReadPlaces}),
		access.Therapist:     slices.Concat(running, trail, []access.Action{access.EnrolPeople, access.WritePatients, access.WriteContacts, access.ManageCare, access.SendSignals}),
		access.Clerk:         slices.Concat(measured, running, trail, []access.Action{access.SendSignals}),
		access.Researcher:    slices.Concat(named, running, trail, writing, visits, notes, []access.Action{access.EnrolPeople, access.ReceiveSignals, access.SendSignals}),
		access.Auditor:       slices.Concat(measured, named, running, writing, visits, []access.Action{access.EnrolPeople, access.ReadPatients, access.SendSignals}),
		access.Administrator: slices.Concat(measured, []access.Action{access.SendSignals}),
	}
	for role, actions := range forbidden {
		for _, a := range actions {
			if got := access.Reach([]access.Role{role}, a); got != access.Nothing {
				t.Errorf("%s reaches %q for %s, want nothing", role, got, a)
			}
		}
	}
	for _, a := range access.Actions() {
		for _, role := range []access.Role{access.Patient, access.Guest} {
			if got := access.Reach([]access.Role{role}, a); got != access.Nothing && got != access.Self {
				t.Errorf("a %s reaches %q for %s, want at most the own record", role, got, a)
			}
		}
		ofPlaces := a == access.ReadVocabulary || a == access.WriteVocabulary || a == access.ReadPlaces
		if got := access.Reach([]access.Role{access.Therapist}, a); got == access.Held && !ofPlaces {
			t.Errorf("a therapist reaches whole places for %s", a)
		}
		for _, r := range access.Staff()[1:] {
			if access.Reach([]access.Role{r}, a) == access.House {
				t.Errorf("%s reaches the house for %s", r, a)
			}
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
	order := []access.Scope{access.Nothing, access.Self, access.OwnPatients, access.Held, access.House}
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
