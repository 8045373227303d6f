package store

import (
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Settings are kept as they were said, from the version that was read, by those who manage the place.
func TestSettingsOfPlaces(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		house, lead := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator), c.mustAt(t, "lead", care.Place{Site: c.site, Project: c.project}, access.Administrator)
		networks, err := care.ParseNetworks("10.0.0.0/8 2001:db8::/32")
		if err != nil {
			t.Fatal(err)
		}
		want := care.SiteSettings{Site: c.site, Slug: "north", Languages: []string{"de", "fr"}, Language: "fr", SignIn: map[access.Role]care.Level{access.Clerk: care.PasskeyLevel},
			IdleMinutes: 20, MostHours: 9, Addresses: networks}
		if got, err := c.PutSiteSettings(ctx, c.admin, want); err != nil || got.Version != 1 {
			t.Fatal(got, err)
		}
		got, around, err := c.SiteSettings(ctx, c.admin, c.site)
		if err != nil || got.Slug != "north" || len(got.Languages) != 2 || got.Language != "fr" || got.SignIn[access.Clerk] != care.PasskeyLevel || got.IdleMinutes != 20 ||
			got.MostHours != 9 || len(got.Addresses) != 2 || got.Version != 1 || around.Version != 0 {
			t.Errorf("got %+v, %+v, %v", got, around, err)
		}
		for what, by := range map[string]care.Reader{"of a project": lead, "a therapist": c.ana, "of another site": c.mustFarSite(t).admin} {
			_, _, err := c.SiteSettings(ctx, by, c.site)
			wantFault(t, err, fault.NotFound, "not-found")
			if _, err = c.PutSiteSettings(ctx, by, got); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
			if _, err = c.SignInEffect(ctx, by, got, care.PasswordOnly, care.PasswordOnly); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err = c.PutSiteSettings(ctx, c.admin, care.SiteSettings{}) // the house is not theirs
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = c.PutSiteSettings(ctx, c.admin, want)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		_, err = c.PutSiteSettings(ctx, house, care.SiteSettings{Slug: "north"})
		wantFault(t, err, fault.Conflict, "settings.slug-taken")
		if _, err := c.PutSiteSettings(ctx, house, care.SiteSettings{Language: "es"}); err != nil {
			t.Fatal(err)
		}
		for called, want := range map[string]string{"": "es", "north": "fr", string(c.site): "fr"} {
			if got, _, err := c.SettingsFor(ctx, called); err != nil || got.Language != want {
				t.Errorf("%q begins in %q, %v", called, got.Language, err)
			}
		}
		for _, called := range []string{"south", "'", "north%", string(care.NewID[care.SiteID]())} {
			_, _, err := c.SettingsFor(ctx, called)
			wantFault(t, err, fault.NotFound, "not-found")
		}
	})
}

// What was said about a site that is hidden holds for nobody: nobody could change it. Back again, it holds again. And an
// id is its own site's, whatever another calls itself.
func TestSettingsOfHiddenSites(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		house := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		if _, err := c.PutSiteSettings(ctx, c.admin, care.SiteSettings{Site: c.site, IdleMinutes: 15, Language: "fr"}); err != nil {
			t.Fatal(err)
		}
		wantSaid := func(n int) {
			t.Helper()
			if list, err := c.SignInSettings(ctx, []care.SiteID{c.site}); err != nil || len(list) != n {
				t.Errorf("said %+v, %v; want %d", list, err, n)
			}
		}
		wantSaid(1)
		if _, err := c.db.Exec("INSERT INTO site_settings (site, slug, language, version) SELECT site, ?, 'es', 1 FROM projects WHERE id = ?", c.site, c.mustFarSite(t).project); err != nil {
			t.Fatal(err)
		}
		if got, site, err := c.SettingsFor(ctx, string(c.site)); err != nil || site.ID != c.site || got.Language != "fr" {
			t.Errorf("another site answers: %+v, %+v, %v", got, site, err)
		}
		gone, err := c.DeleteSite(ctx, house, c.site, 1)
		if err != nil {
			t.Fatal(err)
		}
		wantSaid(0)
		if _, err := c.RestoreSite(ctx, house, c.site, gone.Version); err != nil {
			t.Fatal(err)
		}
		wantSaid(1)
	})
}

// Whoever saves a rule is told before how many it concerns: who has nothing to meet it with, and whose session ends.
func TestWhomNewRulesConcern(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		session := func(by care.Reader, n byte, proof identity.Proof, seen time.Time) {
			t.Helper()
			if err := c.CreateSession(ctx, identity.Session{Hash: identity.Hash{n}, Slot: identity.Slot([]byte{'0' + n, '0', '0', '0', '0', '0', '0', '0'}), Person: by.Person,
				Created: seen, Seen: seen, Expires: noon.Add(time.Hour), Proof: proof, Verified: seen}); err != nil {
				t.Fatal(err)
			}
		}
		session(c.ana, 1, identity.ByPassword, noon)
		session(c.ben, 2, identity.ByPasskey, noon.Add(-20*time.Minute))
		session(c.wren, 3, identity.ByPassword, noon)
		for what, one := range map[string]struct {
			said care.SiteSettings
			want care.SignInEffect
		}{
			"nothing":      {care.SiteSettings{}, care.SignInEffect{People: 5}},
			"second step":  {care.SiteSettings{SignIn: map[access.Role]care.Level{access.Therapist: care.SecondLevel}}, care.SignInEffect{People: 5, SetUp: 2, Again: 1}},
			"patients too": {care.SiteSettings{SignIn: map[access.Role]care.Level{access.Patient: care.PasskeyLevel}}, care.SignInEffect{People: 5, SetUp: 2, Again: 1}},
			"idle":         {care.SiteSettings{IdleMinutes: 15}, care.SignInEffect{People: 5, Again: 1}},
		} {
			one.said.Site = c.site
			if got, err := c.SignInEffect(ctx, c.admin, one.said, care.PasswordOnly, care.PasswordOnly); err != nil || got != one.want {
				t.Errorf("%s: %+v, %v", what, got, err)
			}
		}
		house := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		if got, err := c.SignInEffect(ctx, house, care.SiteSettings{}, care.PasswordOnly, care.SecondLevel); err != nil || got.SetUp != 3 || got.Again != 1 {
			t.Errorf("the house's own rule: %+v, %v", got, err) // Ada, Ana and Ben; who asks has no password
		}
	})
}
