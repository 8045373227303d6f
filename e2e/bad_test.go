package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// What comes over a socket and makes no sense ends that socket with a clear code, and nobody else notices.
func TestBadSocket(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	wren := house.Caller(t, house.Links().Patient)
	witness := mustHello(t, house.Caller(t, house.Links().Therapist), live.Therapist)
	hello := func() string {
		b, _ := json.Marshal(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Build: "test", Member: care.NewID[live.MemberID](), Portal: live.Aggregator}})
		return string(b)
	}
	room := live.PatientRoom(wren.Me().Patient)
	for _, bad := range []struct {
		what  string
		after bool // a proper hello
		kind  int
		text  string
	}{
		{"nothing that is JSON", false, websocket.TextMessage, "hello?"},
		{"nothing at all", false, websocket.TextMessage, ""},
		{"bytes", false, websocket.BinaryMessage, "\x00\x01\x02"},
		{"text that is not UTF-8", false, websocket.TextMessage, "\"\xff\xfe\""},
		{"a command before hello", false, websocket.TextMessage, `{"command":{"id":"x","room":"` + string(room) + `","relay":{}}}`},
		{"a protocol of tomorrow", false, websocket.TextMessage, strings.Replace(hello(), `"protocol":1`, `"protocol":99`, 1)},
		{"another's portal", false, websocket.TextMessage, strings.Replace(hello(), `"aggregator"`, `"admin"`, 1)},
		{"half a message", true, websocket.TextMessage, `{"command":{"id":`},
		{"two messages in one", true, websocket.TextMessage, `{"ping":{"t0":1},"resync":{"room":"` + string(room) + `"}}`},
		{"an absurd time", true, websocket.TextMessage, `{"ping":{"t0":-9223372036854775808}}`},
		{"an even more absurd time", true, websocket.TextMessage, `{"ping":{"t0":1e300}}`},
		{"too much", true, websocket.TextMessage, `{"ping":{"t0":1,"x":"` + strings.Repeat("a", live.MaxMessage) + `"}}`},
		{"too deep", true, websocket.TextMessage, strings.Repeat(`{"command":`, 5000)},
		{"a foreign room's id", true, websocket.TextMessage, `{"resync":{"room":"../../etc/passwd"}}`},
	} {
		t.Run(bad.what, func(t *testing.T) {
			conn, _, err := wren.Dial()
			if err != nil {
				t.Fatal(err)
			}
			if bad.after {
				conn.WriteMessage(websocket.TextMessage, []byte(hello()))
			}
			conn.WriteMessage(bad.kind, []byte(bad.text))
			if code := ending(t, conn); code == "" {
				t.Error("the socket just ended, without saying why")
			} else {
				t.Log(code)
			}
			conn.Close()
		})
	}
	t.Run("frames broken on the wire", func(t *testing.T) {
		conn, _, err := wren.Dial()
		if err != nil {
			t.Fatal(err)
		}
		conn.NetConn().Write([]byte{0x83, 0x05, 'j', 'u', 'n', 'k', '!'}) // a reserved opcode, not masked (RFC 6455 section 5)
		t.Log(ending(t, conn))
	})

	// The witness heard nothing of it and is served as before.
	id := care.NewID[string]()
	witness.say(live.FromPage{Command: &live.Command{ID: id, Room: room, Ask: &live.Ask{From: care.NewID[live.MemberID](), Signals: []access.Signal{access.ECG}}}})
	if m := witness.until(func(m live.FromHouse) bool { return m.Reply != nil && m.Reply.ID == id }); m.Reply.Code != live.CodeAway {
		t.Errorf("asking a page that is not there: %q, want %q", m.Reply.Code, live.CodeAway)
	}
	mustHello(t, wren, live.Aggregator)
}

