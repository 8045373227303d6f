// Package caller asks a running house over its interface, as programs and scripts do: with a bearer token, in the types of
// shared/api. It knows no database and opens no house; a browser's calls are app/remote's.
package caller

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hearth/shared/api"
)

// mostAnswer bounds what is read of an answer, in bytes: an export of everything is the longest.
const mostAnswer = 64 << 20

// Caller asks one house as one program or person.
type Caller struct {
	URL   string       // of the house, such as "https://hearth.example"
	Token string       // its bearer; "": as a stranger
	HTTP  *http.Client // nil: one that waits six minutes, as long as the house may work, and follows no redirect
}

// Params fill the {names} of an operation's path; those it has no place for are asked for as its query.
type Params map[string]string

// Refused is an answer that was no.
type Refused struct{ api.Problem }

// Error is the house's sentence with its code.
func (r *Refused) Error() string { return fmt.Sprintf("%s (%s)", r.Detail, r.Code) }

// Do asks for an operation. A nil body sends none. The error is *Refused when the house said no, and else what went wrong on
// the way; it names neither the token nor an answer's content.
func Do[T any](ctx context.Context, c Caller, op api.Operation, p Params, body any) (out T, err error) {
	var sent []byte
	if body != nil {
		if sent, err = json.Marshal(body); err != nil {
			return out, fmt.Errorf("write the question: %w", err)
		}
	}
	raw, err := c.Raw(ctx, op, p, sent)
	if err != nil || len(raw) == 0 {
		return out, err
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("%s: the answer is not what this version knows: %w", op.ID, err)
	}
	return out, nil
}

// All asks for every page of a list, and hands over one thing after the other until each says stop.
func All[T any](ctx context.Context, c Caller, op api.Operation, p Params, each func(T) (more bool)) error {
	asked := Params{}
	for name, value := range p {
		asked[name] = value
	}
	for {
		page, err := Do[api.List[T]](ctx, c, op, asked, nil)
		if err != nil {
			return err
		}
		for _, one := range page.Items {
			if !each(one) {
				return nil
			}
		}
		if page.Next == "" || page.Next == asked["cursor"] {
			return nil
		}
		asked["cursor"] = page.Next
	}
}

// Raw asks for an operation and returns its answer as it came. An empty body sends none.
func (c Caller) Raw(ctx context.Context, op api.Operation, p Params, body []byte) ([]byte, error) {
	address, err := c.address(op, p)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, op.Method, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: the address of the house makes no sense", op.ID)
	}
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.client().Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s: the house does not answer: %w", op.ID, plainly(err))
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: the answer broke off: %w", op.ID, err)
	case len(got) > mostAnswer:
		return nil, fmt.Errorf("%s: the answer is longer than %d MB", op.ID, mostAnswer>>20)
	case res.StatusCode >= 300:
		return nil, refused(op, res.StatusCode, got)
	}
	return got, nil
}

func (c Caller) client() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return &http.Client{Timeout: 6 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// address is where an operation is asked for.
func (c Caller) address(op api.Operation, p Params) (string, error) {
	path, query := op.Path, url.Values{}
	for name, value := range p {
		if hole := "{" + name + "}"; strings.Contains(path, hole) {
			path = strings.ReplaceAll(path, hole, url.PathEscape(value))
		} else {
			query.Set(name, value)
		}
	}
	if i := strings.IndexByte(path, '{'); i >= 0 {
		return "", fmt.Errorf("%s needs %s", op.ID, strings.Trim(strings.SplitAfter(path[i:], "}")[0], "{}"))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return strings.TrimSuffix(c.URL, "/") + path, nil
}

// plainly is what went wrong without the address, which may hold what was searched for.
func plainly(err error) error {
	if u, ok := err.(*url.Error); ok {
		return u.Err
	}
	return err
}

// refused reads a problem (RFC 9457); what is none came from something between the house and us.
func refused(op api.Operation, status int, body []byte) error {
	r := new(Refused)
	if json.Unmarshal(body, &r.Problem) != nil || r.Code == "" {
		return fmt.Errorf("%s: the house, or something before it, answers %d %s", op.ID, status, http.StatusText(status))
	}
	return r
}
