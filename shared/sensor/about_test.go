package sensor

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanName(t *testing.T) {
	for given, want := range map[string]string{
		"Movesense 1742":             "Movesense 1742",
		"  two\tlines\nof\u00a0it  ": "two lines of it",
		"\u202eevil\u2066\u200b":     "evil",
		"a\x00b\x7fc\xffd":           "abcd",
		strings.Repeat("ä", 60):      strings.Repeat("ä", 40),
	} {
		if got := CleanName(given); got != want {
			t.Errorf("%q becomes %q, not %q", given, got, want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("Polar H10 1234\u202e")
	f.Fuzz(func(t *testing.T, name string) {
		c := CleanName(name)
		if !utf8.ValidString(c) || utf8.RuneCountInString(c) > 40 || CleanName(c) != c {
			t.Errorf("%q becomes %q", name, c)
		}
	})
}
