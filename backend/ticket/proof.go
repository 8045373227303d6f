package ticket

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"

	"hearth/shared/fault"
)

// ProofLife is the longest a proof may live, from its making to its end.
const ProofLife = 5 * time.Minute

// Proof is what the holder of a key of its own shows to be given a ticket: a signed claim to be subject, for this house
// alone, for a few minutes, once (RFC 7523 section 3).
type Proof struct {
	Subject string
	ID      string // of this proof, for whoever remembers it so that it counts once
	Expires time.Time
}

// ErrKey is the fault of something that is no public key we take.
var ErrKey = fault.New(fault.Invalid, "ticket.key", nil)

// PublicKey takes a public key as a JSON Web Key (RFC 7517): P-256 for ES256, and nothing private in it. It returns the key
// in one way of writing, so that equal keys are equal texts.
func PublicKey(text []byte) ([]byte, error) {
	if len(text) > Most {
		return nil, ErrKey
	}
	key, err := jwk.ParseKey(text)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	ec, ok := key.(jwk.ECDSAPublicKey)
	if !ok || ec.Crv() != jwa.P256 || key.Validate() != nil {
		return nil, ErrKey
	}
	bare, err := jwk.PublicKeyOf(ec)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	for _, name := range []string{jwk.KeyIDKey, jwk.AlgorithmKey, jwk.KeyUsageKey, jwk.KeyOpsKey} {
		_ = bare.Remove(name)
	}
	return json.Marshal(bare)
}

// Prove checks a proof against the key its subject registered; keyOf finds it. Anything wrong is Refused.
func (d *Desk) Prove(token string, keyOf func(subject string) ([]byte, error)) (Proof, error) {
	claims, err := unproved(token)
	if err != nil {
		return Proof{}, err
	}
	public, err := keyOf(claims.Subject)
	if err != nil {
		return Proof{}, err
	}
	key, err := jwk.ParseKey(public)
	if err != nil {
		return Proof{}, refuse("no key is known")
	}
	if _, err := jws.Verify([]byte(token), jws.WithKey(jwa.ES256, key)); err != nil {
		return Proof{}, Refused.Because(err)
	}
	now, from, to := d.now(), time.Unix(claims.Issued, 0), time.Unix(claims.Expires, 0)
	switch {
	case claims.Issuer != claims.Subject, claims.Audience != d.issuer, claims.ID == "" || len(claims.ID) > 100:
		return Proof{}, refuse("it is for somebody else")
	case to.Sub(from) > ProofLife || !from.Before(to), now.Add(Leeway).Before(from), now.After(to.Add(Leeway)):
		return Proof{}, refuse("its time is not now")
	}
	return Proof{Subject: claims.Subject, ID: claims.ID, Expires: to.UTC()}, nil
}

type proofClaims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	ID       string `json:"jti"`
	Issued   int64  `json:"iat"`
	Expires  int64  `json:"exp"`
}

// unproved reads whose a proof claims to be, before anything of it is believed.
func unproved(token string) (c proofClaims, err error) {
	if len(token) > Most || strings.Count(token, ".") != 2 {
		return c, refuse("it is no token")
	}
	m, err := jws.Parse([]byte(token), jws.WithCompact())
	if err != nil || len(m.Signatures()) != 1 || m.Signatures()[0].ProtectedHeaders().Algorithm() != jwa.ES256 {
		return c, Refused.Because(errors.Join(err, errors.New("another algorithm")))
	}
	if err := json.Unmarshal(m.Payload(), &c); err != nil || c.Subject == "" {
		return c, refuse("it says nothing")
	}
	return c, nil
}
