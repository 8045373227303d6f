package house

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

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
