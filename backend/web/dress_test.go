package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"hearth/assets"
	"hearth/shared/fault"
)

// dressed is a server whose every route is h.
func dressed(log *bytes.Buffer, c Config, h http.HandlerFunc) http.Handler {
	c.Log, c.Files = slog.New(slog.NewTextHandler(log, nil)), assets.Open()
	return New(c).dress(h)
}

// A handler that drops everything still gets its reader an answer, and the log the reason, joined by one id.
func TestPanicIsCaught(t *testing.T) {
	for _, path := range []string{"/therapist", "/api/v1/me"} {
		var log bytes.Buffer
		h := dressed(&log, Config{}, func(http.ResponseWriter, *http.Request) { panic("the floor gave way") })
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "floor") {
			t.Errorf("%s: %d %s, want 500 without the reason", path, w.Code, w.Body)
		}
		line := regexp.MustCompile(`line=(\w+)`).FindStringSubmatch(log.String())
		if line == nil || !strings.Contains(log.String(), "the floor gave way") {
			t.Fatalf("%s: the log does not say why: %s", path, &log)
		}
		if !strings.Contains(w.Body.String(), line[1]) {
			t.Errorf("%s: the answer does not name the line %s", path, line[1])
		}
	}
}

// What a deadline or a lock caused is told as such, never as somebody's own mistake.
func TestFailuresAreTold(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		words  string
	}{
		{context.DeadlineExceeded, 503, "come back"},
		{fmt.Errorf("ask: %w", &http.MaxBytesError{Limit: 1}), 413, "not take"},
		{fault.New(fault.Unavailable, "relay.failed", nil), 503, "come back"},
		{fault.New(fault.NotFound, "request.not-found", nil), 404, "Nothing here"},
		{fmt.Errorf("secret detail"), 500, "our mistake"},
	} {
		var log bytes.Buffer
		s := New(Config{Files: assets.Open(), Log: slog.New(slog.NewTextHandler(&log, nil))})
		w := httptest.NewRecorder()
		s.dress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, c.err) })).ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.words) || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%v: %d, want %d with %q:\n%s", c.err, w.Code, c.status, c.words, w.Body)
		}
	}
}

func TestSlowDown(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	rates := Limits{Address: Rate{time.Minute, 2}, Person: Rate{time.Second, 1}, Door: Rate{time.Second, 1}}
	h := dressed(&bytes.Buffer{}, Config{Limits: rates, Now: func() time.Time { return now }}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	codes := ""
	for range 3 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/me", nil))
		codes += fmt.Sprint(w.Code, " ")
		if w.Code == 429 && w.Header().Get("Retry-After") == "" {
			t.Error("nobody says when to come back")
		}
	}
	if codes != "204 204 429 " {
		t.Errorf("answers are %s, want two and then 429", codes)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/assets/x.css", nil))
	if w.Code != 204 {
		t.Errorf("a file counts against the rate: %d", w.Code)
	}
}

func TestStrictTransport(t *testing.T) {
	for _, lasting := range []bool{true, false} {
		h := dressed(&bytes.Buffer{}, Config{Secure: true, Lasting: lasting}, func(http.ResponseWriter, *http.Request) {})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get("Strict-Transport-Security"); strings.HasPrefix(got, "max-age=") != lasting {
			t.Errorf("Strict-Transport-Security is %q when the certificate lasts: %v", got, lasting)
		}
	}
}

// A page that came without TLS may be anybody's on the way, whatever host it names.
func TestPagesWithoutTLSAskNothingOfAHouseThatHasIt(t *testing.T) {
	for origin, want := range map[string]int{"http://hearth.example": 403, "https://hearth.example": 204, "https://evil.example": 403, "": 204} {
		h := dressed(&bytes.Buffer{}, Config{Secure: true}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
		r := httptest.NewRequest("POST", "https://hearth.example/sign-out", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("from %q: %d, want %d", origin, w.Code, want)
		}
	}
}
