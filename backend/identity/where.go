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
	Slot    Slot
	Agent   Agent
	Since   time.Time
	Seen    time.Time // to within touchEvery
	Expires time.Time
	Proof   Proof
	Here    bool // the one that asks
}

// Places lists where who is signed in, this browser first, then the most recently used.
func (s *Service) Places(ctx context.Context, who Who) ([]Place, error) {
	sessions, err := s.store.ListSessions(ctx, who.Person.ID, s.now())
	var here, others []Place
	for _, one := range sessions {
		p := Place{Slot: one.Slot, Agent: one.Agent, Since: one.Created, Seen: one.Seen, Expires: one.Expires, Proof: one.Proof, Here: one.Hash == who.hash}
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

// Connections lists where somebody by may manage is signed in, the most recently used first.
func (s *Service) Connections(ctx context.Context, by Who, person care.PersonID) (care.Person, []Place, error) {
	p, sessions, err := s.store.ListSessionsOf(ctx, by.Reader(), person, s.now())
	list := make([]Place, len(sessions))
	for i, one := range sessions {
		list[i] = Place{Slot: one.Slot, Agent: one.Agent, Since: one.Created, Seen: one.Seen, Expires: one.Expires, Proof: one.Proof}
	}
	return p, list, err
}

// EndConnection signs somebody by may manage out in one place. NotFound when they are not signed in there.
func (s *Service) EndConnection(ctx context.Context, by Who, person care.PersonID, slot Slot) (care.Person, error) {
	return s.store.EndSessionOf(ctx, by.Reader(), person, slot)
}

// EndConnections ends every session of somebody by may manage.
func (s *Service) EndConnections(ctx context.Context, by Who, person care.PersonID) (care.Person, error) {
	return s.store.EndSessionsOf(ctx, by.Reader(), person)
}
