package provider

import (
	"context"
	"net/url"
	"slices"
	"time"

	"hearth/backend/identity"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Refuse is the answer that nothing comes of a wish. The code is one of RFC 6749 section 4.1.2.1 or of OpenID Connect
// Core section 3.1.2.6.
func (p *Provider) Refuse(r Request, code, why string) Bounce {
	q := url.Values{"error": {code}}
	if why != "" {
		q.Set("error_description", why)
	}
	return p.back(r, q)
}

// back sends a browser to the client. The issuer is in every answer, so that a client of several providers cannot be made
// to take the answer of one for that of another (RFC 9207).
func (p *Provider) back(r Request, q url.Values) Bounce {
	u, err := url.Parse(r.Redirect)
	if err != nil { // it was read before
		return Bounce{}
	}
	for name, values := range u.Query() {
		if !q.Has(name) {
			q[name] = values
		}
	}
	q.Set("iss", p.c.Issuer)
	if q.Del("state"); r.State != "" {
		q.Set("state", r.State)
	}
	u.RawQuery = q.Encode()
	return Bounce{u.String()}
}

// asked belongs to a code: what the client will have to show, and what it will be told.
type asked struct {
	Redirect, Challenge, Nonce string
}

// Allow is the answer that somebody signed in: it begins a grant and gives the client a code.
func (p *Provider) Allow(ctx context.Context, r Request, c Client, who identity.Who) (Bounce, error) {
	if !c.Takes(who.Person.Roles) {
		return p.Refuse(r, "access_denied", ""), nil
	}
	now := p.now()
	code, hash := NewHandle()
	sealed, err := p.seal(ctx, hash, asked{Redirect: r.Redirect, Challenge: r.Challenge, Nonce: r.Nonce})
	if err != nil {
		return Bounce{}, err
	}
	g := Grant{ID: care.NewID[GrantID](), Person: who.Person.ID, Client: c.ID, Scopes: r.Scopes, Proved: who.Verified, Methods: methods(who.Proof),
		Created: now, Expires: now.Add(idLife)}
	if slices.Contains(r.Scopes, Offline) {
		g.Expires = now.Add(grantLife)
	}
	if err := p.sweep(ctx); err != nil {
		return Bounce{}, err
	}
	if err := p.c.Store.OpenGrant(ctx, g, Token{Hash: hash, Kind: Code, Sealed: sealed, Expires: now.Add(codeLife)}); err != nil {
		return Bounce{}, err
	}
	return p.back(r, url.Values{"code": {code}}), nil
}

// methods says how somebody proved who they are, in the words of RFC 8176.
func methods(proof identity.Proof) []string {
	switch proof {
	case identity.ByPassword:
		return []string{"pwd"}
	case identity.ByCode, identity.ByRecovery:
		return []string{"pwd", "otp", "mfa"}
	case identity.ByPasskey:
		return []string{"pop", "user", "mfa"}
	}
	return nil
}

// Agreed reports whether a person agreed before to all that a wish asks for.
func (p *Provider) Agreed(ctx context.Context, person care.PersonID, r Request) (bool, error) {
	a, err := p.c.Store.Agreement(ctx, person, r.Client)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && !slices.ContainsFunc(r.Scopes, func(s string) bool { return !slices.Contains(a.Scopes, s) }), err
}

// Agree remembers that a person agrees, besides what they agreed to before.
func (p *Provider) Agree(ctx context.Context, person care.PersonID, r Request) error {
	scopes := slices.Clone(r.Scopes)
	a, err := p.c.Store.Agreement(ctx, person, r.Client)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	for _, s := range a.Scopes {
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return p.c.Store.PutAgreement(ctx, Agreement{Person: person, Client: r.Client, Scopes: scopes, Given: p.now()})
}

// Agreements lists what a person agreed to.
func (p *Provider) Agreements(ctx context.Context, person care.PersonID) ([]Agreement, error) {
	return p.c.Store.ListAgreements(ctx, person)
}

// Withdraw takes an agreement back, and with it everything the client was given for it.
func (p *Provider) Withdraw(ctx context.Context, person care.PersonID, client ClientID) error {
	return p.c.Store.DeleteAgreement(ctx, person, client)
}

// EndAll ends everything that clients were given for a person, who is signed out everywhere. What they agreed to stays.
func (p *Provider) EndAll(ctx context.Context, person care.PersonID) error {
	return p.c.Store.EndGrantsOf(ctx, person, p.now())
}

// still finds the person of a grant, unless they may not sign in to the client any more.
func (p *Provider) still(ctx context.Context, g Grant, c Client) (identity.Account, error) {
	a, err := p.c.Store.Account(ctx, g.Person)
	if err == nil && (a.Disabled || a.MustChange || !c.Takes(a.Roles) || c.Disabled) {
		err = fault.New(fault.NotFound, "oauth.person", nil)
	}
	return a, err
}

// seconds is an instant as tokens have it (RFC 7519 section 2).
func seconds(t time.Time) int64 { return t.Unix() }
