// Package fault gives every error three readers: a kind for the program, words for the person and a cause for the log.
// It never writes the words itself: a fault carries the code of a sentence, and the catalogues in shared/words hold
// the sentence in every language under "fault."+code.
package fault

import "errors"

// Kind says what a program may do about an error. backend/web turns each kind into one HTTP status.
type Kind string

// The kinds, from the caller's own mistake to ours.
const (
	Invalid     Kind = "invalid"     // the request makes no sense and never will
	SignedOut   Kind = "signed-out"  // nobody is signed in, or no longer
	NotFound    Kind = "not-found"   // unknown or not for this person: the two look alike from outside
	Conflict    Kind = "conflict"    // somebody else changed it first
	Gone        Kind = "gone"        // it was here and has ended
	TooMany     Kind = "too-many"    // slow down
	TooLarge    Kind = "too-large"   // the request is bigger than anything we take
	Unavailable Kind = "unavailable" // try again later, or not with this browser
	Internal    Kind = "internal"    // our mistake
)

// Error is an error with a kind, the code of its words, and what caused it.
type Error struct {
	Kind  Kind
	Code  string            // stable, dotted, such as "sign-in.locked"; also the key of its words
	Args  map[string]string // what the words name, such as {"minutes": "5"}; never a person's name
	Cause error             // for the log only
}

// New makes a fault. The code is both the stable code an API client sees and the key of the words a person reads.
func New(kind Kind, code string, cause error) *Error {
	return &Error{Kind: kind, Code: code, Cause: cause}
}

// With returns a copy of e whose words may name value as {key}.
func (e *Error) With(key, value string) *Error {
	c := *e
	c.Args = map[string]string{key: value}
	for k, v := range e.Args {
		if k != key {
			c.Args[k] = v
		}
	}
	return &c
}

// Because returns a copy of e with what caused it.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// Is makes errors.Is find a fault by its code, whatever its words name and whatever caused it.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Error is for the log: kind, code and cause.
func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Code
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// Of finds the fault in err's chain. An error without one is Internal with code "internal": what we did not foresee
// is our mistake, and its text is not for strangers.
func Of(err error) *Error {
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return New(Internal, "internal", err)
}

// Is reports whether err carries a fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && Of(err).Kind == kind }
