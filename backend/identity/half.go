package identity

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// halfFor is how long somebody may take over the second step.
const halfFor = 10 * time.Minute

const halfName = "half"

// Pending is somebody who typed a right password and has a second step before them.
type Pending struct {
	Person care.Person
	Means  Means
}

// beginHalf gives the browser a half-session with a token of its own, instead of one it held, and answers with
// "sign-in.second".
func (s *Service) beginHalf(w http.ResponseWriter, r *http.Request, a Account) error {
	if err := s.dropHalf(w, r); err != nil {
		return err
	}
	token, hash := newToken()
	now := s.now()
	if err := s.store.CreateHalf(r.Context(), Half{Hash: hash, Person: a.ID, Created: now, Expires: now.Add(halfFor)}); err != nil {
		return err
	}
	http.SetCookie(w, s.halfCookie(token, int(halfFor/time.Second)))
	return s.note(r, a.ID, "sign-in.second", fault.New(fault.SignedOut, "sign-in.second", nil))
}

func (s *Service) halfCookie(token string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: s.prefix() + halfName, Value: token, Path: "/", MaxAge: maxAge,
		Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// halfHash is the hash of the half-session a browser shows, if any.
func (s *Service) halfHash(r *http.Request) (Hash, bool) {
	c, err := r.Cookie(s.prefix() + halfName)
	if err != nil || len(c.Value) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return Hash{}, false
	}
	return hashOf(c.Value), true
}

// half finds the half-session of a browser; SignedOut "sign-in.needed" when there is none.
func (s *Service) half(r *http.Request) (Half, Account, error) {
	hash, ok := s.halfHash(r)
	if !ok {
		return Half{}, Account{}, needed(nil)
	}
	h, a, err := s.store.HalfByHash(r.Context(), hash)
	switch {
	case fault.Is(err, fault.NotFound):
		return Half{}, Account{}, needed(nil)
	case err != nil:
		return Half{}, Account{}, err
	case a.Disabled || !s.now().Before(h.Expires):
		return Half{}, Account{}, needed(nil)
	}
	return h, a, nil
}

// Pending says who has a second step before them in this browser; SignedOut "sign-in.needed" when nobody.
func (s *Service) Pending(r *http.Request) (Pending, error) {
	_, a, err := s.half(r)
	if err != nil {
		return Pending{}, err
	}
	m, err := s.store.Means(r.Context(), a.ID)
	if err != nil {
		return Pending{}, err
	}
	if only, err := s.passkeyOnly(r.Context(), a.Person, m); err != nil {
		return Pending{}, err
	} else if only {
		m.Code, m.Recovery = false, 0
	}
	return Pending{a.Person, m}, nil
}

// Second takes the second step: a code of the app, or a recovery code. Faults: "sign-in.needed" when there is no
// half-session (any more), "sign-in.locked", "code.wrong", "sign-in.passkey-only" where the rule takes no codes.
func (s *Service) Second(w http.ResponseWriter, r *http.Request, code string) (Who, error) {
	h, a, err := s.half(r)
	if err != nil {
		return Who{}, err
	}
	if m, err := s.store.Means(r.Context(), a.ID); err != nil {
		return Who{}, err
	} else if only, err := s.passkeyOnly(r.Context(), a.Person, m); err != nil {
		return Who{}, err
	} else if only {
		return Who{}, s.note(r, a.ID, "sign-in.passkey-only", fault.New(fault.Conflict, "sign-in.passkey-only", nil))
	}
	proof, err := s.takeCode(r, a, code)
	if fault.Is(err, fault.Invalid) {
		return Who{}, s.note(r, a.ID, "sign-in.code-wrong", err)
	} else if err != nil {
		return Who{}, err
	}
	if err := s.store.EndHalf(r.Context(), h.Hash); err != nil { // ended meanwhile: a new password, or somebody disabled
		if fault.Is(err, fault.NotFound) {
			err = needed(err)
		}
		return Who{}, err
	}
	who, err := s.begin(w, r, a, proof)
	if err != nil {
		return Who{}, err
	}
	s.remember(w, r, a.Login)
	action := "sign-in"
	if proof == ByRecovery {
		action = "sign-in.recovery"
	}
	return who, s.note(r, who.Person.ID, action, nil)
}

// LeaveSecond gives up before the second step.
func (s *Service) LeaveSecond(w http.ResponseWriter, r *http.Request) error { return s.dropHalf(w, r) }

// dropHalf ends the half-session a browser holds, if any, and takes its cookie back.
func (s *Service) dropHalf(w http.ResponseWriter, r *http.Request) error {
	if _, err := r.Cookie(s.prefix() + halfName); err != nil {
		return nil
	}
	http.SetCookie(w, s.halfCookie("", -1))
	hash, ok := s.halfHash(r)
	if !ok {
		return nil
	}
	if err := s.store.EndHalf(context.WithoutCancel(r.Context()), hash); !fault.Is(err, fault.NotFound) {
		return err
	}
	return nil
}
