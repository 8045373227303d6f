package sitting

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
)

// What waits in the browser is notes about somebody's health, on a computer that may be shared. It is sealed with AES-256
// in Galois/counter mode (NIST SP 800-38D) under the writer's own key, which the house gives to whoever is signed in and
// which is never stored: a session that ended leaves only what nobody can read until the same person is back. Which box it
// is counts as part of the text, so that none can be put in another's place.

var errSeal = errors.New("sitting: not sealed with this key")

func gcm(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, errSeal
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func seal(key []byte, name string, text []byte) (string, error) {
	c, err := gcm(key)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(c.Seal(nil, nil, text, []byte(name))), nil
}

func unseal(key []byte, name, sealed string) ([]byte, error) {
	c, err := gcm(key)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errSeal
	}
	return c.Open(nil, nil, b, []byte(name))
}

// Seal seals a text under its writer's key (api.Me.Seal) for the box of this name; Unseal opens it again.
func Seal(key []byte, box string, text []byte) (string, error) { return seal(key, box, text) }

// Unseal opens what Seal sealed. What was sealed with another key, or for another box, is an error.
func Unseal(key []byte, box, sealed string) ([]byte, error) { return unseal(key, box, sealed) }
