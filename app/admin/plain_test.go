package admin

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

var people = []api.Person{
	{ID: "n", Name: "noor Haddad", Login: "noor", Roles: []access.Role{access.Therapist}, Version: 1},
	{ID: "a", Name: "Alex Rivers", Login: "alex", Roles: []access.Role{access.Administrator}, Version: 1},
	{ID: "m", Name: "Mira Solano", Login: "mira", Roles: []access.Role{access.Therapist, access.Administrator}, Version: 1,
		Grants: []api.Grant{{Role: access.Administrator, Site: site}, {Role: access.Therapist, Site: site, Project: southern}}},
	{ID: "w", Name: "Wren-23", Login: "wren-23", Roles: []access.Role{access.Patient}, Patient: "wren", Version: 1},
	{ID: "f", Name: "Finch-12", Login: "finch-12", Roles: []access.Role{access.Patient}, Patient: "finch", Version: 1},
}

func ids(list []api.Person) string {
	var all []string
	for _, p := range list {
		all = append(all, string(p.ID))
	}
	return strings.Join(all, " ")
}

func TestSuggest(t *testing.T) {
	for name, want := range map[string]string{
		"Mira Solano": "mira.solano", "  Wren-23 ": "wren-23", "Jörg Weiß": "joerg.weiss", "Zoë  D'Arc": "zoe.darc", "李 雷": ".", "": "",
		strings.Repeat("a", 90): strings.Repeat("a", 64),
	} {
		if got := suggest(name); got != want {
			t.Errorf("suggest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDraft(t *testing.T) {
	var d Draft
	if d.Check() || d.First() != "name" || d.Fault("login") == nil || d.Fault("roles") == nil {
		t.Error("an empty draft was taken")
	}
	d.SetName("Mira Solano")
	d.SetRole(access.Administrator, true)
	d.SetRole(access.Therapist, true)
	if d.Login != "mira.solano" || d.Fault("name") != nil || !d.Check() || d.First() != "" {
		t.Errorf("got %+v", d)
	}
	d.SetLogin("Mira ")
	d.SetName("Mira S.")
	if b := d.Body(); b.Login != "mira" || b.Name != "Mira S." || len(b.Roles) != 2 || b.Password != "" {
		t.Errorf("the house is asked for %+v", b)
	}
	d.SetLogin("")
	d.SetName("Noor Haddad")
	if d.Login != "noor.haddad" {
		t.Errorf("an emptied sign-in name is %q", d.Login)
	}
	for code, field := range map[string]string{"login.taken": "login", "name.invalid": "name", "roles.invalid": "roles", "password.weak": "", "internal": ""} {
		d.Refused(fault.New(fault.Invalid, code, nil))
		if d.Fault(field) == nil || d.First() != field {
			t.Errorf("%s is not beside %q", code, field)
		}
	}
}

func circle() *Circle {
	return &Circle{People: slices.Clone(people), Cares: []api.Care{
		{Patient: "wren", PatientName: "Wren-23", Therapist: "n", TherapistName: "noor Haddad", Signals: []access.Signal{access.ECG}},
		{Patient: "wren", PatientName: "Wren-23", Therapist: "m", TherapistName: "Mira Solano"},
		{Patient: "ghost", PatientName: "Ghost", Therapist: "m", TherapistName: "Mira Solano"},
	}}
}

func TestRowsAreAPatientsOwn(t *testing.T) {
	for patient, want := range map[care.PatientID]string{"wren": "Mira Solano, noor Haddad", "finch": "", "ghost": "Mira Solano"} {
		var names []string
		for _, r := range circle().Rows(patient) {
			names = append(names, r.Name)
		}
		if got := strings.Join(names, ", "); got != want {
			t.Errorf("%s has %q, want %q", patient, got, want)
		}
	}
}

func TestOnlyWhoCanCareIsOffered(t *testing.T) {
	c := circle()
	if got := ids(c.Free("wren")); got != "" {
		t.Errorf("for Wren %q", got)
	}
	if got := ids(c.Free("finch")); got != "m n" {
		t.Errorf("for Finch %q", got)
	}
	c.People[0].Disabled = true
	if got := ids(c.Free("finch")); got != "m" {
		t.Errorf("for Finch %q", got)
	}
}

// shown is what the switches of a pair say.
func shown(c *Circle, p Pair) ([]access.Signal, bool) {
	for _, r := range c.Rows(p.Patient) {
		if r.Pair == p {
			return r.Signals, r.Busy
		}
	}
	return nil, false
}

func TestSwitchesGoToTheHouseOneAfterTheOther(t *testing.T) {
	c, p := circle(), Pair{"wren", "n"}
	tell, ok := c.Flip(p, access.Movement, true)
	if !ok || !slices.Equal(tell, []access.Signal{access.ECG, access.Movement}) {
		t.Fatalf("told %v", tell)
	}
	if tell, ok := c.Flip(p, access.ECG, false); ok {
		t.Fatalf("told %v at the same time", tell)
	}
	if got, busy := shown(c, p); !busy || !slices.Equal(got, []access.Signal{access.Movement}) {
		t.Errorf("shows %v, busy %v", got, busy)
	}
	tell, ok = c.Told(p, api.Care{Patient: "wren", Therapist: "n", TherapistName: "noor Haddad", Signals: tell}, nil)
	if !ok || !slices.Equal(tell, []access.Signal{access.Movement}) {
		t.Fatalf("told %v next", tell)
	}
	if _, more := c.Told(p, api.Care{Patient: "wren", Therapist: "n", TherapistName: "noor Haddad", Signals: tell}, nil); more {
		t.Error("told once more")
	}
	if got, busy := shown(c, p); busy || !slices.Equal(got, []access.Signal{access.Movement}) {
		t.Errorf("shows %v, busy %v", got, busy)
	}
}

func TestARefusedSwitchGoesBack(t *testing.T) {
	c, p := circle(), Pair{"wren", "n"}
	c.Flip(p, access.ECG, false)
	c.Flip(p, access.Camera, true)
	if _, more := c.Told(p, api.Care{}, errors.New("no")); more {
		t.Error("the rest was told after a refusal")
	}
	if got, busy := shown(c, p); busy || !slices.Equal(got, []access.Signal{access.ECG}) {
		t.Errorf("shows %v, busy %v", got, busy)
	}
	c.End(p)
	if got := ids(c.Free("wren")); got != "n" {
		t.Errorf("after the end %q is free", got)
	}
}

func TestTimesInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{-time.Hour: "0 minutes", time.Minute: "1 minute", 119 * time.Minute: "119 minutes", 2 * time.Hour: "2 hours", 48 * time.Hour: "2 days"} {
		remotetest.Speak(t, words.English)
		if got := lasting(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	at := time.Date(2026, 6, 12, 14, 2, 0, 0, time.Local)
	for l, want := range map[words.Language]string{"en": "12 Jun 2026, 14:02", "de": "12.06.2026, 14:02", "fr": "12/06/2026, 14:02", "es": "12/06/2026, 14:02"} {
		remotetest.Speak(t, l)
		if got := moment(at); got != want {
			t.Errorf("%s says %q, want %q", l, got, want)
		}
	}
	remotetest.Speak(t, words.English)
}
