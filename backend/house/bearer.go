package house

import (
	"context"

	"hearth/backend/identity"
	"hearth/backend/ticket"
	"hearth/shared/care"
)

// Tokens are for scripts that talk to the demo's interface: "Authorization: Bearer …". They live for a day.
type Tokens struct {
	Therapist     string `json:"therapist"`
	Patient       string `json:"patient"`
	Patient2      string `json:"patient2"`
	Administrator string `json:"administrator"`
}

// Tokens makes the demo's tokens, fresh ones each time; empty outside the demo.
func (h *House) Tokens(ctx context.Context) (t Tokens, err error) {
	if !h.config.Demo {
		return t, nil
	}
	for login, token := range map[string]*string{"mira": &t.Therapist, "wren-23": &t.Patient, "robin-07": &t.Patient2, "alex": &t.Administrator} {
		a, err := h.store.AccountByLogin(ctx, login)
		if err != nil {
			return Tokens{}, err
		}
		if *token, err = h.tickets.Mint(ctx, ticket.Claims{Kind: ticket.Person, Subject: string(a.ID), Life: ticket.Longest}); err != nil {
			return Tokens{}, err
		}
	}
	return t, nil
}

// bearer says whose a token is: a person's of a demo, or a service's.
func (h *House) bearer(ctx context.Context, token string) (identity.Who, error) {
	c, err := h.tickets.Check(ctx, token, ticket.Person, ticket.Service)
	if err != nil {
		return identity.Who{}, err
	}
	if c.Kind == ticket.Service {
		s, scopes, err := h.services.Bearer(ctx, c)
		if err != nil {
			return identity.Who{}, err
		}
		return identity.Who{Person: care.Person{ID: care.PersonID(s.ID), Name: s.Manifest.Name}, Service: s.ID, Scopes: scopes}, nil
	}
	return h.identity.Bearer(ctx, care.PersonID(c.Subject))
}

// endPrograms ends what other programs were given for somebody who is signed out everywhere.
func (h *House) endPrograms(ctx context.Context, person care.PersonID) {
	if err := h.provider.EndAll(ctx, person); err != nil {
		h.config.Log.Error("other programs still know a person", "person", person, "error", err)
	}
}
