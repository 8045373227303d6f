package care

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/access"
	"hearth/shared/fault"
)

func TestParseNetworks(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		" \n, ;":                           "",
		"10.1.2.3":                         "10.1.2.3",
		"10.1.2.3/8":                       "10.0.0.0/8",
		"10.1.2.3 10.0.0.0/8, 10.1.0.0/16": "10.0.0.0/8",
		"::ffff:192.0.2.7":                 "192.0.2.7",
		"::ffff:10.0.0.0/104":              "10.0.0.0/8",
		"2001:DB8::1/32\r\n192.0.2.0/24":   "192.0.2.0/24 2001:db8::/32",
		"192.0.2.0/25 192.0.2.128/25":      "192.0.2.0/25 192.0.2.128/25",
		"0.0.0.0/0":                        "settings.network-all",
		"::/0":                             "settings.network-all",
		"::ffff:0:0/96":                    "settings.network-all",
		"::ffff:0:0/80":                    "settings.network",
		"fe80::1%eth0":                     "settings.network-zone",
		"10.0.0.0/33":                      "settings.network",
		"010.0.0.1":                        "settings.network",
		"10.1":                             "settings.network",
		"hospital.example":                 "settings.network",
		strings.Repeat("192.0.2.1 ", 101):  "settings.networks-many",
	} {
		list, err := ParseNetworks(text)
		got := strings.Join(NetworkTexts(list), " ")
		if err != nil {
			got = fault.Of(err).Code
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Whatever comes back can be written and read again, names nothing twice, and holds every single address that was given.
func FuzzParseNetworks(f *testing.F) {
	for _, seed := range []string{"10.0.0.0/8, ::1", "::ffff:1.2.3.4/120", "fe80::1%x", "1.2.3.4/0", "\x00,\xff", "2001:db8::/128 2001:db8::"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseNetworks(text)
		if err != nil {
			if code := fault.Of(err).Code; !strings.HasPrefix(code, "settings.network") || len(fault.Of(err).Args["text"]) > 200 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := ParseNetworks(strings.Join(NetworkTexts(list), " "))
		if err != nil || !slices.Equal(list, again) {
			t.Fatalf("%v came back as %v, %v", list, again, err)
		}
		for i, p := range list {
			if p.Bits() == 0 || p.Addr().Is4In6() || p.Addr() != p.Masked().Addr() || InNetworks(list[:i], p.Addr()) || InNetworks(list[i+1:], p.Addr()) {
				t.Fatalf("%v in %v", p, list)
			}
		}
		for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			if a, err := netip.ParseAddr(one); err == nil && !InNetworks(list, a) {
				t.Fatalf("%v is not in %v", a, list)
			}
		}
	})
}

func TestInNetworks(t *testing.T) {
	list, err := ParseNetworks("10.0.0.0/8 2001:db8::/32")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"10.255.0.1": true, "::ffff:10.0.0.1": true, "11.0.0.1": false, "2001:db8::7%eth0": true, "::10.0.0.1": false} {
		if got := InNetworks(list, netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if InNetworks(list, netip.Addr{}) || !(SignInRule{}).Allows(netip.Addr{}) || (SignInRule{Networks: [][]netip.Prefix{list}}).Allows(netip.Addr{}) {
		t.Error("an address nobody can tell is on no list")
	}
}

func TestSettingsAreInBounds(t *testing.T) {
	good := SiteSettings{Slug: "north-wing", Languages: []string{"de", "en"}, Language: "de", IdleMinutes: 15, MostHours: 720, SignIn: map[access.Role]Level{access.Therapist: PasskeyLevel}}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*SiteSettings){
		"settings.slug":      func(s *SiteSettings) { s.Slug = "Nord" },
		"settings.languages": func(s *SiteSettings) { s.Language = "fr" },
		"settings.session":   func(s *SiteSettings) { s.IdleMinutes = 14 },
		"settings.sign-in":   func(s *SiteSettings) { s.SignIn = map[access.Role]Level{"king": SecondLevel} },
	} {
		s := good
		change(&s)
		if err := s.Validate(); err == nil || fault.Of(err).Code != what {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, slug := range []string{"a", "-a", "a-", "a--b", "privacy", "ä1", strings.Repeat("a", 41), NewID[string]()} {
		if ValidSlug(slug) {
			t.Errorf("%q may be a slug", slug)
		}
	}
	for _, s := range []SiteSettings{{MostHours: -1}, {MostHours: 721}, {MostHours: 1 << 60}, {IdleMinutes: 721}, {IdleMinutes: -15}, {Languages: []string{"de", "de"}}, {Languages: []string{"xx"}}} {
		if s.Validate() == nil {
			t.Errorf("%+v is out of bounds", s)
		}
	}
}

func TestSettingsFillIn(t *testing.T) {
	got := SiteSettings{Languages: []string{"fr", "de"}}.Or(SiteSettings{Language: "en"})
	if got.Language != "fr" || len(got.Languages) != 2 {
		t.Errorf("got %+v", got)
	}
	got = SiteSettings{}.Or(SiteSettings{Language: "de"})
	if got.Language != "de" || len(got.Languages) != 4 {
		t.Errorf("got %+v", got)
	}
}

// What holds for somebody is never weaker than what any of their places says, and what a place they have nothing to do with
// says never counts.
func TestTheStricterHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sites := []SiteID{"", "n", "s", "w"}
		settings := func(site SiteID) SiteSettings {
			s := SiteSettings{Site: site, SignIn: map[access.Role]Level{}, IdleMinutes: rapid.SampledFrom([]int{0, 15, 60}).Draw(t, "idle"), MostHours: rapid.SampledFrom([]int{0, 1, 700}).Draw(t, "most")}
			for _, role := range access.Roles() {
				if l := rapid.SampledFrom(append(Levels(), AnyLevel)).Draw(t, "level"); l != AnyLevel {
					s.SignIn[role] = l
				}
			}
			if rapid.Bool().Draw(t, "listed") {
				s.Addresses, _ = ParseNetworks(rapid.SampledFrom([]string{"10.0.0.0/8", "192.0.2.0/24", "10.1.0.0/16"}).Draw(t, "networks"))
			}
			return s
		}
		var said []SiteSettings
		for _, site := range sites {
			if rapid.Bool().Draw(t, "said") {
				said = append(said, settings(site))
			}
		}
		var grants []Grant
		works, forHouse := false, false
		for range rapid.IntRange(0, 4).Draw(t, "grants") {
			g := Grant{Role: rapid.SampledFrom(access.Roles()).Draw(t, "role"), Place: Place{Site: rapid.SampledFrom(sites[:3]).Draw(t, "site")}}
			grants = append(grants, g)
			works = works || g.Role != access.Patient
			forHouse = forHouse || g.Role != access.Patient && g.Site == ""
		}
		base := rapid.SampledFrom([]Level{PasswordOnly, SecondLevel}).Draw(t, "base")
		rule := RuleOf(grants, said, base)
		lists := 0
		for _, s := range said {
			concerns := s.Site == ""
			for _, g := range grants {
				if (s.Site == "" || g.Site == s.Site) && s.SignIn[g.Role].Over(rule.Level) {
					t.Fatalf("%+v asks less than %+v for %+v", rule, s, g)
				}
				concerns = concerns || g.Site == s.Site && g.Role != access.Patient
			}
			if !works || !concerns {
				continue
			}
			if s.IdleMinutes > 0 && rule.Idle > time.Duration(s.IdleMinutes)*time.Minute || s.MostHours > 0 && rule.Most > time.Duration(s.MostHours)*time.Hour {
				t.Fatalf("%+v is longer than %+v", rule, s)
			}
			if len(s.Addresses) > 0 && (s.Site == "" || !forHouse) { // no site shuts out who works for the house
				lists++
			}
		}
		if works && base.Over(rule.Level) || lists != len(rule.Networks) || !works && (rule.Idle != 0 || rule.Over(time.Time{}, time.Time{}, time.Now())) {
			t.Fatalf("%+v of %+v, %+v", rule, grants, said)
		}
		for i := range said {
			if said[i].Site == "w" { // nobody of these is there
				without := RuleOf(grants, slices.Delete(slices.Clone(said), i, i+1), base)
				if without.Level != rule.Level || without.Idle != rule.Idle || without.Most != rule.Most || len(without.Networks) != len(rule.Networks) {
					t.Fatalf("a foreign site counts: %+v, %+v", rule, without)
				}
			}
		}
	})
}
