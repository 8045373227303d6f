package passkey

import (
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// LongestAnswer bounds what a browser may send, in bytes. A bare passkey takes about one thousand.
const LongestAnswer = 16 << 10

// Made is a browser's answer to Making, read and not checked yet.
type Made struct {
	Challenge string
	data      *protocol.ParsedCredentialCreationData
}

// Used is a browser's answer to Asking or Proving, read and not checked yet.
type Used struct {
	Challenge string
	ID        []byte // of the credential that answers
	Handle    []byte // of its owner, as the device says
	data      *protocol.ParsedCredentialAssertionData
}

// ReadMade reads the JSON of a RegistrationResponse (section 5.1.8.1). What is not one is ErrRefused.
func ReadMade(answer []byte) (Made, error) {
	if len(answer) > LongestAnswer {
		return Made{}, fmt.Errorf("%w: %d bytes", ErrRefused, len(answer))
	}
	data, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Made{}, refused(err)
	}
	return Made{data.Response.CollectedClientData.Challenge, data}, nil
}

// ReadUsed reads the JSON of an AuthenticationResponse (section 5.1.8.2). What is not one, or names no owner, is
// ErrRefused.
func ReadUsed(answer []byte) (Used, error) {
	if len(answer) > LongestAnswer {
		return Used{}, fmt.Errorf("%w: %d bytes", ErrRefused, len(answer))
	}
	data, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Used{}, refused(err)
	}
	return Used{data.Response.CollectedClientData.Challenge, data.RawID, data.Response.UserHandle, data}, nil
}

// Make checks a new passkey of o (section 7.1). The caller has found its challenge open and closed it.
func (d *Desk) Make(m Made, o Owner) (Key, error) {
	if !m.data.Response.AttestationObject.AuthData.Flags.HasUserVerified() {
		return Key{}, ErrUnverified
	}
	u, err := holder(o)
	if err != nil {
		return Key{}, err
	}
	c, err := d.web.CreateCredential(u, webauthn.SessionData{Challenge: m.Challenge, UserID: o.Handle,
		UserVerification: protocol.VerificationRequired, CredParams: algorithms()}, m.data)
	if err != nil {
		return Key{}, refused(err)
	}
	return kept(c)
}

// Use checks that k was used (section 7.2) and returns it as it is to be kept from now on. The caller has found the
// challenge open and closed it, and k by the answer's ID.
func (d *Desk) Use(used Used, o Owner, k Key) (Key, error) {
	if !used.data.Response.AuthenticatorData.Flags.HasUserVerified() {
		return k, ErrUnverified
	}
	u, err := holder(o, k)
	if err != nil {
		return k, err
	}
	session := webauthn.SessionData{Challenge: used.Challenge, UserVerification: protocol.VerificationRequired}
	find := func([]byte, []byte) (webauthn.User, error) { return u, nil } // the handle is compared after it
	_, c, err := d.web.ValidatePasskeyLogin(find, session, used.data)
	switch {
	case err != nil:
		return k, refused(err)
	case c.Authenticator.CloneWarning:
		return k, ErrCopied
	}
	return kept(c)
}

// user is an owner with passkeys as the library wants one.
type user struct {
	Owner
	keys webauthn.Credentials
}

func holder(o Owner, have ...Key) (user, error) {
	u := user{Owner: o}
	for _, k := range have {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Record, &c); err != nil {
			return u, fmt.Errorf("a kept passkey is broken: %w", err)
		}
		u.keys = append(u.keys, c)
	}
	return u, nil
}

func (u user) WebAuthnID() []byte                         { return u.Handle }
func (u user) WebAuthnName() string                       { return u.Login }
func (u user) WebAuthnDisplayName() string                { return u.Name }
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.keys }

func kept(c *webauthn.Credential) (Key, error) {
	record, err := json.Marshal(c)
	return Key{ID: c.ID, Record: record, Counter: c.Authenticator.SignCount, Synced: c.Flags.BackupEligible, Kept: c.Flags.BackupState}, err
}

// refused keeps what the library knows for the log: it names no person and no secret.
func refused(err error) error {
	if p, ok := err.(*protocol.Error); ok {
		return fmt.Errorf("%w: %s %s", ErrRefused, p.Details, p.DevInfo)
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}
