// Package remotetest plays the house for tests of pages: a browser's requests and its live socket end here, in the same
// process and at once. It decides nothing; a test says what the house answers.
package remotetest

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/fetch"
	"hearth/wasm/socket"
)

// Asked is a request a page made: the names in its path, its query and its body.
type Asked struct {
	Op    api.Operation
	Names map[string]string
	Query string
	Body  []byte
}

// Read reads the body.
func (a Asked) Read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		t.Fatalf("%s was asked with %q: %v", a.Op.ID, a.Body, err)
	}
}

// House answers requests and speaks on the live socket. It is a fetch.Client and a socket.Browser.
type House struct {
	Person live.PersonView
	Build  string
	Reply  func(live.Command) live.Reply // nil: done

	mu       sync.Mutex // guards what follows
	away     bool
	answers  map[string]func(Asked) (any, error)
	asked    []Asked
	rooms    map[live.RoomID]live.Snapshot
	commands []live.Command
	wires    []*wire
}

// New is a house where nobody lives.
func New() *House {
	return &House{answers: map[string]func(Asked) (any, error){}, rooms: map[live.RoomID]live.Snapshot{}}
}

// Answer says what an operation answers from now on. The error is told as the house tells faults.
func (h *House) Answer(op api.Operation, f func(Asked) (any, error)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers[op.ID] = f
}

// Asked lists the requests for an operation.
func (h *House) Asked(op api.Operation) (all []Asked) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range h.asked {
		if a.Op.ID == op.ID {
			all = append(all, a)
		}
	}
	return all
}

// Commands lists what pages wanted on their sockets.
func (h *House) Commands() []live.Command {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]live.Command(nil), h.commands...)
}

// Do answers a request.
func (h *House) Do(_ context.Context, r fetch.Request) (fetch.Response, error) {
	h.mu.Lock()
	if h.away {
		h.mu.Unlock()
		return fetch.Response{}, fetch.ErrUnavailable
	}
	a, ok := match(r)
	h.asked = append(h.asked, a)
	f := h.answers[a.Op.ID]
	h.mu.Unlock()
	if !ok || f == nil {
		return problem(fault.New(fault.NotFound, "not-found", nil)), nil
	}
	out, err := f(a)
	if err != nil {
		return problem(fault.Of(err)), nil
	}
	body, err := json.Marshal(out)
	return fetch.Response{Status: 200, Body: body}, err
}

// match finds the operation a request is for: where several fit, the one whose path leaves the fewest names open.
func match(r fetch.Request) (found Asked, ok bool) {
	path, query, _ := strings.Cut(r.Path, "?")
	got := strings.Split(path, "/")
next:
	for _, op := range api.Operations() {
		want := strings.Split(op.Path, "/")
		if op.Method != r.Method || len(want) != len(got) {
			continue
		}
		names := map[string]string{}
		for i, part := range want {
			if strings.HasPrefix(part, "{") {
				names[strings.Trim(part, "{}")] = got[i]
			} else if part != got[i] {
				continue next
			}
		}
		if !ok || len(names) < len(found.Names) {
			found, ok = Asked{op, names, query, r.Body}, true
		}
	}
	return found, ok
}

// problem is how the house says a fault (RFC 9457).
func problem(f *fault.Error) fetch.Response {
	status := map[fault.Kind]int{fault.Invalid: 422, fault.SignedOut: 401, fault.NotFound: 404, fault.Conflict: 409,
		fault.Gone: 410, fault.TooMany: 429, fault.TooLarge: 413, fault.Unavailable: 503}[f.Kind]
	if status == 0 {
		status = 500
	}
	body, _ := json.Marshal(api.Problem{Status: status, Code: f.Code, Args: f.Args}) // strings always marshal
	return fetch.Response{Status: status, Body: body}
}

// Now is the house's clock, the page's own.
func Now() care.Stamp { return care.StampOf(time.Now()) }

var _ fetch.Client = (*House)(nil)
var _ socket.Browser = (*House)(nil)
