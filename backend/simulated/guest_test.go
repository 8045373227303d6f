package simulated

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hearth/app/call"
	"hearth/app/remote"
	"hearth/backend/caller"
	"hearth/backend/house"
	"hearth/backend/identity"
	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

// clinic is a demo house with an open door, and a page of its therapist.
type clinic struct {
	*house.House
	t       testing.TB
	mira    caller.Caller // the therapist, over the interface
	project care.ProjectID
	line    *remote.Live // of the therapist's page
}

func openClinic(t testing.TB) *clinic {
	t.Helper()
	many := web.Rate{Each: time.Millisecond, Burst: 10_000} // everybody here comes from one address
	h, err := house.Open(t.Context(), house.Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Version: "test",
		Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}, Limits: web.Limits{Address: many, Person: many, Door: many}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Shut() })
	tokens, err := h.Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := &clinic{House: h, t: t, mira: caller.Caller{URL: h.URL(), Token: tokens.Therapist}}
	alex := caller.Caller{URL: h.URL(), Token: tokens.Administrator}
	patients := must(caller.Do[api.List[api.Patient]](t.Context(), c.mira, api.ListPatients, nil, nil))(t)
	c.project = patients.Items[0].Project
	in := caller.Params{"project": string(c.project)}
	set := must(caller.Do[api.Visiting](t.Context(), alex, api.GetVisiting, in, nil))(t)
	set.DropIn, set.Hours = true, nil
	for day := range time.Weekday(7) {
		set.Hours = append(set.Hours, care.Opening{Day: day, From: "00:00", Until: "24:00"})
	}
	must(caller.Do[api.Visiting](t.Context(), alex, api.PutVisiting, in, set))(t)
	c.line = c.desk()
	return c
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// desk is the therapist's page: signed in by the demo's link, as a browser would.
func (c *clinic) desk() *remote.Live {
	c.t.Helper()
	jar, _ := cookiejar.New(nil)
	base, _ := url.Parse(c.URL())
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, _ := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.Links().Therapist, nil)
	r.Header.Set("Origin", c.URL())
	res, err := browser.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	slot := regexp.MustCompile(`\bas=([0-9a-f]{8})`).FindStringSubmatch(res.Header.Get("Location"))
	if slot == nil {
		c.t.Fatalf("signing in: %s", res.Status)
	}
	l := remote.Open(remote.Options{Portal: live.Therapist, Build: "test", Sockets: sockets{house: base, jar: jar}, Page: page{slot[1]}})
	c.t.Cleanup(l.Close)
	return l
}

// until waits for something to come true.
func until[T any](t testing.TB, what string, ask func() (T, bool)) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if v, ok := ask(); ok {
			return v
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: it never came", what)
		}
	}
}

