package identity

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"hearth/backend/passkey"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Ceremony is why a browser was asked for a passkey. An answer to one never serves another.
type Ceremony string

// The ceremonies.
const (
	signingIn Ceremony = "sign-in"
	adding    Ceremony = "add"
	proving   Ceremony = "prove"
	enrolling Ceremony = "enrol"
)

// Challenge is an open ceremony. It is open for one answer, from the browser that was asked.
type Challenge struct {
	Hash     Hash // of the challenge
	Browser  Hash // of what the browser carries
	Ceremony Ceremony
	Person   care.PersonID // "" while nobody knows who it is
	Expires  time.Time
}

// challengeFor is how long a ceremony stays open (WebAuthn section 15.1 recommends five to ten minutes).
const challengeFor = 5 * time.Minute

// browserName is the cookie that binds a ceremony to its browser. It says nothing about anyone.
const browserName = "ceremony"

// browser is what this browser carries; fresh when it carries nothing. Two tabs of one browser share it.
func (s *Service) browser(w http.ResponseWriter, r *http.Request) Hash {
	token, _ := s.carries(r, browserName)
	if token == "" {
		token, _ = newToken()
	}
	s.give(w, browserName, token, s.now().Add(challengeFor))
	return hashOf(token)
}

// carries reads one of our own cookies that hold a token.
func (s *Service) carries(r *http.Request, name string) (token string, ok bool) {
	c, err := r.Cookie(s.prefix() + name)
	if err != nil || len(c.Value) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return "", false
	}
	return c.Value, true
}

// give sets such a cookie. Strict: no page of anybody else has a part in it.
func (s *Service) give(w http.ResponseWriter, name, token string, expires time.Time) {
	http.SetCookie(w, &http.Cookie{Name: s.prefix() + name, Value: token, Path: "/", Expires: expires,
		Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

func (s *Service) takeBack(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: s.prefix() + name, Path: "/", MaxAge: -1,
		Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// open opens a ceremony.
func (s *Service) open(w http.ResponseWriter, r *http.Request, why Ceremony, person care.PersonID, challenge string) error {
	if err := s.sweep(r.Context()); err != nil {
		return err
	}
	return s.store.PutChallenge(r.Context(), Challenge{Hash: hashOf(challenge), Browser: s.browser(w, r), Ceremony: why,
		Person: person, Expires: s.now().Add(challengeFor)})
}

// shut closes the ceremony an answer belongs to, whoever sent it. Fault: "passkey.again" when it was not open, or not
// for this.
func (s *Service) shut(r *http.Request, why Ceremony, person care.PersonID, challenge string) error {
	again := fault.New(fault.Invalid, "passkey.again", nil)
	c, err := s.store.TakeChallenge(r.Context(), hashOf(challenge))
	if fault.Is(err, fault.NotFound) {
		return again
	} else if err != nil {
		return err
	}
	token, ok := s.carries(r, browserName)
	mine := hashOf(token)
	if !ok || !hmac.Equal(mine[:], c.Browser[:]) || c.Ceremony != why || c.Person != person || !s.now().Before(c.Expires) {
		return again
	}
	return nil
}

// passkeyFault gives what went wrong with a passkey its words.
func passkeyFault(err error) error {
	var known *fault.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, passkey.ErrUnverified):
		return fault.New(fault.Invalid, "passkey.verify", err)
	case errors.Is(err, passkey.ErrCopied):
		return fault.New(fault.Invalid, "passkey.copied", err)
	case errors.Is(err, passkey.ErrRefused):
		return fault.New(fault.Invalid, "passkey.wrong", err)
	}
	return err
}

// passkeys is the desk of this house; fault "passkey.off" where there can be none.
func (s *Service) passkeys() (*passkey.Desk, error) {
	if s.desk == nil {
		return nil, fault.New(fault.Conflict, "passkey.off", nil)
	}
	return s.desk, nil
}
