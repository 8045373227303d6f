package post

import (
	"strings"
	"testing"
)

func TestParts(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"nothing":                        {"", 1},
		"one whole":                      {strings.Repeat("a", 160), 1},
		"one more":                       {strings.Repeat("a", 161), 2},
		"two full":                       {strings.Repeat("a", 306), 2},
		"two and one":                    {strings.Repeat("a", 307), 3},
		"euro takes two":                 {strings.Repeat("€", 80), 1},
		"euro too many":                  {strings.Repeat("€", 81), 2},
		"an escape is not split":         {strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3},
		"umlauts are in it":              {strings.Repeat("ü", 160), 1},
		"another script, whole":          {strings.Repeat("ж", 70), 1},
		"another script, more":           {strings.Repeat("ж", 71), 2},
		"another script, two full":       {strings.Repeat("ж", 134), 2},
		"another script, three":          {strings.Repeat("ж", 135), 3},
		"beyond the basic plane":         {strings.Repeat("🙂", 35), 1},
		"beyond, one more":               {strings.Repeat("🙂", 36), 2},
		"a surrogate pair is not split":  {strings.Repeat("ж", 66) + "🙂" + strings.Repeat("ж", 66), 3},
		"a single accent changes it all": {strings.Repeat("a", 70) + "á", 2},
	} {
		if got := Parts(c.text); got != c.want {
			t.Errorf("%s: %d parts, want %d", name, got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"Praxis Müller": "Praxis Müller", "Clínica São João": "Clinica Sao Joao", "L’œuvre « Été »": `L'oeuvre " Été "`,
		"Gdańsk Łódź": "Gdansk Lodz", "Клиника": "Клиника", "عيادة": "عيادة", "Zoë – Ho\u0302pital": "Zoe - Hopital",
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", "á", "€uro", "ж", "\u0301", "\xff", "🙂"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if GSM(s) != (Plain(s) == s && GSM(Plain(s))) && GSM(s) {
			t.Errorf("%q could be sent and was changed", s)
		}
		if Parts(s) < 1 || Parts(s) > 1+len(s) {
			t.Errorf("%q takes %d parts", s, Parts(s))
		}
	})
}
