package care_test

import (
	"strings"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func TestIDs(t *testing.T) {
	seen := map[care.LabelID]bool{}
	for range 1000 {
		id := care.NewID[care.LabelID]()
		if !care.ValidID(id) || seen[id] {
			t.Fatalf("id %q is invalid or came twice", id)
		}
		seen[id] = true
	}
	for _, bad := range []care.LabelID{"", "short", care.LabelID(strings.Repeat("A", 26)), care.LabelID(strings.Repeat("1", 26)), care.LabelID(strings.Repeat("a", 27))} {
		if care.ValidID(bad) {
			t.Errorf("%q passes for an id", bad)
		}
	}
}

func TestNamesAndLogins(t *testing.T) {
	for name, want := range map[string]string{
		"Mira Solano": "", "  ": "name.empty", strings.Repeat("x", 81): "name.invalid", "a\x00b": "name.invalid", "two\u2028lines": "name.invalid", "left\u2067right": "name.invalid", "left\u202eright": "name.invalid", "Zoë": "",
	} {
		if got := code(care.ValidateName(name)); got != want {
			t.Errorf("name %q: %q, want %q", name, got, want)
		}
	}
	for login, want := range map[string]string{"mira": "", "ab": "login.length", "Mira": "login.letters", "mira solano": "login.letters", "m.s-1_x@y": ""} {
		if got := code(care.ValidateLogin(login)); got != want {
			t.Errorf("login %q: %q, want %q", login, got, want)
		}
	}
}

func TestLabels(t *testing.T) {
	id := care.NewID[care.LabelID]()
	for _, c := range []struct {
		label care.Label
		want  string
	}{
		{care.Label{ID: id, At: 1, Kind: care.Phase, Word: "pause", Company: care.Alone}, ""},
		{care.Label{ID: "x", At: 1, Kind: care.Rating}, "label.id"},
		{care.Label{ID: id, Kind: care.Rating}, "label.time"},
		{care.Label{ID: id, At: 1 << 54, Kind: care.Rating}, "label.time"},
		{care.Label{ID: id, At: 1, Kind: care.Phase, Company: care.Alone}, "label.word"},
		{care.Label{ID: id, At: 1, Kind: care.Phase, Word: "pause", Company: "the dog"}, "label.company"},
		{care.Label{ID: id, At: 1, Kind: care.Note, Text: " "}, "label.text"},
		{care.Label{ID: id, At: 1, Kind: care.Note, Text: strings.Repeat("ä", care.MaxNote)}, ""},
		{care.Label{ID: id, At: 1, Kind: care.Note, Text: strings.Repeat("ä", care.MaxNote+1)}, "label.text"},
		{care.Label{ID: id, At: 1, Kind: care.Note, Text: "a\x00"}, "label.text"},
		{care.Label{ID: id, At: 1, Kind: care.Rating, Rating: 0}, ""},
		{care.Label{ID: id, At: 1, Kind: care.Rating, Rating: 101}, "label.rating"},
		{care.Label{ID: id, At: 1, Kind: "wish"}, "label.kind"},
		{care.Label{ID: id, At: 1, Kind: care.Phase, Word: "own-door", Text: "An der Tür", Company: care.Alone}, ""},
		{care.Label{ID: id, At: 1, Kind: care.Phase, Word: "own door", Company: care.Alone}, "label.word"},
		{care.Label{ID: id, At: 1, Kind: care.Phase, Word: "own-door", Text: strings.Repeat("x", 41), Company: care.Alone}, "label.text"},
		{care.Label{ID: id, At: 1, Kind: care.Phase, Word: "pause", Company: care.Alone, Rating: 3}, "label.kind"},
		{care.Label{ID: id, At: 1, Kind: care.Note, Text: "a", Word: "pause"}, "label.kind"},
		{care.Label{ID: id, At: 1, Kind: care.Rating, Text: "a"}, "label.kind"},
	} {
		if got := code(c.label.Validate()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.label, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		limits care.Limits
		good   bool
	}{
		{care.DefaultLimits("p"), true}, {care.Limits{}, true}, {care.Limits{HeartLow: 120, HeartHigh: 100}, false},
		{care.Limits{HeartLow: 10}, false}, {care.Limits{HeartHigh: 300}, false}, {care.Limits{LeadOff: 601}, false}, {care.Limits{LeadOff: -1}, false},
	} {
		if err := c.limits.Validate(); (err == nil) != c.good {
			t.Errorf("%+v: %v", c.limits, err)
		}
	}
}

func TestStamp(t *testing.T) {
	at := time.Date(2026, 11, 21, 3, 0, 0, 123456000, time.UTC)
	s := care.StampOf(at)
	if !s.Time().Equal(at) || s.Add(time.Second).Sub(s) != time.Second {
		t.Errorf("%v became %v", at, s.Time())
	}
}
