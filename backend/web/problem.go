package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// statuses is the one table that turns a kind of fault into a status of HTTP.
var statuses = map[fault.Kind]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.SignedOut:   http.StatusUnauthorized,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Gone:        http.StatusGone,
	fault.TooMany:     http.StatusTooManyRequests,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// exceptions are the codes whose status says more than their kind.
var exceptions = map[string]int{
	"request.foreign": http.StatusForbidden,
	"step-up.needed":  http.StatusForbidden,
	"sign-in.network": http.StatusForbidden,
	"request.ahead":   http.StatusPreconditionFailed,
	"request.junk":    http.StatusBadRequest,
	"request.type":    http.StatusUnsupportedMediaType,
}

func statusOf(f *fault.Error) int {
	if code, ok := exceptions[f.Code]; ok {
		return code
	}
	if code, ok := statuses[f.Kind]; ok {
		return code
	}
	return http.StatusInternalServerError
}

// problem is api.Problem as an error that huma can send.
type problem struct{ api.Problem }

func (p *problem) Error() string             { return p.Code }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }

// seen is the fault a reader may see: what a deadline or an oversized body caused has its own words.
func seen(err error) *fault.Error {
	var big *http.MaxBytesError
	f := fault.Of(err)
	switch {
	case errors.As(err, &big):
		return fault.New(fault.TooLarge, "request.too-large", err)
	case f.Kind == fault.Internal && errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Unavailable, "request.timeout", err)
	case f.Kind == fault.NotFound: // unknown and forbidden look alike, whoever found out
		return fault.New(fault.NotFound, "request.not-found", err)
	}
	return f
}

// problemOf dresses a fault for a program, with words in the reader's language and the id of its line in the log, if any.
func (s *Server) problemOf(f *fault.Error, lang words.Language, id string) *problem {
	status := statusOf(f)
	if id != "" {
		f = f.With("line", id)
	}
	return &problem{api.Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Code: f.Code, Detail: s.sayFault(f, lang), Args: f.Args,
	}}
}

// sayFault finds a fault's words. A fault without words still has its code, which help desks can look up.
func (s *Server) sayFault(f *fault.Error, lang words.Language) string {
	book, key := s.words[lang], "fault."+f.Code
	if !book.Has(key) {
		return f.Code
	}
	var pairs []string
	for k, v := range f.Args {
		pairs = append(pairs, k, v)
	}
	return book.Say(key, pairs...)
}

// fail answers with what went wrong: a problem for programs, a page for people.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := seen(err)
	s.failAs(w, r, f, s.logFailure(r, f))
}

func (s *Server) failAs(w http.ResponseWriter, r *http.Request, f *fault.Error, id string) {
	if forPrograms(r) {
		p := s.problemOf(f, s.language(r), id)
		w.Header().Set("Content-Type", p.ContentType(""))
		w.WriteHeader(p.Status)
		json.NewEncoder(w).Encode(p)
		return
	}
	s.failurePage(w, r, f, id)
}

// ofHuma turns huma's own refusals (junk, wrong shapes, wrong types) into our problems. What exactly was wrong goes
// into no words: our pages never send it, and programs have the description.
func ofHuma(status int) *fault.Error {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "request.too-large", nil)
	case http.StatusUnsupportedMediaType:
		return fault.New(fault.Invalid, "request.type", nil)
	case http.StatusBadRequest:
		return fault.New(fault.Invalid, "request.junk", nil)
	case http.StatusRequestTimeout:
		return fault.New(fault.Unavailable, "request.timeout", nil)
	case http.StatusUnprocessableEntity:
		return fault.New(fault.Invalid, "request.invalid", nil)
	}
	return fault.New(fault.Internal, "internal", nil)
}

// details names the places that were wrong, without repeating what was sent.
func details(f *fault.Error, errs []error) *fault.Error {
	for _, e := range errs {
		if d, ok := e.(*huma.ErrorDetail); ok && d != nil && d.Location != "" {
			return f.With("where", d.Location)
		}
	}
	return f
}
