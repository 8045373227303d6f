package web_test

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"hearth/backend/house"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// settingsBodies are sound bodies of the operations about settings of places.
func settingsBodies() map[string]string {
	const body = `{"slug":"","languages":["de","en"],"language":"de","signIn":[{"role":"therapist","level":"second"}],"idleMinutes":30,"mostHours":0,"addresses":[],"version":0}`
	const text = `{"kind":"imprint","version":0,"texts":[{"language":"en","text":"Who we are"}]}`
	return map[string]string{api.PreviewRetention.ID: `{"trailYears":0,"deletedDays":30,"waitDays":0,"version":0}`, api.PutOwnVocabulary.ID: `{"words":[{"Key":"sunny","Text":"Sonne"}],"version":0}`, api.AddSitePage.ID: text, api.AddHousePage.ID: text, api.PutSiteSettings.ID: body, api.PreviewSiteSettings.ID: body, api.PutHouseSettings.ID: body, api.PreviewHouseSettings.ID: body}
}

func ofSite(op api.Operation, site care.SiteID) string {
	return strings.ReplaceAll(op.Path, "{site}", string(site))
}

// mustBehindProxy is a demo whose visitors come through a proxy on this machine, so that a test says where from.
func mustBehindProxy(t *testing.T) clinic {
	t.Helper()
	h, err := house.Open(t.Context(), house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Passwords: cheap, Limits: patientRates,
		Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Shut() })
	l := h.Links()
	c := clinic{House: h, admin: mustEnter(t, h, l.Administrator), mira: mustEnter(t, h, l.Therapist), wren: mustEnter(t, h, l.Patient)}
	return c
}

// An administrator of a site changes its settings, from the version they read; what saving would do is said before.
func TestSiteSettings(t *testing.T) {
	c := mustClinic(t)
	site := mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil).Site
	path := ofSite(api.GetSiteSettings, site)
	got := mustDo[api.SettingsAnswer](c.admin, "GET", path, nil)
	if got.Version != 0 || got.Staff != care.PasswordOnly || !got.Passkeys || !strings.Contains("127.0.0.1 ::1", got.Address) {
		t.Errorf("at first %+v", got)
	}
	body := api.PutSettingsBody{SiteSettings: api.SiteSettings{Slug: "North-Wing", Languages: []string{"de", "fr"}, Language: "de",
		SignIn: []api.RoleLevel{{Role: access.Patient, Level: care.PasskeyLevel}, {Role: access.Clerk}}, IdleMinutes: 30, Addresses: []string{"10.1.2.3/8, 127.0.0.1 ::1"}}}
	preview := mustDo[api.SettingsPreview](c.admin, "POST", ofSite(api.PreviewSiteSettings, site), body)
	if preview.People < 5 || preview.SetUp != 0 || !preview.Inside || len(preview.Addresses) != 3 || preview.Addresses[0] != "10.0.0.0/8" {
		t.Errorf("preview %+v", preview) // the demo's people come by links
	}
	got = mustDo[api.SettingsAnswer](c.admin, "PUT", path, body)
	if got.Version != 1 || got.Slug != "north-wing" || len(got.SignIn) != 1 || got.SignIn[0] != (api.RoleLevel{Role: access.Patient, Level: care.PasskeyLevel}) {
		t.Errorf("kept %+v", got)
	}
	res, answer := c.admin.ask("PUT", path, settingsBodies()[api.PutSiteSettings.ID], "If-Match", `"0"`)
	c.admin.wantProblem("an old version", res, answer, http.StatusPreconditionFailed, "request.ahead")
	for code, body := range map[string]string{
		"settings.network":   `{"slug":"","languages":[],"language":"","signIn":[],"idleMinutes":0,"mostHours":0,"addresses":["x<b>"],"version":1}`,
		"settings.session":   `{"slug":"","languages":[],"language":"","signIn":[],"idleMinutes":5,"mostHours":0,"addresses":[],"version":1}`,
		"settings.sign-in":   `{"slug":"","languages":[],"language":"","signIn":[{"role":"king","level":"passkey"}],"idleMinutes":0,"mostHours":0,"addresses":[],"version":1}`,
		"settings.languages": `{"slug":"","languages":["xx"],"language":"","signIn":[],"idleMinutes":0,"mostHours":0,"addresses":[],"version":1}`,
		"settings.slug":      `{"slug":"a/b","languages":[],"language":"","signIn":[],"idleMinutes":0,"mostHours":0,"addresses":[],"version":1}`,
	} {
		res, answer := c.admin.ask("PUT", path, body)
		c.admin.wantProblem(code, res, answer, http.StatusUnprocessableEntity, code)
	}
	if record := mustDo[api.Record](c.admin, "POST", api.CreateRecord.Path, api.CreateRecordBody{Project: mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil).Project, Name: "Plover-3"}); record.Language != "de" {
		t.Errorf("a new patient begins in %q", record.Language)
	}

	other := mustDo[api.SiteMade](c.admin, "POST", api.CreateSite.Path, api.CreateSiteBody{Name: "South", Project: "Sleep"})
	lead := c.mustStaff("lead.south", access.Administrator, care.Place{Site: other.Site.ID})
	mustDo[api.SettingsAnswer](lead, "GET", ofSite(api.GetSiteSettings, other.Site.ID), nil)
	for _, op := range []api.Operation{api.GetSiteSettings, api.PutSiteSettings, api.PreviewSiteSettings} {
		res, answer := lead.ask(op.Method, ofSite(op, site), settingsBodies()[op.ID])
		lead.wantProblem("a foreign "+op.ID, res, answer, http.StatusNotFound, "request.not-found")
	}
	for _, op := range []api.Operation{api.GetHouseSettings, api.PutHouseSettings, api.PreviewHouseSettings} {
		res, answer := lead.ask(op.Method, op.Path, settingsBodies()[op.ID])
		lead.wantProblem("the house's "+op.ID, res, answer, http.StatusNotFound, "request.not-found")
	}
	res, answer = lead.ask("PUT", ofSite(api.PutSiteSettings, other.Site.ID), `{"slug":"north-wing","languages":[],"language":"","signIn":[],"idleMinutes":0,"mostHours":0,"addresses":[],"version":0}`)
	lead.wantProblem("another's address", res, answer, http.StatusConflict, "settings.slug-taken")
}

