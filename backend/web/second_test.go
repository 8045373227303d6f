package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"hearth/backend/house"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/live"
)

const good = "three wise herons"

// led checks that an answer leads to a page and returns where exactly.
func (v *visitor) led(what string, res *http.Response, page string) string {
	v.t.Helper()
	to := res.Header.Get("Location")
	if at, _, _ := strings.Cut(to, "?"); res.StatusCode != http.StatusSeeOther || strings.Split(at, "#")[0] != page {
		v.t.Fatalf("%s: status %d to %q, want 303 to %s", what, res.StatusCode, to, page)
	}
	return to
}

// careful is a house as a clinic runs it, where staff need a second step, with a clock the test moves.
type careful struct {
	*house.House
	ahead atomic.Int64 // of the clock on the wall
}

func mustCareful(t *testing.T) *careful {
	t.Helper()
	c := &careful{}
	var err error
	c.House, err = house.Open(t.Context(), house.Config{Address: "localhost:0", Dir: t.TempDir(), Second: true, Passwords: cheap, Limits: patientRates, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Shut() })
	return c
}

func (c *careful) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// age lets time pass.
func (c *careful) age(d time.Duration) { c.ahead.Add(int64(d)) }

// appCode is what an app shows at the house's time, or some steps later.
func (c *careful) appCode(t testing.TB, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCodeCustom(secret, c.now().Add(time.Duration(steps)*30*time.Second), totp.ValidateOpts{Period: 30, Digits: 6, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// mustMoveIn makes the first administrator, who then has to set a second step up.
func mustMoveIn(t *testing.T, h *careful) *visitor {
	t.Helper()
	code, err := h.SetUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := stranger(t, h.House)
	res, _ := v.post(api.SetUpPage, "code", code, "name", "Ada Lane", "login", "ada", "fresh", good)
	to, _ := url.Parse(v.led("moving in", res, api.ProtectPage))
	v.slot = to.Query().Get("as")
	return v
}

var secretOf = regexp.MustCompile(`id="secret"[^>]*>([A-Z2-7 ]+)<`)
var recoveryOf = regexp.MustCompile(`<li><code>([0-9A-Z-]{19})</code></li>`)

// mustProtect sets codes up and returns their secret and the recovery codes.
func (v *visitor) mustProtect(h *careful) (secret string, recovery []string) {
	v.t.Helper()
	res, _ := v.post(api.CodesPage, "as", v.slot)
	to := v.led("beginning codes", res, api.CodesPage)
	_, html := v.ask("GET", to, "")
	found := secretOf.FindStringSubmatch(html)
	if found == nil {
		v.t.Fatalf("no secret in %s", html)
	}
	secret = strings.ReplaceAll(found[1], " ", "")
	if strings.Contains(to, secret) || !strings.Contains(html, `<svg class="qr"`) {
		v.t.Error("the secret travels in an address, or there is no picture")
	}
	res, html = v.post(api.CodesPage+"/confirm", "as", v.slot, "code", "12345")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(html, found[1]) {
		v.t.Errorf("a wrong code: %d; the same secret must be shown again", res.StatusCode)
	}
	res, html = v.post(api.CodesPage+"/confirm", "as", v.slot, "code", h.appCode(v.t, secret, 0))
	for _, one := range recoveryOf.FindAllStringSubmatch(html, -1) {
		recovery = append(recovery, one[1])
	}
	if res.StatusCode != http.StatusOK || len(recovery) != 10 || res.Header.Get("Cache-Control") != "no-store" {
		v.t.Fatalf("confirming: %d with %d recovery codes: %s", res.StatusCode, len(recovery), html)
	}
	return secret, recovery
}

// The way of somebody who moves in, sets codes up, signs out, and comes back with a code and once without the phone.
func TestTheSecondStep(t *testing.T) {
	h := mustCareful(t)
	v := mustMoveIn(t, h)
	for _, path := range []string{api.AdminPage, "/", api.AccountPage + "?as=" + v.slot} { // nothing else is served
		res, _ := v.ask("GET", path, "")
		v.led(path, res, api.ProtectPage)
	}
	res, got := v.ask("GET", api.ListPeople.Path, "")
	v.wantProblem("people before the second step", res, got, http.StatusConflict, "request.must-set-up")
	if me := mustDo[api.Me](v, "GET", api.GetMe.Path, nil); me.Seal != nil {
		t.Error("the seal is handed out before the second step")
	}
	secret, recovery := v.mustProtect(h)
	if res, _ := v.ask("GET", api.AdminPage, ""); res.StatusCode == http.StatusSeeOther {
		t.Errorf("the portal leads away: %v", res.Header)
	}
	for i, code := range []string{h.appCode(t, secret, 1), recovery[0]} {
		res, _ = v.post(api.SignOutPage, "as", v.slot)
		v.led("signing out", res, api.SignInPage)
		res, _ = v.post(api.SignInPage, "login", "ada", "password", good, "next", "/admin/people")
		to := v.led("the password", res, api.SecondPage)
		if u, _ := url.Parse(to); u.Query().Get("next") != "/admin/people" {
			t.Errorf("led to %s, and forgotten where to", to)
		}
		res, _ = v.ask("GET", api.AdminPage, "")
		v.led("the portal with half a session", res, api.SignInPage)
		v.slot = ""
		res, got = v.ask("GET", api.GetMe.Path, "")
		v.wantProblem("the interface with half a session", res, got, http.StatusUnauthorized, "sign-in.needed")
		if _, html := v.ask("GET", to, ""); !strings.Contains(html, `name="code"`) || strings.Contains(html, "Ada") {
			t.Error("the page of the second step lacks its field, or says who it is for")
		}
		res, html := v.post(api.SecondPage, "code", "000 00", "next", "/admin/people")
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(html, `id="code-trouble"`) {
			t.Errorf("a wrong code: %d %s", res.StatusCode, html)
		}
		res, _ = v.post(api.SecondPage, "code", code, "next", "/admin/people")
		at := v.led("the second step", res, "/admin/people")
		v.slot = at[strings.Index(at, "#as=")+4:]
		if _, html := v.ask("GET", api.AccountPage+"?as="+v.slot, ""); !strings.Contains(html, "recovery codes are left") || strings.Contains(html, "10 recovery") != (i == 0) {
			t.Errorf("the account page does not count recovery codes: %s", html)
		}
	}
	res, _ = v.post(api.SecondPage, "code", h.appCode(t, secret, 1))
	v.led("a second step nobody has before them", res, api.SignInPage)
	if res, _ := v.post(api.SecondPage + "/leave"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("leaving nothing: %d", res.StatusCode)
	}
}

// What is dangerous asks for a proof that is fresh, before it looks at anything else; a code already used proves nothing.
func TestStepUp(t *testing.T) {
	h := mustCareful(t)
	v := mustMoveIn(t, h)
	secret, recovery := v.mustProtect(h)
	made := mustDo[api.HandedOut](v, "POST", api.CreatePerson.Path, api.CreatePersonBody{Name: "Kim Nguyen", Login: "kim", Roles: []access.Role{access.Therapist}})
	reset := strings.ReplaceAll(api.ResetPassword.Path, "{person}", string(made.Person.ID))
	mustDo[api.HandedOut](v, "POST", reset, nil)
	h.age(6 * time.Minute)
	for _, body := range []string{"", "{"} {
		res, got := v.ask("POST", reset, body)
		v.wantProblem("an old proof", res, got, http.StatusForbidden, "step-up.needed")
		if !strings.Contains(got, `"ways":"password code"`) {
			t.Errorf("the answer does not say how: %s", got)
		}
	}
	res, got := v.ask("POST", api.CreatePerson.Path, `{"name":"Eve","login":"eve","roles":["administrator"]}`)
	v.wantProblem("making an administrator", res, got, http.StatusForbidden, "step-up.needed")
	mustDo[api.HandedOut](v, "POST", api.CreatePerson.Path, api.CreatePersonBody{Name: "Wren-23", Login: "wren", Roles: []access.Role{access.Patient}})
	for what, body := range map[string]api.ProveBody{"a wrong password": {Password: "no", Code: recovery[1]}, "no code": {Password: good}, "an old code": {Password: good, Code: h.appCode(t, secret, -3)}} {
		sent, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		res, got = v.ask("POST", api.Prove.Path, string(sent))
		v.wantProblem(what, res, got, http.StatusUnprocessableEntity, "step-up.wrong")
	}
	mustDo[struct{}](v, "POST", api.Prove.Path, api.ProveBody{Password: good, Code: recovery[0]})
	mustDo[api.HandedOut](v, "POST", reset, nil)

	h.age(6 * time.Minute) // the same by the pages of the porch
	res, _ = v.post(api.CodesPage+"/remove", "as", v.slot)
	to := v.led("removing codes", res, api.ProvePage)
	if _, html := v.ask("GET", to, ""); !strings.Contains(html, `name="then" value="remove"`) || !strings.Contains(html, `name="code"`) {
		t.Errorf("the page of the proof: %s", html)
	}
	if res, _ := v.post(api.ProvePage, "as", v.slot, "then", "remove", "password", good, "code", "000000"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong proof: %d", res.StatusCode)
	}
	res, _ = v.post(api.ProvePage, "as", v.slot, "then", "remove", "password", good, "code", h.appCode(t, secret, 1))
	v.led("the proof, and what it was for", res, api.AccountPage)
	if _, html := v.ask("GET", api.AccountPage+"?as="+v.slot+"&done=codes-removed", ""); !strings.Contains(html, "you have none") {
		t.Errorf("after removing: %s", html)
	}
}

// listening opens a live socket; what comes back waits until the house ends it.
func (v *visitor) listening(portal live.Portal) (closed func()) {
	v.t.Helper()
	s := v.socket()
	v.hello(s, portal)
	v.until(s, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	return func() {
		v.t.Helper()
		v.until(s, "signed out", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })
	}
}

// Somebody sees where they are signed in, in two words, and signs out there; nobody else's slot can be named.
func TestPlaces(t *testing.T) {
	c := mustClinic(t)
	phone := stranger(t, c.House)
	phone.agent = "Mozilla/5.0 (Linux; Android 16; Secret Model X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"
	phone.mustSignIn(c.Links().Therapist)
	account := func() string { _, html := c.mira.ask("GET", api.AccountPage+"?as="+c.mira.slot, ""); return html }
	if html := account(); !strings.Contains(html, "Chrome on Android") || !strings.Contains(html, `data-slot="`+phone.slot+`"`) || strings.Contains(html, "Secret Model") {
		t.Errorf("the places: %s", html)
	}
	closed := phone.listening(live.Therapist)
	for _, slot := range []string{c.wren.slot, c.mira.slot, "", "x\x00"} {
		if res, _ := c.mira.post(api.AccountPage+"/places/end", "as", c.mira.slot, "slot", slot); res.StatusCode != http.StatusNotFound {
			t.Errorf("ending %q: %d", slot, res.StatusCode)
		}
	}
	res, _ := c.mira.post(api.AccountPage+"/places/end", "as", c.mira.slot, "slot", phone.slot)
	c.mira.led("signing the phone out", res, api.AccountPage)
	closed()
	res, got := phone.ask("GET", api.GetMe.Path, "")
	phone.wantProblem("the phone", res, got, http.StatusUnauthorized, "sign-in.needed")

	other := mustEnter(t, c.House, c.Links().Therapist)
	closed = other.listening(live.Therapist)
	res, _ = c.mira.post(api.AccountPage+"/places/others", "as", c.mira.slot)
	c.mira.led("signing all others out", res, api.AccountPage)
	closed()
	if html := account(); strings.Count(html, "data-slot=") != 1 {
		t.Errorf("others are left: %s", html)
	}
	if res, _ := c.wren.ask("GET", api.GetMe.Path, ""); res.StatusCode != http.StatusOK {
		t.Errorf("somebody else was signed out: %d", res.StatusCode)
	}
}

// An administrator ends somebody's connections everywhere at once.
func TestEndConnections(t *testing.T) {
	c := mustClinic(t)
	closed := c.mira.listening(live.Therapist)
	mustDo[api.Person](c.admin, "POST", strings.ReplaceAll(api.EndConnections.Path, "{person}", string(c.people["Mira Solano"].ID)), nil)
	closed()
	res, got := c.mira.ask("GET", api.GetMe.Path, "")
	c.mira.wantProblem("Mira", res, got, http.StatusUnauthorized, "sign-in.needed")
}
