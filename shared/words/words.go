// Package words speaks to people: it finds the sentence for a key in the reader's language and fills in what it names.
// The sentences live in catalogue/<language>/<room>.json, one folder a language and one file a room, so that a
// translator sees a page's words together; a browser fetches one merged file per language, so words never weigh on the
// program. It never decides what to say.
package words

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
)

// Language is a two-letter ISO 639-1 code.
type Language string

// The languages Hearth speaks.
const (
	English Language = "en"
	German  Language = "de"
	French  Language = "fr"
	Spanish Language = "es"
)

// Languages lists them in the order a choice shows them.
func Languages() []Language { return []Language{English, German, French, Spanish} }

// Known reports whether Hearth speaks l.
func (l Language) Known() bool {
	for _, k := range Languages() {
		if l == k {
			return true
		}
	}
	return false
}

// Name is the language's own name.
func (l Language) Name() string {
	return map[Language]string{English: "English", German: "Deutsch", French: "Français", Spanish: "Español"}[l]
}

// Choose finds the best language for an Accept-Language header (RFC 9110 section 12.5.4), English when none fits.
// Browsers list languages by preference, so the order decides and q is not read.
func Choose(accept string) Language {
	for part := range strings.SplitSeq(accept, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if Language(base).Known() {
			return Language(base)
		}
	}
	return English
}

// Catalogue is the sentences of one language.
type Catalogue struct {
	Language  Language
	sentences map[string]string
}

// NewCatalogue wraps sentences by key.
func NewCatalogue(l Language, sentences map[string]string) *Catalogue {
	return &Catalogue{Language: l, sentences: sentences}
}

// Parse reads a catalogue as the browser fetches it: one flat JSON object.
func Parse(l Language, data []byte) (*Catalogue, error) {
	m := map[string]string{}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read words of %s: %w", l, err)
	}
	return NewCatalogue(l, m), nil
}

// Has reports whether the catalogue knows key.
func (c *Catalogue) Has(key string) bool { _, ok := c.sentences[key]; return ok }

// Say returns the sentence for key with {name} filled in from the pairs name, value. A missing key gives the key
// itself in brackets: ugly enough to be seen, harmless enough to go on.
func (c *Catalogue) Say(key string, pairs ...string) string {
	s, ok := c.sentences[key]
	if !ok {
		return "[" + key + "]"
	}
	if len(pairs) == 0 {
		return s
	}
	old := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		old = append(old, "{"+pairs[i]+"}", Isolate(pairs[i+1]))
	}
	return strings.NewReplacer(old...).Replace(s)
}

// Count returns the sentence for n things: key+".one" or key+".other" by the plural rules of CLDR for our languages,
// with {n} filled in.
func (c *Catalogue) Count(key string, n int, pairs ...string) string {
	form := ".other"
	if n == 1 || (n == 0 && c.Language == French) {
		form = ".one"
	}
	return c.Say(key+form, append([]string{"n", strconv.Itoa(n)}, pairs...)...)
}

// current is the page's catalogue. A page has one reader, so one is enough; a server keeps one per language instead.
var current atomic.Pointer[Catalogue]

// Use makes c the catalogue of T and N.
func Use(c *Catalogue) { current.Store(c) }

// Current returns the catalogue in use; an empty English one before Use.
func Current() *Catalogue {
	if c := current.Load(); c != nil {
		return c
	}
	return &Catalogue{Language: English}
}

// T says key in the page's language.
func T(key string, pairs ...string) string { return Current().Say(key, pairs...) }

// N says key for n things in the page's language.
func N(key string, n int, pairs ...string) string { return Current().Count(key, n, pairs...) }

// Spoken is a text that somebody wrote in several languages, in the page's, or in one it is there in; "" when in none.
func Spoken(byLanguage map[string]string) string {
	for _, l := range append([]Language{Current().Language}, Languages()...) {
		if text := byLanguage[string(l)]; text != "" {
			return text
		}
	}
	return ""
}