// Who comes from elsewhere than the list of their site gets the same answer everywhere, in words that say whom to ask; the
// list itself cannot lock its writer out by mistake, and what a stranger claims about an address counts for nothing.
func TestNetworksOfASite(t *testing.T) {
	c := mustBehindProxy(t)
	site := mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil).Site
	closed := c.mira.listening(live.Therapist)
	put := func(v *visitor, networks, from, more string) (*http.Response, string) {
		version := mustDo[api.SettingsAnswer](c.admin, "GET", ofSite(api.GetSiteSettings, site), nil).Version
		return v.ask("PUT", ofSite(api.PutSiteSettings, site), `{"slug":"","languages":[],"language":"","signIn":[],"idleMinutes":0,"mostHours":0,"addresses":["`+networks+`"],"version":`+
			etagOf(version)+more+`}`, "X-Forwarded-For", from)
	}
	res, got := put(c.admin, "10.20.0.0/16", "192.0.2.9", "")
	c.admin.wantProblem("shutting oneself out", res, got, http.StatusConflict, "settings.shut-out")
	if !strings.Contains(got, "192.0.2.9") {
		t.Errorf("it does not say from where: %s", got)
	}
	if res, got = put(c.admin, "10.20.0.0/16", "10.20.1.1", ""); res.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	closed() // Mira's page was opened from elsewhere
	for _, from := range []string{"192.0.2.9", "10.20.1.1, 192.0.2.9", "junk", "", "::1"} {
		res, got := c.mira.ask("GET", api.ListPatients.Path, "", "X-Forwarded-For", from)
		c.mira.wantProblem("from "+from, res, got, http.StatusForbidden, "sign-in.network")
		if res, got = c.mira.ask("GET", api.GetMe.Path, "", "X-Forwarded-For", from); res.StatusCode != http.StatusForbidden {
			t.Errorf("who am I, from %q: %d %s", from, res.StatusCode, got)
		}
		for _, page := range []string{api.TherapistPage, api.AccountPage, api.HomePage, api.AccountPage + "?as=" + c.mira.slot} {
			if res, got := c.mira.ask("GET", page, "", "X-Forwarded-For", from, "Accept-Language", "de"); res.StatusCode != http.StatusForbidden || !strings.Contains(got, "Nicht aus diesem Netz") {
				t.Errorf("%s from %q: %d", page, from, res.StatusCode)
			}
		}
	}
	for _, from := range []string{"10.20.1.1", "::ffff:10.20.1.1", "192.0.2.9, 10.20.1.1"} { // what stands left of the proxy's own word is anybody's
		if res, got := c.mira.ask("GET", api.ListPatients.Path, "", "X-Forwarded-For", from); res.StatusCode != http.StatusOK {
			t.Errorf("from %q: %d %s", from, res.StatusCode, got)
		}
	}
	if res, got := c.wren.ask("GET", api.GetSharing.Path, "", "X-Forwarded-For", "192.0.2.9"); res.StatusCode != http.StatusOK {
		t.Errorf("a patient: %d %s", res.StatusCode, got)
	}
	tokens, err := c.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	program := stranger(t, c.House)
	if res, _ := program.ask("GET", api.ListPatients.Path, "", "Authorization", "Bearer "+tokens.Therapist, "X-Forwarded-For", "192.0.2.9"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a token of staff: %d", res.StatusCode)
	}
	// the administrator of the house is held to the house's own list only, and mends the site's
	if res, got = put(c.admin, "", "192.0.2.9", ""); res.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	if res, _ := c.mira.ask("GET", api.ListPatients.Path, "", "X-Forwarded-For", "192.0.2.9"); res.StatusCode != http.StatusOK {
		t.Errorf("without a list: %d", res.StatusCode)
	}
	if res, got = put(c.admin, "10.99.0.0/16", "192.0.2.9", `,"shutOut":true`); res.StatusCode != http.StatusOK {
		t.Errorf("when it is meant so: %d %s", res.StatusCode, got)
	}
}

