package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// SignIn checks login and password and sets the cookie. Where a second step follows, the browser gets a half-session
// instead and the fault is "sign-in.second". Other faults: "sign-in.locked" with minutes, "sign-in.wrong".
func (s *Service) SignIn(w http.ResponseWriter, r *http.Request, login, password string) (Who, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if len(login) > 64 || len(password) > 4*LongestPassword {
		return Who{}, wrong(nil)
	}
	tries := s.tries(r, login)
	if err := s.mayTry(r.Context(), tries...); err != nil {
		return Who{}, s.note(r, "", "sign-in.locked", err)
	}
	a, err := s.checked(r.Context(), login, password)
	if fault.Is(err, fault.Invalid) {
		return Who{}, s.note(r, a.ID, "sign-in.wrong", err)
	} else if err != nil {
		return Who{}, err
	}
	if err := s.wasRight(r.Context(), tries); err != nil {
		return Who{}, err
	}
	if second, err := s.second(r.Context(), a.Person); err != nil {
		return Who{}, err
	} else if second {
		return Who{}, s.beginHalf(w, r, a)
	}
	who, err := s.begin(w, r, a, ByPassword)
	if err != nil {
		return Who{}, err
	}
	s.remember(w, r, login)
	return who, s.note(r, who.Person.ID, "sign-in", nil)
}

// checked finds the account whose login and password these are. Somebody unknown, disabled or without a password costs
// the same time as a wrong password.
func (s *Service) checked(ctx context.Context, login, password string) (Account, error) {
	a, err := s.store.AccountByLogin(ctx, login)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Account{}, err
	}
	stored, usable := a.Hash, err == nil && !a.Disabled && a.Hash != ""
	if !usable {
		stored = s.hasher.dummy
	}
	right, stale, err := s.hasher.check(ctx, stored, password)
	if err != nil {
		return a, err
	}
	if !right || !usable {
		return a, wrong(nil)
	}
	if a.MustChange {
		if err := s.store.HandedOut(ctx, a.ID); fault.Is(err, fault.NotFound) {
			return a, wrong(nil)
		} else if err != nil {
			return a, err
		}
	}
	if stale {
		if hash, err := s.hasher.hash(ctx, password); err == nil {
			if err := s.store.Rehash(ctx, a.ID, a.Hash, hash); err != nil {
				return a, err
			}
			return s.store.Account(ctx, a.ID) // as it is kept now
		}
	}
	return a, nil
}

// begin opens a session for an account in this browser that has just proved itself by proof. Where the person is signed in
// here already, the slot stays and the token is renewed. Whatever half-session the browser held is over.
func (s *Service) begin(w http.ResponseWriter, r *http.Request, a Account, proof Proof) (Who, error) {
	return s.beginProved(w, r, a, proof, s.now())
}

func (s *Service) beginProved(w http.ResponseWriter, r *http.Request, a Account, proof Proof, proved time.Time) (Who, error) {
	if a.LinkOnly { // whatever was proved: nobody signs in here
		return Who{}, wrong(nil)
	}
	if err := s.dropHalf(w, r); err != nil {
		return Who{}, err
	}
	token, hash := newToken()
	now := s.now()
	fresh := Session{Hash: hash, Slot: newSlot(), Person: a.ID, Created: now, Seen: now, Expires: expiryOf(a, now, now), Guest: a.Guest, Alone: a.Alone,
		Proof: proof, Verified: proved, Agent: ReadAgent(r.UserAgent())}
	session, err := s.renew(r, fresh)
	if fault.Is(err, fault.NotFound) {
		session, err = fresh, s.create(w, r, fresh)
	}
	if err != nil {
		return Who{}, err
	}
	if err := s.unchanged(r.Context(), a, proof, hash); err != nil {
		return Who{}, err
	}
	if err := s.lockOthers(r, session.Slot); err != nil {
		return Who{}, err
	}
	s.beside(r, a, session.Slot)
	if err := s.tidy(w, r); err != nil {
		return Who{}, err
	}
	s.setCookie(w, session.Slot, token, expiryOfCookie(a.Person, now))
	f, err := s.ruled(r.Context(), found{session: session, account: a}, s.whence(r))
	return f.who(), err
}

