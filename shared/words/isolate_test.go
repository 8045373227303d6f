package words_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/words"
)

func TestIsolate(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"Wren-23 & Söhne 🦉":           "Wren-23 & Söhne 🦉",
		"علي":                         "\u2068علي\u2069",
		"O’Brien (נועה)":              "\u2068O’Brien (נועה)\u2069",
		"\u202eabc":                   "\u2068\u202eabc\u2069",
		"a\u2069b":                    "\u2068ab\u2069",
		"a\u2067b":                    "\u2068a\u2067b\u2069\u2069",
		"\u2068علي\u2069":             "\u2068علي\u2069",
		"\u2068א\u2069 \u2068ב\u2069": "\u2068\u2068א\u2069 \u2068ב\u2069\u2069",
	} {
		if got := words.Isolate(text); got != want {
			t.Errorf("%+q became %+q, want %+q", text, got, want)
		}
	}
	c := words.NewCatalogue(words.English, map[string]string{"waits": "{name} waits since {time}"})
	if got, want := c.Say("waits", "name", "علي", "time", "12:30"), "\u2068علي\u2069 waits since 12:30"; got != want {
		t.Errorf("said %+q, want %+q", got, want)
	}
}

// Whatever a text holds, nothing of it reaches out of its marks, and isolating twice changes nothing.
func TestIsolateHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab1 אع\u200f\u202e\u2066\u2067\u2068\u2069"))).Draw(t, "text")
		got := words.Isolate(text)
		if words.Isolate(got) != got {
			t.Fatalf("%+q twice: %+q", got, words.Isolate(got))
		}
		open := 0
		for i, r := range got {
			if r >= '\u2066' && r <= '\u2068' {
				open++
			} else if r == '\u2069' {
				open--
			}
			if open < 0 || got != text && open == 0 && i+len(string(r)) < len(got) {
				t.Fatalf("%+q reaches out of %+q", text, got)
			}
		}
		if open != 0 {
			t.Fatalf("%+q stays open", got)
		}
		if strings.ContainsAny(text, "אع") && !strings.HasPrefix(got, "\u2068") {
			t.Fatalf("%+q is not isolated", got)
		}
	})
}
