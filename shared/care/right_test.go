package care_test

import (
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
)

func TestExplain(t *testing.T) {
	here := care.Place{Site: "s", Project: "p"}
	grants := []care.Grant{{Role: access.Therapist, Place: here}, {Role: access.Clerk, Place: care.Place{Site: "s"}}, {Role: access.Administrator, Place: care.Place{Site: "t"}}}
	for _, assigned := range []bool{true, false} {
		got := map[access.Action]int{}
		for _, r := range care.Explain(grants, here, assigned, false) {
			got[r.Action] = len(r.Because)
		}
		want := map[access.Action]int{access.ReadPatients: 1, access.WritePatients: 1, access.ReadContacts: 1, access.ErasePatient: 0, access.ReadSittings: 0}
		if assigned {
			want[access.ReadPatients], want[access.ReadContacts], want[access.ReadSittings] = 2, 2, 1
		}
		for action, n := range want {
			if got[action] != n {
				t.Errorf("assigned %v, %s: %d reasons, want %d", assigned, action, got[action], n)
			}
		}
	}
	if got := care.Explain([]care.Grant{{Role: access.Patient, Place: here}}, here, false, true); len(got) == 0 || got[0].Because[0].Reach != access.Self {
		t.Errorf("a patient's own rights are %v", got)
	}
}

// BenchmarkMay decides for somebody with five roles at five places about something none of them allows: the longest way.
func BenchmarkMay(b *testing.B) {
	var grants []care.Grant
	for _, r := range access.Staff() {
		grants = append(grants, care.Grant{Role: r, Place: care.Place{Site: "s", Project: care.ProjectID(r)}})
	}
	for b.Loop() {
		if care.May(grants, access.ManageSites) {
			b.Fatal("allowed")
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	grants := []care.Grant{{Role: access.Administrator}, {Role: access.Therapist, Place: care.Place{Site: "s"}}}
	for b.Loop() {
		if len(care.Explain(grants, care.Place{Site: "s", Project: "p"}, true, false)) == 0 {
			b.Fatal("nothing")
		}
	}
}
