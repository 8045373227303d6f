package provider

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"hearth/backend/ticket"
	"hearth/shared/fault"
)

// permitted belongs to an access token: what it is good for.
type permitted struct {
	Scopes []string
}

// CodeExchange gives tokens for a code (RFC 6749 section 4.1.3): once, to the client that asked for it, at the address it
// said, and with the verifier that only it knows.
func (s server) CodeExchange(ctx context.Context, r *op.ClientRequest[oidc.AccessTokenRequest]) (*op.Response, error) {
	hash := hashOf(r.Data.Code)
	c := r.Client.(client).Client
	g, t, err := s.c.Store.UseToken(ctx, hash, Code, c.ID, s.now())
	if err != nil {
		return nil, refusal(err, oidc.ErrInvalidGrant())
	}
	var a asked
	if err := s.unseal(ctx, hash, t.Sealed, &a); err != nil {
		return nil, refusal(err, oidc.ErrInvalidGrant())
	}
	if r.Data.RedirectURI != a.Redirect || len(r.Data.CodeVerifier) < 43 || len(r.Data.CodeVerifier) > 128 { // RFC 7636 section 4.1
		return nil, oidc.ErrInvalidGrant()
	}
	if err := op.AuthorizeCodeChallenge(r.Data.CodeVerifier, &oidc.CodeChallenge{Challenge: a.Challenge, Method: oidc.CodeChallengeMethodS256}); err != nil {
		return nil, oidc.ErrInvalidGrant()
	}
	return s.hand(ctx, g, c, g.Scopes, a.Nonce)
}

// RefreshToken gives fresh tokens for a refresh token, and another one of its kind (RFC 9700 section 4.14.2). Whoever
// comes with one that was used before ends all of the family: one of the two who have it stole it.
func (s server) RefreshToken(ctx context.Context, r *op.ClientRequest[oidc.RefreshTokenRequest]) (*op.Response, error) {
	c := r.Client.(client).Client
	scopes := []string(r.Data.Scopes)
	// What is wrong with the request itself costs the client no token.
	if g, t, err := s.c.Store.Token(ctx, hashOf(r.Data.RefreshToken), s.now()); err == nil && g.Client == c.ID && t.Kind == Refresh {
		if slices.ContainsFunc(scopes, func(one string) bool { return !contains(g.Scopes, one) }) {
			return nil, oidc.ErrInvalidScope()
		}
	}
	g, _, err := s.c.Store.UseToken(ctx, hashOf(r.Data.RefreshToken), Refresh, c.ID, s.now())
	if err != nil {
		return nil, refusal(err, oidc.ErrInvalidGrant())
	}
	if len(scopes) == 0 {
		scopes = g.Scopes
	}
	return s.hand(ctx, g, c, scopes, "")
}

// hand makes the tokens of one answer.
func (s server) hand(ctx context.Context, g Grant, c Client, scopes []string, nonce string) (*op.Response, error) {
	now := s.now()
	a, err := s.still(ctx, g, c)
	if fault.Is(err, fault.NotFound) {
		err = joinNotFound(err, s.c.Store.EndGrant(ctx, g.ID, now))
	}
	if err != nil {
		return nil, refusal(err, oidc.ErrInvalidGrant())
	}
	access, hash := NewHandle()
	sealed, err := s.seal(ctx, hash, permitted{scopes})
	if err != nil {
		return nil, refusal(err, oidc.ErrServerError())
	}
	tokens := []Token{{Hash: hash, Kind: Access, Sealed: sealed, Expires: earlier(now.Add(accessLife), g.Expires)}}
	out := &oidc.AccessTokenResponse{AccessToken: access, TokenType: oidc.BearerToken, Scope: scopes,
		ExpiresIn: uint64(tokens[0].Expires.Sub(now) / time.Second)}
	if contains(g.Scopes, Offline) {
		var hash Hash
		out.RefreshToken, hash = NewHandle()
		tokens = append(tokens, Token{Hash: hash, Kind: Refresh, Expires: earlier(now.Add(refreshLife), g.Expires)})
	}
	if contains(scopes, OpenID) {
		if out.IDToken, err = s.idToken(ctx, g, c, tell(a.Person, scopes), access, nonce); err != nil {
			return nil, refusal(err, oidc.ErrServerError())
		}
	}
	if err := s.c.Store.PutTokens(ctx, g.ID, now, tokens...); err != nil {
		return nil, refusal(err, oidc.ErrInvalidGrant())
	}
	return op.NewResponse(out), nil
}

