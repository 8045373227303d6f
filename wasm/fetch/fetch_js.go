package fetch

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"

	"hearth/shared/fault"
	"hearth/wasm/await"
)

// Open returns the browser's fetch, or None where there is none.
func Open() Client {
	if js.Global().Get("fetch").Truthy() && js.Global().Get("AbortController").Truthy() {
		return browser{}
	}
	return None{}
}

type browser struct{}

// Do makes one request and reads its whole answer, within its time.
func (browser) Do(ctx context.Context, r Request) (Response, error) {
	within := r.Timeout
	if within == 0 {
		within = Timeout
	}
	inner, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answer, err := exchange(inner, r)
	switch {
	case err == nil:
		return answer, nil
	case ctx.Err() != nil:
		return Response{}, ctx.Err()
	case errors.Is(inner.Err(), context.DeadlineExceeded):
		return Response{}, fault.New(fault.Unavailable, "network.timeout", fmt.Errorf("%s %s took over %v", r.Method, r.Path, within))
	case errors.Is(err, errLong):
		return Response{}, fault.New(fault.TooLarge, "network.answer", err)
	}
	return Response{}, fault.New(fault.Unavailable, "network", fmt.Errorf("%s %s: %w", r.Method, r.Path, err))
}

var errLong = errors.New("the answer is too long")

// exchange aborts the browser's request as soon as ctx ends.
func exchange(ctx context.Context, r Request) (Response, error) {
	abort := js.Global().Get("AbortController").New()
	stop := context.AfterFunc(ctx, func() { abort.Call("abort") })
	defer stop()
	raw, err := await.Call(ctx, js.Global(), "fetch", r.Path, options(r, abort.Get("signal")))
	if err != nil {
		return Response{}, err
	}
	answer := Response{Status: raw.Get("status").Int()}
	if tag := raw.Get("headers").Call("get", "ETag"); tag.Type() == js.TypeString {
		answer.ETag = tag.String()
	}
	buffer, err := await.Call(ctx, raw, "arrayBuffer")
	if err != nil {
		return Response{}, err
	}
	bytes := js.Global().Get("Uint8Array").New(buffer)
	if bytes.Length() > MaxBody {
		return Response{}, errLong
	}
	answer.Body = make([]byte, bytes.Length())
	js.CopyBytesToGo(answer.Body, bytes)
	return answer, nil
}

// options asks our own origin only, with its cookies, without any cache in between and without following the house
// elsewhere: an answer that moves away is no answer of the interface.
func options(r Request, signal js.Value) map[string]any {
	headers := map[string]any{"Accept": "application/json"}
	for name, value := range r.Header {
		headers[name] = value
	}
	if r.IfMatch != "" {
		headers["If-Match"] = r.IfMatch
	}
	o := map[string]any{
		"method": r.Method, "headers": headers, "signal": signal,
		"mode": "same-origin", "credentials": "same-origin", "cache": "no-store", "redirect": "error",
	}
	if r.Body != nil {
		headers["Content-Type"] = "application/json"
		o["body"] = string(r.Body)
	}
	return o
}
