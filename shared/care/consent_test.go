package care

import (
	"strings"
	"testing"
	"time"
)

func TestConsents(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	good := Consent{ID: NewID[ConsentID](), Kind: "treatment", Version: 1, At: now, Signer: "patient", Way: "paper"}
	for name, c := range map[string]struct {
		edit func(*Consent)
		ok   bool
	}{
		"good":       {func(*Consent) {}, true},
		"no id":      {func(c *Consent) { c.ID = "x" }, false},
		"no kind":    {func(c *Consent) { c.Kind = "Ü" }, false},
		"no version": {func(c *Consent) { c.Version = 0 }, false},
		"tomorrow":   {func(c *Consent) { c.At = now.Add(24 * time.Hour) }, false},
		"long ago":   {func(c *Consent) { c.At = time.Time{} }, false},
		"by a bird":  {func(c *Consent) { c.Signer = "bird" }, false},
		"by smoke":   {func(c *Consent) { c.Way = "smoke" }, false},
		"two lines":  {func(c *Consent) { c.Note = "a\nb" }, false},
	} {
		one := good
		c.edit(&one)
		if err := one.Validate(now); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := ConsentText{Kind: "treatment", Language: "de", Title: "Behandlung", Paragraphs: []string{"Ich bin einverstanden."}}
	if err := text.Validate(); err != nil {
		t.Error(err)
	}
	for name, edit := range map[string]func(*ConsentText){
		"no language": func(t *ConsentText) { t.Language = "" }, "a strange one": func(t *ConsentText) { t.Language = "tlh" },
		"no title": func(t *ConsentText) { t.Title = " " }, "nothing": func(t *ConsentText) { t.Paragraphs = nil },
		"an empty one": func(t *ConsentText) { t.Paragraphs = []string{"a", " "} }, "a book": func(t *ConsentText) { t.Paragraphs = []string{strings.Repeat("a", MaxParagraph+1)} },
		"turned text": func(t *ConsentText) { t.Paragraphs = []string{"a\u202eb"} },
	} {
		one := text
		edit(&one)
		if one.Validate() == nil {
			t.Errorf("%s passed", name)
		}
	}
}

func TestStanding(t *testing.T) {
	at := time.Unix(1e9, 0)
	said := []Consent{{Kind: "a", At: at.Add(2), Given: false}, {Kind: "a", At: at, Given: true}, {Kind: "b", At: at, Given: true, Stored: at},
		{Kind: "b", At: at, Given: false, Stored: at.Add(1)}}
	got := Standing(said)
	if len(got) != 2 || got["a"].Given || got["b"].Given {
		t.Errorf("got %+v", got)
	}
}
