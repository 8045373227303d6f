package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hearth/backend/store/pgtest"
	"hearth/shared/access"
	"hearth/shared/care"
)

// clinic is a house with people in it: two therapists, two patients, each therapist with one of them.
type clinic struct {
	*Store
	clock           *clock
	admin, ana, ben care.Reader
	wren, lark      care.Reader
	wrenID, larkID  care.PatientID
	site            care.SiteID
	project         care.ProjectID
}

// inClinic runs a test in a fresh clinic on both databases, each time a copy of one: making every table anew for every test
// took most of all tests' time.
func inClinic(t *testing.T, test func(t *testing.T, c clinic)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, mustCopyFile(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, mustCopyDatabase(t)) })
}

// The clinics that are copied, once somebody asked. Tests that run together would want them guarded.
var (
	inFile struct {
		clinic
		file []byte // empty: not made yet
	}
	inDatabase struct {
		clinic
		url string // "": not made yet
	}
)

func mustCopyFile(t *testing.T) clinic {
	t.Helper()
	if len(inFile.file) == 0 {
		dir := t.TempDir()
		c := mustClinic(t, Config{Dir: dir})
		if err := c.Close(); err != nil { // which brings its journal into the file
			t.Fatal(err)
		}
		file, err := os.ReadFile(filepath.Join(dir, File))
		if err != nil {
			t.Fatal(err)
		}
		inFile.clinic, inFile.file = c, file
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File), inFile.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return inFile.again(t, Config{Dir: dir})
}

func mustCopyDatabase(t *testing.T) clinic {
	t.Helper()
	if inDatabase.url == "" {
		url := pgtest.MustDatabase(t)
		c := mustClinic(t, Config{URL: url})
		if err := c.Close(); err != nil { // who is copied must be alone
			t.Fatal(err)
		}
		inDatabase.clinic, inDatabase.url = c, url
	}
	return inDatabase.again(t, Config{URL: pgtest.MustCopy(t, inDatabase.url)})
}

// again is the same clinic in a copy of its database, at the same instant.
func (c clinic) again(t *testing.T, config Config) clinic {
	t.Helper()
	c.clock = &clock{now: noon}
	config.Now = c.clock.Now
	c.Store = mustOpen(t, config)
	return c
}

// mustClinic makes a clinic from nothing.
func mustClinic(t testing.TB, config Config) clinic {
	t.Helper()
	c := clinic{clock: &clock{now: noon}}
	config.Now = c.clock.Now
	c.Store = mustOpen(t, config)
	var err error
	if c.site, c.project, err = c.Home(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.admin = c.mustAdd(t, "Ada Minister", access.Administrator)
	c.ana = c.mustAdd(t, "Ana Therapist", access.Therapist)
	c.ben = c.mustAdd(t, "Ben Therapist", access.Therapist)
	c.wren = c.mustAdd(t, "Wren-23", access.Patient)
	c.lark = c.mustAdd(t, "Lark-7", access.Patient)
	c.wrenID, c.larkID = c.mustPatient(t, c.wren), c.mustPatient(t, c.lark)
	c.mustCare(t, c.wrenID, c.ana.Person, access.ECG)
	c.mustCare(t, c.larkID, c.ben.Person, access.ECG, access.Movement)
	return c
}

func (c clinic) mustAdd(t testing.TB, name string, roles ...access.Role) care.Reader {
	t.Helper()
	login := strings.ToLower(strings.ReplaceAll(name, " ", "."))
	p, err := c.AddPerson(t.Context(), care.NewPerson{Name: name, Login: login, Roles: roles, Hash: "$hash"})
	if err != nil {
		t.Fatalf("add %s: %v", name, err)
	}
	return care.Reader{Person: p.ID, Site: p.Site, Roles: p.Roles}
}

func (c clinic) mustPatient(t testing.TB, r care.Reader) care.PatientID {
	t.Helper()
	p, err := c.PatientOf(t.Context(), r.Person)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func (c clinic) mustCare(t testing.TB, p care.PatientID, therapist care.PersonID, signals ...access.Signal) {
	t.Helper()
	if _, err := c.PutCare(t.Context(), c.admin, care.Permission{Patient: p, Therapist: therapist, Signals: signals}); err != nil {
		t.Fatal(err)
	}
}
