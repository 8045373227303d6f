package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	openid "hearth/backend/provider"
	"hearth/shared/api"
)

// The tests called TestSecurity… are one set: what a stranger, a thief or a page of elsewhere tries, each tried at every door
// there is and not at a chosen one (go test -run Security ./backend/...). Whatever door is added is tried too, or the test
// says that it was forgotten.

// doors are the places that take forms, as routes spell them, with their addresses.
func doors(c clinic) map[string]string {
	return map[string]string{
		`api.SignInPage`:                      api.SignInPage,
		`api.SignOutPage`:                     api.SignOutPage,
		`api.PasswordPage`:                    api.PasswordPage,
		`api.SetUpPage`:                       api.SetUpPage,
		`api.DemoPage+"{token}"`:              strings.TrimPrefix(c.Links().Patient, c.URL()),
		`api.AccountPage+"/places/end"`:       api.AccountPage + "/places/end",
		`api.AccountPage+"/places/others"`:    api.AccountPage + "/places/others",
		`api.AccountPage+"/programs/end"`:     api.AccountPage + "/programs/end",
		`api.ConsentPage`:                     api.ConsentPage,
		`provider.EndSessionPath`:             openid.EndSessionPath,
		`api.DeviceRegister`:                  api.DeviceRegister,
		`api.DeviceTicket`:                    api.DeviceTicket,
		`api.EnrolPage`:                       api.EnrolPage,
		`api.EnrolPage+"/options"`:            api.EnrolPage + "/options",
		`api.EnrolPage+"/passkey"`:            api.EnrolPage + "/passkey",
		`api.EnrolPage+"/password"`:           api.EnrolPage + "/password",
		`api.EnrolPage+"/leave"`:              api.EnrolPage + "/leave",
		`api.EnrolPage+"/cards"`:              api.EnrolPage + "/cards",
		`api.EnrolPage+"/card"`:               api.EnrolPage + "/card",
		`api.SignInPage+"/passkey/options"`:   api.SignInPage + "/passkey/options",
		`api.SignInPage+"/passkey"`:           api.SignInPage + "/passkey",
		`api.ProvePage+"/passkey/options"`:    api.ProvePage + "/passkey/options",
		`api.ProvePage+"/passkey"`:            api.ProvePage + "/passkey",
		`api.PasskeyPage`:                     api.PasskeyPage,
		`api.PasskeyPage+"/options"`:          api.PasskeyPage + "/options",
		`api.PasskeyPage+"/made"`:             api.PasskeyPage + "/made",
		`api.PasskeyPage+"/rename"`:           api.PasskeyPage + "/rename",
		`api.PasskeyPage+"/remove"`:           api.PasskeyPage + "/remove",
		`api.SecondPage`:                      api.SecondPage,
		`api.SecondPage+"/leave"`:             api.SecondPage + "/leave",
		`api.CodesPage`:                       api.CodesPage,
		`api.CodesPage+"/confirm"`:            api.CodesPage + "/confirm",
		`api.CodesPage+"/recovery"`:           api.CodesPage + "/recovery",
		`api.CodesPage+"/remove"`:             api.CodesPage + "/remove",
		`api.LockPage`:                        api.LockPage,
		`api.DeviceCardPage`:                  api.DeviceCardPage,
		`api.LinkCardPage`:                    api.LinkCardPage,
		`api.LockPage+"/awake"`:               api.LockPage + "/awake",
		`api.UnlockPage`:                      api.UnlockPage,
		`api.PinPage`:                         api.PinPage,
		`api.PinPage+"/remove"`:               api.PinPage + "/remove",
		`api.ProvePage`:                       api.ProvePage,
		`api.SMSReports`:                      api.SMSReports,
		`api.SMSReports+"/{message}/{proof}"`: api.SMSReports + "/bcdefghijklmnopqrstuvwxyz2/x",
		`api.SMSAnswers`:                      api.SMSAnswers,
		`api.StopPage+"{token}"`:              api.StopPage + "x",
		`api.LinkPage+"{$}"`:                  api.LinkPage,
		`api.LinkPage+"{link}"`:               api.LinkPage + "bcdefghijklmnopqrstuvwxyz2",
		`api.LinkPage+"{link}/call"`:          api.LinkPage + "bcdefghijklmnopqrstuvwxyz2/call",
		`api.DropInPage+"{project}"`:          api.DropInPage + "bcdefghijklmnopqrstuvwxyz2",
		`api.VisitPage+"{guest}"`:             api.VisitPage + "bcdefghijklmnopqrstuvwxyz2",
		`api.VisitPage+"{guest}/leave"`:       api.VisitPage + "bcdefghijklmnopqrstuvwxyz2/leave",
	}
}

