package admin

import (
	"context"
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
	{ID: "m", Name: "Mira Solano", Login: "mira", Roles: []access.Role{access.Therapist, access.Administrator}, Version: 1},
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

func TestRosterShown(t *testing.T) {
	for name, c := range map[string]struct {
		search string
		role   access.Role
		want   string
	}{
		"everybody, by name":       {want: "a f m n w"},
		"by name":                  {search: "  MIRA ", want: "m"},
		"by sign-in name":          {search: "wren-23", want: "w"},
		"every word has to fit":    {search: "ri ex", want: "a"},
		"one word that does not":   {search: "mira haddad", want: ""},
		"by role":                  {role: access.Administrator, want: "a m"},
		"by role and name":         {search: "mira", role: access.Patient, want: ""},
		"a search of nothing else": {search: "   ", want: "a f m n w"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Roster{People: people, Search: c.search, Role: c.role}
			if got := ids(r.Shown()); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got, want := r.Narrowed(), strings.TrimSpace(c.search) != "" || c.role != ""; got != want {
				t.Errorf("narrowed %v, want %v", got, want)
			}
		})
	}
}

func TestRosterNeverGoesBack(t *testing.T) {
	var r Roster
	r.Read(slices.Clone(people))
	newer := people[2]
	newer.Name, newer.Version = "Mira S.", 3
	r.Put(newer)
	r.Read(slices.Clone(people)) // asked for before the change
	if p, _ := r.Find("m"); p.Name != "Mira S." {
		t.Errorf("an old list brought back %q", p.Name)
	}
	older := newer
	older.Name, older.Version = "old", 2
	r.Put(older)
	r.Put(api.Person{ID: "x", Name: "New"})
	if p, _ := r.Find("m"); p.Name != "Mira S." || len(r.People) != len(people)+1 {
		t.Errorf("got %q and %d people", p.Name, len(r.People))
	}
	r.Read(slices.Clone(people[:2]))
	if _, ok := r.Find("w"); ok {
		t.Error("who is not in the list any more stayed")
	}
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
	d.SetRole(access.Patient, true)
	if !slices.Equal(d.Roles, []access.Role{access.Patient}) {
		t.Errorf("a patient is also %v", d.Roles)
	}
	d.SetRole(access.Therapist, true)
	if !slices.Equal(d.Roles, []access.Role{access.Therapist}) {
		t.Errorf("got %v", d.Roles)
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

func TestAllReadsEveryPart(t *testing.T) {
	parts := map[string]api.List[int]{"": {Items: []int{1, 2}, Next: "b"}, "b": {Items: []int{3}}}
	got, err := all(t.Context(), func(_ context.Context, cursor string) (api.List[int], error) { return parts[cursor], nil })
	if err != nil || !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("got %v, %v", got, err)
	}
	round := 0
	if _, err := all(t.Context(), func(context.Context, string) (api.List[int], error) {
		round++
		return api.List[int]{Next: "again"}, nil
	}); err != nil || round != most {
		t.Errorf("a list without an end was read %d times, %v", round, err)
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
