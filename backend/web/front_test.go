package web_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hearth/shared/api"
)

// addresses lists what people and programs open with GET, by a signed-in visitor where it needs one.
func addresses(c clinic) map[string]*visitor {
	out := stranger(c.mira.t, c.House)
	demo := strings.TrimPrefix(c.Links().Patient2, c.URL())
	return map[string]*visitor{
		"/": out, api.SignInPage: out, api.SignInPage + "?next=/admin&lang=fr": out, api.SetUpPage: out, api.OfflinePage: out,
		api.DocsPage: out, api.OpenAPI: out, demo: out, "/nothing": out, "/api/v1/nothing": out, "/healthz": out, "/readyz": out, "/sw.js": out,
		"/favicon.ico": out, "/manifest-patient.webmanifest": out, "/assets/nothing.css": out, api.PasswordPage: c.mira, api.AccountPage: c.mira, api.PasskeyPage: c.mira, api.EnrolPage: out, api.AccountPage + "?done=x&lang=es": c.wren, api.SignOutPage: c.mira,
		api.TherapistPage: c.mira, api.LivePage + string(c.patients["Wren-23"]): c.mira, api.AdminPage + "/people": c.admin,
		api.PatientPage: c.wren, api.AggregatorPage: c.wren, api.GetMe.Path: c.wren, api.ListPatients.Path: c.mira, api.LiveSocket: c.wren,
		api.TherapistPage + "?lang=de": c.wren,
	}
}

// Every answer, of every kind and status, carries the headers that keep it and its reader safe.
func TestEveryAnswerIsDressed(t *testing.T) {
	c := mustClinic(t)
	for path, v := range addresses(c) {
		res, body := v.ask("GET", path, "")
		dressed(t, path, res)
		if strings.HasPrefix(path, api.AccountPage) {
			continue // says who they are to themselves
		}
		if strings.Contains(body, "Mira Solano") || (strings.Contains(body, "Wren-23") && path != api.GetMe.Path && path != api.ListPatients.Path) {
			t.Errorf("%s says who somebody is", path)
		}
	}
}

// dressed holds one answer to the headers that keep it and its reader safe.
func dressed(t *testing.T, path string, res *http.Response) {
	t.Helper()
	policy := res.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "style-src 'self'", "script-src 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s: policy lacks %s: %s", path, want, policy)
		}
	}
	for _, bad := range []string{"unsafe-inline", "'unsafe-eval'", "http:", "https:", "*"} {
		if strings.Contains(policy, bad) {
			t.Errorf("%s: policy has %s: %s", path, bad, policy)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", path, name, got, want)
		}
	}
	allowed := res.Header.Get("Permissions-Policy") // Bluetooth's default is what we want, and not every browser knows its name
	if !strings.Contains(allowed, "camera=(self)") || strings.Contains(allowed, "bluetooth") || res.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("%s: permissions or transport are wrong: %v", path, res.Header)
	}
}

func TestPersonalAnswersAreNotKept(t *testing.T) {
	c := mustClinic(t)
	for _, path := range []string{api.GetMe.Path, api.ListPatients.Path, api.PasswordPage, api.AccountPage, api.TherapistPage} {
		if res, _ := c.mira.ask("GET", path, ""); res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control is %q, want no-store", path, res.Header.Get("Cache-Control"))
		}
	}
}

// Who lets guests in is told on the pages of the own account, too, that one waits; nobody else's page asks.
func TestOnlyStaffAreToldWhoWaits(t *testing.T) {
	c := mustClinic(t)
	for _, path := range []string{api.AccountPage, api.PasswordPage, api.PasskeyPage, api.PinPage} {
		for who, want := range map[*visitor]bool{c.mira: true, c.wren: false} {
			res, body := who.ask("GET", path, "")
			asks := strings.Contains(body, `data-ask="`+api.GetQueue.Path+`"`) && strings.Contains(body, `data-as="`+who.slot+`"`)
			if res.StatusCode >= 500 || asks != want { // a PIN before a password is a conflict, said on the page
				t.Errorf("%s answers %d and asks who waits: %v, want %v", path, res.StatusCode, asks, want)
			}
		}
	}
}

// Link scanners, previews and prefetchers open links: looking must change nothing. The sessions' last use is the one
// thing that may move, so cookies and the people's lists are compared.
func TestLookingChangesNothing(t *testing.T) {
	c := mustClinic(t)
	state := func() string {
		_, people := c.admin.ask("GET", api.ListPeople.Path, "")
		_, care := c.admin.ask("GET", api.ListCare.Path, "")
		_, sittings := c.mira.ask("GET", strings.Replace(api.ListSittings.Path, "{patient}", string(c.patients["Wren-23"]), 1), "")
		return people + care + sittings
	}
	before := state()
	for path, v := range addresses(c) {
		for _, method := range []string{"GET", "HEAD"} {
			res, _ := v.ask(method, path, "")
			for _, cookie := range res.Cookies() {
				if cookie.Name != "hearth-lang" {
					t.Errorf("%s %s sets the cookie %s", method, path, cookie.Name)
				}
			}
		}
	}
	if after := state(); after != before {
		t.Errorf("looking changed\n%s\ninto\n%s", before, after)
	}
	for _, v := range []*visitor{c.admin, c.mira, c.wren} {
		if res, body := v.ask("GET", api.GetMe.Path, ""); res.StatusCode != 200 {
			t.Errorf("looking signed somebody out: %d %s", res.StatusCode, body)
		}
	}
}

