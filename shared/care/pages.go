package care

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hearth/shared/fault"
)

// PageKind is what a public page says.
type PageKind string

// The public pages.
const (
	Imprint       PageKind = "imprint"       // who runs the place and answers for it
	Privacy       PageKind = "privacy"       // what becomes of people's data
	Accessibility PageKind = "accessibility" // how far everybody can use it, and whom to tell when not
)

// PageKinds lists them in the order pages show them.
func PageKinds() []PageKind { return []PageKind{Imprint, Privacy, Accessibility} }

// PublicPage is one version of what a site, or the house when Site is "", tells everybody, in one language. It never
// changes: a new wording is a new version, with all its languages.
type PublicPage struct {
	Site     SiteID
	Kind     PageKind
	Version  int // from 1
	Language string
	Text     string // as shared/prose reads it
	Created  time.Time
	By       PersonID
}

// LongestPage is in bytes.
const LongestPage = 30_000

// Validate refuses what is no page. Whether the words are right is for people to say.
func (p PublicPage) Validate() error {
	bad := func(code string) error { return fault.New(fault.Invalid, code, nil) }
	switch {
	case !slices.Contains(PageKinds(), p.Kind):
		return bad("page.kind")
	case !slices.Contains(Languages(), p.Language):
		return bad("page.language")
	case strings.TrimSpace(p.Text) == "":
		return bad("page.empty")
	case len(p.Text) > LongestPage || !utf8.ValidString(p.Text) || strings.ContainsRune(p.Text, 0):
		return bad("page.text")
	}
	return nil
}

// InLanguage picks the text of a page for a reader: in the language they read, else in the one the place begins with, else
// in the first there is.
func InLanguage(texts []PublicPage, wanted ...string) (PublicPage, bool) {
	for _, language := range wanted {
		if i := slices.IndexFunc(texts, func(p PublicPage) bool { return p.Language == language }); i >= 0 {
			return texts[i], true
		}
	}
	if len(texts) == 0 {
		return PublicPage{}, false
	}
	return texts[0], true
}
