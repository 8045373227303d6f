package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
)

// post sends a form as a browser does.
func (v *visitor) post(path string, pairs ...string) (*http.Response, string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.ask("POST", path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// A person made by the administrator gets a password, is let in to change it and nothing else, and then works.
func TestAHandedOutPassword(t *testing.T) {
	c := mustClinic(t)
	made := mustDo[api.HandedOut](c.admin, "POST", api.CreatePerson.Path, api.CreatePersonBody{Name: "Ada Blum", Login: "Ada.Blum ", Roles: []access.Role{access.Therapist}})
	if made.Password == "" || made.Person.Login != "ada.blum" {
		t.Fatalf("made %+v, want a password and the login in small letters", made)
	}
	ada := stranger(t, c.House)
	res, body := ada.post(api.SignInPage, "login", "ada.blum", "password", "not this one")
	if res.StatusCode == http.StatusSeeOther || !strings.Contains(body, `aria-invalid="true"`) || !strings.Contains(body, `value="ada.blum"`) {
		t.Errorf("a wrong password: %d, want the page again with the name kept and the field marked", res.StatusCode)
	}
	res, _ = ada.post(api.SignInPage, "login", " ADA.blum", "password", made.Password, "next", "/therapist/live/x")
	to, _ := url.Parse(res.Header.Get("Location"))
	if res.StatusCode != http.StatusSeeOther || to.Path != api.PasswordPage {
		t.Fatalf("signed in: %d to %s, want the page for a new password", res.StatusCode, to)
	}
	ada.slot = to.Query().Get("as")
	res, body = ada.ask("GET", api.ListPatients.Path, "")
	ada.wantProblem("work before the change", res, body, http.StatusConflict, "request.must-change")
	if !mustDo[api.Me](ada, "GET", api.GetMe.Path, nil).MustChange {
		t.Error("the page is not told that the password must change")
	}
	if res, _ := ada.ask("GET", api.TherapistPage, ""); !strings.HasPrefix(res.Header.Get("Location"), api.PasswordPage) {
		t.Errorf("the portal before the change: %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	if _, body := ada.post(api.PasswordPage, "as", ada.slot, "old", made.Password, "fresh", "a", "again", "b"); !strings.Contains(body, `id="again-trouble"`) {
		t.Error("two different passwords are not named")
	}
	if _, body := ada.post(api.PasswordPage, "as", ada.slot, "old", "wrong one here", "fresh", "several warm words", "again", "several warm words"); !strings.Contains(body, `id="old-trouble"`) {
		t.Errorf("a wrong old password is not named: %s", body)
	}
	if _, body := ada.post(api.PasswordPage, "as", ada.slot, "old", made.Password, "fresh", "short", "again", "short"); !strings.Contains(body, `id="fresh-trouble"`) {
		t.Error("a short password is not named")
	}
	res, body = ada.post(api.PasswordPage, "as", ada.slot, "old", made.Password, "fresh", "several warm words", "again", "several warm words", "next", to.Query().Get("next"))
	if got := res.Header.Get("Location"); !strings.HasPrefix(got, "/therapist/live/x#as=") {
		t.Fatalf("after the change: %d to %s, want where she was going: %s", res.StatusCode, got, body)
	}
	mustDo[api.List[api.Patient]](ada, "GET", api.ListPatients.Path, nil)
}

// Signing out ends the session in the house, not only in the browser.
func TestSigningOut(t *testing.T) {
	c := mustClinic(t)
	mira := mustEnter(t, c.House, c.Links().Therapist)
	u, _ := url.Parse(c.URL())
	kept := mira.http.Jar.Cookies(u)
	res, _ := mira.post(api.SignOutPage, "as", mira.slot)
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), api.SignInPage) {
		t.Errorf("signing out: %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	thief := stranger(t, c.House)
	thief.http.Jar.SetCookies(u, kept)
	thief.slot = mira.slot
	res, body := thief.ask("GET", api.GetMe.Path, "")
	thief.wantProblem("a cookie kept from before", res, body, http.StatusUnauthorized, "")
}

// A disabled person is out at once and cannot come back.
func TestDisabling(t *testing.T) {
	c := mustClinic(t)
	p := c.people["Mira Solano"]
	no := true
	mustDo[api.Person](c.admin, "PATCH", strings.Replace(api.PatchPerson.Path, "{person}", string(p.ID), 1), api.PatchPersonBody{Version: p.Version, Disabled: &no})
	res, body := c.mira.ask("GET", api.ListPatients.Path, "")
	c.mira.wantProblem("a disabled person", res, body, http.StatusUnauthorized, "")
	if res, _ := stranger(t, c.House).post(strings.TrimPrefix(c.Links().Therapist, c.URL())); res.StatusCode == http.StatusSeeOther {
		t.Error("a disabled person came back by the demo link")
	}
}

// People are led where they were going, and nowhere else.
func TestLeading(t *testing.T) {
	c := mustClinic(t)
	out := stranger(t, c.House)
	res, _ := out.ask("GET", "/therapist/live/abc", "")
	if got := res.Header.Get("Location"); got != api.SignInPage+"?next=%2Ftherapist%2Flive%2Fabc" {
		t.Errorf("a stranger at a portal is led to %q", got)
	}
	if res, _ := c.wren.ask("GET", api.TherapistPage, ""); !strings.HasPrefix(res.Header.Get("Location"), api.SignInPage) {
		t.Errorf("a patient at the therapist's portal: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	for v, want := range map[*visitor]string{c.mira: api.TherapistPage, c.wren: api.PatientPage, c.admin: api.AdminPage} {
		res, _ := v.ask("GET", "/", "")
		if got := res.Header.Get("Location"); got != want+"#as="+v.slot {
			t.Errorf("home is %q, want %s", got, want)
		}
	}
	for _, next := range []string{"//evil.example", "https://evil.example/", "/\\evil.example", "/sign-out"} {
		_, body := out.ask("GET", api.SignInPage+"?next="+url.QueryEscape(next), "")
		if strings.Contains(body, `name="next"`) {
			t.Errorf("the page keeps %q", next)
		}
	}
}

// Demo links work as often as wanted; a wrong one shows nothing.
func TestDemoLinks(t *testing.T) {
	c := mustClinic(t)
	path := strings.TrimPrefix(c.Links().Patient, c.URL())
	for range 3 {
		res, body := stranger(t, c.House).ask("GET", path, "", "Accept-Language", "de")
		if res.StatusCode != 200 || !strings.Contains(body, "Weiter als Wren-23") {
			t.Fatalf("the link shows %d %s", res.StatusCode, body)
		}
		mustEnter(t, c.House, c.Links().Patient)
	}
	for _, wrong := range []string{api.DemoPage + "x", path + "x", api.DemoPage} {
		if res, _ := stranger(t, c.House).ask("GET", wrong, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", wrong, res.StatusCode)
		}
		if res, _ := stranger(t, c.House).post(wrong); res.StatusCode != http.StatusNotFound {
			t.Errorf("POST %s: %d, want 404", wrong, res.StatusCode)
		}
	}
	if res, _ := stranger(t, c.House).ask("GET", api.SetUpPage, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("set-up in a house with an administrator: %d, want 404", res.StatusCode)
	}
}

// Whoever guesses is slowed down, in words above the form, and the right password waits too.
func TestLockOutIsTold(t *testing.T) {
	c := mustClinic(t)
	made := mustDo[api.HandedOut](c.admin, "POST", api.CreatePerson.Path, api.CreatePersonBody{Name: "Ada Blum", Login: "ada.blum", Roles: []access.Role{access.Therapist}})
	thief := stranger(t, c.House)
	for try := range 20 {
		res, body := thief.post(api.SignInPage, "login", "ada.blum", "password", "guess", "lang", "en")
		if res.StatusCode == http.StatusSeeOther {
			t.Fatal("a guess got in")
		}
		if res.StatusCode != http.StatusTooManyRequests {
			continue
		}
		if !strings.Contains(body, `class="note is-bad" role="alert"`) || strings.Contains(body, "[") || strings.Contains(body, "{minutes}") {
			t.Errorf("locked out without words: %s", body)
		}
		if res, _ := thief.post(api.SignInPage, "login", "ada.blum", "password", made.Password); res.StatusCode != http.StatusTooManyRequests {
			t.Errorf("the right password while locked out: %d, want 429", res.StatusCode)
		}
		t.Logf("locked out after %d guesses", try)
		return
	}
	t.Error("twenty guesses and no lock-out")
}
