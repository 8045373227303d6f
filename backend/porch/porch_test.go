package porch

import (
	"context"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// hostile is what a bad neighbour would like to be called.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

func settingIn(l words.Language) Setting {
	return Setting{Words: catalogue.Load(l), Address: &url.URL{Path: "/here", RawQuery: "next=%2Fpatient"},
		File: func(name string) string { return "/assets/" + name }}
}

// pages is every page of the porch, filled with hostile words wherever somebody's words go.
func pages(s Setting) map[string]templ.Component {
	t := Trouble{Field: "login", Words: hostile}
	all := map[string]templ.Component{
		"sign-in":           SignInPage(SignIn{Setting: s, Login: hostile, Next: hostile, Note: hostile, Trouble: t}),
		"above":             SignInPage(SignIn{Setting: s, Trouble: Trouble{Words: hostile}}),
		"password":          PasswordPage(Password{Setting: s, Slot: hostile, Next: hostile, Trouble: Trouble{Field: "fresh", Words: hostile}}),
		"account":           AccountPage(Account{Setting: s, Slot: hostile, Name: hostile, Login: hostile, Home: "/patient", Note: hostile, Trouble: Trouble{Words: hostile}}),
		"second":            SecondPage(Second{Setting: s, Next: hostile, Code: true, Recovery: 3, Passkey: true, Trouble: Trouble{Words: hostile}}),
		"second by passkey": SecondPage(Second{Setting: s, Passkey: true}),
		"protect":           ProtectPage(Protect{Setting: s, Slot: hostile, Next: hostile}),
		"codes":             CodesPage(Codes{Setting: s, Slot: hostile, Next: hostile, Secret: hostile, Picture: Picture{Path: hostile, Size: hostile}, Trouble: Trouble{Field: "code", Words: hostile}}),
		"recovery":          RecoveryPage(Recovery{Setting: s, Login: hostile, House: hostile, Codes: []string{hostile, hostile}, Home: "/admin#as=0"}),
		"prove":             ProvePage(Prove{Setting: s, Slot: hostile, Then: hostile, Password: true, Code: true, Passkey: true, Trouble: Trouble{Field: "password", Words: hostile}}),
		"prove by nothing":  ProvePage(Prove{Setting: s}),
		"consent": ConsentPage(Consent{Setting: s, Program: hostile, Host: hostile, Scopes: []string{"openid", "profile", "roles", "offline_access"},
			Accounts: []Chosen{{Slot: hostile, Name: hostile}, {Slot: "b", Name: hostile}}, Request: hostile, Action: "/oauth/consent", Other: "/sign-in"}),
		"consent of one":        ConsentPage(Consent{Setting: s, Program: "Cloud", Accounts: []Chosen{{Slot: hostile, Name: hostile}}, Action: "/oauth/consent", Other: "/sign-in"}),
		"leave":                 LeavePage(Leave{Setting: s, Accounts: []Chosen{{Slot: hostile, Name: hostile}}, Wish: hostile, Action: "/oauth/end-session"}),
		"account with programs": AccountPage(Account{Setting: s, Slot: hostile, Home: "/admin", Programs: []Program{{ID: hostile, Name: hostile, Since: hostile, Scopes: []string{"openid"}}}}),
		"account with codes": AccountPage(Account{Setting: s, Slot: hostile, Home: "/admin", HasPassword: true, Second: SecondStep{Shown: true, Code: true, Since: hostile, Recovery: 1},
			Places: Places{List: []Place{{Slot: hostile, Name: hostile, Since: hostile, Seen: hostile}, {Slot: hostile, Here: true}}, Others: 1}}),
		"account without": AccountPage(Account{Setting: s, Home: "/admin", Second: SecondStep{Shown: true, Required: true}}),
		"set-up":          SetUpPage(SetUp{Setting: s, Name: hostile, Login: hostile, Trouble: t}),
		"demo":            ContinuePage(Continue{Setting: s, Name: hostile, Role: hostile, Action: "/demo/x"}),
		"unbuilt":         UnbuiltPage(s),
		"docs":            DocsPage(Docs{Setting: s, OpenAPI: "/api", Operations: []Operation{{ID: hostile, Method: "GET", Path: hostile, Summary: hostile}}}),
	}
	maps.Copy(all, passkeyPages(s))
	maps.Copy(all, visitPages(s))
	for _, key := range []string{"not-found", "failure", "away", "slow-down", "refused", "ended", "offline", "enrol.left"} {
		all[key] = NoticePage(Notice{Setting: s, Key: key, Code: hostile, Action: "/", Button: hostile, Icon: "home"})
	}
	for _, name := range []string{"aggregator", "patient", "therapist", "admin"} {
		all["portal "+name] = PortalPage(Portal{Setting: s, Name: name, Load: Load{Program: hostile, Address: hostile, Size: "1"}, Version: hostile})
	}
	return all
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return b.String()
}

// What a strict policy of content refuses must not be in a page: styles, handlers, scripts of the page itself.
var (
	inlineStyle   = regexp.MustCompile(`(?i)<[^>]*\sstyle=|<style`)
	inlineHandler = regexp.MustCompile(`(?i)<[^>"]*(?:"[^"]*"[^>"]*)*\son[a-z]+=`)
	inlineScript  = regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>[^<]`)
	elsewhere     = regexp.MustCompile(`(?i)(?:src|href|action)="(?:https?:)?//`)
	unsaid        = regexp.MustCompile(`\[porch\.[a-z.-]+\]`)
)

func TestEveryPageInEveryLanguage(t *testing.T) {
	for _, l := range words.Languages() {
		for name, c := range pages(settingIn(l)) {
			html := render(t, c)
			if !strings.Contains(html, `<html lang="`+string(l)+`" dir="ltr"`) {
				t.Errorf("%s in %s does not say its language", name, l)
			}
			for what, bad := range map[string]*regexp.Regexp{"a style": inlineStyle, "a handler": inlineHandler, "a script": inlineScript,
				"something from elsewhere": elsewhere, "a missing sentence": unsaid} {
				if at := bad.FindString(html); at != "" {
					t.Errorf("%s in %s has %s: %s", name, l, what, at)
				}
			}
			if strings.Contains(html, "<script>alert") || strings.Contains(html, "<img src=x") {
				t.Errorf("%s in %s does not escape what it is given", name, l)
			}
		}
	}
}

// The page that stands in for others looks for the house by itself, and leads home without a script.
func TestOfflineRetries(t *testing.T) {
	html := render(t, NoticePage(Notice{Setting: settingIn(words.English), Key: "offline", Action: "/", Button: "again", Icon: "refresh", Script: "js/offline.js"}))
	for _, want := range []string{`<a id="again"`, `href="/"`, `<script src="/assets/js/offline.js"></script>`, "tries again by itself"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// go-app replaces the first element of the body; the loader looks for the others by name.
func TestPortalShell(t *testing.T) {
	html := render(t, PortalPage(Portal{Setting: settingIn(words.English), Name: "therapist", Load: Load{Program: "practice", Address: "/assets/practice.1a2b3c4d.wasm", Size: "123"}, Version: "v", Slot: "5f0c12ab"}))
	body := html[strings.Index(html, "<body"):]
	last := -1
	for _, part := range []string{`<div id="page"`, `<progress id="loading"`, `id="failed"`, `id="retry"`, `/js/wasm_exec.js`, `/js/loader.js`, `data-program="practice"`, `data-wasm="/assets/practice.1a2b3c4d.wasm"`, `data-size="123"`, `data-as="5f0c12ab"`} {
		at := strings.Index(body, part)
		if at <= last {
			t.Errorf("%s stands at %d, want after %d", part, at, last)
		}
		last = at
	}
	if first := regexp.MustCompile(`^<body[^>]*>\s*<(\w+) id="(\w+)"`).FindStringSubmatch(body); first == nil || first[2] != "page" {
		t.Errorf("first element of the body is %v, want the page", first)
	}
}

func TestWrongFieldIsNamedAndFocused(t *testing.T) {
	html := render(t, SignInPage(SignIn{Setting: settingIn(words.German), Login: "mira", Trouble: Trouble{Field: "password", Words: "stimmt nicht"}}))
	field := regexp.MustCompile(`<input[^>]*id="password"[^>]*>`).FindString(html)
	for _, want := range []string{`aria-invalid="true"`, `aria-describedby="password-trouble"`, "autofocus"} {
		if !strings.Contains(field, want) {
			t.Errorf("the wrong field lacks %s: %s", want, field)
		}
	}
	if !strings.Contains(html, `id="password-trouble"`) || strings.Count(html, "autofocus") != 1 {
		t.Errorf("want the words beside the field and one focus")
	}
	if strings.Contains(field, "value=\"s") {
		t.Errorf("a password was sent back: %s", field)
	}
}

func TestLanguageLinksKeepTheAddress(t *testing.T) {
	html := render(t, SignInPage(SignIn{Setting: settingIn(words.English)}))
	for _, want := range []string{`href="/here?lang=de&amp;next=%2Fpatient"`, `href="/here?lang=es&amp;next=%2Fpatient"`, `lang="en" aria-current="true"`} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