// ending reads a socket to its end and returns what the house said last: a fault code, or the close code.
func ending(t *testing.T, conn *websocket.Conn) (said string) {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(stage.Patience))
	for {
		_, b, err := conn.ReadMessage()
		if err != nil {
			if ce, ok := err.(*websocket.CloseError); ok && ce.Code != websocket.CloseAbnormalClosure {
				return fmt.Sprintf("%s close %d %s", said, ce.Code, ce.Text)
			}
			if said == "" && !websocket.IsUnexpectedCloseError(err) {
				t.Errorf("the house does not end the socket: %v", err)
			}
			return said
		}
		var m live.FromHouse
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatalf("the house says nonsense: %.200s", b)
		}
		if m.Refused != nil {
			said = m.Refused.Code
		}
	}
}

// Another site's page may send our cookies along; it gets nothing.
func TestForeignOrigins(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	mira := house.Caller(t, house.Links().Therapist)
	for _, origin := range []string{"https://evil.example", "null", "http://localhost", strings.Replace(house.URL(), "localhost", "127.0.0.1", 1)} {
		if conn, res, err := mira.Dial("Origin", origin); err == nil {
			conn.Close()
			t.Errorf("a socket from %s is taken", origin)
		} else if res == nil || res.StatusCode != http.StatusForbidden {
			t.Errorf("a socket from %s: %v %v, want 403", origin, res, err)
		}
		for _, c := range []struct{ method, path string }{{"POST", api.SignOutPage}, {"PATCH", api.PatchMe.Path}} {
			if res, body := mira.Send(c.method, c.path, strings.NewReader("{}"), "Content-Type", "application/json", "Origin", origin); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s from %s: %d %.200s", c.path, origin, res.StatusCode, body)
			}
		}
	}
	mira.Me() // nobody signed her out

	// In a browser: a page of another origin tries.
	w := stage.Browse(t, "evil")
	w.Expect("WebSocket connection to", "blocked by CORS", "Failed to load resource", "Content Security Policy")
	w.ComeIn(house.Links().Therapist, "")
	w.Goto("data:text/html,<title>evil</title>")
	if got := stage.Eval[string](w, fmt.Sprintf(`new Promise(done => { const s = new WebSocket(%q); s.onopen = () => done("open"); s.onerror = () => done("refused") })`,
		"ws"+strings.TrimPrefix(house.URL(), "http")+api.LiveSocket)); got != "refused" {
		t.Errorf("a socket from another page: %s", got)
	}
	if got := stage.Eval[string](w, fmt.Sprintf(`fetch(%q, {credentials: "include"}).then(r => r.text(), e => "refused")`, house.URL()+api.ListPatients.Path)); got != "refused" {
		t.Errorf("another page reads: %s", got)
	}
}

// Cookies that are stolen, mixed up or over open nothing, and a page says so kindly.
func TestCookies(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	mira, wren := house.Caller(t, house.Links().Therapist), house.Caller(t, house.Links().Patient)
	status := func(as string, cookies ...*http.Cookie) int {
		headers := []string{api.AsHeader, as}
		var line []string
		for _, c := range cookies {
			line = append(line, c.Name+"="+c.Value)
		}
		res, _ := house.Stranger(t).Send("GET", api.GetMe.Path, nil, append(headers, "Cookie", strings.Join(line, "; "))...)
		return res.StatusCode
	}
	own := mira.Cookies()[0]
	if own.Name == "hearth-lang" {
		own = mira.Cookies()[1]
	}
	if got := status(mira.Slot(), own); got != http.StatusOK {
		t.Fatalf("the own cookie: %d", got)
	}
	other := *own
	other.Name = strings.Replace(own.Name, mira.Slot(), wren.Slot(), 1)
	for what, got := range map[string]int{
		"under another slot's name": status(wren.Slot(), &other),
		"for another slot":          status(wren.Slot(), own),
		"without any":               status(mira.Slot()),
		"with a guess":              status(mira.Slot(), &http.Cookie{Name: own.Name, Value: strings.Repeat("A", len(own.Value))}),
		"cut short":                 status(mira.Slot(), &http.Cookie{Name: own.Name, Value: own.Value[:len(own.Value)-1]}),
	} {
		if got != http.StatusUnauthorized {
			t.Errorf("%s: %d, want 401", what, got)
		}
	}
	// A signed-out cookie that somebody kept.
	if res, _ := mira.Form(api.SignOutPage, nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign out: %d", res.StatusCode)
	}
	if got := status(mira.Slot(), own); got != http.StatusUnauthorized {
		t.Errorf("a cookie after signing out: %d, want 401", got)
	}

	// A page whose session ends while it is open leads to the sign-in page.
	w := stage.Browse(t, "disabled")
	w.Expect("Failed to load resource: the server responded with a status of 401")
	w.ComeIn(house.Links().Therapist, "")
	w.Until("document.querySelectorAll('#patients [data-patient]').length === 2")
	admin := house.Caller(t, house.Links().Administrator)
	var people api.List[api.Person]
	admin.Get(api.ListPeople.Path, &people)
	for _, p := range people.Items {
		if p.Login == "mira" {
			admin.Do(api.PatchPerson, []string{"{person}", string(p.ID)}, api.PatchPersonBody{Version: p.Version, Disabled: new(true)}, nil)
		}
	}
	w.UntilAt(api.SignInPage)
}

