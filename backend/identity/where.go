package identity

import (
	"context"
	"net/http"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Place is one browser somebody is signed in with.
type Place struct {
	Slot  Slot
	Agent Agent
	Since time.Time
	Seen  time.Time // to within touchEvery
	Proof Proof
	Here  bool // the one that asks
}

// Places lists where who is signed in, this browser first, then the most recently used.
func (s *Service) Places(ctx context.Context, who Who) ([]Place, error) {
	sessions, err := s.store.ListSessions(ctx, who.Person.ID, s.now())
	var here, others []Place
	for _, one := range sessions {
		p := Place{Slot: one.Slot, Agent: one.Agent, Since: one.Created, Seen: one.Seen, Proof: one.Proof, Here: one.Hash == who.hash}
		if p.Here {
			here = append(here, p)
		} else {
			others = append(others, p)
		}
	}
	return append(here, others...), err
}

// EndPlace signs who out of another browser. NotFound when who is not signed in there.
func (s *Service) EndPlace(r *http.Request, who Who, slot Slot) error {
	if slot == who.Slot {
		return fault.New(fault.NotFound, "not-found", nil) // that is signing out
	}
	if err := s.store.EndSessionIn(r.Context(), who.Person.ID, slot); err != nil {
		return err
	}
	return s.note(r, who.Person.ID, "sign-out.elsewhere", nil)
}

// EndOtherPlaces signs who out of every browser but this one.
func (s *Service) EndOtherPlaces(r *http.Request, who Who) error {
	if err := s.store.EndSessions(r.Context(), who.Person.ID, who.hash); err != nil {
		return err
	}
	return s.note(r, who.Person.ID, "sign-out.others", nil)
}

// EndConnections ends every session of somebody by may manage.
func (s *Service) EndConnections(ctx context.Context, by Who, person care.PersonID) (care.Person, error) {
	return s.store.EndSessionsOf(ctx, by.Reader(), person)
}
