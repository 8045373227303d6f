package identity

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Proof is how somebody showed who they are when a session began.
type Proof string

// The proofs.
const (
	ByPassword Proof = "password" // and nothing else
	ByCode     Proof = "code"     // a password and a code of the person's app
	ByRecovery Proof = "recovery" // a password and a recovery code
	ByPasskey  Proof = "passkey"
	ByHospital Proof = "hospital" // its hospital's word, see backend/hospital
	ByDemo     Proof = "demo"     // a link of the demo

	ByLink      Proof = "link"      // a link of an invitation, see backend/door
	ByEnrolment Proof = "enrolment" // a password that was chosen with a code of the staff a moment ago
)

// Means is what a person can prove themselves with, besides a password.
type Means struct {
	Code     bool // an app that makes codes, confirmed
	Recovery int  // recovery codes not used yet
	Passkeys int
}

// Standing is what a person's own page says of it.
type Standing struct {
	Means
	Password bool
	Since    time.Time  // of the codes; zero without
	Level    care.Level // what is asked of this person
}

// Standing tells who what they can prove themselves with.
func (s *Service) Standing(ctx context.Context, who Who) (is Standing, err error) {
	a, err := s.store.Account(ctx, who.Person.ID)
	if err != nil {
		return is, err
	}
	code, err := s.store.Code(ctx, a.ID)
	if err != nil {
		return is, err
	}
	is.Password, is.Since = a.Hash != "", code.Since
	rule, err := s.ruleOf(ctx, a.Person)
	if err != nil {
		return is, err
	}
	is.Level = rule.Level
	is.Means, err = s.store.Means(ctx, a.ID)
	return is, err
}

// Ways lists how who can prove themselves, see Fresh.
func (s *Service) Ways(ctx context.Context, who Who) ([]string, error) {
	a, err := s.store.Account(ctx, who.Person.ID)
	if err != nil {
		return nil, err
	}
	return s.ways(ctx, a)
}

// second reports whether there is any.
func (m Means) second() bool { return m.Code || m.Passkeys > 0 }

// secondSetting is where the house keeps its rule about the second step: "staff" or "nobody". Without it Config.Second
// decides.
const secondSetting = "sign-in.second"

// SecondRequired reports whether staff who sign in by password need a second step.
func (s *Service) SecondRequired(ctx context.Context) (bool, error) {
	kept, err := s.store.Setting(ctx, secondSetting)
	if fault.Is(err, fault.NotFound) {
		return s.c.Second, nil
	}
	return kept != "nobody", err
}

// RequireSecond changes the rule. Sessions of staff that began by a password alone are worth nothing from then on but
// setting a second step up.
func (s *Service) RequireSecond(ctx context.Context, required bool) error {
	rule := "nobody"
	if required {
		rule = "staff"
	}
	return s.store.PutSetting(ctx, secondSetting, rule)
}

// staff reports whether somebody is more than a patient or a guest.
func staff(p care.Person) bool {
	return slices.ContainsFunc(p.Roles, func(r access.Role) bool { return r != access.Patient && r != access.Guest })
}

// second reports whether a second step follows p's right password: the codes p has set up are always asked for, a passkey
// where the rule wants more than a password.
func (s *Service) second(ctx context.Context, p care.Person) (bool, error) {
	m, err := s.store.Means(ctx, p.ID)
	if err != nil || m.Code || m.Passkeys == 0 {
		return m.Code, err
	}
	rule, err := s.ruleOf(ctx, p)
	return rule.Level.Over(care.PasswordOnly), err
}

// passkeyOnly reports whether nothing but a passkey opens: where the rule asks for one and p has one.
func (s *Service) passkeyOnly(ctx context.Context, p care.Person, m Means) (bool, error) {
	if m.Passkeys == 0 {
		return false, nil
	}
	rule, err := s.ruleOf(ctx, p)
	return rule.Level == care.PasskeyLevel, err
}

// Strengthen makes who's session one of a better proof that was just given, with a new token: whoever held the old one
// holds nothing. Setting a passkey or codes up ends so.
func (s *Service) Strengthen(w http.ResponseWriter, r *http.Request, who Who, proof Proof) (Who, error) {
	return s.retoken(w, r, who, func(one *Session) { one.Proof, one.Verified = proof, s.now() })
}