// joinNotFound is what is left to say when a grant was ended because its person may no longer: that, or that it could not
// be ended.
func joinNotFound(why, ending error) error {
	if ending != nil && !fault.Is(ending, fault.NotFound) {
		return ending
	}
	return why
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func contains(list []string, one string) bool { return slices.Contains(list, one) }

// ClientCredentialsExchange gives a service a token of its own (RFC 6749 section 4.4): for this house a ticket, for
// another program it may speak to, one that program can check with our keys (RFC 9068).
func (s server) ClientCredentialsExchange(ctx context.Context, r *op.ClientRequest[oidc.ClientCredentialsRequest]) (*op.Response, error) {
	c := r.Client.(client).Client
	scopes, ok := c.rights([]string(r.Data.Scope))
	if !ok {
		return nil, oidc.ErrInvalidScope()
	}
	out := &oidc.AccessTokenResponse{TokenType: oidc.BearerToken, Scope: scopes, ExpiresIn: uint64(accessLife / time.Second)}
	var err error
	switch audience := r.Form.Get("resource"); {
	case audience == "" || audience == s.c.Issuer:
		out.AccessToken, err = s.c.Tickets.Mint(ctx, ticket.Claims{Kind: ticket.Service, Subject: string(c.ID), Scopes: scopes, Life: accessLife})
	case contains(c.Audiences, audience):
		out.AccessToken, err = s.serviceToken(ctx, c, audience, scopes)
	default:
		return nil, op.NewStatusError(&oidc.Error{ErrorType: "invalid_target"}, http.StatusBadRequest) // RFC 8707 section 2
	}
	if err != nil {
		return nil, refusal(err, oidc.ErrServerError())
	}
	return op.NewResponse(out), nil
}

// rights are the scopes a service has besides those about people: all of them, or those asked for.
func (c Client) rights(asked []string) (scopes []string, ok bool) {
	own := slices.DeleteFunc(slices.Clone(c.Scopes), func(s string) bool { return contains(personal, s) })
	if len(asked) == 0 {
		return own, true
	}
	return asked, !slices.ContainsFunc(asked, func(s string) bool { return !contains(own, s) })
}

// client is a Client as the library wants it.
type client struct{ Client }

// GetID names the client.
func (c client) GetID() string { return string(c.ID) }

// GrantTypes are what it may come to the token endpoint with.
func (c client) GrantTypes() (types []oidc.GrantType) {
	if len(c.Client.Redirects) > 0 {
		types = append(types, oidc.GrantTypeCode)
	}
	if contains(c.Scopes, Offline) {
		types = append(types, oidc.GrantTypeRefreshToken)
	}
	if c.Service {
		types = append(types, oidc.GrantTypeClientCredentials)
	}
	return types
}

// AuthMethod is how it proves who it is.
func (c client) AuthMethod() oidc.AuthMethod { return oidc.AuthMethod(c.Method) }

// The rest of op.Client is about what this provider does itself.

func (c client) RedirectURIs() []string              { return c.Redirects }
func (c client) PostLogoutRedirectURIs() []string    { return c.Logouts }
func (c client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (c client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (c client) LoginURL(string) string               { return "" }
func (c client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (c client) IDTokenLifetime() time.Duration       { return idLife }
func (c client) DevMode() bool                        { return false }
func (c client) IsScopeAllowed(s string) bool         { return contains(c.Scopes, s) }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return false }
func (c client) ClockSkew() time.Duration             { return 0 }

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}

var _ op.Client = client{}
