package words_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

var placeholder = regexp.MustCompile(`\{[a-zA-Z]+\}`)

// TestEveryLanguageSaysEverything finds keys one language has and another lacks, empty sentences, and sentences that
// name other things than the English one.
func TestEveryLanguageSaysEverything(t *testing.T) {
	english := sentences(t, words.English)
	if len(english) == 0 {
		t.Fatal("the English catalogue is empty")
	}
	for _, l := range words.Languages() {
		got := sentences(t, l)
		for _, key := range slices.Sorted(maps.Keys(english)) {
			s, ok := got[key]
			switch {
			case !ok:
				t.Errorf("%s lacks %q", l, key)
			case s == "":
				t.Errorf("%s says nothing for %q", l, key)
			case !slices.Equal(named(s), named(english[key])):
				t.Errorf("%s %q names %v, English names %v", l, key, named(s), named(english[key]))
			}
		}
		for key := range got {
			if _, ok := english[key]; !ok {
				t.Errorf("%s has %q, which English lacks", l, key)
			}
		}
	}
}

func sentences(t *testing.T, l words.Language) map[string]string {
	t.Helper()
	m, err := catalogue.Sentences(l)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func named(s string) []string {
	found := placeholder.FindAllString(s, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestChoose(t *testing.T) {
	for accept, want := range map[string]words.Language{
		"": "en", "de-AT,de;q=0.9,en;q=0.8": "de", "it,fr;q=0.5": "fr", "zz": "en", "ES": "es", ";;,": "en",
	} {
		if got := words.Choose(accept); got != want {
			t.Errorf("Choose(%q) = %q, want %q", accept, got, want)
		}
	}
}

func TestSayAndCount(t *testing.T) {
	c := words.NewCatalogue(words.French, map[string]string{
		"hello": "Bonjour {name}, {n} fois", "day.one": "{n} jour", "day.other": "{n} jours",
	})
	for got, want := range map[string]string{
		c.Say("hello", "name", "{n}", "n", "2"): "Bonjour {n}, 2 fois",
		c.Say("missing"):                        "[missing]",
		c.Count("day", 0):                       "0 jour",
		c.Count("day", 2):                       "2 jours",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestParseRefusesJunk(t *testing.T) {
	if _, err := words.Parse(words.English, []byte(`{"a":1}`)); err == nil {
		t.Error("a catalogue with a number was taken")
	}
}
