package stage

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"hearth/backend/house"
	"hearth/shared/care"
)

// Pushes is a push service as browsers have theirs: a house posts to it (RFC 8030), and it brings what is posted to a Firefox
// in the words of Mozilla's own service (https://mozilla-services.github.io/autopush-rs/architecture.html). What is in it only
// that Firefox reads.
type Pushes struct {
	t        *testing.T
	browsers *httptest.Server // where Firefox connects
	houses   *httptest.Server // where houses post

	mu       sync.Mutex // guards what follows
	line     *websocket.Conn
	channels map[string]string // the house's key, by channel
	gone     map[string]bool   // channels Firefox gave up
	posted   int
	taken    int // notices Firefox said it has
}

// OpenPushes opens a push service.
func OpenPushes(t *testing.T) *Pushes {
	p := &Pushes{t: t, channels: map[string]string{}, gone: map[string]bool{}}
	p.browsers = httptest.NewServer(http.HandlerFunc(p.browser))
	p.houses = httptest.NewTLSServer(http.HandlerFunc(p.house))
	t.Cleanup(func() {
		p.mu.Lock()
		if p.line != nil {
			p.line.Close()
		}
		p.mu.Unlock()
		p.houses.Close()
		p.browsers.Close()
	})
	return p
}

// Settings let a Firefox use the service, and show notices without asking when answer is 1, never when it is 2.
func (p *Pushes) Settings(answer int) string {
	return fmt.Sprintf(`
user_pref("dom.push.enabled", true);
user_pref("dom.push.connection.enabled", true);
user_pref("dom.push.serverURL", %q);
user_pref("dom.push.testing.allowInsecureServerURL", true);
user_pref("dom.push.testing.ignorePermission", false);
user_pref("permissions.default.desktop-notification", %d);
user_pref("alerts.useSystemBackend", false);
`, "ws"+strings.TrimPrefix(p.browsers.URL, "http")+"/", answer)
}

// Serve lets a house post to the service.
func (p *Pushes) Serve(c *house.Config) {
	c.Messages.Pushed = append(c.Messages.Pushed, strings.TrimPrefix(p.houses.URL, "https://"))
	c.Messages.Pushing = p.houses.Client()
}

// Counts are how many notices a house posted, how many Firefox took, and how many channels there are.
func (p *Pushes) Counts() (posted, taken, channels int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.posted, p.taken, len(p.channels)
}

// said is what Firefox says.
type said struct {
	Type    string `json:"messageType"`
	Channel string `json:"channelID"`
	Key     string `json:"key"`
	Updates []struct {
		Code int `json:"code"`
	} `json:"updates"`
}

// browser is Firefox's line.
func (p *Pushes) browser(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{"push-notification"}}
	line, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer line.Close()
	p.mu.Lock()
	p.line = line
	p.mu.Unlock()
	for {
		var m said
		if line.ReadJSON(&m) != nil {
			return
		}
		p.mu.Lock()
		answer := p.answer(m)
		if answer != nil {
			err = line.WriteJSON(answer)
		}
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// answer is what the service says to Firefox; nil for nothing.
func (p *Pushes) answer(m said) map[string]any {
	switch m.Type {
	case "hello":
		return map[string]any{"messageType": "hello", "status": 200, "uaid": strings.Repeat("0", 31) + "1", "use_webpush": true, "broadcasts": map[string]string{}}
	case "register":
		p.channels[m.Channel] = m.Key
		return map[string]any{"messageType": "register", "status": 200, "channelID": m.Channel, "pushEndpoint": p.houses.URL + "/wpush/v2/" + m.Channel}
	case "unregister":
		delete(p.channels, m.Channel)
		p.gone[m.Channel] = true
		return map[string]any{"messageType": "unregister", "status": 200, "channelID": m.Channel}
	case "ack":
		for _, u := range m.Updates {
			if u.Code == 100 { // read, and handed to the worker
				p.taken++
			} else {
				p.t.Errorf("Firefox could not take a notice: %d", u.Code)
			}
		}
	case "":
		return map[string]any{} // a ping is an empty message, and so is its answer
	}
	return nil
}

// house is what a house posts: it comes with a signature of the key the channel was made for (RFC 8292 section 4.2).
func (p *Pushes) house(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 4096))
	channel := strings.TrimPrefix(r.URL.Path, "/wpush/v2/")
	p.mu.Lock()
	defer p.mu.Unlock()
	key, known := p.channels[channel]
	_, signed, _ := strings.Cut(r.Header.Get("Authorization"), "k=")
	switch {
	case p.gone[channel]:
		w.WriteHeader(http.StatusGone)
		return
	case !known || p.line == nil:
		w.WriteHeader(http.StatusNotFound)
		return
	case r.Method != http.MethodPost || r.Header.Get("TTL") == "" || r.Header.Get("Content-Encoding") != "aes128gcm" || strings.TrimRight(signed, "=") != strings.TrimRight(key, "="):
		p.t.Errorf("a house posted %s with %v for the key %s", r.Method, r.Header, key)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	p.posted++
	if err := p.line.WriteJSON(map[string]any{"messageType": "notification", "channelID": channel, "version": care.NewID[string](),
		"data": base64.RawURLEncoding.EncodeToString(body), "headers": map[string]string{"encoding": "aes128gcm"}}); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusCreated)
}
