package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
)

// Two people edit the same thing: the second is told, and nothing of the first is lost.
func TestConcurrentEdits(t *testing.T) {
	c := mustClinic(t)
	path := strings.Replace(api.PutLimits.Path, "{patient}", string(c.patients["Wren-23"]), 1)
	was := mustDo[api.Limits](c.mira, "GET", path, nil)
	was.HeartHigh = 150
	now := mustDo[api.Limits](c.mira, "PUT", path, was)
	if now.HeartHigh != 150 || now.Version == was.Version {
		t.Fatalf("limits became %+v from %+v", now, was)
	}
	late := `{"heartLow":40,"heartHigh":170,"leadOff":15,"version":0}`
	res, body := c.mira.ask("PUT", path, late)
	c.mira.wantProblem("an edit of an old version", res, body, http.StatusConflict, "")
	res, body = c.mira.ask("PUT", path, late, "If-Match", `"0"`)
	c.mira.wantProblem("If-Match of an old version", res, body, http.StatusPreconditionFailed, "")
	res, body = c.mira.ask("PUT", path, late, "If-Match", `W/"x"`)
	c.mira.wantProblem("If-Match that is none", res, body, http.StatusPreconditionFailed, "")
	res, _ = c.mira.ask("GET", path, "")
	tag := res.Header.Get("ETag")
	if res, body = c.mira.ask("PUT", path, late, "If-Match", tag); res.StatusCode != 200 || res.Header.Get("ETag") == tag {
		t.Errorf("If-Match %s of the newest version: %d %s, ETag %s", tag, res.StatusCode, body, res.Header.Get("ETag"))
	}
	vocabulary := strings.Replace(api.PutVocabulary.Path, "{project}", string(mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil).Project), 1)
	v := mustDo[api.Vocabulary](c.mira, "GET", vocabulary, nil)
	v.Words = append(v.Words, care.Word{Key: "sunny", Text: "Sonne"})
	mustDo[api.Vocabulary](c.mira, "PUT", vocabulary, v)
	res, body = c.mira.ask("PUT", vocabulary, `{"words":[{"Key":"sunny","Text":"Soleil"}],"version":0}`)
	c.mira.wantProblem("a vocabulary of an old version", res, body, http.StatusConflict, "")
	alex := c.people["Alex Rivers"] // what is refused for another reason says so, with a version or without
	res, body = c.admin.ask("PATCH", strings.Replace(api.PatchPerson.Path, "{person}", string(alex.ID), 1), `{"version":0,"disabled":true}`, "If-Match", `"`+fmt.Sprint(alex.Version)+`"`)
	c.admin.wantProblem("disabling oneself", res, body, http.StatusConflict, "people.own")
}
