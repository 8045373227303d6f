package house

import (
	"crypto/ecdh"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/backend/post"
	"hearth/backend/store"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// pushed counts what a push service was given, by browser.
type pushed struct {
	*httptest.Server
	mu     sync.Mutex
	given  map[string]int
	silent chan struct{} // nil: it answers at once; otherwise not before this is closed
	held   int           // posts that have no answer yet
	most   int           // of them at once
}

func mustPushed(t *testing.T) *pushed {
	p := &pushed{given: map[string]int{}}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.given[r.URL.Path]++
		if p.silent != nil {
			p.held++
			p.most = max(p.most, p.held)
			silent := p.silent
			p.mu.Unlock()
			select {
			case <-silent:
			case <-r.Context().Done(): // nobody waits for the answer any more
			}
			p.mu.Lock()
			p.held--
		}
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(p.Close)
	return p
}

// fallsSilent gives no answer until the test ends.
func (p *pushed) fallsSilent(t *testing.T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = make(chan struct{})
	t.Cleanup(func() { close(p.silent) })
}

func (p *pushed) atOnce() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.most
}

func (p *pushed) count(browser string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.given[browser]
}

// account is somebody signed in on a phone.
type account struct {
	*phone
	slot string
}

// signs signs somebody in on a phone by a link of the demo.
func (f *phone) signs(link string) account {
	f.p.t.Helper()
	res, _ := f.ask("POST", strings.TrimPrefix(link, f.p.URL()), url.Values{})
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		f.p.t.Fatal(err)
	}
	return account{f, strings.TrimPrefix(to.Fragment, "as=")}
}

// call asks the interface.
func (a account) call(method, path string, body, into any) {
	a.p.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		a.p.t.Fatal(err)
	}
	req, err := http.NewRequest(method, a.p.URL()+path, strings.NewReader(string(text)))
	if err != nil {
		a.p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(api.AsHeader, a.slot)
	res, err := a.http.Do(req)
	if err != nil {
		a.p.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		a.p.t.Fatalf("%s %s: %d", method, path, res.StatusCode)
	}
	if into != nil {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			a.p.t.Fatal(err)
		}
	}
}

// takes subscribes the phone.
func (a account) takes(endpoint string) {
	a.p.t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		a.p.t.Fatal(err)
	}
	var b api.PushBody
	b.Endpoint = endpoint
	b.Keys.P256dh, b.Keys.Auth = base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(make([]byte, 16))
	a.call("PUT", api.PutPush.Path, b, nil)
}

func (a account) knows() (p api.Push) {
	a.p.t.Helper()
	a.call("GET", api.GetPush.Path, nil, &p)
	return p
}

// stands opens a page of a portal.
func (a account) stands(portal live.Portal) *websocket.Conn {
	a.p.t.Helper()
	d := websocket.Dialer{Jar: a.http.Jar, HandshakeTimeout: 10 * time.Second}
	ws, _, err := d.DialContext(a.p.t.Context(), strings.Replace(a.p.URL(), "http", "ws", 1)+api.LiveSocket+"?as="+a.slot, http.Header{"Origin": {a.p.URL()}})
	if err != nil {
		a.p.t.Fatal(err)
	}
	a.p.t.Cleanup(func() { ws.Close() })
	if err := ws.WriteJSON(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Member: care.NewID[live.MemberID](), Portal: portal}}); err != nil {
		a.p.t.Fatal(err)
	}
	return ws
}

// eventually waits for what must come.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: ", what)
		}
	}
}

// lookedAt reports whether the bell looked at a guest who waits and put off its next look.
func (p *porchCase) lookedAt(guest care.GuestID) bool {
	p.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.config.Dir, store.File)+"?_pragma=busy_timeout(20000)")
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow("SELECT COUNT(*) FROM jobs WHERE job_key = ? AND due > created AND lease = 0", string(post.SummonJob)+":"+string(guest)).Scan(&n); err != nil {
		p.t.Fatal(err)
	}
	return n == 1
}

