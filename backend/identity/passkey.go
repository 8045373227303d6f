package identity

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"hearth/backend/passkey"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// PasskeyID names a passkey to its owner; the credential's own id stays inside.
type PasskeyID string

// Passkey is one of somebody's passkeys.
type Passkey struct {
	ID      PasskeyID
	Person  care.PersonID
	Name    string // as its owner calls it
	Created time.Time
	Used    time.Time // zero: never since it was made
	passkey.Key
}

// MostPasskeys is how many one person may have.
const MostPasskeys = 20

// longestPasskeyName is in characters.
const longestPasskeyName = 60

// Passkeys lists who's passkeys, the oldest first.
func (s *Service) Passkeys(ctx context.Context, who Who) ([]Passkey, error) {
	return s.store.Passkeys(ctx, who.Person.ID)
}

// PasskeyHost is the one host passkeys work at, "" where the house can have none.
func (s *Service) PasskeyHost() string { return s.c.Passkeys.ID }

// BeginPasskey writes what the browser is asked for to make a passkey for who. It needs a fresh proof, but of somebody who
// must set a second step up.
func (s *Service) BeginPasskey(w http.ResponseWriter, r *http.Request, who Who) (options []byte, err error) {
	if err := s.mayArrange(r.Context(), who); err != nil {
		return nil, err
	}
	return s.beginMaking(w, r, adding, who.Person)
}

func (s *Service) beginMaking(w http.ResponseWriter, r *http.Request, why Ceremony, p care.Person) ([]byte, error) {
	desk, err := s.passkeys()
	if err != nil {
		return nil, err
	}
	owner, have, err := s.owner(r.Context(), p)
	if err != nil {
		return nil, err
	}
	if len(have) >= MostPasskeys {
		return nil, fault.New(fault.Conflict, "passkey.many", nil)
	}
	options, challenge, err := desk.Making(owner, have)
	if err != nil {
		return nil, err
	}
	return options, s.open(w, r, why, p.ID, challenge)
}

// owner is a person as devices know them, with their passkeys. The handle is made with the first passkey and stays.
func (s *Service) owner(ctx context.Context, p care.Person) (passkey.Owner, []passkey.Key, error) {
	fresh := make([]byte, passkey.HandleBytes)
	rand.Read(fresh)
	handle, err := s.store.PasskeyHandle(ctx, p.ID, fresh)
	if err != nil {
		return passkey.Owner{}, nil, err
	}
	list, err := s.store.Passkeys(ctx, p.ID)
	var keys []passkey.Key
	for _, one := range list {
		keys = append(keys, one.Key)
	}
	return passkey.Owner{Handle: handle, Login: p.Login, Name: p.Name}, keys, err
}

// AddPasskey takes the passkey the browser made. The session gets a new token and counts as one of a passkey. Faults:
// "step-up.needed", "passkey.again", "passkey.wrong", "passkey.verify", "passkey.there", "passkey.many", "passkey.name".
func (s *Service) AddPasskey(w http.ResponseWriter, r *http.Request, who Who, name string, answer []byte) (Who, error) {
	if err := s.mayArrange(r.Context(), who); err != nil {
		return who, err
	}
	p, err := s.made(r, adding, who.Person, name, answer)
	if err == nil {
		err = s.store.AddPasskey(r.Context(), p, MostPasskeys)
	}
	if err != nil {
		return who, s.note(r, who.Person.ID, "passkey.refused", err)
	}
	if err := s.noteOn(r, who.Person.ID, "passkey.added", string(p.ID)); err != nil {
		return who, err
	}
	return s.Strengthen(w, r, who, ByPasskey)
}

// made checks a new passkey.
func (s *Service) made(r *http.Request, why Ceremony, of care.Person, name string, answer []byte) (Passkey, error) {
	name = strings.TrimSpace(name)
	if name == "" || !care.Readable(name, longestPasskeyName) {
		return Passkey{}, fault.New(fault.Invalid, "passkey.name", nil)
	}
	desk, err := s.passkeys()
	if err != nil {
		return Passkey{}, err
	}
	m, err := passkey.ReadMade(answer)
	if err != nil {
		return Passkey{}, passkeyFault(err)
	}
	if err := s.shut(r, why, of.ID, m.Challenge); err != nil {
		return Passkey{}, err
	}
	owner, _, err := s.owner(r.Context(), of)
	if err != nil {
		return Passkey{}, err
	}
	k, err := desk.Make(m, owner)
	if err != nil {
		return Passkey{}, passkeyFault(err)
	}
	return Passkey{ID: care.NewID[PasskeyID](), Person: of.ID, Name: name, Created: s.now(), Key: k}, nil
}

// RenamePasskey calls one of who's passkeys something else. Faults: "passkey.name", "not-found".
func (s *Service) RenamePasskey(r *http.Request, who Who, id PasskeyID, name string) error {
	name = strings.TrimSpace(name)
	if name == "" || !care.Readable(name, longestPasskeyName) {
		return fault.New(fault.Invalid, "passkey.name", nil)
	}
	if err := s.store.RenamePasskey(r.Context(), who.Person.ID, id, name); err != nil {
		return err
	}
	return s.noteOn(r, who.Person.ID, "passkey.renamed", string(id))
}

// RemovePasskey takes one of who's passkeys away; nobody signs in with it any more. It needs a fresh proof. The last way to
// sign in stays: fault "passkey.last".
func (s *Service) RemovePasskey(r *http.Request, who Who, id PasskeyID) error {
	if err := s.mayArrange(r.Context(), who); err != nil {
		return err
	}
	if err := s.store.RemovePasskey(r.Context(), who.Person.ID, id); err != nil {
		return err
	}
	return s.noteOn(r, who.Person.ID, "passkey.removed", string(id))
}
