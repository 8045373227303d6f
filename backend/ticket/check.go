package ticket

import (
	"bytes"
	"context"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"

	"hearth/backend/keys"
	"hearth/shared/care"
)

// Check returns what a ticket says, if it is one of ours, of a wanted kind, for this house, not expired and not taken
// back; else Refused, with the reason for the log alone. A store that is away answers nothing about a ticket.
func (d *Desk) Check(ctx context.Context, token string, want ...Kind) (Claims, error) {
	c, err := d.read(ctx, token)
	if err != nil {
		return Claims{}, err
	}
	now := d.now()
	switch {
	case !slices.Contains(want, c.Kind):
		return Claims{}, refuse("it is of another kind")
	case c.Audience != d.issuer:
		return Claims{}, refuse("it is for somebody else")
	case now.After(c.Expires.Add(Leeway)):
		return Claims{}, refuse("it has expired")
	case now.Add(Leeway).Before(c.Issued):
		return Claims{}, refuse("it is of the future")
	}
	before, err := d.store.Revoked(ctx, nameOf(c.ID), nameOfAll(c.Kind, c.Subject))
	if err != nil {
		return Claims{}, err
	}
	if !before.IsZero() && !c.Issued.After(before) {
		return Claims{}, refuse("it was taken back")
	}
	return c, nil
}

// read checks the signature and takes the claims as they are written.
func (d *Desk) read(ctx context.Context, token string) (Claims, error) {
	id, err := keyOf(token)
	if err != nil {
		return Claims{}, err
	}
	published, err := d.ring.Published(ctx, purpose, keys.ES256)
	if err != nil {
		return Claims{}, err
	}
	i := slices.IndexFunc(published, func(k keys.Public) bool { return k.ID == id })
	if i < 0 {
		return Claims{}, refuse("the key is not ours")
	}
	payload, err := verify(token, published[i].Key)
	if err != nil {
		return Claims{}, Refused.Because(err)
	}
	return d.claims(payload)
}

func verify(token string, key crypto.PublicKey) ([]byte, error) {
	return jws.Verify([]byte(token), jws.WithKey(jwa.ES256, key))
}

// keyOf reads the header of a token that looks like a ticket: three parts, our algorithm, our type, a key, and nothing
// else. It believes none of it.
func keyOf(token string) (keys.ID, error) {
	if len(token) > Most {
		return "", refuse("it is too long")
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", refuse("it does not have three parts")
	}
	var text []byte
	for i, p := range parts {
		b, err := base64.RawURLEncoding.Strict().DecodeString(p)
		if err != nil || len(b) == 0 {
			return "", refuse("it is not base64url")
		}
		if i == 0 {
			text = b
		}
	}
	var head struct {
		Algorithm string  `json:"alg"`
		Type      string  `json:"typ"`
		Key       keys.ID `json:"kid"`
	}
	if err := strict(text, &head); err != nil {
		return "", Refused.Because(err)
	}
	if head.Algorithm != string(keys.ES256) || head.Type != kindOfTicket || !care.ValidID(head.Key) {
		return "", refuse("the header is not a ticket's")
	}
	return head.Key, nil
}

// claims reads what one of our keys signed.
func (d *Desk) claims(payload []byte) (Claims, error) {
	var w written
	if err := strict(payload, &w); err != nil {
		return Claims{}, Refused.Because(err)
	}
	c := Claims{Kind: w.Kind, ID: w.ID, Subject: w.Subject, Audience: w.Audience, Issued: time.Unix(w.Issued, 0).UTC(), Expires: time.Unix(w.Expires, 0).UTC()}
	if w.Scope != "" {
		c.Scopes = strings.Split(w.Scope, " ")
	}
	c.Life = c.Expires.Sub(c.Issued)
	if w.Issuer != d.issuer || c.ID == "" || c.Subject == "" || c.Life <= 0 || c.Life > Longest {
		return Claims{}, refuse("it says what no ticket says")
	}
	return c, nil
}

// strict reads one JSON object with no member that we do not know.
func strict(text []byte, into any) error {
	j := json.NewDecoder(bytes.NewReader(text))
	j.DisallowUnknownFields()
	if err := j.Decode(into); err != nil {
		return err
	}
	if _, err := j.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more follows")
	}
	return nil
}

func refuse(why string) error { return Refused.Because(errors.New(why)) }
