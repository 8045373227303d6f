package post

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// drawer is a memory of settings and browsers.
type drawer struct {
	mu       sync.Mutex
	settings map[string]string
	list     []Subscription
}

func (d *drawer) KeepSetting(_ context.Context, name, fresh string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.settings == nil {
		d.settings = map[string]string{}
	}
	if _, there := d.settings[name]; !there {
		d.settings[name] = fresh
	}
	return d.settings[name], nil
}

func (d *drawer) Subscriptions(_ context.Context, person care.PersonID) (list []Subscription, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.list {
		if s.Person == person {
			list = append(list, s)
		}
	}
	return list, nil
}

func (d *drawer) PutSubscription(_ context.Context, s Subscription) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(slices.DeleteFunc(d.list, func(o Subscription) bool { return o.ID == s.ID }), s)
	return nil
}

func (d *drawer) DropSubscription(_ context.Context, person care.PersonID, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = slices.DeleteFunc(d.list, func(o Subscription) bool { return o.ID == id && o.Person == person })
	return nil
}

// box seals by writing what it is for in front.
type box struct{}

func (box) Seal(_ context.Context, purpose string, plain, context []byte) ([]byte, error) {
	return append([]byte(purpose+"|"+string(context)+"|"), plain...), nil
}

func (box) Open(_ context.Context, purpose string, sealed, context []byte) ([]byte, error) {
	plain, ok := strings.CutPrefix(string(sealed), purpose+"|"+string(context)+"|")
	if !ok {
		return nil, errors.New("broken")
	}
	return []byte(plain), nil
}

// browser is one that was subscribed: only it reads what it is sent.
type browser struct {
	key    *ecdh.PrivateKey
	secret []byte
}

func mustBrowser(t *testing.T) browser {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret := make([]byte, 16)
	rand.Read(secret)
	return browser{key, secret}
}

func (b browser) keys(endpoint string) care.PushKeys {
	return care.PushKeys{Endpoint: endpoint, P256dh: base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(b.secret)}
}

