package passkey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Stranger is what to check an answer against whose passkey is not known: it costs what a known one costs and is never
// right.
func (d *Desk) Stranger(u Used) (Owner, Key, error) {
	c := webauthn.Credential{ID: u.ID, PublicKey: d.nobodys}
	c.Flags.BackupEligible = u.data.Response.AuthenticatorData.Flags.HasBackupEligible()
	record, err := json.Marshal(c)
	return Owner{Handle: u.Handle}, Key{ID: u.ID, Record: record}, err
}

// lost makes a pair of keys and keeps the public one (RFC 9053 section 7.1.1).
func lost() ([]byte, error) {
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	point, err := pair.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return webauthncbor.Marshal(webauthncose.EC2PublicKeyData{
		PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.EllipticKey), Algorithm: int64(webauthncose.AlgES256)},
		Curve:         int64(webauthncose.P256), XCoord: point[1:33], YCoord: point[33:],
	})
}
