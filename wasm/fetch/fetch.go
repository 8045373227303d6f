// Package fetch makes JSON requests to the house through the browser's fetch(). It never uses net/http, which would
// weigh more than the rest of a page, and it never talks to another origin than the page's own.
package fetch

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hearth/shared/api"
	"hearth/shared/fault"
)

// Timeout is how long a request may take when it names no time of its own.
const Timeout = 15 * time.Second

// MaxBody bounds an answer in bytes; a longer one is refused with "network.answer".
const MaxBody = 8 << 20

// ErrUnavailable is what None answers: there is no browser here to ask.
var ErrUnavailable = fault.New(fault.Unavailable, "network", nil)

// Request is one call of the house.
type Request struct {
	Method  string
	Path    string            // from the root, with its query: "/api/v1/me"
	Header  map[string]string // besides what Body and IfMatch set
	Body    []byte            // JSON, or nil for none
	IfMatch string            // the ETag the change builds on, or ""
	Timeout time.Duration     // 0 = Timeout
}

// Response is what the house answered, whatever its status.
type Response struct {
	Status int
	ETag   string
	Body   []byte
}

// Client makes requests. Do returns an error only when no answer came: fault "network" when the house cannot be
// reached, "network.timeout" when it took too long, "network.answer" when the answer was longer than MaxBody, and the
// context's own error when the caller gave up. It may be called from several goroutines, never from inside a js.Func.
type Client interface {
	Do(ctx context.Context, r Request) (Response, error)
}

// None refuses every request: a prerendered page asks nobody.
type None struct{}

// Do refuses with ErrUnavailable.
func (None) Do(context.Context, Request) (Response, error) { return Response{}, ErrUnavailable }

// JSON sends in as the body (nil: none) and reads the answer into T. An answer without a body gives T's zero value. A
// refusal comes back as the *fault.Error its problem document names (RFC 9457).
func JSON[T any](ctx context.Context, c Client, r Request, in any) (T, error) {
	var out T
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return out, fmt.Errorf("writing %s %s: %w", r.Method, r.Path, err)
		}
		r.Body = body
	}
	answer, err := c.Do(ctx, r)
	if err != nil {
		return out, err
	}
	if err := answer.Fault(); err != nil {
		return out, err
	}
	if len(answer.Body) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(answer.Body, &out); err != nil {
		return out, fault.New(fault.Internal, "network.answer", fmt.Errorf("reading %s %s: %w", r.Method, r.Path, err))
	}
	return out, nil
}

// Fault is nil for a status of 2xx, else the fault the answer stands for. An answer that is no problem document, such
// as a proxy's own page, is judged by its status alone and its text is thrown away.
func (r Response) Fault() error {
	if r.Status >= 200 && r.Status < 300 {
		return nil
	}
	kind := kindOf(r.Status)
	var p api.Problem
	if json.Unmarshal(r.Body, &p) != nil || p.Code == "" || len(p.Code) > 80 {
		code := "network.answer"
		if kind == fault.Unavailable {
			code = "network"
		}
		return fault.New(kind, code, fmt.Errorf("status %d", r.Status))
	}
	f := fault.New(kind, p.Code, nil)
	f.Args = p.Args
	return f
}

// kindOf is the way back from backend/web's table of statuses.
func kindOf(status int) fault.Kind {
	switch status {
	case 400, 405, 406, 415, 422:
		return fault.Invalid
	case 401:
		return fault.SignedOut
	case 403, 404:
		return fault.NotFound
	case 409, 412, 428:
		return fault.Conflict
	case 410:
		return fault.Gone
	case 413:
		return fault.TooLarge
	case 429:
		return fault.TooMany
	case 408, 502, 503, 504:
		return fault.Unavailable
	}
	return fault.Internal
}
