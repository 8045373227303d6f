package web_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	openid "hearth/backend/provider"
	"hearth/shared/api"
	"hearth/shared/live"
)

const pin = "8305"

// mustPin chooses a PIN for a visitor's account.
func (v *visitor) mustPin() {
	v.t.Helper()
	res, body := v.post(api.PinPage, "as", v.slot, "pin", pin, "again", pin, "idle", "5")
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.Contains(to, "done=pin-set") {
		v.t.Fatalf("choosing a PIN: %d to %q: %s", res.StatusCode, to, body)
	}
}

func (v *visitor) mustLock() {
	v.t.Helper()
	res, _ := v.post(api.LockPage, "as", v.slot)
	v.led("locking", res, api.UnlockPage)
}

func (v *visitor) awake(fields ...string) (int, int) {
	v.t.Helper()
	res, body := v.post(api.LockPage+"/awake", append([]string{"as", v.slot}, fields...)...)
	var a api.Awake
	if res.StatusCode == http.StatusOK {
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			v.t.Fatal(err)
		}
	}
	return res.StatusCode, a.Left
}

// constants are those of the interface's package that are text, by name.
func constants(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	files, _ := filepath.Glob("../../shared/api/*.go")
	more, _ := filepath.Glob("../provider/*.go")
	files = append(files, more...)
	for range 2 { // some are made of others
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if spec, ok := n.(*ast.ValueSpec); ok {
					for i, id := range spec.Names {
						if i < len(spec.Values) {
							if text, ok := textOf(spec.Values[i], found); ok {
								found[id.Name] = text
							}
						}
					}
				}
				return true
			})
		}
	}
	return found
}

// textOf is what an expression of texts and names comes to.
func textOf(e ast.Expr, names map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.Ident:
		text, ok := names[e.Name]
		return text, ok
	case *ast.SelectorExpr:
		text, ok := names[e.Sel.Name]
		return text, ok
	case *ast.BinaryExpr:
		a, ok := textOf(e.X, names)
		b, too := textOf(e.Y, names)
		return a + b, ok && too
	}
	return "", false
}

var blank, pattern = regexp.MustCompile(`\{[^}]*\}`), regexp.MustCompile(`^[A-Z]+ /`)

// doorsOf are all addresses the house answers at, read from where they are laid out, with the interface's operations.
func doorsOf(t *testing.T) (list []string) {
	t.Helper()
	names := constants(t)
	names["path"], names["name"] = api.PatientPage, "patient" // of a portal
	names["route"] = "GET " + api.HomePage                    // of a loop
	files, _ := filepath.Glob("*.go")
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if all, ok := n.(*ast.CompositeLit); ok { // a list of addresses that are laid out in a loop
				for _, e := range all.Elts {
					if text, ok := textOf(e, names); ok && pattern.MatchString(text) {
						list = append(list, text)
					}
				}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "HandleFunc" || sel.Sel.Name == "Handle") {
				address, ok := textOf(call.Args[0], names)
				if !ok {
					t.Errorf("%s: an address this test cannot read", name)
				}
				list = append(list, address)
			}
			return true
		})
	}
	for _, op := range api.Operations() {
		list = append(list, op.Method+" "+op.Path)
	}
	for i, address := range list {
		address = strings.ReplaceAll(address, "{$}", "")
		if !strings.Contains(address, " ") {
			address = "GET " + address
		}
		list[i] = blank.ReplaceAllString(address, "aaaaaaaaaaaaaaaaaaaaaaaaaa")
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// A locked account is nobody at every address of the house: it is answered as a stranger is, and nothing of whose it is
// comes with the answer, but where the PIN is asked for.
func TestALockedAccountOpensNothing(t *testing.T) {
	c := mustClinic(t)
	c.wren.mustPin()
	c.wren.mustLock()
	out := stranger(t, c.House)
	out.slot = c.wren.slot
	list := doorsOf(t)
	if len(list) < 150 {
		t.Fatalf("only %d addresses were found", len(list))
	}
	body := url.Values{"as": {c.wren.slot}}.Encode()
	for _, address := range list {
		method, path, _ := strings.Cut(address, " ")
		if path == api.UnlockPage || path == api.SignOutPage || path == openid.EndSessionPath { // what is open to a locked account
			continue
		}
		sent, kind := "", "application/json"
		if method != http.MethodGet && !strings.HasPrefix(path, "/api/") {
			sent, kind = body, "application/x-www-form-urlencoded"
		}
		for _, query := range []string{"", "?as=" + c.wren.slot} {
			locked, shown := c.wren.ask(method, path+query, sent, "Content-Type", kind)
			strange, _ := out.ask(method, path+query, sent, "Content-Type", kind)
			if path == api.SignInPage && method == http.MethodGet { // where the way to the PIN begins
				if to := locked.Header.Get("Location"); !strings.HasPrefix(to, api.UnlockPage) {
					t.Errorf("signing in leads to %q", to)
				}
				continue
			}
			if locked.StatusCode != strange.StatusCode || locked.Header.Get("Location") != strange.Header.Get("Location") {
				t.Errorf("%s: %d to %q, a stranger gets %d to %q", address, locked.StatusCode, locked.Header.Get("Location"), strange.StatusCode, strange.Header.Get("Location"))
			}
			if strings.Contains(shown, "Wren-23") || strings.Contains(shown, string(c.patients["Wren-23"])) {
				t.Errorf("%s tells whose the tablet is", address)
			}
			for _, k := range locked.Cookies() {
				if strings.HasSuffix(k.Name, c.wren.slot) {
					t.Errorf("%s gives a locked account the cookie %s", address, k.Name)
				}
			}
		}
	}
	if _, shown := c.wren.ask("GET", api.UnlockPage, ""); !strings.Contains(shown, "Wren-23") {
		t.Error("the page of the PIN does not say whose it is")
	}
}

// Locking ends what the account has open, and a socket is not to be had until the PIN is given.
func TestALockEndsTheSocket(t *testing.T) {
	c := mustClinic(t)
	c.wren.mustPin()
	page := c.wren.socket()
	c.wren.hello(page, live.Patient)
	c.wren.until(page, "welcome", func(m live.FromHouse) bool { return m.Welcome != nil })
	c.wren.mustLock()
	c.wren.until(page, "the end", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })
	again := c.wren.socket()
	c.wren.until(again, "being turned away", func(m live.FromHouse) bool { return m.Refused != nil && m.Refused.Code == live.CodeSignedOut })
}

