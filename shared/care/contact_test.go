package care_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestMobile(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "+49 170 1234567": "+491701234567", "0049-170/123 45 67": "+491701234567", "+49 (0)170 1234567": "+491701234567",
		"+1 (212) 555-0123": "+12125550123", " +43.660.1234567 ": "+436601234567",
	} {
		if got, err := care.Mobile(text); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"0170 1234567", "+", "+0123456789", "+49", "+4917012345678901", "+49170x234567", "call me", "++491701234567", "+４９1701234567"} {
		if got, err := care.Mobile(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // what is normal stays as it is
		if got, err := care.Mobile(rapid.String().Draw(t, "text")); err == nil {
			if again, err := care.Mobile(got); err != nil || again != got {
				t.Fatalf("%q becomes %q, %v", got, again, err)
			}
		}
	})
}

func TestTidy(t *testing.T) {
	today := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	one := care.Relative{Name: "Rosa Park", Relation: "mother", Mobile: "+49 170 1234567"}
	same := care.Relative{Name: " rosa park", Relation: "mother", Mail: " rosa@example.org ", Language: "de"}
	other := care.Relative{Name: "Rosa Park", Relation: "grandparent", Mobile: "+49 170 7654321"}
	got, err := care.Contact{Name: " Ann Park ", Mail: "ann@example.org", Relatives: []care.Relative{one, same, other}}.Tidy(today)
	if err != nil || got.Name != "Ann Park" || len(got.Relatives) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if r := got.Relatives[0]; r.Mobile != "+491701234567" || r.Mail != "rosa@example.org" || r.Language != "de" || !care.ValidID(r.ID) || r.ID == got.Relatives[1].ID {
		t.Errorf("folded into %+v", r)
	}
	again, err := got.Tidy(today)
	if err != nil || again.Relatives[0] != got.Relatives[0] {
		t.Errorf("tidied twice: %+v, %v", again, err)
	}
	four := []care.Relative{one, other, {Name: "C", Relation: "friend"}, {Name: "D", Relation: "friend"}}
	if _, err := (care.Contact{Relatives: []care.Relative{{Name: "A", Relation: "friend", Mail: "a@b"}}}).Tidy(today); fault.Of(err).Code != "contact.mail" {
		t.Errorf("a relative's e-mail that cannot be: %v", err)
	}
	for code, c := range map[string]care.Contact{
		"contact.name":  {Name: "Ann\u202eknaP"},
		"contact.birth": {Birth: "02.04.1989"}, "contact.mail": {Mail: "ann at example.org"}, "contact.mobile": {Mobile: "0170 1234567"},
		"contact.note": {Note: strings.Repeat("n", 1001)}, "relatives.count": {Relatives: four},
		"relatives.name": {Relatives: []care.Relative{{Relation: "friend"}}}, "relatives.relation": {Relatives: []care.Relative{{Name: "A", Relation: "boss"}}},
	} {
		if _, err := c.Tidy(today); !fault.Is(err, fault.Invalid) || fault.Of(err).Code != code {
			t.Errorf("%+v: got %v, want %s", c, err, code)
		}
	}
	for _, day := range []string{"2026-11-22", "1850-01-01", "1989-02-30", "1989-4-2"} {
		if _, err := (care.Contact{Birth: day}).Tidy(today); err == nil {
			t.Errorf("born on %s", day)
		}
	}
	for _, address := range []string{"a@b", "a@", "@b.c", "a b@c.de", "a@b..c", "a@b.c.", "<a@b.c>", "a@b@c.d"} {
		if _, err := (care.Contact{Mail: address}).Tidy(today); err == nil {
			t.Errorf("%s passes for an address", address)
		}
	}
}

func TestPseudonyms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(2, 4).Draw(t, "digits")
		name := care.NewPseudonym(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }, digits)
		bird, number, ok := strings.Cut(name, "-")
		if !ok || len(number) != digits || strings.ContainsAny(number, "01") || strings.ContainsAny(bird[:1], "IOQl") && bird != "Quail" {
			t.Fatalf("made %q", name)
		}
		if care.ValidateName(name) != nil || care.ValidateLogin(care.LoginOf(name)) != nil || care.PseudonymKey(name) != care.PseudonymKey(strings.ToUpper(strings.ReplaceAll(name, "-", " "))) {
			t.Fatalf("%q is no good pseudonym", name)
		}
	})
	for name, want := range map[string]string{"Wren-23": "wren23", "wren 23": "wren23", "Ärger 7": "ärger7", "–": "–"} {
		if got := care.PseudonymKey(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"Wren-23": "wren-23", "Blue Bird 4": "blue-bird-4", "星": "", "Ä": ""} {
		if got := care.LoginOf(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
