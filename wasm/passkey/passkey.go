// Package passkey asks the device for a passkey (https://www.w3.org/TR/webauthn-3/). The house writes what to ask for and
// reads the answer; this room only carries both, as JSON, and keeps nothing.
package passkey

import (
	"context"
	"errors"
)

// ErrUnavailable is the answer where the browser has no passkeys. ErrRefused is that of a person who does not want to now,
// or takes too long: browsers do not tell the two apart (section 14.5.2). ErrThere says that the device has one already.
var (
	ErrUnavailable = errors.New("passkeys are not available")
	ErrRefused     = errors.New("no passkey was given")
	ErrThere       = errors.New("the device has a passkey for this account")
)

// Device makes and shows passkeys. Both methods take the options' JSON (sections 5.1.9 and 5.1.10) and return the answer's
// (section 5.1.8). They wait for the person: at most until ctx ends.
type Device interface {
	Create(ctx context.Context, options []byte) (answer []byte, err error)
	Get(ctx context.Context, options []byte) (answer []byte, err error)
}

// None is the device where there is none.
type None struct{}

// Create answers ErrUnavailable.
func (None) Create(context.Context, []byte) ([]byte, error) { return nil, ErrUnavailable }

// Get answers ErrUnavailable.
func (None) Get(context.Context, []byte) ([]byte, error) { return nil, ErrUnavailable }