// read opens a notice as browsers do, written anew from RFC 8188 section 2 and RFC 8291 section 3.
func (b browser) read(t *testing.T, body []byte) string {
	t.Helper()
	salt, size := body[:16], int(body[20])
	public, text := body[21:21+size], body[21+size:]
	theirs, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := b.key.ECDH(theirs)
	if err != nil {
		t.Fatal(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		out, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ikm := derive(shared, b.secret, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(public), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(strings.TrimRight(string(plain), "\x00"), "\x02")
}

func TestPush(t *testing.T) {
	var body []byte
	var header http.Header
	status := 201
	service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		header = r.Header
		w.WriteHeader(status)
	}))
	defer service.Close()
	d, ctx := &drawer{}, t.Context()
	secrets, err := OpenSecrets(ctx, d, box{})
	if err != nil {
		t.Fatal(err)
	}
	c := PushConfig{Browsers: d, Settings: d, Ring: box{}, Secrets: secrets, Subject: "https://hearth.example", Hosts: []string{strings.TrimPrefix(service.URL, "https://")}, HTTP: service.Client()}
	p, err := OpenPush(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := OpenPush(ctx, c); err != nil || again.Key() != p.Key() {
		t.Errorf("another key at the second start: %v", err)
	}
	b, person := mustBrowser(t), care.NewID[care.PersonID]()
	for range 2 {
		if err := p.Subscribe(ctx, Subscription{Person: person, Slot: "00c0ffee", Language: "de"}, b.keys(service.URL+"/wpush/1")); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.list) != 1 {
		t.Errorf("%d browsers", len(d.list))
	}
	a := p.Send(ctx, Letter{To: string(person), Text: "Ihr Videogespräch beginnt bald.", Until: time.Now().Add(time.Hour)})
	var n notice
	if err := json.Unmarshal([]byte(b.read(t, body)), &n); err != nil || a.Fate != Taken || n != (notice{"Hearth", "Ihr Videogespräch beginnt bald.", "visit", "/"}) {
		t.Errorf("%+v: %+v, %v", a, n, err)
	}
	word := Word{Key: "waiting", Language: "xx", Tag: "waiting", Open: "/agenda"}
	for lang, want := range map[string]string{"xx": "Jemand wartet auf Sie.", "": "Jemand wartet auf Sie.", "fr": "Quelqu’un vous attend."} {
		word.Language = lang
		if !p.Notify(ctx, person, word) {
			t.Fatal("nobody was told")
		}
		if err := json.Unmarshal([]byte(b.read(t, body)), &n); err != nil || n != (notice{"Hearth", want, "waiting", "/agenda#as=00c0ffee"}) {
			t.Errorf("%q: %+v, %v", lang, n, err)
		}
	}
	if all, here, err := p.Own(ctx, person, "00c0ffee"); err != nil || len(all) != 1 || here != service.URL+"/wpush/1" {
		t.Errorf("of this session %q of %v, %v", here, all, err)
	}
	if all, here, err := p.Own(ctx, person, "00000bad"); err != nil || len(all) != 1 || here != "" {
		t.Errorf("of another session %q of %v, %v", here, all, err)
	}
	token := strings.Split(strings.TrimPrefix(strings.Split(header.Get("Authorization"), ",")[0], "vapid t="), ".")
	claims, err := base64.RawURLEncoding.DecodeString(token[1])
	if err != nil || !strings.Contains(string(claims), `"sub":"https://hearth.example"`) || !strings.Contains(header.Get("Authorization"), "k="+p.Key()) {
		t.Errorf("signed as %s, %v", claims, err)
	}
	for want, code := range map[Fate]int{NotNow: 503, Refused: 400} {
		if status = code; p.Send(ctx, Letter{To: string(person)}).Fate != want {
			t.Errorf("status %d is not %s", code, want)
		}
	}
	if status = 410; p.Send(ctx, Letter{To: string(person)}).Fate != Refused || len(d.list) != 0 {
		t.Error("a browser that is gone stays")
	}
	if a := p.Send(ctx, Letter{To: string(person)}); a.Fate != Refused || a.Reason != "no-address" {
		t.Errorf("nobody there: %+v", a)
	}
	for _, bad := range []string{"http://" + c.Hosts[0], "https://127.0.0.1/", "https://metadata.internal/", "https://fcm.googleapis.com.evil.example/", "https://evil.example/fcm.googleapis.com",
		"https://fcm.googleapis.com@evil.example/", "https://fcm.googleapis.com:8443/", "https://xpush.apple.com/", "", "javascript:1", "https://" + strings.Repeat("a", 1000) + ".push.apple.com/"} {
		if err := p.Subscribe(ctx, Subscription{Person: person, Slot: "00c0ffee", Language: "de"}, b.keys(bad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{"https://fcm.googleapis.com/fcm/send/x", "https://web.push.apple.com/x", "https://wns2-par02p.notify.windows.com/w/?token=x"} {
		if err := p.Subscribe(ctx, Subscription{Person: person, Slot: "00c0ffee", Language: "de"}, b.keys(good)); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	k := b.keys("https://web.push.apple.com/y")
	for _, wrong := range []care.PushKeys{{Endpoint: k.Endpoint, P256dh: "AAAA", Auth: k.Auth}, {Endpoint: k.Endpoint, P256dh: k.P256dh, Auth: "AA"}, {Endpoint: k.Endpoint}} {
		if err := p.Subscribe(ctx, Subscription{Person: person, Slot: "00c0ffee", Language: "de"}, wrong); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	if _, err := openNetwork().Get(service.URL); err == nil {
		t.Error("the open network holds this machine")
	}
}

// silence is a network on which some services take a notice and never answer.
type silence struct {
	mu    sync.Mutex
	taken []string // paths of those who answered
}

func (s *silence) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/silent") {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, r.URL.Path)
	return &http.Response{StatusCode: http.StatusCreated, Body: http.NoBody, Request: r}, nil
}

// Browsers whose service does not answer keep none of the others waiting, and nobody for long.
func TestSilentBrowsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, net, ctx := &drawer{}, &silence{}, t.Context()
		secrets, err := OpenSecrets(ctx, d, box{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := OpenPush(ctx, PushConfig{Browsers: d, Settings: d, Ring: box{}, Secrets: secrets, Subject: "https://hearth.example", HTTP: &http.Client{Transport: net}})
		if err != nil {
			t.Fatal(err)
		}
		for i, path := range []string{"/silent-1", "/silent-2", "/silent-3", "/phone", "/tablet"} {
			slot := "0000000" + string(rune('a'+i))
			if err := p.Subscribe(ctx, Subscription{Person: "mira", Slot: slot}, mustBrowser(t).keys("https://web.push.apple.com"+path)); err != nil {
				t.Fatal(err)
			}
		}
		told := make(chan bool)
		go func() { told <- p.Notify(ctx, "mira", Word{Key: "waiting"}) }()
		synctest.Wait() // no time passes
		net.mu.Lock()
		if slices.Sort(net.taken); !slices.Equal(net.taken, []string{"/phone", "/tablet"}) {
			t.Errorf("while others are silent %q were told", net.taken)
		}
		net.mu.Unlock()
		began := time.Now()
		if !<-told {
			t.Error("two who were told are nobody")
		}
		if took := time.Since(began); took != eachBrowser {
			t.Errorf("the silent ones were waited for %v, want %v", took, eachBrowser)
		}
	})
}

func TestStopTokens(t *testing.T) {
	s, other := &Secrets{key: []byte("one")}, &Secrets{key: []byte("two")}
	token := s.StopToken("Guest@Home.example")
	if hash, err := s.Stopped(token); err != nil || hash != s.Hash(care.ByMail, "guest@home.example") {
		t.Errorf("%s, %v", hash, err)
	}
	for _, bad := range []string{"", "x", token + "A", other.StopToken("guest@home.example"), token[:len(token)-2] + "AA"} {
		if _, err := s.Stopped(bad); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if s.Hash(care.BySMS, "+491") == other.Hash(care.BySMS, "+491") || s.Hash(care.BySMS, "+491") == s.Hash(care.ByMail, "+491") {
		t.Error("hashes are the same everywhere")
	}
}
