// Package passkeytest is a browser with a passkey device in it, for tests: it answers the options of a house with ES256
// credentials and no attestation, as phones do. What it answers can be bent, to see what a house refuses. It is in no
// program.
package passkeytest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
)

// Flags of authenticator data (WebAuthn section 6.1).
const (
	UserPresent    = 0x01
	UserVerified   = 0x04
	BackupEligible = 0x08
	BackupState    = 0x10
	Attested       = 0x40
)

// Device is a browser and its device. Flags are what it says of every ceremony besides Attested.
type Device struct {
	Origin string
	Flags  byte
	Counts bool // signatures, from 1 on
	Bend   func(*Answer)
	keys   []*key
}

// Answer is what the device is about to say; Bend may change it before it is signed.
type Answer struct {
	Type, Challenge, Origin string
	RP                      string
	Flags                   byte
	Counter                 uint32
	ID, Handle              []byte
	CrossOrigin             bool
}

type key struct {
	id, handle []byte
	private    *ecdsa.PrivateKey
	counter    uint32
}

// New is a device of a page at origin that verifies its user and keeps passkeys to itself.
func New(origin string) *Device {
	return &Device{Origin: origin, Flags: UserPresent | UserVerified}
}

// ErrNothing is what a browser says when it has no fitting passkey, or one too many.
var ErrNothing = errors.New("no fitting passkey")

type descriptor struct {
	ID string `json:"id"`
}

type options struct {
	Challenge string
	RPID      string
	RP        struct{ ID string }
	User      struct{ ID string }
	Exclude   []descriptor `json:"excludeCredentials"`
	Allow     []descriptor `json:"allowCredentials"`
}

// Create makes a passkey, as navigator.credentials.create does, and returns the answer's JSON.
func (d *Device) Create(asked []byte) ([]byte, error) {
	var o options
	if err := json.Unmarshal(asked, &o); err != nil {
		return nil, err
	}
	for _, k := range d.keys {
		for _, e := range o.Exclude {
			if e.ID == text(k.id) {
				return nil, ErrNothing
			}
		}
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		return nil, err
	}
	k := &key{id: make([]byte, 32), handle: handle, private: private}
	rand.Read(k.id)
	d.keys = append(d.keys, k)
	a := d.answer(k, "webauthn.create", o.Challenge, o.RP.ID)
	a.Flags |= Attested
	if d.Bend != nil {
		d.Bend(&a)
	}
	data := a.data()
	data = append(data, make([]byte, 16)...) // aaguid
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.ID)))
	data = append(append(data, a.ID...), cose(&private.PublicKey)...)
	return json.Marshal(map[string]any{
		"id": text(a.ID), "rawId": text(a.ID), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": text(a.client()), "attestationObject": text(attestation(data)), "transports": []string{"internal"}},
	})
}

// Get uses a passkey, as navigator.credentials.get does, and returns the answer's JSON. Of several it takes the newest.
func (d *Device) Get(asked []byte) ([]byte, error) {
	var o options
	if err := json.Unmarshal(asked, &o); err != nil {
		return nil, err
	}
	k := d.find(o.Allow)
	if k == nil {
		return nil, ErrNothing
	}
	if d.Counts {
		k.counter++
	}
	a := d.answer(k, "webauthn.get", o.Challenge, o.RPID)
	if d.Bend != nil {
		d.Bend(&a)
	}
	data, client := a.data(), a.client()
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.private, digest[:])
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"id": text(a.ID), "rawId": text(a.ID), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": text(a.Handle)},
	})
}

// Forget loses every passkey, as a lost phone does.
func (d *Device) Forget() { d.keys = nil }

// Copy is a second device with the same passkeys as they are now.
func (d *Device) Copy() *Device {
	twin := *d
	twin.keys = nil
	for _, k := range d.keys {
		one := *k
		twin.keys = append(twin.keys, &one)
	}
	return &twin
}

func (d *Device) find(allow []descriptor) *key {
	for i := len(d.keys) - 1; i >= 0; i-- {
		if len(allow) == 0 {
			return d.keys[i]
		}
		for _, a := range allow {
			if a.ID == text(d.keys[i].id) {
				return d.keys[i]
			}
		}
	}
	return nil
}

func (d *Device) answer(k *key, kind, challenge, rp string) Answer {
	return Answer{Type: kind, Challenge: challenge, Origin: d.Origin, RP: rp, Flags: d.Flags, Counter: k.counter, ID: k.id, Handle: k.handle}
}

func (a Answer) client() []byte {
	b, err := json.Marshal(map[string]any{"type": a.Type, "challenge": a.Challenge, "origin": a.Origin, "crossOrigin": a.CrossOrigin})
	if err != nil {
		panic(err) // strings only
	}
	return b
}

// data is authenticator data (section 6.1).
func (a Answer) data() []byte {
	hash := sha256.Sum256([]byte(a.RP))
	return binary.BigEndian.AppendUint32(append(hash[:], a.Flags), a.Counter)
}

// attestation is an attestation object of format "none" (section 8.7) in CBOR.
func attestation(data []byte) []byte {
	b := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59")
	return append(binary.BigEndian.AppendUint16(b, uint16(len(data))), data...)
}

// cose is a public key of ES256 as COSE has it (RFC 9053 section 7.1.1): kty 2, alg -7, crv 1, x, y.
func cose(p *ecdsa.PublicKey) []byte {
	point, err := p.Bytes() // 4, x, y
	if err != nil {
		panic(err)
	}
	b := append([]byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), point[1:33]...)
	return append(append(b, "\x22\x58\x20"...), point[33:]...)
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
