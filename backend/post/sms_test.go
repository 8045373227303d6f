package post

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"hearth/shared/care"
)

// wild are texts that end fields, headers and documents where somebody forgot to write them properly.
var wild = []string{`a"b\c`, "a&b=c#d?e%20+f", "line\r\nBcc: x", "{text}{to}", "ж 🙂 عيادة", "</x>'\";--"}

func TestGatewayWritesProperly(t *testing.T) {
	var last *http.Request
	var body []byte
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		last = r
		body, _ = io.ReadAll(r.Body)
		io.WriteString(w, `{"messages":[{"id":"m-1","status":"queued"}]}`)
	}))
	defer provider.Close()
	from, err := ParseSenders("+15005550006, +49=Hearth,+4917=Mobile")
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal([]byte(`{"messages":[{"destination":"{to}","sender":"{from}","content":{"text":"{text}"},"flash":false,"id":"{id}"}],"hook":"{callback}"}`), &doc); err != nil {
		t.Fatal(err)
	}
	common := Gateway{Success: "messages.0.status=queued|sent", ID: "messages.0.id", From: from, Callback: func(id care.MessageID) string { return "https://h/" + string(id) }, Once: "Idempotency-Key"}
	for _, text := range wild {
		l := Letter{ID: "id7", To: "+491751234567", Text: text}
		g := common
		g.URL, g.JSON, g.Headers = provider.URL+"/send/{to}?t={text}", doc, [][2]string{{"X-Text", "Key {text}"}}
		if a := NewSMS(g).Send(t.Context(), l); a != (Answer{Fate: Taken, Provider: "m-1"}) {
			t.Fatalf("%q: %+v", text, a)
		}
		var got struct {
			Messages []struct {
				Destination, Sender, ID string
				Content                 struct{ Text string }
			}
			Hook string
		}
		if err := json.Unmarshal(body, &got); err != nil || len(got.Messages) != 1 || got.Messages[0].Content.Text != text || got.Messages[0].Destination != l.To || got.Messages[0].Sender != "Mobile" || got.Hook != "https://h/id7" {
			t.Errorf("%q arrived as %s, %v", text, body, err)
		}
		if last.URL.Query().Get("t") != text || last.URL.Path != "/send/"+l.To || last.Header.Get("Bcc") != "" || last.Header.Get("Idempotency-Key") != "id7" {
			t.Errorf("%q went to %s with %v", text, last.URL, last.Header)
		}
		g.URL, g.JSON, g.Headers, g.Form = provider.URL, nil, nil, [][2]string{{"to", "{to}"}, {"body", "Hi {text}"}, {"from", "{from}"}}
		if a := NewSMS(g).Send(t.Context(), l); a.Fate != Taken {
			t.Fatalf("%q: %+v", text, a)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil || form.Get("body") != "Hi "+text || len(form) != 3 {
			t.Errorf("%q arrived as %s, %v", text, body, err)
		}
	}
}

