package simulated

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"hearth/shared/fault"
	"hearth/wasm/fetch"
)

// client asks the interface as a page of house would.
type client struct {
	house *url.URL
	http  *http.Client
}

// Do makes one request. The errors are those of fetch.Client.
func (c client) Do(ctx context.Context, r fetch.Request) (fetch.Response, error) {
	wait := r.Timeout
	if wait == 0 {
		wait = fetch.Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, strings.TrimSuffix(c.house.String(), "/")+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return fetch.Response{}, fault.New(fault.Unavailable, "network", err)
	}
	for name, value := range r.Header {
		req.Header.Set(name, value)
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.IfMatch != "" {
		req.Header.Set("If-Match", r.IfMatch)
	}
	req.Header.Set("Origin", c.house.Scheme+"://"+c.house.Host)
	answer, err := c.http.Do(req)
	if err != nil {
		return fetch.Response{}, fault.New(fault.Unavailable, "network", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, fetch.MaxBody+1))
	switch {
	case err != nil:
		return fetch.Response{}, fault.New(fault.Unavailable, "network", err)
	case len(body) > fetch.MaxBody:
		return fetch.Response{}, fault.New(fault.Unavailable, "network.answer", nil)
	}
	return fetch.Response{Status: answer.StatusCode, ETag: answer.Header.Get("ETag"), Body: body}, nil
}
