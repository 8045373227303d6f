package fetch

import (
	"context"
	"errors"
	"testing"

	"hearth/shared/fault"
)

func TestAnswersBecomeFaults(t *testing.T) {
	for name, c := range map[string]struct {
		answer Response
		kind   fault.Kind
		code   string
	}{
		"a problem":            {Response{Status: 422, Body: []byte(`{"code":"label.text"}`)}, fault.Invalid, "label.text"},
		"nobody signed in":     {Response{Status: 401, Body: []byte(`{"code":"sign-in.needed"}`)}, fault.SignedOut, "sign-in.needed"},
		"not theirs":           {Response{Status: 403, Body: []byte(`{"code":"not-found"}`)}, fault.NotFound, "not-found"},
		"somebody was faster":  {Response{Status: 412, Body: []byte(`{"code":"changed"}`)}, fault.Conflict, "changed"},
		"a proxy's own page":   {Response{Status: 502, Body: []byte(`<html>`)}, fault.Unavailable, "network"},
		"a page of error":      {Response{Status: 500, Body: []byte(`<html>`)}, fault.Internal, "network.answer"},
		"an answer of nothing": {Response{Status: 0}, fault.Internal, "network.answer"},
		"a redirect":           {Response{Status: 302}, fault.Internal, "network.answer"},
		"slow down":            {Response{Status: 429, Body: []byte(`{"code":"too-many"}`)}, fault.TooMany, "too-many"},
	} {
		if f := fault.Of(c.answer.Fault()); f.Kind != c.kind || f.Code != c.code {
			t.Errorf("%s: got %s %s, want %s %s", name, f.Kind, f.Code, c.kind, c.code)
		}
	}
	if err := (Response{Status: 204}).Fault(); err != nil {
		t.Error(err)
	}
}

// desk answers what it was told to.
type desk struct {
	answer Response
	asked  Request
}

func (d *desk) Do(_ context.Context, r Request) (Response, error) {
	d.asked = r
	return d.answer, nil
}

func TestJSON(t *testing.T) {
	d := &desk{answer: Response{Status: 200, Body: []byte(`{"n":7}`)}}
	type number struct{ N int }
	got, err := JSON[number](t.Context(), d, Request{Method: "PUT", Path: "/x"}, number{3})
	if err != nil || got.N != 7 || string(d.asked.Body) != `{"N":3}` {
		t.Errorf("got %v, %v for %s", got, err, d.asked.Body)
	}
	d.answer = Response{Status: 204}
	if got, err := JSON[number](t.Context(), d, Request{}, nil); err != nil || got.N != 0 || d.asked.Body != nil {
		t.Errorf("got %v, %v for %s", got, err, d.asked.Body)
	}
	d.answer = Response{Status: 200, Body: []byte(`<html>`)}
	if _, err := JSON[number](t.Context(), d, Request{}, nil); fault.Of(err).Code != "network.answer" {
		t.Errorf("got %v", err)
	}
	if _, err := JSON[number](t.Context(), d, Request{}, func() {}); err == nil {
		t.Error("a function was sent")
	}
}

func TestNoneRefuses(t *testing.T) {
	if _, err := (None{}).Do(t.Context(), Request{}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