// The language a browser chose is kept where its pages can change it: an earlier house kept it where no script may write. What is
// no language is kept nowhere.
func TestTheLanguageIsThePagesToo(t *testing.T) {
	c := mustClinic(t)
	for path, v := range map[string]*visitor{api.SignInPage: stranger(t, c.House), api.TherapistPage: c.mira, api.SignInPage + "?lang=xx": stranger(t, c.House)} {
		kept := func(cookie string) (list []*http.Cookie) {
			res, _ := v.ask("GET", path, "", "Cookie", cookie)
			for _, one := range res.Cookies() {
				if one.Name == "hearth-lang" {
					list = append(list, one)
				}
			}
			return list
		}
		if got := kept("hearth-lang=de"); len(got) != 1 || got[0].Value != "de" || got[0].HttpOnly || got[0].Path != "/" {
			t.Errorf("%s answers who chose German with %v", path, got)
		}
		if got := kept("hearth-lang=<b>"); len(got) != 0 {
			t.Errorf("%s keeps %v", path, got)
		}
	}
}

func TestBadBodies(t *testing.T) {
	c := mustClinic(t)
	path := strings.Replace(api.PutLimits.Path, "{patient}", string(c.patients["Wren-23"]), 1)
	for what, one := range map[string]struct {
		body, kind string
		status     int
	}{
		"nothing":         {"", "application/json", 400},
		"half of it":      {`{"heartLow":`, "application/json", 400},
		"another shape":   {`[1,2]`, "application/json", 422},
		"another type":    {`{"heartLow":"a","heartHigh":1,"leadOff":1,"version":0}`, "application/json", 422},
		"unknown names":   {`{"heartLow":40,"heartHigh":180,"leadOff":15,"version":0,"x":1}`, "application/json", 422},
		"absurd figures":  {`{"heartLow":-4,"heartHigh":1e9,"leadOff":15,"version":0}`, "application/json", 422},
		"too much":        {`{"heartLow":40,"x":"` + strings.Repeat("a", 70<<10) + `"}`, "application/json", 413},
		"deep":            {strings.Repeat("[", 30000), "application/json", 400},
		"bytes":           {"\xff\xfe\x00", "application/json", 400},
		"something else":  {`a=b`, "application/x-www-form-urlencoded", 415},
		"unknown content": {`<a/>`, "text/xml", 415},
	} {
		res, got := c.mira.ask("PUT", path, one.body, "Content-Type", one.kind)
		c.mira.wantProblem(what, res, got, one.status, "")
	}
	res, _ := c.mira.ask("POST", api.SignInPage, "login="+strings.Repeat("a", 70<<10), "Content-Type", "application/x-www-form-urlencoded")
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("an oversized form: %d, want 413", res.StatusCode)
	}
}

// A page of another site may send requests with our cookies; they must not do anything.
func TestForeignOrigins(t *testing.T) {
	c := mustClinic(t)
	limits := strings.Replace(api.PutLimits.Path, "{patient}", string(c.patients["Wren-23"]), 1)
	for _, headers := range [][]string{{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}} {
		for _, target := range []struct{ method, path string }{{"PUT", limits}, {"PATCH", api.PatchMe.Path}} {
			res, body := c.mira.ask(target.method, target.path, `{}`, headers...)
			c.mira.wantProblem(strings.Join(headers, " ")+" "+target.path, res, body, http.StatusForbidden, "request.foreign")
		}
		for _, path := range []string{api.SignInPage, api.SignOutPage, strings.TrimPrefix(c.Links().Patient, c.URL())} {
			res, _ := c.mira.ask("POST", path, "a=b", append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%v to %s: %d, want 403", headers, path, res.StatusCode)
			}
		}
	}
	upgrade := []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}
	for _, origin := range []string{"", "null", "https://evil.example", "http://localhost", strings.Replace(c.URL(), "http:", "https:", 1), c.URL() + ".evil.example"} {
		headers := upgrade
		if origin != "" {
			headers = append([]string{"Origin", origin}, upgrade...)
		}
		res, body := c.mira.ask("GET", api.LiveSocket, "", headers...)
		c.mira.wantProblem("a socket from "+origin, res, body, http.StatusForbidden, "request.foreign")
	}
	if res, _ := c.mira.ask("GET", api.GetMe.Path, ""); res.StatusCode != 200 {
		t.Error("a foreign site signed Mira out")
	}
}

