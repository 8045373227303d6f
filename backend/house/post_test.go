package house_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/care"
)

// desk is somebody of a demo with an open browser.
type desk struct {
	t    *testing.T
	base string
	slot string
	http http.Client
}

func mustDesk(t *testing.T, h *house.House, link string) *desk {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, base: h.URL(), http: http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if link != "" {
		res, err := d.http.PostForm(link, url.Values{})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		d.slot = strings.TrimPrefix(to.Fragment, "as=")
	}
	return d
}

func (d *desk) ask(method, path string, body, into any) int {
	d.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		json.NewEncoder(&sent).Encode(body)
	}
	r, err := http.NewRequest(method, d.base+path, &sent)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(api.AsHeader, d.slot)
	res, err := d.http.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if into != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(got, into); err != nil {
			d.t.Fatalf("%s %s: %v in %s", method, path, err, got)
		}
	} else if into != nil {
		d.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, got)
	}
	return res.StatusCode
}

func (d *desk) page(path string) (int, string, http.Header) {
	d.t.Helper()
	res, err := d.http.Get(d.base + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

// eventually asks again until it holds, for as long as a slow machine may take.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: ", what)
		}
	}
}

var linked = regexp.MustCompile(`href="(http[^"]*/i/[a-z2-7]+)"`)

// In the demo, what a visit has to say lies in the inbox: the SMS with the link that opens the guest's door, the e-mail with
// its calendar, and the way out of e-mails; and staff read the state, never the number or the link.
func TestTheDemosInbox(t *testing.T) {
	fast := web.Rate{Each: time.Microsecond, Burst: 1 << 20}
	h, err := house.Open(context.Background(), house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Limits: web.Limits{Address: fast, Person: fast, Door: fast}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Shut() })
	admin, mira := mustDesk(t, h, h.Links().Administrator), mustDesk(t, h, h.Links().Therapist)
	var patients api.List[api.Patient]
	mira.ask("GET", api.ListPatients.Path, nil, &patients)
	wren := patients.Items[0]
	for _, p := range patients.Items {
		if p.Name == "Wren-23" {
			wren = p
		}
	}
	var record api.Record
	admin.ask("GET", strings.Replace(api.GetRecord.Path, "{patient}", string(wren.ID), 1), nil, &record)
	contact := map[string]any{"contact": map[string]any{"name": "Real Name", "mobile": "+49 170 1234567", "mail": "real@home.example"}, "version": 0}
	if code := admin.ask("PUT", strings.Replace(api.PutContact.Path, "{patient}", string(wren.ID), 1), contact, nil); code != 200 {
		t.Fatalf("the contact: %d", code)
	}
	book := func(in time.Duration, now bool) (care.VisitID, care.GuestID) {
		id, guest := care.NewID[care.VisitID](), care.NewID[care.GuestID]()
		var v api.Visit
		mira.ask("POST", api.BookVisit.Path, map[string]any{"id": id, "project": record.Project, "patient": wren.ID, "kind": "therapy", "now": now, "minutes": 30, "zone": "UTC",
			"local": time.Now().UTC().Add(in).Format(care.LocalLayout), "guests": []map[string]any{{"id": guest, "as": "patient", "language": "de"}}}, &v)
		return id, guest
	}
	messages := func(id care.VisitID) (m api.Messages) {
		mira.ask("GET", strings.Replace(api.ListMessages.Path, "{visit}", string(id), 1), nil, &m)
		return m
	}
	sent := func(id care.VisitID, kind care.MessageKind) (n int) {
		for _, m := range messages(id).Items {
			if m.Kind == kind && m.State == care.MessageSent {
				n++
			}
		}
		return n
	}
	later, _ := book(72*time.Hour, false)
	eventually(t, "an invitation by SMS and by e-mail", func() bool { return sent(later, care.TellInvitation) == 2 })
	soon, guest := book(5*time.Minute, false)
	eventually(t, "a link", func() bool { return sent(soon, care.TellSoon) == 1 })
	stranger := mustDesk(t, h, "")
	code, inbox, _ := stranger.page(api.InboxPage)
	if code != 200 || !strings.Contains(inbox, "real@home.example") || !strings.Contains(inbox, "491701234567") || strings.Contains(inbox, "Real Name") || strings.Contains(inbox, "Wren") || strings.Contains(inbox, "Solano") {
		t.Errorf("the inbox, %d: %s", code, inbox)
	}
	found := linked.FindStringSubmatch(inbox)
	if found == nil {
		t.Fatalf("no link: %s", inbox)
	}
	if code, _, _ := stranger.page(strings.TrimPrefix(found[1], h.URL())); code != 200 {
		t.Errorf("the link opens with %d", code)
	}
	file := regexp.MustCompile(`href="([^"]*\.ics)"`).FindStringSubmatch(inbox)
	if file == nil {
		t.Fatal("no calendar")
	}
	if code, text, header := stranger.page(file[1]); code != 200 || !strings.Contains(text, "METHOD:REQUEST") || !strings.HasPrefix(header.Get("Content-Type"), "text/calendar") {
		t.Errorf("the calendar: %d %s", code, text)
	}
	m := messages(soon)
	if seen := fmt.Sprint(m); strings.Contains(seen, "/i/") || strings.Contains(seen, "1234567") || m.Guests[0].Mobile != "67" || !m.Guests[0].Mail {
		t.Errorf("staff see %s", seen)
	}
	path := strings.NewReplacer("{visit}", string(soon), "{guest}", string(guest))
	var again api.Message
	mira.ask("POST", path.Replace(api.SendLinkAgain.Path), nil, &again)
	eventually(t, "the link once more", func() bool { return sent(soon, care.TellAgain) == 1 })
	stop := regexp.MustCompile(`href="http[^"]*(/m/[^"]+)"`).FindStringSubmatch(inbox)
	if stop == nil {
		t.Fatal("no way out of e-mails")
	}
	for range 5 { // whoever only looks changes nothing
		stranger.page(stop[1])
	}
	if messages(soon).Guests[0].MailOff {
		t.Error("looking ended e-mails")
	}
	res, err := http.Post(h.URL()+stop[1], "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil || res.StatusCode != 200 {
		t.Fatal(res, err)
	}
	res.Body.Close()
	if g := messages(soon).Guests[0]; !g.MailOff || g.SMSOff {
		t.Errorf("after the way out: %+v", g)
	}
	if code := mira.ask("PUT", path.Replace(api.PutOptOut.Path), map[string]any{"channel": "sms", "out": true}, nil); code >= 300 || !messages(soon).Guests[0].SMSOff {
		t.Errorf("said to staff: %d %+v", code, messages(soon).Guests[0])
	}
	off, _ := book(6*time.Minute, false)
	eventually(t, "opted out", func() bool {
		list := messages(off).Items
		return len(list) == 2 && list[0].State == care.MessageOptedOut && list[1].State == care.MessageOptedOut
	})
	for _, door := range []string{"/hooks/sms/report", "/hooks/sms/inbound", "/hooks/sms/report/" + string(again.ID) + "/x"} {
		res, err := http.Post(h.URL()+door, "application/x-www-form-urlencoded", strings.NewReader("From=%2B491701234567&Body=START"))
		if err != nil || res.StatusCode != http.StatusNotFound {
			t.Errorf("%s believes anybody: %v %v", door, res.StatusCode, err)
		}
		res.Body.Close()
	}
}
