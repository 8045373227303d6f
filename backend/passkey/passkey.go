// Package passkey speaks WebAuthn (https://www.w3.org/TR/webauthn-3/) with a browser: it writes what the browser is
// asked for and checks what comes back. It keeps nothing, knows no cookies and signs nobody in; backend/identity does.
//
// A ceremony has two halves. The first writes options with a fresh challenge (Making, Asking, Proving); the caller keeps
// the challenge's hash, for whom it is and until when. The second reads the browser's answer (ReadMade, ReadUsed), which
// names its challenge; when the caller finds that this one is still open, it has the answer checked (Make, Use).
package passkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Config says to whom passkeys are given. ID is the house's name as a domain (section 5.1.2, "rp id"); passkeys belong to
// it for ever. Origins are the addresses of its pages, exactly.
type Config struct {
	ID      string
	Name    string
	Origins []string
}

// HandleBytes is the length of a user handle: as many random bytes as may be, without meaning (section 14.6.1).
const HandleBytes = 64

// ErrRefused is an answer that proves nothing: a wrong signature, origin, challenge or credential. ErrUnverified is one
// whose device did not check who holds it; ErrCopied one whose counter went back (section 6.1.1), so there are two.
var (
	ErrRefused    = errors.New("the passkey proves nothing")
	ErrUnverified = errors.New("the device did not verify its user")
	ErrCopied     = errors.New("the passkey's counter went back")
)

// Key is a passkey as it is kept. Record is the whole credential, with the flags it was made with: a later answer must
// have the same eligibility for backup.
type Key struct {
	ID      []byte // the credential's
	Record  []byte // JSON
	Counter uint32 // of signatures, 0 where the device does not count
	Synced  bool   // may live on several devices: backup eligible
	Kept    bool   // is backed up now
}

// Owner is whose passkey is made.
type Owner struct {
	Handle []byte // HandleBytes random bytes
	Login  string
	Name   string
}

// Desk checks passkeys of one house.
type Desk struct {
	web     *webauthn.WebAuthn
	nobodys []byte // a public key whose private one nobody has, as COSE has it
}

// Possible reports whether a host can have passkeys: a name can, the number of a machine cannot (section 5.1.3: an
// effective domain is a domain).
func Possible(host string) bool {
	_, err := netip.ParseAddr(host)
	return err != nil && protocol.ValidateRPID(host) == nil
}

// algorithms we take, the preferred first: those that section 5.4 recommends.
func algorithms() (list []protocol.CredentialParameter) {
	for _, a := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		list = append(list, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: a})
	}
	return list
}

// New prepares a desk. Users are always verified and credentials always discoverable: a passkey stands for name, password
// and second step together.
func New(c Config) (*Desk, error) {
	web, err := webauthn.New(&webauthn.Config{RPID: c.ID, RPDisplayName: c.Name, RPOrigins: c.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		}})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", c.ID, err)
	}
	nobodys, err := lost()
	return &Desk{web, nobodys}, err
}

// Making writes the options for a new passkey (section 5.4). The devices that hold one of have are told not to make another.
func (d *Desk) Making(o Owner, have []Key) (options []byte, challenge string, err error) {
	u, err := holder(o, have...)
	if err != nil {
		return nil, "", err
	}
	creation, session, err := d.web.BeginRegistration(u, webauthn.WithExclusions(u.keys.CredentialDescriptors()),
		webauthn.WithCredentialParameters(algorithms()))
	if err != nil {
		return nil, "", fmt.Errorf("write options: %w", err)
	}
	options, err = json.Marshal(creation.Response)
	return options, session.Challenge, err
}

// Asking writes the options for signing in with any passkey of this house (section 5.5): they name nobody.
func (d *Desk) Asking() (options []byte, challenge string, err error) {
	assertion, session, err := d.web.BeginDiscoverableLogin()
	if err != nil {
		return nil, "", fmt.Errorf("write options: %w", err)
	}
	options, err = json.Marshal(assertion.Response)
	return options, session.Challenge, err
}

// Proving writes the options for somebody who is to show one of their own passkeys again.
func (d *Desk) Proving(o Owner, have []Key) (options []byte, challenge string, err error) {
	u, err := holder(o, have...)
	if err != nil {
		return nil, "", err
	}
	assertion, session, err := d.web.BeginLogin(u)
	if err != nil {
		return nil, "", fmt.Errorf("write options: %w", err)
	}
	options, err = json.Marshal(assertion.Response)
	return options, session.Challenge, err
}