// Somebody comes to the door while the therapist's pages are closed: her browser is told, once more when they wait long, at once
// when they leave and come back, and not when a page of hers is open.
func TestStaffAreTold(t *testing.T) {
	service := mustPushed(t)
	p := mustPorchWith(t, often, func(c *Config) {
		c.Messages = Messages{Pushed: []string{strings.TrimPrefix(service.URL, "https://")}, Pushing: service.Client()}
	})
	mira := p.phone().signs(p.Links().Therapist)
	mira.takes(service.URL + "/mira")
	if got := mira.knows(); got.Here != service.URL+"/mira" || len(got.Own) != 1 || got.Taken {
		t.Errorf("the house knows %+v", got)
	}
	f := p.phone()
	f.wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	eventually(t, "she is told", func() bool { return service.count("/mira") == 1 })
	eventually(t, "the guest may read that she was sent a notice", func() bool {
		v, _, err := p.store.GuestAt(t.Context(), p.guest)
		return err == nil && slices.ContainsFunc(v.Guests, func(g care.Invitation) bool { return g.ID == p.guest && g.Told == care.SentHost })
	})
	p.clock.set(p.clock.now().Add(3 * time.Minute))
	eventually(t, "she is told again", func() bool { return service.count("/mira") == 2 })
	if strings.Contains(p.log.String(), "/mira") {
		t.Error("the log names a browser")
	}

	back := func() {
		t.Helper()
		p.clock.set(p.clock.now().Add(150 * time.Second)) // long enough after she was told, and no time at which she is told again
		if _, err := p.store.AttendGuest(t.Context(), p.guest, care.Leave); err != nil {
			t.Fatal(err)
		}
		f.wants("ready again", "POST", p.link, ready, http.StatusSeeOther)
	}
	if p.there(p.mira.Person) {
		t.Error("a page of hers is open")
	}
	desk := mira.stands(live.Therapist)
	eventually(t, "a page of hers is open", func() bool { return p.there(p.mira.Person) })
	back()
	eventually(t, "the bell looks", func() bool { return p.lookedAt(p.guest) })
	if n := service.count("/mira"); n != 2 {
		t.Errorf("she was told %d times, the last time while a page of hers was open", n)
	}
	desk.Close()
	eventually(t, "it is closed", func() bool { return !p.there(p.mira.Person) })
	back()
	eventually(t, "she is told that they came back", func() bool { return service.count("/mira") == 3 })
}

