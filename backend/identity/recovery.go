package identity

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"net/http"
	"strings"

	"hearth/shared/care"
)

// RecoveryCodes is how many a person gets at a time; each has 80 random bits, so that its bare hash says nothing.
const RecoveryCodes = 10

const recoveryBytes = 10

// recoveryLetters is Crockford's base 32, which leaves out what looks alike: 16 letters hold 80 bits exactly.
const recoveryLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var recoveryText = base32.NewEncoding(recoveryLetters).WithPadding(base32.NoPadding)

// newRecovery makes codes, to be shown once, and what is kept of them.
func newRecovery() (codes []string, hashes []Hash) {
	for range RecoveryCodes {
		b := make([]byte, recoveryBytes)
		rand.Read(b)
		text := recoveryText.EncodeToString(b)
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, recoveryHash(text))
	}
	return codes, hashes
}

func recoveryHash(letters string) Hash { return hashOf("recovery\x00" + letters) }

// takeRecovery takes a recovery code as people type it; NotFound when it is none.
func (s *Service) takeRecovery(ctx context.Context, person care.PersonID, typed string) error {
	return s.store.UseRecovery(ctx, person, recoveryHash(readRecovery(typed)))
}

// readRecovery drops what people put between the letters and reads those that look alike as what they must be. What is
// longer than any code is cut, and then is none.
func readRecovery(typed string) string {
	var b strings.Builder
	for _, c := range strings.ToUpper(typed) {
		switch c {
		case 'O':
			c = '0'
		case 'I', 'L':
			c = '1'
		}
		if strings.ContainsRune(recoveryLetters, c) && b.Len() < 64 {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// NewRecovery makes new recovery codes, to be shown once; all old ones are worth nothing. It needs a fresh proof, and codes
// that are set up.
func (s *Service) NewRecovery(r *http.Request, who Who) ([]string, error) {
	if err := s.Fresh(r.Context(), who); err != nil {
		return nil, err
	}
	codes, hashes := newRecovery()
	if err := s.store.PutRecovery(r.Context(), who.Person.ID, s.now(), hashes); err != nil {
		return nil, err
	}
	return codes, s.note(r, who.Person.ID, "recovery.made", nil)
}