// Requests that are too large, too many or nonsense get a clear answer with a code, and the house lives.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	mira := house.Caller(t, house.Links().Therapist)
	wren := mira.Patients()["Wren-23"].ID
	limits := strings.Replace(api.PutLimits.Path, "{patient}", string(wren), 1)
	for what, one := range map[string]struct {
		method, path, kind, body string
		status                   int
	}{
		"an oversized body":       {"PUT", limits, "application/json", `{"x":"` + strings.Repeat("a", 1<<20) + `"}`, 413},
		"an oversized form":       {"POST", api.SignInPage, "application/x-www-form-urlencoded", "login=" + strings.Repeat("a", 1<<20), 413},
		"half of a body":          {"PUT", limits, "application/json", `{"heartLow":`, 400},
		"absurd limits":           {"PUT", limits, "application/json", `{"heartLow":-4,"heartHigh":1000000000,"leadOff":15,"version":0}`, 422},
		"another kind of content": {"PUT", limits, "text/xml", `<a/>`, 415},
		"another method":          {"TRACE", limits, "application/json", "", 404},
		"a path that climbs":      {"GET", "/assets/../../../etc/passwd", "", "", 404},
		"an id that is no id":     {"GET", strings.Replace(api.GetPatient.Path, "{patient}", "%27%20OR%201=1", 1), "", "", 404},
	} {
		res, body := mira.Send(one.method, one.path, strings.NewReader(one.body), "Content-Type", one.kind, "Origin", house.URL())
		if res.StatusCode/100 == 3 {
			res, body = mira.Send("GET", res.Header.Get("Location"), nil)
		}
		if res.StatusCode != one.status {
			t.Errorf("%s: %d, want %d; %.200s", what, res.StatusCode, one.status, body)
		}
		if strings.HasPrefix(one.path, api.Base) && !strings.Contains(body, `"code":`) {
			t.Errorf("%s: the answer has no code: %.300s", what, body)
		}
		for _, leak := range []string{"goroutine", "sqlite", "SQL", ".go:"} {
			if strings.Contains(body, leak) {
				t.Errorf("%s: the answer tells of its inside: %.300s", what, body)
			}
		}
	}
	// A flood is slowed down with a word how long to wait, and the house is there again afterwards.
	flooded := false
	for range 1000 {
		res, _ := mira.Send("GET", api.GetMe.Path, nil)
		if res.StatusCode == http.StatusTooManyRequests {
			flooded = res.Header.Get("Retry-After") != ""
			break
		}
	}
	if !flooded {
		t.Error("a thousand requests in a row were all answered")
	}
	if res, body := house.Stranger(t).Send("GET", "/healthz", nil); res.StatusCode != http.StatusOK && res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("after the flood: %d %s", res.StatusCode, body)
	}
}
