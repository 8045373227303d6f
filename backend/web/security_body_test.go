package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
)

// wished are fields that somebody would like to set who may only set others.
var wished = []string{"id", "by", "person", "patient", "site", "project", "role", "roles", "grants", "created", "deleted", "disabled", "hash",
	"password", "secret", "login", "enabled", "scope", "owner", "admin", "isAdmin", "__proto__", "constructor", "$where"}

// withField are all ways to slip a field into a body: at its top and in every object within.
func withField(body any, field string) []any {
	var out []any
	switch b := body.(type) {
	case map[string]any:
		if _, own := b[field]; !own {
			more := maps.Clone(b)
			more[field] = "x"
			out = append(out, more)
		}
		for k, v := range b {
			if k == "names" { // words by language: any key is one's own, and another test's
				continue
			}
			for _, changed := range withField(v, field) {
				more := maps.Clone(b)
				more[k] = changed
				out = append(out, more)
			}
		}
	case []any:
		for i, v := range b {
			for _, changed := range withField(v, field) {
				more := append([]any{}, b...)
				more[i] = changed
				out = append(out, more)
			}
		}
	}
	return out
}

// ownFields are the fields a body of each operation may have anywhere, from the description of the interface.
func ownFields(t *testing.T, c clinic) map[string]map[string]bool {
	t.Helper()
	type schema struct {
		Ref        string `json:"$ref"`
		Properties map[string]json.RawMessage
	}
	doc := mustDo[struct {
		Paths map[string]map[string]struct {
			OperationID string
			RequestBody struct {
				Content map[string]struct{ Schema schema }
			}
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}](stranger(t, c.House), "GET", api.OpenAPI, nil)
	var collect func(raw []byte, into map[string]bool)
	collect = func(raw []byte, into map[string]bool) {
		var s schema
		if json.Unmarshal(raw, &s) != nil {
			return
		}
		for name, p := range s.Properties {
			into[name] = true
			collect(p, into)
			var list struct{ Items json.RawMessage }
			if json.Unmarshal(p, &list) == nil && list.Items != nil {
				collect(list.Items, into)
			}
		}
		if name := strings.TrimPrefix(s.Ref, "#/components/schemas/"); s.Ref != "" && !into["#"+name] {
			into["#"+name] = true
			collect(doc.Components.Schemas[name], into)
		}
	}
	out := map[string]map[string]bool{}
	for _, methods := range doc.Paths {
		for _, op := range methods {
			out[op.OperationID] = map[string]bool{}
			raw, err := json.Marshal(map[string]string{"$ref": op.RequestBody.Content["application/json"].Schema.Ref})
			if err != nil {
				t.Fatal(err)
			}
			collect(raw, out[op.OperationID])
		}
	}
	return out
}

// peoples are the operations of people. What services alone may do is refused to all of them: the tests of services try it.
func peoples() []api.Operation {
	return slices.DeleteFunc(slices.Clone(api.Operations()), func(o api.Operation) bool {
		return !access.May(access.Roles(), o.Needs) && access.ServiceMay(access.ServiceScopes(), o.Needs)
	})
}

// allowed is somebody whose roles let them past the gate of an operation.
func (c clinic) allowed(t *testing.T, op api.Operation) *visitor {
	t.Helper()
	for role, v := range map[access.Role]*visitor{access.Administrator: c.admin, access.Therapist: c.mira, access.Patient: c.wren} {
		if access.May([]access.Role{role}, op.Needs) {
			return v
		}
	}
	t.Errorf("nobody of the demo may %s", op.ID)
	return c.admin
}

// No operation takes a field that is not its own, at the top of its body or within.
func TestSecurityMassAssignment(t *testing.T) {
	c := mustClinic(t)
	own, tried := ownFields(t, c), 0
	for _, op := range peoples() {
		var body any
		if text := bodies()[op.ID]; text == "" || text[0] != '{' || json.Unmarshal([]byte(text), &body) != nil {
			continue
		}
		if len(own[op.ID]) == 0 && len(body.(map[string]any)) > 0 {
			t.Errorf("%s: the description names no fields", op.ID)
		}
		v := c.allowed(t, op)
		for _, field := range wished {
			if own[op.ID][field] {
				continue
			}
			for _, changed := range withField(body, field) {
				tried++
				sent, err := json.Marshal(changed)
				if err != nil {
					t.Fatal(err)
				}
				res, got := v.ask(op.Method, filled(op, foreignIDs(c)), string(sent))
				v.wantProblem(op.ID+" with "+string(sent), res, got, http.StatusUnprocessableEntity, "")
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d bodies were tried", tried)
	}
}

// A field that comes twice would be one thing to who checks it and another to who uses it: it is refused.
func TestSecurityFieldsTwice(t *testing.T) {
	c := mustClinic(t)
	for _, op := range peoples() {
		text := bodies()[op.ID]
		var body map[string]json.RawMessage
		if text == "" || json.Unmarshal([]byte(text), &body) != nil || len(body) == 0 {
			continue
		}
		for name, value := range body {
			again := `{"` + name + `":` + string(value) + "," + strings.TrimPrefix(strings.TrimSpace(text), "{")
			v := c.allowed(t, op)
			res, got := v.ask(op.Method, filled(op, foreignIDs(c)), again)
			v.wantProblem(op.ID+" with "+name+" twice", res, got, http.StatusBadRequest, "")
		}
	}
}

// Whatever is too much is refused with words before it costs anything, at every operation and every form.
func TestSecurityTooMuch(t *testing.T) {
	c := mustClinic(t)
	much := strings.Repeat("a", 1<<20)
	for _, op := range peoples() {
		if text := bodies()[op.ID]; text == "" || text[0] != '{' {
			continue
		}
		for what, body := range map[string]string{"a long value": `{"name":"` + much + `"}`, "spaces": strings.Repeat(" ", 1<<20) + bodies()[op.ID],
			"depth": `{"name":` + strings.Repeat(`{"a":`, 30_000)} {
			res, got := c.allowed(t, op).ask(op.Method, filled(op, foreignIDs(c)), body)
			if res.StatusCode < 400 || res.StatusCode >= 500 || len(got) > 16<<10 {
				t.Errorf("%s with %s: %d, %d bytes", op.ID, what, res.StatusCode, len(got))
			}
		}
	}
	for _, path := range mustDoors(t, c) {
		res, got := c.admin.ask("POST", path, "login="+much, "Content-Type", "application/x-www-form-urlencoded")
		if res.StatusCode < 400 || res.StatusCode >= 500 || strings.Contains(got, "aaaaaaaaaaaaaaaa") {
			t.Errorf("the form at %s with 1 MB: %d", path, res.StatusCode)
		}
	}
	for what, ask := range map[string]func(v *visitor) *http.Response{
		"a long address": func(v *visitor) *http.Response {
			res, _ := v.ask("GET", api.ListPeople.Path+"?after="+much[:60<<10], "")
			return res
		},
		"a long word to search": func(v *visitor) *http.Response {
			res, _ := v.ask("POST", api.SearchRecords.Path, `{"text":"`+much[:60<<10]+`"}`)
			return res
		},
		"a long If-Match": func(v *visitor) *http.Response {
			res, _ := v.ask("PATCH", api.PatchMe.Path, `{}`, "If-Match", `"`+much[:60<<10]+`"`)
			return res
		},
		"headers of 2 MB": func(v *visitor) *http.Response {
			res, _ := v.ask("GET", api.GetMe.Path, "", "X-Much", much+much)
			return res
		},
	} {
		if res := ask(c.admin); res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s: %d", what, res.StatusCode)
		}
	}
	mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
}
