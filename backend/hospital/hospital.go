// Package hospital lets people sign in with the account their hospital gave them: Hearth is the relying party of the
// hospital's OpenID Provider (OpenID Connect Core 1.0, authorization code flow with PKCE). It says who came and which
// roles the hospital's word gives them; it never opens a session and never stores a person, and it believes nothing that
// is not signed by the issuer it was told to believe.
//
// # What is believed
//
// An account is the pair of issuer and subject, never an e-mail address or a name: those change hands. Roles come from
// one claim by a list of exact values, so a group nobody listed opens nothing. Only RS256, PS256 and ES256 signatures
// count, only for our client, our nonce and a time that is now.
package hospital

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// ID names a hospital's sign-in.
type ID string

// Hospital is how one hospital's provider is reached, and what its word is worth.
type Hospital struct {
	ID       ID
	Site     care.SiteID
	Name     string   // on the button
	Issuer   string   // exactly as its tokens say it
	Client   string   // our id there
	Secret   []byte   // our secret there, sealed; nil for a public client
	Scopes   []string // asked for besides "openid" and "profile", where the provider wants one for the claim
	Claim    string   // where groups or roles stand; dots lead inside: "realm_access.roles"
	Rules    []Rule
	Disabled bool
	Version  int64
	Created  time.Time
}

// Rule gives a role to whoever the provider says is in a group.
type Rule struct {
	Value string // one value of the claim, exactly
	care.Grant
}

// MostRules bounds a hospital's rules.
const MostRules = 64

// Arrival is somebody the hospital vouches for.
type Arrival struct {
	Hospital Hospital
	Subject  string
	Name     string // as the hospital writes it; "" when it does not say
	Login    string // a wish: letters and digits of the name used there, "" when there are none
	Grants   []care.Grant
	Proved   time.Time // when they last proved who they are over there; zero: it does not say
	Next     string    // where they wanted to go
}

// Store is what the room needs of the house's memory.
type Store interface {
	// Hospital returns one that is not disabled; fault.NotFound for others.
	Hospital(ctx context.Context, id ID) (Hospital, error)
	// PutHospital makes (version 0) or changes one. Without a secret the one there stays, as long as the issuer does.
	PutHospital(ctx context.Context, by care.Reader, h Hospital) (Hospital, error)
}

// Sealer keeps what the browser carries for us from being read or made up; keys.Ring is one.
type Sealer interface {
	Seal(ctx context.Context, purpose string, plain, about []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, about []byte) ([]byte, error)
}

// Config says how the house is reached.
type Config struct {
	URL     string            // of the house, without a slash at its end
	Path    string            // of the callback, before the hospital's id
	Secure  bool              // over https
	Plain   bool              // plain http is believed of a provider on this machine: the demo and tests
	Outside http.RoundTripper // nil: the usual one
	Now     func() time.Time  // nil: time.Now
}

// Service speaks with providers.
type Service struct {
	store  Store
	seal   Sealer
	c      Config
	http   *http.Client
	issuer issuers
}

// Open prepares the service; it asks nobody yet.
func Open(store Store, seal Sealer, c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Service{store: store, seal: seal, c: c, http: outside(c.Outside), issuer: issuers{known: map[string]discovered{}}}
}

// Validate refuses settings that cannot work or would believe too much. It asks nobody.
func (h Hospital) Validate() error {
	bad := func(what string) error { return fault.New(fault.Invalid, "hospital."+what, nil) }
	if err := care.ValidateName(h.Name); err != nil {
		return err
	}
	if u, err := url.Parse(h.Issuer); err != nil || len(h.Issuer) > 300 || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		(u.Scheme != "https" && !(u.Scheme == "http" && local(u.Hostname()))) {
		return bad("issuer")
	}
	if !plain(h.Client, 200) || h.Client == "" || len(h.Secret) > 1000 {
		return bad("client")
	}
	if !plain(h.Claim, 100) || h.Claim == "" || strings.HasPrefix(h.Claim, ".") || strings.HasSuffix(h.Claim, ".") || strings.Contains(h.Claim, "..") {
		return bad("claim")
	}
	if len(h.Scopes) > 10 || slices.ContainsFunc(h.Scopes, func(s string) bool { return s == "" || !plain(s, 100) }) {
		return bad("claim")
	}
	if len(h.Rules) > MostRules {
		return bad("rules")
	}
	for _, r := range h.Rules {
		if err := r.validate(); err != nil {
			return err
		}
	}
	return nil
}

// local reports whether a host is this machine by a name no resolver can send elsewhere (RFC 6761 section 6.3).
func local(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1" || host == "::1"
}

// plain is printable ASCII without spaces, at most so long.
func plain(s string, most int) bool {
	return len(s) <= most && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}
