package identity

import (
	"net/http"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// ChangePassword changes the own password, ends the person's other sessions and gives this one a new token. Guessing the
// old one is slowed down as signing in is. Faults: "sign-in.locked", "password.wrong", and those of a bad new one.
func (s *Service) ChangePassword(w http.ResponseWriter, r *http.Request, who Who, old, fresh string) (Who, error) {
	if err := s.changePassword(r, who, old, fresh); err != nil {
		return who, err
	}
	return s.retoken(w, r, who, func(*Session) {})
}

func (s *Service) changePassword(r *http.Request, who Who, old, fresh string) error {
	ctx := r.Context()
	own := Try{s.attemptKey("own", string(who.Person.ID)), byOwn}
	if err := s.mayTry(ctx, own); err != nil {
		return s.note(r, who.Person.ID, "sign-in.locked", err)
	}
	a, err := s.store.Account(ctx, who.Person.ID)
	if err != nil {
		return err
	}
	right, _, err := s.hasher.check(ctx, orDummy(a.Hash, s.hasher), old)
	switch {
	case err != nil:
		return err
	case !right || a.Hash == "":
		return s.note(r, who.Person.ID, "password.wrong", fault.New(fault.Invalid, "password.wrong", nil))
	}
	if err := s.store.ForgetAttempts(ctx, own.Key); err != nil {
		return err
	}
	if fresh == old {
		return fault.New(fault.Invalid, "password.unchanged", nil)
	}
	hash, err := s.accept(r, fresh, a.Login, a.Name)
	if err != nil {
		return err
	}
	if err := s.store.ChangePassword(ctx, a.ID, hash, who.hash); err != nil {
		return err
	}
	return s.note(r, a.ID, "password.changed", nil)
}

func orDummy(stored string, h *hasher) string {
	if stored == "" {
		return h.dummy
	}
	return stored
}

// accept checks a new password against the rules and hashes it.
func (s *Service) accept(r *http.Request, password, login, name string) (string, error) {
	if err := decent(password, login, name); err != nil {
		return "", err
	}
	return s.hasher.hash(r.Context(), password)
}

// CreatePerson makes a person. Without a password one is made up and returned, to be handed over and changed.
func (s *Service) CreatePerson(r *http.Request, by Who, n care.NewPerson, password string) (p care.Person, handedOut string, err error) {
	if password == "" {
		password = madeUp()
		handedOut = password
	}
	n.MustChange = true // somebody else knows it
	if n.Hash, err = s.accept(r, password, n.Login, n.Name); err != nil {
		return p, "", err
	}
	if p, err = s.store.CreatePerson(r.Context(), by.Reader(), n); err != nil {
		return p, "", err
	}
	return p, handedOut, nil
}

// ResetPassword gives a person a made-up password to be handed over and changed, and ends the person's sessions. It also
// forgets all counts of the login, or the new password would have to wait for what was tried with the old.
func (s *Service) ResetPassword(r *http.Request, by Who, person care.PersonID) (p care.Person, handedOut string, err error) {
	handedOut = madeUp()
	hash, err := s.hasher.hash(r.Context(), handedOut)
	if err != nil {
		return p, "", err
	}
	if p, err = s.store.ResetPassword(r.Context(), by.Reader(), person, hash); err != nil {
		return p, "", err
	}
	return p, handedOut, s.store.ForgetAttempts(r.Context(), s.attemptKey("account", p.Login))
}
