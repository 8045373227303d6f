package identity

import (
	"net/http"

	"hearth/backend/audit"
	"hearth/backend/passkey"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// byPasskey slows those down who send passkeys that prove nothing. Guessing one is hopeless; this bounds the work. It is
// counted apart from passwords, so that nobody who fails here keeps a clinic from typing theirs.
var byPasskey = byAddress

// BeginSignIn writes what the browser is asked for to sign somebody in with a passkey. It names nobody and is the same
// for everybody.
func (s *Service) BeginSignIn(w http.ResponseWriter, r *http.Request) (options []byte, err error) {
	desk, err := s.passkeys()
	if err != nil {
		return nil, err
	}
	options, challenge, err := desk.Asking()
	if err != nil {
		return nil, err
	}
	return options, s.open(w, r, signingIn, "", challenge)
}

// SignInWithPasskey signs in whoever's passkey the browser showed. Faults: "sign-in.locked", "passkey.again",
// "passkey.wrong" (unknown and disabled ones too), "passkey.verify", "passkey.copied".
func (s *Service) SignInWithPasskey(w http.ResponseWriter, r *http.Request, answer []byte) (Who, error) {
	tries := []Try{{s.attemptKey("passkey", audit.Network(s.address(r))), byPasskey}}
	if err := s.mayTry(r.Context(), tries...); err != nil {
		return Who{}, s.note(r, "", "sign-in.locked", err)
	}
	a, err := s.used(r, signingIn, "", answer)
	if fault.Is(err, fault.Invalid) {
		return Who{}, s.note(r, a.ID, fault.Of(err).Code, err)
	} else if err != nil {
		return Who{}, err
	}
	if err := s.wasRight(r.Context(), tries); err != nil {
		return Who{}, err
	}
	who, err := s.begin(w, r, a, ByPasskey)
	if err != nil {
		return Who{}, err
	}
	s.remember(w, r, a.Login)
	return who, s.note(r, who.Person.ID, "sign-in.passkey", nil)
}

// BeginProof writes what the browser is asked for when who is to show a passkey again before something weighty. Fault
// "passkey.none" when they have none.
func (s *Service) BeginProof(w http.ResponseWriter, r *http.Request, who Who) (options []byte, err error) {
	desk, err := s.passkeys()
	if err != nil {
		return nil, err
	}
	owner, have, err := s.owner(r.Context(), who.Person)
	if err != nil {
		return nil, err
	}
	if len(have) == 0 {
		return nil, fault.New(fault.Conflict, "passkey.none", nil)
	}
	options, challenge, err := desk.Proving(owner, have)
	if err != nil {
		return nil, err
	}
	return options, s.open(w, r, proving, who.Person.ID, challenge)
}

// ProvePasskey is a proof by one of who's own passkeys. Faults as SignInWithPasskey.
func (s *Service) ProvePasskey(r *http.Request, who Who, answer []byte) error {
	tries := []Try{{s.attemptKey("prove", string(who.Person.ID)), byOwn}}
	if err := s.mayTry(r.Context(), tries...); err != nil {
		return s.note(r, who.Person.ID, "sign-in.locked", err)
	}
	if _, err := s.used(r, proving, who.Person.ID, answer); err != nil {
		return s.note(r, who.Person.ID, fault.Of(err).Code, err)
	}
	if err := s.wasRight(r.Context(), tries); err != nil {
		return err
	}
	return s.Proved(r, who)
}

// used finds the account whose passkey was used. An unknown passkey is checked like a known one, against a key nobody has.
// With a fault the account comes back where it is known, for the trail.
func (s *Service) used(r *http.Request, why Ceremony, person care.PersonID, answer []byte) (Account, error) {
	desk, err := s.passkeys()
	if err != nil {
		return Account{}, err
	}
	u, err := passkey.ReadUsed(answer)
	if err != nil {
		return Account{}, passkeyFault(err)
	}
	if err := s.shut(r, why, person, u.Challenge); err != nil {
		return Account{}, err
	}
	p, handle, a, err := s.store.PasskeyByCredential(r.Context(), u.ID)
	known := err == nil
	owner := passkey.Owner{Handle: handle, Login: a.Login, Name: a.Name}
	if fault.Is(err, fault.NotFound) {
		owner, p.Key, err = desk.Stranger(u)
	}
	if err != nil {
		return Account{}, err
	}
	k, err := desk.Use(u, owner, p.Key)
	if err != nil {
		return a, passkeyFault(err)
	}
	if !known || a.Disabled || a.LinkOnly || person != "" && a.ID != person {
		return a, fault.New(fault.Invalid, "passkey.wrong", nil)
	}
	err = s.store.UsePasskey(r.Context(), p.ID, k, s.now())
	if fault.Is(err, fault.Conflict) { // another use was counted meanwhile, as far or further
		err = passkeyFault(passkey.ErrCopied)
	}
	return a, err
}
