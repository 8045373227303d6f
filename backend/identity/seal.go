package identity

import (
	"crypto/hmac"
	"crypto/sha256"

	"hearth/shared/care"
)

// Seal is the key a person's browser seals what waits to be sent with: 32 bytes that are the same at every signing in and
// nobody else's. It is made of the house's own secret, so that a browser need not keep it, and a copy of a browser's
// storage says nothing.
func (s *Service) Seal(person care.PersonID) []byte {
	m := hmac.New(sha256.New, s.pepper)
	m.Write([]byte("seal of unsent notes\x00" + string(person)))
	return m.Sum(nil)
}