// Without a proxy to be believed, nobody talks themselves onto a list.
func TestNobodyClaimsAnAddress(t *testing.T) {
	c := mustClinic(t)
	site := mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil).Site
	mustDo[api.SettingsAnswer](c.admin, "PUT", ofSite(api.PutSiteSettings, site), api.PutSettingsBody{SiteSettings: api.SiteSettings{Languages: []string{}, SignIn: []api.RoleLevel{}, Addresses: []string{"10.0.0.0/8"}}, ShutOut: true})
	for _, header := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"} {
		if res, _ := c.mira.ask("GET", api.ListPatients.Path, "", header, "10.0.0.1"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", header, res.StatusCode)
		}
	}
}

func etagOf(version int64) string { return strconv.FormatInt(version, 10) }

// A house that offers some languages greets in the one it begins with whoever reads none of them; who asks for another by
// name gets it.
func TestLanguagesOfTheHouse(t *testing.T) {
	c := mustClinic(t)
	mustDo[api.SettingsAnswer](c.admin, "PUT", api.PutHouseSettings.Path, api.PutSettingsBody{SiteSettings: api.SiteSettings{Languages: []string{"de", "fr"}, Language: "fr",
		SignIn: []api.RoleLevel{}, Addresses: []string{}}})
	for accepts, want := range map[string]string{"es": "fr", "de": "de", "": "fr"} {
		if _, html := stranger(t, c.House).ask("GET", api.SignInPage, "", "Accept-Language", accepts); !strings.Contains(html, `<html lang="`+want+`"`) {
			t.Errorf("%q is greeted in another language than %s", accepts, want)
		}
	}
	if _, html := stranger(t, c.House).ask("GET", api.SignInPage+"?lang=es", ""); !strings.Contains(html, `<html lang="es"`) {
		t.Error("Spanish was asked for by name")
	}
}
