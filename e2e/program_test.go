package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
)

// Somebody comes from another program, signs in, chooses a password of their own, is asked, and arrives back there, which
// a strict policy of content must not prevent. They are asked once, find the program on their account's page, and are
// asked again when they took it back.
func TestOneSignsInToAnotherProgram(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	password := handOut(t, house, "kim", access.Therapist)
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>Program</title><main id="got">%t %t</main>`, r.URL.Query().Get("code") != "", r.URL.Query().Get("state") == "mine")
	}))
	t.Cleanup(program.Close)
	admin := house.Caller(t, house.Links().Administrator)
	known := func(name, method string) string {
		var made api.ClientSecret
		admin.Do(api.CreateClient, nil, api.CreateClientBody{Name: name, Method: method, Redirects: []string{program.URL + "/cb"},
			Scopes: []string{"openid", "profile", "roles", "offline_access"}, Roles: []access.Role{access.Therapist}}, &made)
		return made.Client.ID
	}
	wishOf := func(client string) string {
		return house.URL() + "/oauth/authorize?" + url.Values{"client_id": {client}, "redirect_uri": {program.URL + "/cb"}, "response_type": {"code"}, "state": {"mine"},
			"scope": {"openid profile roles offline_access"}, "code_challenge": {strings.Repeat("a", 43)}, "code_challenge_method": {"S256"}}.Encode()
	}
	wish := wishOf(known("Cloud of the clinic", "client_secret_basic"))

	w := stage.Browse(t, "kim")
	w.Expect("favicon.ico")
	w.Goto(wish)
	w.UntilAt(api.SignInPage)
	w.Fill("#login", "kim")
	w.Fill("#password", password)
	w.Click("form:has([type=password]) button[type=submit]")
	w.UntilAt(api.PasswordPage)
	w.Fill("#old", password)
	w.Fill("#fresh", "four words in a row")
	w.Fill("#again", "four words in a row")
	w.Click("form:has([type=password]) button[type=submit]")
	w.UntilAt(api.ConsentPage)
	w.UntilText("h1", "Cloud of the clinic asks who you are")
	w.UntilText("main ul", "your name")
	w.Accessible("light", "dark")
	w.Pictures("consent")
	w.Click("button[value=allow]")
	w.UntilText("#got", "true true")

	w.Goto(wish)
	w.UntilText("#got", "true true")

	w.Goto(house.URL() + api.AccountPage)
	w.UntilText("#programs", "Cloud of the clinic")
	w.Click("#programs button")
	w.UntilText("#done", "Taken back")
	w.Goto(wish)
	w.UntilAt(api.ConsentPage)
	w.Click("button[value=deny]")
	w.UntilText("#got", "false true")
	// A program on somebody's own machine has no secret, and another there could pass for it: it asks every time.
	wish = wishOf(known("A reader", "none"))
	for range 2 {
		w.Goto(wish)
		w.UntilAt(api.ConsentPage)
		w.Click("button[value=allow]")
		w.UntilText("#got", "true true")
	}
}
