package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// A PIN is 4 to 8 digits, good in the one browser it was chosen in and for nothing but opening the session there that is
// locked. It is no proof of who somebody is: whatever asks for a fresh one asks for it still.
const (
	ShortestPin = 4
	LongestPin  = 8
)

// PinIdles are how long a session with a PIN may lie untouched: what its owner may choose from. The first is usual.
var PinIdles = []time.Duration{5 * time.Minute, 2 * time.Minute, 15 * time.Minute, 30 * time.Minute}

// byPin bounds guesses at somebody's PINs in all browsers together, besides the few each has before signing in is needed.
// Right ones are given back, so nobody is slowed down who knows theirs.
var byPin = Rule{Free: 15, First: time.Minute, Most: time.Hour, Forget: 24 * time.Hour}

// pinSetting holds the house's own secret of PINs, sealed: a copy of the database alone cannot be searched for PINs, of
// which there are too few for any hash to hide.
const (
	pinSetting = "identity.pin"
	pinPurpose = "pin"
)

// pinOf are the digits of a PIN as typed.
func pinOf(typed string) (string, error) {
	digits := strings.Join(strings.Fields(typed), "")
	for _, c := range digits {
		if c < '0' || c > '9' {
			digits = ""
		}
	}
	if len(digits) < ShortestPin || len(digits) > LongestPin {
		return "", fault.New(fault.Invalid, "pin.form", nil)
	}
	return digits, nil
}

// simple reports whether a PIN is one that is tried first: every digit as far from the one before as the others.
func simple(digits string) bool {
	step := (digits[1] - digits[0] + 10) % 10
	for i := 2; i < len(digits); i++ {
		if (digits[i]-digits[i-1]+10)%10 != step {
			return false
		}
	}
	return step == 0 || step == 1 || step == 9
}

// peppered is what of a PIN is hashed.
func (s *Service) peppered(ctx context.Context, person care.PersonID, digits string) (string, error) {
	pepper, err := s.pinPepper(ctx)
	if err != nil {
		return "", err
	}
	m := hmac.New(sha256.New, pepper)
	m.Write([]byte("pin\x00" + string(person) + "\x00" + digits))
	return base64.RawStdEncoding.EncodeToString(m.Sum(nil)), nil
}

// pinPepper opens the secret of PINs, and makes it when there is none.
func (s *Service) pinPepper(ctx context.Context) ([]byte, error) {
	unavailable := func(err error) error { return fault.New(fault.Unavailable, "pin.unavailable", err) }
	if s.c.Sealer == nil {
		return nil, unavailable(errNoSealer)
	}
	kept, err := s.store.Setting(ctx, pinSetting)
	if fault.Is(err, fault.NotFound) {
		fresh := make([]byte, 32)
		rand.Read(fresh)
		sealed, err := s.c.Sealer.Seal(ctx, pinPurpose, fresh, []byte(pinSetting))
		if err != nil {
			return nil, unavailable(err)
		}
		if kept, err = s.store.KeepSetting(ctx, pinSetting, base64.StdEncoding.EncodeToString(sealed)); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	sealed, err := base64.StdEncoding.DecodeString(kept)
	if err != nil {
		return nil, unavailable(err)
	}
	pepper, err := s.c.Sealer.Open(ctx, pinPurpose, sealed, []byte(pinSetting))
	if err != nil {
		return nil, unavailable(err)
	}
	return pepper, nil
}

// NeedsPin reports whether who must type the PIN they have before it is changed: a proof of the last minutes does as well,
// for those who forgot it.
func (s *Service) NeedsPin(who Who) bool {
	age := s.now().Sub(who.Verified)
	return who.Pin && (age < 0 || age > freshFor)
}

// SetPin gives who's session in this browser a PIN, or another one. old is asked for as NeedsPin says. Faults: "pin.staff",
// "pin.form", "pin.simple", "pin.idle", "pin.old", "sign-in.locked", "pin.unavailable".
func (s *Service) SetPin(r *http.Request, who Who, old, pin string, idle time.Duration) error {
	ctx := r.Context()
	if staff(who.Person) {
		return fault.New(fault.Conflict, "pin.staff", nil)
	}
	digits, err := pinOf(pin)
	switch {
	case err != nil:
		return err
	case simple(digits):
		return fault.New(fault.Invalid, "pin.simple", nil)
	case !contains(PinIdles, idle):
		return fault.New(fault.Invalid, "pin.idle", nil)
	}
	if err := s.knowsPin(r, who, old); err != nil {
		return err
	}
	secret, err := s.peppered(ctx, who.Person.ID, digits)
	if err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, secret)
	if err != nil {
		return err
	}
	return s.putPin(r, who, hash, idle, "pin.set")
}

func contains(list []time.Duration, one time.Duration) bool {
	for _, d := range list {
		if d == one {
			return true
		}
	}
	return false
}

