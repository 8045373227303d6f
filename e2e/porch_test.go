// Package e2e holds browsers against a real house: what people do, what they see, and what must never happen. The scene
// is set by package stage; every file here has one subject.
package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
)

// handOut makes a person with a handed-out password, as an administrator does.
func handOut(t *testing.T, house *stage.House, login string, roles ...access.Role) (password string) {
	t.Helper()
	var made api.HandedOut
	house.Caller(t, house.Links().Administrator).Do(api.CreatePerson, nil, api.CreatePersonBody{Name: "Kim Nguyen", Login: login, Roles: roles}, &made)
	if made.Password == "" {
		t.Fatal("no password was handed out")
	}
	return made.Password
}

// Signing in is a form that works before and without any script.
func TestPorchWithoutScripts(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	password := handOut(t, house, "kim", access.Therapist)
	w := stage.Browse(t, "newcomer")
	w.Expect("Failed to load resource: the server responded with a status of 4") // a refused form is an answer with a status
	w.NoScripts(true)
	w.Goto(house.URL() + "/")
	w.UntilAt(api.SignInPage)

	w.Fill("#login", "kim")
	w.Fill("#password", "not this one")
	w.Click("#sign-in button[type=submit]")
	w.UntilText("#password-trouble", "Sign-in name or password is not right.")
	w.Until("document.activeElement.id === 'password'") // where typing goes on
	if got := stage.Eval[string](w, "document.querySelector('#login').value + '/' + document.querySelector('#password').value"); got != "kim/" {
		t.Errorf("after a wrong password name/password are %q, want kim/", got)
	}

	w.Fill("#password", password)
	w.Click("#sign-in button[type=submit]")
	w.UntilAt(api.PasswordPage)
	w.Fill("#old", password)
	w.Fill("#fresh", "four words in a row")
	w.Fill("#again", "four words in a raw")
	w.Click("form button[type=submit]")
	w.UntilText("#again-trouble", "The two do not match")
	w.Fill("#old", password)
	w.Fill("#fresh", "four words in a row")
	w.Fill("#again", "four words in a row")
	w.Click("form button[type=submit]")
	w.UntilAt(api.TherapistPage)
	w.UntilText("noscript", "This page needs JavaScript")
}

// Guessing is slowed down, in words, and the right password does not help while it is.
func TestPorchLocksOut(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	handOut(t, house, "kim", access.Therapist)
	w := stage.Browse(t, "guesser")
	w.Expect("Failed to load resource: the server responded with a status of 4")
	w.Goto(house.URL() + api.SignInPage)
	for range 5 {
		w.Fill("#login", "kim")
		w.Fill("#password", "guess after guess")
		w.Click("#sign-in button[type=submit]")
		w.UntilText("[role=alert]", "not right")
		w.Goto(house.URL() + api.SignInPage)
	}
	w.Fill("#login", "kim")
	w.Fill("#password", "guess after guess")
	w.Click("#sign-in button[type=submit]")
	w.UntilText("[role=alert]", "Too many attempts. Please wait 1 min")
	w.Picture("porch-locked")
}

// The language is chosen by plain links, remembered, and spoken by the document too.
func TestPorchSpeaks(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "reader")
	w.Goto(house.URL() + api.SignInPage)
	for lang, want := range map[string]string{"de": "Willkommen", "fr": "Bienvenue", "es": "bienvenida", "en": "Welcome"} {
		stage.Eval[bool](w, "window.before = true") // one of them is the language it has
		w.Click("details.lang summary")
		w.Click("details.lang a[lang=" + lang + "]")
		w.Until("!window.before && document.documentElement.lang === '" + lang + "' && document.readyState === 'complete'")
		w.UntilText("h1", want)
		w.Goto(house.URL() + api.SignInPage)
		w.UntilText("h1", want)
	}
}

