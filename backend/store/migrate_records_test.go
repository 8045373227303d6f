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
		site, project, err := before.Home(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"Wren-23", "wren 23", "–", "Ada"} {
			person := care.NewID[care.PersonID]()
			_, err := before.db.Exec(`INSERT INTO people (id, site, name, login, hash, must_change, disabled, language, theme, version, created)
				VALUES (?, ?, ?, ?, '', FALSE, FALSE, '', '', 1, ?)`, person, site, name, "login"+string(rune('a'+i)), i)
			if err != nil {
				t.Fatal(err)
			}
			role := access.Patient
			if name == "Ada" {
				role = access.Administrator
			} else if _, err := before.db.Exec("INSERT INTO patients (id, project, person, version, created) VALUES (?, ?, ?, 1, ?)",
				care.NewID[care.PatientID](), project, person, i); err != nil {
				t.Fatal(err)
			}
			if _, err := before.db.Exec("INSERT INTO grants (person, role, site, project, since, author) VALUES (?, ?, ?, '', 0, '')", person, role, site); err != nil {
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
