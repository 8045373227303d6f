package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"

	"hearth/backend/keys"
)

// kindOfTicket stands in the header, so that no other token signed here passes for a ticket (RFC 8725 section 3.11).
const kindOfTicket = "hearth-ticket+jwt"

// written is how claims are written (RFC 7519 section 4.1; scope as in RFC 8693 section 4.2). Times are whole seconds.
type written struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Subject  string `json:"sub"`
	Kind     Kind   `json:"kind"`
	ID       ID     `json:"jti"`
	Scope    string `json:"scope,omitempty"`
	Issued   int64  `json:"iat"`
	Expires  int64  `json:"exp"`
}

// Mint makes a ticket. Claims without kind or subject, or that would live longer than Longest, are our mistake.
func (d *Desk) Mint(ctx context.Context, c Claims) (string, error) {
	if err := d.fill(&c); err != nil {
		return "", err
	}
	payload, err := json.Marshal(written{Issuer: d.issuer, Audience: c.Audience, Subject: c.Subject, Kind: c.Kind, ID: c.ID,
		Scope: strings.Join(c.Scopes, " "), Issued: c.Issued.Unix(), Expires: c.Expires.Unix()})
	if err != nil {
		return "", fmt.Errorf("write a ticket: %w", err)
	}
	key, err := d.ring.Signer(ctx, purpose, keys.ES256)
	if err != nil {
		return "", err
	}
	token, err := sign(key, payload)
	if err == nil && len(token) > Most {
		err = errSenseless
	}
	return token, err
}

func sign(key keys.Signer, payload []byte) (string, error) {
	head := jws.NewHeaders()
	for name, value := range map[string]string{jws.KeyIDKey: string(key.ID), jws.TypeKey: kindOfTicket} {
		if err := head.Set(name, value); err != nil {
			return "", fmt.Errorf("write a ticket: %w", err)
		}
	}
	b, err := jws.Sign(payload, jws.WithKey(jwa.ES256, key.Key, jws.WithProtectedHeaders(head)))
	if err != nil {
		return "", fmt.Errorf("sign a ticket: %w", err)
	}
	return string(b), nil
}
