// Package care holds the people, the patients and what happens between them: sittings, labels, baselines, limits. Types
// and rules only; it never stores, sends or shows anything.
package care

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// Identities are types, so that mixing two stops compiling. Each is opaque: 26 characters of base32, 128 random bits.
type (
	SiteID    string
	ProjectID string
	PersonID  string
	PatientID string
	SittingID string
	LabelID   string
)

// idText is lower-case base32 without padding: safe in paths, cookies and file names.
var idText = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewID returns a fresh identity of the wanted type.
func NewID[T ~string]() T {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return T(strings.ToLower(idText.EncodeToString(b[:])))
}

// ValidID reports whether s has the shape of an identity, so that junk is refused before anything is looked up.
func ValidID[T ~string](s T) bool {
	if len(s) != 26 {
		return false
	}
	for _, c := range string(s) {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}