// Anew is who as they stand this moment, after a proof for instance.
func (s *Service) Anew(ctx context.Context, who Who) (Who, error) {
	f, err := s.valid(s.store.SessionByHash(ctx, who.hash))
	if err != nil {
		return Who{}, err
	}
	f, err = s.ruled(ctx, f, who.from)
	return f.who(), err
}

// retoken gives who's session a new token and whatever change makes of it.
func (s *Service) retoken(w http.ResponseWriter, r *http.Request, who Who, change func(*Session)) (Who, error) {
	f, err := s.valid(s.store.SessionByHash(r.Context(), who.hash))
	if err != nil {
		return Who{}, err
	}
	token, hash := newToken()
	f.session.Hash = hash
	change(&f.session)
	if err := s.store.ReplaceSession(r.Context(), who.hash, f.session); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = needed(err)
		}
		return Who{}, err
	}
	s.setCookie(w, f.session.Slot, token, expiryOfCookie(f.account.Person, f.session.Created))
	f, err = s.ruled(r.Context(), f, s.whence(r))
	return f.who(), err
}

// freshFor is how old a proof may be for what is dangerous.
const freshFor = 5 * time.Minute

// Fresh refuses somebody whose last proof is older than five minutes, with "step-up.needed" and the ways to prove
// themselves: of "passkey", "password" and "code", the last only after the second. In the demo, where people come by
// links, nobody who has no other means is asked.
func (s *Service) Fresh(ctx context.Context, who Who) error {
	if age := s.now().Sub(who.Verified); age >= 0 && age <= freshFor {
		return nil
	}
	ways, err := s.Ways(ctx, who)
	if err != nil || (len(ways) == 0 && who.Proof == ByDemo) {
		return err
	}
	return fault.New(fault.Conflict, "step-up.needed", nil).With("ways", strings.Join(ways, " "))
}

// ways are those in which a can prove who they are: what would sign them in.
func (s *Service) ways(ctx context.Context, a Account) (ways []string, err error) {
	m, err := s.store.Means(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	if m.Passkeys > 0 {
		ways = append(ways, "passkey")
	}
	only, err := s.passkeyOnly(ctx, a.Person, m)
	if err != nil {
		return nil, err
	}
	switch second, err := s.second(ctx, a.Person); {
	case err != nil:
		return nil, err
	case a.Hash == "" || only:
	case m.Code:
		ways = append(ways, "password", "code")
	case !second:
		ways = append(ways, "password")
	}
	return ways, nil
}

// Prove is a proof by password, and by a code where the person has set codes up: then both are asked for, at once.
// Guessing is slowed down as signing in is. Faults: "sign-in.locked", "step-up.wrong".
func (s *Service) Prove(r *http.Request, who Who, password, code string) error {
	ctx := r.Context()
	own := Try{s.attemptKey("own", string(who.Person.ID)), byOwn}
	if err := s.mayTry(ctx, own); err != nil {
		return s.note(r, who.Person.ID, "sign-in.locked", err)
	}
	a, err := s.store.Account(ctx, who.Person.ID)
	if err != nil {
		return err
	}
	ways, err := s.ways(ctx, a)
	if err != nil {
		return err
	}
	right, _, err := s.hasher.check(ctx, orDummy(a.Hash, s.hasher), password)
	if err != nil {
		return err
	}
	wrong := fault.New(fault.Invalid, "step-up.wrong", nil)
	if !right || !slices.Contains(ways, "password") {
		return s.note(r, a.ID, "step-up.wrong", wrong)
	}
	if slices.Contains(ways, "code") {
		if _, err := s.takeCode(r, a, code); fault.Is(err, fault.Invalid) {
			return s.note(r, a.ID, "step-up.wrong", wrong)
		} else if err != nil {
			return err
		}
	}
	if err := s.store.ForgetAttempts(ctx, own.Key); err != nil {
		return err
	}
	return s.Proved(r, who)
}

// Proved notes that who has proved themselves this moment. It keeps the token: pages that ask for something meanwhile
// must not find themselves signed out.
func (s *Service) Proved(r *http.Request, who Who) error {
	err := s.store.VerifySession(r.Context(), who.hash, s.now())
	if fault.Is(err, fault.NotFound) {
		return needed(err)
	}
	if err != nil {
		return err
	}
	return s.note(r, who.Person.ID, "step-up", nil)
}
