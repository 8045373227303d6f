package web_test

import (
	"net/http"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
)

// A program that brings a token needs no cookie, no slot and no origin; and has the rights of its person alone.
func TestBearer(t *testing.T) {
	c := mustClinic(t)
	tokens, err := c.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := stranger(t, c.House)
	for token, name := range map[string]string{tokens.Administrator: "Alex Rivers", tokens.Therapist: "Mira Solano", tokens.Patient: "Wren-23", tokens.Patient2: "Robin-07"} {
		res, got := out.ask("GET", api.GetMe.Path, "", "Authorization", "Bearer "+token)
		if res.StatusCode != http.StatusOK || !strings.Contains(got, name) {
			t.Errorf("%s: %d %s", name, res.StatusCode, got)
		}
	}
	far := []string{"Authorization", "bearer " + tokens.Therapist, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"}
	if res, got := out.ask("PATCH", api.PatchMe.Path, `{"language":"de"}`, far...); res.StatusCode != http.StatusOK {
		t.Errorf("a change: %d %s", res.StatusCode, got)
	}
	for _, op := range api.Operations() {
		if !access.May([]access.Role{access.Patient}, op.Needs) {
			res, got := out.ask(op.Method, filled(op, foreignIDs(c)), bodies()[op.ID], "Authorization", "Bearer "+tokens.Patient)
			out.wantProblem("a patient's token asks "+op.ID, res, got, http.StatusNotFound, "request.not-found")
		}
	}
}

// A token that is not good is not made good by a cookie, and lifts no protection where cookies count.
func TestBearerAndCookie(t *testing.T) {
	c := mustClinic(t)
	tokens, err := c.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for what, token := range map[string]string{"no": "", "junk": "x", "a changed": tokens.Therapist[:len(tokens.Therapist)-2] + "AA", "a session's": "hearth"} {
		res, got := c.mira.ask("GET", api.GetMe.Path, "", "Authorization", "Bearer "+token)
		c.mira.wantProblem(what+" token beside a good cookie", res, got, http.StatusUnauthorized, "ticket.refused")
		if res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s token: nobody says what to bring", what)
		}
	}
	res, got := c.mira.ask("GET", api.GetMe.Path, "", "Authorization", "Bearer "+tokens.Patient)
	if res.StatusCode != http.StatusOK || !strings.Contains(got, "Wren-23") {
		t.Errorf("Wren's token in Mira's browser: %d %s", res.StatusCode, got)
	}
	if res, got := c.mira.ask("GET", api.GetMe.Path, "", "Authorization", "Basic eDp5"); res.StatusCode != http.StatusOK {
		t.Errorf("a proxy's own password beside a cookie: %d %s", res.StatusCode, got)
	}
	far := []string{"Content-Type", "application/x-www-form-urlencoded", "Authorization", "Bearer " + tokens.Therapist, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"}
	if res, _ := c.mira.ask("POST", api.SignOutPage, "", far...); res.StatusCode == http.StatusSeeOther {
		t.Error("a token opened a page of cookies to a foreign origin")
	}
	if res, _ := c.mira.ask("PATCH", api.PatchMe.Path, `{}`, far[4:]...); res.StatusCode == http.StatusOK {
		t.Error("a foreign origin changed something by cookie")
	}
}

// A disabled person's token is worth nothing at once.
func TestBearerOfDisabled(t *testing.T) {
	c := mustClinic(t)
	tokens, err := c.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	robin := c.people["Robin-07"]
	mustDo[api.Person](c.admin, "PATCH", filled(api.PatchPerson, map[string]string{"person": string(robin.ID)}), map[string]any{"version": robin.Version, "disabled": true})
	res, got := stranger(t, c.House).ask("GET", api.GetMe.Path, "", "Authorization", "Bearer "+tokens.Patient2)
	c.admin.wantProblem("a disabled person's token", res, got, http.StatusUnauthorized, "")
}