// beside tells of whoever signed in which other slots this browser carries. A guest signs in nowhere.
func (s *Service) beside(r *http.Request, a Account, slot Slot) {
	if s.c.Beside == nil || a.Guest != "" {
		return
	}
	others := slices.DeleteFunc(s.slots(r), func(other Slot) bool { return other == slot })
	s.c.Beside(context.WithoutCancel(r.Context()), a.ID, slot, others)
}

// tidy drops the cookies of sessions that ran out, once there are many: only so many are read, the oldest first, and who signs in
// every morning would one day not be seen for all the mornings before.
func (s *Service) tidy(w http.ResponseWriter, r *http.Request) error {
	carried := s.slots(r)
	if len(carried) < MostSlots {
		return nil
	}
	here, err := s.all(r)
	if err != nil {
		return err
	}
	for _, slot := range carried {
		if !slices.ContainsFunc(here, func(f found) bool { return f.session.Slot == slot }) {
			s.dropCookie(w, slot)
		}
	}
	return nil
}

// slots are those the browser's cookies name, whatever became of their sessions: the names are random and nobody else's browser
// has them.
func (s *Service) slots(r *http.Request) (list []Slot) {
	for _, c := range s.cookies(r) {
		list = append(list, c.slot)
	}
	return list
}

// unchanged ends a session that began with a password which was changed while it was being checked. Whoever changes it
// ends the sessions there are; this one was perhaps not there yet.
func (s *Service) unchanged(ctx context.Context, a Account, proof Proof, session Hash) error {
	if proof != ByPassword && proof != ByCode && proof != ByRecovery && proof != ByEnrolment {
		return nil
	}
	now, err := s.store.Account(ctx, a.ID)
	if err == nil && now.Hash == a.Hash && !now.Disabled {
		return nil
	}
	if err == nil || fault.Is(err, fault.NotFound) {
		err = wrong(err)
	}
	return errors.Join(err, s.store.EndSession(ctx, session))
}

// renew stores a session in the slot its person has in this browser already. The cookie's name is enough to find it, for the
// person has just proved who it is: when the answer to an earlier sign-in was lost, the token here is an old one, and the
// tabs must go on all the same.
func (s *Service) renew(r *http.Request, session Session) (Session, error) {
	for _, c := range s.cookies(r) {
		session.Slot = c.slot
		if err := s.store.RenewSession(r.Context(), session); !fault.Is(err, fault.NotFound) {
			return session, err
		}
	}
	return session, fault.New(fault.NotFound, "not-found", nil)
}

// create stores a session in a new slot. The accounts used longest ago make room when there are too many.
func (s *Service) create(w http.ResponseWriter, r *http.Request, session Session) error {
	ctx := r.Context()
	here, err := s.all(r)
	if err != nil {
		return err
	}
	for _, f := range here[min(len(here), MostSlots-1):] {
		if err := s.store.EndSession(ctx, f.session.Hash); err != nil {
			return err
		}
		s.dropCookie(w, f.session.Slot)
		s.ended(ctx, f.who())
	}
	return s.store.CreateSession(ctx, session)
}

// Remembered is how long a browser is known by the cookie of a session that ran out, and what follows from that.
const Remembered = 3 * 24 * time.Hour

// expiryOfCookie lets the browser forget the cookie some days after the session must be over; until then the server decides.
func expiryOfCookie(p care.Person, now time.Time) time.Time {
	if p.Guest != "" {
		return now.Add(guestCookie)
	}
	return expiry(p, now, now.Add(patientMost)).Add(Remembered) // the absolute end: idle time is not the cookie's to know
}

// SignOut ends the session and takes the cookie back.
func (s *Service) SignOut(w http.ResponseWriter, r *http.Request, who Who) error {
	if err := s.store.EndSession(r.Context(), who.hash); err != nil {
		return err
	}
	if s.c.Left != nil {
		s.c.Left(context.WithoutCancel(r.Context()), who.Person.ID, append(s.slots(r), who.Slot))
	}
	s.dropCookie(w, who.Slot)
	return s.note(r, who.Person.ID, "sign-out", nil)
}

// SignOutEverywhere ends every session of the person, this one included.
func (s *Service) SignOutEverywhere(w http.ResponseWriter, r *http.Request, who Who) error {
	if err := s.store.EndSessions(r.Context(), who.Person.ID, Hash{}); err != nil {
		return err
	}
	s.dropCookie(w, who.Slot)
	return s.note(r, who.Person.ID, "sign-out.everywhere", nil)
}

func wrong(cause error) error { return fault.New(fault.Invalid, "sign-in.wrong", cause) }
