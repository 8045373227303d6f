package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

const formKind = "application/x-www-form-urlencoded"

// signIn types a password into the page and gives back where it leads.
func (v *visitor) signIn(login, password string) (*http.Response, *url.URL) {
	v.t.Helper()
	res, _ := v.ask("POST", api.SignInPage, url.Values{"login": {login}, "password": {password}}.Encode(), "Content-Type", formKind)
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		v.t.Fatal(err)
	}
	return res, to
}

// cookies are what a browser holds of the house.
func (v *visitor) cookies() []*http.Cookie {
	base, err := url.Parse(v.base)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.http.Jar.Cookies(base)
}

// thief is another browser with a copy of all cookies.
func (v *visitor) thief(c clinic) *visitor {
	t := stranger(v.t, c.House)
	base, err := url.Parse(v.base)
	if err != nil {
		v.t.Fatal(err)
	}
	t.http.Jar.SetCookies(base, v.cookies())
	t.slot = v.slot
	return t
}

// Every cookie of every answer keeps to the rules: no script reads it, no other site's form brings it along, no other host
// gets it. (That it is Secure and named __Host- over TLS is asked in identity.)
func TestSecurityCookies(t *testing.T) {
	c := mustClinic(t)
	staff := c.mustStaff("ana", access.Therapist, care.Place{Site: mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil).Site})
	seen := 0
	for _, v := range []*visitor{c.admin, staff, stranger(t, c.House)} {
		for _, path := range append(mustDoors(t, c), strings.TrimPrefix(c.Links().Therapist, c.URL()), api.SignInPage) {
			res, _ := v.ask("POST", path, url.Values{"as": {v.slot}, "login": {"ana"}, "password": {"nine quiet otters swim"}}.Encode(), "Content-Type", formKind)
			for _, k := range res.Cookies() {
				seen++
				if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode && k.SameSite != http.SameSiteStrictMode || k.Path != "/" || k.Domain != "" {
					t.Errorf("%s gives %s with %+v", path, k.Name, k)
				}
				if k.Value != "" && strings.Contains(res.Header.Get("Location"), k.Value) {
					t.Errorf("%s puts a cookie into an address", path)
				}
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d cookies were seen", seen)
	}
}

// Whoever plants a cookie before somebody signs in holds nothing afterwards.
func TestSecurityFixation(t *testing.T) {
	c := mustClinic(t)
	staff := c.mustStaff("ana", access.Therapist, care.Place{Site: mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil).Site})
	staff.slot = ""
	for _, planted := range []*visitor{stranger(t, c.House), c.wren.thief(c)} {
		victim := stranger(t, c.House)
		base, err := url.Parse(victim.base)
		if err != nil {
			t.Fatal(err)
		}
		victim.http.Jar.SetCookies(base, append(planted.cookies(), &http.Cookie{Name: "hearth-aaaaaaaa", Value: strings.Repeat("A", 43)}))
		before := map[string]string{}
		for _, k := range victim.cookies() {
			before[k.Name] = k.Value
		}
		_, to := victim.signIn("ana", "nine quiet otters swim")
		slot := strings.TrimPrefix(to.Fragment, "as=")
		if len(slot) != 8 || before["hearth-"+slot] != "" {
			t.Fatalf("signing in leads to %s", to)
		}
		planted.slot = slot
		res, got := planted.ask("GET", api.GetMe.Path, "")
		planted.wantProblem("who planted a cookie", res, got, http.StatusUnauthorized, "")
	}
}

// A copied cookie opens nothing any more once its owner signs out, ends it from elsewhere, or an administrator ends everything.
func TestSecurityStolenCookies(t *testing.T) {
	c := mustClinic(t)
	at := care.Place{Site: mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil).Site}
	for what, end := range map[string]func(v *visitor, person care.PersonID){
		"signing out": func(v *visitor, _ care.PersonID) {
			v.ask("POST", api.SignOutPage, "as="+v.slot, "Content-Type", formKind)
		},
		"a new password": func(v *visitor, _ care.PersonID) {
			v.ask("POST", api.PasswordPage, url.Values{"as": {v.slot}, "old": {"nine quiet otters swim"}, "fresh": {"three wise herons"}, "again": {"three wise herons"}}.Encode(), "Content-Type", formKind)
		},
		"an administrator": func(v *visitor, person care.PersonID) {
			mustDo[struct{}](c.admin, api.EndConnections.Method, strings.Replace(api.EndConnections.Path, "{person}", string(person), 1), nil)
		},
		"the end of the account": func(v *visitor, person care.PersonID) {
			off, version := true, mustDo[api.List[api.Person]](c.admin, "GET", api.ListPeople.Path, nil)
			for _, p := range version.Items {
				if p.ID == person {
					mustDo[api.Person](c.admin, api.PatchPerson.Method, strings.Replace(api.PatchPerson.Path, "{person}", string(person), 1), api.PatchPersonBody{Version: p.Version, Disabled: &off})
				}
			}
		},
	} {
		login := "ana." + strings.ReplaceAll(what, " ", "")
		owner := c.mustStaff(login, access.Therapist, at)
		thief := owner.thief(c)
		if res, _ := thief.ask("GET", api.GetMe.Path, ""); res.StatusCode != http.StatusOK {
			t.Fatalf("%s: the copy opens nothing from the start: %d", what, res.StatusCode)
		}
		end(owner, c.people[login].ID)
		res, got := thief.ask("GET", api.GetMe.Path, "")
		thief.wantProblem("a copy after "+what, res, got, http.StatusUnauthorized, "")
		res, got = thief.ask("GET", api.LiveSocket+"?as="+thief.slot, "", "Origin", c.URL(), "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		if !strings.Contains(got, `{"refused":{"code":"live.signed-out","final":true}}`) { // a page's socket cannot read a status
			t.Errorf("a socket by a copy after %s: %d %.200s", what, res.StatusCode, got)
		}
	}
}

// Fifty who guess at once get no more guesses than one after the other.
func TestSecurityGuessingInParallel(t *testing.T) {
	c := mustClinic(t)
	c.mustStaff("ana", access.Therapist, care.Place{Site: mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil).Site})
	for what, try := range map[string]func(v *visitor, n int) (*http.Response, string){
		"a password": func(v *visitor, _ int) (*http.Response, string) {
			return v.ask("POST", api.SignInPage, url.Values{"login": {"ana"}, "password": {"wrong horse battery"}}.Encode(), "Content-Type", formKind)
		},
		"a password of nobody": func(v *visitor, _ int) (*http.Response, string) {
			return v.ask("POST", api.SignInPage, url.Values{"login": {"nobody"}, "password": {"wrong horse battery"}}.Encode(), "Content-Type", formKind)
		},
	} {
		var wait sync.WaitGroup
		var mu sync.Mutex
		answers := map[int]int{}
		for n := range 50 {
			v := stranger(t, c.House)
			wait.Go(func() {
				res, _ := try(v, n)
				mu.Lock()
				defer mu.Unlock()
				answers[res.StatusCode]++
			})
		}
		wait.Wait()
		if wrong := answers[http.StatusUnauthorized] + answers[http.StatusForbidden] + answers[http.StatusUnprocessableEntity]; wrong > 5 || answers[http.StatusTooManyRequests] != 50-wrong {
			t.Errorf("%s by fifty at once: %v, want at most 5 looked at and the others asked to wait", what, answers)
		}
	}
}
