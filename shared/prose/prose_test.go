package prose

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// told writes blocks in one line, for comparing.
func told(blocks []Block) string {
	var b strings.Builder
	for _, one := range blocks {
		fmt.Fprintf(&b, "%s%s", one.Kind[:1], map[int]string{1: "1", 2: "2"}[one.Level])
		for _, item := range one.Items {
			b.WriteByte('{')
			for _, s := range item {
				switch {
				case s.Href != "":
					fmt.Fprintf(&b, "[%s→%s]", s.Text, s.Href)
				case s.Strong:
					fmt.Fprintf(&b, "*%s*", s.Text)
				default:
					b.WriteString(s.Text)
				}
			}
			b.WriteByte('}')
		}
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		" \r\n\t\n":                          "",
		"One\ntwo\n\nthree":                  "p{One two}p{three}",
		"# A\n## B\n### C\n#D":               "h1{A}h2{B}h2{C}p{#D}",
		"- a\n- b\n* c\n\n- d":               "l{a}{b}{c}l{d}",
		"1. a\n2. b\nmore":                   "n{a}{b more}",
		"2026. and 4. on":                    "p{2026. and 4. on}",
		"[Us](https://clinic.example/a?b=c)": "p{[Us→https://clinic.example/a?b=c]}",
		"write [us](mailto:a@b.example).":    "p{write [us→mailto:a@b.example].}",
		"call [us](tel:+431234)":             "p{call [us→tel:+431234]}",
		"see https://clinic.example/x.":      "p{see [https://clinic.example/x→https://clinic.example/x].}",
		"**Name:** Anna":                     "p{*Name:* Anna}",
		"** not ** and **":                   "p{* not * and **}",
		"[x](javascript:alert(1))":           "p{[x](javascript:alert(1))}",
		"[x](//evil.example)":                "p{[x](//evil.example)}",
		"[x](data:text/html,hi)":             "p{[x](data:text/html,hi)}",
		"[x](/about/privacy)":                "p{[x→/about/privacy]}",
		"[x](https://u:p@evil.example)":      "p{[x](https://u:p@evil.example)}",
		"[x](\" onclick=\"y)":                "p{[x](\" onclick=\"y)}",
		"<script>alert(1)</script>":          "p{<script>alert(1)</script>}",
		"a\u202eb\u200bc\x00d\ufeff":         "pbcd",
	} {
		if want == "pbcd" {
			want = "p{abcd}"
		}
		if got := told(Parse(text)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// Every text is taken, whatever it holds; no link leads into code, and no words are made up.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"# A\n- [x](https://a.example)\n**b**", "[a](javascript:x)", "[[](())", "1. x\n  \n\r", "https://", "\xff**\xfe**", "[x](HTTPS://A.example/%zz)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, b := range Parse(text) {
			if len(b.Items) == 0 || b.Kind == Heading && b.Level != 1 && b.Level != 2 {
				t.Fatalf("%+v", b)
			}
			for _, item := range b.Items {
				for _, s := range item {
					if !utf8.ValidString(s.Text) || strings.ContainsAny(s.Text, "\n\r\x00\u202e") || s.Text == "" {
						t.Fatalf("%q", s.Text)
					}
					if s.Href == "" {
						continue
					}
					u, err := url.Parse(s.Href)
					if err != nil || !slices.Contains([]string{"https", "http", "mailto", "tel", ""}, u.Scheme) || u.Scheme == "" && (u.Host != "" || !strings.HasPrefix(s.Href, "/")) ||
						strings.ContainsAny(s.Href, "\"'<>` ") {
						t.Fatalf("%q leads to %q", text, s.Href)
					}
				}
			}
		}
	})
}
