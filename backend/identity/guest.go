package identity

import (
	"context"
	"net/http"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// GuestPerson is who a guest is to everything that asks who somebody is.
func GuestPerson(guest care.GuestID) care.PersonID { return care.PersonID(guest) }

// lively is how long after it was used last a guest's session keeps other devices out. A page that is open uses it all the
// time.
const lively = 15 * time.Minute

// guestTouchEvery is how often it is noted that a guest's session is used: who is not heard of any more waits no longer at
// an open door.
const guestTouchEvery = 45 * time.Second

// AdmitGuest opens a session for a guest whom another room has vouched for in this very request. It ends with the visit, or
// as soon as nobody lets them in any more. Sessions of theirs that nobody used lately make room, and say so when they are used
// again. Who is vouched for by a link alone comes in where nobody is yet; others have a code, or somebody's yes. Faults:
// "sign-in.wrong" for somebody who is not invited any more, Invalid "link.code-needed" where another device came in this moment.
func (s *Service) AdmitGuest(w http.ResponseWriter, r *http.Request, guest care.GuestID, byLinkAlone bool) (Who, error) {
	a, err := s.store.GuestAccount(r.Context(), guest)
	if fault.Is(err, fault.NotFound) || err == nil && (a.Disabled || !s.now().Before(a.Until)) {
		return Who{}, wrong(err)
	}
	if err != nil {
		return Who{}, err
	}
	if err := s.moveIdle(r, guest); err != nil {
		return Who{}, err
	}
	if byLinkAlone {
		a.Alone = s.now().Add(-lively)
	}
	who, err := s.begin(w, r, a, ByLink)
	if err != nil {
		return Who{}, err
	}
	return who, s.noteOn(r, who.Person.ID, "sign-in."+string(ByLink), string(guest)) // by the guest the trail knows the patient, and the place
}

// moveIdle has those sessions of a guest make room that nobody used lately: this browser goes on in their place.
func (s *Service) moveIdle(r *http.Request, guest care.GuestID) error {
	list, err := s.store.ListSessions(r.Context(), GuestPerson(guest), s.now())
	for _, one := range list {
		if err == nil && s.now().Sub(one.Seen) > lively && !s.mine(r, one.Hash) {
			if err = s.store.MoveSession(r.Context(), one.Hash, s.now()); err == nil {
				s.ended(r.Context(), Who{Person: care.Person{ID: one.Person}, Slot: one.Slot})
			}
		}
	}
	return err
}

// mine reports whether a session is this browser's.
func (s *Service) mine(r *http.Request, session Hash) bool {
	return slices.ContainsFunc(s.cookies(r), func(c carried) bool { return c.hash == session })
}

// GuestHere finds the session this browser has for a guest; SignedOut when it has none, with live.CodeMoved when another
// device took its place.
func (s *Service) GuestHere(r *http.Request, guest care.GuestID) (Who, error) {
	list, err := s.all(r)
	if err != nil {
		return Who{}, err
	}
	for _, f := range list {
		if f.session.Guest == guest {
			return f.who(), s.touch(r.Context(), f) // a page without scripts is heard of by this alone
		}
	}
	for _, c := range s.cookies(r) {
		session, account, err := s.store.SessionByHash(r.Context(), c.hash)
		if err == nil && session.Guest == guest {
			if _, err = s.lasting(session, account, nil); err != nil {
				return Who{}, err
			}
		}
	}
	return Who{}, needed(nil)
}

// Guests lists the sessions of guests this browser has, the most recently used first.
func (s *Service) Guests(r *http.Request) ([]Who, error) {
	list, err := s.all(r)
	var here []Who
	for _, f := range list {
		if f.session.Guest != "" {
			here = append(here, f.who())
		}
	}
	return here, err
}

// Elsewhere reports whether somebody, a guest too, is there with another device: a session of theirs was used lately that is
// not this browser's.
func (s *Service) Elsewhere(r *http.Request, person care.PersonID) (bool, error) {
	list, err := s.store.ListSessions(r.Context(), person, s.now())
	if err != nil {
		return false, err
	}
	for _, one := range list {
		if !s.mine(r, one.Hash) && s.now().Sub(one.Seen) <= lively {
			return true, nil
		}
	}
	return false, nil
}

// EndGuest ends every session of a guest.
func (s *Service) EndGuest(ctx context.Context, guest care.GuestID) error {
	return s.store.EndSessions(ctx, GuestPerson(guest), Hash{})
}

// Counted counts an attempt of a guest's device at something before it is looked at, and says when there were too many.
// Fault: "sign-in.locked" with minutes.
func (s *Service) Counted(r *http.Request, kind string, guest care.GuestID) error {
	return s.mayTry(r.Context(), Try{s.attemptKey(kind, string(guest)), byGuest})
}

// byGuest bounds what a guest's devices try: asking staff for a second one, a lost link, and guesses at its code: of a million one is right, for ten minutes.
var byGuest = Rule{Free: 5, First: time.Minute, Most: 15 * time.Minute, Forget: time.Hour}

// guestsLast puts people who signed in before guests.
func guestsLast(a, b found) int {
	switch {
	case (a.session.Guest == "") == (b.session.Guest == ""):
		return 0
	case a.session.Guest == "":
		return -1
	}
	return 1
}

// guestCookie is how long a browser keeps a guest's cookie at most: longer than any visit lasts.
const guestCookie = 24 * time.Hour

// expiryOf is when a session of an account ends: a guest's with the visit.
func expiryOf(a Account, created, now time.Time) time.Time {
	if a.Guest != "" {
		return a.Until
	}
	return expiry(a.Person, created, now)
}
