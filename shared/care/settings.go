package care

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"hearth/shared/access"
	"hearth/shared/fault"
)

// Level is how much somebody must prove to sign in.
type Level string

// The levels, from the weakest. Nothing said is as in the place around.
const (
	AnyLevel     Level = ""
	PasswordOnly Level = "password" // a password alone is enough
	SecondLevel  Level = "second"   // a password and a second step, or a passkey
	PasskeyLevel Level = "passkey"  // a passkey, or the word of the person's hospital; passwords open nothing
)

// Levels lists those somebody may choose, from the weakest.
func Levels() []Level { return []Level{PasswordOnly, SecondLevel, PasskeyLevel} }

func (l Level) rank() int { return slices.Index(Levels(), l) }

// Over reports whether l asks for more than m.
func (l Level) Over(m Level) bool { return l.rank() > m.rank() }

// SiteSettings is what was said about a site, or about the house when Site is "". What is empty or 0 is as in the place
// around.
type SiteSettings struct {
	Site        SiteID
	Slug        string                // the site's name in addresses of its public pages
	Languages   []string              // that are offered
	Language    string                // the one to begin with
	SignIn      map[access.Role]Level // what those who hold a role must prove
	IdleMinutes int                   // after which a session of staff ends that nobody uses
	MostHours   int                   // after which a session of staff ends in any case
	Addresses   []netip.Prefix        // from which staff may work; none: from everywhere
	Version     int64
}

// Languages are all there are, in the order pages show them.
func Languages() []string { return []string{"en", "de", "fr", "es"} }

// Bounds of what a place may say about sessions of staff. The upper ones are what holds where nobody says anything.
const (
	LeastIdle, MostIdle       = 15 * time.Minute, 12 * time.Hour
	LeastSession, MostSession = time.Hour, 30 * 24 * time.Hour
)

// Bounds of lists.
const (
	MostNetworks = 100
	longestSlug  = 40
)

// Validate refuses what is not known or out of bounds.
func (s SiteSettings) Validate() error {
	bad := func(code string) error { return fault.New(fault.Invalid, code, nil) }
	within := func(n int, unit, least, most time.Duration) bool {
		return n == 0 || n > 0 && n <= int(most/unit) && time.Duration(n)*unit >= least
	}
	switch {
	case s.Slug != "" && !ValidSlug(s.Slug):
		return bad("settings.slug")
	case !spoken(s.Languages, s.Language):
		return bad("settings.languages")
	case !within(s.IdleMinutes, time.Minute, LeastIdle, MostIdle) || !within(s.MostHours, time.Hour, LeastSession, MostSession):
		return bad("settings.session")
	case len(s.Addresses) > MostNetworks:
		return bad("settings.networks-many")
	}
	for role, level := range s.SignIn {
		if !slices.Contains(access.Roles(), role) || level.rank() < 0 {
			return bad("settings.sign-in")
		}
	}
	return nil
}

// spoken reports whether languages are known and named once, and the one to begin with is among those offered.
func spoken(offered []string, first string) bool {
	for i, l := range offered {
		if !slices.Contains(Languages(), l) || slices.Contains(offered[:i], l) {
			return false
		}
	}
	return first == "" || slices.Contains(Languages(), first) && (len(offered) == 0 || slices.Contains(offered, first))
}

// pageNames are what public pages are called in addresses, which no site may be.
var pageNames = []string{"imprint", "privacy", "accessibility"}

// ValidSlug reports whether a text may stand for a site in addresses: 2 to 40 of a-z, 0-9 and single dashes inside, and
// nothing that could be an id: it may be another site's.
func ValidSlug(s string) bool {
	return len(s) >= 2 && len(s) <= longestSlug && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-' && s[len(s)-1] != '-' &&
		!strings.Contains(s, "--") && !slices.Contains(pageNames, s) && !ValidID(s)
}

// Or fills in what s leaves open from the place around. Rules about signing in are not filled in: they add up, see RuleOf.
func (s SiteSettings) Or(around SiteSettings) SiteSettings {
	if len(s.Languages) == 0 {
		s.Languages = around.Languages
	}
	if len(s.Languages) == 0 {
		s.Languages = Languages()
	}
	if s.Language == "" && slices.Contains(s.Languages, around.Language) {
		s.Language = around.Language
	}
	if s.Language == "" {
		s.Language = s.Languages[0]
	}
	return s
}
