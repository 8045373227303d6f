package identity

import (
	"context"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Bearer is the person a checked ticket is for. Only a demo hands such tickets out; elsewhere people come with a session,
// which they can end.
func (s *Service) Bearer(ctx context.Context, person care.PersonID) (Who, error) {
	if !s.c.Demo {
		return Who{}, needed(nil)
	}
	a, err := s.store.Account(ctx, person)
	switch {
	case fault.Is(err, fault.NotFound):
		return Who{}, needed(err)
	case err != nil:
		return Who{}, err
	case a.Disabled:
		return Who{}, needed(nil)
	}
	return Who{Person: a.Person, MustChange: a.MustChange, Proof: ByDemo}, nil
}
