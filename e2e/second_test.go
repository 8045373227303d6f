package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// movedClock is a house's clock that a test moves.
type movedClock struct{ ahead atomic.Int64 }

func (c *movedClock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *movedClock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// code is what an app shows. It waits for the next one, as a person does whose code was just used.
func (c *movedClock) code(t *testing.T, secret string) string {
	t.Helper()
	c.pass(time.Minute)
	code, err := totp.GenerateCodeCustom(secret, c.now(), totp.ValidateOpts{Period: 30, Digits: 6, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

const heronWords = "seven herons over the marsh"

// The first administrator of a clinic: a password that is good enough, an app for codes, recovery codes on paper, signing in
// with a code, a proof before something that matters, and where one is signed in.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	c := &movedClock{}
	clinic := stage.OpenWith(t, func(h *house.Config) { h.Demo, h.Second, h.Now = false, true, c.now })
	w := stage.Browse(t, "administrator")
	w.Expect("Failed to load resource: the server responded with a status of 4")
	look := func(name string) {
		w.Size(1280, 800, false)
		w.Accessible("light", "dark")
		w.Pictures("second-" + name)
		w.Narrow(320)
		w.Size(1280, 800, false)
	}
	w.Goto(clinic.URL() + api.SetUpPage)
	typePasswords(t, w)
	code, err := clinic.SetUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.Fill("#code", code)
	w.Fill("#name", "Ada Lane")
	w.Fill("#login", "ada")
	w.Fill("#fresh", heronWords)
	w.UntilText("#fresh-worth", "Very good")
	look("set-up")
	w.Click("form button[type=submit]")

	w.UntilAt(api.ProtectPage)
	look("protect")
	w.Goto(clinic.URL() + api.AdminPage)
	w.UntilAt(api.ProtectPage) // nothing else is served
	w.Click("#protect-codes")
	w.UntilAt(api.CodesPage)
	w.Click("main details summary")
	look("codes")
	secret := strings.ReplaceAll(stage.Eval[string](w, "document.getElementById('secret').textContent"), " ", "")
	if secret == "" || strings.Contains(stage.Eval[string](w, "location.href + performance.getEntries().map(e => e.name).join()"), secret) {
		t.Error("the secret was in an address")
	}
	w.Fill("#code", "000000")
	w.Click("form[action$=confirm] button")
	w.UntilText("#code-trouble", "not right")
	w.Fill("#code", c.code(t, secret))
	w.Click("form[action$=confirm] button")
	w.Until("document.querySelectorAll('#recovery-codes code').length === 10")
	w.Until("!document.getElementById('print').hidden")
	look("recovery")
	recovery := strings.Fields(stage.Eval[string](w, "[...document.querySelectorAll('#recovery-codes code')].map(e => e.textContent).join(' ')"))
	w.Click("#go-on")
	w.UntilAt(api.AdminPage)
	w.Until("!!document.querySelector('details.account')")

	enter := func(w *stage.Window, code string) {
		w.Goto(clinic.URL() + api.SignInPage)
		w.Fill("#login", "ada")
		w.Fill("#password", heronWords)
		w.Click("form[action='/sign-in'] button[type=submit]")
		w.UntilAt(api.SecondPage)
		w.Fill("#code", "123")
		w.Click("form[action='/second'] button")
		w.UntilText("#code-trouble", "not right")
		w.Fill("#code", code)
	}
	w.SignOut()
	w.UntilAt(api.SignInPage)
	enter(w, c.code(t, secret))
	look("second")
	w.Fill("#code", c.code(t, secret))
	w.Click("form[action='/second'] button")
	w.UntilAt(api.AdminPage)
	w.Until("!!document.querySelector('details.account')")

	made := stage.Eval[string](w, `fetch("/api/v1/people", {method: "POST", headers: {"Content-Type": "application/json"},
		body: JSON.stringify({name: "Kim Nguyen", login: "kim", roles: ["therapist"]})}).then(r => r.json()).then(r => r.person.id)`)
	w.Goto(clinic.URL() + api.AdminPage + "/people")
	w.Until(fmt.Sprintf("!!document.getElementById('more-%s')", made))
	c.pass(6 * time.Minute)
	w.Click("#more-" + made)
	w.Click("#reset-" + made)
	w.Click("#reset-do")
	w.Until("!!document.getElementById('prove-code')")
	w.Accessible("light", "dark")
	w.Pictures("second-step-up")
	w.Fill("#prove-password", heronWords)
	w.Fill("#prove-code", "999")
	w.Click("#prove-do")
	w.UntilText("dialog .note", "not right")
	w.Fill("#prove-code", recovery[0])
	w.Click("#prove-do")
	w.Until("!!document.getElementById('handed-password')") // what was refused is done

	other := stage.Browse(t, "administrator's tablet")
	other.Expect("Failed to load resource: the server responded with a status of 4")
	enter(other, recovery[1])
	other.Click("form[action='/second'] button")
	other.UntilAt(api.AdminPage)
	other.Until("!!document.querySelector('details.account')")
	w.Goto(clinic.URL() + api.AccountPage)
	w.Until("document.querySelectorAll('.places li').length === 2")
	w.UntilText("#recovery-left", "8 recovery codes are left")
	w.UntilText(".places", "on Linux")
	look("account")
	w.Click(".places form button")
	w.UntilText("#done", "signed out there")
	other.UntilAt(api.SignInPage) // at once, by its live socket
	w.Until("document.querySelectorAll('.places li').length === 1")

	c.pass(6 * time.Minute) // the last proof is too old by then
	w.Click("#codes-remove")
	w.UntilAt("/account/prove")
	other.Goto("about:blank")
	w.Goto("about:blank")
}

// typePasswords holds the script beside the field to the table of the rule.
func typePasswords(t *testing.T, w *stage.Window) {
	t.Helper()
	table, err := os.ReadFile("../shared/password/testdata/table.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Password, Verdict string }
	if err := json.Unmarshal(table, &rows); err != nil {
		t.Fatal(err)
	}
	w.Until("!!globalThis.hearthPassword")
	got := strings.Split(stage.Eval[string](w, fmt.Sprintf("%s.map(r => hearthPassword.judge(r.password, r.own)).join()", table)), ",")
	for i, r := range rows {
		if i >= len(got) || got[i] != r.Verdict {
			t.Errorf("%q is %q beside the field, want %q", r.Password, got[min(i, len(got)-1)], r.Verdict)
		}
	}
	for password, says := range map[string]string{"short": "Too short", "Passwort2026!": "Easy to guess", "gr8 Möwen über": "Good"} {
		w.Fill("#fresh", password)
		w.UntilText("#fresh-worth", says)
	}
}
