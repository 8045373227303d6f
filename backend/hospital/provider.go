package hospital

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// patience is how long a provider may take for one answer, mostAnswer how long the answer may be.
const (
	patience   = 10 * time.Second
	mostAnswer = 1 << 20
)

// believedFor is how long what a provider says of itself is believed without asking again. Its keys are asked for again
// whenever a token names one that is not known.
const believedFor = time.Hour

// issuers remembers what providers said of themselves.
type issuers struct {
	mu    sync.Mutex
	known map[string]discovered
}

type discovered struct {
	*oidc.Provider
	says struct {
		Keys    string   `json:"jwks_uri"`
		Iss     bool     `json:"authorization_response_iss_parameter_supported"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	at time.Time
}

// outside is a client that waits, reads and follows within bounds.
func outside(base http.RoundTripper) *http.Client {
	if base == nil {
		base = &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: home, ForceAttemptHTTP2: true, TLSHandshakeTimeout: patience}
	}
	return &http.Client{Transport: bounded{base}, Timeout: patience, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 3 || r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
			return errors.New("the provider sends us elsewhere")
		}
		return nil
	}}
}

// home takes names below localhost for this machine, as browsers do (RFC 6761 section 6.3); resolvers do not all.
func home(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".localhost") {
		address = net.JoinHostPort("localhost", port)
	}
	return (&net.Dialer{Timeout: patience}).DialContext(ctx, network, address)
}

type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, mostAnswer), res.Body}
	}
	return res, err
}

// away is the fault of a provider that does not answer, or not as one.
func away(err error) error { return fault.New(fault.Unavailable, "hospital.away", err) }

// lied is the fault of an answer that is not believed.
func lied(err error) error { return fault.New(fault.Invalid, "hospital.refused", err) }

// discover asks a provider about itself. go-oidc refuses one that names another issuer than it was asked as.
func (s *Service) discover(ctx context.Context, h Hospital) (discovered, error) {
	if u, err := url.Parse(h.Issuer); err != nil || (u.Scheme == "http" && !s.c.Plain) {
		return discovered{}, fault.New(fault.Invalid, "hospital.issuer", err)
	}
	s.issuer.mu.Lock()
	d, ok := s.issuer.known[h.Issuer]
	s.issuer.mu.Unlock()
	if ok && s.c.Now().Sub(d.at) < believedFor {
		return d, nil
	}
	// The provider's keys are asked for with the context given here, long after this request.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), s.http), h.Issuer)
	if err != nil {
		return discovered{}, away(fmt.Errorf("discover: %w", err))
	}
	d = discovered{Provider: p, at: s.c.Now()}
	if err := p.Claims(&d.says); err != nil {
		return discovered{}, away(fmt.Errorf("discover: %w", err))
	}
	for _, address := range []string{p.Endpoint().AuthURL, p.Endpoint().TokenURL, d.says.Keys} {
		if u, err := url.Parse(address); err != nil || u.Host == "" || (u.Scheme != "https" && !(s.c.Plain && u.Scheme == "http" && local(u.Hostname()))) {
			return discovered{}, away(fmt.Errorf("discover: an address is no https address: %w", errors.ErrUnsupported))
		}
	}
	s.issuer.mu.Lock()
	s.issuer.known[h.Issuer] = d
	s.issuer.mu.Unlock()
	return d, nil
}

// Test asks a provider about itself, for an administrator who has just set it up: "hospital.other" when one answers that calls
// itself otherwise, "hospital.silent" when none does, or not as one.
func (s *Service) Test(ctx context.Context, h Hospital) error {
	s.issuer.mu.Lock()
	delete(s.issuer.known, h.Issuer)
	s.issuer.mu.Unlock()
	_, err := s.discover(ctx, h)
	var other *oidc.IssuerMismatchError
	switch {
	case errors.As(err, &other):
		return fault.New(fault.Invalid, "hospital.other", err)
	case fault.Of(err).Code == "hospital.away":
		return fault.New(fault.Unavailable, "hospital.silent", err)
	}
	return err
}

func (s *Service) client(h Hospital, secret string, d discovered) *oauth2.Config {
	return &oauth2.Config{ClientID: h.Client, ClientSecret: secret, Endpoint: d.endpoint(h), Scopes: append([]string{oidc.ScopeOpenID, "profile"}, h.Scopes...),
		RedirectURL: s.Callback(h.ID)}
}

// endpoint says how we show our secret: in the header unless the provider wants it in the form (OpenID Connect Core section
// 9). Left to try both, oauth2 would redeem a code twice.
func (d discovered) endpoint(h Hospital) oauth2.Endpoint {
	e := d.Endpoint()
	e.AuthStyle = oauth2.AuthStyleInHeader
	basic := len(d.says.Methods) == 0 || slices.Contains(d.says.Methods, "client_secret_basic")
	if len(h.Secret) == 0 || !basic {
		e.AuthStyle = oauth2.AuthStyleInParams
	}
	return e
}

// Callback is the address the hospital has to allow for us.
func (s *Service) Callback(id ID) string {
	return s.c.URL + strings.TrimSuffix(s.c.Path, "/") + "/" + string(id) + "/callback"
}

// Put makes (version 0) or changes a hospital's sign-in; secret nil leaves the one there. Faults: those of Validate and of
// the store.
func (s *Service) Put(ctx context.Context, by care.Reader, h Hospital, secret *string) (Hospital, error) {
	h.Secret = nil
	if err := h.Validate(); err != nil {
		return h, err
	}
	if secret != nil && *secret != "" {
		if !plain(*secret, 500) {
			return h, fault.New(fault.Invalid, "hospital.client", nil)
		}
		var err error
		if h.Secret, err = s.seal.Seal(ctx, purpose, []byte(*secret), about(h)); err != nil {
			return h, err
		}
	}
	return s.store.PutHospital(ctx, by, h)
}

// about binds a sealed secret to the provider it is for: a changed issuer must not be handed it.
func about(h Hospital) []byte { return []byte("secret " + h.Issuer + " " + h.Client) }

func (s *Service) secret(ctx context.Context, h Hospital) (string, error) {
	if len(h.Secret) == 0 {
		return "", nil
	}
	b, err := s.seal.Open(ctx, purpose, h.Secret, about(h))
	return string(b), err
}
