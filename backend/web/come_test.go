package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
)

// mustInvite books a visit with Wren that may be come into now, and returns the path of Wren's link.
func mustInvite(t testing.TB, c clinic, local time.Time) (visit api.Visit, guest care.GuestID, link string) {
	t.Helper()
	guest = care.NewID[care.GuestID]()
	project := mustDo[api.Patient](c.mira, "GET", strings.ReplaceAll(api.GetPatient.Path, "{patient}", string(c.patients["Wren-23"])), nil).Project
	visit = mustDo[api.Visit](c.mira, "POST", api.BookVisit.Path, api.BookVisitBody{ID: care.NewID[care.VisitID](), Project: project, Patient: c.patients["Wren-23"],
		Kind: care.Therapy, Local: local.UTC().Format(care.LocalLayout), Zone: "UTC", Minutes: 30, Guests: []api.NewGuest{{ID: guest, As: care.AsPatient}}})
	address, err := c.MintLink(t.Context(), guest)
	if err != nil {
		t.Fatal(err)
	}
	return visit, guest, strings.TrimPrefix(address, c.URL())
}

// mostPorch is what the first load of the porch may weigh in all, compressed, in bytes.
const mostPorch = 60 << 10

var (
	ofPage  = regexp.MustCompile(`<(?:link|script|img)\b[^>]*?(?:href|src)="(/assets/[^"]+)"`)
	ofIcons = regexp.MustCompile(`<use href="(/assets/[^"#]+)#`)
	abroad  = regexp.MustCompile(`(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}`)
)

// What a phone loads before it shows the button is small, and all of it is ours.
func TestPorchIsLight(t *testing.T) {
	c := mustClinic(t)
	_, _, link := mustInvite(t, c, time.Now().Add(10*time.Minute))
	phone := stranger(t, c.House)
	for _, lang := range []string{"en", "de", "fr", "es"} {
		res, html := phone.ask("GET", link+"?lang="+lang, "")
		if res.StatusCode != http.StatusOK || !strings.Contains(html, `id="ready"`) {
			t.Fatalf("the porch: %d", res.StatusCode)
		}
		if at := abroad.FindString(strings.ReplaceAll(html, c.URL(), "")); at != "" {
			t.Errorf("the page asks elsewhere: %s", at)
		}
		_, served := phone.ask("GET", link+"?lang="+lang, "", "Accept-Encoding", "br, gzip")
		parts, seen := map[string]int{"document": len(served)}, map[string]bool{}
		for _, m := range append(ofPage.FindAllStringSubmatch(html, -1), ofIcons.FindAllStringSubmatch(html, -1)...) {
			if seen[m[1]] {
				continue
			}
			seen[m[1]] = true
			res, body := phone.ask("GET", m[1], "", "Accept-Encoding", "br")
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", m[1], res.StatusCode)
			}
			parts[m[1]] = len(body)
		}
		sum := 0
		for _, n := range parts {
			sum += n
		}
		t.Logf("%s: %d bytes of %d in %d answers: %v", lang, sum, mostPorch, len(parts), parts)
		if sum > mostPorch || len(parts) < 6 {
			t.Errorf("the porch in %s weighs %d bytes in %d answers", lang, sum, len(parts))
		}
	}
}

// A guest who chose another language than the one noted of them reads it on every page of the visit from then on; pages may
// change the choice.
func TestGuestsChooseTheirLanguage(t *testing.T) {
	c := mustClinic(t)
	visit, guest, link := mustInvite(t, c, time.Now().UTC().Add(5*time.Minute))
	res, got := c.mira.ask("PATCH", strings.NewReplacer("{visit}", string(visit.ID), "{guest}", string(guest)).Replace(api.PatchGuest.Path), `{"version":`+strconv.FormatInt(visit.Version, 10)+`,"language":"en"}`)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("note a language: %d %s", res.StatusCode, got)
	}
	phone := stranger(t, c.House)
	says := func(path, want string) *http.Response {
		t.Helper()
		res, html := phone.ask("GET", path, "")
		if !strings.Contains(html, `<html lang="`+want+`"`) {
			t.Errorf("%s is not in %s: %d %.200s", path[:3], want, res.StatusCode, html)
		}
		return res
	}
	says(link, "en")
	cookies := says(link+"?lang=fr", "fr").Cookies()
	if len(cookies) != 1 || cookies[0].HttpOnly {
		t.Errorf("the choice is kept in %v", cookies)
	}
	says(link, "fr")
	if res, got := phone.ask("POST", link, "terms=1", "Content-Type", "application/x-www-form-urlencoded"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("coming: %d %.300s", res.StatusCode, got)
	}
	says(api.VisitPage+string(guest), "fr")
}

// A patient whose own pages are a child's finds the visit so from the tap on, and on no other device; who merely opens the link is
// not told, and nobody else who was invited is concerned.
func TestAVisitLooksAsItsPatientsPages(t *testing.T) {
	c := mustClinic(t)
	at := strings.ReplaceAll(api.GetRecord.Path, "{patient}", string(c.patients["Wren-23"]))
	was := mustDo[api.Record](c.admin, "GET", at, nil)
	if res, got := c.admin.ask("PATCH", at, `{"version":`+strconv.FormatInt(was.Version, 10)+`,"theme":"child"}`); res.StatusCode != http.StatusOK {
		t.Fatalf("choose a look: %d %s", res.StatusCode, got)
	}
	visit, guest, link := mustInvite(t, c, time.Now().UTC().Add(5*time.Minute))
	interpreter := care.NewID[care.GuestID]()
	mustDo[api.Visit](c.mira, "POST", strings.ReplaceAll(api.AddGuest.Path, "{visit}", string(visit.ID)),
		api.NewGuest{ID: interpreter, As: care.AsInterpreter, Name: "Noor", Address: care.Address{Mobile: "+4917055501043"}})
	other, err := c.MintLink(t.Context(), interpreter)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		guest  care.GuestID
		link   string
		childs bool
	}{{guest, link, true}, {interpreter, strings.TrimPrefix(other, c.URL()), false}} {
		phone := stranger(t, c.House)
		looks := func(path string, want bool) {
			t.Helper()
			res, html := phone.ask("GET", path, "")
			if res.StatusCode != http.StatusOK || strings.Contains(html, `data-theme="child"`) != want || strings.Contains(html, "data-theme") != want {
				t.Errorf("%s: %d, looks like a child's: %v, want %v", path[:3], res.StatusCode, !want, want)
			}
		}
		looks(one.link, false)
		var came api.Came
		res, got := phone.ask("POST", one.link, "terms=1", "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
		if err := json.Unmarshal([]byte(got), &came); err != nil || res.StatusCode != http.StatusOK || (came.Theme == "child") != one.childs || !one.childs && came.Theme != "" {
			t.Errorf("coming: %d %s (%v)", res.StatusCode, got, err)
		}
		looks(api.VisitPage+string(one.guest), one.childs)
		phone = stranger(t, c.House)
		looks(one.link, false) // a second device
	}
}