func TestUnlocking(t *testing.T) {
	c := mustClinic(t)
	c.wren.mustPin()
	if status, left := c.wren.awake(); status != http.StatusOK || left < 299 || left > 300 {
		t.Errorf("locks in %d s (status %d), want 300", left, status)
	}
	if _, left := c.wren.awake("measuring", "1"); left != 3900 {
		t.Errorf("measuring, it locks in %d s, want 3900", left)
	}
	if _, left := c.wren.awake(); left < 299 || left > 300 {
		t.Errorf("when that is over it locks in %d s, want 300", left)
	}
	if _, left := c.mira.awake(); left != 0 {
		t.Errorf("without a PIN it locks in %d s", left)
	}
	c.wren.mustLock()
	if status, _ := c.wren.awake(); status != http.StatusUnauthorized {
		t.Errorf("locked, a page that is awake gets %d", status)
	}
	res, _ := c.wren.ask("GET", api.AggregatorPage+"?x=1", "")
	to := c.wren.led("a portal", res, api.SignInPage)
	res, _ = c.wren.ask("GET", to, "")
	if to = c.wren.led("from there", res, api.UnlockPage); !strings.Contains(to, url.QueryEscape(api.AggregatorPage)) {
		t.Errorf("the way back is forgotten: %q", to)
	}
	res, shown := c.wren.post(api.UnlockPage, "as", c.wren.slot, "pin", "1902")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(shown, "Tries left: 4") {
		t.Errorf("a wrong PIN: %d %s", res.StatusCode, shown)
	}
	res, _ = c.wren.post(api.UnlockPage, "as", c.wren.slot, "pin", pin, "next", api.AggregatorPage)
	c.wren.led("the right PIN", res, api.AggregatorPage)
	mustDo[api.Me](c.wren, "GET", api.GetMe.Path, nil)

	c.wren.mustLock()
	for range 5 {
		res, shown = c.wren.post(api.UnlockPage, "as", c.wren.slot, "pin", "1902")
	}
	if !strings.Contains(shown, `id="spent"`) || strings.Contains(shown, `name="pin"`) {
		t.Errorf("after five wrong ones the page asks still: %s", shown)
	}
	res, _ = c.wren.post(api.UnlockPage, "as", c.wren.slot, "pin", pin)
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the right one then: %d", res.StatusCode)
	}
	res, _ = c.wren.post(api.SignOutPage, "as", c.wren.slot)
	c.wren.led("signing out locked", res, api.SignInPage)
	if res, _ = c.wren.ask("GET", api.UnlockPage, ""); res.Header.Get("Location") != api.HomePage {
		t.Errorf("the page of the PIN is there without anybody: %d", res.StatusCode)
	}
}

// A program that wants somebody signed out does not pass a locked account over: nobody is signed out until it is.
func TestAProgramSignsOutWhoIsLocked(t *testing.T) {
	c := mustClinic(t)
	c.wren.mustPin()
	c.wren.mustLock()
	if res, shown := c.wren.ask("GET", openid.EndSessionPath, ""); res.StatusCode != http.StatusOK || !strings.Contains(shown, "Wren-23") {
		t.Errorf("asked whether to sign out: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	res, _ := c.wren.post(openid.EndSessionPath, "as", c.wren.slot, "wish", "")
	c.wren.led("signing out", res, api.SignInPage)
	if res, _ = c.wren.ask("GET", api.UnlockPage, ""); res.Header.Get("Location") != api.HomePage {
		t.Errorf("a PIN opens the account still: %d", res.StatusCode)
	}
}

// Whoever says at the first sign-in that the tablet is shared chooses a PIN next, and goes on from there.
func TestAPinAtEnrolment(t *testing.T) {
	c := mustClinic(t)
	e := mustDo[api.Enrolment](c.admin, "POST", filled(api.IssueEnrolment, map[string]string{"person": string(c.people["Wren-23"].ID)}), nil)
	v := stranger(t, c.House)
	res, _ := v.post(api.EnrolPage, "code", e.Code)
	v.led("the code", res, api.EnrolPage)
	res, _ = v.post(api.EnrolPage+"/password", "fresh", good, "shared", "1")
	to, err := url.Parse(v.led("a password", res, api.PinPage))
	if err != nil {
		t.Fatal(err)
	}
	v.slot = to.Query().Get("as")
	if res, shown := v.ask("GET", to.String(), ""); res.StatusCode != http.StatusOK || !strings.Contains(shown, `id="not-now"`) {
		t.Errorf("the page of the PIN: %d %s", res.StatusCode, shown)
	}
	res, _ = v.post(api.PinPage, "as", v.slot, "next", to.Query().Get("next"), "pin", pin, "again", pin, "idle", "5")
	v.led("the PIN", res, api.PatientPage)
	v.mustLock()
}
