package store

import (
	"context"
	"time"

	"hearth/backend/identity"
)

// locksColumns lock sessions: the PIN's hash, how long and until when the session stays open untouched, since when it is
// locked, and the guesses since.
const locksColumns = `
ALTER TABLE sessions ADD COLUMN pin TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN pin_idle BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN pin_due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN pin_locked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN pin_guesses BIGINT NOT NULL DEFAULT 0
`

// opened is a session that has a PIN and is not locked.
const opened = "hash = ? AND pin <> '' AND pin_locked = 0"

// guard is the lock of a session.
func (row sessionRow) guard() identity.Guard {
	return identity.Guard{Pin: row.Pin, Idle: time.Duration(row.PinIdle) * time.Microsecond, Due: instant(row.PinDue), Locked: instant(row.PinLocked), Guesses: row.PinGuesses}
}

// PutPin gives an open session a PIN, or with "" takes it away; fault.NotFound when it is locked or gone.
func (s *Store) PutPin(ctx context.Context, hash identity.Hash, pin string, idle time.Duration, due time.Time) error {
	done, err := s.db.NewUpdate().Model((*sessionRow)(nil)).Set("pin = ?", pin).Set("pin_idle = ?", idle.Microseconds()).Set("pin_due = ?", micro(due)).
		Set("pin_guesses = 0").Where("hash = ? AND pin_locked = 0", hashText(hash)).Exec(ctx)
	return failed("put a PIN", present(done, err))
}

// LockSession locks a session that has a PIN and is open. It is no fault when there is none.
func (s *Store) LockSession(ctx context.Context, hash identity.Hash, at time.Time) error {
	_, err := s.db.NewUpdate().Model((*sessionRow)(nil)).Set("pin_locked = ?", micro(at)).Where(opened, hashText(hash)).Exec(ctx)
	return failed("lock a session", err)
}

// KeepOpen moves the moment an open session locks by itself; fault.NotFound when it is locked or gone.
func (s *Store) KeepOpen(ctx context.Context, hash identity.Hash, due time.Time) error {
	done, err := s.db.NewUpdate().Model((*sessionRow)(nil)).Set("pin_due = ?", micro(due)).Where(opened, hashText(hash)).Exec(ctx)
	return failed("keep a session open", present(done, err))
}

// TakeGuess counts a guess at a locked session's PIN and returns the how manieth it is; fault.NotFound when there were most
// already, or nothing is locked. It is one statement, so guesses that come at once are counted one by one.
func (s *Store) TakeGuess(ctx context.Context, hash identity.Hash, most int) (n int, err error) {
	err = s.db.NewRaw("UPDATE sessions SET pin_guesses = pin_guesses + 1 WHERE hash = ? AND pin <> '' AND pin_locked > 0 AND pin_guesses < ? RETURNING pin_guesses",
		hashText(hash), most).Scan(ctx, &n)
	return n, failed("count a guess", err)
}

// UnlockSession opens a locked session and gives it another hash; fault.NotFound when it is not locked any more, or gone.
func (s *Store) UnlockSession(ctx context.Context, was, is identity.Hash, due time.Time) error {
	done, err := s.db.NewUpdate().Model((*sessionRow)(nil)).Set("hash = ?", hashText(is)).Set("pin_locked = 0").Set("pin_guesses = 0").Set("pin_due = ?", micro(due)).
		Where("hash = ? AND pin_locked > 0", hashText(was)).Exec(ctx)
	return failed("unlock a session", present(done, err))
}