// RemovePin takes the PIN of who's session in this browser away: it is never locked from then on. Faults as SetPin.
func (s *Service) RemovePin(r *http.Request, who Who, old string) error {
	if !who.Pin {
		return fault.New(fault.Conflict, "pin.none", nil)
	}
	if err := s.knowsPin(r, who, old); err != nil {
		return err
	}
	return s.putPin(r, who, "", 0, "pin.removed")
}

func (s *Service) putPin(r *http.Request, who Who, hash string, idle time.Duration, action string) error {
	err := s.store.PutPin(r.Context(), who.hash, hash, idle, s.now().Add(idle))
	if fault.Is(err, fault.NotFound) { // locked or ended this very moment
		return errShut()
	}
	if err != nil {
		return err
	}
	return s.note(r, who.Person.ID, action, nil)
}

// knowsPin asks for the PIN there is, where it must be asked for.
func (s *Service) knowsPin(r *http.Request, who Who, typed string) error {
	if !s.NeedsPin(who) {
		return nil
	}
	ctx := r.Context()
	own := Try{s.attemptKey("own-pin", string(who.Person.ID)), byOwn}
	if err := s.mayTry(ctx, own); err != nil {
		return s.note(r, who.Person.ID, "sign-in.locked", err)
	}
	right, err := s.isPin(ctx, who.Person.ID, who.guard.Pin, typed)
	if err != nil {
		return err
	}
	if !right {
		return s.note(r, who.Person.ID, "pin.wrong", fault.New(fault.Invalid, "pin.old", nil))
	}
	return s.store.ForgetAttempts(ctx, own.Key)
}

func (s *Service) isPin(ctx context.Context, person care.PersonID, stored, typed string) (bool, error) {
	digits, err := pinOf(typed)
	if err != nil {
		return false, nil
	}
	secret, err := s.peppered(ctx, person, digits)
	if err != nil {
		return false, err
	}
	right, _, err := s.hasher.check(ctx, stored, secret)
	return right, err
}

// Unlock opens the locked session of a slot with its PIN. The session gets a new token, and the other accounts of this
// browser that have a PIN are locked. A guess is counted before it is looked at, in this session and for the person, so
// many at once are as few as one after the other. Faults: "sign-in.needed" when there is nothing to unlock, "pin.form",
// "pin.wrong" with the tries left, "pin.spent" when only signing in helps, "sign-in.locked", "pin.unavailable".
func (s *Service) Unlock(w http.ResponseWriter, r *http.Request, slot Slot, typed string) (Who, error) {
	ctx := r.Context()
	f, err := s.shutIn(r, slot)
	if err != nil || !f.shut {
		return f.who(), err
	}
	person := f.account.ID
	if _, err := pinOf(typed); err != nil {
		return Who{}, err
	}
	if err := s.guess(r, f, typed); err != nil {
		return Who{}, err
	}
	token, hash := newToken()
	f.session.Guard.Due, f.session.Guard.Locked, f.shut = s.now().Add(f.session.Guard.Idle), time.Time{}, false
	if err := s.store.UnlockSession(ctx, f.session.Hash, hash, f.session.Guard.Due); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = needed(err)
		}
		return Who{}, err
	}
	f.session.Hash = hash
	s.setCookie(w, slot, token, expiryOfCookie(f.account.Person, f.session.Created))
	if err := s.lockOthers(r, slot); err != nil {
		return Who{}, err
	}
	return f.who(), s.note(r, person, "unlock", nil)
}

// shutIn finds the session of a slot in this browser, locked or open.
func (s *Service) shutIn(r *http.Request, slot Slot) (found, error) {
	all, err := s.all(r)
	if err != nil {
		return found{}, err
	}
	for _, f := range all {
		if f.session.Slot == slot {
			return f, nil
		}
	}
	return found{}, needed(nil)
}

// guess counts a guess and looks at it.
func (s *Service) guess(r *http.Request, f found, typed string) error {
	ctx, person := r.Context(), f.account.ID
	everywhere := Try{s.attemptKey("pin", string(person)), byPin}
	if err := s.mayTry(ctx, everywhere); err != nil {
		return s.note(r, person, "sign-in.locked", err)
	}
	spent := fault.New(fault.Invalid, "pin.spent", nil)
	n, err := s.store.TakeGuess(ctx, f.session.Hash, MostGuesses)
	if fault.Is(err, fault.NotFound) {
		return s.note(r, person, "pin.spent", spent)
	} else if err != nil {
		return err
	}
	right, err := s.isPin(ctx, person, f.session.Guard.Pin, typed)
	switch {
	case err != nil:
		return err
	case right:
		return s.store.ReturnAttempt(ctx, everywhere.Key)
	case n >= MostGuesses:
		return s.note(r, person, "pin.spent", spent)
	}
	return s.note(r, person, "pin.wrong", fault.New(fault.Invalid, "pin.wrong", nil).With("left", strconv.Itoa(MostGuesses-n)))
}