// TestSomebodyComesAndTalks lets a simulated person come through an open door, be let in by a therapist's page that looked at
// the door, hear and be heard, and go when the visit ends.
func TestSomebodyComesAndTalks(t *testing.T) {
	c := openClinic(t)
	g, err := New(Options{Link: c.URL() + api.DropInPage + string(c.project), Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	type end struct {
		told Told
		err  error
	}
	over := make(chan end, 1)
	go func() { told, err := g.Run(t.Context()); over <- end{told, err} }()

	waits := until(t, "somebody waits", func() (api.Queued, bool) {
		q := must(caller.Do[api.List[api.Queued]](t.Context(), c.mira, api.GetQueue, nil, nil))(t)
		if len(q.Items) == 1 && q.Items[0].State == care.WaitingRoom {
			return q.Items[0], true
		}
		return api.Queued{}, false
	})
	heard := make(chan *native.Received, 8)
	desk := call.Open(call.Options{Live: c.line, Peers: native.New(native.Options{Loopback: true}), Visit: waits.Visit, Staff: true,
		OnTrack: func(_ live.MemberID, line string, tr rtc.Track) {
			if r, ok := tr.(*native.Received); ok && line != rtc.LineScreen {
				heard <- r
			}
		}})
	defer desk.Close()
	desk.Look(waits.ID, true)
	until(t, "the connection is made at the door", func() (struct{}, bool) {
		for _, p := range desk.State().People {
			if p.AtDoor && p.Conn.State == rtc.StateConnected {
				return struct{}{}, true
			}
		}
		return struct{}{}, false
	})
	mine, err := native.NewTrack(native.PCMU)
	if err != nil {
		t.Fatal(err)
	}
	desk.Put(rtc.LineAudio, mine)
	desk.Join()
	at := caller.Params{"visit": string(waits.Visit), "guest": string(waits.ID)}
	must(caller.Do[api.Visit](t.Context(), c.mira, api.AdmitGuest, at, nil))(t)
	talking, hush := context.WithCancel(t.Context())
	defer hush()
	go pace(talking, soundTime, func() { _ = mine.Write(make([]byte, 160), soundTime) })

	for range 2 { // sound and picture
		r := <-heard
		until(t, "something is received", func() (struct{}, bool) { n, _ := r.Count(); return struct{}{}, n > 20 })
	}
	until(t, "the person hears somebody", func() (struct{}, bool) { return struct{}{}, g.tally.told().Sound > 20 })
	if len(heard) > 0 {
		t.Fatal("the connection made at the door did not live on in the call")
	}
	must(caller.Do[api.Visit](t.Context(), c.mira, api.EndVisit, at, api.EndVisitBody{}))(t)
	got := <-over
	if got.err != nil || got.told.Hears < 0 || got.told.LetIn < 0 || got.told.Met != 1 || got.told.Heard != 1 || got.told.Sees != -1 || got.told.Seen != 0 {
		t.Fatalf("%+v, %v", got.told, got.err)
	}
	if n := g.tally.received[0].came; n < 20 || got.told.SoundLost != 0 || got.told.PicturesLost != 0 {
		t.Errorf("of %d packets on one machine %d and %d were lost", n, got.told.SoundLost, got.told.PicturesLost)
	}
	line, err := json.Marshal(got.told)
	if err != nil || !strings.Contains(string(line), `"hears_ms"`) || !strings.Contains(string(line), `"sound_lost":0`) {
		t.Fatalf("%s, %v", line, err)
	}
	t.Logf("%s", line)
}

// TestWhoIsTurnedAwayGoes lets a therapist say no to somebody who waits: they leave, and say so.
func TestWhoIsTurnedAwayGoes(t *testing.T) {
	c := openClinic(t)
	g, err := New(Options{Link: c.URL() + api.DropInPage + string(c.project), Loopback: true, Blind: true, Silent: true})
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { _, err := g.Run(t.Context()); over <- err }()
	waits := until(t, "somebody waits", func() (api.Queued, bool) {
		q := must(caller.Do[api.List[api.Queued]](t.Context(), c.mira, api.GetQueue, nil, nil))(t)
		if len(q.Items) == 1 && q.Items[0].State == care.WaitingRoom {
			return q.Items[0], true
		}
		return api.Queued{}, false
	})
	at := caller.Params{"visit": string(waits.Visit), "guest": string(waits.ID)}
	must(caller.Do[api.Visit](t.Context(), c.mira, api.DenyGuest, at, api.DenyBody{Reason: "later"}))(t)
	if err := until(t, "they go", func() (error, bool) {
		select {
		case err := <-over:
			return err, true
		default:
			return nil, false
		}
	}); err == nil || !strings.Contains(err.Error(), "turned away") {
		t.Errorf("whoever was turned away says %v", err)
	}
}

func TestNobodyComesByALinkThatIsNone(t *testing.T) {
	for _, link := range []string{"", "hearth.example/i/abc", "ftp://hearth.example/i/abc"} {
		if _, err := New(Options{Link: link}); err == nil {
			t.Errorf("%q was taken", link)
		}
	}
	c := openClinic(t)
	g, err := New(Options{Link: c.URL() + api.LinkPage + "nosuchlink"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Run(t.Context()); err == nil || strings.Contains(err.Error(), "nosuchlink") {
		t.Fatalf("a link that is none: %v", err)
	}
}
