package provider

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"hearth/backend/identity"
	"hearth/shared/fault"
)

// Request is a client's wish that somebody sign in (OpenID Connect Core section 3.1.2.1), checked.
type Request struct {
	Client    ClientID
	Redirect  string
	State     string
	Nonce     string
	Challenge string // S256
	Scopes    []string
	Prompt    []string
	MaxAge    time.Duration // since the person proved who they are; negative: any
	Begun     time.Time
}

// Bounce is an answer to a client that goes through the person's browser.
type Bounce struct{ URL string }

// Error is for the log.
func (b Bounce) Error() string { return "the client is told" }

// ErrClient is a wish of nobody we know, or to send somebody where the client never said: it is answered to the person
// and never sent on.
var ErrClient = fault.New(fault.Invalid, "oauth.client", nil)

// mostQuery bounds what a client may ask, in bytes.
const mostQuery = 6 << 10

// Begin checks a wish. An error is ErrClient, a Bounce to the client that asked wrongly, or the store's.
func (p *Provider) Begin(ctx context.Context, query string) (Request, Client, error) {
	q, err := url.ParseQuery(query)
	if err != nil || len(query) > mostQuery {
		return Request{}, Client{}, ErrClient.Because(err)
	}
	c, err := p.c.Store.Client(ctx, ClientID(q.Get("client_id")))
	switch {
	case fault.Is(err, fault.NotFound), err == nil && c.Disabled:
		return Request{}, Client{}, ErrClient.Because(err)
	case err != nil:
		return Request{}, Client{}, err
	case len(q["client_id"]) != 1 || len(q["redirect_uri"]) != 1 || !slices.Contains(c.Redirects, q.Get("redirect_uri")):
		return Request{}, Client{}, ErrClient
	}
	r := Request{Client: c.ID, Redirect: q.Get("redirect_uri"), State: q.Get("state"), Nonce: q.Get("nonce"), Challenge: q.Get("code_challenge"),
		Scopes: c.allowed(strings.Fields(q.Get("scope"))), Prompt: strings.Fields(q.Get("prompt")), MaxAge: -1, Begun: p.now()}
	if code, why := r.read(q); code != "" {
		if len(q["state"]) > 1 || len(r.State) > mostText {
			r.State = ""
		}
		return Request{}, Client{}, p.Refuse(r, code, why)
	}
	return r, c, nil
}

// allowed keeps what of scopes says something about a person and is the client's; what is not is left out, as
// OpenID Connect Core section 3.1.2.1 wants.
func (c Client) allowed(scopes []string) (kept []string) {
	for _, s := range personal {
		if slices.Contains(scopes, s) && slices.Contains(c.Scopes, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

const mostText = 1024

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`) // of S256 (RFC 7636 section 4.2)

// read checks the rest of a wish, and says what the client is to be told: nothing when all is well.
func (r *Request) read(q url.Values) (code, why string) {
	for name, values := range q {
		if len(values) > 1 {
			return "invalid_request", "a parameter is there twice" // RFC 6749 section 3.1
		}
		if len(values[0]) > mostText && name != "id_token_hint" {
			return "invalid_request", "a parameter is too long"
		}
	}
	for name, code := range map[string]string{"request": "request_not_supported", "request_uri": "request_uri_not_supported", "registration": "registration_not_supported"} {
		if q.Has(name) {
			return code, ""
		}
	}
	switch mode := q.Get("response_mode"); {
	case q.Get("response_type") != "code":
		return "unsupported_response_type", "only code"
	case mode != "" && mode != "query":
		return "invalid_request", "only the response mode query"
	case !slices.Contains(r.Scopes, OpenID):
		return "invalid_scope", "openid is missing"
	case q.Get("code_challenge_method") != "S256", !challengeForm.MatchString(r.Challenge):
		return "invalid_request", "PKCE with S256 is needed"
	}
	for _, one := range r.Prompt {
		if !slices.Contains([]string{"none", "login", "consent", "select_account"}, one) || (one == "none" && len(r.Prompt) > 1) {
			return "invalid_request", "prompt"
		}
	}
	if age := q.Get("max_age"); age != "" {
		seconds, err := strconv.ParseUint(age, 10, 31)
		if err != nil {
			return "invalid_request", "max_age"
		}
		r.MaxAge = time.Duration(seconds) * time.Second
	}
	return "", ""
}

// Asks reports whether the client wants the person prompted in a way.
func (r Request) Asks(prompt string) bool { return slices.Contains(r.Prompt, prompt) }

// Fresh reports whether somebody proved who they are lately enough for the wish.
func (r Request) Fresh(who identity.Who, now time.Time) bool {
	if r.Asks("login") && who.Verified.Before(r.Begun) {
		return false
	}
	return r.MaxAge < 0 || now.Sub(who.Verified) <= r.MaxAge || !who.Verified.Before(r.Begun)
}

// Keep keeps a wish until the person has signed in and decided. The handle finds it again.
func (p *Provider) Keep(ctx context.Context, r Request) (string, error) {
	handle, hash := NewHandle()
	sealed, err := p.seal(ctx, hash, r)
	if err == nil {
		err = p.sweep(ctx)
	}
	if err == nil {
		err = p.c.Store.PutRequest(ctx, hash, sealed, p.now().Add(requestLife))
	}
	return handle, err
}

// Kept finds a wish by its handle, with its client as it is now.
func (p *Provider) Kept(ctx context.Context, handle string) (Request, Client, error) {
	return p.kept(ctx, handle, p.c.Store.Request)
}

// Take is Kept, once.
func (p *Provider) Take(ctx context.Context, handle string) (Request, Client, error) {
	return p.kept(ctx, handle, p.c.Store.TakeRequest)
}

func (p *Provider) kept(ctx context.Context, handle string, find func(context.Context, Hash, time.Time) ([]byte, error)) (r Request, c Client, err error) {
	hash := hashOf(handle)
	sealed, err := find(ctx, hash, p.now())
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Gone, "oauth.over", err)
	}
	if err == nil {
		err = p.unseal(ctx, hash, sealed, &r)
	}
	if err == nil {
		c, err = p.c.Store.Client(ctx, r.Client)
	}
	if err == nil && (c.Disabled || !slices.Contains(c.Redirects, r.Redirect)) {
		err = ErrClient
	}
	if err != nil {
		return Request{}, Client{}, err
	}
	r.Scopes = c.allowed(r.Scopes)
	return r, c, nil
}