// Another name that resolves to this machine is not this house.
func TestForeignHosts(t *testing.T) {
	c := mustClinic(t)
	for _, host := range []string{"evil.example", "192.168.1.2", "hearth.example:80", ""} {
		if host == "" {
			continue
		}
		for _, path := range []string{"/", api.GetMe.Path, strings.TrimPrefix(c.Links().Therapist, c.URL())} {
			if res, _ := c.mira.ask("GET", path, "", "Host", host); res.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s as %s: %d, want 421", path, host, res.StatusCode)
			}
		}
		if res, _ := c.mira.ask("GET", "/healthz", "", "Host", host); res.StatusCode != 200 {
			t.Errorf("health as %s: %d, want 200", host, res.StatusCode)
		}
	}
}

// The slot chooses among the cookies a browser has; it opens nothing by itself.
func TestSlotsOpenNothing(t *testing.T) {
	c := mustClinic(t)
	thief := stranger(t, c.House)
	thief.slot = c.mira.slot
	res, body := thief.ask("GET", api.GetMe.Path, "")
	thief.wantProblem("a stranger with Mira's slot", res, body, http.StatusUnauthorized, "")

	other := mustEnter(t, c.House, c.Links().Patient)
	other.slot = c.admin.slot
	res, body = other.ask("GET", api.ListPeople.Path, "")
	other.wantProblem("a patient with the administrator's slot", res, body, http.StatusUnauthorized, "")

	forged := stranger(t, c.House)
	res, body = forged.ask("GET", api.GetMe.Path, "", "Cookie", "hearth-"+c.mira.slot+"=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	forged.wantProblem("a forged cookie", res, body, http.StatusUnauthorized, "")

	both := mustEnter(t, c.House, c.Links().Therapist)
	first := both.slot
	both.mustSignIn(c.Links().Patient)
	for slot, want := range map[string]string{first: "Mira Solano", both.slot: "Wren-23"} {
		both.slot = slot
		if got := mustDo[api.Me](both, "GET", api.GetMe.Path, nil).Name; got != want {
			t.Errorf("slot %s is %s, want %s", slot, got, want)
		}
	}
}

// A tab that was opened for no account is told one that has the portal's role, so that it never means whoever signed in
// last.
func TestATabWithoutASlotIsGivenOne(t *testing.T) {
	h := mustOpen(t)
	v := mustEnter(t, h, h.Links().Patient)
	wren := v.slot
	v.mustSignIn(h.Links().Administrator) // used last, and no patient
	v.slot = ""
	res, body := v.ask("GET", api.AggregatorPage, "")
	if res.StatusCode == http.StatusServiceUnavailable {
		t.Skip("the pages' program is not built, so there is no shell to look at")
	}
	if !strings.Contains(body, `data-as="`+wren+`"`) {
		t.Errorf("the shell names no slot, or not %q's", wren)
	}
}

func TestHealth(t *testing.T) {
	c := mustClinic(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if res, body := stranger(t, c.House).ask("GET", path, ""); res.StatusCode != 200 {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}

// The readable page asks nothing of anyone else and runs no script of its own.
func TestDocsAskNobody(t *testing.T) {
	c := mustClinic(t)
	_, body := stranger(t, c.House).ask("GET", api.DocsPage, "")
	if at := regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*"`).FindString(body); at != "" {
		t.Errorf("the page reaches for %s", at)
	}
	if strings.Count(body, "<script") != strings.Count(body, `<script src="/assets/`) {
		t.Error("the page has a script of its own")
	}
}

// Problems speak the reader's language.
func TestProblemsSpeak(t *testing.T) {
	c := mustClinic(t)
	out := stranger(t, c.House)
	seen := map[string]bool{}
	for _, l := range []string{"en", "de-AT,de;q=0.9,en;q=0.8", "fr", "es"} {
		_, body := out.ask("GET", "/api/v1/nothing", "", "Accept-Language", l)
		seen[body] = true
	}
	if len(seen) != 4 {
		t.Errorf("four languages have %d different answers", len(seen))
	}
}

// The log and the database's neighbours hold no names, links or tokens.
func TestNothingPersonalInTheLog(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	h := mustOpenWith(t, dir, &log)
	mira := mustEnter(t, h, h.Links().Therapist)
	mira.ask("GET", api.ListPatients.Path, "")
	mira.ask("GET", "/therapist/live/secretpath?token=abc", "")
	mira.ask("PUT", "/api/v1/patients/junk/limits", `{"x":"Wren-23"}`)
	token := h.Links().Therapist[strings.LastIndex(h.Links().Therapist, "/")+1:]
	for _, secret := range []string{"Mira", "Wren", token, "secretpath", "token=", mira.slot, "127.0.0.1"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), `route="GET /api/v1/patients"`) {
		t.Errorf("the log lacks the route:\n%s", log.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "hearth.db")); err != nil {
		t.Error(err)
	}
}
