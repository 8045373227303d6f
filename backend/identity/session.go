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

	Proof    Proof
	Verified time.Time // when the person last proved who they are
	Agent    Agent
	Guard    Guard        // its lock
	Guest    care.GuestID // whose it is, instead of somebody's who signs in; Person is the same id
	Moved    time.Time    // of a guest: another device took its place then, and it opens nothing any more
	Alone    time.Time    // of a guest who holds a link and nothing more: no other device of theirs was used since; zero: there may be. Never stored.
}

// Half is what a browser holds after a right password where a second step follows. It is no session: nothing but the
// second step is served for it.
type Half struct {
	Hash    Hash
	Person  care.PersonID
	Created time.Time
	Expires time.Time
}

// Account is a person with what signing in needs to know.
type Account struct {
	care.Person
	Hash       string // PHC string; "" when no password is set
	MustChange bool
	Until      time.Time // of a guest: nothing of theirs lasts longer
	Alone      time.Time // of a guest: what their new session says of other devices
}

// Store is what identity needs of the house's store. Unknown things come back as fault.NotFound.
type Store interface {
	AccountByLogin(ctx context.Context, login string) (Account, error)
	Account(ctx context.Context, person care.PersonID) (Account, error)
	// ResetPassword and ChangePassword end the person's sessions with the old password, but for the one named.
	CreatePerson(ctx context.Context, by care.Reader, n care.NewPerson) (care.Person, error)
	ResetPassword(ctx context.Context, by care.Reader, person care.PersonID, hash string) (care.Person, error)
	// HandedOut answers fault.NotFound when whoever handed out the password a person must change could not do so any more.
	HandedOut(ctx context.Context, person care.PersonID) error
	ChangePassword(ctx context.Context, person care.PersonID, hash string, but Hash) error
	Rehash(ctx context.Context, person care.PersonID, was, is string) error

	// CreateSession and RenewSession look at a guest's other devices and store in one step: of two that come at once with one link
	// the second is told Invalid "link.code-needed".
	CreateSession(ctx context.Context, s Session) error
	// RenewSession puts s in the place of the session its person has in its slot. Its PIN stays; it is open again.
	RenewSession(ctx context.Context, s Session) error
	SessionByHash(ctx context.Context, hash Hash) (Session, Account, error)
	SessionIn(ctx context.Context, person care.PersonID, slot Slot) (Session, Account, error)
	TouchSession(ctx context.Context, hash Hash, seen, expires time.Time) error
	// ReplaceSession puts s in the place of the session whose hash was, and only of that.
	ReplaceSession(ctx context.Context, was Hash, s Session) error
	// VerifySession notes when the person of a session proved who they are.
	VerifySession(ctx context.Context, hash Hash, at time.Time) error
	ListSessions(ctx context.Context, person care.PersonID, now time.Time) ([]Session, error)
	EndSession(ctx context.Context, hash Hash) error
	// MoveSession notes of a guest's session that another device took its place.
	MoveSession(ctx context.Context, hash Hash, at time.Time) error
	// EndSessionIn ends a person's session in a slot.
	EndSessionIn(ctx context.Context, person care.PersonID, slot Slot) error
	EndSessions(ctx context.Context, person care.PersonID, except Hash) error
	SweepSessions(ctx context.Context, now time.Time) error
	// ListSessionsOf lists the sessions of somebody by may manage that are not over, the most recently used first.
	ListSessionsOf(ctx context.Context, by care.Reader, person care.PersonID, now time.Time) (care.Person, []Session, error)
	// EndSessionOf ends one of them; fault.NotFound when there is none in the slot.
	EndSessionOf(ctx context.Context, by care.Reader, person care.PersonID, slot Slot) (care.Person, error)
	// EndSessionsOf ends all sessions of somebody by may manage.
	EndSessionsOf(ctx context.Context, by care.Reader, person care.PersonID) (care.Person, error)

	CreateHalf(ctx context.Context, h Half) error
	HalfByHash(ctx context.Context, hash Hash) (Half, Account, error)
	// EndHalf takes a half-session away; NotFound when it was not there, so that it is worth one session only.
	EndHalf(ctx context.Context, hash Hash) error
	SweepHalves(ctx context.Context, now time.Time) error

	// GuestAccount is somebody invited, as the session of one is: disabled when nobody lets them in any more.
	GuestAccount(ctx context.Context, guest care.GuestID) (Account, error)

	SecondStore
	lockStore
	SettingsStore

	// TakeAttempt counts an attempt under every key, or under none and says how long to wait.
	TakeAttempt(ctx context.Context, now time.Time, tries ...Try) (wait time.Duration, err error)
	ReturnAttempt(ctx context.Context, key string) error
	// ForgetAttempts starts a key anew, with all keys that begin with it and a dot.
	ForgetAttempts(ctx context.Context, key string) error
	SweepAttempts(ctx context.Context, before time.Time) error

	passkeyStore
	enrolmentStore

	HasAdministrator(ctx context.Context) (bool, error)
	PutSetUpCode(ctx context.Context, hash Hash, expires time.Time) error
	RedeemSetUpCode(ctx context.Context, hash Hash, now time.Time, n care.NewPerson) (care.Person, error)
	DemoLink(ctx context.Context, hash Hash) (care.PersonID, error)
	PutDemoLink(ctx context.Context, hash Hash, person care.PersonID) error
	KeepSetting(ctx context.Context, key, fresh string) (string, error)
	Setting(ctx context.Context, key string) (string, error)
	PutSetting(ctx context.Context, key, value string) error
	AppendAudit(ctx context.Context, e audit.Entry) error
}

// SecondStore keeps what people have besides a password.
type SecondStore interface {
	// Means counts what a person can prove themselves with.
	Means(ctx context.Context, person care.PersonID) (Means, error)

	// Code is a person's secret of codes, and the one being set up. It is never NotFound.
	Code(ctx context.Context, person care.PersonID) (Code, error)
	// BeginCode keeps a sealed secret until it is confirmed, instead of another one that was begun.
	BeginCode(ctx context.Context, person care.PersonID, sealed []byte, at time.Time) error
	// ConfirmCode makes the secret that was begun the one that counts, with the time step of the code that confirmed it, and
	// puts fresh recovery codes in the place of all old ones. NotFound when another was begun meanwhile.
	ConfirmCode(ctx context.Context, person care.PersonID, sealed []byte, step int64, at time.Time, recovery []Hash) error
	// UseStep takes a time step: it and every earlier one are worth nothing from then on. NotFound when that was so already,
	// or the secret is another meanwhile.
	UseStep(ctx context.Context, person care.PersonID, sealed []byte, step int64) error
	// RemoveCode forgets the secret and every recovery code.
	RemoveCode(ctx context.Context, person care.PersonID) error

	// PutRecovery puts fresh recovery codes in the place of all old ones. NotFound when there is no secret of codes.
	PutRecovery(ctx context.Context, person care.PersonID, at time.Time, recovery []Hash) error
	// UseRecovery takes a recovery code; NotFound when it was never one or was used.
	UseRecovery(ctx context.Context, person care.PersonID, hash Hash) error
}
