// Package keys is the house's ring of keys: those that seal secrets in the database, and those that sign tickets and
// tokens. Every key lies in the database sealed by one master key, which never does: the operator sets it, or it lies in
// the data folder in a file of its own. A copy of the database alone therefore opens nothing. The package decides
// nothing about who may see what, and never writes a key into a log, an error or a file other than the master key's own.
//
// # How a key lives
//
// A key for sealing is current until it is rotated; from then on it is old, seals nothing new and still opens what it
// sealed. A key for signing is made as next, so that whoever checks signatures knows it before it signs anything; becomes
// current when its forerunner has signed for [Period]; then old, still published for [Linger], longer than anything it
// signed is worth; then gone: its row stays, its key does not.
package keys

import (
	"context"
	"time"

	"hearth/shared/fault"
)

// ID names a key. It is no secret: it stands in front of what the key sealed, and in the header of what it signed.
type ID string

// Kind is what a key is.
type Kind string

// The kinds of keys.
const (
	Sealing Kind = "seal"  // XChaCha20-Poly1305, 256 bits
	ES256   Kind = "ES256" // ECDSA with P-256 and SHA-256 (RFC 7518 section 3.4), for signing
	RS256   Kind = "RS256" // RSA of 2048 bits with SHA-256 (RFC 7518 section 3.3), for signing
	check   Kind = "check" // seals nothing: tells a wrong master key from the right one
)

func (k Kind) signs() bool { return k == ES256 || k == RS256 }

// State is where in its life a key stands.
type State string

// The states of a key, in their order.
const (
	Next    State = "next"
	Current State = "current"
	Old     State = "old"
	Gone    State = "gone"
)

// Key is a key as the database has it.
type Key struct {
	ID      ID
	Purpose string // what it is for, such as "otp" or "ticket"
	Kind    Kind
	State   State
	Created time.Time
	Retired time.Time // when it became old; zero: not yet
	Sealed  []byte    // by the master key; empty when it is gone
}

// Store is what the ring needs of the house's memory.
type Store interface {
	// Keys lists every key.
	Keys(ctx context.Context) ([]Key, error)
	// ChangeKeys shows every key to change and stores those it returns, new ones and ones with a known id, in one step
	// that nobody else's change comes between. An error of change leaves everything as it is and comes back.
	ChangeKeys(ctx context.Context, change func(all []Key) ([]Key, error)) error
}

// Periods of signing keys. Linger is longer than the life of anything that is signed, and as long as a program that
// signed a person in may still name the token it was given when it signs them out.
const (
	Period = 90 * 24 * time.Hour // that a key signs for
	Linger = 30 * 24 * time.Hour // that it is published for when it is old
)

// The faults of this room. Their words tell an operator what helps.
var (
	ErrMasterNeeded  = fault.New(fault.Unavailable, "keys.master-needed", nil)  // none is set, and there is no folder to keep one in
	ErrMasterMissing = fault.New(fault.Unavailable, "keys.master-missing", nil) // there are sealed keys, and nothing opens them
	ErrMasterWrong   = fault.New(fault.Unavailable, "keys.master-wrong", nil)   // it is not the one the keys are sealed by
	ErrMasterForm    = fault.New(fault.Invalid, "keys.master-form", nil)        // it is not 32 bytes in base64
	ErrBroken        = fault.New(fault.Internal, "keys.broken", nil)            // what is to be opened was not sealed so
)
