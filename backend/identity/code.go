package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Codes follow RFC 6238 as every app knows them: HMAC-SHA-1, six digits, steps of 30 s since 1970. A step before and one
// after now are taken too (section 5.2), and none twice.
const (
	codeStep   = 30 * time.Second
	codeSlack  = 1
	codeDigits = 6
	codeSecret = 20               // bytes (RFC 4226 section 4, R6)
	codeBegun  = 15 * time.Minute // for a secret that waits to be confirmed: an app may have to be found first
)

// sealPurpose is what the secrets of codes are sealed for.
const sealPurpose = "codes"

// Guessing codes is slowed down apart from guessing passwords, and more: whoever guesses them knows the password, and of a
// million codes three are right. As with passwords, a browser that has signed in before has a count of its own.
var (
	byCode       = Rule{Free: 5, First: 30 * time.Second, Most: 15 * time.Minute, Forget: time.Hour}
	byCodeWorld  = Rule{Free: 10, First: time.Minute, Most: time.Hour, Forget: 24 * time.Hour}
	longestCount = 24 * time.Hour
)

// Sealer hides what must be read again; keys.Ring is one.
type Sealer interface {
	Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error)
}

// Code is the secret of a person's codes, sealed. What is not there is empty.
type Code struct {
	Sealed []byte
	Step   int64 // the last time step that was taken
	Since  time.Time

	Begun   []byte // the secret being set up, sealed
	BegunAt time.Time
}

// codeTries are the counts a code is taken from.
func (s *Service) codeTries(r *http.Request, a Account) []Try {
	key := s.attemptKey("code", string(a.ID))
	if device := s.known(r, a.Login); device != "" {
		return []Try{{key + "." + device, byCode}}
	}
	return []Try{{key + "." + s.attemptKey("near", near(s.address(r))), byCode}, {key, byCodeWorld}}
}

// takeCode checks a code of the app or a recovery code and takes it, so that it is worth nothing afterwards. It is counted
// before it is looked at. Faults: "sign-in.locked", "code.wrong".
func (s *Service) takeCode(r *http.Request, a Account, typed string) (Proof, error) {
	ctx := r.Context()
	tries := s.codeTries(r, a)
	if err := s.mayTry(ctx, tries...); err != nil {
		return "", s.note(r, a.ID, "sign-in.locked", err)
	}
	proof := ByCode
	var err error
	if digits, ok := digitsOf(typed); ok {
		err = s.takeDigits(ctx, a.ID, digits)
	} else {
		proof, err = ByRecovery, s.takeRecovery(ctx, a.ID, typed)
	}
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Invalid, "code.wrong", nil)
	}
	if err != nil {
		return "", err
	}
	return proof, s.wasRight(ctx, tries)
}

// takeDigits answers NotFound when the digits are not right or not right any more.
func (s *Service) takeDigits(ctx context.Context, person care.PersonID, digits string) error {
	code, err := s.store.Code(ctx, person)
	if err != nil {
		return err
	}
	if len(code.Sealed) == 0 {
		return fault.New(fault.NotFound, "not-found", nil)
	}
	step, err := s.matches(ctx, person, code.Sealed, digits)
	if err != nil {
		return err
	}
	return s.store.UseStep(ctx, person, code.Sealed, step)
}

// digitsOf reads a code as people type it, with spaces.
func digitsOf(typed string) (string, bool) {
	typed = strings.Join(strings.Fields(typed), "")
	for _, c := range typed {
		if c < '0' || c > '9' {
			return "", false
		}
	}
	return typed, len(typed) == codeDigits
}

// matches finds the time step whose code the digits are, the newest of them; NotFound when there is none. All are compared
// to the end, whichever is right.
func (s *Service) matches(ctx context.Context, person care.PersonID, sealed []byte, digits string) (int64, error) {
	secret, err := s.unseal(ctx, person, sealed)
	if err != nil {
		return 0, err
	}
	now, found := s.now().Unix()/int64(codeStep/time.Second), int64(-1)
	for step := now - codeSlack; step <= now+codeSlack; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("make a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(digits)) == 1 {
			found = step
		}
	}
	if found < 0 {
		return 0, fault.New(fault.NotFound, "not-found", nil)
	}
	return found, nil
}

var errNoSealer = errors.New("there is nothing to seal secrets with")

func (s *Service) seals(ctx context.Context, person care.PersonID, secret string) ([]byte, error) {
	if s.c.Sealer == nil {
		return nil, fault.New(fault.Unavailable, "code.unavailable", errNoSealer)
	}
	return s.c.Sealer.Seal(ctx, sealPurpose, []byte(secret), []byte("codes/"+person))
}

func (s *Service) unseal(ctx context.Context, person care.PersonID, sealed []byte) (string, error) {
	if s.c.Sealer == nil {
		return "", fault.New(fault.Unavailable, "code.unavailable", errNoSealer)
	}
	plain, err := s.c.Sealer.Open(ctx, sealPurpose, sealed, []byte("codes/"+person))
	if err != nil {
		return "", fault.New(fault.Unavailable, "code.unavailable", err)
	}
	return string(plain), nil
}

