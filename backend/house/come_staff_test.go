package house

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// staff is a therapist's browser with a page that listens at the desk.
type staff struct {
	*phone
	slot string
	ws   *websocket.Conn
}

// mustWork signs the therapist in.
func (p *porchCase) mustWork() *staff {
	p.t.Helper()
	s := &staff{phone: p.phone()}
	res, _ := s.ask("POST", strings.TrimPrefix(p.Links().Therapist, p.URL()), url.Values{})
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther {
		p.t.Fatalf("signing in: %d %v", res.StatusCode, err)
	}
	as, err := url.ParseQuery(to.Fragment)
	if err != nil || as.Get("as") == "" {
		p.t.Fatalf("signed in to %s: %v", to, err)
	}
	s.slot = as.Get("as")
	return s
}

// listens opens the page's socket anew: what was said before is not heard.
func (s *staff) listens() {
	t := s.p.t
	t.Helper()
	d := websocket.Dialer{Jar: s.http.Jar, HandshakeTimeout: 10 * time.Second}
	ws, _, err := d.DialContext(t.Context(), strings.Replace(s.p.URL(), "http", "ws", 1)+api.LiveSocket+"?as="+s.slot, http.Header{"Origin": {s.p.URL()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	ws.SetReadDeadline(time.Now().Add(30 * time.Second))
	s.ws = ws
	if err := ws.WriteJSON(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Build: "test", Member: care.NewID[live.MemberID](), Portal: live.Therapist, Visits: true}}); err != nil {
		t.Fatal(err)
	}
	desk := live.DeskRoom(s.p.visit.Project)
	s.until("the desk", func(m live.FromHouse) bool { return m.Enter != nil && m.Enter.Room == desk })
}

func (s *staff) until(what string, want func(live.FromHouse) bool) {
	s.p.t.Helper()
	for {
		var m live.FromHouse
		if err := s.ws.ReadJSON(&m); err != nil {
			s.p.t.Fatalf("waiting for %s: %v", what, err)
		}
		if want(m) {
			return
		}
	}
}

// hears waits until the page is told to read the queue again.
func (s *staff) hears(what string) {
	s.p.t.Helper()
	desk := live.DeskRoom(s.p.visit.Project)
	s.until(what, func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Room == desk && m.Change.Data != nil && m.Change.Data.What == "visits"
	})
}

// does asks for an operation without a body that answers nothing.
func (s *staff) does(op api.Operation, name, value string, status int) {
	s.p.t.Helper()
	if res, body := s.ask(op.Method, strings.Replace(op.Path, "{"+name+"}", value, 1), nil, api.AsHeader, s.slot, "Content-Type", "application/json"); res.StatusCode != status {
		s.p.t.Fatalf("%s: %d %s", op.ID, res.StatusCode, body)
	}
}

// What a colleague did for somebody who waits, every page of staff hears at once: nobody is called twice, and no device let in
// twice. It stands in the trail of the patient, as what was asked for does.
func TestColleaguesHearWhatWasDone(t *testing.T) {
	p := mustPorch(t)
	mira := p.mustWork()
	p.phone().wants("ready", "POST", p.link, url.Values{"terms": {"1"}, "where": {"At home"}}, http.StatusSeeOther)
	p.phone().wants("ask", "POST", p.link, url.Values{"ask": {"1"}}, http.StatusSeeOther)
	devices, err := p.door.ListGuestDevices(t.Context(), p.mira)
	if err != nil || len(devices) != 1 {
		t.Fatal(devices, err)
	}
	mira.listens()
	mira.does(api.AllowVisitDevice, "knock", devices[0].ID, http.StatusNoContent)
	mira.hears("the yes for a device")

	p.clock.set(visitStart.Add(3 * time.Hour))
	for range 2 {
		p.phone().wants("call me", "POST", p.link+"/call", nil, http.StatusSeeOther)
	}
	calls, _, err := p.door.ListCallBacks(t.Context(), p.mira)
	if err != nil || len(calls) != 1 {
		t.Fatal(calls, err)
	}
	number := strings.Replace(api.GetCallNumber.Path, "{callback}", calls[0].ID, 1)
	if res, body := mira.ask("GET", number, nil, api.AsHeader, mira.slot); res.StatusCode != http.StatusOK || !strings.Contains(body, `"mobile":"+4917055501042"`) || strings.Contains(body, "Holm") {
		t.Errorf("the number is %d %s", res.StatusCode, body)
	}
	mira.listens()
	mira.does(api.DoneCallBack, "callback", calls[0].ID, http.StatusNoContent)
	mira.hears("that somebody was called")
	mira.does(api.DoneCallBack, "callback", calls[0].ID, http.StatusNotFound)
	mira.does(api.GetCallNumber, "callback", calls[0].ID, http.StatusNotFound)

	trail, err := p.store.ListAudit(t.Context(), 200)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, e := range trail {
		if e.Patient == p.visit.Patient && e.Place.Project == p.visit.Project {
			found[e.Action]++
		}
	}
	for _, action := range []string{"visit.where", "visit.device-ask", "visit.call-back", api.AllowVisitDevice.ID, api.GetCallNumber.ID, api.DoneCallBack.ID} {
		if found[action] != 1 {
			t.Errorf("%s stands %d times in the patient's trail", action, found[action])
		}
	}
}

// Whoever wished for a call and is let in is called by nobody any more: every page of staff hears it, and it stands in the trail.
func TestWhoIsLetInNeedsNoCall(t *testing.T) {
	p := mustPorch(t)
	mira := p.mustWork()
	if news, err := p.store.WishCallBack(t.Context(), p.guest); err != nil || !news {
		t.Fatal(news, err)
	}
	p.phone().wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	mira.listens()
	path := strings.NewReplacer("{visit}", string(p.visit.ID), "{guest}", string(p.guest)).Replace(api.AdmitGuest.Path)
	for range 2 {
		if res, body := mira.ask(api.AdmitGuest.Method, path, nil, api.AsHeader, mira.slot, "Content-Type", "application/json"); res.StatusCode != http.StatusOK {
			t.Fatalf("let in: %d %s", res.StatusCode, body)
		}
	}
	mira.hears("that somebody was let in")
	if list, more, err := p.door.ListCallBacks(t.Context(), p.mira); err != nil || len(list)+more != 0 {
		t.Errorf("to be called still: %+v %d %v", list, more, err)
	}
	trail, err := p.store.ListAudit(t.Context(), 200)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range trail {
		if e.Action == "visit.call-ended" {
			found++
			if e.Object != string(p.guest) || e.Person != p.mira.Person || e.Patient != p.visit.Patient || e.Place.Project != p.visit.Project {
				t.Errorf("the trail says %+v", e)
			}
		}
	}
	if found != 1 {
		t.Errorf("it stands %d times in the trail", found)
	}
}
