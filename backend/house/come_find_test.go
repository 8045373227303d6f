package house

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Whoever lost their link is sent it anew to the number the clinic has; everybody reads the same, and nobody is sent many.
func TestALostLink(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	f.wants("an unknown link", "GET", api.LinkPage+strings.Repeat("a", 26), nil, http.StatusNotFound, `id="find-link"`, `href="/i/"`)
	f.wants("the page", "GET", api.LinkPage, nil, http.StatusOK, "Send me my link again", `name="reach"`)
	sent := func() (n int) {
		t.Helper()
		p.lookedFor()
		list, _, _, err := p.store.ListMessages(t.Context(), p.mira, p.visit.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.Kind == care.TellAgain {
				n++
			}
		}
		return n
	}
	_, none := f.wants("nobody's number", "POST", api.LinkPage, url.Values{"reach": {"+49 170 999999"}}, http.StatusOK, "Please look at your messages")
	if sent() != 0 {
		t.Fatal("somebody was written to for another's number")
	}
	for i, typed := range []string{"+49 1705 5501042", "01705 5501042", "0049 (0)1705-5501042"} {
		p.clock.set(p.clock.now().Add(2 * time.Minute))
		if _, body := f.wants(typed, "POST", api.LinkPage, url.Values{"reach": {typed}}, http.StatusOK); body != none {
			t.Errorf("%s reads something else than nobody", typed)
		}
		if got := sent(); got != i+1 {
			t.Errorf("after %s %d messages were planned, want %d", typed, got, i+1)
		}
	}
	for _, typed := range []string{"", "501042", "@", strings.Repeat("1", 300)} {
		p.clock.set(p.clock.now().Add(2 * time.Minute))
		f.wants(typed, "POST", api.LinkPage, url.Values{"reach": {typed}}, http.StatusOK)
	}
	if got := sent(); got != 3 {
		t.Errorf("too little of a number sends: %d", got)
	}
	for range 6 {
		p.clock.set(p.clock.now().Add(61 * time.Second))
		f.wants("again and again", "POST", api.LinkPage, url.Values{"reach": {"+4917055501042"}}, http.StatusOK)
	}
	if got := sent(); got > 7 {
		t.Errorf("one guest was sent %d links of nine within half an hour", got)
	}
	p.clock.set(visitStart.Add(-48 * time.Hour))
	before := sent()
	f.wants("two days before", "POST", api.LinkPage, url.Values{"reach": {"+4917055501042"}}, http.StatusOK)
	if got := sent(); got != before {
		t.Error("two days before a link is sent")
	}
	if strings.Contains(p.log.String(), "5501042") {
		t.Error("the log holds a number")
	}
}

// lookedFor waits until everybody was looked for who was asked for.
func (p *porchCase) lookedFor() {
	p.t.Helper()
	done := make(chan struct{})
	if !p.later.Do(func(context.Context) { close(done) }) {
		p.t.Fatal("too much waits")
	}
	select {
	case <-done:
	case <-time.After(time.Minute):
		p.t.Fatal("nobody looks for anybody")
	}
}

// Whoever asks is answered before anybody looks, with the same words and as fast; when too many ask, whoever they are.
func TestALostLinkTellsNothingByItsTime(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	busy, look := make(chan struct{}), make(chan struct{})
	p.later.Do(func(context.Context) { close(busy); <-look })
	<-busy
	known, unknown := url.Values{"reach": {"+4917055501042"}}, url.Values{"reach": {"+4917055599999"}}
	_, one := f.wants("a known number", "POST", api.LinkPage, known, http.StatusOK, "Please look at your messages")
	_, other := f.wants("an unknown number", "POST", api.LinkPage, unknown, http.StatusOK)
	if one != other {
		t.Error("the answers differ")
	}
	full := 0
	for res, _ := f.ask("POST", api.LinkPage, unknown); res.StatusCode == http.StatusOK; res, _ = f.ask("POST", api.LinkPage, unknown) {
		if full++; full > 1000 {
			t.Fatal("any number may wait to be looked for")
		}
	}
	for _, typed := range []url.Values{known, unknown} {
		if res, _ := f.wants("too many", "POST", api.LinkPage, typed, http.StatusTooManyRequests); res.Header.Get("Retry-After") == "" {
			t.Error("nobody says when to try again")
		}
	}
	close(look)
	p.until("the link is sent once", func() bool {
		list, _, _, err := p.store.ListMessages(t.Context(), p.mira, p.visit.ID)
		n := 0
		for _, m := range list {
			if m.Kind == care.TellAgain {
				n++
			}
		}
		return err == nil && n == 1
	})
}

// until waits for something the house does by itself.
func (p *porchCase) until(what string, is func() bool) {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("%s: not within a minute", what)
		}
	}
}

// Networks that ask for lost links have a budget of their own: they shut nobody's door by it, and another network may ask.
func TestLostLinksHaveABudget(t *testing.T) {
	p := mustPorchWith(t, web.Rate{Each: time.Minute, Burst: 3})
	f := p.phone()
	for range 3 {
		f.wants("asks", "POST", api.LinkPage, url.Values{"reach": {"01705 5599999"}}, http.StatusOK)
	}
	if res, _ := f.wants("asks too often", "POST", api.LinkPage, url.Values{"reach": {"01705 5599999"}}, http.StatusTooManyRequests); res.Header.Get("Retry-After") == "" {
		t.Error("nobody says when to ask again")
	}
	f.wants("looks at the page", "GET", api.LinkPage, nil, http.StatusOK)
	f.wants("a link from the same network", "POST", p.link, ready, http.StatusSeeOther)
	p.clock.set(p.clock.now().Add(time.Minute))
	f.wants("asks a minute later", "POST", api.LinkPage, url.Values{"reach": {"01705 5599999"}}, http.StatusOK)
}
