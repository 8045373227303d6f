package provider

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/crypto"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"hearth/backend/keys"
	"hearth/shared/access"
	"hearth/shared/care"
)

// about is what a client is told of a person: an id, and what the person agreed to besides.
type about struct {
	Subject string        `json:"sub"`
	Name    string        `json:"name,omitempty"`
	Roles   []access.Role `json:"roles,omitempty"`
}

func tell(who care.Person, scopes []string) about {
	a := about{Subject: string(who.ID)}
	if contains(scopes, Profile) {
		a.Name = who.Name
	}
	if contains(scopes, Roles) {
		a.Roles = who.Roles
	}
	return a
}

// identified is an id token (OpenID Connect Core section 2). Times are whole seconds.
type identified struct {
	about
	Issuer     string   `json:"iss"`
	Audience   ClientID `json:"aud"`
	Authorized ClientID `json:"azp"`
	Issued     int64    `json:"iat"`
	Expires    int64    `json:"exp"`
	Proved     int64    `json:"auth_time"`
	Nonce      string   `json:"nonce,omitempty"`
	Methods    []string `json:"amr,omitempty"`
	Access     string   `json:"at_hash"`
}

func (p *Provider) idToken(ctx context.Context, g Grant, c Client, facts about, access, nonce string) (string, error) {
	now := p.now()
	sum := sha256.Sum256([]byte(access))
	return p.sign(ctx, "JWT", identified{about: facts, Issuer: p.c.Issuer, Audience: c.ID, Authorized: c.ID, Issued: seconds(now), Expires: seconds(now.Add(idLife)),
		Proved: seconds(g.Proved), Nonce: nonce, Methods: g.Methods, Access: base64.RawURLEncoding.EncodeToString(sum[:16])}) // section 3.1.3.6
}

// spoken is a service's token for another program (RFC 9068 section 2.2).
type spoken struct {
	Issuer   string   `json:"iss"`
	Subject  ClientID `json:"sub"`
	Client   ClientID `json:"client_id"`
	Audience string   `json:"aud"`
	ID       string   `json:"jti"`
	Issued   int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	Scope    string   `json:"scope,omitempty"`
}

func (p *Provider) serviceToken(ctx context.Context, c Client, audience string, scopes []string) (string, error) {
	now := p.now()
	return p.sign(ctx, "at+jwt", spoken{Issuer: p.c.Issuer, Subject: c.ID, Client: c.ID, Audience: audience, ID: care.NewID[string](), Issued: seconds(now),
		Expires: seconds(now.Add(accessLife)), Scope: oidc.SpaceDelimitedArray(scopes).String()})
}

// sign writes claims under the key in use. The type keeps one kind of token from passing for another.
func (p *Provider) sign(ctx context.Context, kind jose.ContentType, claims any) (string, error) {
	k, err := p.c.Ring.Signer(ctx, purpose, keys.RS256)
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.Key, KeyID: string(k.ID)}}, (&jose.SignerOptions{}).WithType(kind))
	if err != nil {
		return "", err
	}
	return crypto.Sign(claims, signer)
}

// published is the set of keys that our signatures are checked with.
func (p *Provider) published(ctx context.Context) (set jose.JSONWebKeySet, err error) {
	list, err := p.c.Ring.Published(ctx, purpose, keys.RS256)
	set.Keys = []jose.JSONWebKey{}
	for _, k := range list {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.Key, KeyID: string(k.ID), Algorithm: string(jose.RS256), Use: "sig"})
	}
	return set, err
}

// VerifySignature is for hints, which come back with one of our own signatures.
func (p *Provider) VerifySignature(ctx context.Context, signed *jose.JSONWebSignature) ([]byte, error) {
	set, err := p.published(ctx)
	if err != nil {
		return nil, err
	}
	id, algorithm := oidc.GetKeyIDAndAlg(signed)
	key, err := oidc.FindMatchingKey(id, oidc.KeyUseSignature, algorithm, set.Keys...)
	if err != nil {
		return nil, err
	}
	return signed.Verify(&key)
}

// hinted reads an id token that a client brings back. It may have expired: it only says whom the client means.
func (p *Provider) hinted(ctx context.Context, hint string) (care.PersonID, ClientID, error) {
	verifier := op.NewIDTokenHintVerifier(p.c.Issuer, p, op.WithSupportedIDTokenHintSigningAlgorithms(string(jose.RS256)))
	claims, err := op.VerifyIDTokenHint[*oidc.IDTokenClaims](ctx, hint, verifier)
	if expired := (op.IDTokenHintExpiredError{}); err != nil && !errors.As(err, &expired) {
		return "", "", err
	}
	return care.PersonID(claims.GetSubject()), ClientID(claims.GetAuthorizedParty()), nil
}
