package web_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/backend/identity"
	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/care"
)

// cheap hashes passwords fast; what they cost in production is identity's own test.
var cheap = identity.Cost{Memory: 64, Time: 1, Threads: 1}

// patient rates let a test ask as fast as it can.
var patientRates = web.Limits{
	Address: web.Rate{Each: time.Microsecond, Burst: 1 << 20},
	Person:  web.Rate{Each: time.Microsecond, Burst: 1 << 20},
	Door:    web.Rate{Each: time.Microsecond, Burst: 1 << 20},
}

// mustOpen opens a real demo house on a free port.
func mustOpen(t testing.TB) *house.House {
	t.Helper()
	return mustOpenWith(t, t.TempDir(), io.Discard)
}

// mustOpenWith opens one in a folder and with a log.
func mustOpenWith(t testing.TB, dir string, log io.Writer) *house.House {
	t.Helper()
	h, err := house.Open(context.Background(), house.Config{Address: "localhost:0", Dir: dir, Demo: true, Version: "test",
		Passwords: cheap, Limits: patientRates, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatalf("open a house: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := h.Close(ctx); err != nil {
			t.Errorf("close the house: %v", err)
		}
	})
	return h
}

// visitor is one browser.
type visitor struct {
	t     testing.TB
	base  string
	slot  string
	agent string // what its browser says of itself
	http  *http.Client
}

// stranger is a browser nobody signed in with. It follows no redirect, so that a test sees it.
func stranger(t testing.TB, h *house.House) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: h.URL(), http: &http.Client{Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// mustEnter signs a browser in by a demo link.
func mustEnter(t testing.TB, h *house.House, link string) *visitor {
	t.Helper()
	v := stranger(t, h)
	v.mustSignIn(link)
	return v
}

// mustSignIn presses the button of a demo link.
func (v *visitor) mustSignIn(link string) {
	v.t.Helper()
	res, _ := v.ask("POST", strings.TrimPrefix(link, v.base), "", "Content-Type", "application/x-www-form-urlencoded")
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.Fragment, "as=") {
		v.t.Fatalf("continue as: status %d to %q, want 303 to a portal with its slot", res.StatusCode, res.Header.Get("Location"))
	}
	v.slot = strings.TrimPrefix(to.Fragment, "as=")
}

// ask makes one request. Headers come in pairs.
func (v *visitor) ask(method, path, body string, headers ...string) (*http.Response, string) {
	v.t.Helper()
	req, err := http.NewRequest(method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if v.agent != "" {
		req.Header.Set("User-Agent", v.agent)
	}
	if v.slot != "" {
		req.Header.Set(api.AsHeader, v.slot)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := v.http.Do(req)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return res, string(got)
}

// mustDo asks for an operation and reads its answer.
func mustDo[T any](v *visitor, method, path string, body any) T {
	v.t.Helper()
	sent := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			v.t.Fatal(err)
		}
		sent = string(b)
	}
	res, got := v.ask(method, path, sent)
	if res.StatusCode >= 300 {
		v.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, got)
	}
	var out T
	if got != "" {
		if err := json.Unmarshal([]byte(got), &out); err != nil {
			v.t.Fatalf("%s %s: %v in %s", method, path, err, got)
		}
	}
	return out
}

// wantProblem checks that an answer is a problem with this status and code ("" any), with words.
func (v *visitor) wantProblem(what string, res *http.Response, body string, status int, code string) {
	v.t.Helper()
	var p api.Problem
	err := json.Unmarshal([]byte(body), &p)
	switch {
	case res.StatusCode != status:
		v.t.Errorf("%s: status %d, want %d: %s", what, res.StatusCode, status, body)
	case err != nil || res.Header.Get("Content-Type") != "application/problem+json" || p.Status != status || p.Code == "":
		v.t.Errorf("%s: not a problem: %s %s", what, res.Header.Get("Content-Type"), body)
	case code != "" && p.Code != code:
		v.t.Errorf("%s: code %s, want %s", what, p.Code, code)
	case p.Detail == "" || p.Detail == p.Code:
		v.t.Errorf("%s: no words for %s", what, p.Code)
	}
}

// clinic is a house with somebody of every role inside.
type clinic struct {
	*house.House
	admin, mira, wren, robin *visitor
	patients                 map[string]care.PatientID // by name
	people                   map[string]api.Person     // by name
}

func mustClinic(t testing.TB) clinic {
	t.Helper()
	return clinicOf(t, mustOpen(t))
}

// clinicOf is an open house with somebody of every role inside.
func clinicOf(t testing.TB, h *house.House) clinic {
	t.Helper()
	l := h.Links()
	c := clinic{House: h, admin: mustEnter(t, h, l.Administrator), mira: mustEnter(t, h, l.Therapist), wren: mustEnter(t, h, l.Patient),
		robin: mustEnter(t, h, l.Patient2), patients: map[string]care.PatientID{}, people: map[string]api.Person{}}
	for _, p := range mustDo[api.List[api.Person]](c.admin, "GET", api.ListPeople.Path, nil).Items {
		c.people[p.Name] = p
		if p.Patient != "" {
			c.patients[p.Name] = p.Patient
		}
	}
	if len(c.patients) != 3 || len(c.people) != 6 {
		t.Fatalf("the demo has %d patients among %d people, want 3 among 6", len(c.patients), len(c.people))
	}
	return c
}