var doorInSource = regexp.MustCompile(`mux\.HandleFunc\("POST "\+([^,]+),`)

// mustDoors are all doors of the source, each with its address.
func mustDoors(t *testing.T, c clinic) []string {
	t.Helper()
	known, found := doors(c), map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source to read: %v", err)
	}
	var paths []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range doorInSource.FindAllStringSubmatch(string(source), -1) {
			if known[m[1]] == "" {
				t.Errorf("%s opens a door at %s that no test knows", name, m[1])
				continue
			}
			found[m[1]] = true
			paths = append(paths, known[m[1]])
		}
	}
	for door := range known {
		if !found[door] {
			t.Errorf("there is no door at %s", door)
		}
	}
	return paths
}

// foreign is what a browser says of a request that a page of elsewhere makes it send (Fetch Metadata; RFC 6454).
var foreign = [][]string{
	{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
}

// A page of another site that sends our cookies along changes nothing, by any operation and any form.
func TestSecurityForeignPages(t *testing.T) {
	c := mustClinic(t)
	for _, headers := range foreign {
		for _, op := range api.Operations() {
			if op.Method == http.MethodGet {
				continue
			}
			res, got := c.admin.ask(op.Method, filled(op, foreignIDs(c)), bodies()[op.ID], headers...)
			c.admin.wantProblem(op.ID+" from "+strings.Join(headers, " "), res, got, http.StatusForbidden, "request.foreign")
		}
		for _, path := range mustDoors(t, c) {
			res, got := c.admin.ask("POST", path, "as="+c.admin.slot, append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
			if res.StatusCode != http.StatusForbidden || len(res.Cookies()) > 0 {
				t.Errorf("the form at %s from %v: %d %.80s", path, headers, res.StatusCode, got)
			}
		}
	}
	if got := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil).Name; got != "Alex Rivers" {
		t.Errorf("a page of elsewhere changed who is here: %s", got)
	}
}

// What a form of elsewhere can send without asking first (Fetch, "simple" content types) is never taken for JSON.
func TestSecurityBodiesOfForms(t *testing.T) {
	c := mustClinic(t)
	for _, op := range api.Operations() {
		body := bodies()[op.ID]
		if body == "" || body[0] != '{' {
			continue
		}
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json"} {
			res, got := c.admin.ask(op.Method, filled(op, foreignIDs(c)), body, "Content-Type", kind)
			if res.StatusCode < 400 || res.StatusCode >= 500 {
				t.Errorf("%s takes %s: %d %s", op.ID, kind, res.StatusCode, got)
			}
		}
	}
}

// Nobody else's page opens our pages in a frame, and nobody is given anything across origins.
func TestSecurityNothingIsShared(t *testing.T) {
	c := mustClinic(t)
	for _, v := range []*visitor{c.admin, stranger(t, c.House)} {
		for _, path := range []string{"/", api.AdminPage, api.AccountPage, api.SignInPage, api.GetMe.Path, api.ListPeople.Path, "/nothing"} {
			res, _ := v.ask("GET", path, "", "Origin", "https://evil.example")
			h := res.Header
			if h.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") ||
				h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" {
				t.Errorf("%s is shared: %v", path, h)
			}
			if res, _ := v.ask("OPTIONS", path, "", "Origin", "https://evil.example", "Access-Control-Request-Method", "PUT"); res.Header.Get("Access-Control-Allow-Methods") != "" {
				t.Errorf("%s allows methods to pages of elsewhere", path)
			}
		}
	}
}