// What a provider says decides what becomes of a message; what it does not say leaves it unknown.
func TestGatewayFates(t *testing.T) {
	var mu sync.Mutex
	status, answer, drop := 0, "", false
	feel := func(code int, text string, hangs bool) {
		mu.Lock()
		defer mu.Unlock()
		status, answer, drop = code, text, hangs
	}
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		mu.Lock()
		defer mu.Unlock()
		if drop {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Retry-After", "7")
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	defer provider.Close()
	send := func(g Gateway) Answer {
		return NewSMS(g).Send(t.Context(), Letter{ID: "a", To: "+491751234567", Text: "x"})
	}
	twilio := Twilio(provider.URL, "AC1", "secret", nil, nil)
	for name, c := range map[string]struct {
		status int
		answer string
		want   Fate
	}{
		"taken": {201, `{"sid":"SM1","status":"queued"}`, Taken}, "taken and failed at once": {201, `{"sid":"SM1","status":"failed"}`, Refused}, "nonsense": {201, `<html>`, Refused},
		"bad number": {400, `{"code":21211}`, Refused}, "wrong password": {401, "", NotNow}, "too many": {429, "", NotNow}, "away": {503, "", NotNow},
		"broken": {500, "", Perhaps}, "a gateway gave up": {504, "", Perhaps}, "elsewhere": {302, "", NotNow},
	} {
		feel(c.status, c.answer, false)
		if a := send(twilio); a.Fate != c.want {
			t.Errorf("%s: %+v, want %s", name, a, c.want)
		}
	}
	feel(0, "", true)
	if a := send(twilio); a.Fate != Perhaps {
		t.Errorf("a line that broke: %+v", a)
	}
	for rule, c := range map[string]struct {
		answer string
		want   Fate
	}{"": {"anything", Taken}, "^OK": {"OK 123", Taken}, "^100": {"101 no", Refused}, "a.b=1": {`{"a":{"b":1}}`, Taken}, "a=true": {`{"a":true}`, Taken}, "a=x": {`{"a":["x"]}`, Refused}} {
		feel(200, c.answer, false)
		if a := send(Gateway{URL: provider.URL, Form: [][2]string{{"t", "{text}"}}, Success: rule}); a.Fate != c.want {
			t.Errorf("the rule %q and %q: %+v", rule, c.answer, a)
		}
	}
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	if a := send(Gateway{URL: "http://" + nobody.Addr().String()}); a.Fate != NotNow {
		t.Errorf("nobody there: %+v", a)
	}
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	ctx, cancel := context.WithCancel(t.Context())
	gateway := NewSMS(Gateway{URL: slow.URL, Form: [][2]string{{"t", "{text}"}}})
	came := make(chan Answer)
	go func() { came <- gateway.Send(ctx, Letter{To: "+491751234567"}) }()
	cancel()
	if a := <-came; a.Fate == Taken || a.Fate == Refused {
		t.Errorf("given up on: %+v", a)
	}
}

func TestTwilioRequest(t *testing.T) {
	var form url.Values
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		form = r.PostForm
		if user, password, _ := r.BasicAuth(); r.URL.Path != "/2010-04-01/Accounts/AC1/Messages.json" || user != "AC1" || password != "secret" {
			w.WriteHeader(401)
		}
		w.WriteHeader(201)
		io.WriteString(w, `{"sid":"SM1","status":"queued"}`)
	}))
	defer provider.Close()
	for from, want := range map[string]string{"+15005550006": "From", "MG" + strings.Repeat("a", 32): "MessagingServiceSid"} {
		senders, _ := ParseSenders(from)
		a := NewSMS(Twilio(provider.URL, "AC1", "secret", senders, func(id care.MessageID) string { return "https://h.example/hooks/" + string(id) })).
			Send(t.Context(), Letter{ID: "m1", To: "+491751234567", Text: "Grüße & mehr"})
		if a.Fate != Taken || a.Provider != "SM1" || form.Get(want) != from || form.Get("Body") != "Grüße & mehr" || form.Get("StatusCallback") != "https://h.example/hooks/m1" {
			t.Errorf("%+v: %v", a, form)
		}
	}
}

// Twilio's own example of a signature is checked, and that nothing else is believed.
func TestTwilioSignature(t *testing.T) {
	body := "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212"
	b := Inbox{Twilio: "12345", URL: "https://example.com"}
	ask := func(signature, body string) bool {
		r := httptest.NewRequest("POST", "/myapp.php?foo=1&bar=2", strings.NewReader(body))
		r.Header.Set("X-Twilio-Signature", signature)
		return b.Trusts(r, []byte(body))
	}
	m := hmac.New(sha1.New, []byte("12345"))
	m.Write([]byte("https://example.com/myapp.php?foo=1&bar=2CallSidCA1234567890ABCDECaller+12349013030Digits1234From+12349013030To+18005551212"))
	right := base64.StdEncoding.EncodeToString(m.Sum(nil))
	if !ask(right, body) {
		t.Error("a right signature is refused")
	}
	for what, c := range map[string][2]string{"no signature": {"", body}, "another body": {right, body + "&x=1"}, "a changed body": {right, strings.Replace(body, "1234", "1235", 1)}, "junk": {"x", "%zz"}} {
		if ask(c[0], c[1]) {
			t.Errorf("%s is believed", what)
		}
	}
}

