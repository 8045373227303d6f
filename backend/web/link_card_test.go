package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
)

// quietly is a log that several write and one reads.
type quietly struct {
	mu   sync.Mutex
	text strings.Builder
}

func (q *quietly) Write(b []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.text.Write(b)
}

func (q *quietly) String() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.text.String()
}

// Who writes a visit may make a link for somebody no message reaches. It is shown once and opens the guest's door until the
// invitation is taken back; the trail says that it was made, and neither trail nor log say it. Nobody else gets one.
func TestLinkByHand(t *testing.T) {
	var log quietly
	h := mustOpenWith(t, t.TempDir(), &log)
	c := clinicOf(t, h)
	v := mustDo[api.Visit](c.mira, "POST", api.BookVisit.Path, c.soon(t))
	guest := v.Guests[0].ID
	path := atVisit(api.MakeGuestLink, v)
	first := mustDo[api.GuestLink](c.mira, "POST", path, nil)
	made := mustDo[api.GuestLink](c.admin, "POST", path, nil)
	if !strings.HasPrefix(made.Link, c.URL()+api.LinkPage) || made.Link == first.Link || !made.Until.Equal(v.End.Add(care.LinkAfter)) {
		t.Fatalf("made %+v and %+v", first, made)
	}
	out := stranger(t, c.House)
	opens := func(l api.GuestLink) int {
		res, _ := out.ask("GET", strings.TrimPrefix(l.Link, c.URL()), "")
		return res.StatusCode
	}
	if a, b := opens(first), opens(made); a != 200 || b != 200 {
		t.Errorf("the first opens with %d, the second with %d", a, b)
	}
	for who, one := range map[string]*visitor{"the patient": c.wren, "another": c.robin} {
		res, got := one.ask("POST", path, "")
		one.wantProblem(who, res, got, http.StatusNotFound, "request.not-found")
	}
	res, card := c.mira.post(api.LinkCardPage, "as", c.mira.slot, "link", made.Link)
	if res.StatusCode != 200 || !strings.Contains(card, made.Link) || !strings.Contains(card, `class="enrol-qr"`) || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the card: %d %s", res.StatusCode, card)
	}
	for what, one := range map[string]struct {
		*visitor
		link string
	}{"a patient": {c.wren, made.Link}, "no link": {c.mira, ""}, "one that is none": {c.mira, c.URL() + api.LinkPage + strings.Repeat("a", 26)}} {
		if res, page := one.post(api.LinkCardPage, "as", one.slot, "link", one.link); res.StatusCode != 404 || strings.Contains(page, "enrol-qr") {
			t.Errorf("a card for %s: %d", what, res.StatusCode)
		}
	}
	trail := mustDo[api.List[api.TrailEntry]](c.admin, "GET", api.ListTrail.Path+"?action="+api.MakeGuestLink.ID, nil).Items
	if len(trail) != 4 || trail[2].Object != string(guest) || trail[2].PersonName != "Alex Rivers" || trail[2].Patient != v.Patient || trail[0].Action != api.MakeGuestLink.ID+".refused" {
		t.Errorf("the trail has %+v", trail)
	}
	for range 3 {
		mustDo[api.GuestLink](c.mira, "POST", path, nil)
	}
	res, got := c.mira.ask("POST", path, "")
	c.mira.wantProblem("one too many", res, got, http.StatusTooManyRequests, "link.too-often")
	mustDo[api.Visit](c.mira, "POST", atVisit(api.UninviteGuest, v), nil)
	if a, b := opens(first), opens(made); a != http.StatusGone || b != http.StatusGone {
		t.Errorf("taken back, they open with %d and %d", a, b)
	}
	if res, _ := c.mira.ask("POST", path, ""); res.StatusCode != http.StatusConflict {
		t.Errorf("a link for who is not invited any more: %d", res.StatusCode)
	}
	for _, secret := range []string{first.Link, made.Link} {
		if strings.Contains(log.String(), secret[strings.LastIndex(secret, "/")+1:]) {
			t.Error("the log has a link")
		}
	}
}

// The address of an open door is drawn for its wall, for anybody; where callers never come there is nothing to draw.
func TestPosterOfTheOpenDoor(t *testing.T) {
	c := mustClinic(t)
	project := mustDo[api.Record](c.admin, "GET", of(api.GetRecord, c.patients["Wren-23"]), nil).Project
	poster := api.DropInPage + string(project) + "/poster"
	out := stranger(t, c.House)
	if res, _ := out.ask("GET", poster, ""); res.StatusCode != 404 {
		t.Errorf("a closed door: %d", res.StatusCode)
	}
	set := `{"zone":"Europe/Berlin","dropIn":true,"hours":[{"day":1,"from":"09:00","until":"12:00"}],"notes":[],"survey":true,"reminders":true,"naming":"role","phone":"+44 20 7946 0100","version":0}`
	if res, got := c.admin.ask("PUT", strings.Replace(api.PutVisiting.Path, "{project}", string(project), 1), set); res.StatusCode != 200 {
		t.Fatal(got)
	}
	res, page := out.ask("GET", poster, "")
	if res.StatusCode != 200 || !strings.Contains(page, c.URL()+api.DropInPage+string(project)+"<") || !strings.Contains(page, `class="enrol-qr"`) || !strings.Contains(page, "09:00") || !strings.Contains(page, "7946 0100") {
		t.Errorf("the poster: %d %s", res.StatusCode, page)
	}
}
