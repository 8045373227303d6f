package identity

import (
	"net/http"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Admit opens a session for somebody another room has vouched for in this very request, and says how; proved is
// when the person proved who they are, zero when nobody knows: then what needs a fresh proof needs another. Faults:
// "sign-in.wrong" for somebody disabled or gone.
func (s *Service) Admit(w http.ResponseWriter, r *http.Request, person care.PersonID, proof Proof, proved time.Time) (Who, error) {
	a, err := s.store.Account(r.Context(), person)
	if fault.Is(err, fault.NotFound) || err == nil && a.Disabled {
		return Who{}, s.note(r, "", "sign-in.wrong", wrong(err))
	}
	if err != nil {
		return Who{}, err
	}
	who, err := s.beginProved(w, r, a, proof, proved)
	if err != nil {
		return Who{}, err
	}
	return who, s.note(r, who.Person.ID, "sign-in."+string(proof), nil)
}