// NewCode is a secret to be put into an app.
type NewCode struct {
	Secret string // base32, to be typed
	URI    string // otpauth://, for a QR code; it never travels as an address
}

// BeginCode makes a secret for an app, to be confirmed by a code of it within a quarter of an hour. It needs a fresh
// proof, but of somebody who must set a second step up.
func (s *Service) BeginCode(r *http.Request, who Who) error {
	ctx := r.Context()
	if err := s.mayArrange(ctx, who); err != nil {
		return err
	}
	raw := make([]byte, codeSecret)
	rand.Read(raw)
	sealed, err := s.seals(ctx, who.Person.ID, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
	if err != nil {
		return err
	}
	return s.store.BeginCode(ctx, who.Person.ID, sealed, s.now())
}

// MayArrange asks for a fresh proof before who's means are changed, but of somebody who must set a second step up. Fault:
// "step-up.needed".
func (s *Service) MayArrange(ctx context.Context, who Who) error { return s.mayArrange(ctx, who) }

// setUpWithin is how long after the password somebody may set the first second step up.
const setUpWithin = 30 * time.Minute

// mayArrange asks for a fresh proof before somebody's means are changed.
func (s *Service) mayArrange(ctx context.Context, who Who) error {
	if who.MustChange {
		return fault.New(fault.Conflict, "request.must-change", nil)
	}
	if !who.MustSetUp {
		return s.Fresh(ctx, who)
	}
	// They can prove nothing but the password again, so they sign in again: an open screen must not become a way in for good.
	if age := s.now().Sub(who.Verified); age < 0 || age > setUpWithin {
		return needed(nil)
	}
	return nil
}

// begun is the sealed secret that waits to be confirmed; NotFound when there is none, or for too long.
func (s *Service) begun(ctx context.Context, person care.PersonID) ([]byte, error) {
	code, err := s.store.Code(ctx, person)
	if err != nil {
		return nil, err
	}
	if len(code.Begun) == 0 || s.now().Sub(code.BegunAt) > codeBegun {
		return nil, fault.New(fault.NotFound, "not-found", nil)
	}
	return code.Begun, nil
}

// BegunCode is the secret that waits to be confirmed, for the page that shows it; NotFound when there is none.
func (s *Service) BegunCode(r *http.Request, who Who) (NewCode, error) {
	sealed, err := s.begun(r.Context(), who.Person.ID)
	if err != nil {
		return NewCode{}, err
	}
	secret, err := s.unseal(r.Context(), who.Person.ID, sealed)
	if err != nil {
		return NewCode{}, err
	}
	issuer := "Hearth"
	if s.c.Issuer != "" {
		issuer += " " + s.c.Issuer
	}
	uri := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + who.Person.Login, RawQuery: url.Values{
		"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {fmt.Sprint(codeDigits)}, "period": {fmt.Sprint(int(codeStep / time.Second))},
	}.Encode()}
	return NewCode{secret, strings.ReplaceAll(uri.String(), "+", "%20")}, nil
}

// ConfirmCode makes the secret count that was begun, when the code is one of it, and returns recovery codes that are never
// shown again. The session gets a new token. Faults: "code.none" when nothing waits to be confirmed, "sign-in.locked",
// "code.wrong".
func (s *Service) ConfirmCode(w http.ResponseWriter, r *http.Request, who Who, typed string) (Who, []string, error) {
	ctx := r.Context()
	if err := s.mayTry(ctx, Try{s.attemptKey("confirm", string(who.Person.ID)), byCode}); err != nil {
		return who, nil, s.note(r, who.Person.ID, "sign-in.locked", err)
	}
	none := fault.New(fault.Conflict, "code.none", nil)
	sealed, err := s.begun(ctx, who.Person.ID)
	if fault.Is(err, fault.NotFound) {
		return who, nil, none
	} else if err != nil {
		return who, nil, err
	}
	digits, _ := digitsOf(typed)
	step, err := s.matches(ctx, who.Person.ID, sealed, digits)
	if fault.Is(err, fault.NotFound) {
		return who, nil, s.note(r, who.Person.ID, "code.wrong", fault.New(fault.Invalid, "code.wrong", nil))
	} else if err != nil {
		return who, nil, err
	}
	codes, hashes := newRecovery()
	if err := s.store.ConfirmCode(ctx, who.Person.ID, sealed, step, s.now(), hashes); fault.Is(err, fault.NotFound) {
		return who, nil, none
	} else if err != nil {
		return who, nil, err
	}
	if who, err = s.Strengthen(w, r, who, ByCode); err != nil {
		return who, nil, err
	}
	return who, codes, s.note(r, who.Person.ID, "code.set-up", nil)
}

// RemoveCode forgets the secret of codes and the recovery codes. It needs a fresh proof.
func (s *Service) RemoveCode(r *http.Request, who Who) error {
	if err := s.Fresh(r.Context(), who); err != nil {
		return err
	}
	if err := s.store.RemoveCode(r.Context(), who.Person.ID); err != nil {
		return err
	}
	return s.note(r, who.Person.ID, "code.removed", nil)
}
