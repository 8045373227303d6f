package identity

import (
	"context"
	"time"

	"hearth/backend/audit"
	"hearth/shared/care"
)

// Hash is the SHA-256 of a secret; the secret itself is never stored.
type Hash [32]byte

// Slot names one signed-in account of a browser: 8 hex digits, not secret. See package comment.
type Slot string

// Session is one signed-in account in one browser.
type Session struct {
	Hash    Hash
	Slot    Slot
	Person  care.PersonID
	Created time.Time
	Seen    time.Time
	Expires time.Time // the earlier of the idle and the absolute end
}

// Account is a person with what signing in needs to know.
type Account struct {
	care.Person
	Hash       string // PHC string; "" when no password is set
	MustChange bool
}

// Store is what identity needs of the house's store. Unknown things come back as fault.NotFound.
type Store interface {
	AccountByLogin(ctx context.Context, login string) (Account, error)
	Account(ctx context.Context, person care.PersonID) (Account, error)
	// ResetPassword and ChangePassword end the person's sessions with the old password, but for the one named.
	CreatePerson(ctx context.Context, by care.Reader, n care.NewPerson) (care.Person, error)
	ResetPassword(ctx context.Context, by care.Reader, person care.PersonID, hash string) (care.Person, error)
	ChangePassword(ctx context.Context, person care.PersonID, hash string, but Hash) error
	Rehash(ctx context.Context, person care.PersonID, was, is string) error

	CreateSession(ctx context.Context, s Session) error
	// RenewSession puts s in the place of the session its person has in its slot.
	RenewSession(ctx context.Context, s Session) error
	SessionByHash(ctx context.Context, hash Hash) (Session, Account, error)
	SessionIn(ctx context.Context, person care.PersonID, slot Slot) (Session, Account, error)
	TouchSession(ctx context.Context, hash Hash, seen, expires time.Time) error
	EndSession(ctx context.Context, hash Hash) error
	EndSessions(ctx context.Context, person care.PersonID, except Hash) error
	SweepSessions(ctx context.Context, now time.Time) error

	// TakeAttempt counts an attempt under every key, or under none and says how long to wait.
	TakeAttempt(ctx context.Context, now time.Time, tries ...Try) (wait time.Duration, err error)
	ReturnAttempt(ctx context.Context, key string) error
	// ForgetAttempts starts a key anew, with all keys that begin with it and a dot.
	ForgetAttempts(ctx context.Context, key string) error
	SweepAttempts(ctx context.Context, before time.Time) error

	HasAdministrator(ctx context.Context) (bool, error)
	PutSetUpCode(ctx context.Context, hash Hash, expires time.Time) error
	RedeemSetUpCode(ctx context.Context, hash Hash, now time.Time, n care.NewPerson) (care.Person, error)
	DemoLink(ctx context.Context, hash Hash) (care.PersonID, error)
	PutDemoLink(ctx context.Context, hash Hash, person care.PersonID) error
	KeepSetting(ctx context.Context, key, fresh string) (string, error)
	AppendAudit(ctx context.Context, e audit.Entry) error
}
