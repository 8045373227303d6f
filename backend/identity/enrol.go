package identity

import (
	"context"
	"crypto/subtle"
	"net/http"
	"time"

	"hearth/backend/audit"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// An enrolment code lets its person in once, to make a passkey or choose a password: a new person, or one who lost both.
// Staff hand it over. Entering it in a browser turns it into a grant of that browser, ends every session the person has,
// and says whose account it is before anything is made.
const (
	enrolFor  = 48 * time.Hour
	grantFor  = 15 * time.Minute
	grantName = "enrol"
)

// byEnrolment slows guessing of enrolment codes down. With a thousand codes waiting, a guess is right once in 10^12.
var byEnrolment = Rule{Free: 10, First: 30 * time.Second, Most: 15 * time.Minute, Forget: time.Hour}

// Enrolment is a code to hand over. It is never shown again.
type Enrolment struct {
	Person  care.Person
	Code    string // as people read it
	Expires time.Time
}

// codeHash is under what a code is kept: a slow hash, so that a copy of the database gives no code away in the two days it
// works. Its salt is the house's, because the code is all there is to find it by.
func (s *Service) codeHash(ctx context.Context, code string) (Hash, error) {
	return s.hasher.fixed(ctx, s.attemptKey("enrolment", ""), code)
}

// Enrol makes a code for somebody by may enrol; any code before is void. Nobody does so for themselves: fault
// "enrol.own". For staff it needs a fresh proof of by: whoever has the code can do what they may do.
func (s *Service) Enrol(r *http.Request, by Who, person care.PersonID) (Enrolment, error) {
	if person == by.Person.ID {
		return Enrolment{}, fault.New(fault.Conflict, "enrol.own", nil)
	}
	p, err := s.store.Enrollable(r.Context(), by.Reader(), person)
	if err != nil {
		return Enrolment{}, err
	}
	if staff(p) {
		if err := s.Fresh(r.Context(), by); err != nil {
			return Enrolment{}, err
		}
	}
	return s.issue(r.Context(), func(hash Hash, expires time.Time) (care.Person, error) {
		return s.store.PutEnrolment(r.Context(), by.Reader(), person, hash, expires)
	})
}

// EnrolLogin makes a code on nobody's behalf, for whoever holds the house's own key to the database.
func (s *Service) EnrolLogin(ctx context.Context, login string) (Enrolment, error) {
	e, err := s.issue(ctx, func(hash Hash, expires time.Time) (care.Person, error) {
		return s.store.PutEnrolmentFor(ctx, login, hash, expires)
	})
	if err != nil {
		return e, err
	}
	return e, s.store.AppendAudit(ctx, audit.Entry{At: s.now(), Action: "enrol.command", Object: string(e.Person.ID)})
}

func (s *Service) issue(ctx context.Context, put func(Hash, time.Time) (care.Person, error)) (Enrolment, error) {
	code := newEnrolCode()
	hash, err := s.codeHash(ctx, code)
	if err != nil {
		return Enrolment{}, err
	}
	expires := s.now().Add(enrolFor)
	p, err := put(hash, expires)
	return Enrolment{p, ShowCode(code), expires}, err
}

// Issued finds whose a code is that by has issued and that nobody has used yet, for the card to hand over, and until when
// it works.
func (s *Service) Issued(r *http.Request, by Who, person care.PersonID, typed string) (care.Person, time.Time, error) {
	code, ok := ReadCode(typed)
	if !ok || !care.ValidID(person) {
		return care.Person{}, time.Time{}, fault.New(fault.NotFound, "not-found", nil)
	}
	p, issued, expires, err := s.store.IssuedEnrolment(r.Context(), by.Reader(), person, s.now())
	if err != nil { // before the slow hash: nobody keeps the house busy with codes there are not
		return care.Person{}, time.Time{}, err
	}
	hash, err := s.codeHash(r.Context(), code)
	if err != nil {
		return care.Person{}, time.Time{}, err
	}
	if subtle.ConstantTimeCompare(hash[:], issued[:]) != 1 {
		return care.Person{}, time.Time{}, fault.New(fault.NotFound, "not-found", nil)
	}
	return p, expires, s.noteOn(r, by.Person.ID, "enrol.card", string(person))
}

// Redeem takes a code and gives the browser a grant for its person. Faults: "enrol.wrong", "sign-in.locked".
func (s *Service) Redeem(w http.ResponseWriter, r *http.Request, typed string) (care.Person, error) {
	code, ok := ReadCode(typed)
	if !ok {
		return care.Person{}, wrongCode(nil)
	}
	tries := []Try{{s.attemptKey("enrol", near(s.address(r))), byEnrolment}}
	if err := s.mayTry(r.Context(), tries...); err != nil {
		return care.Person{}, s.note(r, "", "sign-in.locked", err)
	}
	hash, err := s.codeHash(r.Context(), code)
	if err != nil {
		return care.Person{}, err
	}
	token, grant := newToken()
	expires := s.now().Add(grantFor)
	a, err := s.store.RedeemEnrolment(r.Context(), hash, grant, s.now(), expires)
	switch {
	case fault.Is(err, fault.NotFound):
		return care.Person{}, s.note(r, "", "enrol.wrong", wrongCode(err))
	case err != nil:
		return care.Person{}, err
	}
	if err := s.wasRight(r.Context(), tries); err != nil {
		return care.Person{}, err
	}
	s.give(w, grantName, token, expires)
	return a.Person, s.note(r, a.ID, "enrol.redeemed", nil)
}

func wrongCode(cause error) error { return fault.New(fault.Invalid, "enrol.wrong", cause) }

// Enrolling says for whom this browser has a grant; fault.Gone "enrol.over" when for nobody.
func (s *Service) Enrolling(r *http.Request) (care.Person, error) {
	a, _, err := s.grant(r)
	return a.Person, err
}

func (s *Service) grant(r *http.Request) (Account, Hash, error) {
	over := fault.New(fault.Gone, "enrol.over", nil)
	token, ok := s.carries(r, grantName)
	if !ok {
		return Account{}, Hash{}, over
	}
	a, err := s.store.Enrolling(r.Context(), hashOf(token), s.now())
	if fault.Is(err, fault.NotFound) {
		err = over
	}
	return a, hashOf(token), err
}

// BeginEnrolment writes what the browser is asked for to make the first passkey of a grant.
func (s *Service) BeginEnrolment(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	a, _, err := s.grant(r)
	if err != nil {
		return nil, err
	}
	return s.beginMaking(w, r, enrolling, a.Person)
}

// EnrolPasskey takes the passkey the browser made and signs its person in. Faults as AddPasskey, and "enrol.over".
func (s *Service) EnrolPasskey(w http.ResponseWriter, r *http.Request, name string, answer []byte) (Who, error) {
	a, grant, err := s.grant(r)
	if err != nil {
		return Who{}, err
	}
	p, err := s.made(r, enrolling, a.Person, name, answer)
	if err == nil {
		a, err = s.store.EnrolPasskey(r.Context(), grant, s.now(), p, MostPasskeys)
	}
	if err != nil {
		return Who{}, s.note(r, a.ID, "passkey.refused", err)
	}
	if err := s.noteOn(r, a.ID, "passkey.added", string(p.ID)); err != nil {
		return Who{}, err
	}
	return s.enrolled(w, r, a, ByPasskey)
}

// EnrolPassword takes a password instead. Faults: those of a bad one, and "enrol.over".
func (s *Service) EnrolPassword(w http.ResponseWriter, r *http.Request, password string) (Who, error) {
	a, grant, err := s.grant(r)
	if err != nil {
		return Who{}, err
	}
	hash, err := s.accept(r, password, a.Login, a.Name)
	if err != nil {
		return Who{}, err
	}
	if a, err = s.store.EnrolPassword(r.Context(), grant, s.now(), hash); err != nil {
		return Who{}, err
	}
	if err := s.note(r, a.ID, "password.changed", nil); err != nil {
		return Who{}, err
	}
	return s.enrolled(w, r, a, ByEnrolment)
}

func (s *Service) enrolled(w http.ResponseWriter, r *http.Request, a Account, proof Proof) (Who, error) {
	s.takeBack(w, grantName)
	who, err := s.begin(w, r, a, proof)
	if err != nil {
		return Who{}, err
	}
	s.remember(w, r, a.Login)
	return who, s.note(r, a.ID, "enrol.done", nil)
}

// LeaveEnrolment gives a grant back: it was somebody else's card. The code is used up all the same.
func (s *Service) LeaveEnrolment(w http.ResponseWriter, r *http.Request) error {
	a, grant, err := s.grant(r)
	s.takeBack(w, grantName)
	if fault.Is(err, fault.Gone) {
		return nil
	} else if err != nil {
		return err
	}
	if err := s.store.EndEnrolment(r.Context(), grant); err != nil {
		return err
	}
	return s.note(r, a.ID, "enrol.left", nil)
}
