package provider

import (
	"context"
	"net/url"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Leaving is a client's wish that somebody sign out (OpenID Connect RP-Initiated Logout 1.0), checked.
type Leaving struct {
	Person   care.PersonID // whom the client means; "" when it does not say
	Client   ClientID      // "" when nobody says
	Redirect string        // where to go afterwards; "" nowhere
}

// Leave checks such a wish. It proves nothing about who sits before the browser: that, the person is asked.
func (p *Provider) Leave(ctx context.Context, query string) (l Leaving, err error) {
	q, err := url.ParseQuery(query)
	if err != nil || len(query) > mostQuery {
		return l, ErrClient.Because(err)
	}
	for _, values := range q {
		if len(values) > 1 {
			return l, ErrClient
		}
	}
	l.Client = ClientID(q.Get("client_id"))
	if hint := q.Get("id_token_hint"); hint != "" {
		who, client, err := p.hinted(ctx, hint)
		if err != nil || (l.Client != "" && l.Client != client) {
			return Leaving{}, ErrClient.Because(err)
		}
		l.Person, l.Client = who, client
	}
	if to := q.Get("post_logout_redirect_uri"); to != "" {
		if l.Redirect, err = p.leaveTo(ctx, l.Client, to, q.Get("state")); err != nil {
			return Leaving{}, err
		}
	}
	return l, nil
}

func (p *Provider) leaveTo(ctx context.Context, id ClientID, to, state string) (string, error) {
	c, err := p.c.Store.Client(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	if err != nil || c.Disabled || !contains(c.Logouts, to) || len(state) > mostText {
		return "", ErrClient.Because(err)
	}
	if state == "" {
		return to, nil
	}
	u, err := url.Parse(to)
	if err != nil {
		return "", ErrClient.Because(err)
	}
	q := u.Query()
	q.Set("state", state)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Left ends what a client was given for a person who signed out.
func (p *Provider) Left(ctx context.Context, person care.PersonID, client ClientID) error {
	return p.c.Store.EndGrants(ctx, person, client, p.now())
}
