package identity

import (
	"context"
	"time"

	"hearth/backend/passkey"
	"hearth/shared/care"
)

// passkeyStore is what passkeys need of the store.
type passkeyStore interface {
	// PasskeyHandle returns the handle a person is known by to devices; fresh becomes it when there is none.
	PasskeyHandle(ctx context.Context, person care.PersonID, fresh []byte) ([]byte, error)
	Passkeys(ctx context.Context, person care.PersonID) ([]Passkey, error)
	// PasskeyByCredential finds a passkey with its owner's handle and account, disabled ones too.
	PasskeyByCredential(ctx context.Context, credential []byte) (Passkey, []byte, Account, error)
	// AddPasskey keeps p. Conflict "passkey.many" when its person has most, "passkey.there" when it is known.
	AddPasskey(ctx context.Context, p Passkey, most int) error
	RenamePasskey(ctx context.Context, person care.PersonID, id PasskeyID, name string) error
	// RemovePasskey refuses with Conflict "passkey.last" when its person could not sign in any more.
	RemovePasskey(ctx context.Context, person care.PersonID, id PasskeyID) error
	// UsePasskey keeps k as used now. Conflict when the counter kept is as high or higher, unless both are 0.
	UsePasskey(ctx context.Context, id PasskeyID, k passkey.Key, now time.Time) error

	PutChallenge(ctx context.Context, c Challenge) error
	// TakeChallenge returns a challenge once, expired ones too, and forgets it.
	TakeChallenge(ctx context.Context, hash Hash) (Challenge, error)
	SweepChallenges(ctx context.Context, now time.Time) error
}

// enrolmentStore is what enrolment codes need of the store.
type enrolmentStore interface {
	// Enrollable finds a person by may enrol.
	Enrollable(ctx context.Context, by care.Reader, person care.PersonID) (care.Person, error)
	// PutEnrolment keeps a code for a person by may enrol, in the place of any before, and says whose it is.
	PutEnrolment(ctx context.Context, by care.Reader, person care.PersonID, hash Hash, expires time.Time) (care.Person, error)
	// PutEnrolmentFor does so on nobody's behalf, by login.
	PutEnrolmentFor(ctx context.Context, login string, hash Hash, expires time.Time) (care.Person, error)
	// IssuedEnrolment finds the code of a person that by issued and nobody has used, and until when it works.
	IssuedEnrolment(ctx context.Context, by care.Reader, person care.PersonID, now time.Time) (care.Person, Hash, time.Time, error)
	// RedeemEnrolment turns a code into a grant, once, and ends the person's sessions. NotFound when it does not work.
	RedeemEnrolment(ctx context.Context, hash, grant Hash, now, expires time.Time) (Account, error)
	Enrolling(ctx context.Context, grant Hash, now time.Time) (Account, error)
	// EnrolPasskey and EnrolPassword use a grant up. A password that was handed out ends with it.
	EnrolPasskey(ctx context.Context, grant Hash, now time.Time, p Passkey, most int) (Account, error)
	EnrolPassword(ctx context.Context, grant Hash, now time.Time, hash string) (Account, error)
	EndEnrolment(ctx context.Context, grant Hash) error
	SweepEnrolments(ctx context.Context, now time.Time) error
}
