package identity

import (
	"context"
	"errors"
	"net/http"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// A tablet that several people share is locked between uses. A session with a PIN locks when nobody has touched its pages
// for a while, at the press of a button, and when somebody else comes in by the same browser. A locked session opens
// nothing: for every room of the house nobody is signed in. What it still is good for is the one question whose it was,
// the PIN that opens it again, and signing out. Signing in as usual opens it too.
//
// A tablet that measures is not locked for want of hands: whoever wears a strap sits before it and touches nothing, and a
// stream must not break off for that. Its page says every minute that it measures, and is believed for an hour: so long
// the network may be away. It asks for no more than a hand on the screen would get, and only an open session may. The
// button locks all the same, and what was being measured ends with the session's sockets.

// Guard is the lock of one session.
type Guard struct {
	Pin     string        // PHC string; "" for none: such a session never locks
	Idle    time.Duration // so long without a hand on it
	Due     time.Time     // when it locks by itself
	Locked  time.Time     // since when it is locked; zero while it is open
	Guesses int           // at the PIN, since it was last opened
}

// MeasuringHold is how long a page that measures is believed without another word.
const MeasuringHold = time.Hour

// MostGuesses is how many PINs may be tried before only signing in helps.
const MostGuesses = 5

// on reports whether there is a PIN.
func (g Guard) on() bool { return g.Pin != "" }

// shut reports whether the session is locked at a moment. A clock that was set back far does not leave it open for longer.
func (g Guard) shut(now time.Time) bool {
	return g.on() && (!g.Locked.IsZero() || !now.Before(g.Due) || g.Due.Sub(now) > g.Idle+MeasuringHold)
}

// held reports whether its page has said that it measures.
func (g Guard) held(now time.Time) bool { return g.Due.Sub(now) > g.Idle }

// lockStore keeps the locks of sessions.
type lockStore interface {
	// PutPin gives an open session a PIN, or with "" takes it away; NotFound when it is locked or gone.
	PutPin(ctx context.Context, hash Hash, pin string, idle time.Duration, due time.Time) error
	// LockSession locks a session that has a PIN and is open; it is no fault when there is none.
	LockSession(ctx context.Context, hash Hash, at time.Time) error
	// KeepOpen moves the moment an open session locks by itself; NotFound when it is locked or gone.
	KeepOpen(ctx context.Context, hash Hash, due time.Time) error
	// TakeGuess counts a guess at the PIN of a locked session before it is looked at, and says the how manieth it is; NotFound
	// when there were most already.
	TakeGuess(ctx context.Context, hash Hash, most int) (int, error)
	// UnlockSession opens a locked session and gives it another hash; NotFound when it is not locked any more, or gone.
	UnlockSession(ctx context.Context, was, is Hash, due time.Time) error
}

// errShut is the fault of a session that is there and locked.
func errShut() error { return fault.New(fault.SignedOut, "sign-in.pin", nil) }

// bolt notes that a session has locked by itself, so that it stays locked whatever becomes of clocks and settings.
func (s *Service) bolt(ctx context.Context, f found) error {
	if f.session.Guard.Locked.IsZero() {
		return s.store.LockSession(ctx, f.session.Hash, s.now())
	}
	return nil
}

// Shut is an account of this browser that is locked.
type Shut struct {
	Person care.Person
	Slot   Slot
	Left   int // guesses at the PIN; with none only signing in helps
}

// Shuts lists the locked accounts of this browser, the most recently used first.
func (s *Service) Shuts(r *http.Request) (list []Shut, err error) {
	all, err := s.all(r)
	for _, f := range all {
		if f.shut {
			list = append(list, Shut{f.account.Person, f.session.Slot, max(0, MostGuesses-f.session.Guard.Guesses)})
		}
	}
	return list, err
}

// Lock locks who's session in this browser, with those of everybody else who has a PIN here. Fault: "pin.none" when who has
// none here.
func (s *Service) Lock(r *http.Request, who Who) error {
	if !who.Pin {
		return fault.New(fault.Conflict, "pin.none", nil)
	}
	if err := s.store.LockSession(r.Context(), who.hash, s.now()); err != nil {
		return err
	}
	s.ended(r.Context(), who)
	return errors.Join(s.lockOthers(r, who.Slot), s.note(r, who.Person.ID, "lock", nil))
}

// lockOthers locks the other accounts of this browser that have a PIN: a tablet is one person's at a time. Those that
// measure are left alone.
func (s *Service) lockOthers(r *http.Request, but Slot) error {
	all, err := s.all(r)
	if err != nil {
		return err
	}
	for _, f := range all {
		g := f.session.Guard
		if f.session.Slot == but || f.shut || !g.on() || g.held(s.now()) {
			continue
		}
		if err := s.store.LockSession(r.Context(), f.session.Hash, s.now()); err != nil {
			return err
		}
		s.ended(r.Context(), f.who())
	}
	return nil
}

// ended tells whoever wants to hear that what a session opened must end.
func (s *Service) ended(ctx context.Context, who Who) {
	if s.c.Ended != nil {
		s.c.Ended(context.WithoutCancel(ctx), who)
	}
}

// keepOpenEvery is how far the end must move before it is written down.
const keepOpenEvery = 5 * time.Second

// KeepOpen notes that somebody has a hand on who's pages, or that they measure. It returns how long it is until the
// session locks by itself; 0 for one without a PIN.
func (s *Service) KeepOpen(ctx context.Context, who Who, measuring bool) (time.Duration, error) {
	if !who.Pin {
		return 0, nil
	}
	left := who.guard.Idle
	if measuring {
		left += MeasuringHold
	}
	now := s.now()
	due := now.Add(left)
	if moved := due.Sub(who.guard.Due); moved > -keepOpenEvery && moved < keepOpenEvery {
		return who.guard.Due.Sub(now), nil
	}
	err := s.store.KeepOpen(ctx, who.hash, due)
	if fault.Is(err, fault.NotFound) {
		err = errShut()
	}
	return left, err
}

// LocksIn is how long it is until who's session locks by itself when nobody touches anything; 0 for one without a PIN.
func (s *Service) LocksIn(who Who) time.Duration {
	if !who.Pin {
		return 0
	}
	return who.guard.Due.Sub(s.now())
}
