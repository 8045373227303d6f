package house

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// A phone that slept while another device took its place hears so, and how it may go on: it was not put out.
func TestAPhoneIsToldOfTheOtherDevice(t *testing.T) {
	p := mustPorch(t)
	first, second := p.phone(), p.phone()
	came := first.comes()
	p.clock.set(p.clock.now().Add(16 * time.Minute))
	second.wants("another device, the first silent", "POST", p.link, ready, http.StatusSeeOther)
	page := api.VisitPage + string(p.guest)
	for _, words := range []string{"You are on another device now", "open the link in your message again"} {
		first.wants("the first wakes", "GET", page, nil, http.StatusUnauthorized, words)
	}
	first.wants("in its language", "GET", page+"?lang=de", nil, http.StatusUnauthorized, "anderen Gerät")
	first.wants("in another again", "GET", page+"?lang=en", nil, http.StatusUnauthorized, "You are on another device now")
	if got := first.refusal(came.Slot); got.Code != live.CodeMoved || !got.Final {
		t.Errorf("its socket hears %+v", got)
	}
	if res, body := first.ask("GET", api.ListAttendance.Path, nil, api.AsHeader, came.Slot); res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, live.CodeMoved) {
		t.Errorf("its page reads %d %s", res.StatusCode, body)
	}
	first.wants("the link again", "GET", p.link, nil, http.StatusOK, "already open on another device", `id="code"`)
	first.wants("no code", "POST", p.link, ready, http.StatusUnprocessableEntity)
	code, _, err := p.door.Code(t.Context(), p.guest)
	if err != nil {
		t.Fatal(err)
	}
	first.wants("with the code", "POST", p.link, url.Values{"terms": {"1"}, "code": {code}}, http.StatusSeeOther)
	first.wants("is in again", "GET", page, nil, http.StatusOK, "waiting room")
	second.wants("the other is in too", "GET", page, nil, http.StatusOK, "waiting room")
	p.step(care.Deny)
	second.wants("put out", "GET", page, nil, http.StatusUnauthorized, "open your link again")
}

// Who sleeps and wakes alone goes on as ever: nobody took their place.
func TestAPhoneThatSleptAloneGoesOn(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	f.comes()
	p.clock.set(p.clock.now().Add(20 * time.Minute))
	f.wants("ready again", "POST", p.link, ready, http.StatusSeeOther)
	f.wants("goes on", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK, "waiting room")
}

// comes taps "I'm ready" as the page's script does.
func (f *phone) comes() (came api.Came) {
	f.p.t.Helper()
	_, body := f.ask("POST", f.p.link, ready, "Accept", "application/json")
	if err := json.Unmarshal([]byte(body), &came); err != nil {
		f.p.t.Fatal(err)
	}
	return came
}

// refusal is why the house turns a page's socket away.
func (f *phone) refusal(slot string) live.Refused {
	f.p.t.Helper()
	d := websocket.Dialer{Jar: f.http.Jar, HandshakeTimeout: 10 * time.Second}
	ws, _, err := d.DialContext(f.p.t.Context(), strings.Replace(f.p.URL(), "http", "ws", 1)+api.LiveSocket+"?as="+slot, http.Header{"Origin": {f.p.URL()}})
	if err != nil {
		f.p.t.Fatal(err)
	}
	defer ws.Close()
	ws.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, text, err := ws.ReadMessage()
	if err != nil && err != io.EOF {
		f.p.t.Fatal(err)
	}
	var m live.FromHouse
	if err := json.Unmarshal(text, &m); err != nil || m.Refused == nil {
		f.p.t.Fatalf("the house says %s, %v", text, err)
	}
	return *m.Refused
}

// Of many browsers that tap in the same moment with one link one comes in; the others are asked for the code, as whoever comes
// later is.
func TestOneBrowserComesInByALink(t *testing.T) {
	p := mustPorch(t)
	const many = 12
	var all sync.WaitGroup
	answers := make([]int, many)
	phones := make([]*phone, many)
	for n := range many {
		phones[n] = p.phone()
		all.Go(func() {
			res, _ := phones[n].ask("POST", p.link, ready)
			answers[n] = res.StatusCode
		})
	}
	all.Wait()
	in := 0
	for n, f := range phones {
		switch answers[n] {
		case http.StatusSeeOther:
			in++
			f.wants("is in", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK, "waiting room")
		case http.StatusUnprocessableEntity:
			f.wants("is not in", "GET", api.VisitPage+string(p.guest), nil, http.StatusUnauthorized)
			f.wants("is asked for the code", "GET", p.link, nil, http.StatusOK, `id="code"`)
		default:
			t.Errorf("answered %d", answers[n])
		}
	}
	if in != 1 {
		t.Errorf("%d of %d came in", in, many)
	}
}
