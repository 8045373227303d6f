package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// wild are names that no person has and a page must bear.
var wild = []string{
	`"><img src=x onerror=alert(1)>`, `'><svg onload=alert(1)>`, `</script><script>alert(1)</script>`, `" autofocus onfocus=alert(1) x="`,
	`{{constructor.constructor('alert(1)')()}}`, `&lt;b&gt; & &amp;`, `javascript:alert(1)`, "Zoë 👩‍👩‍👧 Ñandú", "عيادة القلب", `Robert'); DROP TABLE people;--`,
}

// unseen are names that look like others or like nothing: a turned writing direction, nothing wide, a line's end, no text.
var unseen = []string{"gnp.\u202eexe", "a\u2066b", "a\u200bb", "a\nb", "a\x00b", "a\x1b[31m", "\u202e"}

// renamed are all bodies like body with one text in it replaced.
func renamed(body any, text string) []any {
	var out []any
	switch b := body.(type) {
	case map[string]any:
		for k, v := range b {
			for _, changed := range renamed(v, text) {
				more := maps.Clone(b)
				more[k] = changed
				out = append(out, more)
			}
		}
	case []any:
		for i, v := range b {
			for _, changed := range renamed(v, text) {
				more := slices.Clone(b)
				more[i] = changed
				out = append(out, more)
			}
		}
	case string:
		if !care.ValidID(b) {
			out = append(out, text)
		}
	}
	return out
}

// madeOf are bodies that name what is there, for the operations whose usual test bodies name nothing.
func (c clinic) madeOf(op api.Operation, me api.Me, project care.ProjectID) string {
	body := bodies()[op.ID]
	switch op.ID {
	case api.CreateRecord.ID:
		return `{"project":"` + string(project) + `","name":"Owl","contact":{"name":"Ann"}}`
	case api.CreateHospital.ID:
		return strings.ReplaceAll(body, "aaaaaaaaaaaaaaaaaaaaaaaaaa", string(me.Site))
	}
	return strings.ReplaceAll(body, "aaaaaaaaaaaaaaaaaaaaaaaaaa", string(project))
}

// what a page must never hold unescaped, whoever wrote it
var alive = regexp.MustCompile(`<img src=x|<svg onload|<script>alert|" autofocus onfocus`)

// Through every text of every operation: a wild name is either refused or comes back as it was, from the interface and from
// every page, where it is text and nothing else.
func TestSecurityWildNames(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	project := mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project
	ids := foreignIDs(c)
	ids["site"], ids["project"], ids["patient"] = string(me.Site), string(project), string(c.patients["Wren-23"])
	kept := map[string]int{}
	for _, op := range peoples() {
		if slices.Contains([]string{api.Prove.ID, api.ProvePasskey.ID, api.ChangePassword.ID}, op.ID) {
			continue // secrets are not shown
		}
		var body any
		if json.Unmarshal([]byte(c.madeOf(op, me, project)), &body) != nil {
			continue
		}
		v := c.allowed(t, op)
		for _, name := range wild {
			for _, changed := range renamed(body, name) {
				sent, err := json.Marshal(changed)
				if err != nil {
					t.Fatal(err)
				}
				res, got := v.ask(op.Method, filled(op, ids), string(sent))
				quoted, _ := json.Marshal(name)
				var back any
				switch {
				case res.StatusCode >= 500:
					t.Errorf("%s with %s: %d %s", op.ID, sent, res.StatusCode, got)
				case res.StatusCode >= 300 || got == "":
				case res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/"):
					t.Errorf("%s answers as %s", op.ID, res.Header.Get("Content-Type"))
				case json.Unmarshal([]byte(got), &back) == nil && holds(back, name):
					kept[op.ID]++
				case strings.Contains(string(sent), string(quoted)) && op.Method != http.MethodPost:
					t.Errorf("%s changed %q on the way: %s", op.ID, name, got)
				}
			}
		}
	}
	for _, op := range []api.Operation{api.CreatePerson, api.CreateSite, api.CreateProject, api.CreateGroup, api.CreateRecord, api.CreateHospital, api.CreateClient, api.CreateDevice} {
		if kept[op.ID] == 0 {
			t.Errorf("%s kept no wild name: nothing was tried", op.ID)
		}
	}
	c.mustBearWildNames(t)
}

func holds(v any, text string) bool {
	switch v := v.(type) {
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), func(one any) bool { return holds(one, text) })
	case []any:
		return slices.ContainsFunc(v, func(one any) bool { return holds(one, text) })
	}
	return v == text
}

// mustBearWildNames opens every page the house writes by itself, the account of somebody with a wild name among them.
func (c clinic) mustBearWildNames(t *testing.T) {
	t.Helper()
	const login = "wild.one"
	handed := mustDo[api.HandedOut](c.admin, "POST", api.CreatePerson.Path, api.CreatePersonBody{Name: wild[0], Login: login, Roles: []access.Role{access.Therapist}})
	out := stranger(t, c.House)
	res, _ := out.ask("POST", api.SignInPage, url.Values{"login": {login}, "password": {handed.Password}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || to.Query().Get("as") == "" {
		t.Fatalf("signing in: %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	shown := false
	for _, v := range []*visitor{out, c.admin, c.mira, c.wren, stranger(t, c.House)} {
		for _, path := range []string{"/", api.SignInPage, api.PasswordPage + "?as=" + to.Query().Get("as"), api.AccountPage, api.AdminPage, api.TherapistPage, api.PatientPage,
			api.PasskeyPage, api.CodesPage, api.ProtectPage, api.ProvePage, api.EnrolPage, api.DocsPage,
			api.SignInPage + "?next=" + url.QueryEscape(wild[0]), api.SignInPage + "?next=" + url.QueryEscape(`/"><script>alert(1)</script>`), "/" + url.PathEscape(wild[0])} {
			_, got := v.ask("GET", path, "")
			if found := alive.FindString(got); found != "" {
				t.Errorf("%s lets %s live", path, found)
			}
			shown = shown || strings.Contains(got, "&lt;img src=x onerror=alert(1)&gt;")
		}
	}
	if !shown {
		t.Error("no page showed the wild name: nothing was tried")
	}
}

// Names that deceive the eye are refused with words, wherever a name is given.
func TestSecurityUnseenNames(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	project := mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project
	ids := foreignIDs(c)
	ids["site"], ids["project"] = string(me.Site), string(project)
	for _, op := range []api.Operation{api.CreatePerson, api.CreateSite, api.CreateProject, api.CreateGroup, api.CreateRecord, api.CreateHospital, api.CreateClient, api.CreateDevice} {
		for _, name := range unseen {
			var body map[string]any
			if err := json.Unmarshal([]byte(c.madeOf(op, me, project)), &body); err != nil {
				t.Fatal(err)
			}
			body["name"] = name
			sent, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			res, got := c.admin.ask(op.Method, filled(op, ids), string(sent))
			c.admin.wantProblem(op.ID+" with "+string(sent), res, got, http.StatusUnprocessableEntity, "")
		}
	}
}
