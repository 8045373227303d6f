package store

import (
	"slices"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
)

// A clinic that has two patients of one pseudonym from before gets its step all the same; both stay, and both are found.
func TestRecordsOfBefore(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		whole := migrations
		defer func() { migrations = whole }()
		migrations = whole[:slices.IndexFunc(whole, func(m migration) bool { return m.name == "records of patients" })]
		before := mustOpen(t, config)
		site, _, err := before.Home(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"Wren-23", "wren 23", "–"} {
			before.mustBefore(t, name, "login"+string(rune('a'+i)), i)
		}
		admin, _ := before.mustBefore(t, "Ada", "logind", 9)
		for _, change := range []string{"DELETE FROM patients WHERE person = ?", "UPDATE grants SET role = 'administrator', project = '' WHERE person = ?"} {
			if _, err := before.db.Exec(change, admin); err != nil {
				t.Fatal(err)
			}
		}
		migrations = whole
		s := mustOpen(t, config)
		ada, err := s.AccountByLogin(t.Context(), "logind")
		if err != nil {
			t.Fatal(err)
		}
		by := care.Reader{Person: ada.ID, Site: site, Roles: ada.Roles}
		list, _, total, err := s.ListRecords(t.Context(), by, care.RecordFilter{}, care.Page{})
		if err != nil || total != 3 {
			t.Fatalf("there are %v, %v", list, err)
		}
		for _, r := range list {
			if r.Version != 2 || r.LinkOnly || r.Login == "" {
				t.Errorf("a patient of before is %+v", r)
			}
		}
	})
}

// mustBefore makes a patient as the tables were before there were records.
func (s *Store) mustBefore(t testing.TB, name, login string, created int) (person care.PersonID, patient care.PatientID) {
	t.Helper()
	site, project, err := s.Home(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	person, patient = care.NewID[care.PersonID](), care.NewID[care.PatientID]()
	for _, row := range []struct {
		insert string
		args   []any
	}{
		{`INSERT INTO people (id, site, name, login, hash, must_change, disabled, language, theme, version, created)
			VALUES (?, ?, ?, ?, '', FALSE, FALSE, '', '', 1, ?)`, []any{person, site, name, login, created}},
		{"INSERT INTO patients (id, project, person, version, created) VALUES (?, ?, ?, 1, ?)", []any{patient, project, person, created}},
		{"INSERT INTO grants (person, role, site, project, since, author) VALUES (?, ?, ?, ?, 0, '')", []any{person, access.Patient, site, project}},
	} {
		if _, err := s.db.Exec(row.insert, row.args...); err != nil {
			t.Fatal(err)
		}
	}
	return person, patient
}
