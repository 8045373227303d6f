package web_test

import (
	"net/http"
	"strings"
	"testing"

	"hearth/shared/api"
)

// The cards of many come on one page, each with its own code, or not at all when one of the codes is not theirs.
func TestCardsOfMany(t *testing.T) {
	c := mustClinic(t)
	var persons, codes []string
	for _, name := range []string{"Wren-23", "Robin-07"} {
		e := mustDo[api.Enrolment](c.admin, "POST", strings.Replace(api.IssueEnrolment.Path, "{person}", string(c.people[name].ID), 1), nil)
		persons, codes = append(persons, string(e.Person.ID)), append(codes, e.Code)
	}
	ask := func(v *visitor, persons, codes []string) (int, string) {
		res, page := v.send(api.EnrolPage+"/cards", "persons", strings.Join(persons, " "), "codes", strings.Join(codes, " "), "back", api.AdminPage)
		return res.StatusCode, page
	}
	status, page := ask(c.admin, persons, codes)
	for _, want := range append([]string{"2 cards", "Wren-23", "Robin-07", `id="card-code-2"`}, codes...) {
		if status != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("%d, and there is no %q", status, want)
		}
	}
	for what, got := range map[string]func() (int, string){
		"codes in another order": func() (int, string) { return ask(c.admin, persons, []string{codes[1], codes[0]}) },
		"fewer codes":            func() (int, string) { return ask(c.admin, persons, codes[:1]) },
		"nobody":                 func() (int, string) { return ask(c.admin, nil, nil) },
		"a therapist":            func() (int, string) { return ask(c.mira, persons, codes) },
	} {
		if status, page := got(); status != http.StatusNotFound || strings.Contains(page, codes[0]) {
			t.Errorf("%s: %d", what, status)
		}
	}
}
