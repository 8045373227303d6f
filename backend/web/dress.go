package web

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"hearth/shared/api"
	"hearth/shared/fault"
)

// patience is how long a handler may work on one request.
const patience = 10 * time.Second

// maxBody bounds every body we read, in bytes.
const maxBody = 64 << 10

// dress puts around the routes what every request needs, outermost first: log and panic net, headers, host, origin,
// rate.
func (s *Server) dress(routes http.Handler) http.Handler {
	foreign := http.NewCrossOriginProtection()
	foreign.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, fault.New(fault.Invalid, "request.foreign", nil))
	}))
	measured := s.measured(routes)
	return s.logged(s.ours(s.safely(unlessBearer(foreign.Handler(measured), measured))))
}

// safely refuses what a page of this very host asks without TLS when we have it: that page may be anybody's on the way.
// The standard library's protection compares hosts only, where the browser is too old to say more.
func (s *Server) safely(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Secure && r.Method != http.MethodGet && r.Method != http.MethodHead && strings.HasPrefix(r.Header.Get("Origin"), "http:") {
			s.fail(w, r, fault.New(fault.Invalid, "request.foreign", nil))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// logged writes one line a request, with the route and never the address asked for, and catches what a handler drops.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Now()
		rec := &recorder{ResponseWriter: w}
		s.headers(rec.Header())
		defer func() {
			if p := recover(); p != nil {
				s.caught(rec, r, p)
			}
			level := slog.LevelInfo
			if strings.HasPrefix(r.URL.Path, "/assets/") || r.Pattern == "GET /healthz" || r.Pattern == "GET /readyz" {
				level = slog.LevelDebug
			}
			s.Log.Log(r.Context(), level, "request", "method", method(r), "route", r.Pattern, "status", rec.code(), "took", s.Now().Sub(began).Round(time.Microsecond))
		}()
		next.ServeHTTP(rec, r)
	})
}

// caught answers after a panic. The id is the only link between what the person sees and what the log knows.
func (s *Server) caught(w *recorder, r *http.Request, p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	id := newLine()
	s.Log.Error("panic", "line", id, "route", r.Pattern, "what", fmt.Sprint(p), "stack", string(debug.Stack()))
	if w.status == 0 && !w.hijacked {
		s.failAs(w, r, fault.New(fault.Internal, "internal", nil), id)
	}
}

// ours refuses hosts that are not this house, so no other name that resolves to us can be used against our readers.
func (s *Server) ours(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Hosts != nil && r.URL.Path != "/healthz" && r.URL.Path != "/readyz" && !s.Hosts(hostOnly(r.Host)) {
			http.Error(w, "421 misdirected request", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// measured limits each address. Files are served from memory and cost nothing.
func (s *Server) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/assets/") {
			if wait, ok := s.byAddress.allow(household(s.Address(r)), s.Now()); !ok {
				s.slow(w, wait)
				s.fail(w, r, fault.New(fault.TooMany, "request.too-many", nil))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// slow says when to come back (RFC 9110 section 10.2.3).
func (s *Server) slow(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", fmt.Sprint(max(1, int(wait.Seconds()))))
}

// timed bounds a handler's work and what it may be sent.
func timed(next http.HandlerFunc) http.HandlerFunc {
	return within(func(http.ResponseWriter) time.Duration { return patience }, next)
}

func within(bound func(http.ResponseWriter) time.Duration, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), bound(w))
		defer cancel()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next(w, r.WithContext(ctx))
	}
}

// logFailure writes down what went wrong on our side, once, where the error stops travelling. It returns the id of the
// line, which the person is told; "" when there is none.
func (s *Server) logFailure(r *http.Request, f *fault.Error) (id string) {
	if f.Kind != fault.Internal && f.Kind != fault.Unavailable || errors.Is(r.Context().Err(), context.Canceled) {
		return "" // a reader who went away is nobody's mistake
	}
	id = newLine()
	s.Log.Error("failed", "line", id, "route", r.Pattern, "error", f.Error())
	return id
}

// newLine is the id of a line in the log.
func newLine() string {
	var b [5]byte
	rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

// method keeps inventive methods out of the log.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "OTHER"
}

// forPrograms reports whether an answer at this address is read by a program rather than a person.
func forPrograms(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, api.Base+"/") }

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status   int
	hijacked bool
}

func (w *recorder) WriteHeader(code int) {
	if w.status == 0 {
		w.status = code
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack is for the live socket.
func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.hijacked = true
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

func (w *recorder) code() int {
	switch {
	case w.hijacked:
		return http.StatusSwitchingProtocols
	case w.status == 0:
		return http.StatusOK
	}
	return w.status
}
