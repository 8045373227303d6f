package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hearth/shared/api"
)

// Every page and every answer of a visit, to guests and staff, refused or not, carries the headers that keep it and its reader
// safe, and is kept by no browser.
func TestEveryAnswerOfAVisitIsDressed(t *testing.T) {
	c := mustClinic(t)
	now := time.Now().UTC()
	visit, guest, link := mustInvite(t, c, now.Add(5*time.Minute))
	_, _, late := mustInvite(t, c, now.Add(-5*time.Hour))
	_, _, early := mustInvite(t, c, now.Add(72*time.Hour))
	out, phone := stranger(t, c.House), stranger(t, c.House)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	names := strings.NewReplacer("{visit}", string(visit.ID), "{guest}", string(guest), "{project}", string(visit.Project))
	ask := func(v *visitor, method, path string, want int, personal bool) {
		t.Helper()
		path = names.Replace(path)
		var res *http.Response
		switch method {
		case "FORM":
			res, _ = v.ask("POST", path, "terms=1", form...)
		case "POST":
			res, _ = v.ask("POST", path, "{}")
		default:
			res, _ = v.ask(method, path, "")
		}
		where := method + " " + strings.NewReplacer(link, "/i/…", late, "/i/late", early, "/i/early").Replace(path)
		dressed(t, where, res)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", where, res.StatusCode, want)
		}
		if personal && res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: Cache-Control %q", where, res.Header.Get("Cache-Control"))
		}
	}
	for _, path := range []string{link, link + "?lang=fr", early, late, api.LinkPage} {
		ask(out, "GET", path, http.StatusOK, true)
		ask(out, "HEAD", path, http.StatusOK, true)
	}
	unknown := api.LinkPage + strings.Repeat("b", 26)
	ask(out, "GET", unknown, http.StatusNotFound, true)
	ask(out, "GET", api.DropInPage+string(visit.Project), http.StatusNotFound, true) // no open door here
	ask(out, "FORM", unknown, http.StatusNotFound, true)
	ask(out, "GET", api.VisitPage+string(guest), http.StatusUnauthorized, true)
	ask(out, "FORM", late+"/call", http.StatusSeeOther, true)
	ask(phone, "FORM", link, http.StatusSeeOther, true)
	ask(phone, "GET", api.VisitPage+string(guest), http.StatusOK, true)
	ask(out, "GET", link, http.StatusOK, true) // a second device
	for _, op := range []api.Operation{api.ListAttendance, api.GetAttendance, api.ListLines} {
		ask(out, "GET", op.Path, http.StatusUnauthorized, true)
	}
	for _, op := range []api.Operation{api.ListVisits, api.GetVisit, api.VisitReport, api.GetQueue, api.GetVisitNotes, api.GetVisiting, api.VisitStaff} {
		ask(c.mira, "GET", op.Path, http.StatusOK, true)
		ask(out, "GET", op.Path, http.StatusUnauthorized, true)
	}
	for _, path := range []string{api.AgendaPage, api.AgendaPage + "/{visit}", "/therapist/visit/{visit}"} {
		ask(c.mira, "GET", path, http.StatusOK, true)
		ask(out, "GET", path, http.StatusSeeOther, false)
	}
	ask(c.admin, "GET", api.AdminPage+"/visits", http.StatusOK, true)
	ask(c.mira, "POST", api.AdmitGuest.Path, http.StatusOK, true)
	mustDo[api.Visit](c.mira, "POST", names.Replace(api.EndVisit.Path), api.EndVisitBody{})
	ask(phone, "GET", api.VisitPage+string(guest), http.StatusOK, true)
	ask(out, "GET", link, http.StatusOK, true)
}