// Looking at a demo link changes nothing; its button signs in; signing out ends the session.
func TestPorchDemoLink(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "visitor")
	w.Goto(house.Links().Patient)
	w.UntilText("button[type=submit]", "Continue as Wren-23")
	res, _ := house.Stranger(t).Send("HEAD", strings.TrimPrefix(house.Links().Patient, house.URL()), nil)
	if res.StatusCode != http.StatusOK || len(res.Cookies()) != 0 {
		t.Errorf("HEAD of a demo link: %d with cookies %v", res.StatusCode, res.Cookies())
	}
	w.Goto(house.URL() + api.PatientPage)
	w.UntilAt(api.SignInPage) // looking signed nobody in

	w.Goto(house.Links().Patient)
	w.Click("button[type=submit]")
	w.UntilAt(api.PatientPage)
	w.SignOut()
	w.UntilAt(api.SignInPage)
	w.UntilText("[role=status]", "You are signed out.")
	w.Goto(house.URL() + api.PatientPage)
	w.UntilAt(api.SignInPage)
}

// Everything one may open may be opened by link scanners and previews: nothing changes.
func TestPorchLookingChangesNothing(t *testing.T) {
	house := stage.Open(t)
	admin, mira := house.Caller(t, house.Links().Administrator), house.Caller(t, house.Links().Therapist)
	wren := house.Caller(t, house.Links().Patient)
	state := func() string {
		_, people := admin.Send("GET", api.ListPeople.Path, nil)
		_, cares := admin.Send("GET", api.ListCare.Path, nil)
		_, patients := mira.Send("GET", api.ListPatients.Path, nil)
		return people + cares + patients
	}
	before := state()
	demo := strings.TrimPrefix(house.Links().Patient2, house.URL())
	for _, path := range []string{"/", api.SignInPage, api.SignInPage + "?out=1", api.SignOutPage, api.PasswordPage, api.SetUpPage, api.OfflinePage, api.DocsPage,
		api.OpenAPI, demo, api.TherapistPage, api.PatientPage, api.AggregatorPage, api.AdminPage, api.GetMe.Path, api.GetSharing.Path, "/nothing"} {
		for _, who := range []*stage.Caller{admin, mira, wren, house.Stranger(t)} {
			for _, method := range []string{"GET", "HEAD"} {
				res, _ := who.Send(method, path, nil)
				for _, c := range res.Cookies() {
					if c.Name != "hearth-lang" {
						t.Errorf("%s %s sets the cookie %s", method, path, c.Name)
					}
				}
				if res.StatusCode >= 500 {
					t.Errorf("%s %s: %d", method, path, res.StatusCode)
				}
			}
		}
	}
	if after := state(); after != before {
		t.Errorf("looking changed\n%s\ninto\n%s", before, after)
	}
	for _, who := range []*stage.Caller{admin, mira, wren} {
		who.Me() // still signed in
	}
}

// Every page of the porch is fit for everybody and looks as it should on a phone and on a desk.
func TestPorchForEverybody(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	password := handOut(t, house, "kim", access.Therapist)
	w := stage.Browse(t, "porch")
	w.Expect("Failed to load resource: the server responded with a status of 404")
	pages := []struct{ name, path string }{
		{"sign-in", api.SignInPage}, {"signed-out", api.SignInPage + "?out=1"}, {"demo", strings.TrimPrefix(house.Links().Patient, house.URL())},
		{"not-found", "/nothing"}, {"offline", api.OfflinePage}, {"docs", api.DocsPage},
	}
	look := func(name string) {
		w.Size(1280, 800, false)
		w.Accessible("light", "dark", "child", "child dark")
		w.Pictures("porch-" + name)
		w.Narrow(320)
	}
	for _, p := range pages {
		w.Goto(house.URL() + p.path)
		look(p.name)
	}
	w.Goto(house.URL() + api.SignInPage)
	w.Fill("#login", "kim")
	w.Fill("#password", password)
	w.Click("#sign-in button[type=submit]")
	w.UntilAt(api.PasswordPage)
	look("password")

	empty := stage.OpenEmpty(t)
	w.Goto(empty.URL() + api.SetUpPage)
	look("set-up")
	code, err := empty.SetUpCode(t.Context())
	if err != nil || code == "" {
		t.Fatalf("no set-up code: %v", err)
	}
	w.Fill("#code", code)
	w.Fill("#name", "Alex Rivers")
	w.Fill("#login", "alex")
	w.Fill("#fresh", "four words in a row")
	w.Click("form button[type=submit]")
	w.UntilAt(api.AdminPage)
	if res, _ := empty.Stranger(t).Form(api.SetUpPage, url.Values{"code": {code}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("a second set-up: %d, want 404", res.StatusCode)
	}
	w.Goto("about:blank") // this house closes before the window: nothing may be on its way
}