func TestReports(t *testing.T) {
	s := &Secrets{key: []byte("k")}
	b := Inbox{Fields: Fields{ID: "results.0.messageId", State: "results.0.status.groupName", Delivered: []string{"DELIVERED"}, Failed: []string{"REJECTED", "UNDELIVERABLE"}, From: "from", Text: "text"}, Secret: "hook secret", Secrets: s}
	id := care.NewID[care.MessageID]()
	for what, c := range map[string]struct {
		header [2]string
		path   [2]string
		want   bool
	}{
		"bearer": {[2]string{"Authorization", "Bearer hook secret"}, [2]string{}, true}, "basic": {[2]string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("x:hook secret"))}, [2]string{}, true},
		"header": {[2]string{"X-Webhook-Secret", "hook secret"}, [2]string{}, true}, "nothing": {[2]string{"X", ""}, [2]string{}, false}, "wrong": {[2]string{"Authorization", "Bearer other"}, [2]string{}, false},
		"own address": {[2]string{"X", ""}, [2]string{string(id), s.Callback(id)}, true}, "another's address": {[2]string{"X", ""}, [2]string{string(care.NewID[care.MessageID]()), s.Callback(id)}, false},
	} {
		body := `{"results":[{"messageId":"m1","status":{"groupName":"delivered"}}]}`
		r := httptest.NewRequest("POST", "/hooks", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		r.Header.Set(c.header[0], c.header[1])
		r.SetPathValue("message", c.path[0])
		r.SetPathValue("proof", c.path[1])
		if got := b.Trusts(r, []byte(body)); got != c.want {
			t.Errorf("%s: believed %v", what, got)
		}
		if rep, ok := b.Report(r, []byte(body)); !ok || rep.Provider != "m1" || rep.State != care.MessageDelivered {
			t.Errorf("%s: %+v %v", what, rep, ok)
		}
	}
	if (Inbox{}).Trusts(httptest.NewRequest("POST", "/", nil), nil) {
		t.Error("a house without a secret believes anybody")
	}
}

func TestWishes(t *testing.T) {
	for text, want := range map[string][2]bool{"STOP": {true, false}, " stop. ": {true, false}, "Arrêt": {true, false}, "Stopp": {true, false}, "please don't stop": {}, "": {}, "Start": {false, true}, "ok": {}} {
		if stop, start := Wish(text); stop != want[0] || start != want[1] {
			t.Errorf("%q: %v %v", text, stop, start)
		}
	}
}

func TestSenders(t *testing.T) {
	for _, bad := range []string{"49=x", "+49=", "+x=y"} {
		if _, err := ParseSenders(bad); err == nil {
			t.Errorf("%q is a sender", bad)
		}
	}
}

func FuzzReport(f *testing.F) {
	f.Add("application/json", `{"results":[{"messageId":"m1"}]}`)
	f.Add("application/x-www-form-urlencoded", "From=%2B491751234567&Body=STOP")
	b := Inbox{Fields: Fields{ID: "results.0.messageId", State: "s", Delivered: []string{"d"}, From: "From", Text: "Body"}, Twilio: "t", URL: "https://x"}
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Content-Type", kind)
		if b.Trusts(r, []byte(body)) {
			t.Error("believed")
		}
		rep, ok := b.Report(r, []byte(body))
		if ok && rep.Provider == "" {
			t.Error("a report about nothing")
		}
		if from, _ := b.Inbound(r, []byte(body)); from != "" && from[0] != '+' {
			t.Errorf("a number %q", from)
		}
	})
}