// A browser whose service does not answer keeps staff from hearing of no other guest.
func TestASilentServiceDelaysNoOtherGuest(t *testing.T) {
	service := mustPushed(t)
	p := mustPorchWith(t, often, func(c *Config) {
		c.Messages = Messages{Pushed: []string{strings.TrimPrefix(service.URL, "https://")}, Pushing: service.Client()}
	})
	p.phone().signs(p.Links().Therapist).takes(service.URL + "/mira")
	n := care.NewVisit{Visit: p.visit.Visit, Guests: []care.NewGuest{{ID: care.NewID[care.GuestID](), As: care.AsPatient, Language: "en"}}}
	n.ID = care.NewID[care.VisitID]()
	other, err := p.store.BookVisit(t.Context(), p.mira, n)
	if err != nil {
		t.Fatal(err)
	}
	guests := []care.GuestID{p.guest, other.Guests[0].ID}
	for _, g := range guests {
		if _, err := p.store.AttendGuest(t.Context(), g, care.Arrive); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range guests {
		eventually(t, "the bell looks", func() bool { return p.lookedAt(g) })
	}
	service.fallsSilent(t)
	p.clock.set(p.clock.now().Add(3 * time.Minute))
	eventually(t, "both are told of while neither has an answer", func() bool { return service.atOnce() == 2 })
}

// A browser tells one person at a time: whoever signs in, or out, ends what came for another.
func TestOneBrowserOnePerson(t *testing.T) {
	service := mustPushed(t)
	p := mustPorchWith(t, often, func(c *Config) {
		c.Messages = Messages{Pushed: []string{strings.TrimPrefix(service.URL, "https://")}, Pushing: service.Client()}
	})
	tablet := p.phone()
	mira := tablet.signs(p.Links().Therapist)
	mira.takes(service.URL + "/tablet")
	elsewhere := p.phone().signs(p.Links().Therapist)
	elsewhere.takes(service.URL + "/telephone")

	wren := tablet.signs(p.Links().Patient)
	if got := mira.knows(); got.Here != "" || len(got.Own) != 1 || got.Taken {
		t.Errorf("after somebody else signed in the house knows %+v of the first", got)
	}
	if got := wren.knows(); got.Here != "" || len(got.Own) != 0 || got.Taken {
		t.Errorf("and %+v of the second", got)
	}
	wren.takes(service.URL + "/tablet")
	if got := mira.knows(); got.Here != "" || !got.Taken {
		t.Errorf("when the second took it the house knows %+v of the first", got)
	}
	mira.takes(service.URL + "/tablet")
	if got := wren.knows(); got.Here != "" || len(got.Own) != 0 || !got.Taken {
		t.Errorf("when the first took it back the house knows %+v of the second", got)
	}
	tablet.ask("POST", api.SignOutPage, url.Values{"as": {mira.slot}})
	if got := wren.knows(); got.Taken {
		t.Error("who signed out is told still")
	}
	if list, err := p.store.Subscriptions(t.Context(), p.mira.Person); err != nil || len(list) != 1 {
		t.Errorf("%d browsers of hers are left, %v", len(list), err)
	}
	again := tablet.signs(p.Links().Therapist)
	again.takes(service.URL + "/tablet")
	if tablet.signs(p.Links().Therapist); len(again.knows().Own) != 2 {
		t.Error("signing in again ended what was hers")
	}
}

// A session that ran out leaves notices over the night, but only until somebody signs in in that browser, or she herself signs in
// and out again.
func TestNoticesOfSessionsThatRanOut(t *testing.T) {
	service := mustPushed(t)
	p := mustPorchWith(t, often, func(c *Config) {
		c.Messages = Messages{Pushed: []string{strings.TrimPrefix(service.URL, "https://")}, Pushing: service.Client()}
	})
	told := func(what string, want ...string) {
		t.Helper()
		list, err := p.store.Subscriptions(t.Context(), p.mira.Person)
		got := []string{}
		for _, s := range list {
			got = append(got, s.Slot)
		}
		slices.Sort(got)
		if slices.Sort(want); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: she is told in %v, want %v; %v", what, got, want, err)
		}
	}
	night := func() {
		t.Helper()
		p.clock.set(p.clock.now().Add(13 * time.Hour))
		if err := p.store.SweepSessions(t.Context(), p.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	shared, telephone := p.phone(), p.phone()
	mira, own := shared.signs(p.Links().Therapist), telephone.signs(p.Links().Therapist)
	mira.takes(service.URL + "/shared")
	own.takes(service.URL + "/telephone")
	night()
	told("overnight", mira.slot, own.slot)

	again := shared.signs(p.Links().Therapist)
	if again.slot == mira.slot {
		t.Fatal("the session had not run out")
	}
	told("signed in again", again.slot, own.slot)
	shared.ask("POST", api.SignOutPage, url.Values{"as": {again.slot}})
	told("signed out", own.slot)

	telephone.signs(p.Links().Patient)
	told("somebody else has her telephone")

	for range 20 { // mornings, none of which ended with signing out
		night()
		again = shared.signs(p.Links().Therapist)
	}
	again.takes(service.URL + "/shared")
	told("after many mornings", again.slot)
}

// A patient who signs in reads of the visit in their browser, through the outbox as by any other way.
func TestPatientsAreTold(t *testing.T) {
	service := mustPushed(t)
	p := mustPorchWith(t, often, func(c *Config) {
		c.Messages = Messages{Pushed: []string{strings.TrimPrefix(service.URL, "https://")}, Pushing: service.Client()}
	})
	wren := p.phone().signs(p.Links().Patient)
	wren.takes(service.URL + "/wren")
	m, err := p.post.SendLinkAgain(t.Context(), p.mira, p.visit.ID, p.guest, false)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "a notice", func() bool { return service.count("/wren") > 0 })
	eventually(t, "staff see that it was sent", func() bool {
		list, _, err := p.post.Messages(t.Context(), p.mira, p.visit.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list {
			if one.Kind == m.Kind && one.Channel == care.ByPush && one.State == care.MessageSent {
				return true
			}
		}
		return false
	})

	var me api.Me
	wren.call("GET", api.GetMe.Path, nil, &me)
	wren.stands(live.Aggregator)
	eventually(t, "the sensors' page is open, which says nothing of visits", func() bool { return len(p.hub.Of(me.ID)) == 1 })
	before := service.count("/wren")
	p.phone().wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	p.step(care.Admit)
	eventually(t, "it is their turn, and their page is closed", func() bool { return service.count("/wren") == before+1 })
}
