package stage

import (
	"net/url"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Requests are all addresses a window asked for, as the browser itself saw it: of pages, workers, sockets and whatever they load.
type Requests struct {
	name string
	mu   sync.Mutex
	all  []string
}

// Requests begins to note them; call it before the page opens.
func (w *Window) Requests(t *testing.T) *Requests {
	t.Helper()
	Call(w, network.Enable, network.EnableParams{})
	r := &Requests{name: w.Name}
	note := func(address string) {
		r.mu.Lock()
		r.all = append(r.all, address)
		r.mu.Unlock()
	}
	sent, sockets := chromedp.Events(w.ctx, network.RequestWillBeSent), chromedp.Events(w.ctx, network.WebSocketCreated)
	go func() {
		for e, err := range sent {
			if err != nil {
				return
			}
			note(e.Request.URL)
		}
	}()
	go func() {
		for e, err := range sockets {
			if err != nil {
				return
			}
			note(e.URL)
		}
	}()
	return r
}

// OnlyOf fails when anything was asked of another host than this one, or nothing was asked at all.
func (r *Requests) OnlyOf(t *testing.T, host string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	sockets := 0
	for _, address := range r.all {
		u, err := url.Parse(address)
		switch {
		case err != nil:
			t.Errorf("%s asked for %q: %v", r.name, address, err)
		case u.Scheme == "data" || u.Scheme == "blob" || u.Scheme == "about" || u.Host == host:
		default:
			t.Errorf("%s asked %s://%s", r.name, u.Scheme, u.Host) // no path: it may hold a link
		}
		if err == nil && (u.Scheme == "ws" || u.Scheme == "wss") {
			sockets++
		}
	}
	if len(r.all) < 10 || sockets == 0 {
		t.Errorf("%s asked for %d things, %d sockets among them: they are not seen", r.name, len(r.all), sockets)
	}
}
